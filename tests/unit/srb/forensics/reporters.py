"""Reporting units to try the forensic tests on: plain functions with defaults."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tianping.rulebook.forensics import forensic_limits
from tianping.srb.forensics import Answer, Examination, Limits, Reports
from tianping.terms import Period, period_range

IntArray = npt.NDArray[np.int64]

LIMITS = Limits(**forensic_limits())
SHARE = 1.06 / 2.06


def reports(
    boys: IntArray,
    girls: IntArray,
    *,
    first: str = "2024-01",
    late: tuple[IntArray, IntArray] | None = None,
    is_weighted: bool = False,
) -> Reports:
    """Lay births of shape (units, periods, orders) out as reports of units of one area."""
    start = Period.parse(first)
    periods = period_range(start, start.shift(boys.shape[1] - 1))
    parts = [pad(sex) for sex in (boys, girls, *(late or ()))]
    units = np.arange(len(boys))
    return Reports(units, np.zeros_like(units), periods, *parts[:2], *parts[2:] or (None, None), is_weighted)


def pad(births: IntArray) -> IntArray:
    """Fill up the channels of orders; one channel alone holds births of unknown order."""
    missing = 4 - births.shape[2]
    return np.pad(births, ((0, 0), (0, 0), (missing, 0) if births.shape[2] == 1 else (0, missing)))


def drawn(
    seed: int = 1,
    *,
    units: int = 12,
    periods: int = 24,
    births: float = 40.0,
    mix: tuple[float, ...] = (0.52, 0.42, 0.06),
    share: float = SHARE,
) -> tuple[IntArray, IntArray]:
    """Draw honest boys and girls."""
    rng = np.random.default_rng(seed)
    n = rng.poisson(births * np.array(mix), (units, periods, len(mix)))
    boys = rng.binomial(n, share)
    return boys, n - boys


def of(found: Examination, test: str, part: str) -> Answer:
    """Give one answer."""
    return next(one for one in found.answers if (one.test, one.part) == (test, part))
