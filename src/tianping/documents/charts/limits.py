"""Binomial limits around the natural sex ratio."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]


def binomial_limits(
    births: FloatArray, reference: float, level: float, overdispersion: float = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Give the sex ratios that chance alone would pass with probability (1 − level)/2 on either side.

    A whole number of boys lies beyond the upper limit exactly when at least so many boys have a probability
    below (1 − level)/2 at the reference, and likewise below the lower one; between whole numbers the binomial
    distribution is continued by the incomplete beta function, so the limits are smooth lines.

    Args:
        births: numbers of births, any shape, above 0.
        reference: natural sex ratio, boys per 100 girls.
        level: for instance 0.95.
        overdispersion: intra-class correlation ρ of births; births then count as n / (1 + (n − 1)ρ).

    Returns:
        Lower and upper limits in boys per 100 girls, shaped as `births`; 0 and infinity where no number of
        boys would be beyond.
    """
    tail = (1.0 - level) / 2.0
    share = reference / (100.0 + reference)
    effective = births / (1.0 + (births - 1.0) * overdispersion)
    lower = np.clip(special.bdtrik(tail, effective, share), 0.0, effective)
    upper = np.clip(special.bdtrik(1.0 - tail, effective, share) + 1.0, 0.0, effective)
    lower = np.where((1.0 - share) ** effective < tail, lower, 0.0)
    with np.errstate(divide="ignore"):
        return 100.0 * lower / (effective - lower), 100.0 * upper / (effective - upper)


def beyond_limits(n_boys: FloatArray, n_girls: FloatArray, reference: float, level: float) -> npt.NDArray[np.int8]:
    """Say for each area whether its counts lie above (1), below (−1) or within (0) the limits of a level.

    Exact binomial tail probabilities; areas without births are within.
    """
    tail = (1.0 - level) / 2.0
    share = reference / (100.0 + reference)
    births = n_boys + n_girls
    at_least = np.where(n_boys > 0, special.betainc(np.maximum(n_boys, 1.0), n_girls + 1.0, share), 1.0)
    at_most = np.where(n_girls > 0, special.betainc(np.maximum(n_girls, 1.0), n_boys + 1.0, 1.0 - share), 1.0)
    beyond = (at_least < tail).astype(np.int8) - (at_most < tail).astype(np.int8)
    return np.where(births > 0, beyond, 0).astype(np.int8)


def distance_from(n_boys: FloatArray, n_girls: FloatArray, reference: float) -> FloatArray:
    """Give each area's distance from the reference in standard errors, signed; for choosing what to label."""
    births = np.maximum(n_boys + n_girls, 1.0)
    share = reference / (100.0 + reference)
    return (n_boys - births * share) / np.sqrt(births * share * (1.0 - share))
