"""Fills of maps: colours that diverge from the normal band, grey for what cannot be told apart, and their legend."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.charts.areas import what_differs
from tianping.documents.charts.hatching import Hatching, hatch_data, hatch_lines
from tianping.documents.charts.inputs import AreaEstimate, Benchmarks, Head, Standing
from tianping.documents.charts.plot import srb_text_short
from tianping.documents.charts.theme import (
    ABOVE_FILLS,
    BELOW_FILLS,
    GREY_FILL,
    HATCH,
    INK,
    MUTED,
    NORMAL_FILL,
    PAPER,
)
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import count_text
from tianping.locale import text

_ABOVE_STEPS = (110.0, 115.0, 120.0, 130.0)
_BELOW_STEP = 98.0


_BELOW = Hatching(0, 3.0, 1.0, PAPER)
_WITHOUT = {
    Standing.NO_DATA: Hatching(1, 6.0, 0.8, HATCH),
    Standing.SUPPRESSED: Hatching(-1, 3.0, 0.8, HATCH),
}


@dataclass(frozen=True)
class Fill:
    """One class of a map's legend.

    Attributes:
        name: name of the class.
        ground: its colour.
        told: what the class means.
        hatching: lines over the ground; None when there are none.
    """

    name: str
    ground: str
    told: str
    hatching: Hatching | None = None

    @property
    def ink(self) -> str:
        """Colour of letters on this fill."""
        return PAPER if self.ground in (*ABOVE_FILLS[3:], BELOW_FILLS[-1]) else INK

    @property
    def outline(self) -> str:
        """Colour of the line around it, stronger where the ground is nearly that of the paper."""
        return MUTED if self.ground in (PAPER, NORMAL_FILL) else PAPER


class Fills:
    """The fills of one map, by the name of their class, in the order of the legend."""

    def __init__(self, head: Head, benchmarks: Benchmarks) -> None:
        """Work out classes, colours and texts."""
        self._head = head
        self._benchmarks = benchmarks
        self._steps = (benchmarks.normal_upper, *(step for step in _ABOVE_STEPS if step > benchmarks.normal_upper))
        self._fills = {fill.name: fill for fill in (*self._above(), *self._normal_and_below(), *self._uncoloured())}

    def of(self, area: AreaEstimate) -> Fill:
        """Give an area's fill."""
        return self._fills[self._class(area)]

    def _class(self, area: AreaEstimate) -> str:
        if area.standing is not Standing.TOLD_APART:
            return area.standing.value
        if area.estimate is None:
            return Standing.NO_DATA.value
        if area.estimate > self._benchmarks.normal_upper:
            return f"above-{bisect.bisect_left(self._steps, area.estimate)}"
        if area.estimate >= self._benchmarks.normal_lower:
            return "normal"
        return "below-1" if area.estimate >= _BELOW_STEP else "below-2"

    def _above(self) -> list[Fill]:
        colours = ABOVE_FILLS[-len(self._steps) :]
        fills = []
        for position in range(len(self._steps), 0, -1):
            edges = self._steps[position - 1 : position + 1]
            told = self._told("between" if len(edges) == 2 else "over", *edges)
            fills.append(Fill(f"above-{position}", colours[position - 1], told))
        return fills

    def _normal_and_below(self) -> list[Fill]:
        lower, language = self._benchmarks.normal_lower, self._head.language
        return [
            Fill(
                "normal", NORMAL_FILL, text("documents.standing.told_within", language, what=what_differs(self._head))
            ),
            Fill("below-1", BELOW_FILLS[0], self._told("between", _BELOW_STEP, lower), _BELOW),
            Fill("below-2", BELOW_FILLS[1], self._told("under", _BELOW_STEP), _BELOW),
        ]

    def _uncoloured(self) -> list[Fill]:
        fills = []
        for standing in (Standing.INDISTINGUISHABLE, Standing.NO_DATA, Standing.SUPPRESSED):
            told = text(f"documents.standing.{standing}", self._head.language, what=what_differs(self._head))
            ground = GREY_FILL if standing is Standing.INDISTINGUISHABLE else PAPER
            fills.append(Fill(standing.value, ground, told, _WITHOUT.get(standing)))
        return fills

    def _told(self, key: str, *edges: float) -> str:
        values = {name: srb_text_short(edge, self._head.language) for name, edge in zip("ab", edges, strict=False)}
        return text(f"documents.map.{key}", self._head.language, **values)

    def legend_items(self, areas: Sequence[AreaEstimate]) -> list[tuple[Markup, str]]:
        """Give swatches and texts of the classes that occur, each with its number of areas."""
        language = self._head.language
        counted = Counter(self._class(area) for area in areas)
        items = []
        for name, fill in self._fills.items():
            if counted[name]:
                swatch = _swatch(fill)
                told = text(
                    "documents.map.with_count", language, told=fill.told, count=count_text(counted[name], language)
                )
                items.append((swatch, told))
        return items


def _swatch(fill: Fill) -> Markup:
    ground = element("rect", x=0, y=0, width=16, height=11, fill=fill.ground, stroke=MUTED, stroke_width=0.5)
    if fill.hatching is None:
        return ground
    return join([ground, hatch_lines(fill.hatching, hatch_data(fill.hatching, 0, 0, 16, 11))])
