"""From whatever a user hands over to rows of text: the kind of a file is told by its content, not by its name."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from tianping.births.arrow_rows import open_parquet, open_table
from tianping.births.csv_files import CsvFile
from tianping.births.findings import FindingLog
from tianping.births.rows import Source
from tianping.births.texts import open_text
from tianping.births.workbooks import Workbook
from tianping.terms import InputError

_SIGNATURES = (
    (b"PK", "xlsx"),
    (b"PAR1", "parquet"),
    (b"\xd0\xcf\x11\xe0", "old"),
    (b"%PDF", "binary"),
    (b"\x1f\x8b", "binary"),
    (b"<", "html"),
)
_ENDINGS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet"}
_NAMES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}


def file_name(source: Any) -> str:
    """Give the name of a file without its folder; empty for a table from Python."""
    return Path(source).name if isinstance(source, str | PathLike) else ""


def open_source(source: Any, table: str, log: FindingLog) -> Source:
    """Open a path, an Arrow table or a data frame; `table` names the vocabulary of its headers.

    Raises:
        InputError: `file_not_found` or `source_unknown`.
        InputRefusedError: when the file is of no kind that can be read.
    """
    if isinstance(source, str | PathLike):
        return _open_file(Path(source), table, log)
    if hasattr(source, "__arrow_c_stream__"):
        return open_table(source)
    raise InputError("source_unknown", type=type(source).__name__)


def _open_file(path: Path, table: str, log: FindingLog) -> Source:
    if not path.is_file():
        raise InputError("file_not_found", file=str(path))
    with path.open("rb") as file:
        kind = kind_of(file.read(64))
    expected = _ENDINGS.get(path.suffix.lower())
    if kind in _NAMES and kind != expected:
        log.add("wrong_extension", kind=_NAMES[kind])
    if kind == "xlsx":
        return Workbook(path, table, log)
    if kind == "parquet":
        return open_parquet(path, log)
    return CsvFile(_readable_text(path, kind, log), table, log)


def kind_of(head: bytes) -> str:
    """Give the kind of a file by its first 64 bytes: csv, xlsx, parquet, old, binary, html or empty."""
    if not head.strip(b"\xef\xbb\xbf\r\n\t ,;"):
        return "empty" if len(head) < 64 else "csv"
    return next((kind for signature, kind in _SIGNATURES if head.lstrip().startswith(signature)), "csv")


def _readable_text(path: Path, kind: str, log: FindingLog) -> Any:
    refusals = {
        "empty": "file_empty",
        "old": "old_or_locked_workbook",
        "binary": "file_binary",
        "html": "html_table",
    }
    if kind in refusals:
        log.refuse(refusals[kind])
    return open_text(path, log)
