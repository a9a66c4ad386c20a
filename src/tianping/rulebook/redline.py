"""The red line for data: which columns and texts are refused, and why.

No field about an individual woman, pregnancy, family or child enters this product. The vocabulary lies in
`redline.yaml`; this module folds spellings and compares. Refused values are never echoed.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any

from stdnum import numdb
from stdnum.cn import ric

from tianping.rulebook.loading import load_rules

_CAMEL_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLAIN_WORD = re.compile(r"[A-Za-z]+")
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
_SPELLED_RUN = 11
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"))


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
class _Words:
    """Words of one language pair, already folded."""

    english: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: Mapping[str, Sequence[str]] | None) -> _Words:
        tree = tree or {}
        return cls(tuple(tree.get("english", ())), tuple(tree.get("chinese", ())))


@dataclass(frozen=True)
class _Header:
    """A folded header: the forms of each English word it holds, and all its letters and digits run together."""

    forms: tuple[frozenset[str], ...]
    letters: str

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset().union(*self.forms)

    def holds_phrase(self, phrase: str) -> bool:
        if phrase.endswith("*"):
            return phrase[:-1] in self.letters
        return all(word in self.words for word in phrase.split())

    def holds_any(self, words: _Words) -> bool:
        return any(map(self.holds_phrase, words.english)) or any(term in self.letters for term in words.chinese)

    def is_only(self, words: _Words, fillers: frozenset[str]) -> bool:
        told = [forms for forms in self.forms if fillers.isdisjoint(forms)]
        return self.letters in words.chinese or (len(told) > 0 and all(forms & set(words.english) for forms in told))


@dataclass(frozen=True)
class _Rule:
    """One rule of the vocabulary."""

    key: str
    words: _Words
    alone: _Words
    unless: _Words
    combinations: tuple[tuple[_Words, ...], ...]

    @classmethod
    def of(cls, tree: Mapping[str, Any], groups: Mapping[str, _Words]) -> _Rule:
        combinations = tuple(tuple(groups[name] for name in names) for names in tree.get("combinations", ()))
        return cls(
            tree["key"], _Words.of(tree), _Words.of(tree.get("alone")), _Words.of(tree.get("unless")), combinations
        )

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All English words of the rule, stems left out: they are looked for anywhere."""
        lists = (self.words, self.alone, self.unless, *(group for names in self.combinations for group in names))
        return frozenset(
            word for words in lists for phrase in words.english if not phrase.endswith("*") for word in phrase.split()
        )

    def matches(self, header: _Header, fillers: frozenset[str]) -> bool:
        if header.holds_any(self.unless):
            return False
        combined = any(all(header.holds_any(group) for group in names) for names in self.combinations)
        return combined or header.holds_any(self.words) or header.is_only(self.alone, fillers)


