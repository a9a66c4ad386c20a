"""Answers of a batch of leaves: mixtures over their steps, of their own functionals and of their differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.fit import Inner, LeafBatch, Problem
from tianping.srb.linear import Linear, given_parent
from tianping.srb.mixtures import Mixture
from tianping.srb.questions import Questions
from tianping.srb.results import BoolArray, FloatArray, IntArray
from tianping.srb.steps import StepPosterior

#: Probability below which nothing is said of a group of steps.
_NOTHING = 1e-9
#: Least variance of a difference, as a part of the area's own: linear algebra must not promise certainty.
_LEAST = 1e-6


@dataclass(frozen=True)
class LeafAnswers:
    """Answers of a batch of leaves.

    Attributes:
        which: the leaves.
        mixture: marginals of the leading functionals (`Questions.n_mixed`).
        mean: means of all functionals, shape (leaves, functionals).
        variance: their variances, same shape.
        linear: the functionals given the parent's state, doubt about the step in the noise.
        share: weight of each leaf in its parent's mean, shape (leaves, functionals).
        p_changed: probability that a change is on at the end, shape (leaves,).
        changed_at: period of its likeliest beginning, shape (leaves,).
    """

    which: slice
    mixture: Mixture
    mean: FloatArray
    variance: FloatArray
    linear: Linear
    share: FloatArray
    p_changed: FloatArray
    changed_at: IntArray


@dataclass(frozen=True)
class Differing:
    """What a batch of leaves needs to say how they differ from the rest of their parent, for the leading functionals.

    Attributes:
        batch: the leaves.
        rows: their functionals on their state, shape (leaves, functionals, state).
        plain: mean and variance of the functionals without a step of their own, each (leaves, functionals).
        reach: effect of a unit step that lasts from before the data up to each cut, (leaves, cuts, functionals).
        kept: the steps.
        linear: the functionals given the parent's state.
        share: weight of each leaf in its parent's mean, shape (leaves, functionals).
    """

    batch: LeafBatch
    rows: FloatArray
    plain: tuple[FloatArray, FloatArray]
    reach: FloatArray
    kept: KeptSteps
    linear: Linear
    share: FloatArray

    def mixture(self, inner: Inner, above: IntArray, below: Linear) -> Mixture:
        """Give log SRB of each leaf minus that of the rest of its parent; NaN without a rest.

        A leaf's step also moves what is believed of its siblings, through the state they share.

        Args:
            inner: posterior of the inner nodes.
            above: slots of the leaves' parents.
            below: the inner nodes' functionals given their own state, complete for these parents.
        """
        rest = below.take(above, self.share.shape[1]).rest(self.linear, self.share)
        centre, spread = rest.moments(inner.mean[above], inner.cov[above])
        slopes = np.swapaxes(rest.slope, 1, 2)
        with_rest = self.batch.local.shared(inner.cov[above] @ slopes)
        centre += (self.batch.own[:, None, :] @ with_rest)[:, 0]
        mean, variance = self.plain
        together = (np.swapaxes(self.rows, 1, 2) * with_rest).sum(1)
        difference = np.maximum(variance + spread - 2.0 * together, _LEAST * variance)
        reach = self.reach + self.batch.evidence.coupling @ with_rest
        steps = self.batch.steps
        return self.kept.mixture(mean - centre, difference, reach, (steps.shift(reach), steps.square(reach)))


def answer_leaves(
    problem: Problem, questions: Questions, batch: LeafBatch, n_components: int
) -> tuple[LeafAnswers, Differing]:
    """Answer all questions about a batch of leaves but those on differences, which need the rest of the parent.

    Args:
        problem: the problem.
        questions: what is asked.
        batch: the leaves.
        n_components: step hypotheses kept apart in each leaf's mixture.
    """
    rows = _state_rows(problem, questions, batch.which)
    known = _months(questions, batch.common.months, questions.mix[batch.which])
    mean = (rows @ batch.mean[..., None])[..., 0] + known
    variance = ((rows @ batch.cov) * rows).sum(-1)
    together = months_noise(questions, batch.common.noise)
    direct = _direct(problem, questions, batch.which)
    reach = direct - batch.seen @ np.swapaxes(rows, 1, 2)
    kept = KeptSteps.of(batch.steps, n_components)
    shift, square = batch.steps.shift(reach), batch.steps.square(reach)
    doubt = np.maximum(square - shift**2, 0.0)
    mixed, q = questions.n_mixed, questions.n_compared
    with_size = (rows @ batch.tilt[..., None])[..., 0]
    linear = given_parent(batch.local, rows, batch.steps.shift(direct) + with_size + known, doubt)
    share = questions.shares(problem.layout, problem.layout.leaves[batch.which])
    answers = LeafAnswers(
        batch.which,
        kept.mixture(mean[:, :mixed], (variance + together)[:, :mixed], reach[..., :mixed], (shift, square)),
        mean + shift,
        variance + together + doubt,
        linear,
        share,
        *batch.steps.changed(),
    )
    plain = mean[:, :q], variance[:, :q]
    differing = Differing(batch, rows[:, :q], plain, reach[..., :q], kept, linear.take(slice(None), q), share[:, :q])
    return answers, differing


def _state_rows(problem: Problem, questions: Questions, which: slice) -> FloatArray:
    """Give each functional as a row on the leaf's state, shape (leaves, functionals, state)."""
    times = questions.time_weights() @ problem.basis.hats
    factors = questions.mix[which] @ problem.channels.loadings
    rows = factors[..., None] * times[None, :, None, :]
    return rows.reshape(*rows.shape[:2], -1)


