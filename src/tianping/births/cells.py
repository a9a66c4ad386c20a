"""From coded rows to cells: half cells withheld, repeated cells kept once, sums compared with their parts.

The working tables, in this order: `coded` (one row per different row of the file), `entries` (one row per count),
`kept` (entries that count, one per cell), `cells` (areas that count for themselves).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tianping.births.findings import FindingLog
from tianping.births.layout import Layout
from tianping.births.readings import TOTAL
from tianping.births.staging import Database
from tianping.terms import AreaTree

#: Roles of a wide table's counts, with the code of the sex that each stands for.
_WIDE = {"boys": 0, "girls": 1, "unknown_sex": 2, "total": TOTAL}
_KEY = "area, period, reported, birth_order, sex, source"
#: Detailed birth order → position in `terms.ORDERS`; sums keep their code.
_GROUPED_ORDER = (
    "CASE WHEN birth_order = 0 THEN 3 WHEN birth_order < 0 THEN birth_order ELSE least(birth_order, 3) - 1 END"
)
_IS_INNER_TOTAL = "(area, period, source) IN (SELECT (area, period, source) FROM inner_totals)"


def make_cells(database: Database, layout: Layout, tree: AreaTree, log: FindingLog) -> None:
    """Make the table `cells` of `coded`: area, period, reported, birth_order, sex, source, births.

    Birth orders are positions in `terms.ORDERS`, sexes positions in `readings.SEXES`.
    """
    _make_entries(database, layout)
    n_bad, n_totals = _one(database, "SELECT count(*) FILTER (is_bad), count(*) FILTER (n_totals > 0) FROM entries")
    if n_totals:
        _read_lone_totals(database)
    if n_bad and layout.counting != "line_list":
        _withhold_half_cells(database, log)
    _keep_once(database, layout, log)
    _drop_inner_totals(database, layout, tree, log)
    if n_totals:
        _compare_totals(database, layout, log)


def _make_entries(database: Database, layout: Layout) -> None:
    """Lay out one count a row; the rows of a wide table are taken apart."""
    if layout.counting == "wide":
        parts = [(str(sex), role, f"{role}_ok") for role, sex in _WIDE.items() if role in layout.columns]
    elif layout.counting == "long":
        parts = [("sex", "births", "births_ok AND sex_ok")]
    else:
        parts = [("sex", "1", "sex_ok")]
    selects = [
        f"SELECT row, n, area, period, reported, birth_order, {sex} AS sex, source, {count} * weight AS births, "
        f"NOT (area_ok AND period_ok AND weight_ok AND {usable}) AS is_bad "
        "FROM coded WHERE kind IN ('data', 'total')"
        for sex, count, usable in parts
    ]
    axes = " + ".join(f"(coalesce({axis}, 0) < -1)::INT" for axis in ("area", "period", "birth_order", "sex"))
    database.execute(
        f"CREATE TABLE entries AS SELECT *, {axes} AS n_totals FROM ({' UNION ALL '.join(selects)}) "
        "WHERE births IS NOT NULL OR is_bad"
    )


def _read_lone_totals(database: Database) -> None:
    """Read a sum over birth orders as births of unknown order where its parts are not told."""
    database.execute(
        f"UPDATE entries SET birth_order = 0, n_totals = 0 WHERE birth_order = {TOTAL} AND n_totals = 1 "
        "AND (area, period) NOT IN (SELECT (area, period) FROM entries "
        "WHERE birth_order >= 0 AND area IS NOT NULL AND period IS NOT NULL)"
    )


def _withhold_half_cells(database: Database, log: FindingLog) -> None:
    """Leave out what is left of a cell of which a part could not be read.

    Boys without their girls would look like an extreme sex ratio, and be nothing but a slip of the pen.
    """
    database.execute(
        "CREATE TABLE halves AS SELECT DISTINCT area, period, birth_order FROM entries WHERE is_bad AND n_totals = 0 "
        "AND coalesce(sex, 0) < 2 AND area IS NOT NULL AND period IS NOT NULL"
    )
    half = (
        "NOT is_bad AND n_totals = 0 AND sex < 2 AND EXISTS (SELECT 1 FROM halves WHERE halves.area = entries.area "
        "AND halves.period = entries.period AND halves.birth_order = entries.birth_order)"
    )
    rows, first, births = _one(database, f"SELECT sum(n), min(row), sum(n * births) FROM entries WHERE {half}")
    if rows:
        log.add("half_cell", row=first, count=int(rows), births=round(births))
        database.execute(f"UPDATE entries SET is_bad = true WHERE {half}")


def _keep_once(database: Database, layout: Layout, log: FindingLog) -> None:
    """Keep each cell once, as its first row tells it; the rows of a line list are added up."""
    births = "sum(n * births)" if layout.counting == "line_list" else "arg_min(births, row)"
    database.execute(
        f"CREATE TABLE kept AS SELECT * REPLACE ({_GROUPED_ORDER} AS birth_order) FROM ("
        f"SELECT {_KEY}, min(row) AS row, {births} AS births, sum(n) AS n, sum(n * births) AS told, max(row) AS last "
        f"FROM entries WHERE NOT is_bad AND n_totals = 0 GROUP BY {_KEY})"
    )
    if layout.counting == "line_list":
        return
    rows, first, lost = _one(database, "SELECT sum(n - 1), min(last), sum(told - births) FROM kept WHERE n > 1")
    if rows:
        columns = layout.header("area", "period", "year", "month", "birth_order", "sex", "reported", "source")
        log.add("duplicate_cell", row=first, count=int(rows), births=round(lost), columns=columns)


def _compare_totals(database: Database, layout: Layout, log: FindingLog) -> None:
    """Compare sums over areas, birth orders or sexes with their parts; the parts count."""
    database.execute(f"UPDATE entries SET birth_order = {_GROUPED_ORDER}")
    axes = (("area", "cells", ["area"]), ("birth_order", "kept", ["birth_order"]), ("sex", "kept", ["sex", "total"]))
    for axis, table, roles in axes:
        others = [name for name in ("area", "period", "birth_order", "sex") if name != axis]
        key = ", ".join(others)
        same = " AND ".join(f"told.{name} = parts.{name}" for name in others)
        rows, first = _one(
            database,
            f"SELECT count(*), min(told.row) FROM (SELECT {key}, min(row) AS row, sum(births) AS births FROM entries "
            f"WHERE {axis} = {TOTAL} AND n_totals = 1 AND NOT is_bad GROUP BY {key} HAVING sum(n) = 1) AS told "
            f"JOIN (SELECT {key}, sum(births) AS births FROM {table} GROUP BY {key}) AS parts ON {same} "
            "WHERE abs(told.births - parts.births) > 0.5",
        )
        if rows:
            log.add("parts_do_not_add_up", row=first, column=layout.header(*roles), count=rows)


def _drop_inner_totals(database: Database, layout: Layout, tree: AreaTree, log: FindingLog) -> None:
    """Leave an inner area's own counts out in the periods in which areas below it are counted."""
    inner = np.flatnonzero(~tree.is_leaf)
    told = {int(area) for (area,) in database.execute("SELECT DISTINCT area FROM kept").fetchall()}
    if told.isdisjoint(inner.tolist()):
        database.execute(f"CREATE TABLE cells AS SELECT {_KEY}, sum(births) AS births FROM kept GROUP BY {_KEY}")
        return
    _find_inner_totals(database, tree)
    database.execute(
        f"CREATE TABLE cells AS SELECT {_KEY}, sum(births) AS births FROM kept "
        f"WHERE NOT {_IS_INNER_TOTAL} GROUP BY {_KEY}"
    )
    rows, first = _one(database, f"SELECT count(*), min(row) FROM kept WHERE {_IS_INNER_TOTAL}")
    if rows:
        log.add("inner_totals", row=first, column=layout.header("area"), count=rows)
        _compare_inner_totals(database, layout, log)


