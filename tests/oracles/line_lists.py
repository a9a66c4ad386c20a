"""A slow and obvious twin of counting line lists: dictionaries of what each spelling means, and one loop."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

#: What each spelling means; None for what cannot be placed.
AREAS = {"t1": "t1", " t2": "t2", "0042": "0042", "": None}
PERIODS = {"2024-01": "2024-01", "202402": "2024-02", "2024/3": "2024-03", "2024-99": None, "": None}
ORDERS = {"1": "1", "2nd": "2", "3": "3+", "4": "3+", "3+": "3+", "": "unknown", "?": "unknown"}
SEXES = {"M": "m", "boy": "m", "F": "f", "2": "f", "U": "unknown", "7": None}
REPORTED = {"2024-01": "2024-01", "2024-02": "2024-02", "202406": "2024-06", "": "", "soon": ""}

Cell = tuple[str, str, str, str, str]


class Row(NamedTuple):
    """One birth, as written."""

    area_code: str
    period: str
    birth_order: str
    sex: str
    reported_period: str


def cells_of(rows: Iterable[Row]) -> Counter[Cell]:
    """Births by area, period, order, sex and reported period."""
    cells: Counter[Cell] = Counter()
    for row in rows:
        area, period, sex = AREAS[row.area_code], PERIODS[row.period], SEXES[row.sex]
        if area is None or period is None or sex is None:
            continue
        reported = REPORTED[row.reported_period]
        cells[area, period, ORDERS[row.birth_order], sex, reported if reported >= period else ""] += 1
    return cells


def written_cells(path: Path) -> Counter[Cell]:
    """The cells of a table as counting writes it; a cell that stands twice fails."""
    table = pq.read_table(path) if path.suffix == ".parquet" else _read_csv(path)
    cells: Counter[Cell] = Counter()
    for row in table.to_pylist():
        cell = (row["area_code"], row["period"], row["birth_order"], row["sex"], row.get("reported_period") or "")
        assert cell not in cells
        cells[cell] = int(row["count"])
    return cells


def write_list(rows: Sequence[Row], path: Path) -> Path:
    """Write a line list in the form that its name's ending says."""
    if path.suffix == ".parquet":
        columns = {name: [getattr(row, name) for row in rows] for name in Row._fields}
        pq.write_table(pa.table(columns, schema=pa.schema([(name, pa.string()) for name in Row._fields])), path)
        return path
    text = io.StringIO(newline="")
    csv.writer(text).writerows([Row._fields, *rows])
    written = text.getvalue().encode()
    path.write_bytes(gzip.compress(written) if path.suffix == ".gz" else written)
    return path


def _read_csv(path: Path) -> pa.Table:
    names = ("area_code", "period", "birth_order", "sex", "reported_period", "count")
    texts = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    return pa.csv.read_csv(path, convert_options=texts)
