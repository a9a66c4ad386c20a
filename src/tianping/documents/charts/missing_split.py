"""Split: girls missing as a bridge from what is apparent to what is selection, each piece with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.cells import Number, NumberRange, Text
from tianping.documents.charts.inputs import Head
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.plot import Plot, count_axis, head_column, legend, number_column, numbers_table
from tianping.documents.charts.scales import Scale
from tianping.documents.charts.svg import area_mark, box, drawing, label, line
from tianping.documents.charts.theme import (
    ABOVE_LIGHT,
    ABOVE_MARK,
    BELOW_LIGHT,
    BELOW_MARK,
    GREY_BAR,
    INK,
    MUTED,
    TEXT_SIZE,
    WIDTH,
)
from tianping.documents.content import Chart, Column, Table
from tianping.documents.markup import Markup, join
from tianping.documents.numbers import format_number, format_range
from tianping.locale import text
from tianping.terms import Interval

_STEP, _BAR = 46.0, 16.0
#: Below the bar: how far down interval and band are drawn.
_INTERVAL_AT, _BAND_AT = 6.0, 11.0
_FILLS = {
    "apparent": GREY_BAR,
    "delay": BELOW_LIGHT,
    "under_registration": BELOW_MARK,
    "selection": ABOVE_MARK,
    "unsplit": ABOVE_LIGHT,
}


@dataclass(frozen=True)
class SplitPiece:
    """One piece of the girls missing.

    Attributes:
        key: `apparent`, `delay`, `under_registration`, `selection` or `unsplit`.
        name: its name in the reader's language.
        missing: girls, negative where more were born or registered than expected.
        interval: its interval.
        band: interval over all that the sensitivity band allows; None where nothing widens it.
    """

    key: str
    name: str
    missing: float
    interval: Interval
    band: Interval | None = None


@dataclass(frozen=True)
class MissingSplit:
    """Input of the bridge: the whole first, then its pieces, whose values add up to it.

    Attributes:
        head: head.
        pieces: the pieces.
    """

    head: Head
    pieces: Sequence[SplitPiece]


def draw_missing_split(split: MissingSplit) -> Chart:
    """Draw a bridge: each piece's bar begins where the one before ended, its interval and band beneath it."""
    language = split.head.language
    key, key_height = _legend(split)
    left = max((text_width(piece.name, TEXT_SIZE) for piece in split.pieces), default=0.0) + 14
    plot = Plot(left, key_height + 12, WIDTH - 96, key_height + 12 + _STEP * len(split.pieces))
    starts = _starts(split.pieces)
    across = _scale(split.pieces, starts, plot)
    parts = [key, _ground(plot, across, language)]
    for at, (piece, start) in enumerate(zip(split.pieces, starts, strict=True)):
        parts.append(_row(piece, start, plot.top + at * _STEP + 5, across, plot, split))
    description = text("documents.chart.sentence_separator", language).join(
        _told(piece, split) for piece in split.pieces
    )
    return drawing(split.head, "missing-split", (WIDTH, plot.bottom + 40), parts, description, _table(split))


def _starts(pieces: Sequence[SplitPiece]) -> list[float]:
    """Give where each bar begins: the whole at nought, the pieces one after the other."""
    starts, at = [0.0], 0.0
    for piece in pieces[1:]:
        starts.append(at)
        at += piece.missing
    return starts[: len(pieces)]


def _scale(pieces: Sequence[SplitPiece], starts: Sequence[float], plot: Plot) -> Scale:
    ends = [0.0]
    for piece, start in zip(pieces, starts, strict=True):
        widest = piece.band or piece.interval
        ends += [start + value for value in (piece.missing, widest.lower, widest.upper)]
    low, high = min(ends), max(ends)
    room = 0.04 * max(high - low, 1.0)
    return Scale(low - room, high + room, plot.left, plot.right)


def _ground(plot: Plot, across: Scale, language: str) -> Markup:
    step = next(step for step in _steps() if abs(across(step) - across(0.0)) >= 60)
    first, last = int(across.low // step) + 1, int(across.high // step)
    caption = text("documents.missing_split.axis", language)
    ticks = [position * step for position in range(first, last + 1)]
    return join(
        [
            line(across(0.0), plot.top, across(0.0), plot.bottom, MUTED, 0.8),
            count_axis(plot, across, ticks, caption, language),
        ]
    )


def _steps() -> Sequence[float]:
    return [factor * 10.0**power for power in range(9) for factor in (1, 2, 5)]


def _row(piece: SplitPiece, start: float, top: float, across: Scale, plot: Plot, split: MissingSplit) -> Markup:
    low, high = sorted((across(start), across(start + piece.missing)))
    parts = [box(low, top, max(high - low, 1.5), _BAR, _FILLS[piece.key], INK)]
    y = top + _BAR
    if piece.band is not None:
        parts.append(_whisker(start, piece.band, y + _BAND_AT, across, MUTED, 1.0))
    parts.append(_whisker(start, piece.interval, y + _INTERVAL_AT, across, INK, 2.6))
    parts.append(label(plot.left - 8, top + _BAR - 4, piece.name, anchor="end"))
    language = split.head.language
    value = format_number(Number(piece.missing), language)
    parts.append(label(plot.right + 8, top + _BAR - 4, value, weight="bold"))
    return area_mark(join(parts), _told(piece, split))


def _whisker(start: float, interval: Interval, y: float, across: Scale, stroke: str, width: float) -> Markup:
    left, right = across(start + interval.lower), across(start + interval.upper)
    ends = [line(x, y - 2.5, x, y + 2.5, stroke, 1.0) for x in (left, right)]
    return join([line(left, y, right, y, stroke, width), *ends])


def _legend(split: MissingSplit) -> tuple[Markup, float]:
    language = split.head.language
    level = f"{100 * split.pieces[0].interval.level:g}" if split.pieces else ""
    items = [(line(0, 5, 16, 5, INK, 2.6), text("documents.missing_split.interval", language, level=level))]
    if any(piece.band is not None for piece in split.pieces):
        items.append((line(0, 5, 16, 5, MUTED, 1.0), text("documents.missing_split.band", language)))
    return legend(items, 0, 0, WIDTH)


def _told(piece: SplitPiece, split: MissingSplit) -> str:
    language = split.head.language
    return text(
        "documents.missing_split.told",
        language,
        name=piece.name,
        missing=format_number(Number(piece.missing), language),
        interval=format_range(NumberRange(piece.interval.lower, piece.interval.upper), language),
        level=f"{100 * piece.interval.level:g}",
    )


def _table(split: MissingSplit) -> Table:
    language = split.head.language
    level = f"{100 * split.pieces[0].interval.level:g}" if split.pieces else ""
    columns = (
        head_column("piece", language),
        number_column("girls_missing", language),
        Column(text("documents.column.interval", language, level=level)),
        number_column("sensitivity_band", language),
    )
    rows = []
    for piece in split.pieces:
        band = piece.band or piece.interval
        rows.append(
            (
                Text(piece.name),
                Number(piece.missing),
                NumberRange(piece.interval.lower, piece.interval.upper),
                NumberRange(band.lower, band.upper),
            )
        )
    return numbers_table(split.head, columns, rows)
