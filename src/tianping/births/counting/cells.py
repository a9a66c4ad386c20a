"""From groups of equal rows to the table of births: texts written as codes, equal cells summed, one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tianping.births.counting.codes import FIELDS, Codes
from tianping.births.findings import FindingLog
from tianping.births.staging import Database
from tianping.storage import clear_parts, whole_file

#: How the columns are called in the table that is written.
_WRITTEN = {"area": "area_code", "reported": "reported_period"}
#: The tables that can be written: how, and how they are read again.
FORMATS = {
    ".parquet": ("FORMAT parquet, COMPRESSION zstd", "read_parquet(?)"),
    ".csv": ("FORMAT csv, HEADER true", "read_csv(?, all_varchar = true, header = true, delim = ',')"),
}
#: What separates year and month; no cell holds it.
JOINT = "\x1f"


@dataclass(frozen=True)
class Cells:
    """The cells that were written: how many, with how many births, of the first and the last period."""

    n_cells: int
    n_births: int
    first: str
    last: str


def groups_as_text(database: Database, tables: Mapping[str, Sequence[str]]) -> None:
    """Make the view `groups` of tables of equal rows, given the roles of each: cells as text, and `n`.

    Year and month are joined to one period; a role that only some tables have is empty in the others.
    """
    roles = [name for name in FIELDS if any(name in _fields(found) for found in tables.values())]
    selects = []
    for table, found in tables.items():
        kinds = {name: kind for name, kind, *_ in database.execute(f"DESCRIBE {table}").fetchall()}
        texts = {role: _as_text(role, kinds[role]) for role in found}
        if "year" in texts:
            texts["period"] = texts["year"] + (f" || '{JOINT}' || {texts['month']}" if "month" in texts else "")
        columns = "".join(f"{texts.get(role, repr(''))} AS {role}, " for role in roles)
        selects.append(f"SELECT {columns}n FROM {table}")
    database.execute(f"CREATE VIEW groups AS {' UNION ALL '.join(selects)}")


def _fields(roles: Sequence[str]) -> set[str]:
    return {"period" if role in ("year", "month") else role for role in roles}


def _as_text(column: str, kind: str) -> str:
    """Give the SQL for a column as text: days without the time, whole numbers without a point, nothing for NULL."""
    if kind == "VARCHAR":
        return f"coalesce({column}, '')"
    if kind.startswith("TIMESTAMP"):
        column = f"{column}::DATE"
    elif kind in ("FLOAT", "DOUBLE"):
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        column = (
            f"CASE WHEN isnan({column}) THEN '' WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
        )
    return f"coalesce(({column})::VARCHAR, '')"


class Written:
    """The groups with every usable text written as its code.

    Left-out texts have no rows here. A column all of whose texts stand as they are written is not joined: in a
    nation's list that is the area, the largest by far.
    """

    def __init__(self, codes: Sequence[Codes]) -> None:
        self._columns = {
            one.name: f"groups.{one.name}" if one.is_as_written else f"codes_{one.name}.written" for one in codes
        }
        self._source = "groups" + "".join(
            f" JOIN codes_{one.name} ON codes_{one.name}.text = groups.{one.name}"
            for one in codes
            if not one.is_as_written
        )
        self._is_one_to_one = all(one.is_one_to_one for one in codes)

    @property
    def reported_before_birth(self) -> str:
        """The SQL for groups whose reported period lies before the birth's own; empty where none is told.

        Periods compare as they are written, a month with the year that it belongs to.
        """
        if "reported" not in self._columns:
            return ""
        condition = f"{self._columns['reported']} < {self._columns['period']}"
        return f"SELECT groups.reported, groups.period, groups.n FROM {self._source} WHERE {condition}"

    def cells(self, *, is_summed: bool) -> str:
        """Give the SQL for the cells; reported periods before the birth's own are left empty."""
        columns = dict(self._columns)
        if "reported" in columns:
            columns["reported"] = (
                f"CASE WHEN {columns['reported']} >= {columns['period']} THEN {columns['reported']} END"
            )
        is_summed = is_summed or not self._is_one_to_one
        named = "".join(f"{column} AS {_WRITTEN.get(name, name)}, " for name, column in columns.items())
        count, by = ("sum(n)::BIGINT", " GROUP BY ALL") if is_summed else ("n", "")
        return f"SELECT {named}{count} AS count FROM {self._source}{by}"


def write_cells(database: Database, query: str, path: Path, log: FindingLog) -> Cells:
    """Write the cells of a query to a file that appears whole or not at all.

    Raises:
        InputRefusedError: `nothing_usable`; no file is written then.
    """
    form, read = FORMATS[path.suffix.lower()]
    clear_parts(path)
    with whole_file(path) as part:
        database.execute(f"COPY ({query}) TO '{str(part).replace(chr(39), chr(39) * 2)}' ({form})")
        n_cells, n_births, first, last = database.execute(
            f"SELECT count(*), sum(count::BIGINT)::BIGINT, min(period), max(period) FROM {read}",
            [str(part)],
        ).fetchall()[0]
        if not n_cells:
            log.refuse("nothing_usable")
    return Cells(n_cells, n_births, first, last)
