"""The content of a document: what it says, before anybody decides how it looks.

A builder makes one `Document`; every renderer reads the same one. Texts are already in the reader's language.
Each figure is a typed `Number` or `NumberRange`, so that all renderers write it through the one formatting
function (`documents.numbers`) and two formats of a document can be compared number by number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tianping.documents.cells import Empty, Number, NumberRange, Paragraph, Text
from tianping.terms import InputError

_KEY = re.compile(r"^[a-z][a-z0-9-]*$")


def check_key(key: str) -> None:
    """Refuse a key that cannot name an anchor, a file or a sheet.

    Raises:
        InputError: `document_key_invalid`; keys are lower-case letters, digits and hyphens.
    """
    if not _KEY.match(key):
        raise InputError("document_key_invalid", document_key=key)


@dataclass(frozen=True)
class Chart:
    """A drawing with the same in words and in numbers.

    Attributes:
        key: names the drawing's anchors; unique in a document.
        svg: the drawing, a standalone SVG element without style attributes, scripts or outside references.
        title: its title.
        description: what it shows, in words, for those who cannot see it.
        table: the numbers behind it.
        width: natural width in CSS pixels.
        height: natural height.
        notes: what the drawing had to leave out or moved, one sentence each.
    """

    key: str
    svg: str
    title: str
    description: str
    table: Table
    width: float
    height: float
    notes: tuple[str, ...] = ()


#: What a cell of a table holds.
Cell = Text | Number | NumberRange | Empty | Chart


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        title: its head.
        unit: unit of its figures, in the reader's language.
        group: head shared with neighbouring columns of the same group; empty when none.
        is_head: whether its cells name their rows.
        numeric: whether its cells are figures (right-aligned; numbers in a workbook).
    """

    title: str
    unit: str = ""
    group: str = ""
    is_head: bool = False
    numeric: bool = True


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        cells: one cell per column.
        anchor: key other parts link to; empty when none.
        group: name of the run of rows it belongs to; a folded table folds by it.
        is_total: whether it sums up the others.
    """

    cells: tuple[Cell, ...]
    anchor: str = ""
    group: str = ""
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        key: its anchor and the name of its sheet's file-safe form; unique in a document.
        title: its caption, with its number if it has one.
        columns: the columns.
        rows: the rows, each as long as the columns.
        notes: notes below it; marks of empty cells are explained without being listed here.
        folded: whether a page first shows its caption only.
        group_title: head of the row groups where a format needs a column for them.
        watermark: a warning that stays on the table wherever it goes.
        sheet: name of its sheet in a workbook; the title when empty.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    folded: bool = False
    group_title: str = ""
    watermark: str = ""
    sheet: str = ""

    def __post_init__(self) -> None:
        """Check the key and the length of each row.

        Raises:
            InputError: `document_key_invalid` or `table_row_length`.
        """
        check_key(self.key)
        for number, row in enumerate(self.rows, start=1):
            if len(row.cells) != len(self.columns):
                raise InputError(
                    "table_row_length", table=self.title, row=number, cells=len(row.cells), columns=len(self.columns)
                )


@dataclass(frozen=True)
class ItemList:
    """A list of points."""

    items: tuple[Paragraph, ...]
    numbered: bool = False


class CalloutKind(StrEnum):
    """What a callout is for."""

    NOTE = "note"
    CAUTION = "caution"
    FINDING = "finding"


@dataclass(frozen=True)
class Callout:
    """A statement that must not be overlooked."""

    kind: CalloutKind
    title: str
    body: tuple[Paragraph, ...]


@dataclass(frozen=True)
class KeyFigure:
    """One figure shown large.

    Attributes:
        label: what it is, with period and method where they matter.
        value: the figure.
        interval: its interval; None when it has none.
        interval_label: what the interval is (for instance its level).
        note: a short remark.
    """

    label: str
    value: Number
    interval: NumberRange | None = None
    interval_label: str = ""
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """A row of key figures."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class DefinitionList:
    """Terms and what they mean."""

    entries: tuple[tuple[str, Paragraph], ...]


@dataclass(frozen=True)
class Figure:
    """A chart with its caption.

    Attributes:
        chart: the chart.
        caption: its caption, with its number if it has one.
        numbers_at: anchor of a table of the document that holds the chart's numbers; when empty, the chart's own
            table is shown folded below it.
    """

    chart: Chart
    caption: str
    numbers_at: str = ""


Block = Paragraph | ItemList | Callout | KeyFigures | DefinitionList | Figure | Table


