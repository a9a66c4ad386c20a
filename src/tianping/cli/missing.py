"""`tianping missing`: girls missing among the births known, split, with the newest months completed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from tianping.births import BirthTable, read_births
from tianping.cli.findings import count_sentence, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import (
    BOTH,
    REFERENCE,
    SEED,
    AreasFile,
    BirthsFile,
    Interval,
    Json,
    KnownOn,
    Languages,
    Progress,
    ReferenceName,
    Seed,
)
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import read_names, read_table, this_month
from tianping.cli.speaking import ProgressLines, say, say_files, say_json
from tianping.documents.plain import summary_lines
from tianping.locale import text
from tianping.observatory.estimating import make_settings
from tianping.observatory.files import input_file
from tianping.observatory.missing import Question, Sources, assess, write_assessment, write_missing
from tianping.observatory.whole_files import check_writable
from tianping.rulebook.registration_gap import SplitRules, split_rules
from tianping.terms import AreaTree, InputError, Period

_File = Annotated[Path | None, typer.Option(metavar="FILE")]
_Range = Annotated[str | None, typer.Option(metavar="LOW..HIGH")]


def missing(
    file: BirthsFile,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    areas: AreasFile = None,
    last: Annotated[str | None, typer.Option("--as-of", metavar="P")] = None,
    known_on: KnownOn = None,
    second_source: _File = None,
    matched: _File = None,
    cohort: _File = None,
    infant_deaths: _File = None,
    odds_ratio: _Range = None,
    survival: _Range = None,
    survival_ratio: _Range = None,
    level: Annotated[str, typer.Option("--level", metavar="LEVEL")] = "all",
    names: Annotated[Path | None, typer.Option("--names", metavar="FILE")] = None,
    interval: Interval = 0.9,
    reference: ReferenceName = REFERENCE,
    seed: Seed = SEED,
    progress: Progress = False,
    json: Json = False,
    languages: Languages = BOTH,
) -> int:
    """Read births and what else there is, split the girls missing, write the files and say what came out."""
    told = languages.split(",")
    lines = ProgressLines(told[0], asked=progress)
    possible = _possible(odds_ratio, survival, survival_ratio)
    settings = make_settings(reference, 115.0, 1.05, interval, 2, seed)
    check_writable(out)
    births = read_table(file, areas, lines)
    if level not in ("all", *births.tree.levels):
        raise InputError("level_unknown", level=level, known=", ".join(births.tree.levels))
    files = {"second": second_source, "matched": matched, "cohort": cohort, "infant_deaths": infant_deaths}
    tables = {role: _read_beside(path, births.tree) for role, path in files.items() if path is not None}
    as_of, known = (None if one is None else Period.parse(one) for one in (last, known_on))
    question = Question(settings.reference, possible, as_of, known, interval, seed=seed)
    lines.say("cli.progress.missing")
    assessment = assess(births, Sources(**tables), question)
    english = read_names(names)
    documents = [write_missing(assessment, language, english if language == "en" else None) for language in told]
    lines.say("cli.progress.writing", folder=str(out))
    inputs = {"births": file, "areas": areas, **files}
    read = [input_file(role, path) for role, path in inputs.items() if path is not None]
    document = write_assessment(assessment, out, read, documents, level)
    findings = [finding for table in (births, *tables.values()) for finding in table.findings]
    code = ExitCode.ERRORS_FOUND if has_errors(findings) else ExitCode.FINE
    found = summary_lines(documents[0])
    if json:
        say_json({"exit_code": code, "folder": str(out), "found": list(found), "missing": document})
        return code
    say(documents[0].title)
    for line in found:
        say(paragraph(text("cli.demo.line", told[0], line=line), indent=2))
    say()
    say(count_sentence(findings, told[0]))
    say_files([out / str(one["name"]) for one in (*document["files"], {"name": "missing.json"})], told[0])
    return code


def _read_beside(path: Path, tree: AreaTree) -> BirthTable:
    """Read a table of counts beside the births; it has their areas."""
    return read_births(path, areas=tree, on_or_before=this_month())


def _possible(odds_ratio: str | None, survival: str | None, survival_ratio: str | None) -> SplitRules:
    """Give what is thought possible: the rulebook's, or what was asked."""
    possible = split_rules()
    asked = {"odds_ratio": odds_ratio, "survival": survival, "survival_ratio": survival_ratio}
    limits = {"odds_ratio": (0.05, 20.0), "survival": (0.1, 1.0), "survival_ratio": (0.5, 2.0)}
    for name, written in asked.items():
        if written is not None:
            low, high = _range(name, written, *limits[name])
            ends: dict[str, Any] = {f"{name}_lowest": low, f"{name}_highest": high}
            possible = replace(possible, **ends)
    return possible


def _range(name: str, written: str, lowest: float, highest: float) -> tuple[float, float]:
    first, _, last = written.partition("..")
    try:
        low, high = float(first), float(last or first)
    except ValueError:
        raise InputError("range_unreadable", setting=name, value=written) from None
    for value in (low, high):
        if not lowest <= value <= highest:
            raise InputError("setting_out_of_range", setting=name, value=value, lowest=lowest, highest=highest)
    if low > high:
        raise InputError("range_unreadable", setting=name, value=written)
    return low, high
