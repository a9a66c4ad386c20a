"""Every command of a how-to runs, on the files that the page gives; those that estimate do in the slow suite."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.pages import ROOT, run_how_to

PAGE = ROOT / "docs" / "how-to" / "simulate-a-county.md"


def is_quick(line: str) -> bool:
    return line.split()[1] in ("simulate", "check")


def test_simulating_a_county_runs_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_how_to(PAGE, tmp_path, is_quick)
    for name in ("births.csv", "truth.csv", "scenario.yaml"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "mine" / name).read_bytes()


@pytest.mark.slow
def test_a_simulated_county_is_estimated_and_scored_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_how_to(PAGE, tmp_path)
    assert (tmp_path / "run" / "estimates.csv").is_file()
