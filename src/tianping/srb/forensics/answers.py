"""What a forensic test says of every unit: a value also where it could not be asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tianping.srb.forensics.reports import IntArray
from tianping.srb.results import BoolArray, FloatArray

#: Why a test was not asked; the first stands for one that was.
REASONS = (
    *("", "few_births", "few_periods", "years", "no_report_dates", "few_late", "one_source", "no_later_counts"),
    *("orders_not_told", "no_peers", "few_peers", "small_counts", "equal_by_chance", "one_sex_leads"),
    *("no_audit", "nothing_late", "no_assessment_births", "no_earlier_periods", "few_girls", "weighted"),
)


class Verdict(StrEnum):
    """What one part of a test says of one unit."""

    NOT_ASKED = "not_asked"
    UNREMARKABLE = "unremarkable"
    NOT_DETECTABLE = "not_detectable"
    CHECK = "check"
    NOT_BINOMIAL = "not_binomial"


@dataclass(frozen=True)
class Answer:
    """One part of one test over all units; every array has shape (units,).

    Attributes:
        test: code of the test, `FR_DISP` and so on.
        part: which of its questions.
        p: p-values, NaN where it was not asked.
        effect: observed effect in the part's own measure, NaN where it was not asked.
        detectable: smallest effect that the unit's births would show, NaN where it has no such measure.
        n: births, months or cells that answered.
        statistic: the test statistic.
        can_tell: whether an effect of note would be shown.
        reason: position in `REASONS`, 0 where it was asked.
        counts: whether it has a part in asking a unit to check.
    """

    test: str
    part: str
    p: FloatArray
    effect: FloatArray
    detectable: FloatArray
    n: IntArray
    statistic: FloatArray
    can_tell: BoolArray
    reason: IntArray
    counts: bool = True

    @property
    def asked(self) -> BoolArray:
        """Whether each unit was asked."""
        return self.reason == 0


def reasons(n_units: int, *conditions: tuple[str, BoolArray | bool]) -> IntArray:
    """Give for each unit the first condition that holds, as a position in `REASONS`; 0 where none does."""
    found = np.zeros(n_units, dtype=np.int64)
    for name, holds in conditions:
        found[(found == 0) & holds] = REASONS.index(name)
    return found


def answer(
    test: str,
    part: str,
    reason: IntArray,
    *,
    p: FloatArray,
    effect: FloatArray,
    detectable: FloatArray,
    n: IntArray,
    can_tell: BoolArray,
    statistic: FloatArray,
    counts: bool = True,
) -> Answer:
    """Make an answer, leaving no number where the unit was not asked."""
    asked = reason == 0
    blank = [np.where(asked, values, np.nan) for values in (p, effect, detectable, statistic)]
    return Answer(
        test,
        part,
        np.clip(blank[0], 0.0, 1.0),
        blank[1],
        blank[2],
        np.asarray(n, dtype=np.int64),
        blank[3],
        asked & can_tell,
        reason,
        counts,
    )


def silent(test: str, part: str, reason: IntArray, *, counts: bool = True) -> Answer:
    """Make the answer of a test that nobody could be asked.

    Args:
        test: its code.
        part: its part.
        reason: why, a position in `REASONS` for each unit, none of them 0.
        counts: whether it would have a part in asking a unit to check.
    """
    nothing = np.full(len(reason), np.nan)
    zeros = np.zeros(len(reason), dtype=np.int64)
    never = np.zeros(len(reason), dtype=bool)
    return Answer(test, part, nothing, nothing, nothing, zeros, nothing, never, reason, counts)
