"""A tiny county as files, and the command line run on it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from tianping.cli.main import app

ENGLISH = {"LC_ALL": "en_US.UTF-8", "COLUMNS": "100"}
CHINESE = {"LC_ALL": "zh_CN.UTF-8", "COLUMNS": "100"}

AREAS = """area_code,name,level,parent_code
C,Sample County,county,
T1,"Upper Town, North",township,C
T2,Lower Town,township,C
T3,River Town,township,C
"""
TOWNS = ("T1", "T2", "T3")
MONTHS = ("2024-01", "2024-02", "2024-03")
ORDERS = ("1", "2", "3+")


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def tianping(*arguments: object, environment: Mapping[str, str] = ENGLISH) -> Answer:
    """Run the command line."""
    ended = CliRunner().invoke(app, [str(argument) for argument in arguments], env=dict(environment))
    return Answer(ended.exit_code, ended.stdout, ended.stderr)


def births_of(town: str, month: str, order: str) -> tuple[int, int]:
    """Boys and girls of one cell; the last town has three times as many boys of higher orders."""
    base = 20 // (1 + ORDERS.index(order)) + TOWNS.index(town) + MONTHS.index(month)
    return base * (3 if town == "T3" and order != "1" else 1), base


def county(folder: Path, *, extra: str = "") -> tuple[Path, Path]:
    """Write births and areas; births of T1 in the second month become known one month late."""
    rows = ["area_code,period,birth_order,boys,girls,reported_period"]
    for town in TOWNS:
        for month in MONTHS:
            known = "2024-03" if (town, month) == ("T1", "2024-02") else month
            for order in ORDERS:
                boys, girls = births_of(town, month, order)
                rows.append(f"{town},{month},{order},{boys},{girls},{known}")
    births, areas = folder / "births.csv", folder / "areas.csv"
    births.write_text("\n".join(rows) + "\n" + extra, encoding="utf-8")
    areas.write_text(AREAS, encoding="utf-8")
    return births, areas


def many_towns(folder: Path, *, years: tuple[int, ...] = (2022, 2023, 2024)) -> tuple[Path, Path]:
    """Write 210 towns of one county by year, without birth orders: quick to estimate, with scales to keep."""
    codes = [f"N{at:03d}" for at in range(210)]
    areas, births = folder / "many_areas.csv", folder / f"many_{len(years)}.csv"
    areas.write_text(
        "area_code,name,level,parent_code\nN,North,county,\n" + "".join(f"{code},{code},town,N\n" for code in codes),
        encoding="utf-8",
    )
    births.write_text(
        "area_code,period,boys,girls\n"
        + "".join(
            f"{code},{year},{30 + (7 * at + year) % 23},{28 + (5 * at + 3 * year) % 19}\n"
            for at, code in enumerate(codes)
            for year in years
        ),
        encoding="utf-8",
    )
    return births, areas


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def line_list(folder: Path) -> Path:
    """Write a line list of three births."""
    rows = ["area_code,period,birth_order,sex", "T1,2024-01,1,M", "T1,2024-01,1,M", "T2,2024-02,2,F"]
    (folder / "list.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / "list.csv"
