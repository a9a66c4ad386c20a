"""`tianping count`: from line lists too large for one table to a table of births."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tianping.births.counting import CountedLists, count_line_lists
from tianping.cli.findings import count_sentence, findings_text, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import AreasFile, Json, Language, Progress, Strict
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import this_month
from tianping.cli.speaking import ProgressBar, ProgressLines, say, say_json
from tianping.locale import text
from tianping.observatory.finding_records import finding_record, severities


def count(
    line_lists: Annotated[list[str], typer.Argument(metavar="LINELIST")],
    table: Annotated[Path, typer.Option("--out", metavar="FILE")],
    areas: AreasFile = None,
    engine: Annotated[str, typer.Option("--engine", metavar="ENGINE")] = "duckdb",
    master: Annotated[str, typer.Option("--master", metavar="URL", envvar="TIANPING_SPARK_MASTER")] = "",
    memory: Annotated[str, typer.Option("--memory", metavar="SIZE")] = "1GB",
    threads: Annotated[int, typer.Option("--threads", metavar="NUMBER", min=0)] = 0,
    strict: Strict = False,
    progress: Progress = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Count the rows, write the table, and say what was found."""
    ProgressLines(lang, asked=progress).say("cli.progress.counting", engine=engine)
    counted = count_line_lists(
        line_lists,
        table,
        areas=areas,
        on_or_before=this_month(),
        strict=strict,
        engine=engine,
        master=master if engine != "duckdb" else "",
        memory=memory,
        threads=threads,
        progress=ProgressBar(asked=progress).tell,
    )
    code = ExitCode.ERRORS_FOUND if has_errors(counted.findings) else ExitCode.FINE
    if json:
        say_json(_document(counted, engine, lang) | {"exit_code": code})
        return code
    if counted.findings:
        say(findings_text(counted.findings, lang) + "\n")
    say(count_sentence(counted.findings, lang))
    cells = counted.cells
    told = {"births": cells.n_births, "cells": cells.n_cells, "first": cells.first, "last": cells.last}
    say(paragraph(text("cli.count.done", lang, rows=counted.n_rows, file=table.name, areas=counted.n_areas, **told)))
    if counted.n_rows > cells.n_births:
        say(paragraph(text("cli.count.left_out", lang, rows=counted.n_rows - cells.n_births)))
    say(paragraph(text("cli.count.next", lang, file=str(table))))
    return code


def _document(counted: CountedLists, engine: str, language: str) -> dict[str, object]:
    cells = counted.cells
    return {
        "file": counted.path.name,
        "engine": engine,
        "n_files": counted.n_files,
        "n_rows": counted.n_rows,
        "n_births": cells.n_births,
        "n_cells": cells.n_cells,
        "n_areas": counted.n_areas,
        "first_period": cells.first,
        "last_period": cells.last,
        "n_findings": severities(counted.findings),
        "findings": [finding_record(finding, language) for finding in counted.findings],
    }
