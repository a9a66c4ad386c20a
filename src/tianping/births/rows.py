"""Rows of text on their way in: what every kind of source gives, a stretch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

#: Rows shown before reading, among which the header is looked for.
PREVIEW = 25

RowNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ragged:
    """A row whose number of cells is not the header's.

    Attributes:
        row: its number in the file, from 1.
        n_cells: how many cells it has.
        text: the row as it stands; looked at by the red line, never shown.
        is_cut: whether the file breaks off in it.
    """

    row: int
    n_cells: int
    text: str
    is_cut: bool = False


@dataclass(frozen=True)
class Chunk:
    """Successive rows below the header.

    Attributes:
        columns: the cells as text, one array of strings without nulls for each column.
        row: number of each row in the file, from 1, shape (rows,).
        ragged: rows that are not among them because their number of cells is another.
    """

    columns: tuple[pa.Array, ...]
    row: RowNumbers
    ragged: tuple[Ragged, ...] = ()


class Source(Protocol):
    """A file or a table that gives its rows as text."""

    def preview(self) -> Sequence[Sequence[str]]:
        """Give the first rows, the header among them."""

    def chunks(self, header: int, width: int, fill: frozenset[int]) -> Iterator[Chunk]:
        """Give the rows below the header, which is told by its position in the preview.

        `width` is the number of columns; in the columns `fill` a merged cell stands for all its rows.
        """
