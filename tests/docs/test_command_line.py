"""The reference of the command line and of the files tells all there is, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.cli_cases import county, line_list, many_towns, tianping
from tianping.cli.main import COMMANDS, load_command
from tianping.observatory.files import NAMES

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
OPTION = re.compile(r"`(--[a-z-]+)")


def sections(name: str) -> dict[str, str]:
    """Text of each section of a reference page by its heading."""
    parts = (REFERENCE / name).read_text(encoding="utf-8").split("\n## ")[1:]
    return {part.partition("\n")[0].strip("`"): part.partition("\n")[2] for part in parts}


def first_cells(section: str) -> list[str]:
    """First cells of a section's tables."""
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [row.split("|")[1].strip() for row in rows]


def options_of(command: str) -> set[str]:
    return {option for param in load_command(command).params for option in param.opts if option.startswith("--")}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_documented_and_no_other(command: str) -> None:
    documented = {
        option for cell in first_cells(sections("command-line.md")[command]) for option in OPTION.findall(cell)
    }
    assert documented == options_of(command) | {"--help"}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_page_shows_every_option(command: str) -> None:
    shown = set(re.findall(r"(?m)^  (--[a-z-]+)", tianping(command, "--help").out))
    assert shown == options_of(command) | {"--help"}


def test_only_commands_are_documented() -> None:
    assert list(sections("command-line.md")) == list(COMMANDS)


def json_keys(command: str) -> set[str]:
    """Keys that the reference lists for a command's JSON document, those of its members left out."""
    row = next(line for line in sections("command-line.md")[command].splitlines() if line.startswith("| `--json`"))
    return set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", row.partition("for machines:")[2])))


def test_the_keys_of_every_json_document_are_documented(tmp_path: Path) -> None:
    births, areas = many_towns(tmp_path, years=(2024,))
    asked = {
        "check": (births, "--areas", areas),
        "count": (line_list(tmp_path), "--out", tmp_path / "cells.parquet"),
        "estimate": (births, "--areas", areas, "--out", tmp_path / "run"),
        "explain": (births, "N001", "--areas", areas),
        "power": ("--births", 330),
        "references": (),
        "score": (tmp_path / "run", tmp_path / "truth.csv"),
        "simulate": ("single-leaf", "--out", tmp_path / "world"),
    }
    (tmp_path / "truth.csv").write_text("area_code,period,order_group,srb\nN001,2024,all,120\n", encoding="utf-8")
    for command, arguments in asked.items():
        assert set(tianping(command, *arguments, "--json").document) == json_keys(command), command


def test_an_error_has_the_documented_keys(tmp_path: Path) -> None:
    document = tianping("check", tmp_path / "none.csv", "--json", "--strict", "--lang", "en").document
    refused = tianping("estimate", tmp_path / "none.csv", "--out", tmp_path / "run", "--json").document
    assert set(refused) == {"exit_code", "error", "message", "findings"}
    assert set(document) == set(refused)


def test_every_column_of_every_file_is_documented(tmp_path: Path) -> None:
    births, areas = county(tmp_path, extra="T9,2024-01,1,4,5,2024-01\n")
    tianping("estimate", births, "--areas", areas, "--as-of", "2024-02", "--history", "--out", tmp_path / "run")
    documented = sections("files.md")
    assert {name for name in documented if "." in name} == set(NAMES)
    for path in (tmp_path / "run").glob("*.csv"):
        named = [name for cell in first_cells(documented[path.name]) for name in re.findall(r"`(\w+)`", cell)]
        assert named == path.read_text(encoding="utf-8").partition("\n")[0].split(","), path.name
    keys = {cell.strip("`") for cell in first_cells(documented["run.json"])}
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert set(paths_of(run, keys)) == keys


def paths_of(value: Any, known: set[str], path: str = "") -> Iterator[str]:
    """Give the path of every leaf; a name stands as `{...}` where the reference says that names vary."""
    if isinstance(value, dict):
        varying = next((key for key in known if key.rpartition(".")[0] == path and "{" in key.rpartition(".")[2]), "")
        for name, member in value.items():
            yield from paths_of(member, known, varying or f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for member in value:
            yield from paths_of(member, known, f"{path}[]")
    else:
        yield path
