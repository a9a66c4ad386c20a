"""Areas files: trees of any depth, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tianping.births import InputRefusedError, read_areas, read_births
from tianping.terms import Area, AreaTree, Finding, Period, RedLineError

CSV = """area_code,name,level,parent_code,valid_from,valid_until
42,Hubei,province,,,
4211,Huanggang,prefecture,42,,
421123,Luotian,county,4211,,
421123100,Fengshan,township,421123,2001-06,
421123101,Old,township,421123,,2020
"""


def found(findings: tuple[Finding, ...]) -> dict[str, tuple[int, int]]:
    return {one.code: (one.row, one.count) for one in findings}


def test_a_tree_of_four_levels(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text(CSV)
    areas = read_areas(tmp_path / "areas.csv")
    assert areas.findings == ()
    assert areas.tree.levels == ("province", "prefecture", "county", "township")
    assert areas.tree.areas[3] == Area("421123100", "Fengshan", "township", "421123", Period(2001, 6))
    assert areas.tree.areas[4].valid_until == Period(2020)


def test_orphans_cycles_and_repeated_codes_are_left_out(tmp_path: Path) -> None:
    rows = ["a,A,county,", "b,B,township,a", "b,B2,township,a", "c,C,township,gone", "d,D,village,c"]
    rows += ["e,E,township,f", "f,F,township,e", ",G,township,a", "h,H,,a"]
    (tmp_path / "areas.csv").write_text("\n".join(["area_code,name,level,parent_code", *rows]) + "\n")
    areas = read_areas(tmp_path / "areas.csv")
    assert areas.tree.codes == ("a", "b", "h")
    assert areas.outside == {"c", "d", "e", "f"}
    assert found(areas.findings) == {
        "areas_code_missing": (9, 1),
        "areas_code_twice": (4, 1),
        "areas_parent_unknown": (5, 2),
        "areas_parent_cycle": (7, 2),
        "areas_level_missing": (0, 1),
    }
    births = pa.table({"area_code": ["b", "d", "f"], "period": ["2024"] * 3, "boys": [1, 2, 3], "girls": [1, 2, 3]})
    table = read_births(births, areas=areas)
    assert found(table.findings)["area_outside_tree"] == (3, 2)
    assert table.n_births == 2
    with pytest.raises(InputRefusedError):
        read_areas(tmp_path / "areas.csv", strict=True)


def test_unreadable_validity_does_not_limit(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("area_code,name,level,valid_from\na,A,county,soon\nb,B,county,later\n")
    areas = read_areas(tmp_path / "areas.csv")
    assert [area.valid_from for area in areas.tree.areas] == [None, None]
    assert found(areas.findings) == {"areas_validity_unreadable": (2, 2)}


def test_a_person_in_an_areas_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("area_code,name,level,contact\na,A,county,Jane Roe\n")
    with pytest.raises(RedLineError) as refused:
        read_areas(tmp_path / "areas.csv")
    assert refused.value.values["column"] == "4: contact"
    (tmp_path / "areas.csv").write_text("area_code,name,level,latitude\na,A 13800138000,county,30.1\n")
    with pytest.raises(RedLineError) as refused:
        read_areas(tmp_path / "areas.csv")
    assert refused.value.values == {"column": "2: name", "row": 2, "reason": "phone_number"}


def test_coordinates_may_stand_in_an_areas_file() -> None:
    areas = read_areas(pa.table({"area_code": ["a"], "name": ["A"], "level": ["county"], "latitude": [30.1]}))
    assert areas.tree.codes == ("a",)


def test_a_tree_is_taken_as_it_is() -> None:
    tree = AreaTree.of([Area("a", "A", "county")])
    assert read_areas(tree).tree is tree


def test_no_usable_area() -> None:
    with pytest.raises(InputRefusedError):
        read_areas(pa.table({"area_code": ["a"], "name": ["A"], "level": ["county"], "parent_code": ["gone"]}))
    with pytest.raises(InputRefusedError) as refused:
        read_areas(pa.table({"name": ["A"], "level": ["county"]}))
    assert refused.value.findings[-1].values == {"missing": "area_code"}


def test_findings_about_the_areas_stand_beside_those_about_the_births(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("area_code,name,level\na,A,county\n", encoding="utf-8-sig")
    (tmp_path / "births.csv").write_text("area_code,period,boys,girls\na,2024,1,1\n", encoding="utf-8-sig")
    table = read_births(tmp_path / "births.csv", areas=tmp_path / "areas.csv")
    assert {(one.code, one.file) for one in table.findings if one.code == "encoding_bom"} == {
        ("encoding_bom", "areas.csv"),
        ("encoding_bom", "births.csv"),
    }


def test_a_known_place_may_be_named_after_a_relative() -> None:
    areas = pa.table({"area_code": ["a"], "name": ["Sister village"], "level": ["village"]})
    rows = {"area_code": ["a"], "area_name": ["Sister village"], "period": ["2024"], "boys": [1], "girls": [1]}
    assert read_births(pa.table(rows), areas=areas).n_births == 2
    with pytest.raises(RedLineError):
        read_births(pa.table({**rows, "area_name": ["his mother, village 3"]}), areas=areas)
