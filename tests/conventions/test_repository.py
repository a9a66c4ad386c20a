"""House rules on everything under version control, proved by planted lines."""

from __future__ import annotations

import pytest

from conventions.repository_checks import foreign_words
from conventions.sources import planted, tracked


def test_nothing_names_a_machine_a_registry_or_the_workplace() -> None:
    assert [problem for source in tracked() for problem in foreign_words(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        "open('/wo" + "rk/data.csv')",
        "cd /ro" + "ot/x",
        "out = '/tm" + "p'",
        "C:" + "\\Users\\me",
        "see DOM" + "AIN.md",
        "index = https://py" + "pi.org/simple",
        "fixes issue" + " #12",
        "written by Clau" + "de",
    ],
)
def test_a_planted_line_is_found(line: str) -> None:
    assert len(list(foreign_words(planted(line)))) == 1


@pytest.mark.parametrize(
    "line", ["out/demo", "a / root", "homework", "the working day", "src/work.py", "issue 5 of the bulletin"]
)
def test_a_harmless_line_passes(line: str) -> None:
    assert list(foreign_words(planted(line))) == []
