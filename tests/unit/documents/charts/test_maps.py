"""Maps colour only what the data tell apart, and read in black and white."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.documents.charts import (
    Choropleth,
    Standing,
    TileGroup,
    TileMap,
    draw_choropleth,
    draw_tile_map,
    read_boundaries,
)
from tianping.documents.charts.fills import Fills
from tianping.documents.charts.hatching import Hatching, hatch_data
from tianping.documents.charts.inputs import Benchmarks
from tianping.documents.charts.theme import ABOVE_FILLS, BELOW_FILLS, GREY_FILL, PAPER
from tianping.terms import InputError
from unit.documents.samples import DATA, areas, estimate, head

SVG = "{http://www.w3.org/2000/svg}"


def lightness(colour: str) -> float:
    """CIE lightness L* of a colour, 0–100."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio."""
    high, low = sorted((((lightness(c) + 16) / 116) ** 3 for c in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_steps_above_normal_darken_evenly_and_the_lightest_differs_from_grey() -> None:
    levels = [lightness(colour) for colour in ABOVE_FILLS]
    gaps = [earlier - later for earlier, later in pairwise(levels)]
    assert min(gaps) >= 9
    assert lightness(GREY_FILL) - levels[0] >= 6


def test_everything_below_normal_or_without_a_figure_is_lined_and_nothing_else() -> None:
    fills = Fills(head("m", "en"), Benchmarks())
    lined = {
        value: fills.of(estimate("a", "a", value, Standing.TOLD_APART)).hatching is not None
        for value in (90.0, 98.0, 102.9, 103.0, 107.0, 107.1, 115.0, 150.0)
    }
    assert [value for value, is_lined in lined.items() if is_lined] == [90.0, 98.0, 102.9]
    assert fills.of(estimate("a", "a", 150, Standing.SUPPRESSED)).hatching is not None
    assert fills.of(estimate("a", "a", None, Standing.NO_DATA)).hatching is not None
    assert fills.of(estimate("a", "a", 150, Standing.INDISTINGUISHABLE)).hatching is None


@given(st.floats(40, 400))
def test_whatever_cannot_be_told_apart_is_grey(srb: float) -> None:
    fills = Fills(head("m", "en"), Benchmarks())
    assert fills.of(estimate("a", "a", srb, Standing.INDISTINGUISHABLE)).ground == GREY_FILL


@given(st.floats(40, 400), st.floats(40, 400))
def test_a_higher_ratio_never_gets_a_lighter_fill_above_normal(one: float, other: float) -> None:
    fills = Fills(head("m", "en"), Benchmarks())
    low, high = (fills.of(estimate("a", "a", srb, Standing.TOLD_APART)) for srb in sorted((one, other)))
    if min(one, other) > 107:
        assert lightness(high.ground) <= lightness(low.ground)


@given(st.floats(40, 400), st.sampled_from(list(Standing)))
def test_letters_on_a_fill_can_be_read(srb: float, standing: Standing) -> None:
    fill = Fills(head("m", "en"), Benchmarks()).of(estimate("a", "a", srb, standing))
    assert contrast(fill.ink, fill.ground) >= 3.9


def test_the_benchmarks_move_the_classes() -> None:
    fills = Fills(head("m", "en"), Benchmarks(normal_upper=112.0))
    assert fills.of(estimate("a", "a", 111, Standing.TOLD_APART)).name == "normal"
    assert fills.of(estimate("a", "a", 113, Standing.TOLD_APART)).ground in ABOVE_FILLS
    assert fills.of(estimate("a", "a", 102, Standing.TOLD_APART)).ground == BELOW_FILLS[0]


@pytest.mark.parametrize("kind", ["tiles", "shapes"])
def test_every_map_has_a_legend_that_counts_its_areas(kind: str) -> None:
    if kind == "tiles":
        chart = draw_tile_map(TileMap(head("m", "en"), areas(["x"])))
        expected = 6
    else:
        boundaries = read_boundaries(DATA / "squares.geojson", "code")
        drawn = (estimate("W", "x", 125, Standing.TOLD_APART),)
        chart = draw_choropleth(Choropleth(head("m", "en"), drawn, boundaries))
        expected = 2
    texts = [element.text or "" for element in ET.fromstring(chart.svg).iter(f"{SVG}text")]
    assert sum(int(found[1]) for told in texts if (found := re.search(r"\((\d+)\)$", told))) == expected


def test_a_suppressed_figure_is_nowhere_in_a_map() -> None:
    chart = draw_tile_map(TileMap(head("m", "en"), (estimate("a", "a", 133.7, Standing.SUPPRESSED),)))
    told = f"{chart.svg} {chart.description} {chart.table.rows}"
    assert "133" not in told


def tiles(svg: str) -> list[tuple[float, float, float, float]]:
    found = [rect for rect in ET.fromstring(svg).iter(f"{SVG}rect") if rect.get("class") == "mark"]
    return [tuple(float(rect.get(name, "nan")) for name in ("x", "y", "width", "height")) for rect in found]  # type: ignore[misc]


@costly(25)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["", "r1", "r2"])), min_size=1, max_size=25))
def test_every_area_has_its_tile_and_no_two_tiles_meet(shape: list[tuple[int, str]]) -> None:
    groups = tuple(TileGroup(f"g{n}", f"Group {n}", row) for n, (_, row) in enumerate(shape))
    members = tuple(
        estimate(f"{n}-{k}", "x", 120, Standing.TOLD_APART, group=f"g{n}")
        for n, (size, _) in enumerate(shape)
        for k in range(size)
    )
    chart = draw_tile_map(TileMap(head("m", "en"), members, groups))
    placed = tiles(chart.svg)
    assert len(placed) == len(members)
    assert max(Counter((x, y) for x, y, *_ in placed).values(), default=1) == 1
    for x, y, width, height in placed:
        assert x >= 0
        assert x + width <= chart.width
        assert y + height <= chart.height


