"""Projections of longitudes and latitudes onto the plane, true to area."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tianping.documents.charts.inputs import Boundaries, Ring

Position = tuple[float, float]
Projection = Callable[[Position], Position]


@dataclass(frozen=True)
class Bounds:
    """The box around projected shapes."""

    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, positions: Iterable[Position]) -> Bounds:
        """Give the box around positions."""
        held = list(positions)
        across, upright = [x for x, _ in held], [y for _, y in held]
        return cls(min(across), min(upright), max(across), max(upright))


def every_ring(boundaries: Boundaries) -> list[Ring]:
    """Give all rings of all areas."""
    return [ring for polygons in boundaries.shapes.values() for polygon in polygons for ring in polygon]


def projection_for(boundaries: Boundaries) -> Projection:
    """Choose a projection for a layer.

    Planar coordinates stay as they are. Degrees get Albers' equal-area conic projection with standard parallels
    a sixth of the height inside the layer (Snyder, Map Projections, USGS 1395, 1987, p. 98–100), or Lambert's
    cylindrical one (p. 76–77) where the layer straddles the equator and the cone would open too far.
    """
    positions = [position for ring in every_ring(boundaries) for position in ring]
    if any(abs(x) > 360.0 or abs(y) > 90.0 for x, y in positions):
        return lambda position: position
    middle = _middle_longitude([x for x, _ in positions])
    south, north = min(y for _, y in positions), max(y for _, y in positions)
    sixth = (north - south) / 6.0
    first, second = math.radians(south + sixth), math.radians(north - sixth)
    cone = (math.sin(first) + math.sin(second)) / 2.0
    return _cylindrical(middle, (first + second) / 2.0) if abs(cone) < 0.05 else _conic(middle, first, cone)


def _middle_longitude(longitudes: list[float]) -> float:
    """Give the middle of the shortest arc that holds all longitudes, so that no layer is cut at 180°."""
    around = sorted({x % 360.0 for x in longitudes})
    gaps = [(later - earlier, later) for earlier, later in zip(around, [*around[1:], around[0] + 360.0], strict=True)]
    widest, start = max(gaps)
    return (start + (360.0 - widest) / 2.0) % 360.0


def _away(longitude: float, middle: float) -> float:
    return math.radians((longitude - middle + 180.0) % 360.0 - 180.0)


def _cylindrical(middle: float, parallel: float) -> Projection:
    def project(position: Position) -> Position:
        longitude, latitude = position
        return _away(longitude, middle) * math.cos(parallel), math.sin(math.radians(latitude)) / math.cos(parallel)

    return project


def _conic(middle: float, first: float, cone: float) -> Projection:
    constant = math.cos(first) ** 2 + 2.0 * cone * math.sin(first)

    def project(position: Position) -> Position:
        longitude, latitude = position
        radius = math.sqrt(max(constant - 2.0 * cone * math.sin(math.radians(latitude)), 0.0)) / cone
        angle = cone * _away(longitude, middle)
        return radius * math.sin(angle), -radius * math.cos(angle)

    return project