class RedLine:
    """The red line read from its rule file; `shipped()` gives the product's own.

    Built from a dictionary so that a test can take out one entry and see what it was good for.
    """

    def __init__(self, rules: Mapping[str, Any]) -> None:
        folding = rules["folding"]
        self._same_word: Mapping[str, str] = folding["words"]
        self._characters = str.maketrans(folding["characters"])
        self._spelled: Mapping[str, str] = folding["digits"]
        self._fillers = frozenset(folding["fillers"])
        groups = {name: _Words.of(words) for name, words in rules["groups"].items()}
        self._columns = tuple(_Rule.of(tree, groups) for tree in rules["columns"])
        self._ignored = tuple(_Rule.of(tree, groups) for tree in rules["ignored"])
        self._packs = tuple(_Rule.of(tree, groups) for tree in rules["packs"])
        kinship = next(tree for tree in rules["content"] if tree["key"] == "kinship_and_place")
        self._kinship, self._place = _Words.of(kinship["kinship"]), _Words.of(kinship["place"])
        known = frozenset().union(*(rule.vocabulary for rule in (*self._columns, *self._ignored, *self._packs)))
        self._token_forms = lru_cache(maxsize=4096)(self._split)
        self._vocabulary = known | self._fillers | frozenset(self._same_word)

    def refused_columns(self, headers: Sequence[str], allow: Collection[str] = ()) -> tuple[RefusedColumn, ...]:
        """Give the headers that must not enter, in order, each with its reason.

        `allow` lists headers (in any spelling) that are a different matter in the file at hand, for
        instance coordinates in a file of areas.
        """
        allowed = {self._fold(header).letters for header in allow}
        return tuple(
            RefusedColumn(header, reason)
            for header in headers
            if self._fold(header).letters not in allowed and (reason := self._reason(header, self._columns))
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
        plain = self._plain(text)
        spelled = self._spell_digits(plain)
        if any(map(_holds_identity_number, _DIGIT_RUN.findall(_DIGITS_APART.sub("", spelled)))):
            return "identity_number"
        if any(pattern.search(spelled) for pattern in (_MOBILE, _FIXED_LINE, _INTERNATIONAL)):
            return "phone_number"
        if _EMAIL.search(plain):
            return "email_address"
        words = tuple(frozenset(self._bases(word.lower())) for word in _PLAIN_WORD.findall(plain))
        told = _Header(words, _letters(plain))
        if told.holds_any(self._kinship) and told.holds_any(self._place):
            return "kinship_and_place"
        return None

    def refused_rule(self, rule: str) -> str | None:
        """Give the key of the first reason why a rule, written out as words, must not be in any pack, or None."""
        return self._reason(rule, self._packs)

    def _reason(self, header: str, rules: Iterable[_Rule]) -> str | None:
        folded = self._fold(header)
        return next((rule.key for rule in rules if rule.matches(folded, self._fillers)), None)

    def _plain(self, text: str) -> str:
        """Fold widths and traditional characters; drop marks that cannot be seen."""
        folded = unicodedata.normalize("NFKC", text).translate(self._characters)
        return "".join(character for character in folded if unicodedata.category(character) != "Cf")

    def _fold(self, header: str) -> _Header:
        plain = self._plain(header)
        tokens = {*_CAMEL_WORD.findall(plain), *_PLAIN_WORD.findall(plain)}
        return _Header(tuple(self._forms(tokens)), _letters(plain))

    def _forms(self, tokens: Iterable[str]) -> Iterable[frozenset[str]]:
        """Give for every word, run-together ones taken apart, what it may stand for."""
        for token in tokens:
            yield from self._token_forms(token.lower())

    def _split(self, token: str) -> tuple[frozenset[str], ...]:
        parts = {token} if self._known(token) else (self._parts(token) or {token})
        return tuple(frozenset(self._bases(part)) for part in parts)

    def _bases(self, word: str) -> set[str]:
        """Give the word and what it may be a plural or verbal form of, in the spelling of the rules."""
        forms = {word}
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                forms.add(word.removesuffix(ending) + instead)
        return {self._same_word.get(form, form) for form in forms}

    def _known(self, word: str) -> bool:
        return word in self._vocabulary or not self._vocabulary.isdisjoint(self._bases(word))

    def _parts(self, token: str) -> set[str]:
        """Take run-together words apart, when known words cover the token from end to end."""
        size = len(token)
        spans = [(i, j) for i in range(size) for j in range(i + 1, size + 1) if self._known(token[i:j])]
        from_start, to_end = {0}, {size}
        for i, j in spans:
            if i in from_start:
                from_start.add(j)
        for i, j in reversed(spans):
            if j in to_end:
                to_end.add(i)
        return {token[i:j] for i, j in spans if i in from_start and j in to_end} if size in from_start else set()

    def _spell_digits(self, text: str) -> str:
        """Write long runs of spelled-out digits as digits."""
        run = f"[{''.join(self._spelled)}\\d]{{{_SPELLED_RUN},}}"
        return re.sub(run, lambda match: "".join(self._spelled.get(sign, sign) for sign in match[0]), text)


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _holds_identity_number(run: str) -> bool:
    """Whether a run of digits contains a resident identity number of 18 or, as issued before 1999, 15 digits."""
    long_ = (run[i : i + 18].upper() for i in range(len(run) - 17))
    if any(
        number[:17].isdigit() and number[17] == ric.calc_check_digit(number) and _is_born(number[6:14])
        for number in long_
    ):
        return True
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
