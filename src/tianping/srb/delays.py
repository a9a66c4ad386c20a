"""Late registration by sex: how much of the newest months is in, how far that bends their ratio, what is to come.

A birth's delay is the number of periods from birth to registration. Looking back in time, the reverse hazard
g(d) = P(delay = d | delay ≤ d) can be estimated from all cohorts watched for d periods, whatever their size, and
F(d) = ∏_{k>d} (1 − g(k)) is the share of births registered within d periods among those registered within the longest
delay looked at (Lagakos, Barraj & De Gruttola 1988; Kalbfleisch & Lawless 1989). The hazards of one sex, order group
and delay are Beta variables around those of the area above; messages go up and down the tree without an area ever
meeting its own births again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from tianping.srb.results import FloatArray, IntArray
from tianping.terms import AreaTree, Counts, DelayCounts

#: Order groups whose delays are told apart, as channels of `terms.ORDERS`; births of unknown order take the last.
DELAY_GROUPS = ("1", "2+", "all")
DELAY_CHANNELS = ([0], [1, 2], [0, 1, 2, 3])
_GROUP_OF_CHANNEL = [0, 1, 1, 2]
#: Channels that share one group's hazards, and with them the error.
_SHARING = np.array([1.0, 2.0, 2.0, 1.0])
#: How many births the area above is worth: candidates, and a wide log-normal belief around a hundred.
_WORTHS = np.geomspace(3.0, 3000.0, 13)
_WORTH_CENTRE, _WORTH_LOG_SD = 100.0, 1.5
_MOST_COMPARED = 1500
_SERIES_FROM = 12.0


@dataclass(frozen=True)
class Registrations:
    """Births at each delay d = 1 … longest, shape (areas, groups, 2, longest) each: boys, then girls.

    Attributes:
        late: births registered exactly d periods after birth.
        within: births registered at most d periods after birth, among them the late ones.
    """

    late: FloatArray
    within: FloatArray


@dataclass(frozen=True)
class DelayFit:
    """Reverse hazards of every area, as Beta variables: g(d) ~ Beta(late, within − late) of prior and births together.

    Attributes:
        tree: the areas.
        prior: what the areas above and beside say of an area before its own births, in births.
        told: what an area and all below it say of its hazards, in births worth as much as if areas did not differ.
        births: all births of an area and below it, as counted.
        worth: births that the area above is worth, shape (depths,).
    """

    tree: AreaTree
    prior: Registrations
    told: Registrations
    births: Registrations
    worth: FloatArray

    @property
    def longest(self) -> int:
        """Longest delay looked at, in periods."""
        return self.births.late.shape[-1]

    @property
    def late(self) -> FloatArray:
        """First parameter of the posterior of g(d), shape (areas, groups, 2, longest)."""
        return self.prior.late + self.births.late

    @property
    def early(self) -> FloatArray:
        """Second parameter, same shape."""
        return self.prior.within + self.births.within - self.late

    def log_share(self) -> tuple[FloatArray, FloatArray]:
        """Give mean and variance of log F(d), exact for Beta hazards; shape (areas, groups, 2, longest + 1)."""
        early = self.early
        (mean, variance), (mean_of_all, variance_of_all) = (
            log_gamma_moments(early),
            log_gamma_moments(early + self.late),
        )
        return _from_behind(mean - mean_of_all), _from_behind(variance - variance_of_all)

    def share(self) -> FloatArray:
        """Give the posterior mean of F(d), shape (areas, groups, 2, longest + 1)."""
        return np.exp(_from_behind(np.log(self.early / (self.early + self.late))))


def log_gamma_moments(shape: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of the log of a Gamma variable of some shape and scale one: digamma and trigamma.

    From 12 on by their asymptotic series, whose error is then below 1e−8: much faster than the functions themselves.
    """
    inverse = 1.0 / shape
    square = inverse * inverse
    mean = np.log(shape) - 0.5 * inverse - square * (1.0 / 12.0 - square * (1.0 / 120.0 - square / 252.0))
    variance = inverse + 0.5 * square + inverse * square * (1.0 / 6.0 - square * (1.0 / 30.0 - square / 42.0))
    small = shape < _SERIES_FROM
    mean[small], variance[small] = digamma(shape[small]), polygamma(1, shape[small])
    return mean, variance


