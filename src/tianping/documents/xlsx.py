"""A document's tables as a workbook with typed cells, the same bytes for the same document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import xlsxwriter

from tianping.documents.cells import Empty, Number, NumberStyle, Paragraph, Text
from tianping.documents.charts.lettering import text_width
from tianping.documents.content import Document
from tianping.documents.numbers import format_date, format_inline, format_mark, format_marks, format_number
from tianping.documents.sheets import Sheet, SheetCell, sheets_of
from tianping.locale import text
from tianping.terms import InputError

_WIDEST = 60.0
_WIDEST_HEAD = 18.0
_A4 = 9


def render_xlsx(document: Document) -> bytes:
    """Write a document's tables as a workbook: first what they are, then a sheet for each.

    Figures are numbers with the format they are printed with; what begins like a formula stays text.

    Raises:
        InputError: `workbook_too_large` when a sheet would pass what a workbook can hold.
    """
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    workbook = xlsxwriter.Workbook(target, options)
    workbook.set_properties(_properties(document))
    _Book(workbook, document).write()
    workbook.close()
    return target.getvalue()


def _properties(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subject": document.series,
        "author": document.organ,
        "company": document.organ,
        "comments": "; ".join(f"{label}: {value}" for label, value in document.provenance),
        # A workbook dated by its document rather than by the clock is the same bytes every time.
        "created": datetime.combine(document.published_on, time(), tzinfo=UTC).replace(tzinfo=None),
    }


class _Book:
    """A workbook in the making, with its formats."""

    def __init__(self, workbook: Any, document: Document) -> None:
        self.workbook = workbook
        self.document = document
        self.language = document.language
        self.about = text("documents.workbook.about", self.language)
        self.sheets = sheets_of(document, self.about)
        self.formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def write(self) -> None:
        self._write_about()
        for sheet in self.sheets:
            self._write_sheet(sheet)

    def format(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "top", **properties})
        return self.formats[key]

    def _write_about(self) -> None:
        page = self.workbook.add_worksheet(self.about)
        page.set_column(0, 0, 24)
        page.set_column(1, 1, 90)
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        wrapped, strong = self.format(text_wrap=True), self.format(bold=True, text_wrap=True)
        for position, (label, told, target) in enumerate(self._about_rows()):
            _check(page.write_string(position, 0, label, strong), self.about, position)
            if target:
                link = "internal:'{}'!A1".format(target.replace("'", "''"))
                _check(page.write_url(position, 0, link, string=label), self.about, position)
            _check(page.write_string(position, 1, told, wrapped), self.about, position)

    def _about_rows(self) -> Iterator[tuple[str, str, str]]:
        """Give label, text and, for sheets, the sheet to lead to."""
        yield from self._identity_rows()
        for sheet in self.sheets:
            yield sheet.name, sheet.table.title, sheet.name
        yield from self._note_rows()
        for label, value in self.document.provenance:
            yield label, value, ""

    def _identity_rows(self) -> Iterator[tuple[str, str, str]]:
        document = self.document
        yield document.series or text("documents.workbook.content", self.language), document.title, ""
        imprint = (document.issue, document.organ, format_date(document.published_on, self.language), document.subtitle)
        yield "", "  ".join(part for part in imprint if part), ""
        if document.banner:
            yield text("documents.workbook.watermark", self.language), document.banner, ""

    def _note_rows(self) -> Iterator[tuple[str, str, str]]:
        document, language = self.document, self.language
        for sheet in self.sheets:
            label = text("documents.workbook.notes_of", language, title=sheet.name)
            yield from ((label, note, "") for note in (sheet.table.watermark, *sheet.table.notes) if note)
        gaps = {cell for sheet in self.sheets for row in sheet.rows for cell in row if isinstance(cell, Empty)}
        if marks := format_marks(gaps, language):
            yield text("documents.workbook.marks", language), marks, ""
        for paragraph in document.method_notes:
            yield text("documents.page.methods", language), self._plain(paragraph), ""
        for footnote in document.footnotes:
            yield text("documents.page.footnotes", language), self._plain(footnote.body), ""

    def _plain(self, paragraph: Paragraph) -> str:
        return "".join(format_inline(part, self.language) for part in paragraph.parts)

    def _write_sheet(self, sheet: Sheet) -> None:
        page = self.workbook.add_worksheet(sheet.name)
        first = 0
        if sheet.table.watermark:
            warning = self.format(bold=True, font_color="#9b1c1c")
            _check(page.write_string(0, 0, sheet.table.watermark, warning), sheet.name, 0)
            first = 1
        for column, (head, numeric) in enumerate(zip(sheet.heads, sheet.numeric, strict=True)):
            look = self.format(bold=True, text_wrap=True, bottom=1, align="right" if numeric else "left")
            _check(page.write_string(first, column, head, look), sheet.name, first)
            page.set_column(column, column, self._width(sheet, column))
        for position, cells in enumerate(sheet.rows):
            strong: dict[str, object] = {"bold": True, "top": 1} if sheet.table.rows[position].is_total else {}
            for column, cell in enumerate(cells):
                self._write_cell(page, sheet, first + 1 + position, column, cell, strong)
        page.freeze_panes(first + 1, sheet.fixed)
        if sheet.rows:
            page.autofilter(first, 0, first + len(sheet.rows), len(sheet.heads) - 1)
        self._set_print(page, sheet, first)

    def _write_cell(
        self, page: Any, sheet: Sheet, row: int, column: int, cell: SheetCell, strong: dict[str, object]
    ) -> None:
        match cell:
            case Number():
                look = self.format(num_format=number_format(cell, self.language), **strong)
                code = page.write_number(row, column, cell.value, look)
            case Empty():
                code = page.write_string(
                    row, column, format_mark(cell, self.language), self.format(align="right", **strong)
                )
            case Text():
                code = page.write_string(row, column, cell.text, self.format(**strong))
        _check(code, sheet.name, row)

    def _width(self, sheet: Sheet, column: int) -> float:
        """Fit a column to its cells; a Chinese character is as wide as two digits."""
        cells = [2 * text_width(self._told(row[column]), 1.0) for row in sheet.rows]
        head = min(2 * text_width(sheet.heads[column], 1.0), _WIDEST_HEAD)
        return min(max([head, *cells]), _WIDEST) + 2

    def _told(self, cell: SheetCell) -> str:
        if isinstance(cell, Text):
            return cell.text
        return format_mark(cell, self.language) if isinstance(cell, Empty) else format_number(cell, self.language)

    def _set_print(self, page: Any, sheet: Sheet, first: int) -> None:
        page.set_paper(_A4)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(first)
        page.set_header("&C" + sheet.table.title[:100].replace("&", "&&"))
        page.set_footer("&C&P / &N")


def number_format(figure: Number, language: str) -> str:
    """Give the workbook's format of a figure, which shows what `format_number` writes."""
    whole = "#,##0" if text("documents.number.thousands", language) else "0"
    digits = f"{whole}.{'0' * figure.decimals}" if figure.decimals else whole
    match figure.style:
        case NumberStyle.PERCENT:
            return f"{digits}%"
        case NumberStyle.SIGNED:
            return f"+{digits};-{digits};{digits}"
        case NumberStyle.PLAIN:
            return digits


def _check(code: int | None, sheet: str, row: int) -> None:
    """Refuse what the writer could not take rather than lose it.

    Raises:
        InputError: `workbook_too_large`.
    """
    if code:
        raise InputError("workbook_too_large", sheet=sheet, row=row + 1)
