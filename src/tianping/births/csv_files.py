"""CSV files: their separator, ragged rows and cut ends."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv

from tianping.births.findings import FindingLog
from tianping.births.rows import PREVIEW, Chunk, Ragged, RowNumbers
from tianping.births.texts import TextBytes
from tianping.births.vocabulary import header_role

_BLOCK = 8 << 20
_HEAD = 1 << 16
_DELIMITERS = ",\t;|"


class CsvFile:
    """A CSV file, read a block at a time.

    Attributes:
        delimiter: the sign between its cells.
        encoding: the encoding of its text.
    """

    def __init__(self, text: TextBytes, table: str, log: FindingLog) -> None:
        """Find out the separator; `table` names the vocabulary of its headers."""
        self._text, self._log = text, log
        self.encoding = text.encoding
        head = text.head(_HEAD)
        previews = {sign: _split(head, sign, is_quoted=not text.has_odd_quotes) for sign in _DELIMITERS}
        self.delimiter = max(_DELIMITERS, key=lambda sign: _most_roles(previews[sign], table))
        self._preview = previews[self.delimiter]
        if self.delimiter != ",":
            log.add("delimiter_other", delimiter="TAB" if self.delimiter == "\t" else self.delimiter)
        if text.has_odd_quotes:
            log.add("quote_unclosed")

    def preview(self) -> Sequence[Sequence[str]]:
        """Give the first rows."""
        return self._preview

    def chunks(self, header: int, width: int, fill: frozenset[int]) -> Iterator[Chunk]:
        """Give the rows below the header; CSV knows no merged cells, so `fill` has no effect.

        Raises:
            InputRefusedError: `csv_unreadable`.
        """
        del fill
        if len(self._preview) == header + 1 < PREVIEW:
            return
        pending: list[Ragged] = []
        waiting, at = None, header + 2
        try:
            for batch in self._batches(header, width, pending):
                if not batch.num_rows:
                    continue
                if waiting is not None:
                    yield waiting
                rows = _free_numbers(at, batch.num_rows, pending)
                at = int(rows[-1]) + 1
                waiting = Chunk(tuple(map(self._unquoted, batch.columns)), rows, _taken(pending, at))
        except UnicodeDecodeError:  # a character that only its last byte shows to be none
            self._log.refuse("encoding_unreadable", tried=self._text.encoding.upper())
        except pa.ArrowInvalid:
            self._log.refuse("csv_unreadable", row=at)
        yield self._last(waiting, pending, width, at)

    def _last(self, waiting: Chunk | None, pending: list[Ragged], width: int, at: int) -> Chunk:
        """Give the last rows; a ragged row at an open end is marked as cut."""
        if waiting is None:
            nothing = pa.array([], pa.string())
            waiting = Chunk((nothing,) * width, np.empty(0, dtype=np.int64))
        found = [*waiting.ragged, *pending]
        last_row = max(at - 1, found[-1].row if found else 0)
        if self._text.ends_open:
            if found and found[-1].row == last_row:
                found[-1] = replace(found[-1], is_cut=True)
            else:
                self._log.add("last_line_open", row=last_row)
        return replace(waiting, ragged=tuple(found))

    def _unquoted(self, column: pa.Array) -> pa.Array:
        return pa.compute.utf8_trim(column, '"') if self._text.has_odd_quotes else column

    def _batches(self, header: int, width: int, pending: list[Ragged]) -> Iterator[pa.RecordBatch]:
        def note(row: pa.csv.InvalidRow) -> str:
            pending.append(Ragged(row.number, row.actual_columns, row.text))
            return "skip"

        names = [f"c{i}" for i in range(width)]
        # One thread: only then are the numbers of ragged rows told.
        reading = pa.csv.ReadOptions(
            use_threads=False,
            block_size=_BLOCK,
            column_names=names,
            skip_rows_after_names=header + 1,
            encoding=self._text.encoding,
        )
        parsing = pa.csv.ParseOptions(
            delimiter=self.delimiter,
            quote_char=False if self._text.has_odd_quotes else '"',
            ignore_empty_lines=False,
            newlines_in_values=not self._text.has_odd_quotes,
            invalid_row_handler=note,
        )
        converting = pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        yield from pa.csv.open_csv(pa.BufferReader(self._text.buffer), reading, parsing, converting)


def _split(head: str, delimiter: str, *, is_quoted: bool) -> list[list[str]]:
    """Split the first rows; a row that the head breaks off is left out unless it is the only one."""
    lines = io.StringIO(head, newline="")
    if is_quoted:
        rows = list(islice(csv.reader(lines, delimiter=delimiter), PREVIEW))
    else:
        unquoted = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        rows = [[cell.strip('"') for cell in row] for row in islice(unquoted, PREVIEW)]
    return rows[:-1] if len(head) >= _HEAD // 4 and 1 < len(rows) < PREVIEW else rows


def _most_roles(rows: Sequence[Sequence[str]], table: str) -> int:
    return max((len({found[1] for cell in row if (found := header_role(cell, table))}) for row in rows), default=0)


def _free_numbers(first: int, n: int, ragged: Sequence[Ragged]) -> RowNumbers:
    """Number `n` rows from `first` on, passing over the numbers of ragged ones."""
    numbers = np.arange(first, first + n + len(ragged), dtype=np.int64)
    return np.setdiff1d(numbers, [row.row for row in ragged], assume_unique=True)[:n] if ragged else numbers


def _taken(pending: list[Ragged], before: int) -> tuple[Ragged, ...]:
    """Take the ragged rows above a row off the list; the reader runs ahead, and may have met some below it."""
    taken = tuple(row for row in pending if row.row < before)
    del pending[: len(taken)]
    return taken
