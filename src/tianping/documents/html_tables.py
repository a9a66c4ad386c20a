"""Tables of a page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tianping.documents.cells import Empty, Text
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.theme import TEXT_SIZE
from tianping.documents.content import Cell, Chart, Column, Row, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import format_cell, format_head, format_marks
from tianping.locale import text

#: Above so many rows a table scrolls in its own box, under its own head.
_TALL = 30
#: Room of an upright A4 page in letters of a printed table, in ems, and what each column takes besides its text.
_UPRIGHT_EMS = 60.0
_PADDING_EMS = 1.0
#: Text and heads break, unless they are shorter than this, in ems.
_BROKEN_EMS = 6.0


def table_markup(table: Table, language: str) -> Markup:
    """Write a table, folded where it asks for it, by its row groups where it has any."""
    if not table.folded:
        wide = " wide" if _width_in_ems(table, language) > _UPRIGHT_EMS else ""
        inner = join([_grid(table, table.rows, table.key, table.title, language), _beneath(table, language)])
        return element("div", inner, id=table.key, class_=f"table{wide}")
    runs = [(group, tuple(rows)) for group, rows in groupby(table.rows, key=lambda row: row.group)]
    if len(runs) == 1:
        body = _grid(table, table.rows, table.key, table.title, language)
    else:
        body = join(_fold_of_group(table, group, rows, number, language) for number, (group, rows) in enumerate(runs))
    summary = _summary("fold", language, title=table.title, rows=len(table.rows))
    return element("details", summary, body, _beneath(table, language), id=table.key, class_="table")


def _fold_of_group(table: Table, group: str, rows: tuple[Row, ...], number: int, language: str) -> Markup:
    title = text("documents.page.title_of_group", language, title=table.title, group=group)
    grid = _grid(table, rows, f"{table.key}-{number}", title, language)
    return element("details", _summary("fold_group", language, group=group, rows=len(rows)), grid)


def _summary(key: str, language: str, **values: object) -> Markup:
    not_printed = element("span", f" [{text('documents.page.not_printed', language)}]", class_="print-only")
    return element("summary", text(f"documents.page.{key}", language, **values), not_printed)


def _grid(table: Table, rows: Sequence[Row], key: str, title: str, language: str) -> Markup:
    watermark = element("strong", table.watermark, class_="watermark") if table.watermark else ""
    caption = element("caption", title, watermark, id=f"{key}-caption")
    body = element("tbody", join(_row(row, table.columns, language) for row in rows))
    grid = element("table", caption, _head(table.columns, language), body)
    tall = " tall" if len(rows) > _TALL else ""
    return element("div", grid, class_=f"scroll{tall}", tabindex=0, role="region", aria_labelledby=f"{key}-caption")


def _width_in_ems(table: Table, language: str) -> float:
    """Estimate how wide a table is: figures do not break, while text and heads do where room is short."""
    return sum(_column_ems(table, position, column, language) for position, column in enumerate(table.columns))


def _column_ems(table: Table, position: int, column: Column, language: str) -> float:
    head = min(text_width(format_head(column, language), 1.0), _BROKEN_EMS)
    cells = max((_cell_ems(row.cells[position], language) for row in table.rows), default=0.0)
    return max(head, cells if column.numeric else min(cells, _BROKEN_EMS)) + _PADDING_EMS


def _cell_ems(cell: Cell, language: str) -> float:
    return cell.width / TEXT_SIZE if isinstance(cell, Chart) else text_width(format_cell(cell, language), 1.0)


def _head(columns: Sequence[Column], language: str) -> Markup:
    if not any(column.group for column in columns):
        return element("thead", element("tr", join(_head_cell(column, language) for column in columns)))
    upper: list[Markup] = []
    lower: list[Markup] = []
    for group, members in groupby(columns, key=lambda column: column.group):
        held = list(members)
        if group:
            upper.append(element("th", group, scope="colgroup", colspan=len(held), class_="shared"))
            lower.extend(_head_cell(column, language) for column in held)
        else:
            upper.extend(_head_cell(column, language, rowspan=2) for column in held)
    return element("thead", element("tr", join(upper)), element("tr", join(lower)))


def _head_cell(column: Column, language: str, rowspan: int | None = None) -> Markup:
    kind = "figure" if column.numeric else None
    return element("th", format_head(column, language), scope="col", rowspan=rowspan, class_=kind)


def _row(row: Row, columns: Sequence[Column], language: str) -> Markup:
    cells = join(_cell(cell, column, language) for cell, column in zip(row.cells, columns, strict=True))
    return element("tr", cells, id=row.anchor or None, class_="total" if row.is_total else None)


def _cell(cell: Cell, column: Column, language: str) -> Markup:
    kind = "figure" if column.numeric else None
    if isinstance(cell, Chart):
        inner: str = Markup(cell.svg)
    else:
        inner = format_cell(cell, language)
        if not column.numeric:
            kind = "short" if text_width(inner, 1.0) <= _BROKEN_EMS else "long"
        if isinstance(cell, Text):
            inner = element("strong", inner) if cell.strong else inner
            inner = element("a", inner, href=cell.href) if cell.href else inner
    if column.is_head:
        return element("th", inner, scope="row", class_=kind)
    return element("td", inner, class_=kind)


def _beneath(table: Table, language: str) -> Markup:
    gaps = {cell for row in table.rows for cell in row.cells if isinstance(cell, Empty)}
    marks = format_marks(gaps, language)
    told = [*table.notes, marks] if marks else list(table.notes)
    return join(element("p", note, class_="beneath") for note in told)
