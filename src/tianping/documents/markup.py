"""Markup built element by element, escaped by construction; for SVG and HTML alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Elements without content; every other one gets a closing tag, which XML and HTML read alike.
_EMPTY = frozenset({"br", "circle", "col", "hr", "line", "meta", "path", "polyline", "polygon", "rect", "use"})
#: Characters that XML 1.0 does not allow at all.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

Attribute = str | float | int | bool | None


class Markup(str):
    """Text that is markup already; any other text is escaped when it is put into an element."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """Make text safe inside elements and attribute values; characters no XML may hold are dropped."""
    if isinstance(text, Markup):
        return text
    return Markup(_FORBIDDEN.sub("", text).translate(_ESCAPES))


def join(parts: Iterable[str], separator: str = "") -> Markup:
    """Put markup and texts together."""
    return Markup(separator.join(escape(part) for part in parts))


def number(value: float, decimals: int = 2) -> str:
    """Write a coordinate shortly, the same on every machine."""
    written = f"{value:.{decimals}f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def element(name: str, /, *children: str, **attributes: Attribute) -> Markup:
    """Build one element.

    Attribute names write hyphens as underscores (`stroke_width`) and end in one where Python needs it (`class_`).
    None and False leave the attribute out; True writes it without value, in the form XML reads too.
    """
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        told = key if value is True else number(value) if isinstance(value, float) else escape(str(value))
        written.append(f' {key}="{told}"')
    opening = f"<{name}{''.join(written)}"
    if name in _EMPTY:
        return Markup(f"{opening}/>")
    return Markup(f"{opening}>{join(children)}</{name}>")
