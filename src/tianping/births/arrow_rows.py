"""Parquet files, Arrow tables and data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tianping.births.findings import FindingLog
from tianping.births.rows import PREVIEW, Chunk

_ROWS = 200_000
#: What data frames write where there is nothing.
_NOTHING = frozenset({"", "nan", "NaN", "None", "NaT", "<NA>", "null"})


class ArrowRows:
    """A table with typed columns, read as text; its header counts as row 1.

    Attributes:
        types: the names and types of its columns, where they are known.
    """

    def __init__(
        self, headers: Sequence[str], batches: Callable[[], Iterator[pa.RecordBatch]], types: str = ""
    ) -> None:
        self._headers = list(headers)
        self.types = types
        self._batches = batches

    def preview(self) -> Sequence[Sequence[str]]:
        """Give the header and the first rows."""
        first = next((batch.slice(0, PREVIEW - 1) for batch in self._batches() if batch.num_rows), None)
        columns = [_as_text(column).to_pylist() for column in first.columns] if first is not None else []
        return [self._headers, *map(list, zip(*columns, strict=True))]

    def chunks(self, header: int, width: int, fill: frozenset[int]) -> Iterator[Chunk]:
        """Give all rows; nothing is merged or ragged here."""
        del header, width, fill
        at = 2
        for batch in self._batches():
            columns = tuple(_as_text(column) for column in batch.columns)
            yield Chunk(columns, np.arange(at, at + batch.num_rows, dtype=np.int64))
            at += batch.num_rows


def open_parquet(path: Path, log: FindingLog) -> ArrowRows:
    """Open a Parquet file.

    Raises:
        InputRefusedError: `file_damaged`.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError):
        log.refuse("file_damaged", kind="Parquet")

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from file.iter_batches(batch_size=_ROWS)
        except (pa.ArrowInvalid, OSError):
            log.refuse("file_damaged", kind="Parquet")

    schema = file.schema_arrow
    return ArrowRows(schema.names, batches, str(schema.remove_metadata()))


def open_table(table: Any) -> ArrowRows:
    """Open an Arrow table, or a data frame that speaks the Arrow stream interface (pandas, polars)."""
    arrow = table if isinstance(table, pa.Table) else _from_frame(table)
    return ArrowRows([str(name) for name in arrow.column_names], lambda: iter(arrow.to_batches(max_chunksize=_ROWS)))


def _from_frame(frame: Any) -> pa.Table:
    """Take a frame over as it is, or column by column as text where a column mixes types."""
    try:
        arrow = pa.table(frame)
    except (pa.ArrowTypeError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
        arrow = None
    if arrow is not None and not any(isinstance(field.type, pa.BaseExtensionType) for field in arrow.schema):
        return arrow
    return pa.table({str(name): [_cell(value) for value in frame[name]] for name in frame.columns})


def _cell(value: object) -> str:
    written = str(value)
    return "" if written in _NOTHING else written


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        text = pc.strftime(column, format="%Y-%m-%d")
    elif pa.types.is_floating(kind):
        text = pc.if_else(pc.is_nan(column), None, column).cast(pa.string())
    elif pa.types.is_null(kind) or pa.types.is_nested(kind):
        text = pa.array([_cell(value) for value in column.to_pylist()], pa.string())
    else:
        text = column.cast(pa.string())
    return text.fill_null("")
