"""Direct figures from counts: ratios with confidence intervals, detectable ratios, missing female births."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri

from tianping.srb.results import FloatArray
from tianping.srb.settings import Reference
from tianping.terms import Interval

#: Births below which the interval is exact instead of normal on the log scale; it is also the least number for which
#: a bulletin prints the ratio itself, so every printed ratio carries the interval of the same formula.
_EXACT_BELOW = 100
#: One-sided error and power of every power statement.
_ERROR, _POWER = 0.05, 0.80


def observed_srb(boys: int, girls: int) -> float:
    """Give the observed SRB, boys per 100 girls; NaN without girls."""
    return 100.0 * boys / girls if girls > 0 else float("nan")


def direct_interval(boys: int, girls: int, level: float = 0.95) -> Interval:
    """Give the confidence interval of an observed SRB, boys per 100 girls.

    exp(log(m/f) ± z·√(1/m + 1/f)); with fewer than 100 births the exact (Clopper–Pearson) interval of the share of
    boys, turned into odds. NaN ends without births; the upper end is infinite without girls.
    """
    n = boys + girls
    if n == 0:
        return Interval(float("nan"), float("nan"), level)
    if n >= _EXACT_BELOW and boys > 0 and girls > 0:
        half = float(ndtri(0.5 + level / 2)) * np.sqrt(1.0 / boys + 1.0 / girls)
        centre = np.log(boys / girls)
        return Interval(100.0 * float(np.exp(centre - half)), 100.0 * float(np.exp(centre + half)), level)
    share = exact_share(boys, n, level)
    upper = 100.0 * share.upper / (1.0 - share.upper) if share.upper < 1.0 else float("inf")
    return Interval(100.0 * share.lower / (1.0 - share.lower), upper, level)


def exact_share(hits: int, n: int, level: float = 0.95) -> Interval:
    """Give the exact (Clopper–Pearson) interval of a share, 0–1, of `hits` among `n` > 0."""
    tail = (1.0 - level) / 2
    low = float(betaincinv(hits, n - hits + 1, tail)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, n - hits, 1.0 - tail)) if hits < n else 1.0
    return Interval(low, high, level)


def min_detectable_srb(births: FloatArray, reference: float) -> FloatArray:
    """Give the smallest SRB that so many births would show, boys per 100 girls; NaN without births or where none.

    One-sided 5 %, power 80 %, against the reference; n = ((z_a + z_b) / (2 (asin √p₁ − asin √p₀)))².

    Args:
        births: numbers of births, any shape.
        reference: natural SRB, boys per girl.
    """
    reach = float(ndtri(1 - _ERROR) + ndtri(_POWER))
    base = np.arcsin(np.sqrt(reference / (1.0 + reference)))
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = base + reach / (2.0 * np.sqrt(np.asarray(births, dtype=float)))
        share = np.where(angle < np.pi / 2, np.sin(np.minimum(angle, np.pi / 2)) ** 2, np.nan)
        found: FloatArray = np.where(np.asarray(births) > 0, 100.0 * share / (1.0 - share), np.nan)
    return found


def births_needed(srb: float, reference: float) -> float:
    """Give the births needed to show an SRB (boys per 100 girls) by the rule of `min_detectable_srb`.

    Infinite when the SRB is the reference itself; a lower SRB takes the births to show that it is lower.
    """
    reach = float(ndtri(1 - _ERROR) + ndtri(_POWER))
    apart = np.arcsin(np.sqrt(srb / (100.0 + srb))) - np.arcsin(np.sqrt(reference / (1.0 + reference)))
    return float((reach / (2.0 * apart)) ** 2) if apart else float("inf")


def detection_power(births: float, srb: float, reference: float) -> float:
    """Give the power with which so many births show an SRB (boys per 100 girls), one-sided 5 %."""
    apart = np.arcsin(np.sqrt(srb / (100.0 + srb))) - np.arcsin(np.sqrt(reference / (1.0 + reference)))
    return float(ndtr(2.0 * np.sqrt(births) * abs(apart) - ndtri(1 - _ERROR)))


def missing_female_births(boys: int, girls: int, reference: Reference, level: float = 0.95) -> tuple[float, Interval]:
    """Give female births missing at the reference ratio with boys fixed (Sen): boys / R₀ − girls.

    The interval carries the chance of the births and the reference's own uncertainty. Negative values stand.
    """
    n = boys + girls
    share = boys / n if n else 0.5
    reference_sd = reference_log_sd(reference) * reference.ratio
    variance = n * share * (1.0 - share) * (1.0 + 1.0 / reference.ratio) ** 2
    variance += (boys / reference.ratio**2 * reference_sd) ** 2
    point = boys / reference.ratio - girls
    half = float(ndtri(0.5 + level / 2)) * float(np.sqrt(variance))
    return point, Interval(point - half, point + half, level)


def reference_log_sd(reference: Reference) -> float:
    """Give the standard deviation of the log reference ratio from its 95 % interval."""
    return float(np.log(reference.upper / reference.lower) / (2.0 * ndtri(0.975)))
