"""How much room letters need, without a font at hand."""

from __future__ import annotations

import unicodedata

_WIDE = {"W": 1.0, "F": 1.0, "A": 0.8}
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text: a Chinese character takes one em, a Latin one .55 em."""
    return size * sum(_WIDE.get(unicodedata.east_asian_width(letter), 0.55) for letter in text)


def fit(text: str, width: float, size: float) -> str:
    """Shorten a text to a width, with an ellipsis where something was cut."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(kept + _ELLIPSIS, size) > width:
        kept = kept[:-1]
    return kept + _ELLIPSIS if kept else ""


def is_chinese(text: str) -> bool:
    """Whether a text begins with a wide character."""
    return bool(text) and unicodedata.east_asian_width(text[0]) == "W"
