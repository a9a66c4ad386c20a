"""Code blocks of a page, and the commands in them run as the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

from integration.cli_cases import Answer, tianping

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"\s+# exit code (\d+)$")


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Kind and body of each code block."""
    return ((block["kind"], block["body"]) for block in _BLOCK.finditer(page.read_text(encoding="utf-8")))


def run(line: str) -> Answer:
    """Run one command of a page; it must end as the page says."""
    expected = _CODE.search(line)
    program, *arguments = shlex.split(_CODE.sub("", line))
    assert program == "tianping"
    answer = tianping(*arguments)
    assert answer.code == int(expected[1] if expected else 0), answer
    return answer


def run_how_to(page: Path, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Run the wanted commands of a page in the current folder; a scenario it shows is `mine.yaml`, a text is output."""
    said = ""
    for kind, body in blocks(page):
        if kind == "yaml":
            (folder / "mine.yaml").write_text(body, encoding="utf-8")
        elif kind == "text":
            assert body.strip() in said
        else:
            said = "".join(run(line).out for line in body.splitlines() if wanted(line))
