"""The reference of scenarios tells every key with its default and range, and every column of a world's files."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from docs.pages import ROOT
from tianping.observatory.world_files import write_world
from tianping.simulator import packaged_scenario, parse_scenario, scenario_names, simulate
from tianping.simulator.draws import EFFECTS, SIZES
from tianping.simulator.scenario import (
    CHANGES,
    DRIFTS,
    Areas,
    Births,
    Effect,
    Level,
    Scenario,
    Season,
    SexRatio,
    Spread,
    Step,
    YearFactor,
)
from tianping.simulator.settings import TOLD, Rule, Settings, defaults_of, rules_of
from tianping.simulator.troubles import TROUBLES, BySex, Trouble
from tianping.simulator.where import Clustered, Where

PAGE = (ROOT / "docs" / "reference" / "scenarios.md").read_text(encoding="utf-8")
PLAIN = "| key | default | range | meaning |"
#: Sections told in tables of their own, in the order of the page.
SECTIONS = (
    *(Scenario, Areas, Level, Births, Season, YearFactor, SexRatio, Effect, Spread),
    *(Trouble, BySex, Where, Clustered),
)


def tables(head: str) -> list[list[list[str]]]:
    """Cells of every table with this head."""
    found = []
    for part in PAGE.split(f"\n{head}\n")[1:]:
        lines = takewhile(lambda line: line.startswith("|"), part.splitlines()[1:])
        found.append([[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines])
    return found


def allowed(rule: Rule) -> str:
    if rule.kind == "choice":
        return ", ".join(rule.known)
    return f"{rule.lowest:g} to {rule.highest:g}" if rule.highest else ""


def default(name: str, rule: Rule, defaults: Mapping[str, Any]) -> str | None:
    """A default as the page must tell it; None where it tells it in words."""
    if name not in defaults:
        return "required"
    value = defaults[name]
    if rule.kind == "by_order":
        told = [f"{order}: {number:g}" for order, number in zip(TOLD, value, strict=True) if number]
        return f"{value[0]:g}" if len(set(value)) == 1 else ", ".join(told)
    if rule.kind in ("number", "whole") and value is not None:
        return f"{value:g}"
    return str(value).lower() if rule.kind in ("flag", "choice", "month") else None


def rows(section: type[Settings], *, without: type[Settings] | None = None) -> list[tuple[str, str | None, str]]:
    defaults, known = defaults_of(section), rules_of(without) if without else {}
    rules = {name: rule for name, rule in rules_of(section).items() if name not in known}
    return [(name, default(name, rule, defaults), allowed(rule)) for name, rule in rules.items()]


def agree(told: list[list[str]], true: list[tuple[str, str | None, str]], what: object) -> None:
    assert [cells[0] for cells in told] == [name for name, _, _ in true], what
    for cells, (name, value, limits) in zip(told, true, strict=True):
        assert value in (None, cells[1]), (what, name, cells[1])
        assert cells[2] == limits, (what, name, cells[2])


def test_every_key_is_told_with_its_default_and_range() -> None:
    found = tables(PLAIN)
    assert len(found) == len(SECTIONS)
    for told, section in zip(found, SECTIONS, strict=True):
        own = Trouble if section is BySex else None
        agree(told, rows(section, without=own), section)


def by_kind(head: str) -> Iterator[dict[str, list[list[str]]]]:
    for table in tables(head):
        kinds: dict[str, list[list[str]]] = {}
        for kind, *cells in table:
            kinds.setdefault(kind, []).extend([cells] if cells[0] else [])
        yield kinds


def test_every_kind_is_told_with_its_keys() -> None:
    drifts, changes, draws = by_kind("| kind | key | default | range | meaning |")
    (troubles,) = by_kind("| kind | key | default | range | what happens |")
    assert (set(drifts), set(changes)) == (set(DRIFTS), set(CHANGES))
    assert set(draws) == {*SIZES, *EFFECTS}
    assert set(troubles) == set(TROUBLES)
    for kinds, sections in ((drifts, DRIFTS), (draws, {**SIZES, **EFFECTS})):
        for kind, told in kinds.items():
            agree(told, rows(sections[kind]), kind)
    agree(changes["step"], rows(Step), "step")
    agree(changes["ramp"], rows(CHANGES["ramp"], without=Step), "ramp")
    for kind, told in troubles.items():
        section = TROUBLES[kind]
        agree(told, rows(section, without=BySex if issubclass(section, BySex) else Trouble), kind)
    for kinds, name in ((SIZES, "Of sizes"), (EFFECTS, "Of effects")):
        sentence = " ".join(PAGE.partition(f"{name}: ")[2].partition(".")[0].split())
        assert re.findall(r"`(\w+)`", sentence) == list(kinds)


def test_every_packaged_scenario_is_told() -> None:
    (told,) = tables("| name | title | what it is for |")
    found = {name: packaged_scenario(name) for name in scenario_names()}
    assert told == [[name, one.title.en, one.description.en] for name, one in found.items()]


def test_every_column_and_key_of_a_worlds_files_is_told(tmp_path: Path) -> None:
    reporters = "{kind: late, girls: 0.5}, {kind: merge, where: {n: 1}, since: 5}"
    county = f"n_months: 8\nareas: {{levels: [{{name: town, n: 2}}]}}\nreporters: [{reporters}]\n"
    write_world(simulate(parse_scenario(county, "x"), 1), tmp_path)
    parts = {part.partition("\n")[0]: part for part in PAGE.split("\n### ")[1:]}
    for path in tmp_path.glob("*.csv"):
        named = re.findall(r"`(\w+)`", " ".join(re.findall(r"(?m)^\| (`.*?) \|", parts[f"`{path.name}`"])))
        with path.open(encoding="utf-8", newline="") as file:
            assert named == next(csv.reader(file)), path.name
    document = json.loads((tmp_path / "world.json").read_text(encoding="utf-8"))
    keys = re.findall(r"`(\w+)`", " ".join(re.findall(r"(?m)^\| (`.*?) \|", parts["`scenario.yaml`, `world.json`"])))
    assert keys == list(document)
    assert set(document["files"][0]) == {"name", "sha256", "n_rows"}


def test_the_python_of_the_page_runs() -> None:
    code = PAGE.partition("```python\n")[2].partition("```")[0].replace("n_months=36", "n_months=2")
    names: dict[str, Any] = {}
    exec(compile(code, "scenarios.md", "exec"), names)
    assert len(names["world"].periods) == 2
    assert names["world"].scenario.areas == packaged_scenario("steps").areas
