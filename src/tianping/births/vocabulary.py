"""The words that headers and cells may use, read from the YAML files beside this module."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tianping.locale import YAML_LOADER

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_EXCEL_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


@cache
def _file(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        files(__package__).joinpath(name).read_text(encoding="utf-8"), Loader=YAML_LOADER
    )
    return loaded


def fold(text: str) -> str:
    """Fold the spelling of a cell: widths, case, outer blanks, unseen marks, and the spreadsheet's `="…"`."""
    plain = unicodedata.normalize("NFKC", text).translate(_UNSEEN).strip().casefold()
    wrapped = _EXCEL_TEXT.match(plain)
    return wrapped[1].strip() if wrapped else plain


def fold_header(text: str) -> str:
    """Fold the spelling of a header: as a cell, and without brackets, blanks and separators."""
    return "".join(sign for sign in _BRACKETS.sub("", fold(text)) if sign.isalnum())


@cache
def _roles(table: str) -> dict[str, tuple[int, str]]:
    roles: dict[str, tuple[int, str]] = {}
    for role, headers in _file("headers.yaml")[table].items():
        for rank, header in enumerate(headers):
            roles[fold_header(header)] = (rank, role)
    return roles


def header_role(header: str, table: str) -> tuple[int, str] | None:
    """Give rank and role of a header in a table (`births`, `areas`), or None; the lower rank is preferred."""
    return _roles(table).get(fold_header(header))


def known_headers(table: str) -> tuple[str, ...]:
    """Give all headers of a table as the vocabulary writes them."""
    return tuple(header for headers in _file("headers.yaml")[table].values() for header in headers)


def allowed_headers() -> tuple[str, ...]:
    """Give headers that an areas file may hold although a births file may not."""
    return tuple(_file("headers.yaml")["areas_allowed"])


@cache
def words(group: str) -> dict[str, str]:
    """Give folded word → meaning for a group of meanings (`sex`, `birth_order`)."""
    return {fold(word): meaning for meaning, spellings in _file("words.yaml")[group].items() for word in spellings}


@cache
def word_list(group: str) -> tuple[str, ...]:
    """Give the folded words of a plain list (`total`, `subtotal`, `note`)."""
    return tuple(fold(word) for word in _file("words.yaml")[group])


@cache
def signs() -> tuple[tuple[str, str], ...]:
    """Give what stands between the parts of a period, the longest sign first, with what it becomes."""
    table: dict[str, str] = _file("words.yaml")["period_signs"]
    return tuple(sorted(table.items(), key=lambda pair: -len(pair[0])))
