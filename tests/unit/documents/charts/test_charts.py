"""What every drawing promises, whatever it shows."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tianping.documents.charts import (
    AreaEstimate,
    Caterpillar,
    Funnel,
    FunnelPoint,
    Head,
    Standing,
    TileMap,
    draw_caterpillar,
    draw_funnel,
    draw_tile_map,
)
from tianping.documents.charts.lettering import text_width
from tianping.documents.charts.theme import ABOVE_MARK, BELOW_MARK, GREY_BAR, GREY_MARK
from tianping.documents.content import Chart
from tianping.terms import Interval
from unit.documents.samples import CHARTS, HOSTILE, LANGUAGES, TEXTS, head

SVG = "{http://www.w3.org/2000/svg}"
EVERY_CHART = pytest.mark.parametrize("kind", CHARTS)
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def drawn(kind: str, language: str) -> Chart:
    return CHARTS[kind](language, TEXTS[language]["townships"])


def parsed(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)


@EVERY_CHART
@EVERY_LANGUAGE
def test_a_drawing_is_valid_and_says_what_it_is(kind: str, language: str) -> None:
    chart = drawn(kind, language)
    svg = parsed(chart)
    assert svg.tag == f"{SVG}svg"
    assert svg.get("viewBox", "").startswith("0 0 ")
    assert svg.get("role") == "img"
    named = {element.get("id"): element.text for element in svg if element.get("id")}
    assert named[svg.get("aria-labelledby")] == chart.title == TEXTS[language]["title"]
    assert named[svg.get("aria-describedby")] == chart.description
    assert len(chart.description) > 10


@EVERY_CHART
@EVERY_LANGUAGE
def test_a_drawing_asks_for_nothing_and_carries_no_style_or_script(kind: str, language: str) -> None:
    for element in parsed(drawn(kind, language)).iter():
        assert element.tag.removeprefix(SVG) not in ("style", "script", "foreignObject", "image", "use")
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert "http" not in value
            assert "url(" not in value or value.startswith("url(#")


@EVERY_CHART
def test_its_names_are_its_own(kind: str) -> None:
    chart = drawn(kind, "en")
    ids = [element.get("id") for element in parsed(chart).iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert all(str(name).startswith(f"{chart.key}-") for name in ids)


@EVERY_CHART
def test_the_same_input_gives_the_same_drawing(kind: str) -> None:
    assert drawn(kind, "zh_Hans") == drawn(kind, "zh_Hans")


@EVERY_CHART
def test_hostile_names_stay_text(kind: str) -> None:
    chart = CHARTS[kind]("en", HOSTILE)
    tags = {element.tag.removeprefix(SVG) for element in parsed(chart).iter()}
    assert not tags & {"script", "img", "iframe"}
    assert "\x00" not in chart.svg


@EVERY_CHART
@EVERY_LANGUAGE
def test_letters_stay_within_the_drawing(kind: str, language: str) -> None:
    chart = drawn(kind, language)
    for x, y, words, size, anchor in letters(parsed(chart), 0.0, 0.0):
        width = text_width(words, size)
        left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        assert left >= -1.0, words
        assert left + width <= chart.width + 1.0, words
        assert size * 0.7 <= y <= chart.height, words


def letters(element: ET.Element, x: float, y: float) -> list[tuple[float, float, str, float, str]]:
    """Every text with its place, moved by the groups around it."""
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    x, y = (x + float(moved[1]), y + float(moved[2])) if moved else (x, y)
    found = [entry for child in element for entry in letters(child, x, y)]
    if element.tag == f"{SVG}text" and element.text:
        place = (x + float(element.get("x", 0)), y + float(element.get("y", 0)))
        found.append((*place, element.text, float(element.get("font-size", 0)), element.get("text-anchor", "start")))
    return found


@EVERY_CHART
@EVERY_LANGUAGE
def test_the_numbers_behind_it_come_with_it(kind: str, language: str) -> None:
    table = drawn(kind, language).table
    assert len(table.rows) > 2 or kind == "choropleth"
    assert table.folded


def area(code: str, standing: Standing, srb: float | None = 125.0, href: str = "") -> AreaEstimate:
    interval = None if srb is None else Interval(srb - 5, srb + 5, 0.9)
    return AreaEstimate(code, f"name {code}", srb, interval, standing, href)


def colours(chart: Chart, name: str) -> set[str]:
    """Colours of the group that tells about an area; letters do not count."""
    for group in parsed(chart).iter(f"{SVG}g"):
        told = group.find(f"{SVG}title")
        if told is not None and (told.text or "").startswith(name):
            marks = [mark for mark in group.iter() if mark.tag != f"{SVG}text"]
            return {value for mark in marks for key in ("fill", "stroke") if (value := mark.get(key))}
    raise AssertionError(name)


def test_only_what_the_data_tell_apart_is_coloured_on_a_caterpillar() -> None:
    areas = (
        area("a", Standing.TOLD_APART),
        area("b", Standing.INDISTINGUISHABLE),
        area("c", Standing.TOLD_APART, 95.0),
    )
    chart = draw_caterpillar(Caterpillar(head("c", "en"), areas))
    assert colours(chart, "name a") == {ABOVE_MARK}
    assert colours(chart, "name b") == {GREY_MARK, GREY_BAR}
    assert colours(chart, "name c") == {BELOW_MARK}


def test_every_colour_of_an_order_gradient_stands_in_its_legend() -> None:
    svg = parsed(drawn("order_gradient", "en"))
    colours_used = {mark.get("fill") for mark in svg.iter() if mark.get("fill") in (ABOVE_MARK, BELOW_MARK, GREY_MARK)}
    assert colours_used == {ABOVE_MARK, GREY_MARK}
    written = [words for _, _, words, _, _ in letters(svg, 0, 0)]
    assert "above the normal range" in written
    assert "cannot be told apart from the normal range" in written


def test_the_estimate_and_the_reference_of_a_trend_are_not_drawn_alike() -> None:
    svg = parsed(drawn("trend", "en"))
    swatches = {(group.find(f"{SVG}line"), group.get("transform", "")) for group in svg.iter(f"{SVG}g")}
    styles = [
        (mark.get("stroke-width"), mark.get("stroke-dasharray"))
        for mark, place in swatches
        if mark is not None and "translate" in place
    ]
    assert len(styles) == len(set(styles)) == 3


@pytest.mark.parametrize("draw", ["caterpillar", "tiles"])
def test_every_area_is_counted_once_in_words_and_what_lies_within_has_its_place_in_the_legend(draw: str) -> None:
    srbs = (125.0, 125.0, 125.0, 95.0, 95.0, 105.0)
    areas = [area(f"a{n}", Standing.TOLD_APART, srb) for n, srb in enumerate(srbs)]
    areas += [area(f"g{n}", Standing.INDISTINGUISHABLE) for n in range(5)]
    given = head("c", "en"), tuple(areas)
    chart = draw_caterpillar(Caterpillar(*given)) if draw == "caterpillar" else draw_tile_map(TileMap(*given))
    assert [int(n) for n in re.findall(r"\b\d+\b", chart.description.split(" Those above")[0])] == [11, 3, 2, 1, 5, 0]
    assert "within the normal range" in [(words.split(" (")[0]) for _, _, words, _, _ in letters(parsed(chart), 0, 0)]


def test_areas_keep_the_order_given_unless_asked_otherwise() -> None:
    areas = (area("a", Standing.TOLD_APART, 110.0), area("b", Standing.TOLD_APART, 130.0))

    def order(*, by_value: bool) -> list[str]:
        svg = draw_caterpillar(Caterpillar(head("c", "en"), areas, by_value=by_value)).svg
        return re.findall(r">(name [ab])<", svg)

    assert order(by_value=False) == ["name a", "name b"]
    assert order(by_value=True) == ["name b", "name a"]


def test_what_cannot_be_drawn_is_told() -> None:
    chart = draw_caterpillar(
        Caterpillar(head("c", "en"), (area("a", Standing.TOLD_APART), area("b", Standing.NO_DATA, None)))
    )
    assert "1" in chart.notes[0]
    points = (FunnelPoint("a", "a", 50, 50), FunnelPoint("b", "b", 0, 0), FunnelPoint("c", "c", 30, 0))
    told = draw_funnel(Funnel(head("f", "en"), points)).notes
    assert len(told) == 2


def test_a_drawing_with_links_is_a_group_and_its_links_are_told() -> None:
    areas = (area("a", Standing.TOLD_APART, href="#row-a"), area("b", Standing.TOLD_APART))
    svg = parsed(draw_tile_map(TileMap(head("t", "en"), areas)))
    links = list(svg.iter(f"{SVG}a"))
    assert svg.get("role") == "group"
    assert [link.get("href") for link in links] == ["#row-a"]
    assert "name a" in str(links[0].get("aria-label"))


def test_many_links_stay_out_of_the_tab_order() -> None:
    areas = tuple(area(f"a{n}", Standing.TOLD_APART, href="#row-a") for n in range(61))
    links = list(parsed(draw_tile_map(TileMap(head("t", "en"), areas))).iter(f"{SVG}a"))
    assert len(links) == 61
    assert {link.get("tabindex") for link in links} == {"-1"}


def test_a_funnel_names_nothing_in_words_when_it_would_have_to_choose() -> None:
    far = tuple(FunnelPoint(f"p{n:02d}", f"far {n:02d}", 900, 500) for n in range(13))
    assert "far 05" in draw_funnel(Funnel(head("f", "en"), far[:12])).description
    assert "far 05" not in draw_funnel(Funnel(head("f", "en"), far)).description


def test_a_funnel_says_what_it_counts_and_names_nobody_when_asked_not_to() -> None:
    points = (FunnelPoint("a", "far", 900, 500), FunnelPoint("b", "none", 0, 0))
    chart = draw_funnel(Funnel(Head("f", "en", "Age 0"), points, max_labels=0, counted="children aged 0"))
    assert "irths" not in "".join((chart.svg, *chart.notes, *(column.title for column in chart.table.columns)))
    assert "number of children aged 0" in chart.description
    assert [words for _, _, words, _, _ in letters(parsed(chart), 0, 0) if "far" in words] == []
    assert "far" not in chart.description


def test_a_funnel_of_thousands_stays_small() -> None:
    points = tuple(FunnelPoint(f"p{n}", f"area {n}", 50 + n % 1500, 60 + (n * 7) % 1400) for n in range(3000))
    assert len(draw_funnel(Funnel(head("f", "en"), points)).svg) < 100_000
