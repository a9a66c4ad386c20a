"""`tianping forensics`: who is asked to check what, in sentences, pages and rows."""

from __future__ import annotations

from pathlib import Path

from integration.cli_cases import CHINESE, ENGLISH, county, tianping
from tianping.observatory.bundled import bundled_text


def demonstration(folder: Path) -> tuple[Path, Path]:
    births, areas = folder / "births.csv", folder / "areas.csv"
    births.write_text(bundled_text("demo_county", "births_reported.csv"), encoding="utf-8")
    areas.write_text(bundled_text("demo_county", "areas.csv"), encoding="utf-8")
    return births, areas


def test_the_units_asked_are_told_with_their_reasons(tmp_path: Path) -> None:
    births, areas = demonstration(tmp_path)
    asked = tianping("forensics", births, "--areas", areas, "--out", tmp_path / "out", environment=ENGLISH)
    assert asked.code == 0
    assert "3 are asked to check" in asked.out
    for told in ("(T03):", "FR_DISP", "(T05):", "FR_ORD", "(T09):", "FR_REV", "no finding of fault"):
        assert told in asked.out
    assert "(T08):" not in asked.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"forensics.{language}.{ending}" for language in ("en", "zh") for ending in ("html", "xlsx")}


def test_json_holds_the_summary_the_rows_and_the_files(tmp_path: Path) -> None:
    births, areas = county(tmp_path)
    later = tmp_path / "later.csv"
    later.write_text("area_code,period,boys,girls\nT1,2024,90,80\n", encoding="utf-8")
    arguments = ("forensics", births, "--areas", areas, "--later", later, "--out", tmp_path / "out", "--json")
    document = tianping(*arguments, environment=CHINESE).document
    assert set(document) == {
        *("exit_code", "false_discovery_rate", "n_units", "n_asked", "n_check", "units", "rows", "files"),
    }
    assert document["n_units"] == 3
    assert {row["reason"] for row in document["rows"] if row["test"] == "FR_DISP"} == {"few_periods"}
    # Three months are no year, so that nothing can be laid beside the children counted later.
    assert {row["reason"] for row in document["rows"] if row["test"] == "FR_COH"} == {"no_later_counts"}
