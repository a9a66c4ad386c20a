"""Every command of a tutorial runs and ends as the tutorial says; what is printed as output is output."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docs.pages import ROOT, blocks, run

TUTORIALS = ROOT / "docs" / "tutorials"


@pytest.mark.parametrize(("tutorial", "example"), [("first-estimate.md", "first_estimate")])
def test_a_tutorial_runs(tutorial: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples" / example, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    said = ""
    for kind, body in blocks(TUTORIALS / tutorial):
        if kind == "sh":
            said = "".join(run(line).out for line in body.splitlines())
        else:
            assert body in said
    assert (tmp_path / "run" / "estimates.csv").is_file()
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
