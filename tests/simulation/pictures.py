"""Pictures of the report, drawn with the product's own drawing kit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tianping.documents.charts.inputs import Head
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.plot import Plot, legend, numbers_table
from tianping.documents.charts.scales import Scale
from tianping.documents.charts.svg import axis_caption, box, drawing, label, line, line_path
from tianping.documents.charts.theme import ABOVE_MARK, GREY_MARK, INK, MUTED, NORMAL_BAND, RULE, TEXT_SIZE
from tianping.documents.content import Column
from tianping.documents.markup import Markup, element, join

_WIDTH, _ROW = 800.0, 19.0
_SQUARE = 420.0
_DASHES = (None, "5 3", "2 2", "8 3 2 3")


@dataclass(frozen=True)
class Dot:
    """A named figure with its interval; NaN where there is none.

    Attributes:
        name: what it is.
        value: the figure.
        lower: lower end of its interval.
        upper: upper end.
        stands_out: whether it is coloured.
    """

    name: str
    value: float
    lower: float
    upper: float
    stands_out: bool = False


def draw_dots(
    head: Head, dots: Sequence[Dot], ends: tuple[float, float], caption: str, band: tuple[float, float] | None = None
) -> str:
    """Draw figures below each other with their intervals; `band` is where they should lie."""
    left = 16 + max(text_width(dot.name, TEXT_SIZE) for dot in dots)
    plot = Plot(left, 12, _WIDTH - 60, 12 + _ROW * len(dots))
    scale = Scale(*ends, plot.left, plot.right)
    parts: list[Markup] = []
    if band is not None:
        parts.append(
            box(scale(band[0]), plot.top, scale(band[1]) - scale(band[0]), plot.bottom - plot.top, NORMAL_BAND)
        )
    for tick in np.linspace(*ends, 6):
        parts.append(line(scale(tick), plot.top, scale(tick), plot.bottom, RULE, 0.6))
        parts.append(label(scale(tick), plot.bottom + 16, f"{tick:.2f}", anchor="middle", fill=MUTED))
    for position, dot in enumerate(dots):
        parts.append(_dot(dot, plot.top + _ROW * (position + 0.5), scale, plot))
    parts.append(axis_caption(plot.right, plot.bottom + 34, caption, "end"))
    return _svg(head, "dots", (_WIDTH, plot.bottom + 44), parts, caption)


def _dot(dot: Dot, y: float, scale: Scale, plot: Plot) -> Markup:
    colour = ABOVE_MARK if dot.stands_out else INK
    parts = [label(plot.left - 8, y + 4, dot.name, anchor="end", fill=colour)]
    if not np.isnan(dot.lower):
        parts.append(line(scale(dot.lower), y, scale(dot.upper), y, GREY_MARK, 3.0))
    if not np.isnan(dot.value):
        parts.append(element("circle", cx=scale(dot.value), cy=y, r=4.0, fill=colour))
        parts.append(label(plot.right + 6, y + 4, f"{dot.value:.3f}", fill=MUTED))
    return join(parts)


def draw_claims(
    head: Head, series: Sequence[tuple[str, Sequence[tuple[float, float]]]], across: str, upward: str
) -> str:
    """Draw what happened over what was claimed, one line per probability; on the diagonal both agree."""
    items = [
        (line(0, 5, 16, 5, INK, 1.8, _DASHES[place % len(_DASHES)]), name) for place, (name, _) in enumerate(series)
    ]
    key, key_height = legend(items, 44, 0, _SQUARE)
    plot = Plot(44, key_height + 24, 44 + _SQUARE, key_height + 24 + _SQUARE)
    x, y = Scale(0, 1, plot.left, plot.right), Scale(0, 1, plot.bottom, plot.top)
    parts = [key, axis_caption(0, plot.top - 10, upward), axis_caption(plot.right, plot.bottom + 34, across, "end")]
    for tick in np.linspace(0, 1, 6):
        parts.append(line(plot.left, y(tick), plot.right, y(tick), RULE, 0.6))
        parts.append(label(plot.left - 6, y(tick) + 4, f"{tick:.1f}", anchor="end", fill=MUTED))
        parts.append(label(x(tick), plot.bottom + 16, f"{tick:.1f}", anchor="middle", fill=MUTED))
    parts.append(line(plot.left, plot.bottom, plot.right, plot.top, MUTED, 0.9))
    for place, (_, points) in enumerate(series):
        at = [(x(claimed), y(happened)) for claimed, happened in points]
        parts.append(line_path(at, INK, 1.8, _DASHES[place % len(_DASHES)]))
        parts.extend(element("circle", cx=across_, cy=up, r=2.5, fill=INK) for across_, up in at)
    return _svg(head, "claims", (plot.right + 24, plot.bottom + 44), parts, across)


def _svg(head: Head, kind: str, size: tuple[float, float], parts: Sequence[Markup], description: str) -> str:
    """Frame the parts; the numbers stand in the report's own tables."""
    numbers = numbers_table(head, (Column(head.title),), ())
    return drawing(head, kind, size, parts, description, numbers).svg
