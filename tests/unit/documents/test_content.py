"""A document's parts fit together, or it is refused."""

from dataclasses import replace

import pytest

from tianping.documents.cells import Number, NumberRange, Paragraph, Text
from tianping.documents.content import Column, Document, Row, Section, Table, all_numbers, all_tables, anchors
from tianping.terms import InputError
from unit.documents.samples import LANGUAGES, document


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_a_document_is_reached(language: str) -> None:
    values = [number.value for number in all_numbers(document(language))]
    for expected in (3290, 114.192, 114.2, 122.3, 1234567, 137.2, 616):
        assert expected in values


def test_tables_come_in_reading_order_and_a_chart_that_points_elsewhere_adds_none() -> None:
    assert [table.key for table in all_tables(document("en"))] == ["townships", "funnel-numbers", "grouped-rows"]


def test_rows_sections_charts_and_notes_are_anchors() -> None:
    assert {"row-one", "inner", "caterpillar", "note-first", "townships"} <= set(anchors(document("en")))


def with_section(section: Section) -> Document:
    return replace(document("en"), sections=(*document("en").sections, section))


def test_a_key_used_twice_is_refused() -> None:
    with pytest.raises(InputError, match="document_key_twice"):
        with_section(Section("first", "again"))


def test_a_reference_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(InputError, match="document_reference_unknown"):
        with_section(Section("new", "", (Paragraph((Text("x", href="#nowhere"),)),)))
    with pytest.raises(InputError, match="document_reference_unknown"):
        with_section(Section("new", "", (Paragraph((Text("x", footnote="none"),)),)))


@pytest.mark.parametrize("key", ["", "A", "1a", "a b", 'a"', "a/b"])
def test_a_key_that_could_not_be_an_anchor_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="document_key_invalid"):
        Section(key, "title")


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(InputError, match="table_row_length"):
        Table("t", "title", (Column("a"), Column("b")), (Row((Number(1),)),))


def test_a_range_gives_both_its_ends_with_their_form() -> None:
    assert NumberRange(1, 2, 3, "u").ends == (Number(1, 3, "u"), Number(2, 3, "u"))
