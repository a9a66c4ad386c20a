"""Joint posterior draws: areas share their ancestors' uncertainty, so ranks and sums need them together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tianping.srb.answers import Answers
from tianping.srb.fit import Problem
from tianping.srb.layout import Layout, group_starts
from tianping.srb.mixtures import Mixture
from tianping.srb.propagate import Local
from tianping.srb.questions import Questions
from tianping.srb.results import FloatArray, IntArray

_BATCH = 100


def draw(
    problem: Problem,
    questions: Questions,
    answers: Answers,
    functionals: Sequence[int],
    n: int,
    generator: np.random.Generator,
) -> FloatArray:
    """Draw functionals of all areas jointly at one point of the scales, shape (functionals, areas, n).

    The inner nodes' states are drawn from the top down and serve all functionals. A leaf's draw keeps its own
    mixture over steps exactly and shares the states above it with its siblings; an inner area's draw is the
    weighted mean of the draws below it, as its value is.
    """
    out = np.empty((len(functionals), problem.layout.n_areas, n))
    for start in range(0, n, _BATCH):
        stop = min(start + _BATCH, n)
        states = _draw_states(problem, answers, stop - start, generator)
        for i, k in enumerate(functionals):
            leaves = _leaf_draws(problem, answers, k, states, generator)
            out[i, :, start:stop] = _with_means(problem.layout, questions, k, leaves)
    return out


def _leaf_draws(
    problem: Problem, answers: Answers, k: int, states: FloatArray, generator: np.random.Generator
) -> FloatArray:
    """Draw one functional of the leaves given the inner nodes' states, shape (leaves, draws)."""
    state, above = answers.state, problem.layout.parent_slots(problem.layout.leaves)
    slope = answers.leaf_slopes[:, k]
    shared, spread = np.empty((len(above), states.shape[2])), np.empty(len(above))
    to, starts = group_starts(above)
    for slot, first, last in zip(to, starts, [*starts[1:], len(above)], strict=True):
        rows = slope[first:last]
        shared[first:last] = rows @ (states[slot] - state.mean[slot][:, None])
        spread[first:last] = ((rows @ state.cov[slot]) * rows).sum(1)
    mean, sd = _one_component(answers.leaves, k, states.shape[2], generator)
    own = np.sqrt(np.maximum(sd**2 - spread[:, None], 0.0))
    drawn: FloatArray = mean + shared + own * generator.standard_normal(shared.shape)
    return drawn


def _one_component(mixture: Mixture, k: int, n: int, generator: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Pick one component of each leaf's mixture in each draw; means and standard deviations, shape (leaves, draws)."""
    edges = np.cumsum(mixture.weight[:, 0], axis=1)
    chance = generator.random((len(edges), n))
    pick = np.zeros(chance.shape, dtype=np.int64)
    for edge in edges[:, :-1].T:
        pick += chance > edge[:, None]
    return np.take_along_axis(mixture.mean[:, k], pick, axis=1), np.take_along_axis(mixture.sd[:, k], pick, axis=1)


def _with_means(layout: Layout, questions: Questions, k: int, leaves: FloatArray) -> FloatArray:
    """Put the leaves' draws and the weighted means of what lies below the inner areas in the areas' order."""
    out = np.empty((layout.n_areas, leaves.shape[1]))
    visible = layout.leaves < layout.n_areas
    out[layout.leaves[visible]] = leaves[visible]
    inner = np.zeros((layout.n_slots, leaves.shape[1]))
    _add_up(layout, questions, k, layout.leaves, leaves, inner)
    for nodes in layout.tiers:
        out[nodes] = inner[layout.slots[nodes]]
        _add_up(layout, questions, k, nodes, out[nodes], inner)
    return out


def _add_up(
    layout: Layout, questions: Questions, k: int, nodes: IntArray, drawn: FloatArray, inner: FloatArray
) -> None:
    """Add nodes' draws, weighted by their shares, to their parents'; nodes come grouped by parent."""
    to, starts = group_starts(layout.parent_slots(nodes))
    inner[to] += np.add.reduceat(questions.shares(layout, nodes)[:, k, None] * drawn, starts, axis=0)


def _draw_states(problem: Problem, answers: Answers, n: int, generator: np.random.Generator) -> FloatArray:
    """Draw the states of the inner nodes and the root, shape (slots, state, n)."""
    layout, passed = problem.layout, answers.state.passed
    size = passed.size
    states = np.empty((layout.n_slots, size, n))
    states[-1:] = _draw_given(passed.top, np.zeros((1, size, n)), generator)
    for nodes, local in zip(reversed(layout.tiers), reversed(passed.tiers), strict=True):
        states[layout.slots[nodes]] = _draw_given(local, states[layout.parent_slots(nodes)], generator)
    return states


def _draw_given(local: Local, parent: FloatArray, generator: np.random.Generator) -> FloatArray:
    """Draw nodes' states given their parents'."""
    root = np.linalg.cholesky(0.5 * (local.cov + np.swapaxes(local.cov, -1, -2)))
    noise = generator.standard_normal((*local.alone.shape, parent.shape[-1]))
    return parent + local.u @ (local.alone[..., None] - local.gain @ parent + root @ noise)
