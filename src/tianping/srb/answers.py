"""Answers of one point of the scales: marginals, aggregates and differences of every node."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.fit import Inner, LeafBatch, Problem, inner_posterior, leaf_batch
from tianping.srb.layout import group_starts
from tianping.srb.mixtures import Mixture
from tianping.srb.propagate import Local, leaf_chunks
from tianping.srb.questions import Questions
from tianping.srb.results import FloatArray, IntArray
from tianping.srb.search import Point
from tianping.srb.steps import SIZES, StepPosterior

#: Probability below which nothing is said of the other steps together.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Linear:
    """Functionals of some nodes given their parent's state u: a + b·u plus independent noise.

    Attributes:
        constant: a, shape (nodes, functionals).
        slope: b, shape (nodes, functionals, state).
        noise: variance of the noise, shape (nodes, functionals).
    """

    constant: FloatArray
    slope: FloatArray
    noise: FloatArray

    @classmethod
    def empty(cls, n: int, functionals: int, state: int) -> Linear:
        """Give zeros for `n` nodes."""
        return cls(np.zeros((n, functionals)), np.zeros((n, functionals, state)), np.zeros((n, functionals)))

    def moments(self, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give means and variances when u has these moments (arrays per node)."""
        centre = self.constant + (self.slope @ mean[..., None])[..., 0]
        spread = ((self.slope @ cov) * self.slope).sum(-1)
        return centre, spread + self.noise

    def put(self, where: IntArray | slice, other: Linear) -> None:
        """Write other nodes' functionals into these."""
        self.constant[where], self.slope[where], self.noise[where] = other.constant, other.slope, other.noise

    def take(self, where: IntArray | slice) -> Linear:
        """Take some nodes."""
        return Linear(self.constant[where], self.slope[where], self.noise[where])


@dataclass(frozen=True)
class Answers:
    """Answers at one point of the scales.

    Attributes:
        leaves: marginals of the leaves' functionals, components on the last axis,
            shapes (leaves, 1, components) and (leaves, functionals, components).
        inner: mean and variance of the inner nodes' functionals, each (slots, functionals).
        leaf_linear: the leaves' functionals given their parent.
        inner_linear: the inner nodes' functionals given their parent (the root: given nothing), by slot.
        below: the inner nodes' functionals given their own state, by slot.
        state: the inner nodes' posterior.
        p_changed: probability that a change is on at the end, shape (leaves,).
        changed_at: period of its likeliest beginning, shape (leaves,).
    """

    leaves: Mixture
    inner: tuple[FloatArray, FloatArray]
    leaf_linear: Linear
    inner_linear: Linear
    below: Linear
    state: Inner
    p_changed: FloatArray
    changed_at: IntArray


def answer(problem: Problem, questions: Questions, point: Point, n_components: int) -> Answers:
    """Answer all questions at one point of the scales.

    Args:
        problem: the problem.
        questions: what is asked.
        point: the scales and where their sweeps ended.
        n_components: step hypotheses kept apart in each leaf's mixture.
    """
    layout = problem.layout
    n_components = min(n_components, len(SIZES) * len(problem.stretches.start))
    state = inner_posterior(problem, point.phi, point.condition)
    n, q, size = len(layout.leaves), len(questions.span), state.mean.shape[1]
    linear, below = Linear.empty(n, q, size), Linear.empty(layout.n_slots, q, size)
    parts, changed = [], []
    for which in leaf_chunks(layout):
        batch = leaf_batch(problem, state, point.condition, which)
        rows = _state_rows(problem, questions, which)
        mixture, step_mean, step_noise = _leaf_mixture(problem, questions, batch, rows, n_components)
        linear.put(which, _given_parent(batch.local, rows, step_mean, step_noise))
        share = questions.shares(layout, layout.leaves[which])
        _gather(below, linear.take(which), share, layout.parent_slots(layout.leaves[which]))
        parts.append(mixture)
        changed.append(batch.steps.changed())
    inner_linear = _climb(problem, questions, state, below)
    leaves = Mixture(
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.sd for part in parts]),
    )
    return Answers(
        leaves,
        below.moments(state.mean, state.cov),
        linear,
        inner_linear,
        below,
        state,
        np.concatenate([p for p, _ in changed]),
        np.concatenate([at for _, at in changed]),
    )


