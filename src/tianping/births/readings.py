"""What single cells say: pure functions from text to a value or to the finding that it makes."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Sequence
from typing import NamedTuple

from tianping.births.vocabulary import fold, signs, word_list, words
from tianping.terms import Period

#: Codes that mark a row as a sum: compared with its parts, or only passed over.
TOTAL, SUBTOTAL = -2, -3
#: Sex codes of the working tables.
SEXES = ("m", "f", "unknown")
#: Detailed birth orders: 0 unknown, 1, 2, 3 …, and this for "three and more".
OPEN_ORDER = 99
#: Birth orders above this are taken for slips of the pen.
HIGHEST_ORDER = 20
#: No cell of any file holds more births than this.
HIGHEST_COUNT = 100_000_000
_EARLIEST_YEAR, _LATEST_YEAR = 1500, 2200

_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|(\d{2})(\d{2})?)(?:[ t][\d:-]+)?$")
_YEAR = re.compile(r"^\d{4}$")
_FLOAT = re.compile(r"^(\d+)\.0$")
_NUMBER = re.compile(r"^[+-]?(\d+(,\d{3})*|\d*)(\.\d*)?(e[+-]?\d+)?$")


class Reading(NamedTuple):
    """What a cell says.

    Attributes:
        code: its value; None when it says nothing usable.
        issue: the finding it makes; None when it makes none.
        usable: whether its row can be counted.
    """

    code: float | None
    issue: str | None = None
    usable: bool = True


class Dated(NamedTuple):
    """A period as read, and the day of the month when the cell held one."""

    period: Period
    day: int = 0

    @property
    def is_edge(self) -> bool:
        """Whether the day only stands for the month: its first or its last."""
        return self.day <= 1 or self.day == monthrange(self.period.year, self.period.month)[1]


def unusable(issue: str) -> Reading:
    """Give the reading of a cell whose row cannot be counted."""
    return Reading(None, issue, usable=False)


def is_total(folded: str) -> int | None:
    """Give `TOTAL` or `SUBTOTAL` when a folded cell says so."""
    if folded in word_list("total"):
        return TOTAL
    return SUBTOTAL if folded in word_list("subtotal") else None


def is_note(folded: str) -> bool:
    """Whether a folded cell begins like a remark."""
    for opening in word_list("note"):
        rest = folded[len(opening) : len(opening) + 1]
        if folded.startswith(opening) and not (opening.isascii() and opening.isalpha() and rest.isalnum()):
            return True
    return False


def read_period(text: str) -> Dated | None:
    """Read a month or a year in any usual spelling (`2025-06`, `202506`, `2025/6`, a date); None for anything else."""
    plain = _FLOAT.sub(r"\1", fold(text))
    for sign, instead in signs():
        plain = plain.replace(sign, instead)
    plain = plain.rstrip("-")
    if _YEAR.match(plain):
        return _dated(int(plain), 0, 0)
    match = _DATE.match(plain)
    if match is None:
        return None
    return _dated(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5] or 0), has_month=True)


def read_year_month(year: str, month: str) -> Dated | None:
    """Read a period from a year's and a month's cell; a month's cell that holds a whole period wins."""
    whole = read_period(month)
    if whole is not None and whole.period.is_month:
        return whole
    plain = _FLOAT.sub(r"\1", fold(month))
    for sign, instead in signs():
        plain = plain.replace(sign, instead)
    of_year, number = read_period(year), plain.rstrip("-")
    if of_year is None or of_year.period.is_month or not number.isdecimal():
        return None
    return _dated(of_year.period.year, int(number), 0, has_month=True)


def _dated(year: int, month: int, day: int, *, has_month: bool = False) -> Dated | None:
    if not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        return None
    if has_month and not 1 <= month <= 12:
        return None
    if day > (monthrange(year, month)[1] if has_month else 0):
        return None
    return Dated(Period(year, month), day)


def read_number(text: str) -> float | None:
    """Read a number in usual spelling, thousands separators included; None for anything else."""
    plain = fold(text)
    if not plain or not _NUMBER.match(plain) or not any(sign.isdigit() for sign in plain):
        return None
    number = float(plain.replace(",", ""))
    return number if math.isfinite(number) else None


def read_count(text: str) -> Reading:
    """Read a count of births: a whole number from nought up."""
    if not fold(text):
        return unusable("count_missing")
    if fold(text).startswith("="):
        return unusable("count_formula")
    number = read_number(text)
    if number is None:
        return unusable("count_unreadable")
    if number < 0:
        return unusable("count_negative")
    if not number.is_integer():
        return unusable("count_fractional")
    return unusable("count_too_large") if number > HIGHEST_COUNT else Reading(number)


def read_optional_count(text: str) -> Reading:
    """Read a count that may be left blank."""
    return read_count(text) if fold(text) else Reading(None)


def read_weight(text: str) -> Reading:
    """Read a sampling weight: a number above nought."""
    number = read_number(text)
    return Reading(number) if number is not None and 0 < number <= HIGHEST_COUNT else unusable("weight_unreadable")


def read_sex(text: str) -> Reading:
    """Read a sex: 0 boys, 1 girls, 2 unknown, or a total."""
    plain = fold(text).removesuffix(".0")
    meaning = words("sex").get(plain)
    if meaning is None:
        total = is_total(plain)
        return unusable("sex_unreadable") if total is None else Reading(total)
    return Reading(SEXES.index(meaning))


def read_order(text: str) -> Reading:
    """Read a birth order: 0 unknown, 1, 2, 3 …, `OPEN_ORDER` for three and more, or a total."""
    plain = fold(text)
    order = _worded_order(plain)
    if order is None:
        order = is_total(plain)
    if order is None:
        order = _numbered_order(plain)
    return Reading(0, "order_unreadable") if order is None else Reading(order)


def _worded_order(plain: str) -> int | None:
    meanings = {
        "unknown": 0,
        "first": 1,
        "second": 2,
        "third": 3,
        "fourth": 4,
        "fifth": 5,
        "third_and_more": OPEN_ORDER,
    }
    meaning = words("birth_order").get(plain)
    return None if meaning is None else meanings[meaning]


def _numbered_order(plain: str) -> int | None:
    """Read `2`, `2.0`, `2nd`, and `3+` or `4 and more` in the vocabulary's words."""
    open_ended = word_list("order_open")
    is_open = any(word in plain for word in open_ended)
    for word in sorted((*word_list("order_affixes"), *open_ended), key=len, reverse=True):
        plain = plain.replace(word, "")
    number = read_number(plain) or _worded_order(plain)
    if not number or number != int(number) or not 1 <= number <= HIGHEST_ORDER:
        return None
    if is_open:
        return OPEN_ORDER if number >= 3 else None
    return int(number)


def majority_is_month(read: Sequence[Dated | None], rows: Sequence[int]) -> bool:
    """Whether most rows carry months rather than years; months when as many do."""
    months = sum(n for found, n in zip(read, rows, strict=True) if found and found.period.is_month)
    years = sum(n for found, n in zip(read, rows, strict=True) if found and not found.period.is_month)
    return months >= years
