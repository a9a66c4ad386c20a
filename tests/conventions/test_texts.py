"""House rules on texts: two languages, one key, the same fields, no key asked for in vain."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from conventions import text_checks as checks
from conventions.sources import library, planted
from tianping.locale import catalogue

HERE = Path(__file__).parent
ALLOWED = yaml.safe_load((HERE / "allowed.yaml").read_text(encoding="utf-8"))
PLANTED = yaml.safe_load((HERE / "data" / "planted.yaml").read_text(encoding="utf-8"))["texts"]
CHINESE, ENGLISH = catalogue("zh_Hans"), catalogue("en")


def test_both_languages_hold_the_same_keys_and_fields() -> None:
    assert list(checks.unmatched_keys(CHINESE, ENGLISH)) == []
    assert list(checks.unmatched_fields(CHINESE, ENGLISH)) == []


def test_no_text_is_empty_or_untranslated() -> None:
    assert list(checks.empty_texts(CHINESE, ALLOWED["empty"])) == []
    assert list(checks.empty_texts(ENGLISH, ALLOWED["empty"])) == []
    assert list(checks.untranslated(CHINESE, ALLOWED["not_translated"])) == []


def test_every_key_that_the_code_names_exists() -> None:
    assert [problem for source in library() for problem in checks.unknown_keys(source, ENGLISH)] == []


def test_every_error_fills_its_sentence() -> None:
    later = list(ALLOWED["filled_later"])
    assert [problem for source in library() for problem in checks.unfilled_fields(source, ENGLISH, later)] == []


def test_no_allowance_is_idle() -> None:
    for key in ALLOWED["empty"]:
        assert "" in (CHINESE[key].strip(), ENGLISH[key].strip()), key
    for key in ALLOWED["not_translated"]:
        assert list(checks.untranslated({key: CHINESE[key]}, [])), key


# --- planted -----------------------------------------------------------------------------------------------------


def test_a_missing_key_is_found_in_either_language() -> None:
    assert len(list(checks.unmatched_keys({"a": "x", "b": "x"}, {"a": "x", "c": "x"}))) == 2


@pytest.mark.parametrize(
    ("one", "other", "found"), [("{n}", "{n:,}", 0), ("{n} {m}", "{n}", 1), ("{a.b}", "{a[0]}", 0)]
)
def test_other_fields_are_found(one: str, other: str, found: int) -> None:
    assert len(list(checks.unmatched_fields({"a": one}, {"a": other}))) == found


def test_empty_and_untranslated_texts_are_found() -> None:
    assert len(list(checks.empty_texts({"a": " ", "b": "x"}, []))) == 1
    assert list(checks.empty_texts({"a": " "}, ["a"])) == []
    assert list(checks.untranslated(PLANTED["sound"], [])) == []
    assert len(list(checks.untranslated(PLANTED["untranslated"], []))) == 1
    assert list(checks.untranslated({"a": "{lower}\u2014{upper}", "b": "12"}, [])) == []


#: code, what it must be told to lack
ASKED = [
    ("text('a.title', 'en')", []),
    ("text('a.nothing', 'en')", ["a.nothing"]),
    ("from tianping.locale import text as t\nt('a.nothing', 'en')", ["a.nothing"]),
    ("text(key='a.nothing', language='en')", ["a.nothing"]),
    ("raise InputError('known', n=1)", []),
    ("raise InputError('nothing')", ["errors.nothing"]),
    ("raise errors.RuleError('nothing')", ["errors.nothing"]),
    ("Finding('nothing', Severity.INFO)", ["findings.nothing.what", "findings.nothing.why", "findings.nothing.todo"]),
    ("Finding(code='nothing', severity=s)", ["findings.nothing.what", "findings.nothing.why", "findings.nothing.todo"]),
    ("text(key, 'en')", []),
]


@pytest.mark.parametrize(("code", "lacking"), ASKED)
def test_a_key_asked_for_in_vain_is_found(code: str, lacking: list[str]) -> None:
    texts = {"a.title": "A title", "errors.known": "It is {n}."}
    assert [problem.rsplit(" ", 1)[1] for problem in checks.unknown_keys(planted(code), texts)] == lacking


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("raise InputError('known', n=1)", 0),
        ("raise InputError('known')", 1),
        ("raise InputError('known', m=1)", 1),
        ("raise InputError('known', **values)", 0),
    ],
)
def test_an_error_that_does_not_fill_its_sentence_is_found(code: str, found: int) -> None:
    assert len(list(checks.unfilled_fields(planted(code), {"errors.known": "It is {n}."}))) == found
