"""The language to speak: asked for, or the environment's."""

from __future__ import annotations

import os
from collections.abc import Sequence

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(asked: str) -> str:
    """Give the language asked for by a name that begins with `zh` or `en`.

    Raises:
        RuleError: `language_unknown`.
    """
    if language := _known(asked):
        return language
    from tianping.locale import LANGUAGES
    from tianping.terms import RuleError

    raise RuleError("language_unknown", language=asked, known=", ".join(LANGUAGES))


def language_of(arguments: Sequence[str]) -> str:
    """Give the language of a command line before it is parsed, for its help and its errors."""
    asked = ""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=False):
        if argument == "--lang":
            asked = following
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
    return _known(asked) or _language_of_environment()


def _known(asked: str) -> str:
    beginnings = {"zh": "zh_Hans", "en": "en"}
    return next((language for beginning, language in beginnings.items() if asked.lower().startswith(beginning)), "")


def _language_of_environment() -> str:
    """Give Chinese for `zh…`, English for the rest."""
    wanted = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return "zh_Hans" if wanted.lower().startswith("zh") else "en"
