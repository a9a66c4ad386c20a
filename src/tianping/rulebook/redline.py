"""The red line for data: which columns and texts are refused, and why.

No field about an individual woman, pregnancy, family or child enters this product. The vocabulary lies in
`redline.yaml`; this module folds spellings and compares. Refused values are never echoed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stdnum import numdb
from stdnum.cn import ric

from tianping.rulebook.loading import load_rules
from tianping.rulebook.spelling import Folding, Spelling, Words

_DIGITS_APART = re.compile(r"(?<=\d)[\s\-\u2010-\u2015._]{1,2}(?=[\dXx])")
_DIGIT_RUN = re.compile(r"\d{14,}[\dXx]")
_GAP = r"[\s\-\u2010-\u2015.]?"
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?"
    rf"(?:1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}|1[\s\-][3-9](?:[\s\-]\d){{9}})(?!\d)"
)
_FIXED_LINE = re.compile(r"(?<!\d)(?:\(0\d{2,3}\)\s?|0\d{2,3}[\s\-\u2010-\u2015])[2-9]\d{6,7}(?!\d)")
_INTERNATIONAL = re.compile(r"(?<![\d+])\+[1-9][\d\s\-()]{7,17}\d(?!\d)")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")


@dataclass(frozen=True)
class RefusedColumn:
    """A column that must not enter.

    Attributes:
        header: the header as written in the file.
        reason_key: key of the rule; its text is `rulebook.redline.<reason_key>`.
    """

    header: str
    reason_key: str


@dataclass(frozen=True)
class _Rule:
    """One rule of the vocabulary."""

    key: str
    words: Words
    alone: Words
    unless: Words
    combinations: tuple[tuple[Words, ...], ...]

    @classmethod
    def of(cls, tree: Mapping[str, Any], groups: Mapping[str, Words]) -> _Rule:
        combinations = tuple(tuple(groups[name] for name in names) for names in tree.get("combinations", ()))
        return cls(tree["key"], Words.of(tree), Words.of(tree.get("alone")), Words.of(tree.get("unless")), combinations)

    @property
    def vocabulary(self) -> frozenset[str]:
        """All English words of the rule."""
        lists = (self.words, self.alone, self.unless, *(group for names in self.combinations for group in names))
        return frozenset().union(*(words.single for words in lists))

    def matches(self, header: Spelling, fillers: frozenset[str]) -> bool:
        if header.holds_any(self.unless):
            return False
        combined = any(all(header.holds_any(group) for group in names) for names in self.combinations)
        return combined or header.holds_any(self.words) or header.is_only(self.alone, fillers)


class RedLine:
    """The red line read from its rule file; `shipped()` gives the product's own.

    Built from a dictionary so that a test can take out one entry and see what it was good for.
    """

    def __init__(self, rules: Mapping[str, Any]) -> None:
        groups = {name: Words.of(words) for name, words in rules["groups"].items()}
        self._columns = tuple(_Rule.of(tree, groups) for tree in rules["columns"])
        self._ignored = tuple(_Rule.of(tree, groups) for tree in rules["ignored"])
        self._packs = tuple(_Rule.of(tree, groups) for tree in rules["packs"])
        kinship = next(tree for tree in rules["content"] if tree["key"] == "kinship_and_place")
        self._kinship, self._place = Words.of(kinship["kinship"]), Words.of(kinship["place"])
        known = frozenset().union(*(rule.vocabulary for rule in (*self._columns, *self._ignored, *self._packs)))
        self._folding = Folding(rules["folding"], known)

    def refused_columns(self, headers: Sequence[str], allow: Collection[str] = ()) -> tuple[RefusedColumn, ...]:
        """Give the headers that must not enter, in order, each with its reason.

        `allow` lists headers (in any spelling) that are a different matter in the file at hand, for
        instance coordinates in a file of areas.
        """
        allowed = {self._folding.spelling(header).letters for header in allow}
        return tuple(
            RefusedColumn(header, reason)
            for header in headers
            if self._folding.spelling(header).letters not in allowed and (reason := self._reason(header, self._columns))
        )

    def ignored_columns(self, headers: Sequence[str]) -> tuple[RefusedColumn, ...]:
        """Give the headers that may stand in a file and are never read (a facility), each with its reason."""
        return tuple(
            RefusedColumn(header, reason) for header in headers if (reason := self._reason(header, self._ignored))
        )

    def refused_content(self, text: str) -> str | None:
        """Give the key of the first reason why a text must not enter, or None.

        Looks for identity numbers, telephone numbers, e-mail addresses, and a relative told together with a
        place. The order is fixed; nothing of the text is returned.
        """
        plain = self._folding.plain(text)
        spelled = self._folding.spell_digits(plain)
        if any(map(_holds_identity_number, _DIGIT_RUN.findall(_DIGITS_APART.sub("", spelled)))):
            return "identity_number"
        if any(pattern.search(spelled) for pattern in (_MOBILE, _FIXED_LINE, _INTERNATIONAL)):
            return "phone_number"
        if _EMAIL.search(plain):
            return "email_address"
        told = self._folding.sentence(plain)
        if told.holds_any(self._kinship) and told.holds_any(self._place):
            return "kinship_and_place"
        return None

    def refused_rule(self, rule: str) -> str | None:
        """Give the key of the first reason why a rule, written out as words, must not be in any pack, or None."""
        return self._reason(rule, self._packs)

    def _reason(self, header: str, rules: Iterable[_Rule]) -> str | None:
        folded = self._folding.spelling(header)
        return next((rule.key for rule in rules if rule.matches(folded, self._folding.fillers)), None)


def _holds_identity_number(run: str) -> bool:
    """Whether a run of digits contains a resident identity number of 18 or, as issued before 1999, 15 digits.

    Within longer runs the check digit must be right; a run of just that length is refused on its region and day of
    birth alone, because a mistyped number is a person's number too.
    """
    long_ = (run[i : i + 18].upper() for i in range(len(run) - 17))
    if any(
        number[:17].isdigit() and number[17] == ric.calc_check_digit(number) and _is_born(number[6:14])
        for number in long_
    ):
        return True
    if len(run) == 18 and run[:17].isdigit():
        return _is_born(run[6:14]) and _is_region(run)
    return len(run) == 15 and run.isdigit() and _is_born(f"19{run[6:12]}") and _is_region(run)


def _is_born(day: str) -> bool:
    try:
        born = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2099


def _is_region(number: str) -> bool:
    return any(found for _, found in numdb.get("cn/loc").info(number[:6]))


@cache
def shipped() -> RedLine:
    """Give the red line that this product ships."""
    return RedLine(load_rules("redline"))


def refused_columns(headers: Sequence[str], allow: Collection[str] = ()) -> tuple[RefusedColumn, ...]:
    """Give the headers that must not enter; see `RedLine.refused_columns`."""
    return shipped().refused_columns(headers, allow)


def ignored_columns(headers: Sequence[str]) -> tuple[RefusedColumn, ...]:
    """Give the headers that are never read; see `RedLine.ignored_columns`."""
    return shipped().ignored_columns(headers)


def refused_content(text: str) -> str | None:
    """Give the key of the reason why a text must not enter, or None; see `RedLine.refused_content`."""
    return shipped().refused_content(text)
