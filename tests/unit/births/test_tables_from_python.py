"""The same births in every form that can be handed over give the same table."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.births import InputRefusedError, read_births
from tianping.births.table import BirthTable
from tianping.terms import Area, AreaTree, InputError, Period, RedLineError

TREE = AreaTree.of([Area("01", "One", "township"), Area("02", "Two", "township")])
WIDE = {
    "area_code": ["01", "01", "02"],
    "period": ["2024-01", "2024-02", "2024-02"],
    "birth_order": ["1", "2", "3+"],
    "boys": [10, 3, 0],
    "girls": [9, 4, 2],
}


def expected() -> BirthTable:
    return read_births(pa.table(WIDE), areas=TREE)


def test_a_data_frame() -> None:
    assert read_births(pd.DataFrame(WIDE), areas=TREE).digest == expected().digest


def test_a_data_frame_of_mixed_types_categories_and_holes() -> None:
    frame = pd.DataFrame(
        {
            "area_code": pd.Categorical(WIDE["area_code"]),
            "period": pd.PeriodIndex(WIDE["period"], freq="M"),
            "birth_order": pd.Series([1, 2, "3+"], dtype=object),
            "boys": [10.0, 3.0, 0.0],
            "girls": pd.array([9, 4, 2], dtype="Int64"),
            "memo": pd.Series([None, float("nan"), "x"], dtype=object),
        }
    )
    assert read_births(frame, areas=TREE).digest == expected().digest


def test_months_as_timestamps() -> None:
    table = pa.table({**WIDE, "period": [datetime.datetime(2024, month, 1) for month in (1, 2, 2)]})  # noqa: DTZ001
    assert read_births(table, areas=TREE).digest == expected().digest


def test_a_parquet_file(tmp_path: Path) -> None:
    pq.write_table(pa.table(WIDE), tmp_path / "births.parquet")
    assert read_births(tmp_path / "births.parquet", areas=TREE).digest == expected().digest


def test_a_parquet_file_cut_in_half(tmp_path: Path) -> None:
    pq.write_table(pa.table(WIDE), tmp_path / "births.parquet")
    whole = (tmp_path / "births.parquet").read_bytes()
    (tmp_path / "births.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputRefusedError) as refused:
        read_births(tmp_path / "births.parquet")
    assert [found.code for found in refused.value.findings] == ["file_damaged"]


def test_a_forbidden_value_in_a_frame_is_not_echoed() -> None:
    frame = pd.DataFrame({**WIDE, "memo": ["a", "b", "call 13800138000"]})
    with pytest.raises(RedLineError) as refused:
        read_births(frame, areas=TREE)
    assert refused.value.values == {"column": "6: memo", "row": 4, "reason": "phone_number"}


def test_what_is_no_table() -> None:
    with pytest.raises(InputError, match="source_unknown"):
        read_births(42)
    with pytest.raises(InputError, match="file_not_found"):
        read_births("nowhere.csv")


@costly(3)
@given(
    st.dictionaries(
        st.tuples(
            st.sampled_from(["01", "02"]), st.sampled_from(["2024-01", "2024-03"]), st.sampled_from(["1", "2", "3+"])
        ),
        st.tuples(st.integers(0, 5), st.integers(0, 5)),
        min_size=1,
    ).filter(lambda cells: any(map(sum, cells.values())))
)
def test_wide_long_and_line_lists_count_the_same(cells: dict[tuple[str, str, str], tuple[int, int]]) -> None:
    wide = [(*key, boys, girls) for key, (boys, girls) in cells.items()]
    long = [(*key, sex, n) for key, counts in cells.items() for sex, n in zip("MF", counts, strict=True)]
    births = [(*key, sex) for *key, sex, n in long for _ in range(n)]
    keys = ["area_code", "period", "birth_order"]
    tables = [
        read_births(pd.DataFrame(rows, columns=[*keys, *rest]), areas=TREE)
        for rows, rest in ((wide, ["boys", "girls"]), (long, ["sex", "count"]), (births, ["sex"]))
    ]
    assert tables[0].digest == tables[1].digest
    last = Period(2024, 3)
    if tables[2].periods[0] == tables[0].periods[0]:
        for name in ("boys", "girls"):
            counted = [getattr(table.counts(last), name) for table in tables]
            assert (counted[0] == counted[2]).all()


def test_a_line_list_keeps_no_rows() -> None:
    rows = pd.DataFrame({"area_code": ["01"] * 500, "period": ["2024-01"] * 500, "sex": ["M", "F"] * 250})
    table = read_births(rows, areas=TREE)
    assert table.cells.num_rows == 2
    assert table.n_births == 500


def test_weights_are_rounded_in_the_counts_only() -> None:
    table = read_births(pa.table({**WIDE, "weight": [1.25, 1.0, 0.2]}), areas=TREE)
    assert table.is_weighted
    assert table.cells["births"].to_pylist() == [11.25, 12.5, 4.0, 3.0, 0.4, 0.0]
    counts = table.counts()
    assert counts.boys.sum() == 12 + 3
    assert counts.girls.sum() == 11 + 4
