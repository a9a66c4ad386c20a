"""Checks on the catalogues and on what the code asks of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from string import Formatter

from conventions.code_checks import dotted
from conventions.sources import Source

Catalogue = Mapping[str, str]

ERRORS = frozenset({"InputError", "RedLineError", "RuleError", "StoreError", "TianpingError"})
_FINDING_PARTS = ("what", "why", "todo")
_LATIN = re.compile("[A-Za-z]")
_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def fields(template: str) -> set[str]:
    """The names of a template's fields."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(template) if name is not None}


def unmatched_keys(chinese: Catalogue, english: Catalogue) -> Iterator[str]:
    """Keys that stand in one language only."""
    for key in sorted(set(chinese) ^ set(english)):
        yield f"{key} is missing in {'English' if key in chinese else 'Chinese'}"


def unmatched_fields(chinese: Catalogue, english: Catalogue) -> Iterator[str]:
    """Texts whose fields differ between the languages."""
    for key in sorted(set(chinese) & set(english)):
        if fields(chinese[key]) != fields(english[key]):
            yield f"{key} has the fields {sorted(fields(chinese[key]))} and {sorted(fields(english[key]))}"


def empty_texts(texts: Catalogue, allowed: Collection[str]) -> Iterator[str]:
    """Texts without a word; `allowed` holds the keys of those that say nothing on purpose."""
    return (f"{key} is empty" for key, told in texts.items() if not told.strip() and key not in allowed)


def untranslated(chinese: Catalogue, allowed: Collection[str]) -> Iterator[str]:
    """Chinese texts that hold words and no Chinese character; `allowed` holds the keys of those that may."""
    for key, told in chinese.items():
        words = re.sub(r"\{[^{}]*\}", "", told)
        if _LATIN.search(words) and not _IDEOGRAPH.search(words) and key not in allowed:
            yield f"{key} is not translated: {told!r}"


def _literal(call: ast.Call, position: int = 0, keyword: str = "") -> str | None:
    given = call.args[position] if len(call.args) > position else None
    given = given or next((pair.value for pair in call.keywords if pair.arg == keyword), None)
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def asked_keys(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Every catalogue key that the code names literally: texts, errors, findings."""
    for node in source.nodes:
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func, source.names).rsplit(".", 1)[-1]
        if called == "text" and (key := _literal(node, keyword="key")):
            yield node, key
        elif called in ERRORS and (key := _literal(node, keyword="key")):
            yield node, f"errors.{key}"
        elif called == "Finding" and (key := _literal(node, keyword="code")):
            yield from ((node, f"findings.{key}.{part}") for part in _FINDING_PARTS)


def unknown_keys(source: Source, texts: Catalogue) -> Iterator[str]:
    """Keys that the code names and no catalogue holds."""
    for node, key in asked_keys(source):
        if key not in texts:
            yield f"{source.at(node)} asks for {key}"


def unfilled_fields(source: Source, texts: Catalogue, filled_later: Sequence[str] = ()) -> Iterator[str]:
    """Errors raised without a value that their text needs; `filled_later` names values that a caller adds."""
    for node, key in asked_keys(source):
        given = {pair.arg for pair in node.keywords}
        if not key.startswith("errors.") or key not in texts or None in given:
            continue
        missing = fields(texts[key]) - given - set(filled_later)
        if missing:
            yield f"{source.at(node)} raises {key} without {sorted(missing)}"
