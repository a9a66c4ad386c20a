"""Joint posterior draws: areas share their ancestors' uncertainty, so ranks and sums need them together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tianping.srb.answers import Answers
from tianping.srb.fit import Problem
from tianping.srb.layout import group_starts
from tianping.srb.mixtures import Mixture
from tianping.srb.propagate import Local
from tianping.srb.results import FloatArray

_BATCH = 100


def draw(
    problem: Problem, answers: Answers, functionals: Sequence[int], n: int, generator: np.random.Generator
) -> FloatArray:
    """Draw functionals of all areas jointly at one point of the scales, shape (functionals, areas, n).

    The inner nodes' states are drawn from the top down and serve all functionals. A leaf's draw keeps its own
    mixture over steps exactly; its correlation with the others comes from the shared states.
    """
    out = np.empty((len(functionals), problem.layout.n_areas, n))
    for start in range(0, n, _BATCH):
        stop = min(start + _BATCH, n)
        states = _draw_states(problem, answers, stop - start, generator)
        for i, k in enumerate(functionals):
            out[i, :, start:stop] = _batch(problem, answers, k, states, generator)
    return out


def _batch(
    problem: Problem, answers: Answers, k: int, states: FloatArray, generator: np.random.Generator
) -> FloatArray:
    """Draw one functional of all areas given the inner nodes' states, shape (areas, draws)."""
    layout, below, n = problem.layout, answers.below, states.shape[2]
    out = np.empty((layout.n_areas, n))
    visible = layout.leaves < layout.n_areas
    out[layout.leaves[visible]] = _leaf_draws(problem, answers, k, states, generator)[visible]
    for nodes in layout.tiers:
        slots = layout.slots[nodes]
        mean = (below.slope[slots, k, None] @ states[slots])[:, 0] + below.constant[slots, k, None]
        out[nodes] = mean + np.sqrt(below.noise[slots, k])[:, None] * generator.standard_normal((len(slots), n))
    return out


def _leaf_draws(
    problem: Problem, answers: Answers, k: int, states: FloatArray, generator: np.random.Generator
) -> FloatArray:
    """Draw one functional of the leaves given the inner nodes' states, shape (leaves, draws)."""
    layout, leaf, state = problem.layout, answers.leaf_linear, answers.state
    above = layout.parent_slots(layout.leaves)
    slope = leaf.slope[:, k]
    centre = leaf.constant[:, k] + (slope * state.mean[above]).sum(1)
    to, starts = group_starts(above)
    ends = np.append(starts[1:], len(above))
    shared = np.empty((len(above), states.shape[2]))
    spread = np.empty(len(above))
    for slot, first, last in zip(to, starts, ends, strict=True):
        rows = slope[first:last]
        shared[first:last] = rows @ states[slot]
        spread[first:last] = ((rows @ state.cov[slot]) * rows).sum(1)
    noise = np.sqrt(leaf.noise[:, k])[:, None] * generator.standard_normal(shared.shape)
    score = shared + noise + (leaf.constant[:, k] - centre)[:, None]
    score /= np.sqrt(spread + leaf.noise[:, k])[:, None]
    return _through_mixture(answers.leaves, k, score, generator)


def _through_mixture(mixture: Mixture, k: int, score: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Turn standard normal scores into draws of the leaves' mixtures."""
    edges = np.cumsum(mixture.weight[:, 0], axis=1)
    chance = generator.random(score.shape)
    pick = np.zeros(score.shape, dtype=np.int64)
    for edge in edges[:, :-1].T:
        pick += chance > edge[:, None]
    mean = np.take_along_axis(mixture.mean[:, k], pick, axis=1)
    drawn: FloatArray = mean + np.take_along_axis(mixture.sd[:, k], pick, axis=1) * score
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
