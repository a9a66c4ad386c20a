"""Text laid out for a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

#: Columns of a page.
PAGE = 96
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"
#: Marks that may not begin a line, and marks that may not end one.
_CLOSING = "\u3001\u3002\u300b\u300d\u3011\uff01\uff09\uff0c\uff1a\uff1b\uff1f\u201d"
_OPENING = "\u300a\u300c\u3010\uff08\u201c"
#: What stays on one line: a wide character with the marks around it, or a word.
_UNIT = re.compile(f"[{_OPENING}]*(?:[{_WIDE}]|[^\\s{_WIDE}{_OPENING}]+)[{_CLOSING}]*\\s*|\\s+|.", re.DOTALL)


def width(text: str) -> int:
    """Give the columns that a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill a text up with spaces, on its left when it is to stand at the right."""
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces


def wrap(text: str, columns: int) -> list[str]:
    """Break a text into lines of so many columns."""
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        if line.strip() and width(line) + width(unit.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += unit
    return [*lines, line.rstrip()]


def paragraph(text: str, indent: int = 0) -> str:
    """Break a text to the page, indented from its second line on."""
    first, *others = wrap(text, PAGE - indent)
    return "\n".join([first, *(" " * indent + line for line in others)])


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()) -> str:
    """Lay out a table; `numbers` are the positions of columns that stand at the right."""
    widths = [max(map(width, column)) for column in zip(headings, *rows, strict=True)]
    lines = [headings, ["-" * columns for columns in widths], *rows]
    return "\n".join(
        "  ".join(
            pad(cell, columns, right=at in numbers) for at, (cell, columns) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def listed(pairs: Sequence[tuple[str, str]]) -> str:
    """Lay out names with what they mean beside them."""
    columns = min(max(width(name) for name, _ in pairs), 28)
    lines = []
    for name, meaning in pairs:
        told = wrap(meaning, PAGE - columns - 4)
        if width(name) > columns:
            lines.append(f"  {name}")
            name = ""
        lines.append(f"  {pad(name, columns)}  {told[0]}".rstrip())
        lines += [" " * (columns + 4) + line for line in told[1:]]
    return "\n".join(lines)
