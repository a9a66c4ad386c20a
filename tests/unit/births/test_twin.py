"""The reader and the counts agree with a slow twin on any table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from oracles import births as twin
from tianping.births import BirthTable, InputRefusedError, difference, read_births
from tianping.terms import Area, AreaTree, Period

TREE = AreaTree.of(
    [Area("p", "P", "province"), Area("c1", "C1", "county", "p"), Area("c2", "C2", "county", "p")]
    + [Area(code, code, "township", parent) for code, parent in (("t1", "c1"), ("t2", "c1"), ("t3", "c2"))]
)
SEXES = {"m": "M", "f": "F", "unknown": "U"}
MONTHS = ["2024-11", "2024-12", "2025-01", "2025-02"]
FEW = costly(3)


@st.composite
def rows(draw: st.DrawFn) -> twin.Row:
    period = draw(st.sampled_from(MONTHS))
    return twin.Row(
        area=draw(st.sampled_from(["t1", "t2", "t3", "c1", "p", "nowhere"])),
        period=period,
        order=draw(st.sampled_from(list(twin.GROUPS))),
        sex=draw(st.sampled_from(["M", "F", "U"])),
        count=draw(st.sampled_from(["0", "1", "7", "40", "-1", "2.5", ""])),
        reported=draw(st.sampled_from(["", *(month for month in MONTHS if month >= period)])),
        source=draw(st.sampled_from(["", "registry", "vaccine"])),
    )


tables = st.lists(rows(), min_size=1, max_size=40)


def read(told: list[twin.Row]) -> BirthTable | None:
    columns = {
        "area_code": [row.area for row in told],
        "period": [row.period for row in told],
        "birth_order": [row.order for row in told],
        "sex": [row.sex for row in told],
        "count": [row.count for row in told],
        "reported_period": [row.reported for row in told],
        "source": [row.source for row in told],
    }
    try:
        return read_births(pa.table(columns), areas=TREE)
    except InputRefusedError as refused:
        if refused.findings[-1].code != "nothing_usable":
            raise
        return None


def cells(table: BirthTable | None) -> dict[twin.Cell, int]:
    if table is None:
        return {}
    return {
        (area, period, order, SEXES[sex], reported or "", source or ""): births
        for area, period, order, sex, reported, source, births in map(dict.values, table.cells.to_pylist())
    }


@FEW
@given(tables, st.sampled_from(MONTHS), st.none() | st.sampled_from(MONTHS))
def test_the_same_rows_make_the_same_cells_and_counts(told: list[twin.Row], last: str, known_on: str | None) -> None:
    table, expected_cells = read(told), twin.cells_of(told, TREE)
    assert cells(table) == expected_cells
    if table is None or Period.parse(last) < table.periods[0]:
        return
    as_of, known = Period.parse(last), Period.parse(known_on) if known_on else None
    got = table.known(as_of, known)
    expected = twin.counts_of(expected_cells, TREE, table.periods[0], as_of, known)
    assert got.births_after_known_on == twin.births_reported_later(expected_cells, as_of, known)
    assert np.array_equal(got.counts.boys, expected["M"])
    assert np.array_equal(got.counts.girls, expected["F"])
    if table.has_reported_periods:
        assert got.counts.registered_boys is not None
        assert got.counts.registered_girls is not None
        assert np.array_equal(got.counts.registered_boys, expected["registered M"])
        assert np.array_equal(got.counts.registered_girls, expected["registered F"])


@FEW
@given(tables, tables)
def test_the_difference_of_two_tables_is_what_changed(first: list[twin.Row], second: list[twin.Row]) -> None:
    before, after = read(first), read(second)
    if before is None or after is None:
        return
    got = difference(before, after)
    changed = [tuple(row.values()) for row in got.cells.to_pylist()]
    written = [(area, period, order, SEXES[sex], was, now) for area, period, order, sex, was, now in changed]
    assert sorted(written) == sorted(twin.changes(twin.cells_of(first, TREE), twin.cells_of(second, TREE)))
    assert (got.births_before, got.births_after) == (before.n_births, after.n_births)


@FEW
@given(tables)
def test_the_digest_is_of_the_content_not_of_the_order(told: list[twin.Row]) -> None:
    once = {(row.area, row.period, row.order, row.sex, row.reported, row.source): row for row in told}
    different = list(once.values())
    first, second = read(different), read(different[::-1])
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert first.digest == second.digest
