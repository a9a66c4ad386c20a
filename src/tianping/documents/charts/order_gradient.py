"""Order gradient: sex ratios at birth by birth order, the fingerprint of selection."""

from __future__ import annotations

from tianping.documents.cells import Text
from tianping.documents.charts.areas import MARKS_TELL, what_differs
from tianping.documents.charts.inputs import OrderGradient, OrderSeries, Standing
from tianping.documents.charts.labels import BESIDE, Spot, place_labels
from tianping.documents.charts.plot import (
    Plot,
    head_column,
    interval_cell,
    interval_column,
    interval_level,
    legend,
    level_lines,
    number_column,
    numbers_table,
    reference_item,
    srb_cell,
    srb_ground,
    text_column,
)
from tianping.documents.charts.scales import Scale, srb_scale
from tianping.documents.charts.svg import axis_caption, drawing, label, line, line_path
from tianping.documents.charts.theme import ABOVE_MARK, BELOW_MARK, GREY_BAR, GREY_MARK, INK, MUTED, PAPER
from tianping.documents.content import Chart, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import srb_text
from tianping.locale import text

_WIDTH, _HEIGHT = 560.0, 340.0
_BETWEEN = 46.0
_DASHES = (None, "5 3", "2 2", "8 3 2 3")


def draw_order_gradient(gradient: OrderGradient) -> Chart:
    """Draw sex ratios by birth order for one to four areas."""
    language = gradient.head.language
    orders = _orders(gradient)
    key, key_height = _legend(gradient)
    plot = Plot(44, key_height + 24, _WIDTH - 104, _HEIGHT - 26)
    values = [end for series in gradient.series for i in series.intervals.values() if i for end in (i.lower, i.upper)]
    values += [value for series in gradient.series for value in series.estimates.values() if value is not None]
    upright = srb_scale(values, plot.bottom, plot.top, within=(60.0, 260.0))
    room = (plot.right - plot.left) / len(orders)
    middles = {order: plot.left + room * (position + 0.5) for position, order in enumerate(orders)}
    parts = [
        srb_ground(plot, upright, gradient.benchmarks, language),
        key,
        axis_caption(0, plot.top - 12, text("documents.chart.srb_axis", language)),
        line(plot.left, plot.bottom, plot.right, plot.bottom, MUTED, 0.8),
    ]
    for order, x in middles.items():
        parts.append(label(x, plot.bottom + 17, order_name(order, language), anchor="middle", fill=MUTED))
    parts.extend(_series(gradient, position, middles, upright) for position in range(len(gradient.series)))
    parts.append(_values(gradient, middles, upright, plot))
    return drawing(gradient.head, "order-gradient", (_WIDTH, _HEIGHT), parts, _description(gradient), _table(gradient))


def order_name(order: str, language: str) -> str:
    """Name an order group (`1`, `2`, `3+`, `2+`, `all`)."""
    return text(f"documents.order.{order.replace('+', '_and_over')}", language)


def _orders(gradient: OrderGradient) -> tuple[str, ...]:
    return tuple(dict.fromkeys(order for series in gradient.series for order in series.estimates))


def _series(gradient: OrderGradient, position: int, middles: dict[str, float], upright: Scale) -> Markup:
    series, shift = gradient.series[position], _shift(gradient, position)
    points: list[tuple[float, float]] = []
    marks: list[Markup] = []
    for order, middle in middles.items():
        value = series.estimates.get(order)
        if value is None:
            continue
        x, y, colour = middle + shift, upright(value), _colour(gradient, series, order)
        points.append((x, y))
        interval = series.intervals.get(order)
        if interval is not None:
            bar = GREY_BAR if colour == GREY_MARK else colour
            marks.append(line(x, upright(interval.lower), x, upright(interval.upper), bar, 3.0))
        marks.append(marker(position, x, y, colour))
    return join([line_path(points, MUTED, 1.0, _DASHES[position % len(_DASHES)]), *marks])


