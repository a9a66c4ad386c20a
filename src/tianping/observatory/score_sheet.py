"""A table read as arrays, with errors that name file, column and row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from tianping.terms import InputError, Period

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
#: The first row under the header, as a spreadsheet counts.
_FIRST_ROW = 2


@dataclass(frozen=True)
class Sheet:
    """A table and the name of the file it stands for.

    Attributes:
        table: the table; its columns may be text or typed.
        file: the name that errors give.
    """

    table: pa.Table
    file: str

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Read a CSV file with every column as text; an empty cell is null.

        Raises:
            InputError: `score_file_missing`, `score_file_unreadable`.
        """
        if not path.is_file():
            raise InputError("score_file_missing", file=path.name, folder=str(path.parent))
        try:
            names = pacsv.open_csv(path).schema.names
            as_text = pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=True, null_values=[""]
            )
            return cls(pacsv.read_csv(path, convert_options=as_text), path.name)
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise InputError("score_file_unreadable", file=path.name, reason=str(error)) from error

    def __contains__(self, column: str) -> bool:
        """Tell whether the table has this column."""
        return column in self.table.column_names

    def require(self, *columns: str, rows: bool = True) -> None:
        """Refuse a table without these columns, or without rows when they are needed.

        Raises:
            InputError: `score_column_missing`, `score_table_empty`.
        """
        missing = [column for column in columns if column not in self]
        if missing:
            raise InputError("score_column_missing", file=self.file, columns=", ".join(missing))
        if rows and not self.table.num_rows:
            raise InputError("score_table_empty", file=self.file)

    def texts(self, column: str) -> list[str]:
        """Give a column as texts, empty where the cell is."""
        texts: list[str] = pc.fill_null(pc.cast(self.table[column], pa.string()), "").to_pylist()
        return texts

    def coded(self, column: str) -> tuple[tuple[str, ...], IntArray]:
        """Give the distinct texts of a column and each row's position among them."""
        texts = pa.array(pc.fill_null(pc.cast(self.table[column], pa.string()), ""))
        whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        encoded = whole.dictionary_encode()
        return tuple(encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int64)

    def named(self, column: str) -> tuple[tuple[str, ...], IntArray]:
        """Give what `coded` gives, refusing an empty cell.

        Raises:
            InputError: `score_value_unknown`.
        """
        texts, code = self.coded(column)
        self._refuse(np.array([not text for text in texts], dtype=bool)[code], "score_value_unknown", column)
        return texts, code

    def placed(self, column: str, known: Sequence[str]) -> IntArray:
        """Give each row's position among the known texts.

        Raises:
            InputError: `score_value_unknown`.
        """
        position = {text: i for i, text in enumerate(known)}
        texts, code = self.coded(column)
        place = np.array([position.get(text, -1) for text in texts], dtype=np.int64)[code]
        self._refuse(place < 0, "score_value_unknown", column)
        return place

    def numbers(self, column: str) -> FloatArray:
        """Give a column as numbers, NaN where it is empty.

        Raises:
            InputError: `score_number_unreadable`.
        """
        cells = self.table[column]
        try:
            numbers: FloatArray = pc.cast(cells, pa.float64()).to_numpy().astype(np.float64)
        except pa.ArrowInvalid as error:
            row = next(i for i, cell in enumerate(cells.to_pylist()) if not _is_number(cell))
            raise self._error("score_number_unreadable", column, row) from error
        return numbers

    def log_srb(self, column: str) -> FloatArray:
        """Give a column of boys per 100 girls as the log of boys per girl; no cell may be empty.

        Raises:
            InputError: `score_number_unreadable`, `score_srb_not_positive`.
        """
        srb = self.numbers(column)
        self._refuse(~(srb > 0), "score_srb_not_positive", column)
        return np.log(srb / 100)

    def flags(self, column: str) -> BoolArray:
        """Give a column of yes and no (1/0, true/false, yes/no; empty is no).

        Raises:
            InputError: `score_value_unknown`.
        """
        texts, code = self.coded(column)
        flag = np.array([_WORDS.get(text.strip().lower()) for text in texts], dtype=object)[code]
        self._refuse(np.array([value is None for value in flag], dtype=bool), "score_value_unknown", column)
        return flag.astype(bool)

    def ordinals(self, column: str, *, may_be_empty: bool = False) -> tuple[IntArray, bool]:
        """Give a column of periods as ordinals (−1 for an empty cell) and whether they are months.

        Raises:
            InputError: `period_unreadable`, `score_value_unknown` (an empty cell), `score_periods_mixed`.
        """
        texts, code = self.coded(column)
        periods = [Period.parse(text) if text else None for text in texts]
        kinds = {period.is_month for period in periods if period}
        if len(kinds) > 1:
            raise InputError("score_periods_mixed", file=self.file, column=column)
        ordinal = np.array([period.ordinal if period else -1 for period in periods], dtype=np.int64)[code]
        if not may_be_empty:
            self._refuse(ordinal < 0, "score_value_unknown", column)
        return ordinal, True in kinds

    def only(self, column: str, rows: BoolArray | None = None) -> float:
        """Give the one number that a column repeats, in all rows or in these.

        Raises:
            InputError: `score_column_varies`, `score_number_unreadable`.
        """
        numbers = self.numbers(column)
        found = np.unique(numbers if rows is None else numbers[rows])
        if len(found) != 1 or np.isnan(found[0]):
            raise InputError("score_column_varies", file=self.file, column=column)
        return float(found[0])

    def filled(self, shape: tuple[int, ...], where: tuple[IntArray, ...], values: FloatArray) -> FloatArray:
        """Lay values out in an array of this shape, NaN where no row speaks.

        Raises:
            InputError: `score_row_twice`.
        """
        place = np.ravel_multi_index(where, shape)
        _, first_row = np.unique(place, return_index=True)
        twice = np.ones(len(place), dtype=bool)
        twice[first_row] = False
        self._refuse(twice, "score_row_twice", "")
        array = np.full(shape, np.nan)
        array.ravel()[place] = values
        return array

    def _refuse(self, bad: BoolArray, key: str, column: str) -> None:
        if bad.any():
            raise self._error(key, column, int(np.flatnonzero(bad)[0]))

    def _error(self, key: str, column: str, row: int) -> InputError:
        return InputError(key, file=self.file, column=column, row=row + _FIRST_ROW)


def _is_number(cell: str | None) -> bool:
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True
