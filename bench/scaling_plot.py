"""The plot of cost against the number of areas, on logarithmic axes, with a line of exact proportion."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.charts.scales import Scale
from tianping.documents.charts.svg import dots, label, line, line_path
from tianping.documents.charts.theme import FONT, INK, MUTED, RULE, TEXT_SIZE
from tianping.documents.markup import Markup, element, join

_WIDTH, _HEIGHT = 640.0, 380.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, 540.0, 20.0, 330.0
_COURSES = {"from scratch": INK, "one month": MUTED}


@dataclass(frozen=True)
class Point:
    """One size.

    Attributes:
        townships: number of townships.
        scratch: CPU seconds from scratch.
        monthly: CPU seconds at kept scales.
    """

    townships: int
    scratch: float
    monthly: float


def plot(points: Sequence[Point]) -> str:
    """Draw CPU seconds against townships.

    Raises:
        ValueError: with fewer than two points, which show no growth.
    """
    if len(points) < 2:
        raise ValueError("growth needs two sizes")
    courses = {"from scratch": [p.scratch for p in points], "one month": [p.monthly for p in points]}
    sizes = [float(point.townships) for point in points]
    everything = [value for course in courses.values() for value in course]
    x = Scale(sizes[0] / 1.3, sizes[-1] * 1.3, _LEFT, _RIGHT, is_log=True)
    y = Scale(min(everything) / 1.5, max(everything) * 1.5, _BOTTOM, _TOP, is_log=True)
    parts = [*_axes(x, y), _proportion(x, y, sizes, courses["one month"])]
    for name, course in courses.items():
        places = [(x(size), y(value)) for size, value in zip(sizes, course, strict=True)]
        parts += [line_path(places, _COURSES[name]), dots(places, 3.0, _COURSES[name])]
        parts.append(label(places[-1][0] + 8, places[-1][1] + 4, name, fill=_COURSES[name]))
    return str(_frame(parts)) + "\n"


def _axes(x: Scale, y: Scale) -> list[Markup]:
    parts = []
    for tick in _powers(x):
        parts.append(line(x(tick), _TOP, x(tick), _BOTTOM, RULE, 0.6))
        parts.append(label(x(tick), _BOTTOM + 16, f"{tick:,.0f}", anchor="middle", fill=MUTED))
    for tick in _powers(y):
        parts.append(line(_LEFT, y(tick), _RIGHT, y(tick), RULE, 0.6))
        parts.append(label(_LEFT - 6, y(tick) + 4, f"{tick:g}", anchor="end", fill=MUTED))
    parts.append(
        label((_LEFT + _RIGHT) / 2, _BOTTOM + 36, "townships (60 months, three birth orders)", anchor="middle")
    )
    parts.append(label(_LEFT - 50, _TOP - 6, "CPU seconds"))
    return parts


def _powers(scale: Scale) -> list[float]:
    first, last = math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high))
    return [10.0**power for power in range(first, last + 1)]


def _proportion(x: Scale, y: Scale, sizes: Sequence[float], course: Sequence[float]) -> Markup:
    """Draw where the cost would lie if it grew exactly as the areas do, through the last point."""
    rate = course[-1] / sizes[-1]
    first = max(sizes[0], y.low / rate)
    drawn = line(x(first), y(rate * first), x(sizes[-1]), y(course[-1]), RULE, 2.0, "5 3")
    middle = (first * sizes[-1]) ** 0.5
    return join([drawn, label(x(middle) + 8, y(rate * middle) + 16, "exact proportion", fill=MUTED)])


def _frame(parts: Sequence[Markup]) -> Markup:
    title = "CPU seconds of an estimate against the number of townships; the dashed line is exact proportion"
    return element(
        "svg",
        element("title", title),
        join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        width=f"{_WIDTH:g}",
        height=f"{_HEIGHT:g}",
        role="img",
        font_family=FONT,
        font_size=TEXT_SIZE,
        fill=INK,
    )
