"""From many dependent p-values to a list of units."""

from __future__ import annotations

import numpy as np

from tianping.srb.fdr import benjamini_hochberg
from tianping.srb.results import BoolArray, FloatArray

#: No p-value is taken for smaller.
_SMALLEST = 1e-300


def cauchy_combination(p: FloatArray) -> FloatArray:
    """Give one p-value for each row of p-values, NaN where none was asked (Liu & Xie 2020).

    The mean of cot(π p) has nearly a Cauchy tail whatever the dependence, which tests on the same births
    need: adding up logs (Fisher) would count the same evidence several times. A p-value of 1, which discrete tests
    give, is taken for 1 − 1/k, as its authors do, or it would silence all others.

    Args:
        p: p-values, NaN where not asked, shape (units, tests).
    """
    k = (~np.isnan(p)).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        capped = np.clip(p, _SMALLEST, np.maximum(1.0 - 1.0 / k, 0.5)[:, None])
        mean = np.nansum(1.0 / np.tan(np.pi * capped), axis=1) / k
    combined = np.arctan2(1.0, mean) / np.pi
    # One p-value alone is itself.
    alone = np.nansum(np.nan_to_num(p), axis=1)
    return np.where(k == 0, np.nan, np.where(k == 1, alone, combined))


def listed_units(p: FloatArray, q: float) -> BoolArray:
    """Give the units on the Benjamini–Hochberg list at rate `q`; those not asked are no part of the family."""
    asked = ~np.isnan(p)
    listed = np.zeros(len(p), dtype=bool)
    listed[asked] = benjamini_hochberg(p[asked], q)
    return listed


def named_tests(p: FloatArray, listed: BoolArray, q: float) -> BoolArray:
    """Give the tests that a listed unit is told of, shape (units, tests).

    Within a listed unit Benjamini–Hochberg at q · listed / asked, which keeps the rate over what is told (Benjamini &
    Bogomolov 2014); where no single test passes, the smallest p-value is told.
    """
    asked = max(int((~np.isnan(p)).any(1).sum()), 1)
    rate = q * int(listed.sum()) / asked
    named = np.zeros(p.shape, dtype=bool)
    for unit in np.flatnonzero(listed):
        named[unit] = listed_units(p[unit], rate)
        if not named[unit].any():
            named[unit, int(np.nanargmin(p[unit]))] = True
    return named
