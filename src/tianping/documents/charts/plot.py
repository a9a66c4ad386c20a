"""What charts with an axis of sex ratios have in common: the ground, the legend and the tables behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tianping.documents.cells import Absence, Empty, Number, NumberRange
from tianping.documents.charts.inputs import Benchmarks, Head
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.scales import Scale, srb_ticks
from tianping.documents.charts.svg import axis_caption, box, label, line
from tianping.documents.charts.theme import INK, MUTED, NORMAL_BAND, RULE, SMALL_SIZE, TEXT_SIZE
from tianping.documents.content import Cell, Column, Row, Table
from tianping.documents.markup import Markup, element, join, number
from tianping.documents.numbers import format_number, srb_text
from tianping.locale import text
from tianping.terms import Interval, Period

_SWATCH = 16.0
_LEGEND_STEP = 17.0
#: Width of the line of the natural ratio, heavier than any limit.
_REFERENCE = 1.6
#: Its dashes, which no estimate and no limit has, so that it is not taken for one in a grey copy.
_REFERENCE_DASH = "8 2.5 2 2.5"


@dataclass(frozen=True)
class Plot:
    """The part of a drawing that the axes enclose, in pixels from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def srb_ground(plot: Plot, scale: Scale, benchmarks: Benchmarks, language: str) -> Markup:
    """Draw the normal band, the reference and the alert line, and an upright axis of sex ratios."""
    top, bottom = scale(benchmarks.normal_upper), scale(benchmarks.normal_lower)
    ground = [box(plot.left, top, plot.right - plot.left, bottom - top, NORMAL_BAND)]
    for tick in srb_ticks(scale):
        y = scale(tick)
        ground.append(line(plot.left, y, plot.right, y, RULE, 0.6))
        ground.append(label(plot.left - 6, y + 4, srb_text_short(tick, language), anchor="end", fill=MUTED))
    y = scale(benchmarks.reference)
    ground.append(line(plot.left, y, plot.right, y, INK, _REFERENCE, _REFERENCE_DASH))
    ground.append(right_label(plot, (top + bottom) / 2, normal_label(benchmarks, language)))
    if benchmarks.alert_at is not None and scale.holds(benchmarks.alert_at):
        y = scale(benchmarks.alert_at)
        ground.append(line(plot.left, y, plot.right, y, MUTED, 0.9, "5 3"))
        ground.append(right_label(plot, y, alert_label(benchmarks.alert_at, language)))
    return join(ground)


def level_lines(scale: Scale, benchmarks: Benchmarks) -> list[float]:
    """Give the heights of the reference and the alert line, for names to keep off."""
    ratios = [benchmarks.reference] + ([] if benchmarks.alert_at is None else [benchmarks.alert_at])
    return [scale(ratio) for ratio in ratios]


def right_label(plot: Plot, y: float, text_: str) -> Markup:
    """Write a remark to the right of the plot."""
    return label(plot.right + 6, y + 4, text_, fill=MUTED, size=SMALL_SIZE)


def normal_label(benchmarks: Benchmarks, language: str) -> str:
    """Name the normal band."""
    return text(
        "documents.chart.normal_band",
        language,
        lower=srb_text_short(benchmarks.normal_lower, language),
        upper=srb_text_short(benchmarks.normal_upper, language),
    )


def alert_label(alert_at: float, language: str) -> str:
    """Name the alert line."""
    return text("documents.chart.alert_line", language, value=srb_text_short(alert_at, language))


def reference_item(benchmarks: Benchmarks, language: str) -> tuple[Markup, str]:
    """Give the legend's entry of the reference line."""
    told = text("documents.chart.reference_line", language, value=srb_text(benchmarks.reference, language))
    return line(0, 5, _SWATCH, 5, INK, _REFERENCE, _REFERENCE_DASH), told


def reference_upright(x: float, plot: Plot) -> Markup:
    """Draw the reference line of a chart whose ratios run across."""
    return line(x, plot.top, x, plot.bottom, INK, _REFERENCE, _REFERENCE_DASH)


def srb_text_short(value: float, language: str) -> str:
    """Write a sex ratio without decimals where it has none."""
    return str(round(value)) if value == round(value) else srb_text(value, language)


