"""Releases: a table of births frozen under the digest of its content, never changed, checked whenever it is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tianping.births.table import COLUMNS, BirthTable, cells_schema
from tianping.storage import whole_file
from tianping.terms import StoreError, TianpingError

_ENDING = ".parquet"
_DESCRIPTION = b"tianping"
_READ_ONLY = 0o444


@dataclass(frozen=True)
class Release:
    """A frozen table of births.

    Attributes:
        digest: SHA-256 of areas and cells, in hexadecimal; the file's name.
        path: the file.
        n_cells: how many cells it holds.
        n_births: how many births.
    """

    digest: str
    path: Path
    n_cells: int
    n_births: int


@dataclass(frozen=True)
class Difference:
    """What changed from one table of births to another.

    Attributes:
        cells: the cells that differ: area_code, period, birth_order, sex, births_before, births_after; a cell that
            one table does not have counts as nought. Reported periods are summed over.
        births_before: all births of the first table.
        births_after: all births of the second.
    """

    cells: pa.Table
    births_before: int
    births_after: int


def write_release(table: BirthTable, folder: str | os.PathLike[str]) -> Release:
    """Write a table under its digest; nothing happens when the same content is there already.

    The file appears whole or not at all: it is written beside, flushed to the disk and then named.

    Raises:
        StoreError: `release_damaged` when a file of that digest holds something else.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{table.digest}{_ENDING}"
    if path.exists():
        read_release(place, table.digest)
    else:
        _write_whole(table, path)
    return Release(table.digest, path, len(table.cells), table.n_births)


def read_release(folder: str | os.PathLike[str], digest: str) -> BirthTable:
    """Read a release and check that its content is what its name says.

    Raises:
        StoreError: `release_unknown` or `release_damaged`.
    """
    path = Path(folder) / f"{digest}{_ENDING}"
    if not path.is_file():
        raise StoreError("release_unknown", digest=digest)
    try:
        stored = pq.read_table(path)
        description = stored.schema.metadata[_DESCRIPTION].decode()
        table = BirthTable.described(description, stored.replace_schema_metadata(None))
        if table.digest == digest and table.cells.schema == cells_schema(is_weighted=table.is_weighted):
            return table
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, TianpingError) as error:
        raise StoreError("release_damaged", digest=digest) from error
    raise StoreError("release_damaged", digest=digest)


def list_releases(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """Give the digests of the releases in a folder, in alphabetical order."""
    return tuple(sorted(path.stem for path in Path(folder).glob(f"*{_ENDING}")))


def difference(before: BirthTable, after: BirthTable) -> Difference:
    """Give the cells (area, period, birth order, sex) whose births differ, in the order of their codes."""
    key = "area_code, period, birth_order, sex"
    with duckdb.connect() as database:
        database.register("before", before.cells)
        database.register("after", after.cells)
        signed = " UNION ALL ".join(
            f"SELECT {key}, {was} AS was, {now} AS now FROM {name}"
            for name, was, now in (("before", "births", "0"), ("after", "0", "births"))
        )
        changed = database.sql(
            f"SELECT {key}, sum(was)::DOUBLE AS births_before, sum(now)::DOUBLE AS births_after FROM ({signed}) "
            f"GROUP BY {key} HAVING abs(sum(was) - sum(now)) > 1e-9 ORDER BY {key}"
        ).to_arrow_table()
    if not (before.is_weighted or after.is_weighted):
        for name in ("births_before", "births_after"):
            at = changed.column_names.index(name)
            changed = changed.set_column(at, name, pc.cast(changed[name], pa.int64()))
    return Difference(changed, before.n_births, after.n_births)


def _write_whole(table: BirthTable, path: Path) -> None:
    stored = table.cells.select(COLUMNS).replace_schema_metadata({_DESCRIPTION: table.description.encode()})
    with whole_file(path, _READ_ONLY) as part:
        pq.write_table(stored, part, compression="zstd")
