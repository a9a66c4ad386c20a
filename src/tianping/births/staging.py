"""The rows of a file in a working database, each text as a number: where reading ends and checking begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tianping.births.findings import FindingLog
from tianping.births.guard import ContentGuard
from tianping.births.layout import Layout
from tianping.births.readings import is_note
from tianping.births.rows import Chunk, Ragged, Source
from tianping.births.vocabulary import fold

Database = duckdb.DuckDBPyConnection
Positions = npt.NDArray[np.int32]

#: What DuckDB may hold in memory before it writes to a temporary folder.
MEMORY = "1GB"
#: Rows of a line list that are taken in before equal ones are counted together again.
_MOST_WAITING = 5_000_000


@contextmanager
def working_database(memory: str = MEMORY) -> Iterator[Database]:
    """Open an empty database in memory; what does not fit goes to a folder that is removed at the end."""
    with TemporaryDirectory(prefix="tianping-") as folder, duckdb.connect() as database:
        database.execute("SET memory_limit = ?", [memory])
        database.execute("SET temp_directory = ?", [folder])
        # How far a query is can be asked; only the command line writes.
        database.execute("SET enable_progress_bar = true")
        database.execute("SET enable_progress_bar_print = false")
        yield database


@dataclass
class Texts:
    """The different texts of a file's columns, by role and in the order of their first appearance."""

    by_role: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, role: str) -> list[str]:
        """Give the texts of a role; a text's position is its number in the database."""
        return list(self.by_role[role])

    def numbers(self, role: str, different: Sequence[str], at: Positions) -> Positions:
        """Give the number of each row's text, told by its position among the `different` texts of a stretch."""
        known = self.by_role[role]
        numbers = np.array([known.setdefault(text, len(known)) for text in different], dtype=np.int32)
        return numbers[at] if len(different) else at


def stage(database: Database, source: Source, layout: Layout, guard: ContentGuard, log: FindingLog) -> Texts:
    """Fill the table `raw` with the rows of a source.

    Its columns are `row` (number in the file), `n` (how many rows it stands for), `filled` (non-blank cells, two at
    most are counted) and `t_<role>`, the number of the cell's text among the texts that are returned. Equal rows of
    a line list are counted here and never kept.

    Raises:
        RedLineError: `content_refused`.
    """
    columns = "".join(f", t_{role}" for role in layout.columns)
    kinds = "".join(f", t_{role} INTEGER" for role in layout.columns)
    database.execute(f"CREATE TABLE raw (row BIGINT, n BIGINT, filled TINYINT{kinds})")
    each_row = f"SELECT row, 1 AS n, filled{columns} FROM stretch"
    counted = f"SELECT min(row), count(*), filled{columns} FROM stretch GROUP BY filled{columns}"
    texts = Texts({role: {} for role in layout.columns})
    is_list, n_waiting = layout.counting == "line_list", 0
    for chunk in source.chunks(layout.row, len(layout.headers), layout.fill):
        _note_ragged(chunk.ragged, guard, layout, log)
        database.register("stretch", _numbered(chunk, layout, guard, texts))
        database.execute(f"INSERT INTO raw {counted if is_list else each_row}")
        n_waiting += len(chunk.row)
        if is_list and n_waiting > _MOST_WAITING:
            _count_equal_rows(database, columns)
            n_waiting = 0
    if is_list:
        _count_equal_rows(database, columns)
    return texts


def _count_equal_rows(database: Database, columns: str) -> None:
    database.execute(
        f"CREATE TABLE different AS SELECT min(row) AS row, sum(n)::BIGINT AS n, filled{columns} "
        f"FROM raw GROUP BY filled{columns}"
    )
    database.execute("DROP TABLE raw")
    database.execute("ALTER TABLE different RENAME TO raw")


def _numbered(chunk: Chunk, layout: Layout, guard: ContentGuard, texts: Texts) -> pa.Table:
    """Look at the cells of a stretch, count the non-blank ones, and put numbers for the texts of every role."""
    filled = np.zeros(len(chunk.row), dtype=np.int8)
    numbers = {}
    for at, column in enumerate(chunk.columns):
        encoded = column.dictionary_encode()
        different, positions = encoded.dictionary.to_pylist(), encoded.indices.to_numpy()
        guard.check(at, different, positions, chunk.row)
        if different:
            filled += np.array([bool(text.strip()) for text in different], dtype=np.int8)[positions]
            np.minimum(filled, 2, out=filled)
        for role in (role for role, place in layout.columns.items() if place == at):
            numbers[f"t_{role}"] = texts.numbers(role, different, positions)
    return pa.table({"row": chunk.row, "filled": filled, **numbers})


def _note_ragged(ragged: tuple[Ragged, ...], guard: ContentGuard, layout: Layout, log: FindingLog) -> None:
    for row in ragged:
        guard.check_text(row.text, 0 if row.n_cells == 1 else None, row.row)
        if row.is_cut:
            log.add("file_cut_off", row=row.row)
        elif row.n_cells == 1 or is_note(fold(row.text)):
            log.add("note_rows", row=row.row)
        else:
            log.add("row_ragged", row=row.row, n_headers=len(layout.headers))
