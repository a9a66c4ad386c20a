"""CSV as written reads back as the same cells, whatever they hold."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.observatory.csv_text import csv_chunks

CELLS = st.one_of(st.none(), st.text(st.sampled_from("ab,\"\n\r ;'\u5929"), max_size=6))


def written(table: pa.Table) -> str:
    return b"".join(csv_chunks(table)).decode()


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_texts_read_back(rows: list[tuple[str | None, str | None]]) -> None:
    table = pa.table([pa.array([row[at] for row in rows], pa.string()) for at in (0, 1)], names=["a", "b"])
    assert list(csv.reader(io.StringIO(written(table), newline=""))) == [
        ["a", "b"],
        *[[cell or "" for cell in row] for row in rows],
    ]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=12))
def test_numbers_read_back_to_the_last_bit(numbers: list[float | None]) -> None:
    lines = written(pa.table({"n": pa.array(numbers, pa.float64())})).splitlines()[1:]
    assert [float(line) if line else None for line in lines] == numbers


def test_only_cells_that_need_it_are_quoted() -> None:
    table = pa.table({"name": ["plain", "a, b", 'say "x"'], "n": [1, 2, None]})
    assert written(table) == 'name,n\nplain,1\n"a, b",2\n"say ""x""",\n'


def test_an_empty_table_is_its_header() -> None:
    assert written(pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())})) == "a,b\n"


def test_a_table_in_several_parts_is_written_in_order() -> None:
    table = pa.concat_tables([pa.table({"n": [1, 2]}), pa.table({"n": [3]})])
    assert written(table) == "n\n1\n2\n3\n"
