"""The red line for data: what is refused, in every spelling, and that no entry of the vocabulary is idle."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from tianping.locale import LANGUAGES, text
from tianping.rulebook.loading import load_rules
from tianping.rulebook.packs import MARKS
from tianping.rulebook.redline import RedLine, ignored_columns, refused_columns, refused_content

EXAMPLES = yaml.safe_load((Path(__file__).parent / "data" / "headers.yaml").read_text(encoding="utf-8"))
RULES = load_rules("redline")
LINE = RedLine(RULES)


def reason(line: RedLine, header: str) -> str | None:
    refused = line.refused_columns([header])
    return refused[0].reason_key if refused else None


def test_headers_of_counts_and_areas_pass() -> None:
    for headers in EXAMPLES["accepted"]:
        assert refused_columns(headers) == ()


@pytest.mark.parametrize("key", EXAMPLES["refused"])
def test_a_forbidden_header_is_refused_with_its_reason(key: str) -> None:
    headers = EXAMPLES["refused"][key]
    assert {header: reason(LINE, header) for header in headers} == dict.fromkeys(headers, key)


def test_every_rule_has_examples_and_a_sentence_in_both_languages() -> None:
    assert {rule["key"] for rule in RULES["columns"]} == set(EXAMPLES["refused"])
    for rule in (*RULES["columns"], *RULES["ignored"], *RULES["content"], *RULES["packs"]):
        for language in LANGUAGES:
            assert text(f"rulebook.redline.{rule['key']}", language)


@pytest.mark.parametrize("section", ["columns", "ignored", "content", "packs"])
def test_every_rule_says_what_for_and_on_what_basis(section: str) -> None:
    for rule in RULES[section]:
        assert rule["purpose"].strip()
        assert all(basis["reference"] and basis["mark"] in MARKS for basis in rule["basis"]), rule["key"]
        assert rule["basis"]


def test_only_the_forbidden_columns_of_a_file_are_named() -> None:
    headers = ["area_code", "mother_name", "period", "IUD"]
    assert [(column.header, column.reason_key) for column in refused_columns(headers)] == [
        ("mother_name", "personal_name"),
        ("IUD", "contraception"),
    ]


def test_what_is_another_matter_in_a_file_is_allowed_in_any_spelling() -> None:
    assert refused_columns(["Latitude", "mother_name"], allow={"latitude"}) == refused_columns(["mother_name"])


def test_a_facility_is_ignored_and_not_refused() -> None:
    headers = EXAMPLES["ignored"]["facility"]
    assert [column.header for column in ignored_columns(headers)] == headers
    assert refused_columns(headers) == ()
    assert ignored_columns(["area_code", "place"]) == ()


@pytest.mark.parametrize("key", EXAMPLES["texts"])
def test_texts_are_refused_for_what_they_hold(key: str) -> None:
    texts = EXAMPLES["texts"][key]
    assert {told: refused_content(told) or "nothing" for told in texts} == dict.fromkeys(texts, key)


@given(
    region=st.sampled_from(["110101", "421123", "310104"]),
    born=st.dates(min_value=datetime.date(1930, 1, 1), max_value=datetime.date(2025, 12, 31)),
    serial=st.integers(0, 999),
    around=st.sampled_from(["{}", "a{}b", "no. {}.", "9{}", "{}7", " {} "]),
)
def test_an_identity_number_is_found_wherever_it_stands(region: str, born: Any, serial: int, around: str) -> None:
    number = f"{region}{born:%Y%m%d}{serial:03d}"
    number += ric.calc_check_digit(number + "0")
    assert refused_content(around.format(number)) == "identity_number"


@given(st.integers(0, 10**9))
def test_a_count_is_no_number_of_a_person(count: int) -> None:
    assert refused_content(str(count)) is None


# --- no entry is idle: without it, what it was for gets through --------------------------------------------------

Answer = Callable[[RedLine, str], str | None]


@dataclass(frozen=True)
class Entry:
    """One word of the rule file, where it stands, what it must answer and what it may be tried on."""

    path: tuple[Any, ...]
    word: str
    answer: Answer
    expected: str | None
    tries: tuple[str, ...]

    def is_idle(self) -> bool:
        without = RedLine(taken_out(RULES, self.path, self.word))
        return not any(
            self.answer(LINE, told) == self.expected and self.answer(without, told) != self.expected
            for told in self.tries
        )


def taken_out(node: Any, path: tuple[Any, ...], word: str) -> Any:
    """A copy of the rules without one word; what lies beside the path is shared."""
    if path:
        step, *rest = path
        copied = dict(node) if isinstance(node, dict) else list(node)
        copied[step] = taken_out(node[step], tuple(rest), word)
        return copied
    if isinstance(node, dict):
        return {key: value for key, value in node.items() if key != word}
    return [one for one in node if one != word]


def ignored_reason(line: RedLine, header: str) -> str | None:
    ignored = line.ignored_columns([header])
    return ignored[0].reason_key if ignored else None


def as_header(word: str) -> str:
    return word.removesuffix("*")


def word_entries(section: str, answer: Answer) -> Iterator[Entry]:
    for i, rule in enumerate(RULES[section]):
        for language in ("english", "chinese"):
            for word in rule.get(language, ()):
                yield Entry((section, i, language), word, answer, rule["key"], (as_header(word),))
            for word in rule.get("alone", {}).get(language, ()):
                yield Entry((section, i, "alone", language), word, answer, rule["key"], (word,))


def unless_entries() -> Iterator[Entry]:
    for i, rule in enumerate(RULES["columns"]):
        for language, words in rule.get("unless", {}).items():
            for word in words:
                tries = (word, *(f"{term} {word}" for term in rule[language]))
                yield Entry(("columns", i, "unless", language), word, reason, None, tries)


def combination_headers(names: list[str], language: str, at: int, word: str) -> str:
    words = [as_header(RULES["groups"][name][language][0]) for name in names]
    words[at] = as_header(word)
    return " ".join(words)


def group_entries(section: str, answer: Answer) -> Iterator[Entry]:
    for rule in RULES[section]:
        for names in rule.get("combinations", ()):
            for at, name in enumerate(names):
                for language, words in RULES["groups"][name].items():
                    for word in words:
                        tries = (combination_headers(names, language, at, word),)
                        yield Entry(("groups", name, language), word, answer, rule["key"], tries)


def folding_entries() -> Iterator[Entry]:
    headers = [
        (entry.expected, header)
        for entry in (*word_entries("columns", reason), *group_entries("columns", reason))
        for header in entry.tries
    ]
    for kind in ("words", "characters"):
        for spelled, meant in RULES["folding"][kind].items():
            for expected, header in headers:
                parts = header.split(" ") if kind == "words" else list(header)
                if meant in parts:
                    joint = " " if kind == "words" else ""
                    told = joint.join(spelled if part == meant else part for part in parts)
                    yield Entry(("folding", kind), spelled, reason, expected, (told,))
    for term in RULES["folding"]["harmless"]:
        tries = tuple(f"{term} {word}" for word in RULES["groups"]["identifier"]["chinese"])
        yield Entry(("folding", "harmless"), term, reason, None, tries)
    for filler in RULES["folding"]["fillers"]:
        yield Entry(("folding", "fillers"), filler, reason, "person", (f"{filler} mother",))


def content_entries() -> Iterator[Entry]:
    at, rule = next((i, rule) for i, rule in enumerate(RULES["content"]) if rule["key"] == "kinship_and_place")
    for kind, other in (("kinship", "place"), ("place", "kinship")):
        for language, words in rule[kind].items():
            for word in words:
                told = f"{word} {rule[other][language][0]}"
                yield Entry(("content", at, kind, language), word, RedLine.refused_content, rule["key"], (told,))
    for sign, digit in RULES["folding"]["digits"].items():
        told = "1390000000".replace("0", sign) if digit == "0" else f"13{sign}00000000"
        told = f"{sign}3900000000" if digit == "1" else told + ("1" if digit == "0" else "")
        yield Entry(("folding", "digits"), sign, RedLine.refused_content, "phone_number", (told,))


def idle(entries: Iterable[Entry]) -> list[str]:
    """Entries of which none of the tries tells the difference, several entries for one word counted together."""
    tried: dict[tuple[Any, ...], bool] = {}
    for entry in entries:
        where = (*entry.path, entry.word)
        tried[where] = tried.get(where, True) and entry.is_idle()
    return ["/".join(map(str, where)) for where, is_idle in tried.items() if is_idle]


@pytest.mark.parametrize(
    "entries",
    [
        lambda: word_entries("columns", reason),
        lambda: word_entries("ignored", ignored_reason),
        lambda: word_entries("packs", RedLine.refused_rule),
        unless_entries,
        lambda: group_entries("columns", reason),
        lambda: group_entries("packs", RedLine.refused_rule),
        folding_entries,
        content_entries,
    ],
    ids=["words", "ignored", "rules", "unless", "groups", "groups of rules", "folding", "content"],
)
def test_no_entry_is_idle(entries: Callable[[], Iterator[Entry]]) -> None:
    found = list(entries())
    assert found
    assert idle(found) == []
