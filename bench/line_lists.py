"""Counts a made-up nation's line list: DuckDB's plain query, `tianping count`, and Spark where asked.

    python -m bench.line_lists --rows 100000000 [--spark] [--folder DIR]

Prints wall and CPU seconds and the largest memory of each, all in one run; the rows are taken away afterwards.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

AREAS, MONTHS, SEED = 40_000, 120, 20250101
_STRETCH = 2_000_000
_COLUMNS = ("area_code", "period", "birth_order", "sex")
_PLAIN = """
import duckdb, sys
database = duckdb.connect()
database.execute("SET memory_limit = '1GB'")
database.execute("SET temp_directory = ?", [sys.argv[3]])
database.execute("SET preserve_insertion_order = false")
database.execute("SET enable_progress_bar = false")
query = f"SELECT {sys.argv[4]}, count(*) AS count FROM '{sys.argv[1]}' GROUP BY ALL"
database.execute(f"COPY ({query}) TO '{sys.argv[2]}' (FORMAT parquet, COMPRESSION zstd)")
"""


def write_rows(path: Path, n_rows: int) -> None:
    """Write a line list of areas of very different size, in the order of months, a stretch at a time."""
    chance = np.random.default_rng(SEED)
    sizes = np.cumsum(chance.gamma(1.5, size=AREAS))
    texts = (
        pa.array([f"{110_000_000_000 + 1_000 * at}" for at in range(AREAS)]),
        pa.array([f"{2014 + at // 12}-{at % 12 + 1:02d}" for at in range(MONTHS)]),
        pa.array(["1", "2", "3"]),
        pa.array(["M", "F"]),
    )
    with pq.ParquetWriter(path, pa.schema([(name, pa.string()) for name in _COLUMNS]), compression="zstd") as file:
        for at in range(0, n_rows, _STRETCH):
            n = min(_STRETCH, n_rows - at)
            codes = (
                np.searchsorted(sizes, chance.random(n) * sizes[-1]),
                np.sort((at + chance.integers(0, n, n)) * MONTHS // n_rows),
                np.searchsorted([0.5, 0.88], chance.random(n)),
                chance.random(n) > 0.535,
            )
            columns = [text.take(pa.array(code.astype(np.int32))) for text, code in zip(texts, codes, strict=True)]
            file.write_table(pa.table(columns, names=list(_COLUMNS)), row_group_size=500_000)


def measured(name: str, command: list[str]) -> float:
    """Run a command, print its seconds and memory, give its CPU seconds."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = time.perf_counter() - began
    sys.stdout.write(f"{name:30} wall {wall:7.1f} s  CPU {cpu:7.1f} s  memory {used.ru_maxrss / 1024:6.0f} MB\n")
    sys.stdout.flush()
    if process.returncode:
        raise SystemExit(f"{name} ended with {process.returncode}")
    return cpu


def main() -> None:
    """Generate, count in each way, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000_000)
    options.add_argument("--spark", action="store_true")
    options.add_argument("--folder", type=Path, default=None)
    asked = options.parse_args()
    with TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        rows = folder / "rows.parquet"
        write_rows(rows, asked.rows)
        sys.stdout.write(f"{asked.rows:,} rows, {rows.stat().st_size / 1e6:,.0f} MB\n")
        plain = [str(rows), str(folder / "plain.parquet"), str(folder / "spill"), ", ".join(_COLUMNS)]
        of_plain = measured("plain query", [sys.executable, "-c", _PLAIN, *plain])
        command = [sys.executable, "-c", "from tianping.cli.main import run; run()", "count", str(rows), "--lang", "en"]
        command.append("--out")
        of_count = measured("tianping count", [*command, str(folder / "duckdb.parquet")])
        sys.stdout.write(f"CPU of tianping count to that of the plain query: {of_count / of_plain:.2f}\n")
        if asked.spark:
            measured("tianping count on Spark", [*command, str(folder / "spark.parquet"), "--engine", "spark"])


if __name__ == "__main__":
    main()
