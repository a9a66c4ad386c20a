"""The glossary tells the truth: what it says stands in the code stands there, and no concept has two names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| `(?P<identifier>[^`|]+)` \| (?P<source>[^|]+) \|$")


def sections() -> dict[str, list[re.Match[str]]]:
    """Rows by section; every line of a table below its head must be a row."""
    found: dict[str, list[re.Match[str]]] = {}
    for part in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        lines = [line for line in part.splitlines() if line.startswith("|")][2:]
        rows = [ROW.match(line) for line in lines]
        assert None not in rows, [line for line, row in zip(lines, rows, strict=True) if row is None]
        found[part.splitlines()[0]] = [row for row in rows if row]
    return found


def test_what_stands_in_the_code_does() -> None:
    files = [path for ending in ("py", "yaml") for path in (ROOT / "src").rglob(f"*.{ending}")]
    words = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    named = {row["identifier"] for row in sections()["In the code"]}
    assert len(named) > 30
    assert named - words == set()


def test_a_concept_has_one_name_and_a_name_one_concept() -> None:
    rows = [row for section in sections().values() for row in section]
    for column in ("chinese", "identifier"):
        told = [row[column] for row in rows]
        assert sorted(told) == sorted(set(told))
