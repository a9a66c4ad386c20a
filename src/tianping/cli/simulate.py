"""`tianping simulate`: a county, a province or a nation with a known truth, made from a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tianping.cli.layout import listed, paragraph
from tianping.cli.options import SEED, Json, Language, Progress, Seed
from tianping.cli.outcome import ExitCode
from tianping.cli.speaking import ProgressLines, say, say_json
from tianping.locale import text
from tianping.observatory.world_files import WORLD_NAMES, check_world_folder, write_world
from tianping.simulator import packaged_scenario, read_scenario, scenario_names
from tianping.simulator import simulate as make_world
from tianping.terms import InputError

#: Progress is told about so many times.
_WORDS = 10


def simulate(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO")] = "",
    world_folder: Annotated[Path | None, typer.Option("--out", metavar="DIR")] = None,
    seed: Seed = SEED,
    show_list: Annotated[bool, typer.Option("--list")] = False,
    progress: Progress = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Make a world and write its files, or list the scenarios that come with the product."""
    if show_list:
        return _list_scenarios(lang, json=json)
    if not scenario or world_folder is None:
        raise InputError("argument_missing", argument="--out" if scenario else "SCENARIO")
    asked = read_scenario(scenario)
    check_world_folder(world_folder)
    lines = ProgressLines(lang, asked=progress)
    world = make_world(asked, seed, _Milestones(lines).tell)
    document = write_world(world, world_folder, lambda name: lines.say("cli.progress.writing_file", file=name))
    if json:
        say_json({"exit_code": ExitCode.FINE, "folder": str(world_folder), "world": document})
        return ExitCode.FINE
    say(paragraph(text("cli.simulate.made", lang, **_told(document))))
    if document["n_events"]:
        say(paragraph(text("cli.simulate.events", lang, n=document["n_events"])))
    files = text("cli.estimate.between_files", lang).join(WORLD_NAMES)
    say(paragraph(text("cli.estimate.files", lang, folder=str(world_folder), files=files)))
    return ExitCode.FINE


class _Milestones:
    """Words of progress, not one for each stretch of areas."""

    def __init__(self, lines: ProgressLines) -> None:
        self._lines = lines
        self._told = 0

    def tell(self, done: int, n: int) -> None:
        if done * _WORDS >= (self._told + 1) * n:
            self._told = done * _WORDS // n
            self._lines.say("cli.progress.simulating", done=done, n=n)


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "births": document["n_reported"],
        "areas": document["n_areas"],
        "first": document["first_period"],
        "last": document["last_period"],
        "seed": document["seed"],
    }


def _list_scenarios(language: str, *, json: bool) -> int:
    found = []
    for name in scenario_names():
        scenario = packaged_scenario(name)
        title, told = (getattr(part, language) for part in (scenario.title, scenario.description))
        found.append({"name": name, "title": title, "description": told})
    if json:
        say_json({"exit_code": ExitCode.FINE, "scenarios": found})
        return ExitCode.FINE
    between = text("cli.simulate.between", language)
    say(listed([(entry["name"], between.join([entry["title"], entry["description"]])) for entry in found]))
    return ExitCode.FINE
