"""The assessment of the girls missing, from tables of births and other counts to pieces, tables and pages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from tianping.births.table import COLUMNS, BirthTable, cells_schema
from tianping.documents.content import all_tables
from tianping.documents.html import render_html
from tianping.observatory.missing import Question, Sources, assess, write_missing
from tianping.observatory.missing.tables import tables
from tianping.observatory.missing.years import covered_up
from tianping.rulebook.registration_gap import split_rules
from tianping.srb import Reference
from tianping.terms import Area, AreaTree, InputError, Period

TREE = AreaTree.of(
    [Area("C", "County", "county"), Area("A", "Upper", "township", "C"), Area("B", "Lower", "township", "C")]
)
QUESTION = Question(Reference("eastern-asia", 1.063, 1.054, 1.072), split_rules(), n_draws=100)
MONTHS = tuple(f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13))


def births(rows):
    """Make a table of rows (area, period, boys, girls, reported period or None), orders unknown."""
    cells = [
        (area, period, 3, sex, reported, None, n)
        for area, period, *by_sex, reported in sorted(rows, key=str)
        for sex, n in zip("fm", reversed(by_sex), strict=True)
    ]
    columns = dict(zip(COLUMNS, zip(*cells, strict=True), strict=True))
    table = pa.table({name: pa.array(columns[name]) for name in COLUMNS}).cast(cells_schema(is_weighted=False))
    return BirthTable(TREE, table, is_monthly="-" in rows[0][1])


def register(*, late=10):
    """Two years of births; in Lower so many of 50 girls are registered two months late."""
    rows = []
    for at, month in enumerate(MONTHS):
        rows += [("A", month, 52, 50, month), ("B", month, 52, 50 - late, month)]
        if at + 2 < len(MONTHS) and late:
            rows.append(("B", month, 0, late, MONTHS[at + 2]))
    return births(rows)


def yearly(boys, girls, years=(2023, 2024)):
    return births([(area, str(year), boys, girls, None) for area in ("A", "B") for year in years])


def pieces(found, span, route, method="boys_fixed"):
    return next(one.pieces for one in found.spans if (one.span, one.route, one.method) == (span, route, method))


def test_without_other_sources_only_delay_is_told_and_the_rest_stays_one():
    found = assess(register(), Sources(), QUESTION)
    whole = pieces(found, "2023-01..2024-12", "none")
    assert set(whole) == {"apparent", "delay", "unsplit"}
    assert whole["delay"].missing[2] == pytest.approx(20, abs=4)
    assert whole["delay"].missing[1] == pytest.approx(0, abs=1)
    np.testing.assert_allclose(whole["delay"].missing + whole["unsplit"].missing, whole["apparent"].missing)
    assert {why for one in found.spans for why in one.why.values()} == {"no_source"}


def test_girls_on_no_register_are_found_by_two_lists_and_by_a_later_count():
    """20 girls a year in each township are born beside the 600 registered."""
    sources = Sources(yearly(560, 558), yearly(560, 540), yearly(624, 620))
    possible = dataclasses.replace(
        split_rules(), survival_lowest=1.0, survival_ratio_lowest=1.0, survival_ratio_highest=1.0
    )
    found = assess(register(late=0), sources, dataclasses.replace(QUESTION, possible=possible))
    for route, tolerance in (("dual_system", 4), ("cohort", 1e-6)):
        under = pieces(found, "2023", route)["under_registration"]
        assert under.missing[1] == pytest.approx(20, abs=tolerance), route
        assert under.missing[0] == pytest.approx(40, abs=2 * tolerance)
    assert found.gaps.found.gap[0, 0] == pytest.approx(np.log((558 / 560) / (600 / 624)))


def test_years_and_areas_add_up_in_points():
    found = assess(register(), Sources(cohort=yearly(624, 620)), QUESTION)
    for name in ("apparent", "delay", "under_registration", "selection"):
        years = [pieces(found, span, "cohort")[name].missing for span in ("2023", "2024")]
        whole = pieces(found, "2023-01..2024-12", "cohort")[name].missing
        np.testing.assert_allclose(np.sum(years, axis=0), whole)
        np.testing.assert_allclose(whole[0], whole[1] + whole[2])


def test_a_source_silent_on_a_township_says_nothing_of_it_nor_of_the_county():
    cohort = births([("A", year, 624, 620, None) for year in ("2023", "2024")])
    found = assess(register(), Sources(cohort=cohort), QUESTION)
    selection = pieces(found, "2023", "cohort")["selection"].missing
    assert np.isnan(selection).tolist() == [True, False, True]
    table = tables(found)["missing_pieces.csv"].to_pylist()
    empty = [row for row in table if row["piece"] == "selection" and row["missing"] is None]
    assert {row["note"] for row in empty} == {"source_silent"}
    assert {row["area_code"] for row in empty} == {"C", "B"}


def test_a_year_that_is_not_over_is_not_compared():
    found = assess(
        register(), Sources(yearly(560, 558), yearly(560, 540)), dataclasses.replace(QUESTION, as_of=Period(2024, 6))
    )
    unfinished = [one for one in found.spans if one.span == "2024-01..2024-06"]
    assert {one.why["selection"] for one in unfinished} == {"year_unfinished"}
    assert found.gaps.years == (2023,)


def test_matches_without_their_source_and_more_matches_than_births_are_refused():
    with pytest.raises(InputError, match="matched_without_second"):
        assess(register(), Sources(matched=yearly(5, 5)), QUESTION)
    with pytest.raises(InputError, match="matched_exceeds_lists"):
        assess(register(), Sources(yearly(560, 540), yearly(560, 558)), QUESTION)


def test_an_area_is_covered_where_all_below_it_are():
    told = np.array([[False, False, True], [True, True, False], [True, False, False]])
    assert covered_up(TREE, told)[0].tolist() == [True, False, True]


def test_below_the_county_there_is_no_signal_and_no_mortality():
    found = assess(register(late=0), Sources(second=yearly(560, 800), infant_deaths=yearly(15, 12)), QUESTION)
    signals = {(row["area_code"], row["is_signal"], row["held_back"]) for row in rows_of(found, "registration_gap.csv")}
    assert signals == {("C", 1, ""), ("A", 0, "below_county"), ("B", 0, "below_county")}
    assert {row["area_code"] for row in rows_of(found, "infant_mortality.csv")} == {"C"}


def rows_of(found, name):
    return tables(found)[name].to_pylist()


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_number_of_the_page_stands_beside_method_and_reference(language):
    sources = Sources(yearly(560, 558), yearly(560, 540), yearly(624, 620), yearly(15, 12))
    found = assess(register(), sources, QUESTION)
    document = write_missing(found, language)
    page = render_html(document)
    titles = [table.title for table in all_tables(document) if table.key.startswith(("pieces", "split"))]
    assert len(titles) == 4
    assert all("eastern-asia" in title for title in titles)
    assert page.count("<svg") == 4  # two routes; the newest months of the county and of the township that is late


def test_without_reported_months_nothing_is_said_of_delay():
    found = assess(yearly(624, 600), Sources(), QUESTION)
    assert found.nowcast is None
    assert "nowcast.csv" not in tables(found)
    assert {one.why["delay"] for one in found.spans} == {"not_reported"}
    assert "timeliness.csv" not in tables(found)
    assert len(write_missing(found, "en").sections) == 2
