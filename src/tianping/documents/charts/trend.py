"""Trend: the course of one area over periods, with its interval and the raw ratios behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from tianping.documents.cells import Absence, Empty, Number, Text
from tianping.documents.charts.inputs import Trend, TrendPoint
from tianping.documents.charts.plot import (
    Plot,
    head_column,
    interval_cell,
    interval_column,
    interval_level,
    legend,
    number_column,
    numbers_table,
    period_axis,
    period_scale,
    reference_item,
    srb_cell,
    srb_ground,
)
from tianping.documents.charts.scales import Scale, srb_scale
from tianping.documents.charts.svg import area_mark, axis_caption, band_path, drawing, label, line, line_path
from tianping.documents.charts.theme import ABOVE_MARK, GREY_MARK, INK, MUTED, PAPER, SMALL_SIZE, WIDTH
from tianping.documents.content import Chart, Column, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import format_number, format_period, srb_text
from tianping.locale import text
from tianping.terms import Period

_WIDTH, _HEIGHT = WIDTH, 340.0
_BAND = "#d5dfe8"
_LARGEST_DOT = 5.0
#: Width of the line of the estimate, the heaviest in the drawing.
_ESTIMATE = 2.4


def draw_trend(trend: Trend) -> Chart:
    """Draw a trend."""
    language = trend.head.language
    key, key_height = _legend(trend)
    plot = Plot(44, key_height + 24, _WIDTH - 104, _HEIGHT - 26)
    upright = srb_scale(_values(trend), plot.bottom, plot.top, within=(60.0, 200.0))
    across = period_scale(len(trend.points), plot)
    parts = [
        srb_ground(plot, upright, trend.benchmarks, language),
        key,
        axis_caption(0, plot.top - 12, text("documents.chart.srb_axis", language)),
        period_axis([Period.parse(point.period) for point in trend.points], plot, across),
        _bands(trend, across, upright),
        _observed(trend, across, upright),
        _lines(trend, across, upright),
        _change(trend, plot, across),
    ]
    off_scale = sum(point.observed is not None and not upright.holds(point.observed) for point in trend.points)
    notes = (text("documents.trend.off_scale", language, count=off_scale),) if off_scale else ()
    return drawing(trend.head, "trend", (_WIDTH, _HEIGHT), parts, _description(trend), _table(trend), notes)


def _values(trend: Trend) -> list[float]:
    values: list[float] = []
    for point in trend.points:
        values.extend(value for value in (point.observed, point.filtered, point.smoothed) if value is not None)
        for interval in (point.filtered_interval, point.smoothed_interval):
            if interval is not None:
                values.extend((interval.lower, interval.upper))
    return values


def _runs(
    points: Sequence[TrendPoint], value: Callable[[TrendPoint], float | None], across: Scale, upright: Scale
) -> list[list[tuple[float, float]]]:
    """Give the stretches of a line between gaps, in pixels."""
    runs: list[list[tuple[float, float]]] = [[]]
    for position, point in enumerate(points):
        height = value(point)
        if height is not None:
            runs[-1].append((across(position), upright(height)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _has_smoothed(trend: Trend) -> bool:
    return any(point.smoothed is not None for point in trend.points)


def _bands(trend: Trend, across: Scale, upright: Scale) -> Markup:
    """Draw the interval of the smoothed estimate or, where there is none, of the filtered one."""
    smoothed = _has_smoothed(trend)

    def ends(name: str) -> list[list[tuple[float, float]]]:
        def end(point: TrendPoint) -> float | None:
            interval = point.smoothed_interval if smoothed else point.filtered_interval
            return None if interval is None else interval.lower if name == "lower" else interval.upper

        return _runs(trend.points, end, across, upright)

    return join(band_path(low, high, _BAND) for low, high in zip(ends("lower"), ends("upper"), strict=True))


def _lines(trend: Trend, across: Scale, upright: Scale) -> Markup:
    filtered = _runs(trend.points, lambda point: point.filtered, across, upright)
    smoothed = _runs(trend.points, lambda point: point.smoothed, across, upright)
    dash = "3 2" if smoothed else None
    return join(
        [
            *(line_path(run, MUTED if smoothed else INK, 1.2 if smoothed else _ESTIMATE, dash) for run in filtered),
            *(line_path(run, INK, _ESTIMATE) for run in smoothed),
        ]
    )


def _observed(trend: Trend, across: Scale, upright: Scale) -> Markup:
    language = trend.head.language
    most = max((point.births for point in trend.points), default=0) or 1
    parts: list[Markup] = []
    for position, point in enumerate(trend.points):
        if point.observed is None:
            continue
        radius = max(1.2, _LARGEST_DOT * math.sqrt(point.births / most))
        inside = upright.holds(point.observed)
        dot = element(
            "circle",
            cx=across(position),
            cy=upright(point.observed),
            r=radius,
            fill=GREY_MARK if inside else PAPER,
            stroke=GREY_MARK,
            fill_opacity=0.55,
            stroke_width=0.8,
        )
        births = format_number(Number(point.births), language)
        srb = srb_text(point.observed, language)
        parts.append(
            area_mark(
                dot,
                text("documents.trend.told", language, period=_period(point.period, language), srb=srb, births=births),
            )
        )
    return join(parts)


def _change(trend: Trend, plot: Plot, across: Scale) -> Markup:
    positions = [position for position, point in enumerate(trend.points) if point.period == trend.changed_period]
    if not positions:
        return join([])
    x = across(positions[0])
    told = text(
        "documents.trend.changed", trend.head.language, period=_period(trend.changed_period, trend.head.language)
    )
    at_end = x > (plot.left + plot.right) / 2
    name = label(x - 4 if at_end else x + 4, plot.top + 9, told, size=SMALL_SIZE, fill=ABOVE_MARK, halo=PAPER)
    if at_end:
        name = label(x - 4, plot.top + 9, told, size=SMALL_SIZE, fill=ABOVE_MARK, halo=PAPER, anchor="end")
    return join([line(x, plot.top, x, plot.bottom, ABOVE_MARK, 1.0, "2 2"), name])


def _legend(trend: Trend) -> tuple[Markup, float]:
    language = trend.head.language
    smoothed = _has_smoothed(trend)
    level = interval_level(p.smoothed_interval if smoothed else p.filtered_interval for p in trend.points)
    items: list[tuple[Markup, str]] = []
    if smoothed:
        items.append((line(0, 5, 16, 5, INK, _ESTIMATE), text("documents.trend.smoothed", language)))
    if any(point.filtered is not None for point in trend.points):
        swatch = line(0, 5, 16, 5, MUTED, 1.2, "3 2") if smoothed else line(0, 5, 16, 5, INK, _ESTIMATE)
        items.append((swatch, text("documents.trend.filtered", language)))
    band = element("rect", x=0, y=0, width=16, height=10, fill=_BAND)
    items.append((band, text("documents.chart.interval", language, level=f"{100 * level:g}")))
    if any(point.observed is not None for point in trend.points):
        dot = element("circle", cx=8, cy=5, r=3.5, fill=GREY_MARK, fill_opacity=0.55, stroke=GREY_MARK)
        items.append((dot, text("documents.trend.observed", language)))
    items.append(reference_item(trend.benchmarks, language))
    return legend(items, 44, 0, _WIDTH - 44)


def _description(trend: Trend) -> str:
    language = trend.head.language
    smoothed = _has_smoothed(trend)
    told = [(p.period, p.smoothed if smoothed else p.filtered) for p in trend.points]
    known = [(period, value) for period, value in told if value is not None]
    if not known:
        return text("documents.chart.nothing_to_show", language)
    highest = max(known, key=lambda pair: pair[1])
    lowest = min(known, key=lambda pair: pair[1])
    description = text(
        "documents.trend.description",
        language,
        first=_period(known[0][0], language),
        first_value=srb_text(known[0][1], language),
        last=_period(known[-1][0], language),
        last_value=srb_text(known[-1][1], language),
        highest=_period(highest[0], language),
        highest_value=srb_text(highest[1], language),
        lowest=_period(lowest[0], language),
        lowest_value=srb_text(lowest[1], language),
    )
    if trend.changed_period:
        description += text(
            "documents.trend.description_changed", language, period=_period(trend.changed_period, language)
        )
    return description


def _period(written: str, language: str) -> str:
    return format_period(Period.parse(written), language)


def _table(trend: Trend) -> Table:
    language = trend.head.language
    columns: list[Column] = [
        head_column("period", language),
        number_column("births", language, "births"),
        number_column("srb_observed", language),
    ]
    for key in ("filtered", "smoothed"):
        level = interval_level(getattr(point, f"{key}_interval") for point in trend.points)
        group = text(f"documents.column.srb_{key}", language)
        pair = (number_column("estimate", language), interval_column(level, language))
        columns += [replace(column, group=group) for column in pair]
    rows = [
        (
            Text(point.period),
            Number(point.births) if point.births else Empty(Absence.NO_DATA),
            srb_cell(point.observed),
            srb_cell(point.filtered),
            interval_cell(point.filtered_interval),
            srb_cell(point.smoothed),
            interval_cell(point.smoothed_interval),
        )
        for point in trend.points
    ]
    return numbers_table(trend.head, tuple(columns), rows)