def _months(questions: Questions, months: FloatArray, mix: FloatArray) -> FloatArray:
    """Give what all areas' deviations in single periods add to each functional, shape (leaves, functionals)."""
    added: FloatArray = (mix * (questions.time_weights() @ months)).sum(-1)
    return added


def months_noise(questions: Questions, noise: FloatArray) -> FloatArray:
    """Give the variance of what all areas have in common in single periods, at the mean mix, shape (functionals,)."""
    in_time = questions.time_weights() ** 2 @ noise
    variance: FloatArray = (questions.mix.mean(0) ** 2 * in_time).sum(-1)
    return variance


def _direct(problem: Problem, questions: Questions, which: slice) -> FloatArray:
    """Give the direct effect of a unit step up to each cut on each functional, shape (leaves, cuts, functionals)."""
    weights = questions.time_weights()
    upto = np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)
    effect = questions.mix[which] @ problem.channels.steps
    direct: FloatArray = effect[:, None, :] * upto[:, problem.stretches.cuts].T
    return direct


@dataclass(frozen=True)
class KeptSteps:
    """Each leaf's likeliest steps, kept apart, and all others in three groups, each taken together.

    The groups are steps that are over, steps upwards that are on at the end, and steps downwards that are on: taken
    all together a few high ones and many that are over would pass for one broad doubt.

    Attributes:
        steps: all steps.
        start: cut where each step kept begins, shape (leaves, kept).
        end: cut where it ends, same shape.
        probability: its probability, same shape.
        size: mean of δ under it, same shape.
        uncertain: variance of δ under it, same shape.
        first: Σ P·E[δ] over size classes of the steps that are on, upwards and downwards, by where they begin,
            shape (2, leaves, cuts − 1).
        second: Σ P·E[δ²] likewise.
        rest: probability of all other steps by group, shape (leaves, 3).
        weight: probabilities of no step, of the groups and of the steps kept, shape (leaves, 4 + kept).
    """

    steps: StepPosterior
    start: IntArray
    end: IntArray
    probability: FloatArray
    size: FloatArray
    uncertain: FloatArray
    first: FloatArray
    second: FloatArray
    rest: FloatArray
    weight: FloatArray

    @classmethod
    def of(cls, steps: StepPosterior, n: int) -> KeptSteps:
        """Keep the `n` likeliest steps of each leaf."""
        stretch, kind = steps.likeliest(n)
        leaf = np.arange(len(stretch))[:, None]
        start, end = steps.stretches.start[stretch], steps.stretches.end[stretch]
        p, shrink = steps.weight[kind, stretch, leaf], steps.shrink[kind, stretch, leaf]
        size = shrink * steps.score[stretch, leaf]
        chance, first, second = steps.still_on()
        on = chance.sum(2).T
        all_steps = np.column_stack([1.0 - steps.none - on.sum(1), on])
        members = _members(end == len(steps.stretches.cuts) - 1, size)
        rest = np.maximum(all_steps - np.stack([(p * inside).sum(1) for inside in members], axis=1), 0.0)
        weight = np.concatenate([steps.none[:, None], rest, p], axis=1)
        weight /= weight.sum(1, keepdims=True)
        return cls(steps, start, end, p, size, shrink, first, second, rest, weight)

    def mixture(
        self, mean: FloatArray, variance: FloatArray, reach: FloatArray, effects: tuple[FloatArray, FloatArray]
    ) -> Mixture:
        """Give the mixture over steps of functionals whose moments without a step are known.

        Args:
            mean: means without a step, shape (leaves, functionals).
            variance: variances without a step, same shape.
            reach: effect of a unit step up to each cut, shape (leaves, cuts, functionals).
            effects: expected effect of all steps and its expected square, each (leaves, functionals or more).
        """
        leaf = np.arange(len(reach))[:, None]
        effect = reach[leaf, self.end] - reach[leaf, self.start]
        p, size, uncertain = (a[..., None] for a in (self.probability, self.size, self.uncertain))
        moved, spread = effect * size, effect**2 * uncertain
        squares = p * (moved**2 + spread)
        sums, square_sums = self._by_group(reach, effects)
        members = _members(self.end == reach.shape[1] - 1, self.size)
        means, variances = np.empty((2, *mean.shape, self.weight.shape[1]))
        means[..., 0], variances[..., 0] = mean, variance
        for group, inside in enumerate(members):
            left = np.maximum(self.rest[:, group], _NOTHING)[:, None]
            others = (sums[group] - (p * moved * inside[..., None]).sum(1)) / left
            square = (square_sums[group] - (squares * inside[..., None]).sum(1)) / left
            some = self.rest[:, group, None] > _NOTHING
            means[..., 1 + group] = mean + np.where(some, others, 0.0)
            variances[..., 1 + group] = variance + np.where(some, np.maximum(square - others**2, 0.0), 0.0)
        means[..., 4:] = mean[..., None] + np.swapaxes(moved, 1, 2)
        variances[..., 4:] = variance[..., None] + np.swapaxes(spread, 1, 2)
        return Mixture(self.weight[:, None, :], means, np.sqrt(variances, out=variances))

    def _by_group(
        self, reach: FloatArray, effects: tuple[FloatArray, FloatArray]
    ) -> tuple[list[FloatArray], list[FloatArray]]:
        """Give Σ P·E[effect] and Σ P·E[effect²] of each group's steps, each (leaves, functionals)."""
        effect = reach[:, -1:] - reach[:, :-1]
        up, down = ((first[:, None, :] @ effect)[:, 0] for first in self.first)
        effect **= 2
        up_square, down_square = ((second[:, None, :] @ effect)[:, 0] for second in self.second)
        shift, square = (every[:, : reach.shape[2]] for every in effects)
        over, over_square = shift - up - down, square - up_square - down_square
        return [over, up, down], [over_square, up_square, down_square]


def _members(on: BoolArray, size: FloatArray) -> tuple[BoolArray, BoolArray, BoolArray]:
    """Say which steps belong to each group: over, upwards and on, downwards and on."""
    up = size > 0
    return ~on, on & up, on & ~up
