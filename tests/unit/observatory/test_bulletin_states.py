"""The bulletin finds its words in every state a county can be in, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

import tianping
from tianping.births import BirthTable, read_areas, read_births
from tianping.documents.cells import Text
from tianping.documents.content import Document, all_paragraphs, all_tables
from tianping.documents.html import render_html
from tianping.documents.xlsx import render_xlsx
from tianping.locale import LANGUAGES
from tianping.observatory.bulletin import Snapshot, only_county, take_snapshot, write_bulletin
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book
from tianping.rulebook.bulletin import bulletin_rules
from tianping.rulebook.signals import signal_rules
from tianping.terms import ORDER_GROUPS, Area, AreaTree, InputError, Period

TREE = AreaTree.of([Area("C", "County", "county"), *(Area(code, code, "township", "C") for code in ("A", "B", "D"))])
JUNE = Period(2025, 6)


def births(
    *, orders: bool = True, reported: bool = True, months: int = 3, last: Period = JUNE, more_at_last: int = 0
) -> BirthTable:
    """Make a few months of births; one girl of A's first month is reported late."""
    rows = []
    for at in range(months):
        month = last.shift(at - months + 1)
        for town, code in enumerate(("A", "B", "D")):
            for order in ("1", "2"):
                more = more_at_last if month == last else 0
                row = {"area_code": code, "period": str(month), "boys": 140 + town + more, "girls": 139 + at % 2}
                row |= {"birth_order": order} if orders else {"source": order}
                row |= {"reported_period": str(month)} if reported else {}
                rows.append(row)
    if reported:
        rows.append(rows[0] | {"boys": 0, "girls": 1, "reported_period": str(last)})
    if not orders:
        rows = [row for row in rows if row.pop("source") == "1"]
    table = pa.table({name: [str(row[name]) for row in rows] for name in rows[0]})
    return read_births(table, areas=read_areas(TREE))


@pytest.fixture(scope="module")
def calm() -> Snapshot:
    return take_snapshot(births(), "C", JUNE)


def believing(snapshot: Snapshot, **told: dict[str, float]) -> Snapshot:
    """Give the snapshot with other probabilities at order 2 and above, by area, at its last evaluation."""
    e = snapshot.estimates
    changed = {}
    for name, values in told.items():
        column = getattr(e, name).copy()
        for code, value in values.items():
            column[:, TREE.positions[code], ORDER_GROUPS.index("2+")] = value
        changed[name] = column
    last = snapshot.last
    evaluation = replace(last, run=replace(last.run, estimates=replace(e, **changed)))
    return with_evaluations(snapshot, (*snapshot.result.evaluations[:-1], evaluation))


def with_evaluations(snapshot: Snapshot, evaluations: tuple[Evaluation, ...]) -> Snapshot:
    result = snapshot.result
    return replace(snapshot, result=Result(evaluations, result.settings, result.level, result.digest, result.histories))


def twice(snapshot: Snapshot) -> Snapshot:
    return with_evaluations(snapshot, (snapshot.last, snapshot.last))


def words(document: Document) -> str:
    def pieces() -> Iterator[str]:
        for paragraph in all_paragraphs(document):
            yield from (part.text for part in paragraph.parts if isinstance(part, Text))
        for table in all_tables(document):
            yield from (cell.text for row in table.rows for cell in row.cells if isinstance(cell, Text))

    return " ".join(pieces())


def written(snapshot: Snapshot) -> str:
    """Write and render in both languages; give the English words."""
    documents = [write_bulletin(snapshot, language) for language in LANGUAGES]
    for document in documents:
        assert render_html(document).startswith("<!DOCTYPE html>")
        assert render_xlsx(document)
    return words(documents[LANGUAGES.index("en")])


def test_calm(calm: Snapshot) -> None:
    told = written(calm)
    assert "None meets the conditions for observation." in told
    assert "cannot be told apart from the normal range" in told
    assert "Consultation: " not in told
    assert "no consultation of the county itself is proposed" in told
    assert "County consultation" not in told


def test_a_township_under_observation(calm: Snapshot) -> None:
    crossing = believing(calm, p_above_alert={"A": 0.97}, p_difference={"A": 0.97})
    told = written(crossing)
    assert "Under observation until the next evaluation:" in told
    assert "Evaluate again, doing nothing else meanwhile: A" in told
    assert "level and difference met, 1 times running" in told


def test_a_signal_leads_to_a_consultation_and_says_what_would_lift_it(calm: Snapshot) -> None:
    crossing = twice(believing(calm, p_above_alert={"A": 0.97}, p_difference={"A": 0.97}))
    told = written(crossing)
    assert "Consultation: A" in told
    assert "2 successive evaluations at which the probability of the level or of the difference is below 50%" in told


