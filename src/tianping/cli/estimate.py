"""`tianping estimate`: from a table of births to a folder of results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tianping.cli.asking import Asked, estimate_asked
from tianping.cli.findings import count_sentence, findings_text, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import (
    REFERENCE,
    SEED,
    AlertAt,
    AreasFile,
    AsOf,
    BirthsFile,
    Delays,
    Interval,
    Json,
    KnownOn,
    Language,
    Margin,
    OrdersFrom,
    Progress,
    ReferenceName,
    Seed,
    Strict,
)
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import Stopwatch, read_table
from tianping.cli.speaking import ProgressLines, say, say_json
from tianping.cli.summary import summary
from tianping.locale import text
from tianping.observatory.files import RUN, check_folder, input_file, write_run
from tianping.observatory.run_document import Provenance
from tianping.terms import Finding

_SHOWN_FINDINGS = 3


def estimate(
    file: BirthsFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    areas: AreasFile = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    history: Annotated[bool, typer.Option("--history")] = False,
    interval: Interval = 0.9,
    alert_at: AlertAt = 115.0,
    margin: Margin = 1.05,
    level: Annotated[str, typer.Option("--level", metavar="LEVEL")] = "all",
    orders_from: OrdersFrom = 2,
    delays: Delays = "on",
    reference: ReferenceName = REFERENCE,
    seed: Seed = SEED,
    cache: Annotated[Path | None, typer.Option("--cache", metavar="DIR")] = None,
    strict: Strict = False,
    progress: Progress = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Read births, estimate, write the files, and say in plain words what came out."""
    asked = Asked(
        *(as_of, known_on, reference, alert_at, margin, interval, orders_from, seed, level, history), delays == "on"
    )
    lines = ProgressLines(lang, asked=progress)
    check_folder(out)
    clock = Stopwatch()
    births = read_table(file, areas, lines)
    clock.lap("reading")
    result, kept = None, None
    if not (strict and has_errors(births.findings)):
        result, kept = estimate_asked(births, asked, lines, cache)
        clock.lap("estimating")
    lines.say("cli.progress.writing", folder=str(out))
    findings = births.findings + (() if result is None else result.last.findings)
    inputs = [input_file("births", file), *([] if areas is None else [input_file("areas", areas)])]
    provenance = Provenance(births, inputs, findings, as_of or "", known_on or "", strict, kept, clock.seconds)
    document = write_run(result, out, provenance, lang)
    code = ExitCode.ERRORS_FOUND if has_errors(findings) else ExitCode.FINE
    if json:
        say_json({"exit_code": code, "folder": str(out), "run": document})
        return code
    say(text("cli.estimate.strict", lang) if result is None else summary(result, lang))
    say()
    _tell_findings(findings, lang)
    names = text("cli.estimate.between_files", lang).join([*(file["name"] for file in document["files"]), RUN])
    say(paragraph(text("cli.estimate.files", lang, folder=str(out), files=names)))
    return code


def _tell_findings(findings: tuple[Finding, ...], language: str) -> None:
    """Tell how many findings there are, and the heaviest few."""
    say(count_sentence(findings, language))
    shown = findings[:_SHOWN_FINDINGS]
    if shown:
        say(findings_text(shown, language))
    if len(findings) > len(shown):
        say(text("cli.estimate.more_findings", language, n=len(findings) - len(shown)))
    say()
