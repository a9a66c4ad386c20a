"""Fold the many spellings of a header or a text into one, so that a vocabulary stays short.

Full width becomes half width, traditional characters simplified ones; case, camelCase, separators, plurals and
run-together English words are taken apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

_CAMEL_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PLAIN_WORD = re.compile(r"[A-Za-z]+")
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"))
#: Spelled-out digits count as a number from this length on.
_SPELLED_RUN = 11


@dataclass(frozen=True)
class Words:
    """Words to look for, already folded; an English entry is a phrase of words, or a beginning that ends with `*`."""

    english: tuple[str, ...] = ()
    chinese: tuple[str, ...] = ()

    @classmethod
    def of(cls, tree: Mapping[str, Sequence[str]] | None) -> Words:
        """Read the two lists of a rule."""
        tree = tree or {}
        return cls(tuple(tree.get("english", ())), tuple(tree.get("chinese", ())))

    @cached_property
    def phrases(self) -> tuple[frozenset[str], ...]:
        """The English phrases, each as its words."""
        return tuple(frozenset(phrase.split()) for phrase in self.english if not phrase.endswith("*"))

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """The English beginnings."""
        return tuple(phrase.removesuffix("*") for phrase in self.english if phrase.endswith("*"))

    @cached_property
    def single(self) -> frozenset[str]:
        """The English words of all phrases."""
        return frozenset().union(*self.phrases)


@dataclass(frozen=True)
class _Token:
    """One English word as written: what it may stand for, and what begins in it where a word may begin."""

    forms: tuple[frozenset[str], ...]
    starts: frozenset[str]


@dataclass(frozen=True)
class Spelling:
    """A folded header or text.

    Attributes:
        forms: for each English word, all that it may stand for.
        starts: what stands from each place where a word may begin to the end of its token.
        letters: all letters and digits, run together.
    """

    forms: tuple[frozenset[str], ...]
    starts: frozenset[str]
    letters: str

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset().union(*self.forms)

    def holds_any(self, words: Words) -> bool:
        """Say whether any of the words stands in it."""
        if any(term in self.letters for term in words.chinese):
            return True
        if any(phrase <= self._words for phrase in words.phrases):
            return True
        return any(start.startswith(words.beginnings) for start in self.starts)

    def is_only(self, words: Words, fillers: frozenset[str]) -> bool:
        """Say whether it is nothing but these words and fillers."""
        told = [forms for forms in self.forms if fillers.isdisjoint(forms)]
        return self.letters in words.chinese or (len(told) > 0 and all(forms & words.single for forms in told))


class Folding:
    """The foldings of a vocabulary, read from the section `folding` of its rule file."""

    def __init__(self, rules: Mapping[str, Any], vocabulary: Collection[str]) -> None:
        """Take the foldings and all single words that matter; both decide how run-together words come apart."""
        self.fillers = frozenset(rules["fillers"])
        self._same_word: Mapping[str, str] = rules["words"]
        self._characters = str.maketrans(rules["characters"])
        self._digits: Mapping[str, str] = rules["digits"]
        self._harmless: Sequence[str] = rules["harmless"]
        self._vocabulary = frozenset(vocabulary) | self.fillers | frozenset(self._same_word)
        self._token = lru_cache(maxsize=4096)(self._take_apart)

    def plain(self, text: str) -> str:
        """Fold widths and traditional characters; drop marks that cannot be seen and terms that mean no harm."""
        folded = unicodedata.normalize("NFKC", text).translate(self._characters)
        folded = "".join(character for character in folded if unicodedata.category(character) != "Cf")
        for term in self._harmless:
            folded = folded.replace(term, " ")
        return folded

    def spelling(self, header: str) -> Spelling:
        """Fold a header, run-together words taken apart."""
        plain = self.plain(header)
        tokens = [self._token(word.lower()) for word in {*_CAMEL_WORD.findall(plain), *_PLAIN_WORD.findall(plain)}]
        forms = tuple(forms for token in tokens for forms in token.forms)
        return Spelling(forms, frozenset().union(*(token.starts for token in tokens)), _letters(plain))

    def sentence(self, plain: str) -> Spelling:
        """Fold a text that `plain` has gone over: its words as they stand."""
        words = [word.lower() for word in _PLAIN_WORD.findall(plain)]
        return Spelling(tuple(frozenset(self._bases(word)) for word in words), frozenset(words), _letters(plain))

    def spell_digits(self, plain: str) -> str:
        """Write long runs of spelled-out digits as digits."""
        run = f"[{''.join(self._digits)}\\d]{{{_SPELLED_RUN},}}"
        return re.sub(run, lambda match: "".join(self._digits.get(sign, sign) for sign in match[0]), plain)

    def _take_apart(self, token: str) -> _Token:
        if self._known(token):
            return _Token((frozenset(self._bases(token)),), frozenset({token}))
        parts, begins = self._parts(token)
        forms = tuple(frozenset(self._bases(part)) for part in parts or {token})
        return _Token(forms, frozenset(token[i:] for i in begins))

    def _bases(self, word: str) -> set[str]:
        """Give the word and what it may be a plural or verbal form of, in the spelling of the rules."""
        forms = {word}
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 1:
                forms.add(word.removesuffix(ending) + instead)
        return {self._same_word.get(form, form) for form in forms}

    def _known(self, word: str) -> bool:
        return word in self._vocabulary or not self._vocabulary.isdisjoint(self._bases(word))

    def _parts(self, token: str) -> tuple[set[str], set[int]]:
        """Give the known words that cover a token from end to end, and the places where a word may begin.

        No cover ends with a filler: "latin" is no "lat in".
        """
        size = len(token)
        spans = [(i, j) for i in range(size) for j in range(i + 1, size + 1) if self._known(token[i:j])]
        spans = [(i, j) for i, j in spans if j < size or token[i:j] not in self.fillers]
        begins = _reached({0}, spans)
        ends = _reached({size}, ((j, i) for i, j in reversed(spans)))
        return {token[i:j] for i, j in spans if i in begins and j in ends}, begins - {size}


def _reached(places: set[int], steps: Iterable[tuple[int, int]]) -> set[int]:
    for first, then in steps:
        if first in places:
            places.add(then)
    return places


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
