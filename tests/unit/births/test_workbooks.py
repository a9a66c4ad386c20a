"""Workbooks as offices send them: titles, merged cells, formulas, wrong names, locks and damage."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tianping.births import BirthTable, InputRefusedError, read_births
from tianping.terms import RedLineError

HEADER = ["area_code", "period", "birth_order", "boys", "girls"]
ROWS = [["421123100", "2024-01", 1, 10, 9], ["421123100", "2024-01", 2, 5, 6], ["421123101", "2024-02", 1, 3, 3]]
CSV = "\n".join(",".join(map(str, row)) for row in [HEADER, *ROWS]) + "\n"


def book(path: Path, fill: Callable[[Worksheet], None]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    fill(sheet)
    workbook.save(path)
    return path


def plain(sheet: Worksheet) -> None:
    for row in [HEADER, *ROWS]:
        sheet.append(row)


def codes(table: BirthTable) -> dict[str, tuple[int, str, int]]:
    return {found.code: (found.row, found.column, found.count) for found in table.findings}


def refusal(path: Path) -> tuple[str, ...]:
    with pytest.raises(InputRefusedError) as refused:
        read_births(path)
    return tuple(found.code for found in refused.value.findings)


def test_a_workbook_reads_as_the_same_table_in_csv(tmp_path: Path) -> None:
    (tmp_path / "births.csv").write_text(CSV)
    from_book = read_births(book(tmp_path / "births.xlsx", plain))
    assert from_book.digest == read_births(tmp_path / "births.csv").digest
    assert set(codes(from_book)) == {"areas_from_file", "area_gap"}


def test_title_merged_areas_dates_and_blank_columns(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B2"] = "Births of the county"
        sheet.merge_cells("B2:F2")
        for column, header in enumerate(HEADER, start=2):
            sheet.cell(4, column, header)
        for row, (area, month, *counts) in enumerate(ROWS, start=5):
            sheet.cell(row, 2, area)
            sheet.cell(row, 3, datetime.date(int(month[:4]), int(month[5:]), 1))
            for column, count in enumerate(counts, start=4):
                sheet.cell(row, column, count)
        sheet["B6"] = None
        sheet.merge_cells("B5:B6")

    table = read_births(book(tmp_path / "births.xlsx", fill))
    assert table.n_births == 36
    assert codes(table)["merged_cells_filled"] == (6, "", 1)
    assert codes(table)["lines_above_header"][2] == 3


def test_formulas_are_told_and_those_without_a_value_left_out(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        plain(sheet)
        sheet["D4"] = "=D2-D3"

    table = read_births(book(tmp_path / "births.xlsx", fill))
    assert codes(table)["formulas"] == (4, "D", 1)
    assert codes(table)["count_missing"] == (4, "boys", 1)
    assert table.n_births == 30


def test_only_the_sheet_with_the_table_is_read(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    front, table = workbook.active, workbook.create_sheet("table")
    assert front is not None
    front["A1"] = "Read the second sheet"
    plain(table)
    workbook.create_sheet("empty")
    workbook.save(tmp_path / "births.xlsx")
    read = read_births(tmp_path / "births.xlsx")
    assert read.n_births == 36
    assert codes(read)["sheets_unread"][2] == 1


def test_a_forbidden_column_refuses_the_workbook(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        plain(sheet)
        sheet["F1"] = "mother's name"
        sheet["F2"] = "Jane Roe"

    with pytest.raises(RedLineError) as refused:
        read_births(book(tmp_path / "births.xlsx", fill))
    assert refused.value.values["column"] == "6: mother's name"
    assert "Jane" not in str(refused.value)


def test_a_merged_header_of_two_rows_is_refused(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["area_code", "period", "first", None, "second", None])
        sheet.append([None, None, "boys", "girls", "boys", "girls"])
        sheet.append(["421123100", "2024-01", 10, 9, 5, 6])
        for cells in ("C1:D1", "E1:F1", "A1:A2", "B1:B2"):
            sheet.merge_cells(cells)

    assert refusal(book(tmp_path / "births.xlsx", fill)) == ("header_merged",)


def test_a_zip_archive_renamed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "births.xlsx", "w") as package:
        package.writestr("births.csv", CSV)
    assert refusal(tmp_path / "births.xlsx") == ("zip_not_workbook",)


def test_a_workbook_cut_in_half(tmp_path: Path) -> None:
    whole = book(tmp_path / "births.xlsx", plain).read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    assert refusal(tmp_path / "half.xlsx") == ("file_damaged",)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_or_locked_workbook"),
        (b"<html><table><tr><td>area_code</td></tr></table></html>", "html_table"),
        (b"%PDF-1.7 ...", "file_binary"),
        (b"area_code,period\x00\x01\x02", "file_binary"),
        (b"", "file_empty"),
        (b"PAR1" + bytes(40), "file_damaged"),
    ],
)
def test_files_that_are_something_else(head: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "births.xlsx").write_bytes(head)
    assert refusal(tmp_path / "births.xlsx")[-1] == code


def test_an_empty_workbook(tmp_path: Path) -> None:
    assert refusal(book(tmp_path / "births.xlsx", lambda sheet: None)) == ("file_empty",)


def test_csv_under_the_name_of_a_workbook_is_read_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "births.xlsx").write_text(CSV)
    table = read_births(tmp_path / "births.xlsx")
    assert table.n_births == 36
    assert "wrong_extension" in codes(table)
