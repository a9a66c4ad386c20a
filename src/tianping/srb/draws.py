"""Joint posterior draws: areas share their ancestors' uncertainty, so ranks and sums need them together."""

from __future__ import annotations

import numpy as np

from tianping.srb.answers import Answers
from tianping.srb.fit import Problem
from tianping.srb.mixtures import Mixture
from tianping.srb.propagate import Local
from tianping.srb.results import FloatArray

_BATCH = 100


def draw(problem: Problem, answers: Answers, functional: int, n: int, generator: np.random.Generator) -> FloatArray:
    """Draw one functional of all areas jointly at one point of the scales, shape (areas, n).

    The inner nodes' states are drawn from the top down. A leaf's draw keeps its own mixture over steps exactly; its
    rank correlation with the others comes from the shared states.
    """
    layout = problem.layout
    out = np.empty((layout.n_areas, n))
    for start in range(0, n, _BATCH):
        stop = min(start + _BATCH, n)
        out[:, start:stop] = _batch(problem, answers, functional, stop - start, generator)
    return out


def _batch(problem: Problem, answers: Answers, k: int, n: int, generator: np.random.Generator) -> FloatArray:
    layout, state = problem.layout, answers.state
    out = np.empty((layout.n_areas, n))
    states = _draw_states(problem, answers, n, generator)
    leaf, above = answers.leaf_linear, layout.parent_slots(layout.leaves)
    centre, variance = leaf.take(slice(None)).moments(state.mean[above], state.cov[above])
    shared = np.einsum("nm,nmd->nd", leaf.slope[:, k], states[above], optimize=True) + leaf.constant[:, k, None]
    noise = np.sqrt(leaf.noise[:, k])[:, None] * generator.standard_normal((len(above), n))
    score = (shared + noise - centre[:, k, None]) / np.sqrt(variance[:, k, None])
    leaves = _through_mixture(answers.leaves, k, score, generator)
    visible = layout.leaves < layout.n_areas
    out[layout.leaves[visible]] = leaves[visible]
    below = answers.below
    for nodes in layout.tiers:
        slots = layout.slots[nodes]
        mean = np.einsum("nm,nmd->nd", below.slope[slots, k], states[slots], optimize=True)
        mean += below.constant[slots, k, None]
        out[nodes] = mean + np.sqrt(below.noise[slots, k])[:, None] * generator.standard_normal((len(slots), n))
    return out


def _through_mixture(mixture: Mixture, k: int, score: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Turn standard normal scores into draws of the leaves' mixtures."""
    edges = np.cumsum(mixture.weight[:, 0], axis=1)
    pick = (generator.random(score.shape)[..., None] > edges[:, None, :-1]).sum(-1)
    rows = np.arange(len(score))[:, None]
    drawn: FloatArray = mixture.mean[:, k][rows, pick] + mixture.sd[:, k][rows, pick] * score
    return drawn


def _draw_states(problem: Problem, answers: Answers, n: int, generator: np.random.Generator) -> FloatArray:
    """Draw the states of the inner nodes and the root, shape (slots, state, n)."""
    layout, passed = problem.layout, answers.state.passed
    size = passed.top.j.shape[-1]
    states = np.empty((layout.n_slots, size, n))
    states[-1:] = _draw_given(passed.top, np.zeros((1, size, n)), generator)
    for nodes, local in zip(reversed(layout.tiers), reversed(passed.tiers), strict=True):
        states[layout.slots[nodes]] = _draw_given(local, states[layout.parent_slots(nodes)], generator)
    return states


def _draw_given(local: Local, parent: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Draw nodes' states given their parents'."""
    pull = local.uh[..., None] - np.swapaxes(local.ju, -1, -2) @ parent
    root = np.linalg.cholesky(0.5 * (local.cov + np.swapaxes(local.cov, -1, -2)))
    eps = local.cov @ pull + root @ generator.standard_normal(pull.shape)
    return parent + local.u @ eps
