"""Texts for people: one key, two languages, kept in YAML beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tianping.terms import RuleError

LANGUAGES = ("zh_Hans", "en")


def _flatten(tree: dict[str, Any], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            flat.update(_flatten(value, key))
        else:
            flat[key] = str(value)
    return flat


@cache
def catalogue(language: str) -> dict[str, str]:
    """Give all texts of a language, keyed `file.key.key`.

    Raises:
        RuleError: `language_unknown`.
    """
    if language not in LANGUAGES:
        raise RuleError("language_unknown", language=language, known=", ".join(LANGUAGES))
    texts: dict[str, str] = {}
    for entry in sorted(files(__package__).joinpath(language).iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".yaml"):
            loaded = yaml.safe_load(entry.read_text(encoding="utf-8")) or {}
            texts.update(_flatten(loaded, entry.name.removesuffix(".yaml")))
    return texts


def text(key: str, language: str, **values: object) -> str:
    """Give the text of a key in a language, filled with values (`str.format` fields).

    Raises:
        RuleError: `text_missing` when the key is in no catalogue of that language.
    """
    try:
        template = catalogue(language)[key]
    except KeyError:
        raise RuleError("text_missing", text_key=key, language=language) from None
    return template.format(**values) if values else template
