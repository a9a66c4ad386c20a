"""Real Spark, DuckDB and the slow twin count the same, cell by cell, on one and the same expression.

Run by `./tp distributed`, in an environment of its own and with Java.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oracles import line_lists as twin
from tianping.births import InputRefusedError
from tianping.births.counting import count_line_lists, spark_engine
from tianping.births.counting.equal_rows import equal_rows
from tianping.terms import RedLineError

pytestmark = [
    pytest.mark.slow,
    # Theirs, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning"),
]
VOCABULARIES = (twin.AREAS, twin.PERIODS, twin.ORDERS, twin.SEXES, twin.REPORTED)


def drawn(n: int, seed: int) -> list[twin.Row]:
    """Rows in any mixture of spellings, good ones and bad ones."""
    chance = random.Random(seed)
    return [twin.Row(*(chance.choice(list(known)) for known in VOCABULARIES)) for _ in range(n)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two files that are made alike."""
    (tmp_path / "lists").mkdir()
    for seed in (1, 2):
        twin.write_list(drawn(5_000, seed), tmp_path / "lists" / f"{seed}.parquet")
    return tmp_path / "lists"


@pytest.fixture
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    yield session
    session.stop()


def test_spark_duckdb_and_the_twin_make_the_same_cells(folder: Path, tmp_path: Path) -> None:
    expected = twin.cells_of([*drawn(5_000, 1), *drawn(5_000, 2)])
    answers = {
        engine: count_line_lists([folder], tmp_path / f"{engine}.parquet", engine=engine)
        for engine in ("duckdb", "spark")
    }
    for answer in answers.values():
        assert twin.written_cells(answer.path) == expected
    assert answers["spark"].findings == answers["duckdb"].findings
    assert answers["spark"].n_rows == answers["duckdb"].n_rows == 10_000


def test_typed_columns_say_the_same_to_both(tmp_path: Path) -> None:
    born = [datetime.date(2024, month, 1) for month in (1, 2, 2)]
    sent = [datetime.datetime(2024, 6, 30, 23, 59, tzinfo=datetime.UTC)] * 3
    typed = {"area": [1, 1, 2], "period": born, "order": [1.0, None, 2.0], "sex": ["M", "F", "F"], "reported": sent}
    pq.write_table(pa.table(typed), tmp_path / "list.parquet")
    cells = [
        twin.written_cells(count_line_lists([tmp_path / "list.parquet"], tmp_path / f"{at}.csv", engine=engine).path)
        for at, engine in enumerate(("duckdb", "spark"))
    ]
    assert cells[0] == cells[1]
    assert cells[0]["1", "2024-02", "unknown", "f", "2024-06"] == 1


def test_the_expression_is_one_for_both_engines(folder: Path, spark: Any) -> None:
    import ibis

    columns = {"area": "area_code", "period": "period", "sex": "sex"}
    paths = [str(path) for path in sorted(folder.iterdir())]
    spark.read.parquet(*paths).createOrReplaceTempView("line_list")
    on_spark = ibis.pyspark.connect(spark)
    asked = equal_rows(on_spark.table("line_list"), columns)
    here = equal_rows(ibis.duckdb.connect().read_parquet(paths), columns)
    plain = duckdb.sql(f"SELECT area_code, period, sex, count(*) FROM read_parquet({paths}) GROUP BY ALL").fetchall()
    from_spark = spark.sql(str(on_spark.compile(asked))).toArrow().to_pylist()
    assert sorted(tuple(row.values()) for row in from_spark) == sorted(plain)
    assert sorted(tuple(row.values()) for row in here.to_pyarrow().to_pylist()) == sorted(plain)


def test_a_remote_path_is_read_where_it_lies(folder: Path, tmp_path: Path) -> None:
    here = count_line_lists([folder], tmp_path / "here.parquet")
    there = count_line_lists([folder.as_uri()], tmp_path / "there.parquet", engine="spark", master="local[1]")
    assert twin.written_cells(there.path) == twin.written_cells(here.path)
    assert {found.code for found in there.findings} == {found.code for found in here.findings} - {"codes_named"}


def test_groups_come_back_from_a_cluster_through_memory(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_engine, "_ON_THIS_DISK", ("no master",))
    counted = count_line_lists([folder], tmp_path / "cells.parquet", engine="spark", master="local[1]")
    assert twin.written_cells(counted.path) == twin.cells_of([*drawn(5_000, 1), *drawn(5_000, 2)])


def test_the_red_line_holds_on_spark_too(tmp_path: Path) -> None:
    rows = [twin.Row("t1", "2024-01", "1", "M", "")] * 100
    twin.write_list([*rows, rows[0]._replace(sex="13800138000")], tmp_path / "list.parquet")
    for source in (tmp_path / "list.parquet", (tmp_path / "list.parquet").as_uri()):
        with pytest.raises(RedLineError) as refused:
            count_line_lists([source], tmp_path / "cells.csv", engine="spark")
        assert "13800138000" not in str(refused.value)
    assert not (tmp_path / "cells.csv").exists()


def test_spark_is_given_parquet_only(tmp_path: Path) -> None:
    path = twin.write_list([twin.Row("t1", "2024-01", "1", "M", "")], tmp_path / "list.csv")
    with pytest.raises(InputRefusedError) as refused:
        count_line_lists([path], tmp_path / "cells.csv", engine="spark")
    assert refused.value.findings[-1].code == "spark_parquet_only"
