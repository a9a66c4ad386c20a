"""Funnel: which areas lie beyond what chance alone would do, given how many births they have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tianping.documents.cells import Absence, Empty, Number, Text
from tianping.documents.charts.inputs import Funnel, FunnelPoint
from tianping.documents.charts.labels import Spot, place_labels
from tianping.documents.charts.limits import beyond_limits, binomial_limits, distance_from
from tianping.documents.charts.plot import (
    Plot,
    count_axis,
    head_column,
    legend,
    level_lines,
    number_column,
    numbers_table,
    reference_item,
    srb_ground,
    text_column,
)
from tianping.documents.charts.scales import Scale, count_scale, count_ticks, srb_scale
from tianping.documents.charts.svg import area_mark, axis_caption, dots, drawing, line, line_path, links_in_tab_order
from tianping.documents.charts.theme import (
    ABOVE_LIGHT,
    ABOVE_MARK,
    BELOW_LIGHT,
    BELOW_MARK,
    GREY_MARK,
    INK,
    PAPER,
    WIDTH,
)
from tianping.documents.content import Chart, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import count_text, format_number, srb_text
from tianping.locale import text

_WIDTH, _HEIGHT = WIDTH, 440.0
_INNER, _OUTER = 0.95, 0.998
_LEFT = 44.0
_NAMES_TOLD = 12
#: Above so many areas they are dots without a text of their own.
_MOST_TOLD = 250
_DENSE_COLOURS = {0: GREY_MARK, 1: ABOVE_LIGHT, 2: ABOVE_MARK, -1: BELOW_LIGHT, -2: BELOW_MARK}


@dataclass(frozen=True)
class _Placed:
    """A point with its place in the drawing and its verdict: 0 within, ±1 beyond 95 %, ±2 beyond 99.8 %."""

    point: FunnelPoint
    x: float
    y: float
    srb: float
    verdict: int
    distance: float
    off_scale: bool

    @property
    def births(self) -> int:
        return self.point.n_boys + self.point.n_girls


def draw_funnel(funnel: Funnel) -> Chart:
    """Draw a funnel; areas without births are left out and counted in a note."""
    language = funnel.head.language
    points = [point for point in funnel.points if point.n_boys + point.n_girls > 0]
    dense = len(points) > _MOST_TOLD
    key, key_height = _legend(funnel, dense=dense)
    plot = Plot(_LEFT, key_height + 24, _WIDTH - 104, _HEIGHT - 40)
    across, upright = _scales(points, funnel, plot)
    placed = _place(points, funnel, across, upright)
    parts = [
        key,
        srb_ground(plot, upright, funnel.benchmarks, language),
        axis_caption(0, plot.top - 12, text("documents.chart.srb_axis", language)),
        count_axis(plot, across, count_ticks(across), _begun(_counted(funnel)), language),
        _limits(funnel, plot, across, upright),
        _dense_marks(placed) if dense else _marks(placed, funnel),
        _labels(placed, plot, funnel.max_labels, level_lines(upright, funnel.benchmarks)),
    ]
    notes = _notes(len(funnel.points) - len(points), placed, funnel)
    description = _description(placed, funnel)
    return drawing(funnel.head, "funnel", (_WIDTH, _HEIGHT), parts, description, _table(placed, funnel), notes)


def _counted(funnel: Funnel) -> str:
    return funnel.counted or text("documents.funnel.births", funnel.head.language)


def _begun(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]


def _scales(points: Sequence[FunnelPoint], funnel: Funnel, plot: Plot) -> tuple[Scale, Scale]:
    """Make the axes; the upright one shows the funnel's mouth as well as the areas."""
    births = sorted(point.n_boys + point.n_girls for point in points) or [100]
    across = count_scale(births[0], births[-1], plot.left, plot.right)
    at = np.array([births[len(births) // 4]], dtype=float)
    mouth = [float(limit[0]) for limit in binomial_limits(at, funnel.benchmarks.reference, _OUTER)]
    values = [*map(_srb, points), *mouth]
    return across, srb_scale(values, plot.bottom, plot.top, within=(55.0, 220.0))


def _srb(point: FunnelPoint) -> float:
    return 100.0 * point.n_boys / point.n_girls if point.n_girls else math.inf


def _place(points: Sequence[FunnelPoint], funnel: Funnel, across: Scale, upright: Scale) -> list[_Placed]:
    boys = np.array([point.n_boys for point in points], dtype=float)
    girls = np.array([point.n_girls for point in points], dtype=float)
    reference = funnel.benchmarks.reference
    verdicts = beyond_limits(boys, girls, reference, _INNER) + beyond_limits(boys, girls, reference, _OUTER)
    distances = distance_from(boys, girls, reference)
    placed = []
    for point, verdict, distance in zip(points, verdicts, distances, strict=True):
        srb = _srb(point)
        x, y = across(point.n_boys + point.n_girls), upright(srb)
        placed.append(_Placed(point, x, y, srb, int(verdict), float(distance), not upright.holds(srb)))
    return placed


def _limits(funnel: Funnel, plot: Plot, across: Scale, upright: Scale) -> Markup:
    pixels = np.linspace(plot.left, plot.right, 160)
    share = (pixels - across.start) / (across.end - across.start)
    births = (
        across.low * (across.high / across.low) ** share
        if across.is_log
        else across.low + share * (across.high - across.low)
    )
    births = np.maximum(births, 1.0)
    drawn: list[Markup] = []
    kinds = [(_INNER, 0.0, "4 3"), (_OUTER, 0.0, None)]
    if funnel.overdispersion > 0:
        kinds.append((_OUTER, funnel.overdispersion, "1 3"))
    for level, overdispersion, dash in kinds:
        for limit in binomial_limits(births, funnel.benchmarks.reference, level, overdispersion):
            held = [pair for pair in zip(pixels.tolist(), limit.tolist(), strict=True) if upright.holds(pair[1])]
            drawn.append(line_path([(x, upright(srb)) for x, srb in held], INK, 0.9, dash))
    return join(drawn)


def _shape(x: float, y: float, verdict: int) -> Markup:
    """Draw what stands out: round above, a triangle on its tip below; filled beyond the outer limits."""
    colour = ABOVE_MARK if verdict > 0 else BELOW_MARK
    fill = colour if abs(verdict) == 2 else PAPER
    if verdict > 0:
        return element("circle", cx=x, cy=y, r=3.4, fill=fill, stroke=colour, stroke_width=1.3, class_="mark")
    corners = f"M{x - 4:.1f} {y - 3:.1f}h8l-4 7Z"
    return element("path", d=corners, fill=fill, stroke=colour, stroke_width=1.3, class_="mark")


def _marks(placed: Sequence[_Placed], funnel: Funnel) -> Markup:
    """Draw grey points first, then those that stand out, the farthest on top."""
    in_tab_order = links_in_tab_order(p.point.href for p in placed)
    parts = []
    for p in sorted(placed, key=lambda p: (p.verdict != 0, abs(p.distance))):
        grey = element("circle", cx=p.x, cy=p.y, r=3.0, fill=GREY_MARK, class_="mark")
        shape = _shape(p.x, p.y, p.verdict) if p.verdict else grey
        parts.append(area_mark(shape, _told(p, funnel), p.point.href, in_tab_order=in_tab_order))
    return join(parts)


def _dense_marks(placed: Sequence[_Placed]) -> Markup:
    """Draw many areas as dots, one path for each verdict."""
    return join(
        dots([(p.x, p.y) for p in placed if p.verdict == verdict], 1.5, _DENSE_COLOURS[verdict])
        for verdict in (0, -1, 1, -2, 2)
    )


def _told(placed: _Placed, funnel: Funnel) -> str:
    language = funnel.head.language
    return text(
        "documents.funnel.told",
        language,
        name=placed.point.name,
        srb=_srb_text(placed.srb, language),
        births=format_number(Number(placed.births), language),
        counted=_counted(funnel),
    )


def _srb_text(srb: float, language: str) -> str:
    return srb_text(srb, language) if math.isfinite(srb) else text("documents.chart.no_girls", language)


def _labels(placed: Sequence[_Placed], plot: Plot, most: int, lines: Sequence[float]) -> Markup:
    """Name what stands out, the farthest first; where there are few areas, all of them."""
    few = len(placed) <= most * 2
    named = [p for p in placed if p.verdict or few]
    named.sort(key=lambda p: (p.verdict == 0, -abs(p.distance), p.point.code))
    obstacles = [(p.x, p.y) for p in placed if p.verdict or few]
    spots = [Spot(p.x, p.y, p.point.name) for p in (named if few else named[:most])]
    return place_labels(spots, obstacles, plot, lines=lines)


def _legend(funnel: Funnel, *, dense: bool) -> tuple[Markup, float]:
    language = funnel.head.language

    def pair(verdict: int) -> Markup:
        if dense:
            return join(dots([(x, 5)], 2.5, _DENSE_COLOURS[v]) for x, v in ((4, verdict), (12, -verdict)))
        return join([_shape(3, 5, verdict), _shape(13, 5, -verdict)])

    swatches = [
        (element("circle", cx=8, cy=5, r=3, fill=GREY_MARK), "within"),
        (pair(1), "beyond_inner"),
        (pair(2), "beyond_outer"),
        (line(0, 5, 16, 5, INK, 0.9, "4 3"), "limit_inner"),
        (line(0, 5, 16, 5, INK, 0.9), "limit_outer"),
    ]
    if funnel.overdispersion > 0:
        swatches.append((line(0, 5, 16, 5, INK, 0.9, "1 3"), "limit_overdispersed"))
    items = [(swatch, text(f"documents.funnel.{key}", language)) for swatch, key in swatches]
    items.append(reference_item(funnel.benchmarks, language))
    return legend(items, _LEFT, 0, _WIDTH - _LEFT)


def _notes(without_births: int, placed: Sequence[_Placed], funnel: Funnel) -> tuple[str, ...]:
    language, notes = funnel.head.language, []
    if without_births:
        notes.append(text("documents.funnel.without_births", language, count=without_births, counted=_counted(funnel)))
    if off_scale := sum(p.off_scale for p in placed):
        notes.append(text("documents.funnel.off_scale", language, count=off_scale))
    return tuple(notes)


def _description(placed: Sequence[_Placed], funnel: Funnel) -> str:
    language = funnel.head.language
    beyond_inner = sum(p.verdict != 0 for p in placed)
    by_chance = (1 - _INNER) * len(placed)
    outer = [p for p in placed if abs(p.verdict) == 2]
    told = text(
        "documents.funnel.description",
        language,
        areas=count_text(len(placed), language),
        counted=_counted(funnel),
        beyond_inner=count_text(beyond_inner, language),
        by_chance=format_number(Number(by_chance, 0 if by_chance >= 10 else 1), language),
        above=count_text(sum(p.verdict == 2 for p in placed), language),
        below=count_text(sum(p.verdict == -2 for p in placed), language),
    )
    if not funnel.max_labels or not 0 < len(outer) <= _NAMES_TOLD:
        return told
    names = text("documents.chart.list_separator", language).join(p.point.name for p in outer)
    return told + text("documents.funnel.farthest", language, names=names)


def _table(placed: Sequence[_Placed], funnel: Funnel) -> Table:
    language = funnel.head.language
    columns = (
        head_column("area", language),
        replace(number_column("births", language, "births"), title=_begun(_counted(funnel))),
        number_column("boys", language, "births"),
        number_column("girls", language, "births"),
        number_column("ratio", language),
        text_column("verdict", language),
    )
    rows = [
        (
            Text(p.point.name),
            Number(p.births),
            Number(p.point.n_boys),
            Number(p.point.n_girls),
            Number(p.srb, 1) if math.isfinite(p.srb) else Empty(Absence.NOT_APPLICABLE),
            Text(text(f"documents.funnel.verdict_{p.verdict + 2}", language)),
        )
        for p in placed
    ]
    return numbers_table(funnel.head, columns, rows)
