"""`tianping forensics`: which reporting units are asked to check their data, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from tianping.births import read_births
from tianping.cli.findings import count_sentence, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import BOTH, SEED, AreasFile, BirthsFile, Json, KnownOn, Languages, Progress, Seed
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import read_names, read_table, this_month
from tianping.cli.speaking import ProgressLines, say, say_files, say_json
from tianping.documents.plain import summary_lines
from tianping.locale import text
from tianping.observatory.examining import Examined, examine_reports
from tianping.observatory.forensic_tables import summary
from tianping.observatory.issuing import write_documents
from tianping.observatory.prompts import told_of, write_prompts
from tianping.observatory.whole_files import check_writable


def forensics(
    file: BirthsFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    areas: AreasFile = None,
    last: Annotated[str | None, typer.Option("--as-of", metavar="P")] = None,
    known_on: KnownOn = None,
    later: Annotated[Path | None, typer.Option("--later", metavar="FILE")] = None,
    names: Annotated[Path | None, typer.Option("--names", metavar="FILE")] = None,
    seed: Seed = SEED,
    progress: Progress = False,
    json: Json = False,
    languages: Languages = BOTH,
) -> int:
    """Read births, ask every reporting unit the forensic tests, and write who is asked to check what."""
    told = languages.split(",")
    lines = ProgressLines(told[0], asked=progress)
    check_writable(out)
    births = read_table(file, areas, lines)
    grown = None if later is None else read_births(later, areas=births.tree, on_or_before=this_month())
    lines.say("cli.progress.forensics")
    found = examine_reports(births, as_of=last, known_on=known_on, later=grown, seed=seed)
    english = read_names(names)
    documents = [
        write_prompts(found, one, digest=births.digest, names=english if one == "en" else None) for one in told
    ]
    lines.say("cli.progress.writing", folder=str(out))
    files = write_documents(documents, out, "forensics", workbooks=True)
    findings = births.findings + (() if grown is None else grown.findings)
    code = ExitCode.ERRORS_FOUND if has_errors(findings) else ExitCode.FINE
    if json:
        rows = {"rows": found.table.to_pylist(), "files": list(map(str, files))}
        say_json({"exit_code": code, **summary(found.examination, found.tree), **rows})
        return code
    for line in summary_lines(documents[0]):
        say(paragraph(line))
    for line in _told_of_units(found, told[0]):
        say(paragraph(line, indent=2))
    say()
    say(count_sentence(findings, told[0]))
    say_files(files, told[0])
    return code


def _told_of_units(found: Examined, language: str) -> Iterator[str]:
    """Tell of each unit that is asked to check what it is asked for."""
    examination = found.examination
    for unit in np.flatnonzero(examination.check):
        area = found.tree.areas[examination.reports.areas[unit]]
        yield text("cli.forensics.unit", language, code=area.code, name=area.name)
        for at, one in enumerate(examination.answers):
            if one.counts and examination.named[unit, at]:
                yield text("cli.demo.line", language, line=told_of(examination, at, int(unit), language))