def _state_rows(problem: Problem, questions: Questions, which: slice) -> FloatArray:
    """Give each functional as a row on the leaf's state, shape (leaves, functionals, state)."""
    times = questions.time_weights() @ problem.basis.hats
    factors = questions.mix[which] @ problem.channels.loadings
    rows = factors[..., None] * times[None, :, None, :]
    return rows.reshape(*rows.shape[:2], -1)


def _gather(below: Linear, linear: Linear, share: FloatArray, slots: IntArray) -> None:
    """Add children's functionals, weighted by their shares, to their parents'; children come grouped."""
    to, starts = group_starts(slots)
    below.constant[to] += np.add.reduceat(share * linear.constant, starts, axis=0)
    below.slope[to] += np.add.reduceat(share[..., None] * linear.slope, starts, axis=0)
    below.noise[to] += np.add.reduceat(share**2 * linear.noise, starts, axis=0)


def _given_parent(local: Local, rows: FloatArray, constant: FloatArray, noise: FloatArray) -> Linear:
    """Turn functionals constant + rows·u + noise of the nodes' own states into ones of their parents' states."""
    on_eps = rows @ local.u
    weighted = on_eps @ local.cov
    return Linear(
        constant + (weighted @ local.uh[..., None])[..., 0],
        rows - weighted @ np.swapaxes(local.ju, -1, -2),
        noise + (weighted * on_eps).sum(-1),
    )


def _climb(problem: Problem, questions: Questions, state: Inner, below: Linear) -> Linear:
    """Carry functionals from the lower inner nodes to the higher ones."""
    layout = problem.layout
    inner = Linear.empty(*below.slope.shape)
    for nodes, local in zip(layout.tiers, state.passed.tiers, strict=True):
        slots = layout.slots[nodes]
        own = below.take(slots)
        given = _given_parent(local, own.slope, own.constant, own.noise)
        inner.put(slots, given)
        _gather(below, given, questions.shares(layout, nodes), layout.parent_slots(nodes))
    return inner


def _leaf_mixture(
    problem: Problem, questions: Questions, batch: LeafBatch, rows: FloatArray, n_components: int
) -> tuple[Mixture, FloatArray, FloatArray]:
    """Give the mixture over steps of each leaf's functionals.

    Returns:
        the mixture; the expected direct effect of the step on each functional; and the variance that uncertainty
        about steps adds to it, both (leaves, functionals).
    """
    on_state = batch.cov @ np.swapaxes(rows, 1, 2)
    base_mean = (rows @ batch.mean[..., None])[..., 0]
    base_var = np.einsum("nqm,nmq->nq", rows, on_state, optimize=True)
    reach = _StepReach.of(problem, questions, batch, on_state)
    kept = _Kept.of(batch.steps, n_components)
    n, q = base_mean.shape
    mean, variance = np.empty((n, q, n_components + 2)), np.empty((n, q, n_components + 2))
    shift, added = np.empty((n, q)), np.empty((n, q))
    for k in range(q):
        gain = reach.gain(k)
        mean[:, k], variance[:, k] = kept.components(gain)
        added[:, k] = kept.variance(gain)
        shift[:, k] = (reach.direct(k) * kept.first).sum(1)
    mean += base_mean[..., None]
    return Mixture(kept.weight[:, None, :], mean, np.sqrt(base_var[..., None] + variance)), shift, added


