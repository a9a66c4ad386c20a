"""FR_THR: whether the ratio cumulated through the year keeps just below a threshold."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray, Reports
from tianping.srb.forensics.tails import reach

#: Paths of the first round, enough for the null's mean and spread.
_FIRST_ROUND = 40
#: Simulation of a unit ends when so many paths reached its own value (Besag & Clifford 1991).
_ENOUGH = 10


def threshold_heaping(reports: Reports, limits: Limits, seed: int) -> Answer:
    """Ask whether more months stand in the strip just below the threshold than in the one just above it.

    Successive cumulative ratios share their births, so that no table of a distribution fits: the null is a path. It is
    drawn with the unit's own births by month and its own boys in all, spread over the months by chance (multivariate
    hypergeometric), which makes the p-value exact whatever the unit's ratio is. The paths of a unit end early where
    nothing is to be seen (sequential Monte Carlo, Besag & Clifford 1991), and stay valid.
    """
    boys, births = reports.boys.sum(2), reports.births.sum(2)
    years = np.array([period.year for period in reports.periods])
    reason = reasons(
        len(reports),
        ("years", not reports.is_monthly),
        ("few_births", births.sum(1) < limits.least_births),
        ("few_periods", reports.periods_told < limits.least_periods),
    )
    p, excess, detectable = np.full((3, len(reports)), np.nan)
    for unit in np.flatnonzero(reason == 0):
        rng = np.random.default_rng([seed, int(reports.areas[unit])])
        own = _excess(boys[unit][None], births[unit], years, limits)[0]
        p[unit], spread = _simulated(own, boys[unit].sum(), births[unit], years, limits, rng)
        excess[unit], detectable[unit] = own, spread
    months = np.maximum(reports.periods_told, 1)
    return answer(
        "FR_THR",
        "months",
        reason,
        p=p,
        effect=excess / months,
        detectable=detectable / months,
        n=reports.periods_told,
        statistic=excess,
        can_tell=detectable / months <= limits.heaping_of_note,
    )


def _excess(boys: IntArray, births: IntArray, years: IntArray, limits: Limits) -> IntArray:
    """Count months in the strip below less those in the strip above, for paths of shape (paths, months)."""
    before = np.searchsorted(years, years)
    cumulated, of_either = _through_the_year(boys, before), _through_the_year(births[None], before)
    girls = of_either - cumulated
    with np.errstate(divide="ignore", invalid="ignore"):
        srb = np.where((girls > 0) & (births > 0), 100.0 * cumulated / np.maximum(girls, 1), np.nan)
    above = srb - limits.threshold
    width = limits.threshold_width
    return ((above <= 0) & (above > -width)).sum(1) - ((above > 0) & (above <= width)).sum(1)


def _through_the_year(values: IntArray, first: IntArray) -> IntArray:
    """Cumulate rows from the first month of each month's year."""
    running = np.concatenate([np.zeros((len(values), 1), dtype=np.int64), np.cumsum(values, axis=1)], axis=1)
    return running[:, 1:] - running[:, first]


def _simulated(
    own: int, boys: int, births: IntArray, years: IntArray, limits: Limits, rng: np.random.Generator
) -> tuple[float, float]:
    """Give the p-value of one unit, and the excess that would be shown with the power asked for."""
    drawn, reached, size, detectable = 0, 0, _FIRST_ROUND, float("nan")
    while drawn < limits.simulations:
        paths = rng.multivariate_hypergeometric(births, int(boys), size=size, method="marginals")
        values = _excess(paths, births, years, limits)
        if not drawn:
            detectable = float(values.mean() + reach(limits) * max(values.std(), 0.5))
        hits = np.flatnonzero(values >= own)
        if reached + len(hits) >= _ENOUGH:
            return _ENOUGH / (drawn + int(hits[_ENOUGH - reached - 1]) + 1), detectable
        drawn, reached = drawn + size, reached + len(hits)
        size = min(4 * size, limits.simulations - drawn) or size
    return (reached + 1) / (drawn + 1), detectable