def _find_inner_totals(database: Database, tree: AreaTree) -> None:
    """Make the table `inner_totals`: areas, periods and sources in which an area below is told too."""
    lines = [(at, above) for at in range(len(tree)) for above in tree.ancestors(at)]
    columns = {"area": [at for at, _ in lines], "above": [above for _, above in lines]}
    database.register("lines", pa.table(columns, schema=pa.schema([("area", pa.int64()), ("above", pa.int64())])))
    database.execute(
        "CREATE TABLE inner_totals AS SELECT DISTINCT own.area, own.period, own.source FROM kept AS own "
        "JOIN lines ON lines.above = own.area "
        "JOIN (SELECT DISTINCT area, period, source FROM kept) AS part "
        "ON part.area = lines.area AND part.period = own.period AND part.source = own.source"
    )


def _compare_inner_totals(database: Database, layout: Layout, log: FindingLog) -> None:
    """Compare inner areas' own counts with the sums below them, by sex and by the birth orders that both tell."""
    database.execute(
        "CREATE TABLE balance AS SELECT area, period, source, birth_order, sex, births, row FROM kept "
        f"WHERE {_IS_INNER_TOTAL} UNION ALL SELECT above, period, source, birth_order, sex, -births, NULL "
        f"FROM (SELECT lines.above, cells.* FROM cells JOIN lines ON lines.area = cells.area) "
        "WHERE (above, period, source) IN (SELECT (area, period, source) FROM inner_totals)"
    )
    by_sex = "SELECT area, period, min(row) AS row FROM balance GROUP BY area, period, source, sex HAVING {open}"
    by_order = (
        "SELECT area, period, min(row) AS row FROM balance WHERE birth_order < 3 "
        "GROUP BY area, period, source, sex, birth_order HAVING {open} AND count(row) BETWEEN 1 AND count(*) - 1"
    )
    differ = f"{by_sex} UNION ALL {by_order}".format(open="abs(sum(births)) > 0.5")
    rows, first = _one(database, f"SELECT count(DISTINCT (area, period)), min(row) FROM ({differ})")
    if rows:
        log.add("parts_do_not_add_up", row=first or 0, column=layout.header("area"), count=rows)


def _one(database: Database, query: str) -> tuple[Any, ...]:
    """Give the one row of a query."""
    row: tuple[Any, ...] = database.execute(query).fetchall()[0]
    return row
