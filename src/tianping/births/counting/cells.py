"""From groups of equal rows to the table of births: texts written as codes, equal cells summed, one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tianping.births.counting.codes import Meanings
from tianping.births.counting.groups import quoted
from tianping.births.findings import FindingLog
from tianping.births.staging import Database
from tianping.storage import clear_parts, whole_file

#: How the columns are called in the table that is written.
_WRITTEN = {"reported": "reported_period"}
#: The tables that can be written: how, and how they are read again.
FORMATS = {
    ".parquet": ("FORMAT parquet, COMPRESSION zstd", "read_parquet(?)"),
    ".csv": ("FORMAT csv, HEADER true", "read_csv(?, all_varchar = true, header = true, delim = ',')"),
}


@dataclass(frozen=True)
class Cells:
    """The cells that were written: how many, with how many births, of the first and the last period."""

    n_cells: int
    n_births: int
    first: str
    last: str


def cells(meanings: Meanings, *, is_one_make: bool) -> str:
    """Give the SQL for the cells.

    Left-out texts have no rows. The areas are not joined where all of them stand as they are written, as they do in
    most lists; cells are not summed where no two groups are written alike.
    """
    area, joined = "groups.area", " JOIN codes_rest ON codes_rest.text = groups.rest"
    if not meanings.area.is_as_written:
        area = "codes_area.written"
        joined += " JOIN codes_area ON codes_area.text = groups.area"
    columns = "".join(f"codes_rest.{name} AS {_WRITTEN.get(name, name)}, " for name in meanings.fields[1:])
    is_summed = not (is_one_make and meanings.is_one_to_one)
    count, by = ("sum(n)::BIGINT", " GROUP BY ALL") if is_summed else ("n", "")
    return f"SELECT {area} AS area_code, {columns}{count} AS count FROM groups{joined}{by}"


def write_cells(database: Database, query: str, path: Path, log: FindingLog) -> Cells:
    """Write the cells of a query to a file that appears whole or not at all.

    Raises:
        InputRefusedError: `nothing_usable`; no file is written then.
    """
    form, read = FORMATS[path.suffix.lower()]
    clear_parts(path)
    with whole_file(path) as part:
        database.execute(f"COPY ({query}) TO {quoted(str(part))} ({form})")
        n_cells, n_births, first, last = database.execute(
            f"SELECT count(*), sum(count::BIGINT)::BIGINT, min(period), max(period) FROM {read}",
            [str(part)],
        ).fetchall()[0]
        if not n_cells:
            log.refuse("nothing_usable")
    return Cells(n_cells, n_births, first, last)
