"""Caterpillar: estimates with their intervals, one line per area."""

from __future__ import annotations

from collections.abc import Sequence

from tianping.documents.charts.areas import (
    MARKS_TELL,
    area_told,
    areas_description,
    areas_table,
    mark_colour,
    what_differs,
)
from tianping.documents.charts.inputs import AreaEstimate, Caterpillar, Standing
from tianping.documents.charts.lettering import fit, text_width
from tianping.documents.charts.plot import (
    Plot,
    alert_label,
    interval_level,
    legend,
    normal_label,
    reference_item,
    reference_upright,
    srb_ground,
    srb_text_short,
)
from tianping.documents.charts.scales import Scale, srb_scale, srb_ticks
from tianping.documents.charts.svg import (
    area_mark,
    axis_caption,
    box,
    dots,
    drawing,
    label,
    line,
    links_in_tab_order,
)
from tianping.documents.charts.theme import (
    GREY_BAR,
    GREY_MARK,
    MUTED,
    NORMAL_BAND,
    RULE,
    TEXT_SIZE,
    WIDTH,
)
from tianping.documents.content import Chart
from tianping.documents.markup import Markup, element, join, number
from tianping.documents.numbers import count_text, interval_text, srb_text
from tianping.locale import text

_WIDTH = WIDTH
_STEP = 18.0
_DENSE_HEIGHT = 420.0
#: Above so many areas the lines stand close together, without names.
_MOST_NAMED = 80


def draw_caterpillar(caterpillar: Caterpillar) -> Chart:
    """Draw a caterpillar; areas without an estimate are left out and counted in a note."""
    head, language = caterpillar.head, caterpillar.head.language
    areas = [area for area in caterpillar.areas if area.estimate is not None and area.interval is not None]
    if caterpillar.by_value:
        areas.sort(key=lambda area: (-(area.estimate or 0.0), area.code))
    parts, size = _named(caterpillar, areas) if len(areas) <= _MOST_NAMED else _dense(caterpillar, areas)
    missing = len(caterpillar.areas) - len(areas)
    notes = (text("documents.chart.without_estimate", language, count=missing),) if missing else ()
    description = areas_description(areas, caterpillar.benchmarks, head)
    return drawing(head, "caterpillar", size, parts, description, areas_table(caterpillar.areas, head), notes)


def _ends(areas: Sequence[AreaEstimate]) -> list[float]:
    return [end for area in areas if area.interval for end in (area.interval.lower, area.interval.upper)]


def _named(caterpillar: Caterpillar, areas: Sequence[AreaEstimate]) -> tuple[list[Markup], tuple[float, float]]:
    names = min(max((text_width(area.name, TEXT_SIZE) for area in areas), default=0.0), 180.0)
    key, key_height = _legend(caterpillar, areas, 0.0)
    top = key_height + 24
    plot = Plot(names + 12, top, _WIDTH - 162, top + _STEP * len(areas) + 6)
    across = srb_scale(_ends(areas), plot.left, plot.right, within=(55.0, 220.0))
    parts = [key, _level_ground(caterpillar, plot, across)]
    in_tab_order = links_in_tab_order(area.href for area in areas)
    for position, area in enumerate(areas):
        y = plot.top + _STEP * (position + 0.5) + 3
        row = join([_row(area, across, plot, y, names, caterpillar)])
        parts.append(area_mark(row, area_told(area, caterpillar.head), area.href, in_tab_order=in_tab_order))
    return parts, (_WIDTH, plot.bottom + 24)


def _row(area: AreaEstimate, across: Scale, plot: Plot, y: float, names: float, caterpillar: Caterpillar) -> Markup:
    assert area.estimate is not None
    assert area.interval is not None
    language = caterpillar.head.language
    colour = mark_colour(area, caterpillar.benchmarks)
    grey = area.standing is Standing.INDISTINGUISHABLE
    ends = interval_text(area.interval.lower, area.interval.upper, language)
    left, right = across(area.interval.lower), across(area.interval.upper)
    return join(
        [
            label(0, y + 4, fit(area.name, names + 2, TEXT_SIZE)),
            line(left, y, right, y, GREY_BAR if grey else colour, 2.6),
            element("circle", cx=across(area.estimate), cy=y, r=3.4, fill=colour, class_="mark"),
            label(plot.right + 54, y + 4, srb_text(area.estimate, language), anchor="end"),
            label(plot.right + 64, y + 4, ends, fill=MUTED),
        ]
    )


