"""Letters, scales and names find room."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.documents.charts.labels import Spot, place_labels
from tianping.documents.charts.lettering import fit, text_width
from tianping.documents.charts.plot import Plot
from tianping.documents.charts.scales import Scale, count_scale, count_ticks, srb_scale, srb_ticks
from tianping.documents.charts.theme import SMALL_SIZE
from tianping.documents.markup import element


def test_a_wide_letter_takes_one_em_and_a_latin_one_a_little_over_half() -> None:
    assert text_width("\u5929\u5e73", 10) == 20
    assert text_width("ab", 10) == pytest.approx(11)


@given(st.text(max_size=40), st.floats(0, 200))
def test_a_fitted_text_fits_and_is_whole_or_marked_as_cut(words: str, width: float) -> None:
    fitted = fit(words, width, 10)
    assert text_width(fitted, 10) <= width or fitted == ""
    assert fitted in ("", words) or fitted.endswith("\N{HORIZONTAL ELLIPSIS}")


@given(st.floats(1, 1e6), st.floats(1, 1e6))
def test_count_axes_hold_their_values_and_ticks_keep_apart(one: float, other: float) -> None:
    scale = count_scale(min(one, other), max(one, other), 40, 700)
    assert scale.holds(one)
    assert scale.holds(other)
    ticks = count_ticks(scale)
    assert 1 <= len(ticks) <= 14
    places = [scale(tick) for tick in ticks]
    assert all(later - earlier >= 40 for earlier, later in pairwise(places))


@given(st.lists(st.floats(1, 1e4), max_size=5))
def test_ratio_axes_always_show_the_normal_band_and_the_alert_line(values: list[float]) -> None:
    scale = srb_scale(values, 300, 0, within=(55, 220))
    assert all(scale.holds(ratio) for ratio in (103, 107, 115))
    assert len(srb_ticks(scale)) >= 2


def test_equal_ratios_take_equal_room() -> None:
    scale = Scale(50, 200, 300, 0, is_log=True)
    assert scale(50) - scale(100) == pytest.approx(scale(100) - scale(200))
    assert scale(1000) == 0


places = st.tuples(st.floats(10, 290), st.floats(10, 190))


@given(st.lists(places, min_size=1, max_size=25))
def test_no_name_covers_another_or_leaves_the_plot(points: list[tuple[float, float]]) -> None:
    plot = Plot(0, 0, 300, 200)
    drawn = place_labels([Spot(x, y, f"area {n}") for n, (x, y) in enumerate(points)], points, plot)
    boxes = []
    for text in ET.fromstring(element("g", drawn)):
        width = text_width(text.text or "", SMALL_SIZE)
        left = float(text.get("x", 0)) - width * {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
        boxes.append((left, float(text.get("y", 0)) - SMALL_SIZE * 0.85, left + width, float(text.get("y", 0)) + 2))
    for n, (left, top, right, bottom) in enumerate(boxes):
        assert left >= -0.01
        assert right <= 300.01
        assert top >= -0.01
        assert bottom <= 200.01
        for other in boxes[:n]:
            assert (
                left >= other[2] - 0.02
                or other[0] >= right - 0.02
                or top >= other[3] - 0.02
                or other[1] >= bottom - 0.02
            )


def test_names_keep_off_level_lines_where_they_can() -> None:
    drawn = place_labels([Spot(100, 100, "area")], [(100, 100)], Plot(0, 0, 300, 200), lines=[100])
    assert float(re.findall(r' y="([\d.]+)"', drawn)[0]) < 97
