"""Every command of a tutorial runs and ends as the tutorial says; what is printed as output is output.

The fast suite leaves out the walk and the explanation, which estimate again what was estimated; the slow one runs all.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.pages import ROOT, blocks, run

TUTORIALS = ROOT / "docs" / "tutorials"
EXAMPLES = [("first-estimate.md", "first_estimate")]


def run_tutorial(tutorial: str, example: str, folder: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Run the wanted commands of a tutorial in the current folder, on the files of its example."""
    shutil.copytree(ROOT / "examples" / example, folder, dirs_exist_ok=True)
    said = ""
    for kind, body in blocks(TUTORIALS / tutorial):
        if kind == "sh":
            said = "".join(run(line).out for line in body.splitlines() if wanted(line))
        else:
            assert body in said
    assert (folder / "run" / "estimates.csv").is_file()


def is_quick(line: str) -> bool:
    """Whether a command estimates at most once, and writes what it finds."""
    return ".." not in line and line.split()[1] != "explain"


@pytest.mark.parametrize(("tutorial", "example"), EXAMPLES)
def test_the_quick_commands_of_a_tutorial_run(
    tutorial: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_tutorial(tutorial, example, tmp_path, is_quick)


@pytest.mark.slow
@pytest.mark.parametrize(("tutorial", "example"), EXAMPLES)
def test_a_tutorial_runs(tutorial: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_tutorial(tutorial, example, tmp_path)
    assert "2025-05" in (tmp_path / "walk" / "ranking.csv").read_text(encoding="utf-8")


def test_the_data_of_the_tutorial_are_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = ROOT / "examples" / "first_estimate"
    shutil.copy(source / "make.py", tmp_path)
    script = tmp_path / "make.py"
    names = {"__name__": "__main__", "__file__": str(script)}
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), names)
    made = sorted(tmp_path.glob("*.csv"))
    assert [path.name for path in made] == ["areas.csv", "births.csv", "births_first_version.csv"]
    for path in made:
        assert path.read_bytes() == (source / path.name).read_bytes(), path.name
