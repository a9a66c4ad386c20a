"""A workbook gives back every cell of the document, typed, and the same bytes every time."""

from __future__ import annotations

import io
import math
from datetime import date

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from tianping.documents.cells import Empty, Number, NumberStyle
from tianping.documents.content import Document
from tianping.documents.numbers import format_mark
from tianping.documents.sheets import SheetCell, sheets_of
from tianping.documents.xlsx import number_format, render_xlsx
from tianping.locale import text
from unit.documents.samples import HOSTILE, LANGUAGES, TEXTS, document


def opened(content: Document) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(content)))


def agrees(cell: Cell, expected: SheetCell, language: str) -> bool:
    if isinstance(expected, Number):
        same = cell.data_type == "n" and math.isclose(cell.value, expected.value, rel_tol=1e-14)
        return same and cell.number_format == number_format(expected, language)
    words = format_mark(expected, language) if isinstance(expected, Empty) else expected.text
    # The format cannot hold control letters or an empty text; the reader gives them back as they were stored.
    return (cell.value or "") == words or openpyxl.utils.escape.unescape(str(cell.value)) == words


@pytest.mark.parametrize("names", [None, HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_comes_back_as_it_was(language: str, names: list[str] | None) -> None:
    content = document(language, names)
    book = opened(content)
    sheets = sheets_of(content, text("documents.workbook.about", language))
    assert book.sheetnames[1:] == [sheet.name for sheet in sheets]
    for sheet in sheets:
        rows = list(book[sheet.name].iter_rows())[1 if sheet.table.watermark else 0 :]
        assert len(rows) == len(sheet.rows) + 1
        assert [cell.value for cell in rows[0]] == list(sheet.heads)
        for read, expected in zip(rows[1:], sheet.rows, strict=True):
            assert all(agrees(cell, value, language) for cell, value in zip(read, expected, strict=True))


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    book = opened(document("en", HOSTILE))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == HOSTILE[3] for cell in cells)
    assert {cell.data_type for cell in cells} <= {"n", "s"}


def test_a_range_becomes_two_columns_of_numbers_and_the_unit_stands_in_the_head() -> None:
    sheet = opened(document("en"))[TEXTS["en"]["title"][:31].strip()]
    heads = [cell.value for cell in sheet[1]]
    assert heads[1] == "Last 24 months: Births (births)"
    assert heads[3:5] == ["95% interval, lower end", "95% interval, upper end"]
    assert (sheet["D2"].value, sheet["E2"].value) == (108.4, 137.2)


def test_heads_and_names_stay_in_sight_and_columns_hold_what_they_show() -> None:
    sheet = opened(document("zh_Hans"))[TEXTS["zh_Hans"]["title"]]
    assert sheet.freeze_panes == "B2"
    assert sheet.column_dimensions["A"].width >= 2 * 3


def test_a_warning_stands_over_its_table_and_every_note_on_the_first_sheet() -> None:
    words = TEXTS["en"]
    book = opened(document("en"))
    assert book[words["group"]]["A1"].value == words["warning"]
    told = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    for expected in (words["title"], words["warning"], words["note"], "sha256:0000", words["townships"][4]):
        assert any(expected in str(value) for value in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_document_is_the_same_bytes_dated_by_the_document(language: str) -> None:
    made = render_xlsx(document(language))
    assert made == render_xlsx(document(language))
    assert openpyxl.load_workbook(io.BytesIO(made)).properties.created.date() == date(2025, 7, 15)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Number(1, 0), "#,##0"),
        (Number(1, 1), "#,##0.0"),
        (Number(0.1, 1, style=NumberStyle.PERCENT), "#,##0.0%"),
        (Number(1, 1, style=NumberStyle.SIGNED), "+#,##0.0;-#,##0.0;#,##0.0"),
    ],
)
def test_a_figure_is_shown_as_it_is_printed(number: Number, expected: str) -> None:
    assert number_format(number, "en") == expected
