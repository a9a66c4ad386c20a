"""`tianping score`: hold a run against a known truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from tianping.cli.layout import aligned, paragraph
from tianping.cli.options import AreasFile, Json, Language
from tianping.cli.outcome import ExitCode
from tianping.cli.speaking import say, say_json
from tianping.locale import text
from tianping.observatory.files import read_run
from tianping.observatory.scoring import COLUMNS, Score
from tianping.observatory.scoring import score as score_run

_ASKED = ("alert_at", "margin", "normal_upper")


def score(
    run: Annotated[Path, typer.Argument(metavar="RUN")],
    truth: Annotated[Path, typer.Argument(metavar="TRUTH")],
    areas: AreasFile = None,
    each_as_of: Annotated[bool, typer.Option("--each-as-of")] = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Score the files of a run by the criteria that the run itself was asked about."""
    settings = read_run(run).get("settings", {})
    asked = {name: float(settings[name]) for name in _ASKED if name in settings}
    found = score_run(run, truth, areas=areas, **asked)
    if json:
        say_json(found.to_dict())
        return ExitCode.FINE
    for table in _tables(found, lang, each_as_of=each_as_of):
        say(table + "\n")
    values = {"areas": found.n_areas, "told": found.n_areas_with_truth, "fabricated": found.n_areas_fabricated}
    say(paragraph(text("cli.score.areas", lang, **values)))
    if not found.difference_scored:
        say(paragraph(text("cli.score.no_difference", lang)))
    return ExitCode.FINE


def _tables(score: Score, language: str, *, each_as_of: bool) -> Iterator[str]:
    """Give three tables, or one long table when each evaluation is to be seen by itself."""
    if each_as_of:
        numbers = (COLUMNS.index("value"), COLUMNS.index("n"))
        yield aligned(score.headings(language), score.rows(language, each_as_of=True), numbers)
        return
    for block in score.blocks(language):
        if block.rows:
            yield f"{block.title}\n{aligned(block.headings, block.rows, range(3, len(block.headings)))}"
