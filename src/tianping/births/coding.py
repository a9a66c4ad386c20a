"""From text to codes: each different text of a column is read once, in Python, then joined back in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tianping.births.findings import FindingLog
from tianping.births.layout import Layout
from tianping.births.readings import (
    Dated,
    Reading,
    is_total,
    majority_is_month,
    read_count,
    read_optional_count,
    read_order,
    read_period,
    read_sex,
    read_weight,
    read_year_month,
    unusable,
)
from tianping.births.staging import Database, Texts
from tianping.births.vocabulary import fold, header_role
from tianping.terms import Period, RedLineError

#: What separates cells that are read together; no cell holds it.
_JOINT = "\x1f"
#: Fields that are themselves counts: their issues say nothing about how many births are meant.
_COUNTS = ("births", "boys", "girls", "unknown_sex", "total")

Read = Callable[[Sequence[str], Sequence[int]], list[Reading]]


@dataclass(frozen=True)
class Field:
    """A column of the working table: what it is called, which roles it is read from, and how.

    Attributes:
        name: its name; beside it stand `<name>_issue` and `<name>_ok`.
        roles: roles of the columns whose texts are read together.
        read: gives a reading for each different text, given how many rows have it.
    """

    name: str
    roles: tuple[str, ...]
    read: Read


def each(read: Callable[[str], Reading]) -> Read:
    """Read every text by itself."""
    return lambda texts, _: [read(text) for text in texts]


@dataclass
class PeriodReader:
    """Reads the periods of a file, which are all months or all years.

    Attributes:
        latest: the current period; None when nothing is in the future.
        is_month: whether the file's periods are months; known after reading.
    """

    latest: Period | None
    header: str
    is_month: bool = True

    def read(self, texts: Sequence[str], rows: Sequence[int]) -> list[Reading]:
        """Read period cells, or a year's and a month's cell together."""
        dated = [_dated(text) for text in texts]
        _refuse_days(dated, self.header)
        self.is_month = majority_is_month(dated, rows)
        return [self._reading(found, text) for found, text in zip(dated, texts, strict=True)]

    def _reading(self, found: Dated | None, text: str) -> Reading:
        if found is None:
            return _no_period(text)
        if found.period.is_month != self.is_month:
            return unusable("periods_mixed")
        is_future = self.latest is not None and found.period.first_month > self.latest.last_month
        return Reading(found.period.ordinal, "period_future" if is_future else None, usable=not is_future)

    def read_reported(self, texts: Sequence[str], rows: Sequence[int]) -> list[Reading]:
        """Read reported periods as ordinals of their last month; a reported year is known from its December."""
        del rows
        readings = []
        for text in texts:
            found = read_period(text)
            if found is None:
                readings.append(Reading(None, "reported_unreadable" if fold(text) else None))
            elif self.latest is not None and found.period.first_month > self.latest.last_month:
                readings.append(Reading(None, "reported_impossible"))
            else:
                readings.append(Reading(found.period.last_month.ordinal))
        return readings


def _dated(text: str) -> Dated | None:
    year, joint, month = text.partition(_JOINT)
    return read_year_month(year, month) if joint else read_period(text)


def _no_period(text: str) -> Reading:
    cells = text.split(_JOINT)
    if not any(map(fold, cells)):
        return unusable("period_missing")
    for cell in cells:
        total = is_total(fold(cell))
        if total is not None:
            return Reading(total)
        role = header_role(cell, "births")
        if role is not None and role[1] in ("period", "year", "month"):
            return Reading(None, "header_repeated")
    return unusable("period_unreadable")


def _refuse_days(dated: Sequence[Dated | None], header: str) -> None:
    """Refuse days of birth; the first or the last day of a month only stands for the month."""
    if any(found is not None and not found.is_edge for found in dated):
        raise RedLineError("column_refused", column=header, reason="birth_moment")


def fields_of(layout: Layout, find_area: Callable[[str], Reading], periods: PeriodReader) -> list[Field]:
    """Give the fields that a file of this layout has."""
    roles = ("period",) if "period" in layout.columns else ("year", "month") if "month" in layout.columns else ("year",)
    candidates = [
        Field("area", ("area",), each(find_area)),
        Field("period", roles, periods.read),
        Field("reported", ("reported",), periods.read_reported),
        Field("birth_order", ("birth_order",), each(read_order)),
        Field("sex", ("sex",), each(read_sex)),
        Field("weight", ("weight",), each(read_weight)),
        Field("births", ("count",), each(read_count)),
        Field("boys", ("boys",), each(read_count)),
        Field("girls", ("girls",), each(read_count)),
        Field("unknown_sex", ("unknown_sex",), each(read_optional_count)),
        Field("total", ("total",), each(read_optional_count)),
    ]
    return [field for field in candidates if all(role in layout.columns for role in field.roles)]


def code_rows(database: Database, layout: Layout, fields: Sequence[Field], texts: Texts) -> None:
    """Make the table `coded` of `raw`: codes, issues and usability of every field, and the `kind` of each row.

    Where the file has no column for the area, its rows are of the first. Kinds are `data`, `total`, `blank`, `note`
    and `header`.
    """
    joins = "".join(_join(database, field, texts) for field in fields)
    columns = "".join(
        f", {name}.code AS {name}, {name}.issue AS {name}_issue, {name}.usable AS {name}_ok"
        for name in (field.name for field in fields)
    )
    names = {field.name for field in fields}
    constants = {"area": 0, "reported": None, "birth_order": 0, "weight": 1}
    columns += "".join(
        f", {'NULL' if value is None else value}::INTEGER AS {name}, NULL::VARCHAR AS {name}_issue, true AS {name}_ok"
        for name, value in constants.items()
        if name not in names
    )
    source = "raw.t_source" if "source" in layout.columns else "0"
    database.execute(
        f"CREATE TABLE coded AS SELECT *, {_kind(names, len(layout.columns))} AS kind FROM "
        f"(SELECT raw.row, raw.n, raw.filled, {source} AS source{columns} FROM raw{joins})"
    )
    database.execute("DROP TABLE raw")


def _kind(names: set[str], n_roles: int) -> str:
    marked = [name for name in ("area", "period") if name in names]
    headers = " OR ".join(f"{name}_issue = 'header_repeated'" for name in marked)
    totals = " OR ".join(f"{name} < -1" for name in ("area", "period", "birth_order", "sex") if name in names)
    note = "area_issue = 'note'" if "area" in names else "false"
    lone = "filled < 2" if n_roles > 2 else "false"
    return (
        f"CASE WHEN filled = 0 THEN 'blank' WHEN {note} OR {lone} THEN 'note' "
        f"WHEN {headers} THEN 'header' WHEN {totals} THEN 'total' ELSE 'data' END"
    )


def _join(database: Database, field: Field, texts: Texts) -> str:
    """Read the different texts of a field into a table of their codes; give the join that puts them in."""
    numbers = ", ".join(f"t_{role}" for role in field.roles)
    found = database.execute(f"SELECT {numbers}, sum(n) FROM raw WHERE filled > 0 GROUP BY {numbers}").fetchall()
    written = [texts.of(role) for role in field.roles]
    cells = [_JOINT.join(texts[number] for texts, number in zip(written, row, strict=False)) for row in found]
    readings = field.read(cells, [int(row[-1]) for row in found])
    columns = {f"t_{role}": pa.array([row[i] for row in found], pa.int32()) for i, role in enumerate(field.roles)}
    columns["code"] = pa.array([reading.code for reading in readings], pa.float64())
    columns["issue"] = pa.array([reading.issue for reading in readings], pa.string())
    columns["usable"] = pa.array([reading.usable for reading in readings], pa.bool_())
    database.register(f"readings_{field.name}", pa.table(columns))
    kind = "DOUBLE" if field.name == "weight" else "INTEGER"
    database.execute(
        f"CREATE TABLE codes_{field.name} AS SELECT * REPLACE (code::{kind} AS code) FROM readings_{field.name}"
    )
    same = " AND ".join(f"{field.name}.t_{role} = raw.t_{role}" for role in field.roles)
    return f" LEFT JOIN codes_{field.name} AS {field.name} ON {same}"


def note_issues(database: Database, layout: Layout, fields: Sequence[Field], log: FindingLog) -> None:
    """Turn issues and passed-over rows into findings, one for each issue and column."""
    passed_over = {"blank": "blank_rows", "note": "note_rows", "header": "header_repeated", "total": "totals_rows"}
    for kind, rows, first in database.execute("SELECT kind, sum(n), min(row) FROM coded GROUP BY kind").fetchall():
        if kind in passed_over:
            log.add(passed_over[kind], row=first, count=int(rows))
    for field in fields:
        births = "0" if field.name in _COUNTS else _births(layout)
        issues = database.execute(
            f"SELECT {field.name}_issue AS issue, sum(n), min(row), sum(n * ({births})) FROM coded "
            "WHERE kind = 'data' AND issue IS NOT NULL GROUP BY issue ORDER BY issue"
        ).fetchall()
        for issue, rows, first, told in issues:
            log.add(issue, row=first, column=layout.header(*field.roles), count=int(rows), births=int(told))


def _births(layout: Layout) -> str:
    """Give the SQL for the births that a row tells, nought where it does not tell them."""
    if layout.counting == "wide":
        return "coalesce(boys, 0) + coalesce(girls, 0)"
    return "coalesce(births, 0)" if layout.counting == "long" else "1"
