"""Births as read become reports: what was in time, which sources tell the same, who was counted later."""

from __future__ import annotations

import pandas as pd
import pytest

import tianping
from tianping.births import BirthTable, read_births
from tianping.observatory.examining import Examined
from tianping.srb.forensics import Verdict
from tianping.terms import Area, AreaTree, InputError, Period

TREE = AreaTree.of([Area("C", "C", "county"), Area("A", "A", "town", "C"), Area("B", "B", "town", "C")])
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]


def births_of(rows: list[tuple[object, ...]], *more: str) -> BirthTable:
    return read_births(pd.DataFrame(rows, columns=["area_code", "period", "boys", "girls", *more]), areas=TREE)


def rows_of(found: Examined) -> dict[tuple[str, str], dict[str, object]]:

    return {(row["area_code"], f"{row['test']}.{row['part']}"): row for row in found.table.to_pylist()}


def test_births_in_time_are_those_known_at_their_own_close() -> None:
    late = [("A", "2024-01", 10, 9, "2024-01"), ("A", "2024-01", 1, 4, "2024-05"), ("A", "2024-02", 8, 8, "2024-02")]
    births = births_of(late, "reported_period")
    in_time = births.in_time(Period(2024, 2))
    assert in_time is not None
    assert (in_time.boys.sum(), in_time.girls.sum()) == (18, 17)
    assert births.counts(known_on=Period(2024, 4)).girls.sum() == 17
    assert births_of([("A", "2024-01", 10, 9)]).in_time() is None


def test_sources_are_told_apart_though_one_of_them_counts() -> None:
    births = births_of([("A", "2024-01", 10, 9, "hukou"), ("A", "2024-01", 12, 11, "vaccine")], "source")
    assert births.sources == ("vaccine", "hukou")
    assert births.of_source("hukou").girls.sum() == 9
    assert births.counts().girls.sum() == 11


def test_a_gap_between_two_sources_is_found_in_the_unit_that_has_it() -> None:
    rows = []
    for code, missing in (("A", 0.85), ("B", 1.0)):
        for month in MONTHS:
            rows += [(code, month, 520, 500, "vaccine"), (code, month, 515, round(495 * missing), "hukou")]
    told = rows_of(tianping.examine_reports(births_of(rows, "source")))
    assert told["A", "FR_XSRC.sources"]["verdict"] == Verdict.CHECK
    # The first source is the one that counts; the other lacks girls.
    assert float(str(told["A", "FR_XSRC.sources"]["effect"])) > 0.1
    assert told["B", "FR_XSRC.sources"]["verdict"] != Verdict.CHECK


def test_a_cohort_that_grows_by_girls_is_found_in_whole_years_only() -> None:
    births = births_of([(code, month, 300, 250) for code in ("A", "B") for month in MONTHS[:20]])
    later = births_of([("A", "2023", 3500, 3600), ("B", "2023", 3500, 2950), ("A", "2024", 9, 9999)])
    told = rows_of(tianping.examine_reports(births, later=later))
    assert told["A", "FR_COH.girls"]["verdict"] == Verdict.CHECK
    assert told["A", "FR_COH.girls"]["n"] == 12 * 250
    assert told["B", "FR_COH.girls"]["p"] == 1.0


def test_counts_without_births_are_refused() -> None:
    with pytest.raises(InputError, match="no_births"):
        tianping.examine_reports(births_of([("A", "2024-01", 0, 0)]).counts())


def test_only_units_of_the_level_asked_for_are_shown() -> None:
    found = tianping.examine_reports(births_of([("A", month, 30, 30) for month in MONTHS]))
    assert found.of_level("town").num_rows == found.of_level("all").num_rows > 0
    assert found.of_level("county").num_rows == 0
