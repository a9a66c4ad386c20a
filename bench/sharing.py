"""The files through which all methods get the same births, and the areas' codes in them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.world import FIRST_YEAR, Births


def write_tables(births: Births, folder: Path) -> None:
    """Write `cells.csv` (for R, by position) and `births.csv` with `areas.csv` (for the command line)."""
    _write(
        folder / "cells.csv", ("township", "county", "prefecture", "month", "order", "boys", "girls"), _cells(births)
    )
    _write(folder / "births.csv", ("area_code", "period", "birth_order", "boys", "girls"), _births(births))
    _write(folder / "areas.csv", ("area_code", "name", "level", "parent_code"), areas(births))


def _write(path: Path, header: tuple[str, ...], rows: Iterator[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(rows)


def _cells(births: Births) -> Iterator[list[int]]:
    """Give every cell with births: places and month by position, order, boys, girls."""
    i, t, o = np.nonzero(births.boys + births.girls)
    county = births.county_of[i]
    columns = (i, county, births.prefecture_of[county], t, o + 1, births.boys[i, t, o], births.girls[i, t, o])
    yield from np.stack(columns, axis=1).tolist()


def _births(births: Births) -> Iterator[tuple[object, ...]]:
    for i, _, _, t, order, boys, girls in _cells(births):
        yield township_code(i), period(t), order, boys, girls


def areas(births: Births) -> Iterator[tuple[str, str, str, str]]:
    """Give code, name, level and the code above of every area; townships last."""
    yield "P", "P", "province", ""
    for i in range(int(births.prefecture_of.max()) + 1):
        yield f"F{i:03d}", f"F{i:03d}", "prefecture", "P"
    for i, prefecture in enumerate(births.prefecture_of.tolist()):
        yield county_code(i), county_code(i), "county", f"F{prefecture:03d}"
    for i, county in enumerate(births.county_of.tolist()):
        yield township_code(i), township_code(i), "township", county_code(county)


def county_code(i: int) -> str:
    """Give a county's code."""
    return f"C{i:04d}"


def township_code(i: int) -> str:
    """Give a township's code."""
    return f"T{i:05d}"


def period(month: int) -> str:
    """Give a month's name."""
    return f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02d}"
