"""All tests on all units, combined into a list of units that are asked to check their reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tianping.srb.forensics.answers import Answer, Verdict, reasons, silent
from tianping.srb.forensics.combining import cauchy_combination, listed_units, named_tests
from tianping.srb.forensics.deadline import deadline_effect
from tianping.srb.forensics.digits import last_digits
from tianping.srb.forensics.dispersion import inflation, over_dispersion, under_dispersion
from tianping.srb.forensics.gaps import Pairs, cohort_growth, source_gap
from tianping.srb.forensics.heaping import threshold_heaping
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.moved import moved_births
from tianping.srb.forensics.order_shift import order_shift
from tianping.srb.forensics.repeats import copied_cells, repeated_months
from tianping.srb.forensics.reports import Reports
from tianping.srb.forensics.revision import revision_asymmetry
from tianping.srb.forensics.runs import alternation
from tianping.srb.forensics.timeliness import too_perfect
from tianping.srb.results import BoolArray, FloatArray


@dataclass(frozen=True)
class Examination:
    """What the tests say of every unit.

    A unit on the list is asked to check its reports, no more: each ground has honest explanations.

    Attributes:
        reports: what was looked at.
        limits: what was asked.
        answers: one for each part of each test.
    """

    reports: Reports
    limits: Limits
    answers: tuple[Answer, ...]

    @cached_property
    def _p(self) -> FloatArray:
        """p-values of the tests that count, shape (units, answers); NaN elsewhere."""
        return np.stack([one.p if one.counts else np.full(len(one.p), np.nan) for one in self.answers], axis=1)

    @cached_property
    def p(self) -> FloatArray:
        """Combined p-value of each unit, NaN where nothing could be asked, shape (units,)."""
        return cauchy_combination(self._p)

    @cached_property
    def check(self) -> BoolArray:
        """Whether each unit is asked to check its reports, shape (units,)."""
        return listed_units(self.p, self.limits.false_discovery_rate)

    @cached_property
    def named(self) -> BoolArray:
        """Which answers a unit is told of, shape (units, answers); those that do not count by a list of their own."""
        told = named_tests(self._p, self.check, self.limits.false_discovery_rate)
        for at, one in enumerate(self.answers):
            if not one.counts:
                told[:, at] = listed_units(one.p, self.limits.false_discovery_rate)
        return told

    @property
    def n_asked(self) -> int:
        """Units of which anything could be asked."""
        return int((~np.isnan(self.p)).sum())

    def verdict(self, at: int, unit: int) -> Verdict:
        """Give what an answer says of a unit."""
        one = self.answers[at]
        if not one.asked[unit]:
            return Verdict.NOT_ASKED
        if self.named[unit, at]:
            return Verdict.CHECK if one.counts else Verdict.NOT_BINOMIAL
        return Verdict.UNREMARKABLE if one.can_tell[unit] else Verdict.NOT_DETECTABLE


def examine(
    reports: Reports, limits: Limits, *, sources: Pairs | None = None, later: Pairs | None = None, seed: int = 0
) -> Examination:
    """Ask every unit every test.

    Args:
        reports: births as handed in.
        limits: what is asked.
        sources: the same births in two sources, the one that counts first; None with one source.
        later: children counted at a later age, and registered births of their cohorts; None without such a count.
        seed: seed of the simulated paths.
    """
    wider = inflation(reports)
    answers: tuple[Answer, ...] = (
        *under_dispersion(reports, limits),
        threshold_heaping(reports, limits, seed),
        *deadline_effect(reports, limits, wider),
        revision_asymmetry(reports, limits, wider),
        source_gap(sources, len(reports), limits, wider),
        last_digits(reports, limits),
        repeated_months(reports, limits),
        copied_cells(reports, limits),
        *order_shift(reports, limits, wider),
        alternation(reports, limits),
        *too_perfect(reports, limits),
        cohort_growth(later, len(reports), limits, wider),
        moved_births(reports, limits),
        over_dispersion(reports, limits),
    )
    if reports.is_weighted:
        weighted = reasons(len(reports), ("weighted", True))
        answers = tuple(silent(one.test, one.part, weighted, counts=one.counts) for one in answers)
    return Examination(reports, limits, answers)
