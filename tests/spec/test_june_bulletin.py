"""The bulletin of June 2025 for the demonstration county: counts, direct figures and verdicts, to the printed digit.

Given the reports known at the close of 5 July 2025, when the bulletin is written, then its typed figures are those of
`data/june_2025.yaml`, nobody is ranked, and the county stands above the normal range.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

import tianping
from tianping.documents.cells import Absence, Empty, Number, NumberRange, Paragraph, Text
from tianping.documents.content import Document, Figure, Table, all_paragraphs, all_sections, all_tables
from tianping.documents.numbers import format_cell, format_figure
from tianping.locale import LANGUAGES
from tianping.observatory.bulletin import Snapshot, write_bulletin
from tianping.observatory.demonstration import bundled_county
from tianping.rulebook.bulletin import bulletin_rules
from tianping.rulebook.signals import signal_rules
from tianping.terms import Period

GIVEN = yaml.safe_load((Path(__file__).parent / "data" / "june_2025.yaml").read_text(encoding="utf-8"))
JUNE = Period(2025, 6)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """June's own evaluation; what the months before add up to is the matter of the rolling evaluation's test."""
    county = bundled_county()
    result = tianping.estimate(county.births, as_of=JUNE, known_on=JUNE, history=True)
    position = county.births.tree.positions[county.county_code]
    rules = (bulletin_rules(JUNE), signal_rules(JUNE))
    return Snapshot(county.births, result, position, JUNE, JUNE, *rules, county.truth)


@pytest.fixture(scope="module")
def bulletin(snapshot: Snapshot) -> Document:
    return write_bulletin(snapshot, "en")


def figures(paragraph: Paragraph) -> list[str]:
    return [format_figure(part, "en") for part in paragraph.parts if not isinstance(part, Text)]


def told(document: Document, key: str) -> list[Paragraph]:
    section = next(section for section in all_sections(document) if section.key == key)
    return [block for block in section.blocks if isinstance(block, Paragraph)]


def table(document: Document, key: str) -> Table:
    return next(table for table in all_tables(document) if table.key == key)


def words(document: Document) -> Iterator[str]:
    for paragraph in all_paragraphs(document):
        yield from (part.text for part in paragraph.parts if isinstance(part, Text))
    for one in all_tables(document):
        yield from (one.title, *one.notes, *(column.title for column in one.columns))
        yield from (column.group for column in one.columns)
        yield from (cell.text for row in one.rows for cell in row.cells if isinstance(cell, Text))


def test_the_county_as_a_whole(bulletin: Document) -> None:
    paragraphs = told(bulletin, "section-overall")
    for paragraph, expected in zip(paragraphs, GIVEN["overall"].values(), strict=False):
        assert figures(paragraph)[: len(expected)] == expected


def test_missing_female_births_with_method_reference_and_interval(bulletin: Document) -> None:
    paragraph = told(bulletin, "section-overall")[len(GIVEN["overall"])]
    missing, interval, reference, ends, normal = [part for part in paragraph.parts if not isinstance(part, Text)]
    assert isinstance(missing, Number)
    assert isinstance(interval, NumberRange)
    given = GIVEN["missing"]
    assert round(missing.value) == given["point"]
    # The published ends were simulated; ours are worked out, and come out at 32–352.
    assert (interval.lower, interval.upper) == pytest.approx((given["lower"], given["upper"]), abs=1.5)
    assert (figures(paragraph)[2:]) == ["106.3", "105.4–107.2", "103–107"]
    assert "boys fixed" in "".join(part.text for part in paragraph.parts if isinstance(part, Text))
    assert [reference, ends, normal]


def test_every_township_to_the_printed_digit_in_the_order_of_codes(snapshot: Snapshot, bulletin: Document) -> None:
    rows = table(bulletin, "units").rows
    expected = [*GIVEN["townships"].values(), GIVEN["county"]]
    assert [[format_cell(cell, "en") for cell in row.cells[1:6]] for row in rows] == expected
    codes = [area.code for area in snapshot.areas if area.level == "township"]
    assert (
        [row.anchor for row in rows[:-1]]
        == [f"row-{code.lower()}" for code in codes]
        == sorted(f"row-{code.lower()}" for code in GIVEN["townships"])
    )


def test_nobody_can_be_told_apart_and_the_county_is_high(snapshot: Snapshot, bulletin: Document) -> None:
    assert {snapshot.band_of(unit) for unit in snapshot.units} == {"indistinguishable"}
    assert snapshot.county_is_high
    assert [row.cells[-2] for row in table(bulletin, "units").rows] == [Text("cannot be told")] * 12 + [Text("high")]
    for unit in snapshot.units:
        lower, upper = snapshot.rank(unit) or (1, 1)
        assert upper - lower >= len(snapshot.units) / 2


def test_a_ratio_of_fewer_than_a_hundred_births_is_not_printed_but_its_interval_is(bulletin: Document) -> None:
    of_t12 = table(bulletin, "units-year").rows[11]
    births, srb, interval = of_t12.cells[-3:]
    assert births == Number(99.0)
    assert srb == Empty(Absence.TOO_FEW)
    assert isinstance(interval, NumberRange)


def test_below_the_county_only_first_and_later_births_in_windows_of_a_year_or_more(bulletin: Document) -> None:
    assert not [word for word in words(bulletin) if "Third births" in word or "3+" in word]
    heads = {column.group for column in table(bulletin, "units-year").columns if column.group}
    assert heads == {"All births", "First births", "Second births and over"}
    by_month = [one.key for one in all_tables(bulletin) if "June 2025, all births" in {c.group for c in one.columns}]
    assert by_month == ["raw-ranking"]


def test_the_raw_monthly_ranking_is_a_lesson_on_synthetic_data_only(snapshot: Snapshot) -> None:
    chinese = write_bulletin(snapshot, "zh_Hans")
    lesson = table(chinese, "raw-ranking")
    assert lesson.watermark == GIVEN["not_to_be_ranked"]
    codes = {snapshot.areas[unit].code: at for at, unit in enumerate(snapshot.units)}
    for code, expected in GIVEN["raw"].items():
        assert [format_cell(cell, "en") for cell in lesson.rows[codes[code]].cells[3:5]] == expected
    assert chinese.banner
    real = write_bulletin(replace(snapshot, truth=None), "zh_Hans")
    assert not real.banner
    assert "raw-ranking" not in {one.key for one in all_tables(real)}


def test_chapters_that_births_cannot_fill_do_not_appear(bulletin: Document) -> None:
    chapters = [section.key for section in bulletin.sections if not section.is_appendix]
    assert chapters == ["section-overall", "section-units", "section-quality", "section-watch", "section-advice"]


def test_both_languages_carry_the_same_figures(snapshot: Snapshot) -> None:
    tables = [
        [[cell for cell in row.cells if not isinstance(cell, Text)] for one in all_tables(document) for row in one.rows]
        for document in (write_bulletin(snapshot, language) for language in LANGUAGES)
    ]
    assert tables[0] == tables[1]


def test_between_quarters_the_townships_are_not_told(snapshot: Snapshot) -> None:
    july = replace(snapshot, month=Period(2025, 7))
    document = write_bulletin(july, "en")
    assert "units" not in {one.key for one in all_tables(document)}
    assert "issue 6" in "".join(
        part.text for part in told(document, "section-units")[0].parts if isinstance(part, Text)
    )


def test_the_present_level_of_the_county_has_one_interval_in_text_and_charts(
    snapshot: Snapshot, bulletin: Document
) -> None:
    now = snapshot.modelled(snapshot.county, snapshot.group)
    present = format_figure(NumberRange(now.interval.lower, now.interval.upper, 1), "en")
    assert present in figures(told(bulletin, "section-overall")[3])
    charts = [
        block.chart for section in all_sections(bulletin) for block in section.blocks if isinstance(block, Figure)
    ]
    for key, times in (("trend-county", 2), ("order-gradient", 1)):
        last = next(chart for chart in charts if chart.key == key).table.rows[-1]
        assert [format_cell(cell, "en") for cell in last.cells].count(present) == times
