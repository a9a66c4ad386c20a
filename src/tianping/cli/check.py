"""`tianping check`: read a table of births and say what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from tianping.births import BirthTable, InputRefusedError
from tianping.cli.findings import count_sentence, findings_text, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import AreasFile, BirthsFile, Json, Language, Progress, Strict
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import read_table
from tianping.cli.speaking import ProgressLines, say, say_json
from tianping.locale import text
from tianping.observatory.finding_records import finding_record, severities
from tianping.terms import Finding

_Findings = tuple[Finding, ...]


def check(
    file: BirthsFile,
    areas: AreasFile = None,
    strict: Strict = False,
    progress: Progress = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Read a file and tell its findings; nothing is written."""
    births, findings = _read(file, areas, ProgressLines(lang, asked=progress))
    usable = births is not None and not (strict and has_errors(findings))
    code = _code(births, findings)
    if json:
        say_json(_document(file, births, findings, lang) | {"usable": usable, "exit_code": code})
        return code
    if findings:
        say(findings_text(findings, lang) + "\n")
    say(count_sentence(findings, lang))
    say(paragraph(_verdict(file, births, usable, lang)))
    return code


def _read(file: Path, areas: Path | None, lines: ProgressLines) -> tuple[BirthTable | None, _Findings]:
    try:
        births = read_table(file, areas, lines)
    except InputRefusedError as error:
        return None, error.findings
    return births, births.findings


def _code(births: BirthTable | None, findings: _Findings) -> ExitCode:
    if births is None:
        return ExitCode.UNUSABLE
    return ExitCode.ERRORS_FOUND if has_errors(findings) else ExitCode.FINE


def _document(file: Path, births: BirthTable | None, findings: _Findings, language: str) -> dict[str, object]:
    return {
        "file": file.name,
        "n_births": None if births is None else births.n_births,
        "n_areas": None if births is None else len(births.tree),
        "first_period": None if births is None else str(births.periods[0]),
        "last_period": None if births is None else str(births.periods[-1]),
        "digest": None if births is None else births.digest,
        "n_findings": severities(findings),
        "findings": [finding_record(finding, language) for finding in findings],
    }


def _verdict(file: Path, births: BirthTable | None, usable: bool, language: str) -> str:
    if births is None:
        return text("cli.check.unusable", language, file=file.name)
    if not usable:
        return text("cli.check.refused", language, file=file.name)
    return text(
        "cli.check.usable_in_part" if has_errors(births.findings) else "cli.check.usable",
        language,
        file=file.name,
        births=births.n_births,
        areas=len(births.tree),
        first=str(births.periods[0]),
        last=str(births.periods[-1]),
    )
