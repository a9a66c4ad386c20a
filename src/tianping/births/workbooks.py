"""XLSX workbooks: the sheet that holds the table, merged cells and formulas."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from tianping.births.findings import FindingLog
from tianping.births.rows import PREVIEW, Chunk
from tianping.births.vocabulary import header_role

_ROWS = 50_000
_BLOCK = 1 << 20
#: A workbook that unpacks to more than this is no county's return.
_LARGEST = 4 << 30
_FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[\s>/]')
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

Cell = object


class Workbook:
    """An XLSX workbook, of which one sheet is read."""

    def __init__(self, path: Path, table: str, log: FindingLog) -> None:
        """Choose the first sheet that holds a known header; `table` names the vocabulary.

        Raises:
            InputRefusedError: `file_damaged`, `zip_not_workbook`, `workbook_too_large` or `file_empty`.
        """
        self._path, self._log = path, log
        _check_package(path, log)
        try:
            self._book = CalamineWorkbook.from_path(path)
            self._sheet, self._preview = self._choose(table)
        except (CalamineError, ValueError):
            log.refuse("file_damaged", kind="XLSX")

    def preview(self) -> Sequence[Sequence[str]]:
        """Give the first rows of the sheet."""
        return self._preview

    def chunks(self, header: int, width: int, fill: frozenset[int]) -> Iterator[Chunk]:
        """Give the rows below the header; cells merged downwards in the columns `fill` stand for all their rows."""
        self._note_formulas(header)
        filled = self._filled_cells(header, fill)
        rows = enumerate(_rows_of(self._sheet))
        below = ((at, row) for at, row in rows if at > header)
        while stretch := list(islice(below, _ROWS)):
            table = [[_text(cell) for cell in row[:width]] for _, row in stretch]
            first = stretch[0][0]
            for (at, column), value in filled.items():
                if first <= at < first + len(stretch):
                    table[at - first][column] = value
            columns = tuple(pa.array(cells, pa.string()) for cells in zip(*table, strict=True))
            yield Chunk(columns, np.arange(first + 1, first + 1 + len(stretch), dtype=np.int64))

    def _choose(self, table: str) -> tuple[CalamineSheet, list[list[str]]]:
        candidates = []
        for name in self._book.sheet_names:
            sheet = self._book.get_sheet_by_name(name)
            preview = [[_text(cell) for cell in row] for row in islice(_rows_of(sheet), PREVIEW)]
            if any(any(row) for row in preview):
                roles = max(sum(header_role(cell, table) is not None for cell in row) for row in preview)
                candidates.append((roles, sheet, preview))
        if not candidates:
            self._log.refuse("file_empty")
        if len(candidates) > 1:
            self._log.add("sheets_unread", count=len(candidates) - 1)
        _, sheet, preview = max(candidates, key=lambda candidate: candidate[0])
        return sheet, preview

    def _filled_cells(self, header: int, fill: frozenset[int]) -> dict[tuple[int, int], str]:
        """Give what merged cells below the header hide, by position (row, column)."""
        hidden: dict[tuple[int, int], tuple[int, int]] = {}
        for (top, left), (bottom, right) in self._sheet.merged_cell_ranges or ():
            if top > header and left == right and left in fill:
                hidden.update({(at, left): (top, left) for at in range(top + 1, bottom + 1)})
        if not hidden:
            return {}
        tops = {top for top, _ in hidden.values()}
        rows = {at: row for at, row in enumerate(_rows_of(self._sheet)) if at in tops}
        self._log.add("merged_cells_filled", row=min(hidden)[0] + 1, count=len(hidden))
        return {at: _text(rows[top][column]) for at, (top, column) in hidden.items()}

    def _note_formulas(self, header: int) -> None:
        found = [cell for cell in _formula_cells(self._path, self._sheet.name) if cell[0] > header + 1]
        if found:
            row, column = min(found)
            self._log.add("formulas", row=row, column=column, count=len(found))


def _check_package(path: Path, log: FindingLog) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, OSError):
        log.refuse("file_damaged", kind="XLSX")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        log.refuse("zip_not_workbook")
    if sum(part.file_size for part in parts) > _LARGEST:
        log.refuse("workbook_too_large", limit=f"{_LARGEST >> 30} GB")


def _rows_of(sheet: CalamineSheet) -> Iterator[Sequence[Cell]]:
    """Give the rows from the first of the sheet; columns begin at A."""
    start = sheet.start
    lead: list[Cell] = [""] * (start[1] if start else 0)
    for row in sheet.iter_rows():
        yield [*lead, *row]


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell)


def _formula_cells(path: Path, sheet: str) -> Iterator[tuple[int, str]]:
    """Give row and column letter of each cell that holds a formula, without reading the cells themselves."""
    with zipfile.ZipFile(path) as package, package.open(_part_of(package, sheet)) as part:
        rest = b""
        while block := part.read(_BLOCK):
            text = rest + block
            end = text.rfind(b"<c ")
            whole, rest = (text[:end], text[end:]) if end > 0 else (b"", text)
            yield from _formulas_in(whole)
        yield from _formulas_in(rest)


def _formulas_in(text: bytes) -> Iterator[tuple[int, str]]:
    for match in _FORMULA.finditer(text):
        yield int(match[2]), match[1].decode()


def _part_of(package: zipfile.ZipFile, sheet: str) -> str:
    """Give the name of the part that holds a sheet."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    target = {link.get("Id"): link.get("Target", "") for link in links}
    for entry in book.iter():
        if entry.tag.endswith("}sheet") and entry.get("name") == sheet:
            name = target[entry.get(f"{_RELATIONS}id")]
            return name.removeprefix("/") if name.startswith("/") else f"xl/{name}"
    raise KeyError(sheet)
