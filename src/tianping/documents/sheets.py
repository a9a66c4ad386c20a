"""Tables laid out for a workbook: one value per cell, ranges as two columns, heads that say everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tianping.documents.cells import Absence, Empty, Number, NumberRange, Text
from tianping.documents.content import Cell, Chart, Column, Document, KeyFigures, Row, Table, all_blocks, all_tables
from tianping.documents.numbers import format_head
from tianping.locale import text

#: What a cell of a sheet holds.
SheetCell = Text | Number | Empty

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    Attributes:
        name: its name, fit for a workbook and unique in it.
        table: the table it shows.
        heads: heads of its columns.
        numeric: whether each column holds figures.
        rows: its cells.
        fixed: number of columns that stay in sight: those up to the one that names the rows.
    """

    name: str
    table: Table
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    fixed: int


def sheets_of(document: Document, reserved: str) -> tuple[Sheet, ...]:
    """Lay out all tables of a document, key figures first; `reserved` is a sheet name that is taken already."""
    sheets: list[Sheet] = []
    names = {reserved.casefold()}
    for table in _tables(document):
        name = _free_name(table.sheet or table.title, table.key, names)
        names.add(name.casefold())
        sheets.append(_sheet(name, table, document.language))
    return tuple(sheets)


def _tables(document: Document) -> Iterator[Table]:
    blocks = (block for block in all_blocks(document) if isinstance(block, KeyFigures))
    for number, block in enumerate(blocks, start=1):
        yield _key_figures_table(block, number, document.language)
    yield from all_tables(document)


def _key_figures_table(block: KeyFigures, number: int, language: str) -> Table:
    def told(key: str) -> str:
        return text(f"documents.column.{key}", language)

    columns = (
        Column(told("what"), is_head=True, numeric=False),
        Column(told("value")),
        Column(told("unit"), numeric=False),
        Column(told("interval_of")),
        Column(told("interval_kind"), numeric=False),
        Column(told("remark"), numeric=False),
    )
    rows = tuple(
        Row(
            (
                Text(figure.label),
                figure.value,
                Text(figure.value.unit),
                figure.interval or Empty(Absence.NOT_APPLICABLE),
                Text(figure.interval_label),
                Text(figure.note),
            )
        )
        for figure in block.figures
    )
    return Table(f"key-figures-{number}", text("documents.workbook.key_figures", language), columns, rows)


def _free_name(wanted: str, key: str, taken: set[str]) -> str:
    """Give a sheet name near the one wanted that a workbook accepts and does not hold yet."""
    stem = _NOT_IN_NAMES.sub(" ", wanted).strip(" '") or key
    name, number = stem[:_LONGEST_NAME].strip(" '"), 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        ending = f" {number}"
        name = stem[: _LONGEST_NAME - len(ending)].strip(" '") + ending
    return name


def _sheet(name: str, table: Table, language: str) -> Sheet:
    is_grouped = any(row.group for row in table.rows)
    ranged = [
        any(isinstance(row.cells[position], NumberRange) for row in table.rows)
        for position in range(len(table.columns))
    ]
    heads: list[str] = [table.group_title or text("documents.column.group", language)] if is_grouped else []
    numeric = [False] if is_grouped else []
    for column, is_range in zip(table.columns, ranged, strict=True):
        told = _head(column, language)
        ends = [text(f"documents.column.{end}", language, title=told) for end in ("lower_end", "upper_end")]
        heads += ends if is_range else [told]
        numeric += [column.numeric] * (2 if is_range else 1)
    rows = []
    for row in table.rows:
        cells: list[SheetCell] = [Text(row.group)] if is_grouped else []
        for cell, is_range in zip(row.cells, ranged, strict=True):
            cells += _values(cell, is_range=is_range)
        rows.append(tuple(cells))
    return Sheet(name, table, tuple(heads), tuple(numeric), tuple(rows), _fixed(table, ranged) + is_grouped)


def _head(column: Column, language: str) -> str:
    told = format_head(column, language)
    return text("documents.workbook.grouped", language, group=column.group, title=told) if column.group else told


def _values(cell: Cell, *, is_range: bool) -> list[SheetCell]:
    if isinstance(cell, NumberRange):
        return list(cell.ends)
    value = Text(cell.description) if isinstance(cell, Chart) else cell
    return [value, value] if is_range else [value]


def _fixed(table: Table, ranged: list[bool]) -> int:
    """Count the columns up to the last of those that name the rows."""
    last = max((position for position, column in enumerate(table.columns) if column.is_head), default=-1)
    return last + 1 + sum(ranged[: last + 1])
