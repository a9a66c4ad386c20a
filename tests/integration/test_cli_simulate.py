"""`tianping simulate`: what it says to people and to machines, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from integration.cli_cases import CHINESE, tianping
from tianping.observatory.world_files import WORLD_NAMES
from tianping.simulator import packaged_scenario, scenario_names


def test_a_world_is_written_and_told(tmp_path: Path) -> None:
    answer = tianping("simulate", "twelve-leaves", "--seed", 3, "--out", tmp_path / "world", "--progress")
    assert answer.code == 0
    assert "reported in 13 areas, made with seed 3" in answer.out
    assert "Events planted: 1" in answer.out
    assert "Births of 12 of 12 areas" in answer.err
    assert sorted(path.name for path in (tmp_path / "world").iterdir()) == sorted(WORLD_NAMES)
    again = tianping("simulate", "twelve-leaves", "--out", tmp_path / "world")
    assert again.code == 2
    assert "never overwrites" in again.err


def test_the_list_tells_every_scenario_in_the_language_asked_for() -> None:
    english, chinese = tianping("simulate", "--list"), tianping("simulate", "--list", environment=CHINESE)
    for name in scenario_names():
        assert name in english.out
        assert packaged_scenario(name).title.en in english.out
        assert packaged_scenario(name).title.zh_Hans in chinese.out
    machine = tianping("simulate", "--list", "--json").document
    assert [entry["name"] for entry in machine["scenarios"]] == list(scenario_names())


@pytest.mark.parametrize(
    ("arguments", "missing"), [(("quiet",), "--out"), (("--out", "x"), "SCENARIO"), ((), "SCENARIO")]
)
def test_what_is_missing_is_named(arguments: tuple[str, ...], missing: str) -> None:
    answer = tianping("simulate", *arguments)
    assert answer.code == 2
    assert missing in answer.err


def test_a_mistake_in_a_scenario_is_told_with_its_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("areas:\n  levels:\n    - {name: town, n: 3, size: 5}\n", encoding="utf-8")
    answer = tianping("simulate", mine, "--out", tmp_path / "world")
    assert answer.code == 2
    assert "mine.yaml:3 areas.levels[0].size" in answer.err
    assert not (tmp_path / "world").exists()
