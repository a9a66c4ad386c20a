"""What counts equal rows: a column engine on this machine, or a cluster. Both answer the same question.

The question is put once for each make of file: how many rows hold each combination of cells? All that follows, from
what a cell says to what is written, is the same whatever engine has counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from tianping.births.counting.line_lists import LineList
from tianping.births.counting.notes import Notes
from tianping.births.findings import FindingLog
from tianping.births.staging import Database
from tianping.terms import InputError

#: The engines by name, with the module that holds each; a module is loaded when its engine is asked for.
ENGINES = {"duckdb": "duckdb_engine", "spark": "spark_engine"}

#: Is told the share of the rows that are counted, from 0 to 1.
Progress = Callable[[float], None]


class Engine(Protocol):
    """Counts equal rows.

    An engine is made for one working database, with `memory` as in `1GB` and the URL of a cluster's master, empty
    where none is meant.
    """

    def __init__(self, database: Database, memory: str, master: str) -> None:
        """Take the working database."""

    def open_remote(self, path: str, log: FindingLog) -> LineList:
        """Look at the header and the first rows of what lies at a remote path such as `hdfs://…`."""

    def count(self, line_list: LineList, fields: Sequence[str], place: Path, notes: Notes, progress: Progress) -> None:
        """Write the different rows to a Parquet file: `area`, `rest` (see `groups.key`) and `n`.

        `fields` are those of all files, so that the groups of all can be put together. Rows that have too many or too
        few cells are left out and noted.
        """

    def close(self) -> None:
        """Let go of what the engine holds."""


def open_engine(name: str, database: Database, memory: str, master: str) -> Engine:
    """Make an engine.

    Raises:
        InputError: `engine_unknown` or `engine_missing`.
    """
    if name not in ENGINES:
        raise InputError("engine_unknown", engine=name, known=", ".join(ENGINES))
    made: Engine = import_module(f"tianping.births.counting.{ENGINES[name]}").Engine(database, memory, master)
    return made