def _level_ground(caterpillar: Caterpillar, plot: Plot, across: Scale) -> Markup:
    benchmarks, language = caterpillar.benchmarks, caterpillar.head.language
    left, right = across(benchmarks.normal_lower), across(benchmarks.normal_upper)
    parts = [box(left, plot.top, right - left, plot.bottom - plot.top, NORMAL_BAND)]
    for tick in srb_ticks(across, gap=34):
        x = across(tick)
        parts.append(line(x, plot.top, x, plot.bottom, RULE, 0.6))
        told = srb_text_short(tick, language)
        parts.extend(label(x, y, told, anchor="middle", fill=MUTED) for y in (plot.top - 6, plot.bottom + 15))
    parts.append(reference_upright(across(benchmarks.reference), plot))
    if benchmarks.alert_at is not None and across.holds(benchmarks.alert_at):
        x = across(benchmarks.alert_at)
        parts.append(line(x, plot.top, x, plot.bottom, MUTED, 0.9, "5 3"))
    level = interval_level(area.interval for area in caterpillar.areas)
    caption = text("documents.chart.estimate_and_interval", language, level=f"{100 * level:g}")
    parts.append(axis_caption(_WIDTH, plot.top - 6, caption, "end"))
    return join(parts)


def _dense(caterpillar: Caterpillar, areas: Sequence[AreaEstimate]) -> tuple[list[Markup], tuple[float, float]]:
    language = caterpillar.head.language
    key, key_height = _legend(caterpillar, areas, 44.0)
    plot = Plot(44, key_height + 24, _WIDTH - 104, _DENSE_HEIGHT - 26)
    upright = srb_scale(_ends(areas), plot.bottom, plot.top, within=(60.0, 200.0))
    step = (plot.right - plot.left) / len(areas)
    bars: dict[str, list[str]] = {}
    points: dict[str, list[tuple[float, float]]] = {}
    for position, area in enumerate(areas):
        assert area.estimate is not None
        assert area.interval is not None
        x = plot.left + step * (position + 0.5)
        colour = mark_colour(area, caterpillar.benchmarks)
        low, high = upright(area.interval.lower), upright(area.interval.upper)
        bars.setdefault(colour, []).append(f"M{number(x)} {number(low, 1)}V{number(high, 1)}")
        points.setdefault(colour, []).append((x, upright(area.estimate)))
    width = min(max(step * 0.75, 0.2), 3.0)
    parts = [
        key,
        srb_ground(plot, upright, caterpillar.benchmarks, language),
        axis_caption(0, plot.top - 12, text("documents.chart.srb_axis", language)),
    ]
    for colour in sorted(bars, key=lambda colour: colour != GREY_MARK):
        bar = GREY_BAR if colour == GREY_MARK else colour
        parts.append(
            element("path", d="".join(bars[colour]), stroke=bar, stroke_width=width, stroke_opacity=0.45, fill="none")
        )
    parts.extend(dots(points[colour], min(max(step * 0.6, 0.7), 2.4), colour) for colour in sorted(points))
    order = "by_value" if caterpillar.by_value else "by_code"
    caption = text(f"documents.caterpillar.{order}", language, count=count_text(len(areas), language))
    parts.append(axis_caption(plot.right, plot.bottom + 18, caption, "end"))
    return parts, (_WIDTH, _DENSE_HEIGHT)


def _legend(caterpillar: Caterpillar, areas: Sequence[AreaEstimate], left: float) -> tuple[Markup, float]:
    head, benchmarks, language = caterpillar.head, caterpillar.benchmarks, caterpillar.head.language
    items: list[tuple[Markup, str]] = []
    for colour, key in MARKS_TELL.items():
        if any(mark_colour(area, benchmarks) == colour for area in areas):
            bar = line(0, 5, 16, 5, GREY_BAR if colour == GREY_MARK else colour, 3)
            told = text(f"documents.standing.{key}", language, what=what_differs(head))
            items.append((join([bar, element("circle", cx=8, cy=5, r=3.2, fill=colour)]), told))
    items.append((box(0, 0, 16, 10, NORMAL_BAND), normal_label(benchmarks, language)))
    items.append(reference_item(benchmarks, language))
    if benchmarks.alert_at is not None:
        items.append((line(0, 5, 16, 5, MUTED, 0.9, "5 3"), alert_label(benchmarks.alert_at, language)))
    return legend(items, left, 0, _WIDTH - left)
