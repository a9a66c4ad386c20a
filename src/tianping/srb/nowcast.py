"""Nowcast by sex: births of the newest periods as they will stand when the late ones are registered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.delays import DelayFit, fit_delays, tiers
from tianping.srb.results import FloatArray, IntArray
from tianping.terms import AreaTree, Counts, Period

#: Channels of `terms.ORDERS` that complete together: each birth once; unknown orders by the delays of all births.
_PARTS = ((0, [0]), (1, [1, 2]), (2, [3]))
#: Draws are fewer where areas × periods × draws would be more than this; never fewer than the least.
_MOST_CELLS, _LEAST_DRAWS = 20_000_000, 100
#: Cohorts behind an area's usual number of births, beyond those still being completed.
_USUAL_COHORTS = 12


@dataclass(frozen=True)
class Completion:
    """Joint draws of the births still to be registered, all that lies below included.

    Attributes:
        tree: the areas.
        periods: the newest periods, oldest first: those younger than the longest delay.
        known: births known so far, shape (areas, periods, 2): boys, then girls.
        to_come: draws of the births to come, shape (areas, periods, 2, draws); parts add up to their sums in each draw.
        longest: longest delay looked at, in periods; what is registered later still is not foreseen.
    """

    tree: AreaTree
    periods: tuple[Period, ...]
    known: IntArray
    to_come: FloatArray
    longest: int

    @property
    def n_draws(self) -> int:
        """Number of draws."""
        return self.to_come.shape[-1]


def complete(counts: Counts, n_draws: int = 1000, seed: int = 20250101) -> Completion | None:
    """Draw the births still to be registered of the newest periods; None where delays are not known.

    In each draw an area's hazards are Beta around those drawn for the area above, given its own births; births to come
    are Poisson, with an intensity that is Gamma given the births known and a prior worth one birth at the area's usual
    number. What areas share they share in each draw.
    """
    if counts.delays is None:
        return None
    fit = fit_delays(counts.tree, counts.delays)
    age = np.array([counts.delays.last.ordinal - period.ordinal for period in counts.periods])
    newest = np.flatnonzero((age >= 0) & (age < fit.longest))
    n = max(_LEAST_DRAWS, min(n_draws, _MOST_CELLS // max(1, 2 * len(counts.tree) * len(newest))))
    rng = np.random.default_rng(seed)
    born = np.stack([counts.boys, counts.girls], axis=2)
    to_come = np.zeros((len(counts.tree), len(newest), 2, n))
    for group, channels in _PARTS:
        known = born[..., channels].sum(-1)
        if known.any():
            share = _draw_shares(fit, group, n, rng)
            to_come += _draw_to_come(known, share, age, newest, rng)
    periods = tuple(counts.periods[i] for i in newest)
    known = counts.tree.sum_up(born.sum(-1)[:, newest])
    return Completion(counts.tree, periods, known, counts.tree.sum_up(to_come), fit.longest)


def _draw_shares(fit: DelayFit, group: int, n: int, rng: np.random.Generator) -> FloatArray:
    """Draw F(d) of every area jointly down the tree, shape (areas, 2, longest + 1, draws)."""
    told_late, told_within = fit.told.late[:, group, ..., None], fit.told.within[:, group, ..., None]
    prior_late, prior_within = fit.prior.late[:, group, ..., None], fit.prior.within[:, group, ..., None]
    hazard = np.empty((len(fit.tree), 2, fit.longest, n))
    for depth, here, above in tiers(fit.tree):
        if depth:
            late = fit.worth[depth] * hazard[above]
            within = np.broadcast_to(fit.worth[depth], late.shape)
        else:
            late, within = prior_late[here], prior_within[here]
        late, within = late + told_late[here], within + told_within[here]
        hazard[here] = rng.beta(np.maximum(late, 1e-12), within - late, (len(here), *hazard.shape[1:]))
    share = np.ones((len(fit.tree), 2, fit.longest + 1, n))
    share[:, :, :-1] = np.cumprod(1.0 - hazard[:, :, ::-1], axis=2)[:, :, ::-1]
    return share


def _draw_to_come(
    known: IntArray, share: FloatArray, age: IntArray, newest: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Draw the births to come of each area's own births, shape (areas, periods, 2, draws)."""
    longest = share.shape[2] - 1
    expected = share.mean(-1)[:, :, np.clip(age, 0, longest)].transpose(0, 2, 1)
    recent = (age >= 0) & (age < longest + _USUAL_COHORTS)
    usual = known[:, recent].sum(1) / expected[:, recent].sum(1)
    to_come = np.empty((len(known), len(newest), 2, share.shape[-1]))
    for k, period in enumerate(newest):
        registered = share[:, :, age[period]]
        rate = 1.0 / np.maximum(usual, 1e-9)[..., None] + registered
        intensity = rng.gamma(1.0 + known[:, period, :, None], 1.0 / rate)
        to_come[:, k] = rng.poisson(intensity * (1.0 - registered))
    return to_come


@dataclass(frozen=True)
class Nowcast:
    """The newest periods as known and as they will stand.

    Attributes:
        tree: the areas.
        periods: the newest periods, oldest first.
        known: births known so far, shape (areas, periods, 2): boys, then girls.
        expected: births as they will stand, mean of the draws, same shape.
        lower: lower ends, same shape.
        upper: upper ends.
        srb: boys per 100 girls as they will stand, median of the draws, shape (areas, periods); NaN without girls.
        srb_lower: lower ends: only the births to come are unsure, not what the ratio would be with more births.
        srb_upper: upper ends.
        longest: longest delay looked at, in periods.
    """

    tree: AreaTree
    periods: tuple[Period, ...]
    known: IntArray
    expected: FloatArray
    lower: FloatArray
    upper: FloatArray
    srb: FloatArray
    srb_lower: FloatArray
    srb_upper: FloatArray
    longest: int


def nowcast(completion: Completion, interval: float = 0.9) -> Nowcast:
    """Sum up a completion's draws with intervals of a probability."""
    tail = (1.0 - interval) / 2
    births = completion.known[..., None] + completion.to_come
    lower, upper = np.quantile(births, [tail, 1.0 - tail], axis=-1)
    boys, girls = births[:, :, 0], births[:, :, 1]
    ratio = np.where(girls > 0, 100.0 * boys / np.maximum(girls, 1.0), np.nan)
    ends = np.quantile(ratio, [tail, 0.5, 1.0 - tail], axis=-1)
    return Nowcast(
        completion.tree,
        completion.periods,
        completion.known,
        births.mean(-1),
        lower,
        upper,
        ends[1],
        ends[0],
        ends[2],
        completion.longest,
    )
