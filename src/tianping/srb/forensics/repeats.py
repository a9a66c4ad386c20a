"""FR_DIG, copies: whether there are equal months, or cells equal to the month before, beyond chance."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray, Reports
from tianping.srb.forensics.tails import equal_chance, poisson_tail, reach, smallest_surprise
from tianping.srb.results import FloatArray


def repeated_months(reports: Reports, limits: Limits) -> Answer:
    """Ask whether whole periods repeat: all counts by sex and order the same.

    Pairs of equal periods are held against a Poisson number of coincidences, their mean taken as if every period
    had the unit's mean counts. Periods that differ (season, decline) coincide less often, so it is an upper bound.
    """
    cells = np.concatenate([reports.boys, reports.girls], axis=2)
    told = cells.sum(2) > 0
    n = told.sum(1)
    mean = cells.sum(1) / np.maximum(n, 1)[:, None]
    expected = n * (n - 1) / 2.0 * equal_chance(2.0 * mean).prod(1)
    pairs = _equal_pairs(cells, told)
    detectable = smallest_surprise(expected * (expected <= limits.repeats_ordinary), limits.error)
    return answer(
        "FR_DIG",
        "months",
        reasons(
            len(reports),
            ("few_births", cells.sum((1, 2)) < limits.least_births),
            ("few_periods", n < limits.least_periods),
            ("equal_by_chance", expected > limits.repeats_ordinary),
        ),
        p=poisson_tail(pairs, expected),
        effect=pairs.astype(np.float64),
        detectable=detectable,
        n=n,
        statistic=expected,
        can_tell=detectable <= limits.repeats_of_note,
    )


def copied_cells(reports: Reports, limits: Limits) -> Answer:
    """Ask whether cells are the same as in the period before more often than counts of that size are.

    Two Poisson counts with the sum s are equal with a probability near e^(−s) I₀(s). Cells that are empty in both
    periods say nothing. The number of equal cells is held against a Poisson number, whose greater spread also
    covers that a cell has two neighbours.
    """
    cells = np.concatenate([reports.boys, reports.girls], axis=2)
    told = cells.sum(2) > 0
    both = (told[:, 1:] & told[:, :-1])[..., None] & (cells[:, 1:] + cells[:, :-1] > 0)
    equal = ((cells[:, 1:] == cells[:, :-1]) & both).sum((1, 2))
    expected = np.where(both, equal_chance((cells[:, 1:] + cells[:, :-1]).astype(np.float64)), 0.0).sum((1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = equal / expected
        detectable = 1.0 + reach(limits) / np.sqrt(expected)
    return answer(
        "FR_DIG",
        "cells",
        reasons(
            len(reports),
            ("few_births", cells.sum((1, 2)) < limits.least_births),
            ("few_periods", told.sum(1) < limits.least_periods),
        ),
        p=poisson_tail(equal, expected),
        effect=effect,
        detectable=detectable,
        n=both.sum((1, 2)),
        statistic=equal.astype(np.float64),
        can_tell=detectable <= limits.copies_of_note,
    )


def _equal_pairs(cells: IntArray, told: FloatArray) -> IntArray:
    """Count pairs of equal periods of each unit."""
    found = np.zeros(len(cells), dtype=np.int64)
    for unit, months in enumerate(cells):
        _, times = np.unique(months[told[unit]], axis=0, return_counts=True)
        found[unit] = int((times * (times - 1) // 2).sum())
    return found
