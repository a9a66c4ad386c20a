"""The red line over everything that names or tells something: fields, columns, rule files, texts."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from conventions.sources import Source
from tianping.rulebook.redline import RedLine

_FIELD = re.compile(r"\{[^{}]*\}")
_CLAUSE_END = re.compile('[.,;:?!()"\u201c\u201d\u3001\u3002\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\n]')
_COLUMN_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


@cache
def reason_against_name(name: str, line: RedLine) -> str:
    """Why a name must be no column, or nothing; names recur all over the library."""
    return next((column.reason_key for column in line.refused_columns([name])), "")


def named_fields(source: Source) -> Iterator[tuple[str, str]]:
    """Every name that can become a field or a column: class attributes, and words in snake case among the strings."""
    for node in source.nodes:
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
                    yield source.at(child), child.target.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _COLUMN_NAME.fullmatch(node.value):
            yield source.at(node), node.value


def forbidden_fields(source: Source, line: RedLine, allowed: Mapping[str, str]) -> Iterator[str]:
    """Fields and column names about an individual; `allowed` maps a name to the reason why it is another matter."""
    for where, name in named_fields(source):
        if name not in allowed and (reason := reason_against_name(name, line)):
            yield f"{where} {name}: {reason}"


def forbidden_headers(path: str, text: str, line: RedLine) -> Iterator[str]:
    """Headers of a bundled table about an individual."""
    for column in line.refused_columns(next(csv.reader(text.splitlines()), [])):
        yield f"{path} {column.header}: {column.reason_key}"


def clauses(told: str, other_matters: Collection[str]) -> Iterator[str]:
    """A text's clauses, without its fields and without phrases that are another matter."""
    told = _FIELD.sub(" ", told)
    for phrase in other_matters:
        told = told.replace(phrase, " ")
    return (clause for clause in _CLAUSE_END.split(told) if clause.strip())


@cache
def reasons_against(clause: str, line: RedLine) -> frozenset[str]:
    """All reasons why a clause must not be told: as a label, as a rule, as a value."""
    reasons = (reason_against_name(clause, line), line.refused_rule(clause), line.refused_content(clause))
    return frozenset(reason for reason in reasons if reason)


def forbidden_texts(
    texts: Mapping[str, str], line: RedLine, *, states_the_ban: Mapping[str, str], other_matters: Mapping[str, str]
) -> Iterator[str]:
    """Texts of a catalogue about an individual.

    `states_the_ban` maps patterns of keys, `other_matters` phrases, each to the reason why it may stand.
    """
    for key, told in texts.items():
        if any(fnmatchcase(key, pattern) for pattern in states_the_ban):
            continue
        for clause in clauses(told, other_matters):
            if reasons := reasons_against(clause, line):
                yield f"{key}: {', '.join(sorted(reasons))}: {clause.strip()!r}"


def words_of(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every key and word of a data file, with its place."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield f"{path}/{key}", str(key)
            yield from words_of(child, f"{path}/{key}")
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from words_of(child, f"{path}/{i}")
    elif isinstance(node, str):
        yield path, node


def forbidden_words(path: str, node: Any, line: RedLine, allowed: Mapping[str, str]) -> Iterator[str]:
    """Keys and words of a data file about an individual; `allowed` maps a word to the reason."""
    for where, word in words_of(node):
        if word not in allowed and (reason := reason_against_name(word, line)):
            yield f"{path}{where} {word}: {reason}"
