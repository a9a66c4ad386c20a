"""`tianping estimate`: births in, stable files out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from integration.cli_cases import (
    CHINESE,
    MONTHS,
    ORDERS,
    TOWNS,
    Answer,
    births_of,
    county,
    many_towns,
    rows_of,
    tianping,
)

#: A row that cannot be used, so that there is a finding at error level.
SLIP = "T9,2024-03,1,4,5,2024-03\n"
TABLES = ("areas", "estimates", "findings", "forensics", "history", "missing_births", "ranking", "signals")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """One run as of the second month as known then, with history, an error and a name that needs quoting."""
    folder = tmp_path_factory.mktemp("county")
    births, areas = county(folder, extra=SLIP)
    out = folder / "run"
    asked = ("--as-of", "2024-02", "--known-on", "2024-02", "--history", "--progress")
    return out, tianping("estimate", births, "--areas", areas, *asked, "--out", out)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A walk over two years of 210 towns with kept scales, and the folder of its scales."""
    folder = tmp_path_factory.mktemp("walk")
    births, areas = many_towns(folder)
    cache = folder / "scales"
    span = ("--as-of", "2023..2024", "--cache", cache)
    assert tianping("estimate", births, "--areas", areas, *span, "--out", folder / "run").code == 0
    return folder, cache


def test_an_error_gives_code_1_and_every_file_is_still_written(run: tuple[Path, Answer]) -> None:
    out, answer = run
    assert answer.code == 1
    assert sorted(path.name for path in out.iterdir()) == sorted([*(f"{name}.csv" for name in TABLES), "run.json"])


def test_run_json_confirms_the_files(run: tuple[Path, Answer]) -> None:
    out, _ = run
    files = json.loads((out / "run.json").read_text(encoding="utf-8"))["files"]
    assert {file["name"] for file in files} == {f"{name}.csv" for name in TABLES}
    for file in files:
        assert hashlib.sha256((out / file["name"]).read_bytes()).hexdigest() == file["sha256"]
        assert len(rows_of(out / file["name"])) == file["n_rows"]


def test_files_are_utf_8_with_line_feeds(run: tuple[Path, Answer]) -> None:
    for path in run[0].glob("*.csv"):
        content = path.read_bytes()
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.decode("utf-8").endswith("\n")


def test_births_known_later_or_born_later_are_not_used_and_are_counted(run: tuple[Path, Answer]) -> None:
    out, _ = run
    used = [(town, month) for town in TOWNS for month in MONTHS[:2] if (town, month) != ("T1", "2024-02")]
    boys = sum(births_of(town, month, order)[0] for town, month in used for order in ORDERS)
    rows = rows_of(out / "estimates.csv")
    top = next(row for row in rows if row["area_code"] == "C" and row["order_group"] == "all")
    assert (top["as_of"], top["known_on"], int(top["n_boys"])) == ("2024-02", "2024-02", boys)
    evaluation = json.loads((out / "run.json").read_text(encoding="utf-8"))["evaluations"][0]
    assert evaluation["n_births_after_known_on"] == sum(sum(births_of("T1", "2024-02", order)) for order in ORDERS)
    assert evaluation["n_births_after_as_of"] == sum(
        sum(births_of(town, "2024-03", order)) for town in TOWNS for order in ORDERS
    )
    assert {"after_as_of", "after_known_on"} <= {row["code"] for row in rows_of(out / "findings.csv")}


def test_a_row_stands_for_every_area_group_and_estimand(run: tuple[Path, Answer]) -> None:
    rows = rows_of(run[0] / "estimates.csv")
    assert len({(row["area_code"], row["order_group"], row["estimand"]) for row in rows}) == len(rows) == 4 * 5 * 2
    assert {row["name"] for row in rows} >= {"Upper Town, North"}


def test_the_summary_says_what_rests_on_what(run: tuple[Path, Answer]) -> None:
    out, answer = run
    for said in ("4 areas", "Sample County, all births:", "90% interval", "rankability", "Errors: 1", str(out)):
        assert said in answer.out.replace("\n", " ")
    assert "births.csv, row 29, column area_code" in answer.out


def test_progress_goes_to_standard_error(run: tuple[Path, Answer]) -> None:
    assert [line.split()[0] for line in run[1].err.splitlines()] == ["Reading", "Estimating", "Writing"]


def test_a_second_run_writes_the_same_bytes_and_leaves_no_stale_file(run: tuple[Path, Answer], tmp_path: Path) -> None:
    first, _ = run
    births, areas = county(tmp_path, extra=SLIP)
    out = tmp_path / "run"
    out.mkdir()
    for path in first.iterdir():
        (out / path.name).write_bytes(path.read_bytes() if path.name == "run.json" else b"stale\n")
    asked = ("--as-of", "2024-02", "--known-on", "2024-02", "--json")
    answer = tianping("estimate", births, "--areas", areas, *asked, "--out", out)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in first.iterdir() if path.name != "history.csv"
    )
    for path in out.glob("*.csv"):
        assert path.read_bytes() == (first / path.name).read_bytes(), path.name
    assert answer.err == ""
    assert answer.document["run"] == json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (answer.code, answer.document["exit_code"], answer.document["folder"]) == (1, 1, str(out))