def test_a_signal_that_ended_says_so_once(calm: Snapshot) -> None:
    crossing = believing(calm, p_above_alert={"A": 0.97}, p_difference={"A": 0.97}).last
    wavering = believing(calm, p_above_alert={"A": 0.70}, p_difference={"A": 0.70}).last
    clear = believing(calm, p_above_alert={"A": 0.40}, p_difference={"A": 0.70}).last
    assert "Consultation: A" in written(with_evaluations(calm, (crossing, crossing, wavering, clear)))
    told = written(with_evaluations(calm, (crossing, crossing, clear, clear)))
    assert "the signal has ended: the probability of its level is below 50%" in told
    assert "Consultation: A" not in told
    assert "no card, interview, inspection or score" in told


def test_signal_and_observation_side_by_side(calm: Snapshot) -> None:
    first = believing(calm, p_above_alert={"A": 0.97}, p_difference={"A": 0.97})
    second = believing(calm, p_above_alert={"A": 0.97, "B": 0.97}, p_difference={"A": 0.97, "B": 0.97})
    told = written(with_evaluations(calm, (first.last, second.last)))
    assert "Under observation until the next evaluation, with nothing else done meanwhile:" in told


def test_a_county_above_the_normal_range(calm: Snapshot) -> None:
    told = written(believing(calm, p_above_normal={"C": 0.99}, p_above_alert={"C": 0.95}))
    assert "The county stands above the normal range" in told
    assert "County consultation: data check, service review, support" in told
    assert "level met, 1 times running" in told
    # Summary and section on signals tell the consultation that the proposed work asks for.
    assert told.count("a consultation of the county itself is proposed. Its ground is not a signal") == 2
    assert "consultation proposed, as the county is above the normal range" in told


def test_a_township_that_stands_clearly_high(calm: Snapshot) -> None:
    high = believing(calm, p_above_normal={"A": 0.99})
    rankings = tuple(
        replace(ranking, group=("high", *ranking.group[1:])) if ranking.order_group == "2+" else ranking
        for ranking in high.last.run.rankings
    )
    evaluation = replace(high.last, run=replace(high.last.run, rankings=rankings))
    told = written(with_evaluations(high, (evaluation,)))
    assert "stand clearly high" in told
    assert "clearly high" in told


def test_without_birth_orders_all_births_are_told() -> None:
    snapshot = take_snapshot(births(orders=False), "C", JUNE)
    told = written(snapshot)
    assert snapshot.group == "all"
    assert "above the limit, so signals by birth order rest" in told
    assert "Complete the birth orders" in told


def test_without_months_of_report_nothing_is_said_about_lateness() -> None:
    snapshot = take_snapshot(births(reported=False), "C", JUNE)
    told = written(snapshot)
    assert "do not say in which month they were made" in told
    assert write_bulletin(snapshot, "en").subtitle == ""


@pytest.mark.parametrize(("more", "verdict"), [(0, "neither a rise nor a fall"), (60, "the ratio has risen")])
def test_a_year_before_is_compared_with(more: int, verdict: str) -> None:
    january = Period(2025, 1)
    table = births(months=13, last=january, more_at_last=more)
    result = tianping.estimate(table, as_of=january, known_on=january, history=True)
    rules = (bulletin_rules(january), signal_rules(january))
    assert verdict in written(Snapshot(table, result, 0, january, january, *rules))


def test_evaluations_begin_with_a_year_of_births_and_only_the_month_told_is_known_later() -> None:
    table, may = births(months=14), Period(2025, 5)
    snapshot = take_snapshot(table, "C", may, known_on=JUNE)
    assert [(one.run.as_of, one.known_on) for one in snapshot.result.evaluations] == [
        (Period(2025, 4), Period(2025, 4)),
        (may, JUNE),
    ]
    assert snapshot.tally(0, "all", 14).births == Book(table.counts(may, may)).window(0, "all", 14).births + 1


def test_the_only_county_needs_no_name() -> None:
    assert only_county(TREE) == "C"
    two = AreaTree.of(
        [
            Area("P", "", "province"),
            *(Area(c, "", "county", "P") for c in "AB"),
            *(Area(c * 2, "", "town", c) for c in "AB"),
        ]
    )
    with pytest.raises(InputError, match="county_needed"):
        only_county(two)
    with pytest.raises(InputError, match="bulletin_needs_areas"):
        only_county(AreaTree.of([Area("A", "", "town")]))


def test_a_unit_is_not_told_as_a_county(calm: Snapshot) -> None:
    with pytest.raises(InputError, match="county_without_units"):
        take_snapshot(calm.births, "A", JUNE)


@pytest.mark.parametrize("month", [Period(2025, 7), Period(2025, 12), Period(2026, 6)])
def test_a_month_after_the_last_births_is_refused(calm: Snapshot, month: Period) -> None:
    with pytest.raises(InputError, match="bulletin_month_without_births") as refused:
        take_snapshot(calm.births, "C", month)
    assert refused.value.values == {"month": str(month), "county": "C", "last": "2025-06"}


def test_an_unknown_county_is_refused(calm: Snapshot) -> None:
    with pytest.raises(InputError, match="area_unknown"):
        take_snapshot(calm.births, "NOWHERE", JUNE)
