"""The files of a run as a table: each file's columns in their order, and what a column may hold.

These names are a promise to whoever reads the files with a program; a change here is a change of the product.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import tianping
from tianping.births import read_births
from tianping.observatory.files import NAMES, write_run
from tianping.observatory.run_document import Provenance

#: file, columns
COLUMNS = {
    "estimates.csv": "area_code, name, level, order_group, as_of, known_on, estimand, window_months, n_boys, n_girls, "
    "observed_srb, srb, srb_lower, srb_upper, interval, log_srb_mean, log_srb_sd, p_above_normal, p_above_alert, "
    "p_difference, p_changed, changed_period, min_detectable_srb, note",
    "signals.csv": "area_code, level, order_group, as_of, criterion, tier, p, expected_false_share, e_value, reason",
    "ranking.csv": "as_of, level, order_group, area_code, expected_rank, rank_lower, rank_upper, p_worst_decile, group",
    "history.csv": "area_code, order_group, period, kind, srb, srb_lower, srb_upper",
    "missing_births.csv": "area_code, period, method, reference, missing, lower, upper",
    "forensics.csv": "area_code, name, level, as_of, known_on, test, part, verdict, reason, n, statistic, p, effect, "
    "detectable, unit_p, unit_check",
    "areas.csv": "area_code, name, level, parent_code",
    "findings.csv": "code, severity, file, row, column, count, what, why, todo",
}
#: file, column, all it may hold
VALUES = [
    ("estimates.csv", "order_group", {"1", "2", "3+", "2+", "all"}),
    ("estimates.csv", "estimand", {"now", "window"}),
    ("estimates.csv", "note", {"", "order_not_recorded", "no_births", "cannot_tell_alone"}),
    ("signals.csv", "criterion", {"level", "difference"}),
    ("signals.csv", "tier", {"watch", "alert", "strong", "guaranteed"}),
    ("ranking.csv", "group", {"high", "low", "indistinguishable"}),
    ("history.csv", "kind", {"filtered", "smoothed"}),
    ("missing_births.csv", "method", {"boys_fixed", "total_fixed"}),
    ("forensics.csv", "verdict", {"check", "not_binomial", "unremarkable", "not_detectable", "not_asked"}),
    ("forensics.csv", "unit_check", {"0", "1"}),
    ("findings.csv", "severity", {"error", "warning", "info"}),
]
PROBABILITIES = {
    "estimates.csv": ("p_above_normal", "p_above_alert", "p_difference", "p_changed"),
    "signals.csv": ("p", "expected_false_share"),
    "ranking.csv": ("p_worst_decile",),
}

Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], Table]]:
    """Every file of a small run with a skewed area, read as a stranger would."""
    folder = tmp_path_factory.mktemp("run")
    areas, births = folder / "a.csv", folder / "b.csv"
    areas.write_text("area_code,name,level,parent_code\nC,C,county,\nA,A,town,C\nB,B,town,C\nE,E,town,C\n")
    births.write_text(
        "area_code,period,birth_order,boys,girls\nA,2023,1,500,480\nA,2024,2,700,300\nB,2023,2,30,29\nB,2024,1,3,x\n"
    )
    read = read_births(births, areas=areas)
    result = tianping.estimate(read, history=True)
    write_run(result, folder / "run", Provenance(read, findings=read.findings))
    return {path.name: _read(path) for path in (folder / "run").glob("*.csv")}


def _read(path: Path) -> tuple[list[str], Table]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return list(reader.fieldnames or []), rows


def test_the_files_are_these() -> None:
    assert set(NAMES) == {*COLUMNS, "run.json"}


@pytest.mark.parametrize("file", COLUMNS)
def test_the_columns_are_these_in_this_order(tables: dict[str, tuple[list[str], Table]], file: str) -> None:
    columns, rows = tables[file]
    assert columns == COLUMNS[file].split(", ")
    assert rows


@pytest.mark.parametrize(("file", "column", "values"), VALUES)
def test_a_column_holds_nothing_else(
    tables: dict[str, tuple[list[str], Table]], file: str, column: str, values: set[str]
) -> None:
    assert {row[column] for row in tables[file][1]} <= values


@pytest.mark.parametrize("file", PROBABILITIES)
def test_probabilities_carry_at_most_six_digits(tables: dict[str, tuple[list[str], Table]], file: str) -> None:
    cells = [row[column] for row in tables[file][1] for column in PROBABILITIES[file] if row[column]]
    assert cells
    assert all(0.0 <= float(cell) <= 1.0 and len(cell.partition(".")[2]) <= 6 for cell in cells)


def test_an_area_without_births_has_its_rows(tables: dict[str, tuple[list[str], Table]]) -> None:
    rows = [row for row in tables["estimates.csv"][1] if row["area_code"] == "E"]
    assert len(rows) == 10
    assert all(row["note"] == "no_births" and row["observed_srb"] == "" and row["srb"] for row in rows)


def test_a_guaranteed_row_names_its_null(tables: dict[str, tuple[list[str], Table]]) -> None:
    rows = [row for row in tables["signals.csv"][1] if row["tier"] == "guaranteed"]
    assert rows
    assert all(float(row["e_value"]) > 1 and "107" in row["reason"] and row["p"] == "" for row in rows)
