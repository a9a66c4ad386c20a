"""Sheets get names that a workbook accepts."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.documents.cells import Number
from tianping.documents.content import Column, Document, Row, Section, Table
from tianping.documents.sheets import sheets_of


def named(*titles: str) -> Document:
    tables = tuple(
        Table(f"t{position}", title, (Column("x"),), (Row((Number(1),)),)) for position, title in enumerate(titles)
    )
    return Document("en", "title", date(2025, 7, 15), (Section("s", "", tables),))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6))
def test_names_are_unique_short_and_without_forbidden_letters(titles: list[str]) -> None:
    names = [sheet.name for sheet in sheets_of(named(*titles), "About")]
    assert len({name.casefold() for name in (*names, "about")}) == len(titles) + 1
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


@pytest.mark.parametrize(("title", "expected"), [("a/b", "a b"), ("History", "History 2"), ("''", "t0")])
def test_a_name_stays_near_its_title(title: str, expected: str) -> None:
    assert sheets_of(named(title), "About")[0].name == expected


def test_columns_up_to_the_one_that_names_the_rows_stay_in_sight() -> None:
    table = Table(
        "t", "t", (Column("code", numeric=False), Column("name", is_head=True, numeric=False), Column("x")), ()
    )
    content = replace(named("x"), sections=(Section("s", "", (table,)),))
    assert sheets_of(content, "About")[0].fixed == 2
