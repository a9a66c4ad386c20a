"""Counting on this machine: DuckDB, as many threads as it is given, memory up to a limit, the rest on the disk."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal, cast

import duckdb

from tianping.births.counting.engines import Progress
from tianping.births.counting.groups import keep, key, kinds_of, quoted
from tianping.births.counting.line_lists import LineList
from tianping.births.counting.notes import Notes
from tianping.births.counting.watching import watched
from tianping.births.findings import FindingLog
from tianping.births.guard import ContentGuard
from tianping.births.readings import is_note
from tianping.births.staging import Database
from tianping.births.vocabulary import fold
from tianping.terms import InputError

#: More slips than these are none: the file is made otherwise than its first rows.
_MOST_BROKEN = 10_000
_BLOCK = 1 << 20
_NO_ROOM = "No space left"


class Engine:
    """DuckDB; see `engines.Engine`."""

    def __init__(self, database: Database, memory: str, master: str) -> None:
        del memory
        if master:
            raise InputError("master_without_spark")
        self._database = database

    def open_remote(self, path: str, log: FindingLog) -> LineList:
        """Refuse: remote paths are for a cluster.

        Raises:
            InputError: `remote_needs_spark`.
        """
        del log
        raise InputError("remote_needs_spark", path=path)

    def close(self) -> None:
        """Do nothing: the working database belongs to the caller."""

    def count(self, line_list: LineList, fields: Sequence[str], place: Path, notes: Notes, progress: Progress) -> None:
        """Write the different rows.

        Raises:
            duckdb.Error: when memory or disk do not suffice.
            InputRefusedError: `line_list_unreadable` or `csv_unreadable`.
            RedLineError: when a row with too many or too few cells tells something about an individual.
        """
        columns = ", ".join(f"{_column(line_list, at)} AS {role}" for role, at in line_list.layout.columns.items())
        log = notes.of(line_list.name)
        with _readable(line_list, log) as originals:
            rows = f"SELECT {columns} FROM {_scan(line_list, list(originals))}"
            try:
                pair = key(kinds_of(self._database, rows), fields)
                with watched(lambda: self._database.query_progress() / 100, progress):
                    keep(self._database, f"SELECT {pair}, count(*) AS n FROM ({rows}) GROUP BY ALL", place)
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                if _NO_ROOM in str(error):
                    raise
                log.refuse("line_list_unreadable", n_files=len(line_list.paths))
            if line_list.kind == "csv":
                self._note_broken(line_list, originals, notes)

    def _note_broken(self, line_list: LineList, originals: Mapping[str, str], notes: Notes) -> None:
        """Note the rows that were left out because they have too many or too few cells, or no readable text."""
        broken = self._database.execute(
            "SELECT file_path, line, min(line_byte_position), any_value(csv_line), any_value(error_type) "
            "FROM broken JOIN broken_scans USING (scan_id, file_id) GROUP BY file_path, line ORDER BY file_path, line"
        ).fetchall()
        (n_slips,) = self._database.execute("SELECT count(*) FROM broken").fetchall()[0]
        self._database.execute("DROP TABLE broken")
        self._database.execute("DROP TABLE broken_scans")
        guard, n_headers = ContentGuard(line_list.layout.headers), len(line_list.layout.headers)
        for path, line, begins, text, why in broken:
            log, row = notes.of(Path(originals[path]).name), int(line)
            if n_slips >= _MOST_BROKEN:
                log.refuse("csv_unreadable", row=row)
            plain = text.strip()
            is_lone = line_list.delimiter not in plain
            guard.check_text(plain, 0 if is_lone else None, row)
            if not plain:
                log.add("blank_rows", row=row)
            elif not line_list.is_packed and _is_last_line(path, int(begins)):
                log.add("file_cut_off", row=row)
            elif why == "INVALID ENCODING":
                log.add("row_encoding", row=row)
            elif is_lone or is_note(fold(plain)):
                log.add("note_rows", row=row)
            else:
                log.add("row_ragged", row=row, n_headers=n_headers)


def _scan(line_list: LineList, paths: list[str]) -> str:
    """Give the SQL that reads files of one make, the columns of CSV files as c0, c1 and so on."""
    named = "[" + ", ".join(map(quoted, paths)) + "]"
    if line_list.kind == "parquet":
        return f"read_parquet({named})"
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(line_list.layout.headers)))
    packing = "'gzip'" if line_list.is_packed else "'none'"
    return (
        f"read_csv({named}, auto_detect = false, header = false, skip = {line_list.layout.row + 1}, "
        f"columns = {{{columns}}}, delim = {quoted(line_list.delimiter)}, quote = '\"', escape = '\"', "
        f"store_rejects = true, rejects_table = 'broken', rejects_scan = 'broken_scans', "
        f"rejects_limit = {_MOST_BROKEN}, compression = {packing})"
    )


def _column(line_list: LineList, at: int) -> str:
    if line_list.kind == "csv":
        return f"c{at}"
    return '"' + line_list.layout.headers[at].replace('"', '""') + '"'


@contextmanager
def _readable(line_list: LineList, log: FindingLog) -> Iterator[dict[str, str]]:
    """Give the files that are read and which of the user's each stands for: DuckDB reads CSV in UTF-8 only.

    Files in another encoding are written anew into a folder that is removed at the end.
    """
    if line_list.kind == "parquet" or line_list.encoding == "utf-8":
        yield dict(zip(line_list.paths, line_list.paths, strict=True))
        return
    with TemporaryDirectory(prefix="tianping-") as folder:
        originals = {str(Path(folder) / f"{at}.csv"): path for at, path in enumerate(line_list.paths)}
        for written, path in originals.items():
            try:
                _write_anew(Path(path), Path(written), line_list)
            except (EOFError, gzip.BadGzipFile):
                log.refuse("line_list_unreadable", n_files=1)
        yield originals


def _write_anew(path: Path, written: Path, line_list: LineList) -> None:
    # What cannot be read becomes a byte that is no UTF-8 either, so that its row is noted and left out.
    decoder = codecs.getincrementaldecoder(line_list.encoding)("surrogateescape")
    with _opened(path, "rb", line_list) as source, _opened(written, "wb", line_list) as target:
        while block := source.read(_BLOCK):
            target.write(decoder.decode(block).encode("utf-8", "surrogateescape"))
        target.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))


def _opened(path: Path, mode: Literal["rb", "wb"], line_list: LineList) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, mode, 1)) if line_list.is_packed else path.open(mode)


def _is_last_line(path: str, begins: int) -> bool:
    """Whether no line end follows the line that begins at a byte."""
    with Path(path).open("rb") as file:
        file.seek(begins)
        return b"\n" not in file.read(_BLOCK).lstrip(b"\r\n")
