"""Boundaries are read from GeoJSON and TopoJSON, or refused with a reason."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.documents.charts import (
    Boundaries,
    Choropleth,
    Standing,
    draw_choropleth,
    match_boundaries,
    parse_boundaries,
    read_boundaries,
)
from tianping.documents.charts.projection import projection_for
from tianping.terms import InputError
from unit.documents.samples import DATA, estimate, head

WEST = ((110, 30), (111, 30), (111, 31), (110, 31), (110, 30))


def rounded(boundaries: Boundaries) -> dict[str, list[list[set[tuple[float, float]]]]]:
    """Rings as sets of corners: where a ring begins and which way it turns does not matter."""
    return {
        code: [[{(round(x, 9), round(y, 9)) for x, y in ring} for ring in polygon] for polygon in polygons]
        for code, polygons in boundaries.shapes.items()
    }


def test_both_forms_of_the_same_layer_give_the_same_shapes() -> None:
    geojson = read_boundaries(DATA / "squares.geojson", "code")
    topojson = read_boundaries(DATA / "squares.topojson", "code")
    assert rounded(geojson) == rounded(topojson)
    assert set(geojson.shapes) == {"W", "E"}
    assert [len(polygon) for polygon in geojson.shapes["E"]] == [2, 1]


def test_rings_of_shared_arcs_are_closed_and_hold_each_corner_once() -> None:
    ring = read_boundaries(DATA / "squares.topojson", "code").shapes["W"][0][0]
    assert ring[0] == ring[-1]
    assert len(ring) == len(set(ring)) + 1 == 5


def test_the_code_may_be_the_features_own_id() -> None:
    assert set(read_boundaries(DATA / "squares.topojson", "id").shapes) == {"7", "8"}


steps = st.tuples(st.integers(-50, 50), st.integers(-50, 50))


@given(st.lists(steps, min_size=4, max_size=30), st.floats(1e-4, 1.0), st.floats(-170, 170))
def test_delta_coded_arcs_decode_to_the_sums_of_their_steps(
    arc: list[tuple[int, int]], scale: float, shift: float
) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [scale, scale], "translate": [shift, 0]},
        "objects": {"o": {"type": "Polygon", "properties": {"code": "a"}, "arcs": [[0]]}},
        "arcs": [arc],
    }
    ring = parse_boundaries(topology, "code").shapes["a"][0][0]
    for n, (x, y) in enumerate(ring, start=1):
        assert x == pytest.approx(sum(step[0] for step in arc[:n]) * scale + shift)
        assert y == pytest.approx(sum(step[1] for step in arc[:n]) * scale)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("no json", "boundaries_unreadable"),
        ('{"type": "Feature"}', "boundaries_kind_unknown"),
        ("[]", "boundaries_kind_unknown"),
        (
            '{"type": "Topology", "objects": {"o": {"type": "Polygon", "arcs": [[3]]}}, "arcs": []}',
            "boundaries_unreadable",
        ),
        (
            '{"type": "FeatureCollection", "features": [{"properties": {"x": 1}, '
            '"geometry": {"type": "Polygon", "coordinates": [[]]}}]}',
            "boundaries_code_missing",
        ),
    ],
)
def test_what_is_no_layer_is_refused(written: str, key: str, tmp_path: Path) -> None:
    file = tmp_path / "layer.json"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=key):
        read_boundaries(file, "code")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="boundaries_unreadable"):
        read_boundaries(tmp_path / "nowhere.json", "code")


def test_what_does_not_match_is_reported_on_both_sides() -> None:
    boundaries = read_boundaries(DATA / "squares.geojson", "code", "a survey")
    areas = (estimate("W", "west", 120, Standing.TOLD_APART), estimate("X", "lost", 120, Standing.TOLD_APART))
    match = match_boundaries(areas, boundaries)
    assert match.areas_without_shape == ("lost",)
    assert match.shapes_without_area == ("E",)
    notes = " ".join(draw_choropleth(Choropleth(head("m", "en"), areas, boundaries)).notes)
    for told in ("lost", "E", "a survey"):
        assert told in notes


def test_a_layer_that_matches_nothing_is_refused() -> None:
    boundaries = read_boundaries(DATA / "squares.geojson", "code")
    with pytest.raises(InputError, match="boundaries_match_nothing"):
        draw_choropleth(Choropleth(head("m", "en"), (estimate("X", "x", 120, Standing.TOLD_APART),), boundaries))


def cell(west: float, south: float, size: float = 0.5) -> tuple[tuple[float, float], ...]:
    east, north = west + size, south + size
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def plane_area(boundaries: Boundaries, code: str) -> float:
    project = projection_for(boundaries)
    ring = [project(position) for position in boundaries.shapes[code][0][0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))) / 2


def sphere_area(south: float, size: float = 0.5) -> float:
    return math.radians(size) * (math.sin(math.radians(south + size)) - math.sin(math.radians(south)))


@pytest.mark.parametrize(("south", "north"), [(18.0, 53.0), (-10.0, 9.0), (-55.0, -20.0)])
@pytest.mark.parametrize("west", [100.0, 175.0])
def test_projections_are_true_to_area_even_across_the_date_line(south: float, north: float, west: float) -> None:
    boundaries = Boundaries({"s": ((cell(west, south),),), "n": ((cell(west + 9, north),),)})
    expected = sphere_area(south) / sphere_area(north)
    assert plane_area(boundaries, "s") / plane_area(boundaries, "n") == pytest.approx(expected, rel=2e-3)


def test_planar_coordinates_stay_as_they_are() -> None:
    boundaries = Boundaries({"a": ((((500_000, 4_000_000), (500_100, 4_000_000), (500_100, 4_000_100)),),)})
    assert projection_for(boundaries)((500_000, 4_000_000)) == (500_000, 4_000_000)


def test_a_layer_can_be_given_as_loaded_data() -> None:
    loaded = json.loads((DATA / "squares.geojson").read_text(encoding="utf-8"))
    assert parse_boundaries(loaded, "code").shapes["W"] == ((WEST,),)
