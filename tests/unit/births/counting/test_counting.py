"""Counting agrees with a slow twin and with the reader, tells what it leaves out, and writes all or nothing."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from oracles import line_lists as twin
from tianping.births import InputRefusedError, read_areas, read_births
from tianping.births.counting import CountedLists, count_line_lists, spark_engine
from tianping.observatory.findings import error_text
from tianping.terms import Finding, InputError, Period, RedLineError

HEADER = ",".join(twin.Row._fields)

rows = st.builds(
    twin.Row,
    *(st.sampled_from(list(known)) for known in (twin.AREAS, twin.PERIODS, twin.ORDERS, twin.SEXES, twin.REPORTED)),
)
GOOD = twin.Row("t1", "2024-01", "1", "M", "2024-01")
lists = st.lists(rows, max_size=30).map(lambda drawn: [GOOD, *drawn])


def listed(folder: Path, *lines: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def by_code(findings: tuple[Finding, ...]) -> dict[str, tuple[str, int, int]]:
    return {found.code: (found.file, found.row, found.count) for found in findings if found.code != "codes_named"}


def count(*paths: Path, out: Path) -> CountedLists:
    return count_line_lists(paths, out, threads=1)


FIRST, SECOND = ("first.csv", "first.csv.gz", "first.parquet"), ("second.csv", "second.parquet")


@costly(3)
@given(lists, lists, st.sampled_from(FIRST), st.sampled_from(SECOND), st.sampled_from([".csv", ".parquet"]))
def test_the_twin_and_the_reader_make_the_same_of_any_rows(
    first: list[twin.Row], second: list[twin.Row], first_name: str, second_name: str, ending: str
) -> None:
    with TemporaryDirectory() as folder:
        parts, out, both = Path(folder) / "parts", Path(folder) / f"cells{ending}", [*first, *second]
        parts.mkdir()
        twin.write_list(first, parts / first_name)
        twin.write_list(second, parts / second_name)
        counted = count(parts, out=out)
        expected = twin.cells_of(both)
        assert twin.written_cells(out) == expected
        assert (counted.n_rows, counted.cells.n_births) == (len(both), expected.total())
        assert read_births(out).cells == read_births(twin.write_list(both, Path(folder) / "whole.csv")).cells


def test_every_row_that_is_left_out_is_told_with_its_place(tmp_path: Path) -> None:
    good = "t1,2024-01,1,M,2024-01"
    listed(tmp_path, HEADER, good, "t1,2024-01,1,7,2024-01", "t1,2024-01", name="a.csv")
    listed(tmp_path, HEADER, good, "990001,2024-02,1,F,2024-03", "990001,2024-01,1,F,", ",,,,", name="b.csv")
    areas = listed(tmp_path, "area_code,name,level,parent_code", "t1,Town,township,", name="areas.dat")
    known = read_areas(areas)
    counted = count_line_lists([tmp_path], tmp_path.parent / "cells.csv", areas=known)
    assert by_code(counted.findings) == {
        "row_ragged": ("a.csv", 4, 1),
        "sex_unreadable": ("a.csv", 3, 1),
        "area_unknown": ("b.csv", 3, 2),
        "blank_rows": ("b.csv", 5, 1),
        "line_list_counted": ("a.csv", 0, 6),
        "files_passed_over": ("areas.dat", 0, 1),
        "wrong_extension": ("areas.dat", 0, 1),
    }
    named = {found.column: found.values["examples"] for found in counted.findings if found.code == "codes_named"}
    assert named == {"sex": "“7” ×1 (a.csv:3)", "area_code": "“990001” ×2 (b.csv:3)"}
    assert (counted.n_rows, counted.cells.n_births) == (6, 2)


def test_a_birth_reported_before_it_happened_counts_in_its_own_period(tmp_path: Path) -> None:
    path = listed(tmp_path, HEADER, "t1,2024-05,1,M,2024-06", "t1,2024-05,1,M,2024-04", "t1,2024-05,1,M,")
    counted = count(path, out=tmp_path / "cells.parquet")
    assert by_code(counted.findings)["reported_impossible"] == ("list.csv", 3, 1)
    assert twin.written_cells(counted.path) == {
        ("t1", "2024-05", "1", "m", "2024-06"): 1,
        ("t1", "2024-05", "1", "m", ""): 2,
    }


def test_words_in_a_column_of_codes_are_not_repeated(tmp_path: Path) -> None:
    path = listed(tmp_path, HEADER, "t1,2024-01,1,M,", "t1,2024-01,1,Somebody,")
    counted = count(path, out=tmp_path / "cells.parquet")
    assert "omebody" not in repr(counted.findings)
    assert "“…” ×1 (list.csv:3)" in repr(counted.findings)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = f"{HEADER}\n\u5317\u4eac,2024-01,1,\u7537,\n\u5317\u4eac,2024-01,1,\u5973,\n"
    (tmp_path / "list.csv").write_bytes(text.encode(encoding))
    counted = count(tmp_path / "list.csv", out=tmp_path / "cells.parquet")
    assert set(twin.written_cells(counted.path)) == {("\u5317\u4eac", "2024-01", "1", sex, "") for sex in "mf"}


def test_columns_with_types_year_and_month_and_a_title(tmp_path: Path) -> None:
    typed = {"area_code": [42, 42, None], "year": [2024, 2024, 2024], "month": [1.0, 1.0, 2.0], "sex": ["M", "M", "F"]}
    pq.write_table(pa.table(typed), tmp_path / "a.parquet")
    listed(tmp_path, "Births of 2024,,", "area_code;period;sex", "42;2024-01;F", name="b.csv")
    counted = count(tmp_path / "a.parquet", tmp_path / "b.csv", out=tmp_path / "cells.parquet")
    cells = duckdb.sql(f"SELECT * FROM '{counted.path}' ORDER BY ALL").fetchall()
    assert cells == [("42", "2024-01", "f", 1), ("42", "2024-01", "m", 2)]
    assert by_code(counted.findings)["area_missing"] == ("a.parquet", 4, 1)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["area_code,period,boys,girls", "1,2024-01,3,4"], "line_list_counts"),
        (["area_code,period,sex,weight", "1,2024-01,M,2.5"], "line_list_weighted"),
        (["area_code,period,sex,ward", "1,2024-01,M,3"], "line_list_columns"),
        (["area_code,period,sex", "1,2024-01,7"], "nothing_usable"),
        (["period,sex", "2024-01,M"], "header_missing"),
        ([""], "file_empty"),
    ],
)
def test_what_is_no_line_list_is_refused(tmp_path: Path, lines: list[str], code: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        count(listed(tmp_path, *lines), out=tmp_path / "cells.parquet")
    assert code in {found.code for found in refused.value.findings}
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize(
    "lines",
    [
        ["area_code,period,sex,mother_name", "1,2024-01,M,x"],
        ["area_code,period,sex", *["1,2024-01,M"] * 100, "1,2024-01-17,M"],
        ["area_code,period,sex", *["1,2024-01,M"] * 100, "1,2024-01,13800138000"],
        ["area_code,period,sex", *["1,2024-01,M"] * 100, "1,2024-01,M,13800138000"],
    ],
    ids=["column", "day of birth", "telephone number", "telephone number beside the table"],
)
def test_the_red_line_refuses_all_files(tmp_path: Path, lines: list[str]) -> None:
    good = listed(tmp_path, "area_code,period,sex", "1,2024-01,M", name="good.csv")
    with pytest.raises(RedLineError) as refused:
        count(good, listed(tmp_path, *lines), out=tmp_path / "cells.parquet")
    assert "13800138000" not in str(refused.value)
    assert "row" not in refused.value.values or refused.value.values["row"] == 102
    assert not (tmp_path / "cells.parquet").exists()


def test_an_earlier_table_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "cells.csv"
    out.write_text("earlier")
    (tmp_path / ".cells.csv.abc.tianping-part").write_text("left by a killed run")
    with pytest.raises(InputRefusedError):
        count_line_lists([listed(tmp_path, HEADER, "t1,2024-01,1,7,")], out, strict=True)
    assert out.read_text() == "earlier"
    count(listed(tmp_path, HEADER, "t1,2024-01,1,M,"), out=out)
    assert twin.written_cells(out).total() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cells.csv", "list.csv"]


def test_later_periods_are_errors_and_a_file_named_twice_counts_once(tmp_path: Path) -> None:
    path = listed(tmp_path, HEADER, "t1,2024-01,1,M,", "t1,2031-01,1,M,")
    counted = count_line_lists([path, path], tmp_path / "cells.csv", on_or_before=Period(2024, 6))
    assert by_code(counted.findings)["period_future"] == ("list.csv", 3, 1)
    assert by_code(counted.findings)["file_meant_twice"] == ("list.csv", 0, 1)
    assert counted.cells.n_births == 1


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"memory": "much"}, "memory_unreadable"),
        ({"engine": "abacus"}, "engine_unknown"),
        ({"master": "spark://head:7077"}, "master_without_spark"),
        ({"out": "cells.xlsx"}, "out_file_kind"),
        ({"out": "none/cells.csv"}, "out_file_place"),
        ({"out": "list.csv"}, "out_file_among_sources"),
        ({"sources": ["none.csv"]}, "file_not_found"),
        ({"sources": ["hdfs://nation/births"]}, "remote_needs_spark"),
        ({"sources": ["empty"]}, "folder_without_line_lists"),
    ],
)
def test_settings_that_cannot_be(tmp_path: Path, settings: dict[str, object], key: str) -> None:
    (tmp_path / "empty").mkdir()
    listed(tmp_path, HEADER, "t1,2024-01,1,M,")
    given: dict[str, object] = {"sources": ["list.csv"], "out": "cells.csv"} | settings
    names = [name if "://" in name else tmp_path / name for name in given.pop("sources")]  # type: ignore[attr-defined]
    with pytest.raises(InputError) as refused:
        count_line_lists(names, tmp_path / str(given.pop("out")), **given)  # type: ignore[arg-type]
    assert refused.value.key == key


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    whole = twin.write_list([GOOD] * 40_000, tmp_path / "whole.csv.gz").read_bytes()
    (tmp_path / "cut.csv.gz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputRefusedError) as refused:
        count(tmp_path / "cut.csv.gz", out=tmp_path / "cells.csv")
    assert {found.code for found in refused.value.findings} <= {"line_list_unreadable", "file_damaged"}


def test_the_progress_grows_to_the_end(tmp_path: Path) -> None:
    shares: list[float] = []
    count_line_lists([listed(tmp_path, HEADER, "t1,2024-01,1,M,")], tmp_path / "cells.csv", progress=shares.append)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_an_engine_that_is_not_installed_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_engine, "find_spec", lambda _: None)
    path = listed(tmp_path, HEADER, "t1,2024-01,1,M,")
    with pytest.raises(InputError) as refused:
        count_line_lists([path], tmp_path / "cells.csv", engine="spark")
    assert "tianping[distributed]" in error_text(refused.value, "en")
    assert refused.value.values == {"missing": "ibis, pyspark"}


def test_spark_without_java_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_engine, "find_spec", lambda _: True)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(InputError) as refused:
        count_line_lists([listed(tmp_path, HEADER, "t1,2024-01,1,M,")], tmp_path / "cells.csv", engine="spark")
    assert refused.value.key == "java_missing"
