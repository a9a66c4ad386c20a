"""Nowcast: the ratio of the newest periods as registered so far and as it will stand, with what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.cells import Number, Text
from tianping.documents.charts.inputs import Benchmarks, Head
from tianping.documents.charts.plot import (
    Plot,
    head_column,
    interval_cell,
    interval_column,
    legend,
    number_column,
    numbers_table,
    reference_item,
    srb_cell,
    srb_ground,
)
from tianping.documents.charts.scales import Scale, srb_scale
from tianping.documents.charts.svg import area_mark, axis_caption, box, drawing, label, line
from tianping.documents.charts.theme import (
    ABOVE_LIGHT,
    BELOW_LIGHT,
    GREY_MARK,
    INK,
    MUTED,
    PAPER,
    SMALL_SIZE,
    WIDTH,
)
from tianping.documents.content import Chart, Table
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import format_number, srb_text
from tianping.locale import text
from tianping.terms import Interval

_HEIGHT, _SHARES = 380.0, 70.0
_FILLS = {"boys": BELOW_LIGHT, "girls": ABOVE_LIGHT}


@dataclass(frozen=True)
class NowcastPeriod:
    """One period.

    Attributes:
        name: the period as an axis names it.
        observed: ratio of the births known so far; None without girls.
        completed: ratio as it will stand; None without girls.
        interval: its interval.
        known: boys and girls known so far.
        expected: boys and girls as they will stand.
    """

    name: str
    observed: float | None
    completed: float | None
    interval: Interval | None
    known: tuple[int, int]
    expected: tuple[float, float]


@dataclass(frozen=True)
class NowcastCourse:
    """Input of the drawing.

    Attributes:
        head: head.
        benchmarks: ratios to measure against.
        periods: the periods, oldest first.
    """

    head: Head
    benchmarks: Benchmarks
    periods: Sequence[NowcastPeriod]


def draw_nowcast(course: NowcastCourse) -> Chart:
    """Draw ratios above, the share of each sex that is registered below."""
    language = course.head.language
    key, key_height = _legend(course)
    plot = Plot(44, key_height + 24, WIDTH - 104, _HEIGHT - _SHARES - 44)
    values = [value for one in course.periods for value in (one.observed, one.completed) if value is not None]
    values += [end for one in course.periods if one.interval for end in (one.interval.lower, one.interval.upper)]
    upright = srb_scale(values, plot.bottom, plot.top, within=(30.0, 400.0))
    room = (plot.right - plot.left) / max(len(course.periods), 1)
    parts = [
        srb_ground(plot, upright, course.benchmarks, language),
        key,
        axis_caption(0, plot.top - 12, text("documents.chart.srb_axis", language)),
        label(plot.left, plot.bottom + 34, text("documents.nowcast.share", language), fill=MUTED, size=SMALL_SIZE),
    ]
    every = -(-len(course.periods) // 12)
    for at, one in enumerate(course.periods):
        x = plot.left + room * (at + 0.5)
        parts.append(_ratios(one, x, upright, course))
        parts.append(_shares(one, x, min(room * 0.32, 16.0), plot))
        if (len(course.periods) - 1 - at) % every == 0:
            parts.append(label(x, plot.bottom + 17, one.name, anchor="middle", fill=MUTED, size=SMALL_SIZE))
    description = _told(course.periods[-1], course) if course.periods else ""
    return drawing(course.head, "nowcast", (WIDTH, _HEIGHT), parts, description, _table(course))


def _ratios(one: NowcastPeriod, x: float, upright: Scale, course: NowcastCourse) -> Markup:
    parts: list[Markup] = []
    if one.observed is not None:
        parts.append(_ring(x, upright(one.observed)))
    if one.interval is not None:
        parts.append(line(x, upright(one.interval.lower), x, upright(one.interval.upper), INK, 2.4))
    if one.completed is not None:
        parts.append(element("circle", cx=x, cy=upright(one.completed), r=3, fill=INK))
    return area_mark(join(parts), _told(one, course))


def _ring(x: float, y: float) -> Markup:
    return element("circle", cx=x, cy=y, r=5.5, fill=PAPER, stroke=GREY_MARK, stroke_width=1.6)


def _shares(one: NowcastPeriod, x: float, width: float, plot: Plot) -> Markup:
    """Draw for each sex a bar as high as the share of its births that is registered."""
    base, parts = plot.bottom + 44 + _SHARES - 6, []
    for side, (sex, known, expected) in enumerate(zip(_FILLS, one.known, one.expected, strict=True)):
        share = min(known / expected, 1.0) if expected else 1.0
        left = x + (side - 1) * (width + 1) + 0.5
        height = (_SHARES - 10) * share
        parts.append(box(left, base - (_SHARES - 10), width, _SHARES - 10, PAPER, _FILLS[sex]))
        parts.append(box(left, base - height, width, height, _FILLS[sex], _FILLS[sex]))
    return join(parts)


def _legend(course: NowcastCourse) -> tuple[Markup, float]:
    language = course.head.language
    level = next((f"{100 * one.interval.level:g}" for one in course.periods if one.interval), "90")
    observed = _ring(8, 5)
    completed = join([line(8, -1, 8, 11, INK, 2.4), element("circle", cx=8, cy=5, r=3, fill=INK)])
    items = [
        (observed, text("documents.nowcast.observed", language)),
        (completed, text("documents.nowcast.completed", language, level=level)),
        *((box(3, 0, 10, 10, _FILLS[sex], MUTED), text(f"documents.nowcast.{sex}", language)) for sex in _FILLS),
        reference_item(course.benchmarks, language),
    ]
    return legend(items, 44, 0, WIDTH - 44)


def _told(one: NowcastPeriod, course: NowcastCourse) -> str:
    language = course.head.language
    return text(
        "documents.nowcast.told",
        language,
        period=one.name,
        observed=_srb_or_none(one.observed, language),
        completed=_srb_or_none(one.completed, language),
        boys=format_number(Number(one.expected[0] - one.known[0]), language),
        girls=format_number(Number(one.expected[1] - one.known[1]), language),
    )


def _srb_or_none(srb: float | None, language: str) -> str:
    return text("documents.nowcast.none", language) if srb is None else srb_text(srb, language)


def _table(course: NowcastCourse) -> Table:
    language = course.head.language
    level = next((one.interval.level for one in course.periods if one.interval), 0.9)
    names = ("known_boys", "known_girls", "completed_boys", "completed_girls", "observed_srb", "completed_srb")
    columns = (
        head_column("period", language),
        *(number_column(name, language) for name in names),
        interval_column(level, language),
    )
    rows = [
        (
            Text(one.name),
            *(Number(value) for value in (*one.known, *one.expected)),
            srb_cell(one.observed),
            srb_cell(one.completed),
            interval_cell(one.interval),
        )
        for one in course.periods
    ]
    return numbers_table(course.head, columns, rows)
