"""Months and years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from tianping.terms.errors import InputError

_PATTERN = re.compile(r"^(\d{4})(?:-(0[1-9]|1[0-2]))?$")


@total_ordering
@dataclass(frozen=True)
class Period:
    """A calendar month or a calendar year.

    Attributes:
        year: four-digit year.
        month: 1–12, or 0 when the period is the whole year.
    """

    year: int
    month: int = 0

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `YYYY-MM` or `YYYY`.

        Raises:
            InputError: `period_unreadable`, for anything else.
        """
        match = _PATTERN.match(text.strip())
        if match is None:
            raise InputError("period_unreadable", text=text[:20])
        return cls(int(match[1]), int(match[2] or 0))

    @property
    def is_month(self) -> bool:
        """Whether this is a month rather than a year."""
        return self.month > 0

    @property
    def ordinal(self) -> int:
        """Months (or years) since the year 0: successive periods have successive ordinals."""
        return self.year * 12 + self.month - 1 if self.is_month else self.year

    @classmethod
    def from_ordinal(cls, ordinal: int, *, is_month: bool) -> Period:
        """Give the period with this ordinal."""
        return cls(ordinal // 12, ordinal % 12 + 1) if is_month else cls(ordinal)

    def shift(self, n: int) -> Period:
        """Give the period `n` periods later (earlier when negative)."""
        return Period.from_ordinal(self.ordinal + n, is_month=self.is_month)

    @property
    def first_month(self) -> Period:
        """The month itself, or January of the year."""
        return self if self.is_month else Period(self.year, 1)

    @property
    def last_month(self) -> Period:
        """The month itself, or December of the year."""
        return self if self.is_month else Period(self.year, 12)

    def __lt__(self, other: Period) -> bool:
        """Order by the last month, a month before the year it closes."""
        return (self.last_month.ordinal, not self.is_month) < (other.last_month.ordinal, not other.is_month)

    def __str__(self) -> str:
        """Write `YYYY-MM` or `YYYY`."""
        return f"{self.year:04d}-{self.month:02d}" if self.is_month else f"{self.year:04d}"


def period_range(first: Period, last: Period) -> tuple[Period, ...]:
    """Give all periods from `first` to `last`, both included.

    Raises:
        InputError: `period_kinds_mixed` when one is a month and the other a year.
    """
    if first.is_month != last.is_month:
        raise InputError("period_kinds_mixed", first=str(first), last=str(last))
    return tuple(
        Period.from_ordinal(ordinal, is_month=first.is_month) for ordinal in range(first.ordinal, last.ordinal + 1)
    )
