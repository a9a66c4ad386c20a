"""Reading boundaries of areas from GeoJSON and TopoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tianping.documents.charts.inputs import Boundaries, Ring
from tianping.terms import InputError

Polygon = tuple[Ring, ...]


def read_boundaries(file: Path, code_property: str, source: str = "") -> Boundaries:
    """Read a boundary layer from a GeoJSON or TopoJSON file.

    Args:
        file: the file.
        code_property: property that holds the area's code; `id` also means the feature's own id.
        source: who made the layer, under which licence or map approval number.

    Raises:
        InputError: `boundaries_unreadable`, `boundaries_kind_unknown` or `boundaries_code_missing`.
    """
    try:
        loaded = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError("boundaries_unreadable", file=file.name) from error
    return parse_boundaries(loaded, code_property, source, file.name)


def parse_boundaries(loaded: object, code_property: str, source: str = "", file: str = "") -> Boundaries:
    """Make boundaries of a loaded GeoJSON or TopoJSON object; areas in several features are put together.

    Raises:
        InputError: `boundaries_unreadable`, `boundaries_kind_unknown` or `boundaries_code_missing`.
    """
    kind = loaded.get("type") if isinstance(loaded, dict) else None
    if not isinstance(loaded, dict) or kind not in ("FeatureCollection", "Topology"):
        raise InputError("boundaries_kind_unknown", file=file, kind=str(kind)[:30])
    try:
        features = _geojson(loaded) if kind == "FeatureCollection" else _topojson(loaded)
        return Boundaries(_by_code(features, code_property, file), source)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError("boundaries_unreadable", file=file) from error


def _by_code(
    features: Iterable[tuple[Mapping[str, Any], list[Polygon]]], code_property: str, file: str
) -> dict[str, tuple[Polygon, ...]]:
    shapes: dict[str, tuple[Polygon, ...]] = {}
    for feature, polygons in features:
        if not polygons:
            continue
        properties = feature.get("properties") or {}
        code = properties.get(code_property, feature.get("id") if code_property == "id" else None)
        if code is None:
            raise InputError(
                "boundaries_code_missing", file=file, property=code_property, known=", ".join(sorted(properties))
            )
        shapes[str(code)] = (*shapes.get(str(code), ()), *polygons)
    return shapes


def _geojson(loaded: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Polygon]]]:
    return [(feature, _polygons(feature.get("geometry"), _ring)) for feature in loaded["features"]]


def _ring(positions: Any) -> Ring:
    return tuple((float(position[0]), float(position[1])) for position in positions)


def _polygons(geometry: Mapping[str, Any] | None, ring: Any, member: str = "coordinates") -> list[Polygon]:
    """Give the polygons of a geometry; points and lines have none. `ring` turns what it holds into a ring."""
    kind = geometry.get("type") if geometry else None
    if geometry is None or kind is None:
        return []
    if kind == "GeometryCollection":
        return [polygon for part in geometry["geometries"] for polygon in _polygons(part, ring, member)]
    if kind == "Polygon":
        return [tuple(ring(told) for told in geometry[member])]
    if kind == "MultiPolygon":
        return [tuple(ring(told) for told in polygon) for polygon in geometry[member]]
    return []


def _topojson(loaded: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], list[Polygon]]]:
    arcs = _arcs(loaded)

    def ring(numbers: list[int]) -> Ring:
        """Put arcs together; a negative number ~n means arc n backwards, and arcs share their ends."""
        positions: list[tuple[float, float]] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            positions.extend(arc[1:] if positions else arc)
        return tuple(positions)

    geometries: list[Mapping[str, Any]] = []
    for part in loaded["objects"].values():
        geometries.extend(part["geometries"] if part.get("type") == "GeometryCollection" else [part])
    return [(geometry, _polygons(geometry, ring, "arcs")) for geometry in geometries]


def _arcs(loaded: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """Decode arcs: with a transform, each position is a step from the one before on an integer grid."""
    transform = loaded.get("transform")
    if transform is None:
        return [[(float(x), float(y)) for x, y, *_ in arc] for arc in loaded["arcs"]]
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    decoded = []
    for arc in loaded["arcs"]:
        x = y = 0
        positions = []
        for step_x, step_y, *_ in arc:
            x, y = x + step_x, y + step_y
            positions.append((x * scale_x + shift_x, y * scale_y + shift_y))
        decoded.append(positions)
    return decoded
