"""A run as a folder of files whose names and columns stay the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from tianping.observatory.csv_text import csv_chunks
from tianping.observatory.examining import Examined, examine_reports
from tianping.observatory.finding_records import FINDINGS, finding_record
from tianping.observatory.results import Result
from tianping.observatory.run_document import ENGINE, InputFile, Provenance, document_text, run_document
from tianping.observatory.whole_files import StagedFiles, check_writable, unusable
from tianping.terms import AreaTree, Finding, InputError

RUN = "run.json"
#: Every file a run may have, in the order in which they are written; `run.json` confirms the others and comes last.
NAMES = (
    *("estimates.csv", "signals.csv", "ranking.csv", "history.csv", "missing_births.csv", "forensics.csv"),
    *("areas.csv", "findings.csv", RUN),
)
AREAS = ("area_code", "name", "level", "parent_code")


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, or holds files under our names which no run of ours has written.

    Raises:
        InputError: `out_folder_foreign`, `out_folder_not_a_folder` or `out_folder_not_writable`.
    """
    check_writable(folder)
    foreign = [name for name in NAMES if (folder / name).exists()]
    if foreign and not _is_run(folder / RUN):
        raise InputError("out_folder_foreign", folder=str(folder), files=", ".join(foreign))


def input_file(role: str, path: Path) -> InputFile:
    """Give a file's name and digest for `run.json`."""
    with path.open("rb") as file:
        return InputFile(role, path.name, hashlib.file_digest(file, "sha256").hexdigest())


def write_run(
    result: Result | None, folder: str | Path, provenance: Provenance, language: str = "en"
) -> dict[str, Any]:
    """Write a run's files and give what `run.json` says; without a result only the findings are written.

    Each file appears whole or not at all, and `run.json`, which holds their digests, last. The files of an earlier run
    in the folder are replaced; those that this run does not have are taken away.

    Raises:
        InputError: `out_folder_foreign`, or what `whole_files.unusable` gives.
    """
    place = Path(folder)
    check_folder(place)
    try:
        with StagedFiles(place) as staged:
            examined = None if result is None else _examined(result, provenance)
            files = [
                {"name": name, "sha256": staged.add(name, csv_chunks(table)), "n_rows": table.num_rows}
                for name, table in _tables(result, examined, provenance.findings, language)
            ]
            document = run_document(result, provenance, files, examined)
            staged.add(RUN, [document_text(document).encode()])
            staged.publish(instead_of=NAMES)
    except OSError as error:
        raise unusable(place, error) from error
    return document


def read_run(folder: str | Path) -> Mapping[str, Any]:
    """Give what the `run.json` of a folder says; empty where there is none of ours."""
    path = Path(folder) / RUN
    return json.loads(path.read_text(encoding="utf-8")) if _is_run(path) else {}


def _examined(result: Result, provenance: Provenance) -> Examined:
    """Examine the reports behind the last evaluation."""
    last = result.last
    return examine_reports(provenance.births, as_of=last.run.as_of, known_on=last.known_on, seed=result.settings.seed)


def _tables(
    result: Result | None, examined: Examined | None, findings: tuple[Finding, ...], language: str
) -> Iterator[tuple[str, pa.Table]]:
    if result is not None:
        yield "estimates.csv", result.estimates
        yield "signals.csv", result.signals
        yield "ranking.csv", result.ranking
        if result.histories:
            yield "history.csv", result.history
        yield "missing_births.csv", result.missing_births
        if examined is not None:
            yield "forensics.csv", examined.of_level(result.level)
        yield "areas.csv", areas_table(result.last.run.tree)
    yield "findings.csv", findings_table(findings, language)


def areas_table(tree: AreaTree) -> pa.Table:
    """Give the areas, with which a run can be scored and mapped later."""
    rows = [(area.code, area.name, area.level, area.parent_code) for area in tree.areas]
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], names=list(AREAS))


def findings_table(findings: tuple[Finding, ...], language: str) -> pa.Table:
    """Give the table of `findings.csv`, its sentences in a language."""
    columns: dict[str, list[Any]] = {name: [] for name in FINDINGS}
    for finding in findings:
        told = finding_record(finding, language)
        for name in FINDINGS:
            columns[name].append(told[name])
    kinds = {name: pa.int64() if name in ("row", "count") else pa.string() for name in FINDINGS}
    return pa.table({name: pa.array(columns[name], kinds[name]) for name in FINDINGS})


def _is_run(path: Path) -> bool:
    """Whether a file is a `run.json` of ours."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    engine = told.get("engine") if isinstance(told, dict) else None
    return isinstance(engine, dict) and engine.get("name") == ENGINE
