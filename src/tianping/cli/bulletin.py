"""`tianping bulletin`: the month's bulletin of one county, as pages and workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tianping.cli.findings import count_sentence, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import BOTH, SEED, AreasFile, BirthsFile, Json, KnownOn, Languages, Progress, Seed
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import read_names, read_table
from tianping.cli.speaking import ProgressLines, say, say_files, say_json
from tianping.documents.plain import summary_lines
from tianping.locale import text
from tianping.observatory.bulletin import only_county, take_snapshot, write_bulletin
from tianping.observatory.issuing import write_documents
from tianping.observatory.whole_files import check_writable
from tianping.terms import Period


def bulletin(
    file: BirthsFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    county: Annotated[str | None, typer.Option("--county", metavar="CODE")] = None,
    areas: AreasFile = None,
    month: Annotated[str | None, typer.Option("--as-of", metavar="P")] = None,
    known_on: KnownOn = None,
    names: Annotated[Path | None, typer.Option("--names", metavar="FILE")] = None,
    seed: Seed = SEED,
    progress: Progress = False,
    json: Json = False,
    languages: Languages = BOTH,
) -> int:
    """Read births, evaluate the months up to the one asked for, and write its bulletin."""
    told = languages.split(",")
    lines = ProgressLines(told[0], asked=progress)
    check_writable(out)
    births = read_table(file, areas, lines)
    as_of = births.periods[-1] if month is None else Period.parse(month)
    known = None if known_on is None else Period.parse(known_on)
    lines.say("cli.progress.bulletin", month=str(as_of))
    snapshot = take_snapshot(births, county or only_county(births.tree), as_of, known_on=known, seed=seed)
    english = read_names(names)
    documents = [write_bulletin(snapshot, language, english if language == "en" else None) for language in told]
    lines.say("cli.progress.writing", folder=str(out))
    files = write_documents(documents, out, f"bulletin-{as_of}", workbooks=True)
    code = ExitCode.ERRORS_FOUND if has_errors(births.findings) else ExitCode.FINE
    found = summary_lines(documents[0])
    if json:
        say_json({"exit_code": code, "title": documents[0].title, "found": list(found), "files": list(map(str, files))})
        return code
    say(documents[0].title)
    for line in found:
        say(paragraph(text("cli.demo.line", told[0], line=line), indent=2))
    say()
    say(count_sentence(births.findings, told[0]))
    say_files(files, told[0])
    return code
