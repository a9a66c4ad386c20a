"""Names beside marks, placed so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.plot import Plot
from tianping.documents.charts.svg import label
from tianping.documents.charts.theme import PAPER, SMALL_SIZE
from tianping.documents.markup import Markup, join

#: Where a name may stand relative to its mark: shift of its start, middle or end and of its base line.
AROUND = (
    ("start", 6.0, 3.5),
    ("end", -6.0, 3.5),
    ("middle", 0.0, -6.5),
    ("middle", 0.0, 14.0),
    ("start", 5.0, -5.0),
    ("end", -5.0, -5.0),
    ("start", 5.0, 12.0),
    ("end", -5.0, 12.0),
)
#: Beside its mark only, off an upright bar through it.
BESIDE = tuple(place for place in AROUND if place[0] != "middle")
#: A name in the middle of its area.
CENTRE = (("middle", 0.0, 3.5),)
_SHIFT = {"start": 0.0, "middle": 0.5, "end": 1.0}
_MARK = 3.5


@dataclass(frozen=True)
class Spot:
    """A mark and its name."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def place_labels(
    spots: Sequence[Spot],
    marks: Sequence[tuple[float, float]],
    plot: Plot,
    places: Sequence[tuple[str, float, float]] = AROUND,
    lines: Sequence[float] = (),
) -> Markup:
    """Name the spots in order of importance; a name that finds no free place is left out.

    Args:
        spots: marks to name, the most important first.
        marks: all marks that names must not cover.
        plot: the room there is.
        places: where a name may stand, the best place first.
        lines: heights of level lines that names keep off where they can.
    """
    taken = [_Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for x, y in marks]
    ruled = [_Box(plot.left, y - 1, plot.right, y + 1) for y in lines]
    drawn: list[Markup] = []
    for spot in spots:
        found = _free_place(spot, places, [*taken, *ruled], plot) or _free_place(spot, places, taken, plot)
        if found is not None:
            box, (anchor, dx, dy) = found
            taken.append(box)
            drawn.append(label(spot.x + dx, spot.y + dy, spot.name, size=SMALL_SIZE, anchor=anchor, halo=PAPER))
    return join(drawn)


def _free_place(
    spot: Spot, places: Sequence[tuple[str, float, float]], taken: Sequence[_Box], plot: Plot
) -> tuple[_Box, tuple[str, float, float]] | None:
    width = text_width(spot.name, SMALL_SIZE)
    for anchor, dx, dy in places:
        left = spot.x + dx - width * _SHIFT[anchor]
        box = _Box(left, spot.y + dy - SMALL_SIZE * 0.85, left + width, spot.y + dy + 2)
        inside = box.left >= plot.left and box.right <= plot.right and box.top >= plot.top
        if inside and box.bottom <= plot.bottom and not any(box.meets(other) for other in taken):
            return box, (anchor, dx, dy)
    return None
