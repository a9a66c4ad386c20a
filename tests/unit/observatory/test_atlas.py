"""The atlas of the 2010 census: published figures reproduced, the county of the tradition told, lists compared."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tianping.documents.cells import Number, NumberRange, Text
from tianping.documents.charts import parse_boundaries
from tianping.documents.content import Document, Figure, all_blocks, all_paragraphs, all_tables
from tianping.documents.html import render_html
from tianping.documents.plain import summary_lines
from tianping.observatory.atlas import Survey, take_survey, write_atlas
from tianping.observatory.bundled import bundled_names

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def survey() -> Survey:
    return take_survey()


@pytest.fixture(scope="module")
def atlas(survey: Survey) -> Document:
    return write_atlas(survey, "en", bundled_names("china_2010_age0"))


def test_the_published_nation_and_the_sum_of_its_counties(survey: Survey) -> None:
    boys, girls = survey.published
    assert round(100 * boys / girls, 2) == 117.96
    nation = survey.tally(int(survey.of_level("nation")[0]))
    assert round(nation.srb, 2) == 117.94
    assert [len(survey.of_level(level)) for level in ("province", "prefecture", "county")] == [31, 341, 2857]


def test_the_drawing_of_all_counties_names_none(survey: Survey, atlas: Document) -> None:
    drawn = {block.chart.key: block.chart for block in all_blocks(atlas) if isinstance(block, Figure)}
    names = bundled_names("china_2010_age0")
    counties = [survey.areas[int(area)] for area in survey.of_level("county")]
    assert not any(f">{names.get(county.code, county.name)}<" in drawn["funnel-counties"].svg for county in counties)


def test_the_total_row_is_the_sum_of_the_counties_not_the_nation(atlas: Document) -> None:
    provinces = next(table for table in all_tables(atlas) if table.key == "provinces")
    assert provinces.rows[-1].cells[0] == Text("Sum of 2,857 counties", strong=True)


def test_the_county_of_the_tradition(survey: Survey, atlas: Document) -> None:
    area = survey.result.last.run.tree.positions["421123"]
    tally = survey.tally(area)
    assert (tally.boys, tally.girls, round(tally.srb, 1)) == (3529, 2509, 140.7)
    assert tally.interval(0.95).lower < survey.srb(area) < tally.srb
    told = next(p for p in all_paragraphs(atlas) if Text("Luotian County") in p.parts)
    numbers = [round(part.value, 1) for part in told.parts if isinstance(part, Number)]
    assert numbers[:3] == [3529, 2509, 140.7]
    assert 2857 in numbers
    assert 74 not in numbers
    assert sum(isinstance(part, NumberRange) for part in told.parts) == 5


def test_the_simple_tests_list_beside_the_engines(survey: Survey) -> None:
    lists = survey.lists
    assert lists.simple.sum() == 1450
    assert 0 < lists.level_share <= 0.10
    assert (lists.simple & ~lists.above_normal).sum() <= 0.01 * lists.simple.sum()
    compared = {(row[0], row[1]) for row in zip(lists.simple.tolist(), lists.level.tolist(), strict=True)}
    assert compared == {(False, False), (False, True), (True, False), (True, True)}


def test_the_page_warns_first_and_holds_every_county_once(atlas: Document) -> None:
    assert "not births" in summary_lines(atlas)[0]
    tables = {table.key: table for table in all_tables(atlas)}
    assert len(tables["counties"].rows) == 2857
    assert tables["counties"].folded
    assert len({row.group for row in tables["counties"].rows}) == 31
    assert [row.cells[0] for row in tables["counties-listed"].rows] == sorted(
        (row.cells[0] for row in tables["counties-listed"].rows), key=lambda cell: cell.text
    )


def test_a_layer_of_ones_own_adds_a_map(survey: Survey) -> None:
    ring = [[116.0, 39.0], [117.0, 39.0], [117.0, 40.0], [116.0, 39.0]]
    shape = {
        "type": "Feature",
        "properties": {"code": "110100"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    boundaries = parse_boundaries({"type": "FeatureCollection", "features": [shape]}, "code")
    document = write_atlas(survey, "zh_Hans", boundaries=boundaries)
    keys = [block.chart.key for block in all_blocks(document) if isinstance(block, Figure)]
    assert "map-prefectures" in keys
    assert "tiles-prefectures" in keys
    assert "map-prefectures" in render_html(document)


def test_the_build_script_makes_the_bundled_tables_from_a_source_of_that_form(tmp_path: Path) -> None:
    source, out = tmp_path / "source.csv", tmp_path / "out"
    head = "census_year,level,area_code,province,prefecture,area_name,age_group,male,female,area_population_all_ages"
    rows = ["nation,000000,,,N,0,30,20", "province,420000,P,,P,0,18,12", "prefecture,421100,P,Q,Q,0,18,12"]
    rows += ["county,421123,P,Q,L,0,10,7", "county,421123,P,Q,L,1-4,99,99", "uncoded,,,,X,0,1,1"]
    source.write_text("\n".join([head, *(f"2010,{row},1" for row in rows)]) + "\n", encoding="utf-8")
    script = ROOT / "examples" / "china_2010_age0" / "build.py"
    told = subprocess.run([sys.executable, script, source, out], capture_output=True, text=True, check=True)
    assert told.stdout == "1 counties kept, 1 rows without a code left out\n"
    with (out / "children.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["area_code", "period", "boys", "girls"], ["421123", "2010", "10", "7"]]
    with (out / "areas.csv").open(encoding="utf-8") as file:
        assert [row[3] for row in csv.reader(file)][1:] == ["", "000000", "420000", "421100"]
