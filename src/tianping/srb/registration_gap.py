"""Registration gap of girls between two sources of births, and infants' deaths by sex: ratios with honest intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtri

from tianping.srb.results import FloatArray


@dataclass(frozen=True)
class SexGap:
    """The gap G = log[(f_A/m_A)/(f_B/m_B)] of each area: above 0, source B holds fewer girls for its boys than A does.

    Sources count the same births, so their errors go together by an amount that is known only within bounds.

    Attributes:
        gap: G; NaN where a count is nought.
        sd_lowest: standard deviation where the sources overlap as much as they can.
        sd_highest: where they share no birth.
        lower: lower ends of the interval at the largest standard deviation: it holds whatever the overlap.
        upper: upper ends.
    """

    gap: FloatArray
    sd_lowest: FloatArray
    sd_highest: FloatArray
    lower: FloatArray
    upper: FloatArray


def sex_gap(a: FloatArray, b: FloatArray, level: float = 0.95, both: FloatArray | None = None) -> SexGap:
    """Give the gap of girls of source B against source A.

    With Poisson births, cov(log A_s, log B_s) = c_s/(A_s B_s), c_s being the births of sex s in both, from none to all
    of the smaller source. So var(G) lies between Σ_s |1/A_s − 1/B_s| and Σ_s (1/A_s + 1/B_s). Where c_s is known it is
    Σ_s (1/A_s + 1/B_s − 2c_s/(A_s B_s)), and both bounds are that.

    Args:
        a: boys and girls of source A on the last axis.
        b: boys and girls of source B, same shape.
        level: probability of the interval.
        both: births in both sources, same shape, NaN where not known; None where nowhere known.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one_a, one_b = 1.0 / a, 1.0 / b
        gap = np.log(a[..., 1] / a[..., 0]) - np.log(b[..., 1] / b[..., 0])
        lowest, highest = np.abs(one_a - one_b).sum(-1), (one_a + one_b).sum(-1)
        if both is not None:
            exact = highest - 2.0 * (both * one_a * one_b).sum(-1)
            lowest, highest = (np.where(np.isnan(exact), bound, exact) for bound in (lowest, highest))
    told = np.isfinite(highest)
    gap, lowest, highest = (np.where(told, values, np.nan) for values in (gap, lowest, highest))
    half = float(ndtri(0.5 + level / 2)) * np.sqrt(highest)
    return SexGap(gap, np.sqrt(lowest), np.sqrt(highest), gap - half, gap + half)


@dataclass(frozen=True)
class MortalityRatio:
    """Infant mortality by sex: rates per 1,000 births and boys' rate over girls'.

    Attributes:
        rates: boys' and girls' rate, last axis; NaN without births.
        ratio: boys' over girls'; NaN without deaths of girls.
        lower: lower ends, exact.
        upper: upper ends, infinite without deaths of girls; NaN without any death.
    """

    rates: FloatArray
    ratio: FloatArray
    lower: FloatArray
    upper: FloatArray


def infant_mortality_ratio(deaths: FloatArray, births: FloatArray, level: float = 0.95) -> MortalityRatio:
    """Give the sex ratio of infant mortality with its exact interval.

    Given all deaths, the boys among them are binomial with odds ratio·births of boys/births of girls (Poisson deaths);
    the Clopper–Pearson ends of their share give those of the ratio.

    Args:
        deaths: deaths in the first year of life of boys and girls on the last axis.
        births: births by sex, same shape.
        level: probability of the interval.
    """
    boys, girls = deaths[..., 0], deaths[..., 1]
    tail = (1.0 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(births > 0, 1000.0 * deaths / births, np.nan)
        ratio = np.where(girls > 0, rates[..., 0] / rates[..., 1], np.nan)
        low = np.where(boys > 0, betaincinv(np.maximum(boys, 1e-9), girls + 1.0, tail), 0.0)
        high = np.where(girls > 0, betaincinv(boys + 1.0, np.maximum(girls, 1e-9), 1.0 - tail), 1.0)
        exposure = births[..., 1] / births[..., 0]
        lower, upper = exposure * low / (1.0 - low), exposure * high / (1.0 - high)
    told = (boys + girls > 0) & (births > 0).all(-1)
    return MortalityRatio(rates, ratio, *(np.where(told, ends, np.nan) for ends in (lower, upper)))
