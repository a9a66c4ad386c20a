"""A document as one self-contained page: no script, no request, readable by everybody and printable on A4."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from tianping.documents.cells import Inline, Number, NumberRange, Paragraph, Text
from tianping.documents.charts.theme import STYLESHEET
from tianping.documents.content import (
    Block,
    Callout,
    DefinitionList,
    Document,
    Figure,
    ItemList,
    KeyFigure,
    KeyFigures,
    Section,
    Table,
)
from tianping.documents.html_tables import table_markup
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import format_date, format_figure
from tianping.locale import text


@cache
def page_style() -> str:
    """Give the one stylesheet of a page, drawings included."""
    page = files("tianping.documents").joinpath("page.css").read_text(encoding="utf-8")
    return page + STYLESHEET


def render_html(document: Document) -> str:
    """Write a document as an HTML page."""
    return _Page(document).markup()


class _Page:
    """One page in the making: the document, its language, and the numbers of its footnotes."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language = document.language
        self.note_numbers = {note.key: number for number, note in enumerate(document.footnotes, start=1)}
        self.notes_seen: set[str] = set()

    def told(self, key: str) -> str:
        return text(f"documents.page.{key}", self.language)

    def markup(self) -> str:
        skip = element("a", self.told("skip"), class_="skip", href="#content")
        body = element("body", skip, self._masthead(), self._contents(), self._main(), self._footer())
        page = element("html", self._head(), body, lang=self.told("language_tag"))
        return f"<!DOCTYPE html>\n{page}\n"

    def _head(self) -> Markup:
        style = page_style()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        return element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", self.document.title),
            element("style", Markup(style)),
        )

    def _masthead(self) -> Markup:
        document = self.document
        imprint = [document.issue, document.organ, format_date(document.published_on, self.language)]
        parts = [
            element("p", document.series, class_="series") if document.series else Markup(),
            element("p", join(element("span", part) for part in imprint if part), class_="imprint"),
            element("h1", document.title),
            element("p", document.subtitle, class_="subtitle") if document.subtitle else Markup(),
            element("p", document.banner, class_="banner", role="note") if document.banner else Markup(),
        ]
        return element("header", join(parts), class_="masthead")

    def _contents(self) -> Markup:
        if not self.document.sections:
            return Markup()
        title = element("h2", self.told("contents"), id="contents-title")
        entries = self._entries(self.document.sections)
        return element("nav", title, entries, class_="contents", aria_labelledby="contents-title")

    def _entries(self, sections: tuple[Section, ...]) -> Markup:
        items = []
        for section in sections:
            below = self._entries(section.sections) if section.sections else Markup()
            items.append(element("li", element("a", section.title, href=f"#{section.key}"), below))
        return element("ol", join(items))

    def _main(self) -> Markup:
        parts = []
        if self.document.summary:
            title = element("h2", self.told("summary"), id="summary-title")
            blocks = self._blocks(self.document.summary)
            parts.append(element("section", title, blocks, aria_labelledby="summary-title"))
        parts += [self._section(section, 2) for section in self.document.sections]
        return element("main", join(parts), id="content")

    def _section(self, section: Section, depth: int) -> Markup:
        title = element(f"h{min(depth, 6)}", section.title, id=f"{section.key}-title")
        below = join(self._section(inner, depth + 1) for inner in section.sections)
        kind = "appendix" if section.is_appendix else None
        return element(
            "section",
            title,
            self._blocks(section.blocks),
            below,
            id=section.key,
            class_=kind,
            aria_labelledby=f"{section.key}-title",
        )

    def _blocks(self, blocks: Iterable[Block]) -> Markup:
        return join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Markup:
        match block:
            case Paragraph():
                return self._paragraph(block)
            case ItemList(items=items, numbered=numbered):
                return element("ol" if numbered else "ul", join(element("li", self._inline(item)) for item in items))
            case Callout():
                return self._callout(block)
            case KeyFigures(figures=figures):
                return element("dl", join(self._key_figure(figure) for figure in figures), class_="key-figures")
            case DefinitionList(entries=entries):
                pairs = (join([element("dt", term), element("dd", self._paragraph(body))]) for term, body in entries)
                return element("dl", join(pairs), class_="terms")
            case Figure():
                return self._figure(block)
            case Table():
                return table_markup(block, self.language)

    def _paragraph(self, paragraph: Paragraph) -> Markup:
        return element("p", self._inline(paragraph), class_="text")

    def _inline(self, paragraph: Paragraph) -> Markup:
        return join(self._part(part) for part in paragraph.parts)

    def _part(self, part: Inline) -> Markup:
        """Write a part of a sentence; a figure keeps its unrounded value for those who compare formats."""
        if isinstance(part, Number):
            return element("data", format_figure(part, self.language, with_unit=True), value=repr(float(part.value)))
        if isinstance(part, NumberRange):
            return element("span", format_figure(part, self.language, with_unit=True))
        return self._text(part)

    def _text(self, part: Text) -> Markup:
        written: Markup = element("strong", part.text) if part.strong else join([part.text])
        if part.href:
            written = element("a", written, href=part.href)
        if not part.footnote:
            return written
        first = part.footnote not in self.notes_seen
        self.notes_seen.add(part.footnote)
        link = element(
            "a",
            str(self.note_numbers[part.footnote]),
            href=f"#note-{part.footnote}",
            id=f"note-{part.footnote}-from" if first else None,
            role="doc-noteref",
        )
        return join([written, element("sup", link)])

    def _callout(self, callout: Callout) -> Markup:
        kind = text(f"documents.page.callout.{callout.kind}", self.language)
        title = text("documents.page.callout_title", self.language, kind=kind, title=callout.title)
        body = join(self._paragraph(paragraph) for paragraph in callout.body)
        shown = element("p", element("strong", title if callout.title else kind))
        return element("aside", shown, body, class_=f"callout {callout.kind}", role="note")

    def _key_figure(self, figure: KeyFigure) -> Markup:
        unit = element("small", f" {figure.value.unit}") if figure.value.unit else Markup()
        value = element("data", format_figure(figure.value, self.language), value=repr(float(figure.value.value)))
        parts = [element("dt", figure.label), element("dd", value, unit, class_="value")]
        if figure.interval is not None:
            ends = format_figure(figure.interval, self.language)
            parts.append(element("dd", f"{figure.interval_label} {ends}".strip(), class_="interval"))
        if figure.note:
            parts.append(element("dd", figure.note, class_="remark"))
        return element("div", join(parts))

    def _figure(self, figure: Figure) -> Markup:
        chart = figure.chart
        drawing = element("div", Markup(chart.svg), class_="scroll", tabindex=0, role="region", aria_label=chart.title)
        caption = [element("p", element("strong", figure.caption)), element("p", chart.description, class_="words")]
        caption += [element("p", note, class_="note") for note in chart.notes]
        if figure.numbers_at:
            link = element("a", self.told("numbers_at"), href=f"#{figure.numbers_at}")
            caption.append(element("p", link, class_="note"))
            numbers = Markup()
        else:
            numbers = table_markup(chart.table, self.language)
        return element("figure", drawing, element("figcaption", join(caption)), numbers, id=chart.key)

    def _footer(self) -> Markup:
        document = self.document
        parts: list[Markup] = []
        if document.footnotes:
            notes = (self._footnote(note.key, note.body) for note in document.footnotes)
            parts += [element("h2", self.told("footnotes")), element("ol", join(notes))]
        if document.method_notes:
            parts += [element("h2", self.told("methods")), *map(self._paragraph, document.method_notes)]
        if document.provenance:
            pairs = (join([element("dt", label), element("dd", value)]) for label, value in document.provenance)
            parts += [element("h2", self.told("provenance")), element("dl", join(pairs))]
        if document.copies_to:
            parts += [element("h2", self.told("copies_to")), element("p", document.copies_to)]
        return element("footer", join(parts)) if parts else Markup()

    def _footnote(self, key: str, body: Paragraph) -> Markup:
        back = element("a", "\N{LEFTWARDS ARROW WITH HOOK}", href=f"#note-{key}-from", aria_label=self.told("back"))
        return element("li", self._inline(body), " ", back if key in self.notes_seen else "", id=f"note-{key}")
