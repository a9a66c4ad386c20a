"""Joint posterior draws: areas share their ancestors' uncertainty, so ranks and sums need them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.srb.answers import Answers
from tianping.srb.fit import Problem
from tianping.srb.layout import Layout, group_starts
from tianping.srb.mixtures import Mixture
from tianping.srb.propagate import Local, leaf_chunks
from tianping.srb.questions import Questions
from tianping.srb.results import IntArray

#: Draws of log SRB carry seven digits: a hundredth of the Monte-Carlo error of a billion draws.
DrawArray = npt.NDArray[np.float32]
#: Areas × draws drawn at once.
_CELLS = 2_000_000


def draw(
    problem: Problem,
    questions: Questions,
    answers: Answers,
    functionals: Sequence[int],
    n: int,
    generator: np.random.Generator,
) -> DrawArray:
    """Draw functionals of all areas jointly at one point of the scales, shape (functionals, n, places).

    Places are those of `Layout.places`.

    The inner nodes' states are drawn from the top down. A leaf's draw keeps its own mixture over steps exactly and
    shares the states above it with its siblings; an inner area's draw is the weighted mean of the draws below it, as
    its value is. The functionals share states, steps and noise.
    """
    layout = problem.layout
    out = np.zeros((len(functionals), n, len(layout.leaves) + layout.n_slots), dtype=np.float32)
    own = [_OwnPart.of(problem, answers, k) for k in functionals]
    batch = max(_CELLS // layout.n_areas, 8)
    for start in range(0, n, batch):
        size = min(batch, n - start)
        states = _draw_states(problem, answers, size, generator)
        noise = generator.standard_normal((size, len(layout.leaves)), dtype=np.float32)
        cell, component = _components(answers.leaves, size, generator)
        for part, k, drawn in zip(own, functionals, out[:, start : start + size], strict=True):
            _add_from_above(layout, answers, k, states, drawn)
            drawn[:, : noise.shape[1]] += part.draw(noise, cell, component)
            _add_means(layout, questions, k, drawn)
    return out


@dataclass(frozen=True)
class _OwnPart:
    """One functional of the leaves given the states above them.

    Attributes:
        mean: means of the mixtures' components, shape (leaves, components).
        sd: standard deviations once the states above are given, same shape.
    """

    mean: DrawArray
    sd: DrawArray

    @classmethod
    def of(cls, problem: Problem, answers: Answers, k: int) -> _OwnPart:
        """Take from the mixtures what the states above the leaves will add."""
        layout, state = problem.layout, answers.state
        mean, sd = answers.leaves.mean[:, k], answers.leaves.sd[:, k]
        spread = np.empty(len(mean))
        for which in leaf_chunks(layout):
            slope = answers.leaf_slopes[which, k]
            cov = state.cov[layout.parent_slots(layout.leaves[which])]
            spread[which] = ((slope[:, None, :] @ cov)[:, 0] * slope).sum(1)
        own = np.sqrt(np.maximum(sd**2 - spread[:, None], 0.0))
        return cls(mean.astype(np.float32), own.astype(np.float32))

    def draw(self, noise: DrawArray, cell: IntArray, component: IntArray) -> DrawArray:
        """Draw the leaves' own parts, shape (draws, leaves).

        Args:
            noise: standard normal, shape (draws, leaves).
            cell: positions in `noise`, flat, where another component than the first was picked.
            component: that component.
        """
        drawn: DrawArray = self.sd[:, 0] * noise
        drawn += self.mean[:, 0]
        at = cell % noise.shape[1] * self.mean.shape[1] + component
        drawn.ravel()[cell] = self.mean.ravel()[at] + self.sd.ravel()[at] * noise.ravel()[cell]
        return drawn


def _components(mixture: Mixture, n: int, generator: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Pick one component of each leaf's mixture in each draw; where it is not the first, and which it is."""
    edges = np.cumsum(mixture.weight[:, 0], axis=1)
    chance = generator.random((n, len(edges)), dtype=np.float32)
    cell = np.flatnonzero(chance > edges[:, 0].astype(np.float32))
    picked, leaf = chance.ravel()[cell], cell % len(edges)
    component = np.ones(len(cell), dtype=np.int64)
    for edge in edges[:, 1:-1].T:
        component += picked > edge[leaf]
    return cell, component


def _add_from_above(layout: Layout, answers: Answers, k: int, states: DrawArray, drawn: DrawArray) -> None:
    """Put what the states above add to one functional of the leaves in its place, shape (draws, places)."""
    slope = answers.leaf_slopes[:, k]
    to, starts = group_starts(layout.parent_slots(layout.leaves))
    for slot, first, last in zip(to, starts, [*starts[1:], len(slope)], strict=True):
        np.matmul(states[slot], slope[first:last].T, out=drawn[:, first:last])


def _add_means(layout: Layout, questions: Questions, k: int, drawn: DrawArray) -> None:
    """Put the weighted means of what lies below the inner nodes in their places, shape (draws, places)."""
    leaves, inner = drawn[:, : len(layout.leaves)], drawn[:, len(layout.leaves) :]
    _add_up(layout, questions, k, layout.leaves, leaves, inner)
    for nodes in layout.tiers:
        _add_up(layout, questions, k, nodes, inner[:, layout.slots[nodes]], inner)


def _add_up(layout: Layout, questions: Questions, k: int, nodes: IntArray, drawn: DrawArray, inner: DrawArray) -> None:
    """Add nodes' draws, weighted by their shares, to their parents'; nodes come grouped by parent."""
    to, starts = group_starts(layout.parent_slots(nodes))
    share = questions.shares(layout, nodes)[:, k].astype(np.float32)
    inner[:, to] += np.add.reduceat(share * drawn, starts, axis=1)


def _draw_states(problem: Problem, answers: Answers, n: int, generator: np.random.Generator) -> DrawArray:
    """Draw the states of the inner nodes and the root around their posterior means, shape (slots, n, state)."""
    layout, passed = problem.layout, answers.state.passed
    states = np.empty((layout.n_slots, n, passed.size), dtype=np.float32)
    states[-1:] = _draw_given(passed.top, np.zeros((1, n, passed.size), dtype=np.float32), generator)
    for nodes, local in zip(reversed(layout.tiers), reversed(passed.tiers), strict=True):
        states[layout.slots[nodes]] = _draw_given(local, states[layout.parent_slots(nodes)], generator)
    return states


def _draw_given(local: Local, parent: DrawArray, generator: np.random.Generator) -> DrawArray:
    """Draw how far nodes' states are from their means, given how far their parents' are."""
    root = np.linalg.cholesky(0.5 * (local.cov + np.swapaxes(local.cov, -1, -2)))
    keep = np.eye(parent.shape[-1]) - local.u @ local.gain
    noise = generator.standard_normal((len(parent), parent.shape[1], root.shape[-1]), dtype=np.float32)
    drawn: DrawArray = parent @ np.swapaxes(keep, -1, -2).astype(np.float32)
    drawn += noise @ np.swapaxes(local.u @ root, -1, -2).astype(np.float32)
    return drawn
