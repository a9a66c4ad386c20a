"""An assessment as a document: what is missing, how it splits, how the newest months will stand, what is not known."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from tianping import __version__
from tianping.documents.cells import Absence, Empty, Number, NumberRange, Text
from tianping.documents.content import (
    Block,
    Callout,
    CalloutKind,
    Cell,
    Column,
    Document,
    Figure,
    ItemList,
    KeyFigure,
    KeyFigures,
    Row,
    Section,
    Table,
)
from tianping.observatory.missing.assessment import Assessment
from tianping.observatory.missing.pictures import most_bent, nowcast_picture, span_name, split_picture, told_pieces
from tianping.observatory.missing.sections import gap_table, mortality_table
from tianping.observatory.missing.splitting import SpanPieces
from tianping.observatory.writing import Fields, Words
from tianping.srb.decomposition import PIECES, Piece
from tianping.srb.missing import METHODS

_DECEMBER = 12


def write_missing(assessment: Assessment, language: str, names: Mapping[str, str] | None = None) -> Document:
    """Write the assessment of the area at the top, the one with the most births where there are several.

    Args:
        assessment: what was found.
        language: `zh_Hans` or `en`.
        names: names of areas in that language by code.
    """
    words = Words(language, names or {})
    area = top_area(assessment)
    last = assessment.last
    month = last.month or _DECEMBER
    return Document(
        language=language,
        title=words.text("missing.title", area=words.name(assessment.tree.areas[area])),
        published_on=date(last.year, month, monthrange(last.year, month)[1]),
        sections=tuple(_sections(assessment, area, words)),
        subtitle=words.text("missing.subtitle", known=words.period(last)),
        series=words.text("missing.series"),
        summary=tuple(_summary(assessment, area, words)),
        method_notes=tuple(words.sentence(f"missing.method.{n}", **_method_fields(assessment)) for n in range(1, 6)),
        provenance=((words.text("missing.provenance.engine"), f"tianping {__version__}"),),
    )


def top_area(assessment: Assessment) -> int:
    """Give the area at the top with the most girls and boys known."""
    tops = np.flatnonzero(assessment.tree.depth == 0)
    return int(tops[np.argmax(assessment.n_births[tops])])


def _method_fields(assessment: Assessment) -> Fields:
    question, possible = assessment.question, assessment.question.possible
    reference = question.reference
    return {
        "reference": Number(100 * reference.ratio, 1),
        "reference_interval": NumberRange(100 * reference.lower, 100 * reference.upper, 1),
        "name": reference.name,
        "percent": f"{100 * question.interval:g}",
        "odds_lowest": f"{possible.odds_ratio_lowest:g}",
        "odds_highest": f"{possible.odds_ratio_highest:g}",
        "survival": NumberRange(100 * possible.survival_lowest, 100 * possible.survival_highest, 1),
        "survival_ratio": NumberRange(possible.survival_ratio_lowest, possible.survival_ratio_highest, 3),
        "longest": "–" if assessment.delays is None else str(assessment.delays.longest),
    }


def _whole(assessment: Assessment, method: str) -> list[SpanPieces]:
    """Give the last span (the whole, or the only year) of each route by a method."""
    found = {span.route: span for span in assessment.spans if span.method == method}
    return list(found.values())


def _summary(assessment: Assessment, area: int, words: Words) -> Iterator[Block]:
    main = _whole(assessment, METHODS[0])[0]
    level = words.level(assessment.question.interval)
    figures = []
    for method in METHODS:
        piece = _whole(assessment, method)[0].pieces["apparent"]
        figures.append(
            KeyFigure(
                words.text(
                    "missing.key", method=words.text(f"missing.method_name.{method}"), span=span_name(main, words)
                ),
                Number(float(piece.missing[area])),
                NumberRange(float(piece.lower[area]), float(piece.upper[area])),
                level,
                words.text("missing.key_note", reference=assessment.question.reference.name),
            )
        )
    yield KeyFigures(tuple(figures))
    yield ItemList(
        tuple(
            words.sentence(
                f"missing.found.{name}", route=words.text(f"missing.route.{span.route}"), **_ends(piece, area)
            )
            for span in _whole(assessment, METHODS[0])
            for name, piece in told_pieces(span, area)
            if name != "apparent"
        )
    )
    caution = (words.sentence("missing.caution.1"), words.sentence("missing.caution.2"))
    yield Callout(CalloutKind.CAUTION, words.text("missing.caution.title"), caution)


def _ends(piece: Piece, area: int) -> dict[str, Number | NumberRange]:
    return {
        "missing": Number(float(piece.missing[area])),
        "interval": NumberRange(float(piece.lower[area]), float(piece.upper[area])),
        "band": NumberRange(float(piece.band_lower[area]), float(piece.band_upper[area])),
    }


def _sections(assessment: Assessment, area: int, words: Words) -> Iterator[Section]:
    chapters: list[tuple[str, list[Block]]] = [("split", list(_split(assessment, area, words)))]
    if assessment.nowcast is not None:
        shown = dict.fromkeys((area, most_bent(assessment.nowcast)))
        pictures = [nowcast_picture(assessment, assessment.nowcast, one, words) for one in shown]
        figures = [Figure(picture, picture.title) for picture in pictures]
        chapters.append(("nowcast", [words.sentence("missing.nowcast.about"), *figures]))
    if assessment.gaps is not None:
        chapters.append(("gap", [words.sentence("missing.gap.about"), gap_table(assessment, assessment.gaps, words)]))
    if assessment.mortality is not None:
        table = mortality_table(assessment, assessment.mortality, words)
        chapters.append(("mortality", [words.sentence("missing.mortality.about"), table]))
    chapters.append(("not_told", [_not_told(assessment, words)]))
    for key, blocks in chapters:
        yield Section(f"section-{key.replace('_', '-')}", words.text(f"missing.section.{key}"), tuple(blocks))


def _split(assessment: Assessment, area: int, words: Words) -> Iterator[Block]:
    yield words.sentence("missing.split.about")
    for span in _whole(assessment, METHODS[0]):
        picture = split_picture(assessment, span, area, words)
        yield Figure(picture, picture.title)
    for method in METHODS:
        spans = [span for span in assessment.spans if span.method == method]
        yield _pieces_table(assessment, spans, area, method, words)


def _pieces_table(assessment: Assessment, spans: list[SpanPieces], area: int, method: str, words: Words) -> Table:
    """Make the table of an area's pieces by span and route, for one method."""
    columns = (
        Column(words.text("missing.column.span"), is_head=True, numeric=False),
        Column(words.text("missing.column.route"), numeric=False),
        Column(words.text("documents.column.piece"), numeric=False),
        Column(words.text("missing.column.point")),
        Column(words.level(assessment.question.interval)),
        Column(words.text("missing.column.band")),
    )
    rows = []
    for span in spans:
        for name in PIECES:
            piece = span.pieces.get(name)
            is_told = piece is not None and not np.isnan(piece.missing[area])
            if is_told or (name != "unsplit" and name in span.why):
                where = (span_name(span, words), words.text(f"missing.route.{span.route}"))
                cells = (*where, words.text(f"missing.piece.{name}"))
                rows.append(Row((*map(Text, cells), *_figures(piece if is_told else None, area)), group=where[0]))
    title = words.text(
        "missing.split.table",
        method=words.text(f"missing.method_name.{method}"),
        reference=assessment.question.reference.name,
    )
    return Table(f"pieces-{method.replace('_', '-')}", title, columns, tuple(rows), folded=method != METHODS[0])


def _figures(piece: Piece | None, area: int) -> tuple[Cell, Cell, Cell]:
    if piece is None:
        return (Empty(Absence.NO_DATA),) * 3
    ends = _ends(piece, area)
    return ends["missing"], ends["interval"], ends["band"]


def _not_told(assessment: Assessment, words: Words) -> ItemList:
    """Say what could not be told, and why; what never can be told comes last."""
    reasons = dict.fromkeys(
        (span_name(span, words), span.route, piece, why) for span in assessment.spans for piece, why in span.why.items()
    )
    items = [
        words.sentence(
            "missing.not_told.line",
            span=span,
            route=words.text(f"missing.route.{route}"),
            piece=words.text(f"missing.piece.{piece}"),
            why=words.text(f"missing.why.{why}"),
        )
        for span, route, piece, why in reasons
    ]
    return ItemList((*items, words.sentence("missing.not_told.never")))
