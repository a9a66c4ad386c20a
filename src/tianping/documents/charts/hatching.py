"""Hatching drawn as lines: printers and converters keep lines sharp where they blur a pattern fill."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tianping.documents.markup import Markup, element, join, number


@dataclass(frozen=True)
class Hatching:
    """Parallel lines over a ground.

    Attributes:
        slope: 0 for level lines, 1 for rising, −1 for falling ones.
        gap: distance between lines along an upright, in pixels.
        width: width of a line.
        stroke: its colour.
    """

    slope: int
    gap: float
    width: float
    stroke: str


def hatch_data(hatching: Hatching, x: float, y: float, width: float, height: float) -> str:
    """Give the data of a path that hatches a box; neighbouring boxes share one grid of lines."""
    right, bottom = x + width, y + height
    if hatching.slope == 0:
        first = math.ceil((y + hatching.width / 2) / hatching.gap)
        last = math.floor((bottom - hatching.width / 2) / hatching.gap)
        rows = (position * hatching.gap for position in range(first, last + 1))
        return "".join(f"M{number(x, 1)} {number(row, 1)}H{number(right, 1)}" for row in rows)
    # On a slanting line y + slope·x is constant; where it enters and leaves the box follows from that.
    ends = [corner_y + hatching.slope * corner_x for corner_x in (x, right) for corner_y in (y, bottom)]
    parts = []
    for position in range(math.ceil(min(ends) / hatching.gap), math.floor(max(ends) / hatching.gap) + 1):
        constant = position * hatching.gap
        crossings = sorted(
            (constant - y, constant - bottom) if hatching.slope > 0 else (y - constant, bottom - constant)
        )
        start, end = max(x, crossings[0]), min(right, crossings[1])
        if end > start:
            top, low = constant - hatching.slope * start, constant - hatching.slope * end
            parts.append(f"M{number(start, 1)} {number(top, 1)}L{number(end, 1)} {number(low, 1)}")
    return "".join(parts)


def hatch_lines(hatching: Hatching, data: str) -> Markup:
    """Draw hatching; the pointer reaches the shapes below it."""
    return element(
        "path", d=data, stroke=hatching.stroke, stroke_width=hatching.width, fill="none", pointer_events="none"
    )


def hatch_within(hatching: Hatching, key: str, outlines: str, size: tuple[float, float]) -> Markup:
    """Hatch the inside of outlines (data of a path) of a drawing of this size; `key` names the clipping."""
    inside = element("clipPath", element("path", d=outlines, clip_rule="evenodd"), id=key)
    lines = hatch_lines(hatching, hatch_data(hatching, 0, 0, *size))
    return join([element("defs", inside), element("g", lines, clip_path=f"url(#{key})")])
