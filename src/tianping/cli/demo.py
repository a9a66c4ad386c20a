"""`tianping demo`: the product at work on a real census and on an invented county."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer

from tianping.cli.layout import paragraph
from tianping.cli.options import BOTH, Json, Languages, Progress
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import Stopwatch
from tianping.cli.speaking import ProgressLines, say, say_files, say_json
from tianping.locale import text
from tianping.observatory.demonstrating import Boundary, Shown, show_census, show_county
from tianping.observatory.whole_files import check_writable


def demo(
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    boundaries: Annotated[Path | None, typer.Option("--boundaries", metavar="FILE")] = None,
    boundary_code: Annotated[str, typer.Option("--boundary-code", metavar="NAME")] = "code",
    county_seed: Annotated[int | None, typer.Option("--seed", metavar="NUMBER")] = None,
    progress: Progress = False,
    json: Json = False,
    languages: Languages = BOTH,
) -> int:
    """Write atlas and bulletin, and say in plain words what they found and where they are."""
    told = languages.split(",")
    lines = ProgressLines(told[0], asked=progress)
    check_writable(out)
    clock = Stopwatch()
    lines.say("cli.progress.demo")
    boundary = None if boundaries is None else Boundary(boundaries, boundary_code)
    parts = _show(out, told, boundary, county_seed)
    clock.lap("all")
    if json:
        shown = [
            {"title": part.title, "found": list(part.lines), "files": list(map(str, part.files))} for part in parts
        ]
        say_json({"exit_code": ExitCode.FINE, "parts": shown})
        return ExitCode.FINE
    for part in parts:
        _tell(part, told[0])
    say(paragraph(text("cli.demo.next", told[0], folder=str(out))))
    say(text("cli.demo.seconds", told[0], seconds=clock.seconds["all"]))
    return ExitCode.FINE


def _show(out: Path, languages: list[str], boundary: Boundary | None, seed: int | None) -> tuple[Shown, Shown]:
    """Make both parts at the same time: the atlas in a process of its own, the county here."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        census = pool.submit(show_census, out, languages, boundary)
        county = show_county(out, languages, seed)
        return census.result(), county


def _tell(part: Shown, language: str) -> None:
    say(part.title)
    for line in part.lines:
        say(paragraph(text("cli.demo.line", language, line=line), indent=2))
    say()
    say_files(part.files, language)
    say()
