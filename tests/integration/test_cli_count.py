"""`tianping count`: line lists in, a table of births out, that the other commands read."""

from __future__ import annotations

from pathlib import Path

from integration.cli_cases import CHINESE, line_list, tianping


def test_rows_become_a_table_that_check_can_use(tmp_path: Path) -> None:
    out = tmp_path / "births.csv"
    answer = tianping("count", line_list(tmp_path), "--out", out, "--progress")
    assert answer.code == 0
    assert "3 rows counted; births.csv holds 3 births of 2024-01 to 2024-02 in 2 areas, in 2 cells." in answer.out
    assert "100%" in answer.err
    assert "3 births" in tianping("check", out).out


def test_what_is_left_out_is_said_and_gives_an_exit_code(tmp_path: Path) -> None:
    path = line_list(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "T2,2024-02,2,7\n", encoding="utf-8")
    answer = tianping("count", path, "--out", tmp_path / "births.parquet")
    assert answer.code == 1
    assert "Rows left out: 1" in answer.out
    refused = tianping("count", path, "--out", tmp_path / "strict.parquet", "--strict", "--json")
    assert (refused.code, refused.document["error"]) == (2, "input_refused")
    assert not (tmp_path / "strict.parquet").exists()


def test_a_column_about_an_individual_ends_with_3_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("area_code,period,sex,mother_name\nT1,2024-01,M,x\n", encoding="utf-8")
    answers = [
        tianping("count", tmp_path / "list.csv", "--out", tmp_path / "births.csv", environment=environment)
        for environment in ({"LC_ALL": "en_US.UTF-8"}, CHINESE)
    ]
    assert [answer.code for answer in answers] == [3, 3]
    assert all("mother_name" in answer.err for answer in answers)
