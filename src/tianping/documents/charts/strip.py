"""Strip: deviations by period, against the bands within which chance keeps two thirds and nineteen in twenty."""

from __future__ import annotations

from tianping.documents.cells import Absence, Empty, Number, NumberStyle, Text
from tianping.documents.charts.inputs import Strip, StripPoint
from tianping.documents.charts.plot import (
    Plot,
    head_column,
    legend,
    number_column,
    numbers_table,
    period_axis,
    period_scale,
)
from tianping.documents.charts.scales import Scale
from tianping.documents.charts.svg import area_mark, axis_caption, box, drawing, label, line
from tianping.documents.charts.theme import ABOVE_MARK, BELOW_MARK, GREY_MARK, INK, MUTED, WIDTH
from tianping.documents.content import Chart, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import format_number, format_period
from tianping.locale import text
from tianping.terms import Period

_HEIGHT = 220.0
_RADIUS = 3.2
#: Deviations that bound the bands: two thirds, nineteen in twenty.
_INNER, _OUTER = 1.0, 2.0
_INNER_BAND, _OUTER_BAND = "#d5dfe8", "#eaf0f5"
#: Never narrower than this, so that bands look the same for every unit.
_LEAST_SPAN = 3.0


def draw_strip(strip: Strip) -> Chart:
    """Draw a strip."""
    language = strip.head.language
    key, key_height = _legend(language)
    plot = Plot(44, key_height + 24, WIDTH - 24, _HEIGHT - 26)
    span = max([_LEAST_SPAN, *(abs(point.deviation) + 0.5 for point in strip.points if point.deviation is not None)])
    upright, across = Scale(-span, span, plot.bottom, plot.top), period_scale(len(strip.points), plot)
    periods = [Period.parse(point.period) for point in strip.points]
    parts = [
        _bands(plot, upright),
        key,
        axis_caption(0, plot.top - 12, text("documents.strip.axis", language)),
        period_axis(periods, plot, across),
        join(_mark(point, across(at), upright, language) for at, point in enumerate(strip.points)),
    ]
    return drawing(strip.head, "strip", (WIDTH, _HEIGHT), parts, _description(strip), _table(strip))


def _bands(plot: Plot, upright: Scale) -> Markup:
    width = plot.right - plot.left
    bands = [
        box(plot.left, upright(end), width, upright(-end) - upright(end), fill)
        for end, fill in ((_OUTER, _OUTER_BAND), (_INNER, _INNER_BAND))
    ]
    ticks = [tick for tick in range(-10, 11, 1) if upright.holds(tick) and (upright.high < 5 or tick % 2 == 0)]
    ends = [
        label(plot.left - 6, upright(tick) + 4, f"{tick:+d}" if tick else "0", anchor="end", fill=MUTED)
        for tick in ticks
    ]
    return join([*bands, line(plot.left, upright(0), plot.right, upright(0), INK, 1.0), *ends])


def _mark(point: StripPoint, x: float, upright: Scale, language: str) -> Markup:
    if point.deviation is None:
        return join([])
    beyond = abs(point.deviation) > _OUTER
    fill = GREY_MARK if not beyond else ABOVE_MARK if point.deviation > 0 else BELOW_MARK
    y = upright(point.deviation)
    shape = join([line(x, upright(0), x, y, fill, 1.0), element("circle", cx=x, cy=y, r=_RADIUS, fill=fill)])
    told = text(
        "documents.strip.told",
        language,
        period=format_period(Period.parse(point.period), language),
        deviation=f"{point.deviation:+.2f}",
        births=format_number(Number(point.births), language),
    )
    return area_mark(shape, told)


def _legend(language: str) -> tuple[Markup, float]:
    items = [
        (element("rect", x=0, y=0, width=16, height=10, fill=fill), text(f"documents.strip.{name}", language))
        for name, fill in (("inner", _INNER_BAND), ("outer", _OUTER_BAND))
    ]
    dot = element("circle", cx=8, cy=5, r=_RADIUS, fill=GREY_MARK)
    return legend([*items, (dot, text("documents.strip.dot", language))], 44, 0, WIDTH - 44)


def _description(strip: Strip) -> str:
    told = [point.deviation for point in strip.points if point.deviation is not None]
    if not told:
        return text("documents.chart.nothing_to_show", strip.head.language)
    return text(
        "documents.strip.description",
        strip.head.language,
        n=len(told),
        inner=sum(abs(deviation) <= _INNER for deviation in told),
        outer=sum(abs(deviation) <= _OUTER for deviation in told),
        lowest=f"{min(told):+.2f}",
        highest=f"{max(told):+.2f}",
    )


def _table(strip: Strip) -> Table:
    language = strip.head.language
    columns = (
        head_column("period", language),
        number_column("births", language, "births"),
        number_column("deviation", language),
    )
    rows = [
        (
            Text(point.period),
            Number(point.births),
            Empty(Absence.NO_DATA) if point.deviation is None else Number(point.deviation, 2, style=NumberStyle.SIGNED),
        )
        for point in strip.points
    ]
    return numbers_table(strip.head, columns, rows)
