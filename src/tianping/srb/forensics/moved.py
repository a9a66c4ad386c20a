"""FR_MOVE: whether a spike of one sex is paid back by the periods beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray, Reports
from tianping.srb.results import FloatArray

#: Median absolute deviation to standard deviation, and the loss of information of a median, for normal values.
_MAD, _MEDIAN_VARIANCE, _MAD_EFFICIENCY = 1.4826, 1.57, 0.37
#: Periods of the baseline below which nothing is usual.
_LEAST_BASELINE = 4


@dataclass(frozen=True)
class Spikes:
    """The windows of one unit; arrays over the middle periods that can be asked.

    Attributes:
        at: positions of the middle periods.
        p: p-value of each, not yet paid for the search.
        share: births moved, divided by the births of the period; negative where girls are in excess.
        z: standardised excess of boys.
        sd: usual standard deviation of a share; NaN where nothing could be asked.
    """

    at: IntArray
    p: FloatArray
    share: FloatArray
    z: FloatArray
    sd: float


def moved_births(reports: Reports, limits: Limits) -> Answer:
    """Ask whether boys or girls were entered in the period beside their own.

    In the year of the fire horse, 1906, Japan registered an excess of boys between two years that lacked as many:
    girls had been given a birthday in the next year or the last. Such a window spikes and yet sums to nothing.
    `spikes` tells how it is looked for; the search over all periods and both sexes is paid for (Bonferroni). The
    effect is the births moved divided by the births of the period.
    """
    windows = [
        spikes(boys, births, limits) for boys, births in zip(reports.boys.sum(2), reports.births.sum(2), strict=True)
    ]
    p, effect, statistic, detectable = np.full((4, len(reports)), np.nan)
    for unit, found in enumerate(windows):
        if not len(found.at):
            continue
        worst = int(np.argmin(found.p))
        tried = 2.0 * len(found.at)
        p[unit] = min(1.0, tried * float(found.p[worst]))
        effect[unit], statistic[unit] = found.share[worst], found.z[worst]
        detectable[unit] = found.sd * (ndtri(1.0 - limits.error / tried) + ndtri(limits.power))
    n = np.array([len(found.at) for found in windows], dtype=np.int64)
    return answer(
        "FR_MOVE",
        "periods",
        reasons(
            len(reports),
            ("few_births", reports.births.sum((1, 2)) < limits.least_births),
            ("few_periods", (reports.periods_told < limits.least_periods) | (n == 0)),
        ),
        p=p,
        effect=effect,
        detectable=detectable,
        n=n,
        statistic=statistic,
        can_tell=detectable <= limits.moved_of_note,
    )


def spikes(boys: IntArray, births: IntArray, limits: Limits) -> Spikes:
    """Give every window of three periods of one unit whose middle one may have taken births from those beside it.

    What is usual for a period is the median share of boys in the periods around it, the window left out. A period
    counts only where its own excess and the opposite one of its two neighbours both stand out (the larger of the two
    p-values) and where the window leaves no more than `moved_remainder` of the spike: a lasting change, or one year
    of real change, does not pay back. How far shares scatter is taken from their own median deviation, never below
    the binomial one, with the heavier tails (Student's t) of a scale estimated from few periods.

    Args:
        boys: boys by period.
        births: births by period.
        limits: what is asked.
    """
    usual, weight = _usual(boys, births, limits.moved_baseline)
    at = np.flatnonzero((births > 0) & (usual > 0.0) & (usual < 1.0))
    at = at[(at > 0) & (at < len(births) - 1)]
    at = at[(births[at - 1] > 0) & (births[at + 1] > 0)]
    if not len(at):
        nothing = np.zeros(0)
        return Spikes(at, nothing, nothing, nothing, float("nan"))
    base, n = usual[at], births.astype(np.float64)
    excess = boys[at] - n[at] * base
    beside = (boys[at - 1] + boys[at + 1]) - (n[at - 1] + n[at + 1]) * base
    variance = base * (1.0 - base) * weight[at]
    deviation = excess / np.sqrt(n[at] * variance)
    scale = max(1.0, _MAD * float(np.median(np.abs(deviation - np.median(deviation)))))
    freedom = max(3.0, _MAD_EFFICIENCY * len(at))
    paid = -np.sign(excess) * beside / np.sqrt((n[at - 1] + n[at + 1]) * variance) / scale
    p = np.maximum(stdtr(freedom, -np.abs(deviation) / scale), stdtr(freedom, -paid))
    unbalanced = np.abs(excess + beside) > limits.moved_remainder * np.abs(excess)
    sd = float(np.median(scale * np.sqrt(variance / n[at])))
    return Spikes(at, np.where(unbalanced, 1.0, p), excess / n[at], deviation / scale, sd)


def _usual(boys: IntArray, births: IntArray, reach: int) -> tuple[FloatArray, FloatArray]:
    """Give the usual share of boys around each period, and by how much its error widens a deviation from it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = boys / np.where(births > 0, births, np.nan)
    beside = np.arange(2, reach + 2)
    row = np.arange(len(share))
    at = row[:, None] + np.concatenate([-beside[::-1], beside])
    inside = (at >= 0) & (at < len(share))
    around = np.sort(np.where(inside, share[np.clip(at, 0, len(share) - 1)], np.nan), axis=1)
    m = (~np.isnan(around)).sum(1)
    median = (around[row, np.maximum(m - 1, 0) // 2] + around[row, m // 2]) / 2
    enough = m >= _LEAST_BASELINE
    return np.where(enough, median, np.nan), 1.0 + _MEDIAN_VARIANCE / np.maximum(m, 1)