def test_strict_writes_the_findings_only(run: tuple[Path, Answer], tmp_path: Path) -> None:
    births, areas = county(tmp_path, extra=SLIP)
    out = tmp_path / "run"
    out.mkdir()
    for path in run[0].iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    answer = tianping("estimate", births, "--areas", areas, "--strict", "--out", out, environment=CHINESE)
    assert answer.code == 1
    assert sorted(path.name for path in out.iterdir()) == ["findings.csv", "run.json"]
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["outcome"] == "findings_only"
    assert "--strict" in answer.out


def test_a_folder_with_files_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    births, areas = county(tmp_path)
    answer = tianping("estimate", births, "--areas", areas, "--out", tmp_path)
    assert answer.code == 2
    assert "areas.csv" in answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas.csv", "births.csv"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    births, areas = county(tmp_path)
    answer = tianping("estimate", births, "--areas", areas, "--out", births / "run")
    assert (answer.code, answer.out) == (2, "")
    assert str(births / "run") in answer.err


def test_each_period_of_a_walk_uses_only_the_data_to_it(walk: tuple[Path, Path], tmp_path: Path) -> None:
    folder, cache = walk
    births, areas = many_towns(tmp_path, years=(2022, 2023))
    asked = ("--as-of", "2023", "--cache", cache, "--out", tmp_path / "run")
    assert tianping("estimate", births, "--areas", areas, *asked).code == 0
    for name in ("estimates", "signals", "ranking"):
        walked = [row for row in rows_of(folder / "run" / f"{name}.csv") if row["as_of"] == "2023"]
        assert walked == rows_of(tmp_path / "run" / f"{name}.csv"), name
    assert {row["as_of"] for row in rows_of(folder / "run" / "estimates.csv")} == {"2023", "2024"}


def test_without_a_cache_each_period_is_as_its_run_alone(tmp_path: Path) -> None:
    births, areas = many_towns(tmp_path)
    for as_of in ("2023..2024", "2024"):
        asked = ("--as-of", as_of, "--level", "town", "--out", tmp_path / as_of)
        assert tianping("estimate", births, "--areas", areas, *asked).code == 0
    rows = rows_of(tmp_path / "2023..2024" / "estimates.csv")
    assert [row for row in rows if row["as_of"] == "2024"] == rows_of(tmp_path / "2024" / "estimates.csv")
    assert {row["level"] for row in rows} == {"town"}


def test_kept_scales_are_those_of_the_first_period_and_are_used_again(walk: tuple[Path, Path], tmp_path: Path) -> None:
    folder, cache = walk
    assert [path.name.rsplit("-", 1)[1] for path in cache.iterdir()] == ["2023.json"]
    births, areas = folder / "many_3.csv", folder / "many_areas.csv"
    answer = tianping(
        *("estimate", births, "--areas", areas, "--as-of", "2024", "--cache", cache, "--out", tmp_path, "--json")
    )
    run = answer.document["run"]
    walked = json.loads((folder / "run" / "run.json").read_text(encoding="utf-8"))["evaluations"]
    for evaluation in (*run["evaluations"], *walked):
        assert evaluation["scales_from"] == "2023"
        assert evaluation["scales"] == walked[0]["scales"]


def test_scales_of_another_shape_are_not_used(walk: tuple[Path, Path], tmp_path: Path) -> None:
    """One period alone has no drift: its scales are estimated anew, and kept beside the others."""
    cache = tmp_path / "scales"
    births, areas = many_towns(tmp_path, years=(2023, 2024))
    for as_of in ("2023", "2024"):
        asked = ("--as-of", as_of, "--cache", cache, "--out", tmp_path / "run", "--json")
        run = tianping("estimate", births, "--areas", areas, *asked).document["run"]
        assert run["evaluations"][0]["scales_from"] is None
    assert sorted(path.name.rsplit("-", 1)[1] for path in cache.iterdir()) == ["2023.json", "2024.json"]


def test_damaged_scales_are_told(walk: tuple[Path, Path], tmp_path: Path) -> None:
    folder, cache = walk
    damaged = tmp_path / "scales"
    damaged.mkdir()
    for path in cache.iterdir():
        (damaged / path.name).write_text('{"names": ["leaf_x"]', encoding="utf-8")
    births, areas = folder / "many_3.csv", folder / "many_areas.csv"
    answer = tianping("estimate", births, "--areas", areas, "--cache", damaged, "--out", tmp_path / "run")
    assert answer.code == 2
    assert str(damaged) in answer.err.replace("\n", "")
    assert not (tmp_path / "run").exists()