def test_thousands_of_areas_fit_on_one_page() -> None:
    groups = tuple(TileGroup(f"g{n}", f"P{n}") for n in range(31))
    members = tuple(estimate(str(n), "x", 120, Standing.TOLD_APART, group=f"g{n % 31}") for n in range(2857))
    chart = draw_tile_map(TileMap(head("m", "en"), members, groups))
    assert chart.height < 1.4 * chart.width
    assert len(tiles(chart.svg)) == 2857


def test_an_area_of_an_unknown_group_is_refused() -> None:
    with pytest.raises(InputError, match="tile_group_unknown"):
        draw_tile_map(
            TileMap(head("m", "en"), (estimate("a", "a", 120, Standing.TOLD_APART, group="?"),), (TileGroup("g", "g"),))
        )


sides = st.floats(2, 80)


@given(st.sampled_from([0, 1, -1]), st.floats(2, 9), st.floats(0, 50), st.floats(0, 50), sides, sides)
def test_hatching_stays_within_its_box(slope: int, gap: float, x: float, y: float, width: float, height: float) -> None:
    data = hatch_data(Hatching(slope, gap, 1.0, PAPER), x, y, width, height)
    for across, upright in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", data):
        assert x - 0.06 <= float(across) <= x + width + 0.06
        assert y - 0.06 <= float(upright) <= y + height + 0.06


@pytest.mark.parametrize("slope", [0, 1, -1])
def test_hatching_of_neighbours_lies_on_one_grid(slope: int) -> None:
    hatching = Hatching(slope, 6.0, 1.0, PAPER)
    ends = re.findall(
        r"M([-\d.]+) ([-\d.]+)", hatch_data(hatching, 13, 7, 40, 40) + hatch_data(hatching, 53, 7, 40, 40)
    )
    assert len(ends) > 8
    assert {round((float(y) + slope * float(x)) % 6.0, 6) for x, y in ends} == {0.0}