def count_axis(plot: Plot, scale: Scale, ticks: Iterable[float], caption: str, language: str) -> Markup:
    """Draw a level axis of counts with its name."""
    parts: list[Markup] = [line(plot.left, plot.bottom, plot.right, plot.bottom, MUTED, 0.8)]
    for tick in ticks:
        x = scale(tick)
        parts.append(line(x, plot.bottom, x, plot.bottom + 4, MUTED, 0.8))
        parts.append(label(x, plot.bottom + 17, format_number(Number(tick), language), anchor="middle", fill=MUTED))
    parts.append(axis_caption(plot.right, plot.bottom + 33, caption, "end"))
    return join(parts)


def period_scale(n: int, plot: Plot) -> Scale:
    """Give the level scale of so many periods."""
    margin = 8.0
    return Scale(0.0, max(n - 1.0, 1.0), plot.left + margin, plot.right - margin)


def period_axis(periods: Sequence[Period], plot: Plot, across: Scale) -> Markup:
    """Draw the axis of periods: a tick at each January or, for years, as many years as there is room for."""
    parts = [line(plot.left, plot.bottom, plot.right, plot.bottom, MUTED, 0.8)]
    starts = [position for position, period in enumerate(periods) if period.month <= 1]
    if not starts and periods:
        starts = [0]
    every = max(1, math.ceil(len(starts) * 40 / max(plot.right - plot.left, 1.0)))
    for position in starts[::every]:
        x = across(position)
        parts.append(line(x, plot.bottom, x, plot.bottom + 4, MUTED, 0.8))
        told = f"{periods[position].year}" if periods[position].month <= 1 else str(periods[position])
        parts.append(label(x, plot.bottom + 17, told, anchor="middle", fill=MUTED))
    return join(parts)


def legend(items: Sequence[tuple[Markup, str]], x: float, y: float, width: float) -> tuple[Markup, float]:
    """Draw swatches (made for a box of 16 × 10 at the origin) with their texts, in as many lines as needed.

    Returns:
        The markup and the height it takes.
    """
    parts: list[Markup] = []
    across, down = 0.0, 0.0
    for swatch, told in items:
        needed = _SWATCH + 5 + text_width(told, TEXT_SIZE)
        if across and across + needed > width:
            across, down = 0.0, down + _LEGEND_STEP
        parts.append(element("g", swatch, transform=f"translate({number(x + across, 1)} {number(y + down + 2, 1)})"))
        parts.append(label(x + across + _SWATCH + 5, y + down + 11, told, fill=MUTED))
        across += needed + 16
    return join(parts), down + _LEGEND_STEP + 2


def numbers_table(head: Head, columns: tuple[Column, ...], rows: Iterable[tuple[Cell, ...]]) -> Table:
    """Make the table of the numbers behind a chart."""
    return Table(
        key=f"{head.key}-numbers",
        title=text("documents.chart.numbers_of", head.language, title=head.title),
        columns=columns,
        rows=tuple(Row(cells) for cells in rows),
        folded=True,
        sheet=head.title,
    )


def head_column(key: str, language: str) -> Column:
    """Make a column that names its rows."""
    return Column(text(f"documents.column.{key}", language), is_head=True, numeric=False)


def text_column(key: str, language: str) -> Column:
    """Make a column of texts."""
    return Column(text(f"documents.column.{key}", language), numeric=False)


def number_column(key: str, language: str, unit: str = "") -> Column:
    """Make a column of figures; `unit` is a key of the catalogue's units."""
    told = text(f"documents.unit.{unit}", language) if unit else ""
    return Column(text(f"documents.column.{key}", language), unit=told)


def interval_column(level: float, language: str) -> Column:
    """Make a column of intervals that says their level."""
    return Column(text("documents.column.interval", language, level=f"{100 * level:g}"))


def srb_cell(value: float | None) -> Number | Empty:
    """Make a cell of a sex ratio."""
    return Empty(Absence.NO_DATA) if value is None else Number(value, 1)


def interval_cell(interval: Interval | None) -> NumberRange | Empty:
    """Make a cell of an interval of sex ratios."""
    return Empty(Absence.NO_DATA) if interval is None else NumberRange(interval.lower, interval.upper, 1)


def interval_level(intervals: Iterable[Interval | None]) -> float:
    """Give the level of the intervals shown, 0.9 when there is none."""
    return next((interval.level for interval in intervals if interval is not None), 0.9)
