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

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from tianping.srb.results import FloatArray, IntArray

#: Standard deviations of the size classes, log SRB.
SIZES = np.array([0.1, 0.2, 0.4])
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
        scale = self.months_per_period
        onset, ending = np.minimum(prior.onset * scale, 0.5), min(prior.ending * scale, 0.5)
        begin, stop = self.cuts[self.start], self.cuts[self.end]
        width_before = begin - np.where(self.start > 0, self.cuts[np.maximum(self.start - 1, 0)], 0)
        length = stop - begin
        on = np.log1p(-ending) * (length - 1) + np.where(self.is_on > 0, 0.0, np.log(ending))
        # a start within (cut before, cut] stands for that many periods, likewise an end
        width_end = stop - self.cuts[np.maximum(self.end - 1, 0)]
        on = on + np.where(self.is_on > 0, 0.0, np.log(np.maximum(width_end, 1)))
        standing = np.log(prior.standing / (1.0 - prior.standing))
        change = np.log(onset)[:, None] - np.log1p(-onset)[:, None] * length[None, :]
        begun = change + np.log(np.maximum(width_before, 1))[None, :]
        return np.where(self.is_change[None, :] > 0, begun, standing) + on[None, :]


def make_stretches(n_periods: int, months_per_period: int, n_leaves: int) -> Stretches:
    """Choose the grid: every period of the last year (of the last half with very many leaves), then coarser."""
    fine, coarse = (12, 34) if n_leaves <= MANY_LEAVES else (6, 18)
    recent = max(n_periods - fine, 0)
    stride = max(1, -(-recent // coarse))
    cuts = np.unique(np.concatenate([np.arange(recent, -1, -stride), np.arange(recent, n_periods + 1), [0]]))
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
    n, periods, _ = weight.shape
    before = (np.arange(periods)[:, None] < cuts[None, :]).astype(float)
    by_factor = (weight @ (loadings * steps[:, None])).transpose(0, 2, 1).reshape(-1, periods)
    spread = (before[:, :, None] * hats[:, None, :]).reshape(periods, -1)
    coupling = (by_factor @ spread).reshape(n, loadings.shape[1], len(cuts), hats.shape[1])
    return StepEvidence(
        (weight @ steps**2) @ before,
        (pull @ steps) @ before,
        coupling.transpose(0, 2, 1, 3).reshape(n, len(cuts), -1),
    )


@dataclass(frozen=True)
class StepPosterior:
    """Posterior over hypotheses of a batch of leaves.

    Attributes:
        stretches: the stretches.
        probability: shape (leaves, stretches, sizes); what is left to one is "no step".
        mean: mean of δ under each hypothesis, same shape.
        variance: variance of δ under each hypothesis, same shape.
        log_bayes_factor: log of the whole mixture's evidence over "no step", shape (leaves,).
        log_support: log evidence over "no step" of a standing deviation and of a change, per unit of their rate
            and by size class, shape (leaves, 2, sizes); None unless asked for.
    """

    stretches: Stretches
    probability: FloatArray
    mean: FloatArray
    variance: FloatArray
    log_bayes_factor: FloatArray
    log_support: FloatArray | None

    @property
    def none(self) -> FloatArray:
        """Probability of no step, shape (leaves,)."""
        return 1.0 - self.probability.sum((1, 2))

    def changed(self) -> tuple[FloatArray, IntArray]:
        """Give the probability that a change is on at the end, and the period of its likeliest beginning."""
        on = self.probability.sum(2) * (self.stretches.is_on * self.stretches.is_change)[None, :]
        return on.sum(1), self.stretches.cuts[self.stretches.start[on.argmax(1)]]

    def path(self, n_periods: int) -> FloatArray:
        """Give E[δ·on] in each period, shape (leaves, periods)."""
        effect = (self.probability * self.mean).sum(2)
        cuts = self.stretches.cuts
        incidence = np.zeros((len(self.stretches.start), len(cuts)))
        rows = np.arange(len(self.stretches.start))
        incidence[rows, self.stretches.start] += 1.0
        incidence[rows, self.stretches.end] -= 1.0
        levels = np.cumsum(effect @ incidence, axis=1)[:, :-1]
        return np.repeat(levels, np.diff(cuts), axis=1)[:, :n_periods]


def weigh_steps(
    evidence: StepEvidence,
    mean: FloatArray,
    cov: FloatArray,
    stretches: Stretches,
    prior: StepPrior,
    *,
    with_support: bool = False,
) -> StepPosterior:
    """Weigh all hypotheses for a batch of leaves.

    Args:
        evidence: what their births say.
        mean: posterior state means without a step of their own, shape (leaves, state).
        cov: posterior state covariances, shape (leaves, state, state).
        stretches: the stretches.
        prior: how often steps happen; `onset` is for these leaves.
        with_support: whether to give `log_support` too, from which rates are learnt.
    """
    score, information = _score(evidence, mean, cov, stretches)
    shrink = SIZES**2 / (1.0 + SIZES**2 * information[..., None])
    log_prior = stretches.log_prior(prior)
    log_weight = 0.5 * np.log(shrink / SIZES**2) + 0.5 * shrink * (score**2)[..., None] + log_prior[..., None]
    log_support = _support(log_weight, stretches.is_change > 0, prior) if with_support else None
    log_weight += np.log(prior.sizes)
    top = np.maximum(log_weight.max((1, 2)), 0.0)
    weight = np.exp(log_weight - top[:, None, None])
    total = weight.sum((1, 2)) + np.exp(-top)
    prior_odds = np.exp(log_prior).sum(1)
    return StepPosterior(
        stretches,
        weight / total[:, None, None],
        shrink * score[..., None],
        shrink,
        np.log(total) + top - np.log1p(prior_odds),
        log_support,
    )


def _score(
    evidence: StepEvidence, mean: FloatArray, cov: FloatArray, stretches: Stretches
) -> tuple[FloatArray, FloatArray]:
    """Give the score g of each stretch and the information I on its δ, both (leaves, stretches)."""
    left = evidence.pull - (evidence.coupling @ mean[..., None])[..., 0]
    quad = evidence.coupling @ cov @ np.swapaxes(evidence.coupling, 1, 2)
    own = np.diagonal(quad, axis1=1, axis2=2)
    a, b = stretches.start, stretches.end
    lost = own[:, b] + own[:, a] - 2.0 * quad[:, a, b]
    return left[:, b] - left[:, a], np.maximum(evidence.weight[:, b] - evidence.weight[:, a] - lost, 0.0)


def _support(log_weight: FloatArray, is_change: npt.NDArray[np.bool_], prior: StepPrior) -> FloatArray:
    """Add up the hypotheses of each kind and size, their rate taken out, shape (leaves, 2, sizes)."""
    with np.errstate(divide="ignore"):
        standing = logsumexp(log_weight[:, ~is_change], axis=1) - np.log(prior.standing / (1.0 - prior.standing))
        if not is_change.any():
            return np.stack([standing, np.full_like(standing, -np.inf)], axis=1)
        change = logsumexp(log_weight[:, is_change], axis=1) - np.log(prior.onset)[:, None]
    return np.stack([standing, change], axis=1)