def _from_behind(values: FloatArray) -> FloatArray:
    """Add up k = d + 1 … longest for d = 0 … longest along the last axis."""
    total = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    total[..., :-1] = np.cumsum(values[..., ::-1], axis=-1)[..., ::-1]
    return total


def fit_delays(tree: AreaTree, delays: DelayCounts) -> DelayFit:
    """Estimate the reverse hazards of every area by sex and order group, partially pooled up the tree.

    Without any births the hazards follow a Dirichlet law of delays worth one birth, all delays alike. An area's births
    count for the area above as (κ + 1) / (κ + n) of their number, κ births being what the area above is worth to it
    (estimated for each depth): births of one area are alike and say less about others than births
    of many.

    Args:
        tree: the areas.
        delays: their statistics.
    """
    own = Registrations(*(_grouped(values)[..., 1:].astype(float) for values in (delays.arrived, delays.within)))
    births = Registrations(tree.sum_up(own.late), tree.sum_up(own.within))
    worth = _worths(tree, births)
    told, weight = _pass_up(tree, own, worth)
    prior = _pass_down(tree, told, weight, worth)
    n = len(tree)
    return DelayFit(tree, prior, Registrations(told.late[:n], told.within[:n]), births, worth)


def _grouped(values: IntArray) -> IntArray:
    """Add birth orders up to the groups, shape (areas, groups, 2, delays)."""
    return np.stack([values[:, channels].sum(1) for channels in DELAY_CHANNELS], axis=1)


def tiers(tree: AreaTree) -> Iterator[tuple[int, IntArray, IntArray]]:
    """Give depth, areas and their parents, from the top down; above the top stands one more, at the end."""
    for depth in range(int(tree.depth.max()) + 1):
        here = np.flatnonzero(tree.depth == depth)
        yield depth, here, np.where(tree.parent[here] < 0, len(tree), tree.parent[here])


