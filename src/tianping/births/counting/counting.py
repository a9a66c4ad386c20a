"""Count line lists into a table of births: every row is counted or told, and nothing of a row is kept."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from tianping.births.areas import AreaTable, read_areas
from tianping.births.coding import PeriodReader
from tianping.births.counting.cells import FORMATS, Cells, cells, write_cells
from tianping.births.counting.codes import Meanings, different_texts, put_together, read_codes, readers, taken_apart
from tianping.births.counting.engines import Engine, Progress, open_engine
from tianping.births.counting.groups import fields_of, unite
from tianping.births.counting.line_lists import REMOTE, LineList, find_files, grouped, open_line_list
from tianping.births.counting.notes import Notes
from tianping.births.counting.noting import header_of, note_codes, refuse_content
from tianping.births.findings import InputRefusedError
from tianping.births.staging import MEMORY, Database, working_database
from tianping.terms import Finding, InputError, Period, Severity

_SIZE = re.compile(r"^\d+(\.\d+)?\s?[MG]i?B$")


@dataclass(frozen=True)
class CountedLists:
    """What was counted.

    Attributes:
        path: the table of births that was written.
        n_files: files that were read; a remote path counts as one.
        n_rows: rows of these files that have as many cells as their header.
        n_areas: different areas of these rows.
        cells: what was written.
        findings: what was found, the heaviest first.
    """

    path: Path
    n_files: int
    n_rows: int
    n_areas: int
    cells: Cells
    findings: tuple[Finding, ...]


def count_line_lists(
    sources: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    areas: Any = None,
    on_or_before: Period | None = None,
    strict: bool = False,
    engine: str = "duckdb",
    master: str = "",
    memory: str = MEMORY,
    threads: int = 0,
    progress: Progress = lambda _: None,
) -> CountedLists:
    """Count de-identified rows, one for each birth, into a long table: area, period, birth order, sex and count.

    Rows hold area, period and sex, and may hold birth order, reported period and source; any other column refuses the
    file. `read_births` makes of the table, which appears whole or not at all, the cells it would make of the rows.

    Args:
        sources: CSV (packed by gzip or not), Parquet, folders of them; for Spark remote paths of Parquet too.
        out: the table to write, `.parquet` or `.csv`.
        areas: what `read_areas` takes; without it every code is an area.
        on_or_before: the current period; rows of later ones are errors. Nothing is in the future without it.
        strict: write nothing when a finding is at error level.
        engine: a name of `ENGINES`.
        master: URL of the Spark master; this machine without it.
        memory: what the engine may hold, such as `1GB`.
        threads: how many threads count; as many as there are processors with 0.
        progress: is told the share of the rows counted, from another thread.

    Raises:
        InputError: when a file, an engine or a setting is not as it should be.
        InputRefusedError: when a file cannot be used, or `strict` is set and there is an error.
        RedLineError: when a file carries something about an individual.
    """
    path, notes = _checked_out(Path(out), sources), Notes()
    if not _SIZE.match(memory):
        raise InputError("memory_unreadable", memory=memory)
    known = None if areas is None else read_areas(areas, strict=strict)
    with _database(memory, threads) as database, TemporaryDirectory(prefix="tianping-") as folder:
        counter = open_engine(engine, database, memory, master)
        try:
            lists = _opened(sources, counter, notes)
            _count(database, counter, lists, Path(folder), notes, progress)
        finally:
            counter.close()
        meanings, log = _read(database, lists, known, on_or_before), notes.of(lists[0].name)
        note_codes(database, meanings, lists, notes)
        log.add("line_list_counted", count=meanings.n_rows)
        findings = (*(() if known is None else known.findings), *notes.findings)
        if strict and any(found.severity is Severity.ERROR for found in findings):
            raise InputRefusedError(lists[0].name, findings)
        written = write_cells(database, cells(meanings, is_one_make=len(lists) == 1), path, log)
    n_files, n_areas = sum(len(one.paths) for one in lists), len(set(meanings.area.written.values()))
    return CountedLists(path, n_files, meanings.n_rows, n_areas, written, findings)


@contextmanager
def _database(memory: str, threads: int) -> Iterator[Database]:
    """Open a working database with limits; where they are met, say which."""
    with working_database(memory) as database:
        if threads:
            database.execute("SET threads = ?", [threads])
        # Groups have no order of their own, and to keep one would cost memory.
        database.execute("SET preserve_insertion_order = false")
        database.execute("SET TimeZone = 'UTC'")
        try:
            yield database
        except duckdb.OutOfMemoryException as error:
            raise InputError("memory_too_small") from error
        except duckdb.IOException as error:
            raise InputError("disk_full") from error
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise InputError("disk_full") from error


def _checked_out(out: Path, sources: Sequence[str | os.PathLike[str]]) -> Path:
    """Refuse a place where no table can be written, before any work is done for it."""
    if out.suffix.lower() not in FORMATS:
        raise InputError("out_file_kind", file=out.name, known=", ".join(FORMATS))
    if not out.parent.is_dir() or out.is_dir() or not os.access(out.parent, os.W_OK):
        raise InputError("out_file_place", file=str(out))
    for source in map(Path, sources):
        if out.resolve() == source.resolve() or (source.is_dir() and source.resolve() in out.resolve().parents):
            raise InputError("out_file_among_sources", file=str(out))
    return out


def _opened(sources: Sequence[str | os.PathLike[str]], counter: Engine, notes: Notes) -> list[LineList]:
    """Look at the first rows of every file; give them by their make."""
    told = [os.fspath(source) for source in sources]
    remote = [source for source in told if REMOTE in source]
    paths = find_files([source for source in told if REMOTE not in source], notes)
    opened = [counter.open_remote(path, notes.of(Path(path).name)) for path in remote]
    return grouped(opened + [open_line_list(path, notes.of(path.name)) for path in paths])


def _count(
    database: Database, counter: Engine, lists: Sequence[LineList], folder: Path, notes: Notes, progress: Progress
) -> None:
    """Make the view `groups` of the different rows of all files."""
    total, done = sum(one.n_bytes for one in lists) or 1, 0
    fields = _fields(lists)
    for at, one in enumerate(lists):
        counter.count(one, fields, folder / f"{at}.parquet", notes, _part(progress, done / total, one.n_bytes / total))
        done += one.n_bytes
    progress(1.0)
    unite(database, [folder / f"{at}.parquet" for at in range(len(lists))])


def _fields(lists: Sequence[LineList]) -> tuple[str, ...]:
    return fields_of(role for one in lists for role in one.layout.columns)


def _part(progress: Progress, before: float, share: float) -> Progress:
    return lambda done: progress(before + done * share)


def _read(database: Database, lists: Sequence[LineList], known: AreaTable | None, latest: Period | None) -> Meanings:
    """Read the different texts of every column that the files have; the red line looks at them first."""
    harmless = {text for area in (known.tree.areas if known else ()) for text in (area.code, area.name)}
    rest, fields = different_texts(database, "rest"), _fields(lists)
    texts = {"area": different_texts(database, "area")} | taken_apart(rest, fields[1:])
    reading = readers(known, PeriodReader(latest, header_of("period", lists)))
    codes = []
    for name in fields:
        refuse_content(name, list(texts[name]), harmless, lists)
        codes.append(read_codes(name, texts[name], *reading[name]))
    return put_together(database, codes[0], codes[1:], rest)
