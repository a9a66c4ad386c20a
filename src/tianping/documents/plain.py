"""A document's summary as lines of plain text, for a terminal or a message."""

from __future__ import annotations

from collections.abc import Iterator

from tianping.documents.cells import Paragraph
from tianping.documents.content import Block, Callout, Document, ItemList, KeyFigure, KeyFigures
from tianping.documents.numbers import format_figure, format_inline
from tianping.locale import text


def summary_lines(document: Document) -> tuple[str, ...]:
    """Give what stands before the first section, one line for each statement and key figure; drawings are left out."""
    return tuple(line for block in document.summary for line in _lines(block, document.language))


def _lines(block: Block, language: str) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _plain(block, language)
        case Callout(title=title, body=body):
            told = text("documents.chart.sentence_separator", language).join(_plain(part, language) for part in body)
            yield text("documents.page.callout_title", language, kind=title, title=told)
        case ItemList(items=items):
            yield from (_plain(item, language) for item in items)
        case KeyFigures(figures=figures):
            yield from (_key_figure(figure, language) for figure in figures)


def _plain(paragraph: Paragraph, language: str) -> str:
    return "".join(format_inline(part, language) for part in paragraph.parts)


def _key_figure(figure: KeyFigure, language: str) -> str:
    value = format_figure(figure.value, language, with_unit=True)
    if figure.interval is not None:
        interval = f"{figure.interval_label} {format_figure(figure.interval, language)}".strip()
        value = text("documents.page.value_and_interval", language, value=value, interval=interval)
    return text("documents.page.callout_title", language, kind=figure.label, title=value)
