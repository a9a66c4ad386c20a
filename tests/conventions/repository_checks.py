"""Checks on everything under version control."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conventions.sources import Source

#: What belongs to a machine or a workplace and not to the product. Written in parts, so that this file passes too.
_FOREIGN = {
    "a path of a machine": r"(?<![\w.])/(?:wo" r"rk|tm" r"p|ro" r"ot|ho" r"me)(?:/\w|\b(?=[\s\"'`)]))|[A-Z]:\\Users",
    "the host of a package registry": r"(?:py"
    r"pi\.org|python"
    r"hosted\.org|registry\.npm"
    r"js\.org|proxy\.golang\.org)",
    "a page or word of the workplace": r"\b(?:SETT"
    r"LED\.md|DOM"
    r"AIN\.md|STATIS"
    r"TICS\.md|QUAL"
    r"ITY\.md|STA"
    r"CK\.md|PRO"
    r"DUCT\.md"
    r"|published_"
    r"tables|issues"
    r" show|issue"
    r" #\d+|\.\./sha"
    r"red)",
    "the name of an assistant": r"(?i)\b(?:clau"
    r"de|anthro"
    r"pic|chat"
    r"gpt|open"
    r"ai|copi"
    r"lot|language"
    r" model|sub-?ag"
    r"ents?)\b",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _FOREIGN.items()}


def foreign_words(source: Source) -> Iterator[str]:
    """Lines that name a machine's path, a registry's host or the workplace."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        for what, pattern in _PATTERNS.items():
            if pattern.search(line):
                yield f"{source.path}:{number} holds {what}: {pattern.search(line)[0]}"  # type: ignore[index]
