"""Groups of equal rows: the area, the other cells joined to one text, and how many rows there are.

A nation has many areas and few combinations of the other cells, so that two short columns say all; they take half the
memory of five, and less time than to count by five.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tianping.births.staging import Database

#: Columns of what is counted, in the order in which they are written; all but the first are joined.
FIELDS = ("area", "period", "birth_order", "sex", "reported", "source")
#: What stands between joined cells, and between a year and its month; no cell of a table holds them.
SEPARATOR, JOINT = "\x1e", "\x1f"


def fields_of(roles: Iterable[str]) -> tuple[str, ...]:
    """Give the fields that columns of these roles tell; year and month tell the period."""
    told = {"period" if role in ("year", "month") else role for role in roles}
    return tuple(name for name in FIELDS if name in told)


def key(kinds: Mapping[str, str], fields: Sequence[str]) -> str:
    """Give the SQL for the two columns of a group, `area` and `rest`, given the type of each role's column.

    A field that has no column is empty.
    """
    texts = {role: _as_text(role, kind) for role, kind in kinds.items()}
    if "year" in texts:
        texts["period"] = f"concat({texts['year']}, '{JOINT}', {texts['month']})" if "month" in texts else texts["year"]
    rest = f", '{SEPARATOR}', ".join(texts.get(name, "''") for name in fields[1:])
    return f"coalesce({texts['area']}, '') AS area, concat({rest}) AS rest"


def keep(database: Database, query: str, place: Path) -> None:
    """Write groups to a file of the working folder as they come.

    In memory they would stand beside what counts them, and both would be written to the disk and read again.
    """
    database.execute(f"COPY ({query}) TO {quoted(str(place))} (FORMAT parquet, COMPRESSION uncompressed)")


def unite(database: Database, places: Iterable[Path]) -> None:
    """Make the view `groups` of the groups of every make of file; it may hold a group twice."""
    files = ", ".join(quoted(str(place)) for place in places)
    database.execute(f"CREATE VIEW groups AS SELECT area, rest, n FROM read_parquet([{files}])")


def quoted(text: str) -> str:
    """Give a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def kinds_of(database: Database, query: str) -> dict[str, str]:
    """Give the type of each column of a query."""
    return {name: kind for name, kind, *_ in database.execute(f"DESCRIBE {query}").fetchall()}


def _as_text(column: str, kind: str) -> str:
    """Give the SQL for a column as text: days without the time, whole numbers without a point."""
    if kind == "VARCHAR":
        return column
    if kind.startswith("TIMESTAMP"):
        return f"{column}::DATE::VARCHAR"
    if kind in ("FLOAT", "DOUBLE"):
        whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
        number = f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
        return f"CASE WHEN isnan({column}) THEN '' ELSE {number} END"
    return f"{column}::VARCHAR"