@dataclass(frozen=True)
class _Kept:
    """Each leaf's likeliest steps, kept apart, and all others taken together.

    Attributes:
        stretch: stretches of the steps kept, shape (leaves, kept).
        probability: their probabilities, same shape.
        size: mean of δ under each, same shape.
        doubt: variance of δ under each, same shape.
        first: Σ P·E[δ] over size classes by stretch, shape (leaves, stretches).
        second: Σ P·E[δ²] likewise.
        rest: probability of all other steps, shape (leaves,).
        weight: probabilities of no step, of the others together and of those kept, shape (leaves, 2 + kept).
    """

    stretch: IntArray
    probability: FloatArray
    size: FloatArray
    doubt: FloatArray
    first: FloatArray
    second: FloatArray
    rest: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, steps: StepPosterior, n: int) -> _Kept:
        """Keep the `n` likeliest steps of each leaf."""
        flat = steps.probability.reshape(len(steps.probability), -1)
        best = np.argpartition(-flat, n - 1, axis=1)[:, :n]
        take = (np.arange(len(best))[:, None], best // len(SIZES), best % len(SIZES))
        p = steps.probability[take]
        rest = np.maximum(1.0 - steps.none - p.sum(1), 0.0)
        weight = np.maximum(np.concatenate([steps.none[:, None], rest[:, None], p], axis=1), 0.0)
        return cls(
            take[1],
            p,
            steps.mean[take],
            steps.variance[take],
            (steps.probability * steps.mean).sum(2),
            (steps.probability * (steps.mean**2 + steps.variance)).sum(2),
            rest,
            weight / weight.sum(1, keepdims=True),
        )

    def components(self, gain: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give the mean and variance that the step adds in each component of the mixture, given its `gain`.

        Args:
            gain: effect of a unit step in each stretch, shape (leaves, stretches).
        """
        some = np.take_along_axis(gain, self.stretch, axis=1)
        mean, variance = some * self.size, some**2 * self.doubt
        left = np.maximum(self.rest, _NOTHING)
        others = ((gain * self.first).sum(1) - (self.probability * mean).sum(1)) / left
        squares = ((gain**2 * self.second).sum(1) - (self.probability * (mean**2 + variance)).sum(1)) / left
        others, squares = np.where(self.rest > _NOTHING, [others, squares], 0.0)
        none = np.zeros(len(gain))
        spread = np.maximum(squares - others**2, 0.0)
        return np.column_stack([none, others, mean]), np.column_stack([none, spread, variance])

    def variance(self, gain: FloatArray) -> FloatArray:
        """Give the variance that doubt about the step adds in all, shape (leaves,)."""
        return np.maximum((gain**2 * self.second).sum(1) - (gain * self.first).sum(1) ** 2, 0.0)


@dataclass(frozen=True)
class _StepReach:
    """How a unit step in each stretch moves each functional.

    Attributes:
        overlap: weight of each functional's span that falls into each stretch, shape (functionals, stretches).
        effect: effect of a step on each functional's order group, shape (leaves, functionals).
        taken: how much of a unit step the leaf's own state would have absorbed, by cut,
            shape (leaves, cuts, functionals).
        start: first cut of each stretch.
        end: last cut of each stretch.
    """

    overlap: FloatArray
    effect: FloatArray
    taken: FloatArray
    start: IntArray
    end: IntArray

    @classmethod
    def of(cls, problem: Problem, questions: Questions, batch: LeafBatch, on_state: FloatArray) -> _StepReach:
        stretches = problem.stretches
        weights = questions.time_weights()
        upto = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)[:, stretches.cuts]
        return cls(
            upto[:, stretches.end] - upto[:, stretches.start],
            questions.mix[batch.which] @ problem.channels.steps,
            batch.evidence.coupling @ on_state,
            stretches.start,
            stretches.end,
        )

    def direct(self, k: int) -> FloatArray:
        """Give the direct effect of a unit step on functional `k`, shape (leaves, stretches)."""
        return self.effect[:, k, None] * self.overlap[k]

    def gain(self, k: int) -> FloatArray:
        """Give the whole effect, less what the state absorbs, shape (leaves, stretches)."""
        taken = self.taken[:, :, k]
        return self.direct(k) - (taken[:, self.end] - taken[:, self.start])
