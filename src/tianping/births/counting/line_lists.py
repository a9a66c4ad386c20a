"""The files of a line list: which there are, how each is made, and which can be read together."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tianping.births.arrow_rows import open_parquet
from tianping.births.counting.notes import Notes
from tianping.births.csv_files import CsvFile
from tianping.births.findings import FindingLog
from tianping.births.guard import ContentGuard
from tianping.births.layout import Layout, birth_layout
from tianping.births.sources import kind_of
from tianping.births.texts import open_head
from tianping.terms import InputError

#: Endings of the files that are looked for in a folder.
_ENDINGS = (".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz", ".parquet")
#: What a line list may hold, besides which nothing is counted.
_ROLES = frozenset({"area", "period", "year", "month", "birth_order", "sex", "reported", "source"})
#: What a remote path has and a path of this machine has not.
REMOTE = "://"
_GZIP = b"\x1f\x8b"
_HEAD = 1 << 16


@dataclass(frozen=True)
class LineList:
    """Files that are made alike, and so are read together.

    Attributes:
        kind: `csv` or `parquet`.
        layout: the header; its columns are those that are counted.
        paths: the files.
        n_bytes: their size together.
        preview: the first rows of the first file, the header among them.
        delimiter: the sign between the cells of a CSV file.
        encoding: the encoding of a CSV file.
        is_packed: whether a CSV file is packed by gzip.
        schema: the types of a Parquet file's columns.
    """

    kind: str
    layout: Layout
    paths: tuple[str, ...]
    n_bytes: int
    preview: Sequence[Sequence[str]]
    delimiter: str = ""
    encoding: str = ""
    is_packed: bool = False
    schema: str = ""

    @property
    def name(self) -> str:
        """The first file's name without its folder."""
        return Path(self.paths[0]).name

    @property
    def make(self) -> tuple[object, ...]:
        """What files have in common that are read together."""
        layout, csv = self.layout, (self.delimiter, self.encoding, self.is_packed)
        return (self.kind, layout.row, layout.headers, *csv, self.schema)


def find_files(sources: Iterable[str], notes: Notes) -> list[Path]:
    """Give the files that are meant: those named, and in folders those whose names end like tables.

    A file that is meant twice is given once. Names that begin with a dot or an underscore are a machine's own.

    Raises:
        InputError: `file_not_found` or `folder_without_line_lists`.
    """
    found: dict[Path, Path] = {}
    for source in map(Path, sources):
        if source.is_dir():
            paths = _in_folder(source, notes)
        elif source.is_file():
            paths = [source]
        else:
            raise InputError("file_not_found", file=str(source))
        for path in paths:
            if found.setdefault(path.resolve(), path) is not path:
                notes.of(path.name).add("file_meant_twice")
    return list(found.values())


def _in_folder(folder: Path, notes: Notes) -> list[Path]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    paths = [path for path in paths if not any(part[0] in "._" for part in path.relative_to(folder).parts)]
    tables = [path for path in paths if path.name.lower().endswith(_ENDINGS)]
    if len(tables) < len(paths):
        others = [path.name for path in paths if path not in set(tables)]
        notes.of(others[0]).add("files_passed_over", count=len(others))
    if not tables:
        raise InputError("folder_without_line_lists", folder=str(folder), endings=", ".join(_ENDINGS))
    return tables


def grouped(lists: Iterable[LineList]) -> list[LineList]:
    """Put files that are made alike together."""
    groups: dict[tuple[object, ...], LineList] = {}
    for one in lists:
        before = groups.get(one.make)
        groups[one.make] = (
            one
            if before is None
            else replace(before, paths=before.paths + one.paths, n_bytes=before.n_bytes + one.n_bytes)
        )
    return list(groups.values())


def open_line_list(path: Path, log: FindingLog) -> LineList:
    """Look at the header and the first rows of a file.

    Raises:
        RedLineError: when a header or one of the first rows tells something about an individual.
        InputRefusedError: when the file is no line list, or holds columns that are not counted.
    """
    head, is_packed = _head(path, log)
    kind = kind_of(head[:64])
    if kind == "parquet" and not is_packed:
        source = open_parquet(path, log)
        preview = source.preview()
        return checked(
            LineList(kind, _layout(preview, log), _one(path), _size(path), preview, schema=source.types), log
        )
    if kind != "csv":
        log.refuse("file_empty" if kind == "empty" else "line_list_kind")
    text = CsvFile(open_head(head, log), "births", log)
    preview = text.preview()
    if not is_packed and _ends_open(path):
        log.add("last_line_open")
    layout, form = _layout(preview, log), (text.delimiter, text.encoding, is_packed)
    return checked(LineList(kind, layout, _one(path), _size(path), preview, *form), log)


def checked(line_list: LineList, log: FindingLog) -> LineList:
    """Check that a line list holds single births and nothing but what is counted, and look at its first rows.

    Raises:
        RedLineError: `content_refused`.
        InputRefusedError: `line_list_counts`, `line_list_weighted` or `line_list_columns`.
    """
    layout, row = line_list.layout, line_list.layout.row
    guard = ContentGuard(layout.headers)
    for at, cells in enumerate(line_list.preview):
        for position, cell in enumerate(cells):
            guard.check_text(cell, position, at + 1)
    if layout.counting != "line_list":
        log.refuse("line_list_counts", row=row + 1, column=layout.header("boys", "girls", "count"))
    if "weight" in layout.columns:
        log.refuse("line_list_weighted", row=row + 1, column=layout.header("weight"))
    counted = {position for role, position in layout.columns.items() if role in _ROLES}
    others = [header or str(at + 1) for at, header in enumerate(layout.headers) if at not in counted]
    if others:
        log.refuse("line_list_columns", row=row + 1, column=", ".join(others))
    return line_list


def _layout(preview: Sequence[Sequence[str]], log: FindingLog) -> Layout:
    return birth_layout(preview, log, needs_area=True)


def _head(path: Path, log: FindingLog) -> tuple[bytes, bool]:
    """Give whole lines from the beginning of a file, and whether it is packed."""
    with path.open("rb") as plain:
        is_packed = plain.read(len(_GZIP)) == _GZIP
    try:
        with gzip.open(path) if is_packed else path.open("rb") as file:
            head = file.read(_HEAD)
    except (EOFError, OSError):
        log.refuse("file_damaged", kind="GZIP")
    return (head[: head.rfind(b"\n") + 1] or head if len(head) == _HEAD else head), is_packed


def _ends_open(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() not in b"\r\n"


def _one(path: Path) -> tuple[str, ...]:
    return (str(path),)


def _size(path: Path) -> int:
    return path.stat().st_size
