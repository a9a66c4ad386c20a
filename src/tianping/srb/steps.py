"""Steps: an area's SRB at order 2 and higher jumps for a while, by an unknown amount, at an unknown time.

A hypothesis is a stretch of periods [a, b) and a size class s with δ ~ N(0, s²). Given everything else the model is
Gaussian, so adding δ to one leaf is a rank-one change: with the leaf's posterior (m, V) without a step, the score
g = R − Wᵀm and the information I = w − WᵀVW of the stretch give the Bayes factor
(1 + s²I)^(−½) exp(½ s²g² / (1 + s²I)), and δ has mean s²g / (1 + s²I) and variance s² / (1 + s²I).
Stretches that begin before the data are standing deviations (they make the leaves' distribution heavy-tailed);
all others are changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tianping.srb.results import FloatArray, IntArray

#: Standard deviations of the size classes, log SRB.
SIZES = np.array([0.1, 0.2, 0.4])
#: Hypotheses times leaves beyond which they are weighed with seven digits instead of sixteen.
_MANY_HYPOTHESES = 20_000
_SINGLE, _DOUBLE = np.float32, np.float64
#: Cuts at every period of so many last ones, and so many before them.
_FINE, _COARSE = 12, 34
#: Leaves beyond which the grid of stretches is coarser and the scales are sought on a sample.
MANY_LEAVES = 3000


@dataclass(frozen=True)
class StepPrior:
    """How often steps happen and how large they are.

    Attributes:
        standing: probability that a deviation stands from before the data.
        onset: monthly hazard of a change, per leaf, shape (leaves,).
        ending: monthly hazard of its end.
        sizes: probabilities of the size classes, shape (3,).
    """

    standing: float
    onset: FloatArray
    ending: float
    sizes: FloatArray


@dataclass(frozen=True)
class Stretches:
    """All stretches considered, on a grid that is monthly at the end and coarser before.

    Attributes:
        cuts: grid of period boundaries from 0 to the number of periods, shape (cuts,).
        start: index into `cuts` where each stretch begins, shape (stretches,).
        end: index into `cuts` where it ends; the last cut means it is still on.
        months_per_period: 1 or 12.
    """

    cuts: IntArray
    start: IntArray
    end: IntArray
    months_per_period: int

    @cached_property
    def first_from(self) -> IntArray:
        """First stretch that begins at each cut but the last, shape (cuts − 1,)."""
        return np.flatnonzero(np.diff(self.start, prepend=-1))

    @property
    def last_from(self) -> IntArray:
        """Stretch that begins at each cut but the last and is still on, shape (cuts − 1,)."""
        return self.first_from + np.arange(self.n_standing)[::-1]

    @property
    def n_standing(self) -> int:
        """Number of stretches that begin before the data; they come first."""
        return len(self.cuts) - 1

    @property
    def is_on(self) -> FloatArray:
        """1 where the stretch is still on, shape (stretches,)."""
        return (self.end == len(self.cuts) - 1).astype(float)

    @property
    def is_change(self) -> FloatArray:
        """1 where it begins within the data, shape (stretches,)."""
        return (self.start > 0).astype(float)

    def log_prior(self, prior: StepPrior) -> FloatArray:
        """Give the log prior of each stretch relative to no step, shape (leaves, stretches)."""
        return np.log(self.odds(prior)).T

    def odds(self, prior: StepPrior) -> FloatArray:
        """Give the prior odds of each stretch against no step, shape (stretches, leaves)."""
        scale = self.months_per_period
        onset, ending = np.minimum(prior.onset * scale, 0.5), min(prior.ending * scale, 0.5)
        begin, stop = self.cuts[self.start], self.cuts[self.end]
        width_before = begin - np.where(self.start > 0, self.cuts[np.maximum(self.start - 1, 0)], 0)
        width_end = stop - self.cuts[np.maximum(self.end - 1, 0)]
        # a start stands for all within (cut before, cut], likewise an end: longer and shorter stretches than its own
        begins = _powers(1.0 - ending, np.maximum(width_before, 1))
        ends = np.where(self.is_on > 0, 1.0, ending * _powers(1.0 / (1.0 - ending), np.maximum(width_end, 1)))
        shape = (1.0 - ending) ** (stop - begin - 1) * begins * ends
        not_begun = np.exp(-np.log1p(-onset) * self.cuts[:, None])
        odds = not_begun[self.end]
        odds *= (onset / not_begun)[self.start]
        odds[: self.n_standing] = prior.standing / (1.0 - prior.standing)
        odds *= shape[:, None]
        return odds


def _powers(base: float, n: IntArray) -> FloatArray:
    """Add up the first `n` powers of a base that is not one, from the zeroth on."""
    return np.asarray((base**n - 1.0) / (base - 1.0), dtype=float)


def make_stretches(n_periods: int, months_per_period: int, n_leaves: int) -> Stretches:
    """Choose the grid: every period of the last year, then coarser, in all at most some forty cuts.

    With very many leaves every period of the last half-year, then gaps of a quarter of the time gone by since, so that
    steps of the last years are dated finely and old ones are not.
    """
    if n_leaves <= MANY_LEAVES:
        recent = max(n_periods - _FINE, 0)
        stride = max(1, -(-recent // _COARSE))
        cuts = np.concatenate([np.arange(recent, -1, -stride), np.arange(recent, n_periods + 1), [0]])
    else:
        ages = [0]
        while ages[-1] < n_periods:
            ages.append(min(ages[-1] + 1 + max(ages[-1] - _FINE // 2, 0) // 4, n_periods))
        cuts = n_periods - np.array(ages)
    cuts = np.unique(cuts)
    start, end = np.triu_indices(len(cuts), k=1)
    return Stretches(cuts, start, end, months_per_period)


@dataclass(frozen=True)
class StepEvidence:
    """What the births of each leaf say about each stretch, on the grid of cuts.

    Attributes:
        weight: accumulated information on δ up to each cut, shape (leaves, cuts).
        pull: accumulated working pull on δ, same shape.
        coupling: accumulated coupling of δ with the leaf's state, shape (leaves, cuts, state).
    """

    weight: FloatArray
    pull: FloatArray
    coupling: FloatArray


def step_evidence(
    weight: FloatArray, pull: FloatArray, loadings: FloatArray, steps: FloatArray, hats: FloatArray, cuts: IntArray
) -> StepEvidence:
    """Accumulate the linearised likelihood over the grid.

    Args:
        weight: working weights, shape (leaves, periods, channels).
        pull: working pulls without any step taken out, same shape.
        loadings: shape (channels, factors).
        steps: effect of a step on each channel.
        hats: basis, shape (periods, knots).
        cuts: the grid.
    """
    (n, periods, _), knots = weight.shape, hats.shape[1]
    before = (np.arange(periods)[:, None] < cuts[None, :]).astype(float)
    by_factor = (weight @ (loadings * steps[:, None])).transpose(0, 2, 1)
    coupling = np.empty((n, len(cuts), loadings.shape[1], knots))
    for knot in range(knots):
        first, last = np.flatnonzero(hats[:, knot])[[0, -1]]
        here = slice(first, last + 1)  # a hat stands on the few periods around its knot
        found = np.ascontiguousarray(by_factor[..., here]) @ (before[here] * hats[here, knot, None])
        coupling[..., knot] = found.transpose(0, 2, 1)
    return StepEvidence((weight @ steps**2) @ before, (pull @ steps) @ before, coupling.reshape(n, len(cuts), -1))


@dataclass(frozen=True)
class StepPosterior:
    """Posterior over hypotheses of a batch of leaves; leaves are on the last axis where arithmetic is long.

    Attributes:
        stretches: the stretches.
        weight: probability of each hypothesis, shape (sizes, stretches, leaves); what is left to one is "no step".
        score: score g of each stretch, shape (stretches, leaves).
        shrink: s²/(1 + s²I), the variance of δ under each hypothesis, shape (sizes, stretches, leaves).
        none: probability of no step, shape (leaves,).
        log_bayes_factor: log of the whole mixture's evidence over "no step", shape (leaves,).
        log_support: log evidence over "no step" of a standing deviation and of a change, per unit of their rate
            and by size class, shape (leaves, 2, sizes); None unless asked for.
    """

    stretches: Stretches
    weight: FloatArray
    score: FloatArray
    shrink: FloatArray
    none: FloatArray
    log_bayes_factor: FloatArray
    log_support: FloatArray | None

    @property
    def probability(self) -> FloatArray:
        """Probability of each hypothesis, shape (leaves, stretches, sizes)."""
        return self.weight.transpose(2, 1, 0)

    @property
    def mean(self) -> FloatArray:
        """Mean of δ under each hypothesis, shape (leaves, stretches, sizes)."""
        return (self.shrink * self.score).transpose(2, 1, 0)

    @property
    def variance(self) -> FloatArray:
        """Variance of δ under each hypothesis, shape (leaves, stretches, sizes)."""
        return self.shrink.transpose(2, 1, 0)

    @cached_property
    def shrunk(self) -> FloatArray:
        """Σ P s²/(1 + s²I) over size classes, shape (stretches, leaves)."""
        return sum_products(self.weight, self.shrink)

    @cached_property
    def at_cuts(self) -> FloatArray:
        """By how much E[δ·on] rises at each cut, shape (leaves, cuts); it falls back where stretches end."""
        stretches = self.stretches
        effect = self.shrunk * self.score
        rises = np.zeros((len(stretches.cuts), effect.shape[1]))
        rises[:-1] = np.add.reduceat(effect, stretches.first_from, axis=0)
        for start, first in enumerate(stretches.first_from):  # a start's stretches end at each later cut in turn
            rises[start + 1 :] -= effect[first : first + len(rises) - start - 1]
        return rises.T

    @cached_property
    def squares(self) -> FloatArray:
        """Σ P E[δ²] over size classes by where stretches start and end, shape (leaves, cuts, cuts)."""
        second = sum_products(self.weight, self.shrink**2)
        second *= self.score**2
        second += self.shrunk
        cuts = len(self.stretches.cuts)
        found = np.zeros((second.shape[1], cuts * cuts))
        found[:, self.stretches.start * cuts + self.stretches.end] = second.T
        return found.reshape(-1, cuts, cuts)

    @cached_property
    def _squares_at_cuts(self) -> FloatArray:
        """Σ P E[δ²] of the steps that begin or end at each cut, shape (leaves, cuts)."""
        found: FloatArray = self.squares.sum(1) + self.squares.sum(2)
        return found

    def shift(self, reach: FloatArray) -> FloatArray:
        """Give the expected effect of the step on some quantities, shape (leaves, quantities).

        Args:
            reach: effect of a unit step that lasts from before the data up to each cut, shape (leaves, cuts,
                quantities); a step that is on in [a, b) has the effect at b less that at a, so that sums over
                stretches become sums over cuts.
        """
        found: FloatArray = -(self.at_cuts[:, None, :] @ reach)[:, 0]
        return found

    def square(self, reach: FloatArray) -> FloatArray:
        """Give the expected square of the step's effect, shape (leaves, quantities)."""
        across = self.squares @ reach
        across *= -2.0
        across += self._squares_at_cuts[..., None] * reach
        across *= reach
        found: FloatArray = across.sum(1)
        return found

    def doubt(self, reach: FloatArray) -> FloatArray:
        """Give the variance of the step's effect, shape (leaves, quantities)."""
        return np.maximum(self.square(reach) - self.shift(reach) ** 2, 0.0)

    def likeliest(self, n: int) -> tuple[IntArray, IntArray]:
        """Give stretches and size classes of each leaf's `n` likeliest steps, shape (leaves, n)."""
        flat = np.ascontiguousarray(self.weight.reshape(-1, self.weight.shape[2]).T)
        best = np.argpartition(flat, -n, axis=1)[:, -n:]
        return best % self.weight.shape[1], best // self.weight.shape[1]

    def still_on(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give Σ P, Σ P E[δ] and Σ P E[δ²] of the steps that are on at the end, upwards and downwards.

        Over size classes, by where steps begin, each (2, leaves, cuts − 1).
        """
        here = self.stretches.last_from
        weight, shrink, score = self.weight[:, here], self.shrink[:, here], self.score[here]
        mean = shrink * score
        up = score > 0
        sums = weight.sum(0), (weight * mean).sum(0), (weight * (mean**2 + shrink)).sum(0)
        chance, first, second = (np.stack([total * up, total * ~up]).transpose(0, 2, 1) for total in sums)
        return chance, first, second

    def changed(self) -> tuple[FloatArray, IntArray]:
        """Give the probability that a change is on at the end, and the period of its likeliest beginning."""
        stretches = self.stretches
        on = self.weight[:, stretches.last_from].sum(0)
        on[0] = 0.0  # not a change
        return on.sum(0), stretches.cuts[on.argmax(0)]

    def path(self, n_periods: int) -> FloatArray:
        """Give E[δ·on] in each period, shape (leaves, periods)."""
        levels = np.cumsum(self.at_cuts, axis=1)[:, :-1]
        return np.repeat(levels, np.diff(self.stretches.cuts), axis=1)[:, :n_periods]


def sum_products(a: FloatArray, b: FloatArray) -> FloatArray:
    """Add up products over the first axis, without an array of them all."""
    total = a[0] * b[0]
    for one, other in zip(a[1:], b[1:], strict=True):
        total += one * other
    return total


def weigh_steps(
    evidence: StepEvidence,
    mean: FloatArray,
    seen: FloatArray,
    stretches: Stretches,
    prior: StepPrior,
    *,
    with_support: bool = False,
) -> StepPosterior:
    """Weigh all hypotheses for a batch of leaves.

    Args:
        evidence: what their births say.
        mean: posterior state means without a step of their own, shape (leaves, state).
        seen: couplings times the states' posterior covariances, shape (leaves, cuts, state).
        stretches: the stretches.
        prior: how often steps happen; `onset` is for these leaves.
        with_support: whether to give `log_support` too, from which rates are learnt.
    """
    kind: type[Any] = _SINGLE if len(mean) * len(stretches.start) > _MANY_HYPOTHESES else _DOUBLE
    score, information = _score(evidence, mean, seen, stretches, kind)
    odds = np.asarray(stretches.odds(prior), dtype=kind)
    shrink: FloatArray = np.empty((len(SIZES), *score.shape), dtype=kind)
    weight = np.empty_like(shrink)
    half = 0.5 * score**2
    for variance, out in zip(SIZES**2, shrink, strict=True):
        np.multiply(information, kind(variance), out=out)
        out += 1
        np.divide(kind(variance), out, out=out)
    # the largest size has the largest exponent
    top = np.maximum((shrink[-1] * half).max(0), 0.0)
    for kept, out in zip(shrink, weight, strict=True):
        np.multiply(kept, half, out=out)
        out -= top
        np.exp(out, out=out)
        out *= odds
        out *= np.sqrt(kept)
    none = np.exp(-top)
    log_support = _support(weight, top, stretches, prior) if with_support else None
    weight *= (prior.sizes / SIZES).astype(kind)[:, None, None]
    total = weight.sum((0, 1)) + none
    weight /= total
    log_bayes_factor = np.log(total) + top - np.log1p(odds.sum(0))
    return StepPosterior(stretches, weight, score, shrink, none / total, log_bayes_factor, log_support)


def _score(
    evidence: StepEvidence, mean: FloatArray, seen: FloatArray, stretches: Stretches, kind: type[Any]
) -> tuple[FloatArray, FloatArray]:
    """Give the score g of each stretch and the information I on its δ, both (stretches, leaves)."""
    left = (evidence.pull - (evidence.coupling @ mean[..., None])[..., 0]).T.astype(kind, order="C")
    quad = seen.astype(kind, copy=False) @ np.swapaxes(evidence.coupling, 1, 2).astype(kind, copy=False)
    lost = np.diagonal(quad, axis1=1, axis2=2)
    own = (evidence.weight - lost).T.astype(kind, order="C")
    a, b = stretches.start, stretches.end
    # w_b − w_a − (q_bb + q_aa − 2 q_ab)
    across = quad.reshape(len(quad), -1).take(a * len(stretches.cuts) + b, axis=1)
    information = np.ascontiguousarray(across.T)
    information -= np.ascontiguousarray(lost.T)[a]
    information *= 2
    information += own[b]
    information -= own[a]
    np.maximum(information, 0.0, out=information)
    return left[b] - left[a], information


def _support(weight: FloatArray, top: FloatArray, stretches: Stretches, prior: StepPrior) -> FloatArray:
    """Add up the hypotheses of each kind and size, their rate taken out, shape (leaves, 2, sizes)."""
    standing = weight[:, : stretches.n_standing].sum(1) / SIZES[:, None]
    change = weight[:, stretches.n_standing :].sum(1) / SIZES[:, None]
    with np.errstate(divide="ignore"):
        both = np.stack([np.log(standing * (1.0 - prior.standing) / prior.standing), np.log(change / prior.onset)])
    return (both + top).transpose(2, 0, 1)