def _worths(tree: AreaTree, births: Registrations) -> FloatArray:
    """Estimate what the area above is worth, shape (depths,), by how far areas' late births differ in all.

    Delay by delay areas look alike even where one is slower at every delay; their sum over delays shows it. It is taken
    for normal, with the variance that Beta hazards of that worth give it.
    """
    late, within = births.late, births.within
    all_late, all_within = _with_all(late, tree), _with_all(within, tree)
    worth = np.empty(int(tree.depth.max()) + 1)
    for depth, here, above in tiers(tree):
        step = -(-len(here) // _MOST_COMPARED)
        some, over = here[::step], above[::step]
        mean = (all_late[over] + 0.5 / late.shape[-1]) / (all_within[over] + 1.0)
        excess = (late[some] - within[some] * mean).sum(-1)
        chance = within[some] * mean * (1.0 - mean)
        weight = np.array(
            [_belief(one, excess, (chance * (one + within[some]) / (one + 1.0)).sum(-1)) for one in _WORTHS]
        )
        weight = np.exp(weight - weight.max())
        worth[depth] = np.exp((weight @ np.log(_WORTHS)) / weight.sum())
    return worth


def _belief(worth: float, excess: FloatArray, variance: FloatArray) -> float:
    """Give the log of the posterior of a candidate worth, up to a constant."""
    told = variance > 0
    fit = np.log(variance[told]) + excess[told] ** 2 / variance[told]
    return float(-0.5 * (np.log(worth / _WORTH_CENTRE) / _WORTH_LOG_SD) ** 2 - 0.5 * fit.sum())


def _with_all(values: FloatArray, tree: AreaTree) -> FloatArray:
    """Add a row for what stands above the top."""
    return np.concatenate([values, values[tree.parent < 0].sum(0, keepdims=True)])


def _pass_up(tree: AreaTree, own: Registrations, worth: FloatArray) -> tuple[Registrations, FloatArray]:
    """Give what an area and all below it say, in births, and the weight that it has above; one more for all areas."""
    empty = np.zeros((1, *own.late.shape[1:]))
    late, within = np.concatenate([own.late, empty]), np.concatenate([own.within, empty])
    weight = np.ones_like(within)
    for depth, here, above in reversed(list(tiers(tree))):
        weight[here] = (worth[depth] + 1.0) / (worth[depth] + np.maximum(within[here], 1.0))
        np.add.at(late, above, weight[here] * late[here])
        np.add.at(within, above, weight[here] * within[here])
    return Registrations(late, within), weight


def _pass_down(tree: AreaTree, told: Registrations, weight: FloatArray, worth: FloatArray) -> Registrations:
    """Give each area's prior from everybody else's births."""
    longest = told.late.shape[-1]
    late, within = np.empty_like(told.late), np.empty_like(told.late)
    late[-1] = 1.0 / (longest + 1)
    within[-1] = np.arange(2, longest + 2) / (longest + 1)
    for depth, here, above in tiers(tree):
        others_late = late[above] + told.late[above] - weight[here] * told.late[here]
        others = within[above] + told.within[above] - weight[here] * told.within[here]
        # Two sources of spread, the others' number and how far areas differ, as one Beta of the same variance.
        unsure = 1.0 / (others + 1.0)
        spread = unsure + (1.0 - unsure) / (worth[depth] + 1.0)
        within[here] = 1.0 / spread - 1.0
        late[here] = within[here] * others_late / others
    return Registrations(late[:-1], within[:-1])


@dataclass(frozen=True)
class DelayOffsets:
    """How far late registration bends the log SRB of births known so far: log F_boys(d) − log F_girls(d).

    Attributes:
        offset: to be taken off the log SRB of a cell's known births, shape (areas, periods, 4) by `ORDERS`; 0 for
            cohorts older than the longest delay.
        sd: its standard deviation, same shape.
        noise: variance to add to each cell as if cells were independent: not less than the shared errors do to any sum
            of an area's cells; same shape.
        longest: longest delay looked at, in periods.
    """

    offset: FloatArray
    sd: FloatArray
    noise: FloatArray
    longest: int


def delay_offsets(counts: Counts) -> DelayOffsets | None:
    """Give the offsets of all cells; None where reported periods or history are not enough to say anything.

    Errors of one area and order group are shared between its cohorts: cov(d, d′) = V(max(d, d′)), V the variance of the
    offset. The diagonal of its row sums exceeds that matrix, so `noise` never claims too much.
    """
    if counts.delays is None:
        return None
    fit = fit_delays(counts.tree, counts.delays)
    mean, variance = fit.log_share()
    bend = mean[:, :, 0] - mean[:, :, 1]
    spread = variance.sum(2)
    age = np.array([counts.delays.last.ordinal - period.ordinal for period in counts.periods])
    d = np.clip(age, 0, fit.longest)
    cohorts_as_young = d - max(int(d.min()), 0) + 1
    later = np.concatenate([spread[..., 1:], np.zeros_like(spread[..., :1])], axis=-1)
    shared = cohorts_as_young * spread[..., d] + np.cumsum(later[..., ::-1], axis=-1)[..., ::-1][..., d]
    known = age >= 0

    def by_channel(values: FloatArray) -> FloatArray:
        return np.where(known, values, 0.0)[:, _GROUP_OF_CHANNEL].transpose(0, 2, 1)

    return DelayOffsets(
        by_channel(bend[..., d]), by_channel(np.sqrt(spread[..., d])), by_channel(shared) * _SHARING, fit.longest
    )
