"""Choropleth: estimates on a map of areas with boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.charts.areas import area_told, areas_description, areas_table
from tianping.documents.charts.fills import Fill, Fills
from tianping.documents.charts.hatching import hatch_within
from tianping.documents.charts.inputs import AreaEstimate, Boundaries, Choropleth, Ring, Standing
from tianping.documents.charts.labels import CENTRE, Spot, place_labels
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.plot import Plot, legend
from tianping.documents.charts.projection import Bounds, Position, Projection, every_ring, projection_for
from tianping.documents.charts.svg import area_mark, drawing, links_in_tab_order, path_data
from tianping.documents.charts.theme import MUTED, SMALL_SIZE, WIDTH
from tianping.documents.content import Chart
from tianping.documents.markup import Markup, element
from tianping.locale import text
from tianping.terms import InputError

_WIDTH = WIDTH
_TALLEST = 640.0
#: Points nearer than this to the one before are left out, in pixels.
_NEAREST = 0.5
#: Above so many areas none is named on the map.
_MOST_NAMED = 60


@dataclass(frozen=True)
class Match:
    """How areas and boundaries found each other.

    Attributes:
        areas_without_shape: names of areas that the layer does not hold.
        shapes_without_area: codes of the layer that no area has.
    """

    areas_without_shape: tuple[str, ...]
    shapes_without_area: tuple[str, ...]


def match_boundaries(areas: Sequence[AreaEstimate], boundaries: Boundaries) -> Match:
    """Compare the codes of areas and boundaries."""
    codes = {area.code for area in areas}
    return Match(
        tuple(area.name for area in areas if area.code not in boundaries.shapes),
        tuple(code for code in boundaries.shapes if code not in codes),
    )


def draw_choropleth(choropleth: Choropleth) -> Chart:
    """Draw a map; what did not match is left out or hatched, and reported in the notes.

    Raises:
        InputError: `boundaries_match_nothing` when no area has a shape.
    """
    head, language = choropleth.head, choropleth.head.language
    match = match_boundaries(choropleth.areas, choropleth.boundaries)
    if len(match.areas_without_shape) == len(choropleth.areas):
        raise InputError("boundaries_match_nothing", areas=len(choropleth.areas))
    fills = Fills(head, choropleth.benchmarks)
    areas = [*_drawn(choropleth), *_strangers(match)]
    key, key_height = legend(fills.legend_items(areas), 0, 0, _WIDTH)
    place, height = _placer(choropleth.boundaries, key_height + 8)
    in_tab_order = links_in_tab_order(area.href for area in areas)
    shapes: list[Markup] = []
    hatched: dict[Fill, str] = {}
    spots: list[tuple[float, Spot]] = []
    for area in areas:
        rings = [ring for polygon in choropleth.boundaries.shapes[area.code] for ring in polygon]
        placed = [place(ring) for ring in rings]
        fill = fills.of(area)
        outline = _outline(placed)
        if fill.hatching is not None:
            hatched[fill] = hatched.get(fill, "") + outline
        shape = _shape(outline, fill)
        shapes.append(area_mark(shape, area_told(area, head), area.href, in_tab_order=in_tab_order))
        if len(areas) <= _MOST_NAMED and (spot := _spot(area, placed)):
            spots.append(spot)
    largest_first = [spot for _, spot in sorted(spots, key=lambda pair: -pair[0])]
    names = place_labels(largest_first, [], Plot(0, 0, _WIDTH, height), CENTRE)
    size = (_WIDTH, height)
    lines = [
        hatch_within(fill.hatching, f"{head.key}-{fill.name}", outlines, size)
        for fill, outlines in hatched.items()
        if fill.hatching is not None
    ]
    parts = [key, *shapes, *lines, names]
    description = areas_description(choropleth.areas, choropleth.benchmarks, head)
    notes = _notes(match, choropleth.boundaries, language)
    return drawing(head, "map", size, parts, description, areas_table(choropleth.areas, head), notes)


def _drawn(choropleth: Choropleth) -> list[AreaEstimate]:
    return [area for area in choropleth.areas if area.code in choropleth.boundaries.shapes]


def _strangers(match: Match) -> list[AreaEstimate]:
    return [AreaEstimate(code, code, None, None, Standing.NO_DATA) for code in match.shapes_without_area]


def _placer(boundaries: Boundaries, top: float) -> tuple[_Placer, float]:
    project = projection_for(boundaries)
    bounds = Bounds.around(project(position) for ring in every_ring(boundaries) for position in ring)
    across, upright = bounds.right - bounds.left or 1.0, bounds.top - bounds.bottom or 1.0
    scale = min((_WIDTH - 4) / across, _TALLEST / upright)
    left = (_WIDTH - across * scale) / 2
    return _Placer(project, bounds, scale, left, top), top + upright * scale + 4


@dataclass(frozen=True)
class _Placer:
    project: Projection
    bounds: Bounds
    scale: float
    left: float
    top: float

    def __call__(self, ring: Ring) -> list[Position]:
        """Project a ring to pixels and leave out points too near to be seen."""
        kept: list[Position] = []
        for position in ring:
            x, y = self.project(position)
            point = (self.left + (x - self.bounds.left) * self.scale, self.top + (self.bounds.top - y) * self.scale)
            if not kept or abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= _NEAREST:
                kept.append(point)
        return kept


def _outline(rings: Sequence[Sequence[Position]]) -> str:
    return "".join(path_data(ring, closed=True) for ring in rings if len(ring) > 2)


def _shape(outline: str, fill: Fill) -> Markup:
    return element(
        "path", d=outline, fill=fill.ground, fill_rule="evenodd", stroke=MUTED, stroke_width=0.4, class_="mark"
    )


def _spot(area: AreaEstimate, rings: Sequence[Sequence[Position]]) -> tuple[float, Spot] | None:
    """Give an area's size and the place of its name, the middle of its largest ring; None where it does not fit."""
    written = area.short_name or area.name
    largest = max(rings, key=lambda ring: abs(_signed_area(ring)))
    box = Bounds.around(largest)
    if len(largest) < 3 or text_width(written, SMALL_SIZE) > box.right - box.left or box.top - box.bottom < SMALL_SIZE:
        return None
    return abs(_signed_area(largest)), Spot(*_centroid(largest), written)


def _signed_area(ring: Sequence[Position]) -> float:
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2.0


def _centroid(ring: Sequence[Position]) -> Position:
    area = _signed_area(ring)
    if not area:
        return ring[0]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    across = sum((x + u) * (x * v - u * y) for (x, y), (u, v) in pairs)
    upright = sum((y + v) * (x * v - u * y) for (x, y), (u, v) in pairs)
    return across / (6.0 * area), upright / (6.0 * area)


def _notes(match: Match, boundaries: Boundaries, language: str) -> tuple[str, ...]:
    separator = text("documents.chart.list_separator", language)
    notes = []
    for key, found in (("without_shape", match.areas_without_shape), ("without_area", match.shapes_without_area)):
        if found:
            more = text("documents.map.and_more", language) if len(found) > 10 else ""
            names = separator.join(found[:10]) + more
            notes.append(text(f"documents.map.{key}", language, count=len(found), names=names))
    if boundaries.source:
        notes.append(text("documents.map.source", language, source=boundaries.source))
    return tuple(notes)