@dataclass(frozen=True)
class Section:
    """A section.

    Attributes:
        key: its anchor; unique in a document.
        title: its heading, with its number if it has one.
        blocks: what it says.
        sections: sections below it.
        is_appendix: whether it is an appendix, which starts on a new page in print.
    """

    key: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    is_appendix: bool = False

    def __post_init__(self) -> None:
        """Check the key.

        Raises:
            InputError: `document_key_invalid`.
        """
        check_key(self.key)


@dataclass(frozen=True)
class Footnote:
    """A footnote, reached from texts by its key."""

    key: str
    body: Paragraph


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes:
        language: `zh_Hans` or `en`.
        title: its title.
        published_on: its date.
        sections: its body.
        subtitle: a line below the title.
        series: name of the series it belongs to, shown as its masthead.
        issue: its number in the series, as written (for instance `No. 6`).
        organ: who issues it.
        summary: what comes before the first section: what a reader in a hurry must know.
        footnotes: footnotes.
        method_notes: how the figures were made; one paragraph each.
        provenance: what identifies the data and the program: pairs of label and value (snapshot, release digest,
            engine version, known on, rule version).
        copies_to: who receives copies.
        banner: a warning over the whole document (for instance that all data are synthetic).
    """

    language: str
    title: str
    published_on: date
    sections: tuple[Section, ...]
    subtitle: str = ""
    series: str = ""
    issue: str = ""
    organ: str = ""
    summary: tuple[Block, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    method_notes: tuple[Paragraph, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    copies_to: str = ""
    banner: str = ""

    def __post_init__(self) -> None:
        """Refuse keys used twice and references that lead nowhere.

        Raises:
            InputError: `document_key_twice`, `document_reference_unknown`.
        """
        seen: set[str] = set()
        for key in anchors(self):
            if key in seen:
                raise InputError("document_key_twice", document_key=key)
            seen.add(key)
        for reference in _references(self):
            if reference not in seen:
                raise InputError("document_reference_unknown", reference=reference)


def all_sections(document: Document) -> Iterator[Section]:
    """Give every section, each before those below it."""
    waiting = list(reversed(document.sections))
    while waiting:
        section = waiting.pop()
        yield section
        waiting.extend(reversed(section.sections))


def all_blocks(document: Document) -> Iterator[Block]:
    """Give every block in reading order."""
    yield from document.summary
    for section in all_sections(document):
        yield from section.blocks


def all_tables(document: Document) -> Iterator[Table]:
    """Give every table in reading order, those behind charts included unless another table holds their numbers."""
    for block in all_blocks(document):
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Figure) and not block.numbers_at:
            yield block.chart.table


def all_paragraphs(document: Document) -> Iterator[Paragraph]:
    """Give every paragraph in reading order, then footnotes and method notes."""
    for block in all_blocks(document):
        match block:
            case Paragraph():
                yield block
            case ItemList(items=items):
                yield from items
            case Callout(body=body):
                yield from body
            case DefinitionList(entries=entries):
                yield from (meaning for _, meaning in entries)
    yield from (note.body for note in document.footnotes)
    yield from document.method_notes


def all_numbers(document: Document) -> Iterator[Number]:
    """Give every figure of the sentences, key figures and tables, ranges as their two ends."""
    cells: list[Cell] = [part for paragraph in all_paragraphs(document) for part in paragraph.parts]
    for block in all_blocks(document):
        if isinstance(block, KeyFigures):
            for figure in block.figures:
                cells.append(figure.value)
                if figure.interval is not None:
                    cells.append(figure.interval)
    cells.extend(cell for table in all_tables(document) for row in table.rows for cell in row.cells)
    for cell in cells:
        if isinstance(cell, Number):
            yield cell
        elif isinstance(cell, NumberRange):
            yield from cell.ends


def anchors(document: Document) -> Iterator[str]:
    """Give every anchor that a reference may lead to."""
    yield from (section.key for section in all_sections(document))
    yield from (f"note-{note.key}" for note in document.footnotes)
    for block in all_blocks(document):
        if isinstance(block, Figure):
            yield block.chart.key
    for table in all_tables(document):
        yield table.key
        yield from (row.anchor for row in table.rows if row.anchor)


def _references(document: Document) -> Iterator[str]:
    texts: list[object] = [part for paragraph in all_paragraphs(document) for part in paragraph.parts]
    texts.extend(cell for table in all_tables(document) for row in table.rows for cell in row.cells)
    for text in texts:
        if isinstance(text, Text):
            if text.href:
                yield text.href.removeprefix("#")
            if text.footnote:
                yield f"note-{text.footnote}"
    for block in all_blocks(document):
        if isinstance(block, Figure) and block.numbers_at:
            yield block.numbers_at
