"""The red line at the door: a file that carries something about an individual is refused whole.

The refusal names the column and, for a value, its row. It never repeats a value; a header that looks like one
is told by its position only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from tianping.births.rows import RowNumbers
from tianping.births.vocabulary import allowed_headers
from tianping.rulebook.loading import load_rules
from tianping.rulebook.redline import refused_columns, refused_content
from tianping.terms import RedLineError

#: Fewer digits than these, spelled-out ones included, make no identity number and no telephone number.
_FEWEST_DIGITS = 8
_DIGITS = re.compile(r"\d+")
_MOST_REMEMBERED = 100_000


def refuse_headers(headers: Sequence[str], table: str, *, echo: bool = True) -> None:
    """Refuse a header that stands for something about an individual; told by its position only unless `echo`.

    Raises:
        RedLineError: `column_refused`, or `content_refused` when a header is itself such a value.
    """
    for position, header in enumerate(headers):
        reason = refused_content(header)
        if reason:
            raise RedLineError("content_refused", column=str(position + 1), row=1, reason=reason)
    refused = refused_columns(headers, allowed_headers() if table == "areas" else ())
    if refused:
        position = list(headers).index(refused[0].header) + 1
        column = f"{position}: {refused[0].header}" if echo else str(position)
        raise RedLineError("column_refused", column=column, reason=refused[0].reason_key)


class ContentGuard:
    """Looks at every cell of a table, each different text once."""

    def __init__(self, headers: Sequence[str], *, known: Collection[str] = (), places: Collection[int] = ()) -> None:
        """Take the headers, texts known to be harmless (codes and names of areas), and columns that name places."""
        self._headers = headers
        self._places = places
        self._known = frozenset(known)
        self._seen: set[str] = set()

    def check(self, position: int, different: Sequence[str], at: npt.NDArray[np.int32], row: RowNumbers) -> None:
        """Look at a column of a stretch: its different texts, which of them each row has, and the rows' numbers.

        Raises:
            RedLineError: `content_refused`.
        """
        number = self.refused(position, different)
        if number is not None:
            self.check_text(different[number], position, int(row[int(np.argmax(at == number))]))

    def refused(self, position: int, different: Sequence[str]) -> int | None:
        """Give the position of the first of a column's different texts that must not enter, or None."""
        for number, text in enumerate(different):
            told = without_small_numbers(text)
            if text in self._known or told in self._seen:
                continue
            if refused_content(told):
                if self._reason(text, position):
                    return number
            elif len(self._seen) < _MOST_REMEMBERED:
                self._seen.add(told)
        return None

    def check_text(self, text: str, position: int | None, row: int) -> None:
        """Look at one cell, or at a row whose cells are not told apart.

        Raises:
            RedLineError: `content_refused`.
        """
        reason = self._reason(text, position)
        if reason:
            raise RedLineError("content_refused", column=self.name(position), row=row, reason=reason)

    def _reason(self, text: str, position: int | None) -> str | None:
        reason = refused_content(text)
        return None if reason == "kinship_and_place" and position in self._places else reason

    def name(self, position: int | None) -> str:
        """Give a column's number and header as a refusal names it."""
        if position is None:
            return "?"
        header = self._headers[position] if position < len(self._headers) else ""
        return f"{position + 1}: {header}" if header else str(position + 1)


def without_small_numbers(text: str) -> str:
    """Write small numbers in a text as one and the same, so that a million numbered remarks are looked at once.

    What the red line says of the text stays as it is: a few digits do not decide it, unless a plus makes them a
    telephone number.
    """
    plain = unicodedata.normalize("NFKC", text)
    n_digits = sum(sign.isdigit() or sign in _spelled_digits() for sign in plain)
    return text if n_digits >= _FEWEST_DIGITS or "+" in plain else _DIGITS.sub("0", plain)


@cache
def _spelled_digits() -> frozenset[str]:
    return frozenset(load_rules("redline")["folding"]["digits"])
