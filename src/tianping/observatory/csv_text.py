"""Tables as CSV: UTF-8, line feeds, quotation marks only where a cell needs them, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

_ROWS_AT_A_TIME = 100_000
_NEEDS_QUOTES = '[",\r\n]'


def csv_chunks(table: pa.Table) -> Iterator[bytes]:
    """Write a table in stretches; an empty cell stands for null, numbers are written as short as they can be."""
    yield (",".join(table.column_names) + "\n").encode()
    for batch in table.to_batches(max_chunksize=_ROWS_AT_A_TIME):
        if batch.num_rows:
            lines = pc.binary_join_element_wise(*map(_written, batch.columns), ",")
            yield ("\n".join(lines.to_pylist()) + "\n").encode()


def _written(column: pa.Array) -> pa.Array:
    if not pa.types.is_string(column.type):
        return pc.fill_null(pc.cast(column, pa.string()), "")
    text = pc.fill_null(column, "")
    quoted = pc.match_substring_regex(text, _NEEDS_QUOTES)
    if not pc.any(quoted).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return pc.if_else(quoted, pc.binary_join_element_wise('"', doubled, '"', ""), text)