def _values(gradient: OrderGradient, middles: dict[str, float], upright: Scale, plot: Plot) -> Markup:
    """Write each value beside its mark."""
    spots = [
        Spot(x + _shift(gradient, position), upright(value), srb_text(value, gradient.head.language))
        for position, series in enumerate(gradient.series)
        for order, x in middles.items()
        if (value := series.estimates.get(order)) is not None
    ]
    marks = [(spot.x, spot.y) for spot in spots]
    return place_labels(spots, marks, plot, BESIDE, lines=level_lines(upright, gradient.benchmarks))


def _shift(gradient: OrderGradient, position: int) -> float:
    return _BETWEEN * (position - (len(gradient.series) - 1) / 2)


def _colour(gradient: OrderGradient, series: OrderSeries, order: str) -> str:
    value = series.estimates.get(order)
    if value is None or series.standing.get(order, Standing.TOLD_APART) is not Standing.TOLD_APART:
        return GREY_MARK
    if value > gradient.benchmarks.normal_upper:
        return ABOVE_MARK
    return BELOW_MARK if value < gradient.benchmarks.normal_lower else INK


def marker(position: int, x: float, y: float, colour: str) -> Markup:
    """Draw the mark of a series: round, square, triangle, diamond in turn."""
    if position % 4 == 0:
        return element("circle", cx=x, cy=y, r=4, fill=colour, stroke=PAPER, stroke_width=0.8)
    shapes = {1: "m-3.6 -3.6h7.2v7.2h-7.2Z", 2: "m0 -4.6l4.4 7.8h-8.8Z", 3: "m0 -4.8l4.2 4.8l-4.2 4.8l-4.2 -4.8Z"}
    return element("path", d=f"M{x:.1f} {y:.1f}{shapes[position % 4]}", fill=colour, stroke=PAPER, stroke_width=0.8)


def _legend(gradient: OrderGradient) -> tuple[Markup, float]:
    language = gradient.head.language
    items: list[tuple[Markup, str]] = []
    for position, series in enumerate(gradient.series):
        dash = _DASHES[position % len(_DASHES)]
        items.append((join([line(0, 5, 16, 5, MUTED, 1.0, dash), marker(position, 8, 5, INK)]), series.name))
    shown = {_colour(gradient, s, order) for s in gradient.series for order, v in s.estimates.items() if v is not None}
    for colour, key in MARKS_TELL.items():
        if colour in shown:
            told = text(f"documents.standing.{key}", language, what=what_differs(gradient.head))
            items.append((element("circle", cx=8, cy=5, r=4, fill=colour), told))
    items.append(reference_item(gradient.benchmarks, language))
    return legend(items, 44, 0, _WIDTH - 44)


def _description(gradient: OrderGradient) -> str:
    language = gradient.head.language
    separator = text("documents.chart.list_separator", language)
    sentences = []
    for series in gradient.series:
        values = separator.join(
            text(
                "documents.chart.name_and_value",
                language,
                name=order_name(order, language),
                value=srb_text(value, language),
            )
            for order, value in series.estimates.items()
            if value is not None
        )
        sentences.append(text("documents.order_gradient.description", language, name=series.name, values=values))
    return text("documents.chart.sentence_separator", language).join(sentences)


def _table(gradient: OrderGradient) -> Table:
    language = gradient.head.language
    level = interval_level(i for series in gradient.series for i in series.intervals.values())
    columns = (
        head_column("area", language),
        text_column("order", language),
        number_column("srb_estimate", language),
        interval_column(level, language),
    )
    rows = [
        (
            Text(series.name),
            Text(order_name(order, language)),
            srb_cell(value),
            interval_cell(series.intervals.get(order)),
        )
        for series in gradient.series
        for order, value in series.estimates.items()
    ]
    return numbers_table(gradient.head, columns, rows)
