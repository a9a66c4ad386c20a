"""Texts for people: one key, two languages, kept in YAML beside this file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from tianping.terms import RuleError

LANGUAGES = ("zh_Hans", "en")

#: The loader of all YAML that comes with the product: the compiled one where there is one, ten times as fast.
YAML_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        raise _error("language_unknown", language=language, known=", ".join(LANGUAGES))
    texts: dict[str, str] = {}
    for entry in sorted(files(__package__).joinpath(language).iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".yaml"):
            texts.update(_part(language, entry.name.removesuffix(".yaml")))
    return texts


def text(key: str, language: str, /, **values: object) -> str:
    """Give the text of a key in a language, filled with values (`str.format` fields).

    Only the file that the key names is read.

    Raises:
        RuleError: `language_unknown`, or `text_missing` when the key is in no catalogue of that language.
    """
    if language not in LANGUAGES:
        raise _error("language_unknown", language=language, known=", ".join(LANGUAGES))
    try:
        template = _part(language, key.partition(".")[0])[key]
    except (KeyError, FileNotFoundError):
        raise _error("text_missing", text_key=key, language=language) from None
    return template.format(**values) if values else template


@cache
def _part(language: str, name: str) -> dict[str, str]:
    """Read one file of a language."""
    content = files(__package__).joinpath(language, f"{name}.yaml").read_text(encoding="utf-8")
    return _flatten(yaml.load(content, Loader=YAML_LOADER) or {}, name)


def _error(key: str, **values: object) -> RuleError:
    """Make an error; the terms and what they bring with them are loaded only here, so that help pages come at once."""
    from tianping.terms import RuleError

    return RuleError(key, **values)
