"""An assessment as a folder of files: tables, a page in each language, and one document for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tianping.documents.content import Document
from tianping.documents.html import render_html
from tianping.observatory.csv_text import csv_chunks
from tianping.observatory.issuing import ENDINGS
from tianping.observatory.missing.assessment import Assessment
from tianping.observatory.missing.tables import tables
from tianping.observatory.run_document import InputFile, document_text
from tianping.observatory.whole_files import StagedFiles, check_writable, unusable

MISSING = "missing.json"
#: Every table that there may be.
NAMES = ("missing_pieces.csv", "nowcast.csv", "timeliness.csv", "registration_gap.csv", "infant_mortality.csv")
#: Version of the layout of `missing.json`; it changes when a key changes its meaning or goes.
FORMAT = 1


def missing_document(
    assessment: Assessment, inputs: Sequence[InputFile], files: Sequence[Mapping[str, object]]
) -> dict[str, Any]:
    """Give the content of `missing.json`: what was asked, what could not be told and why, and the files."""
    question = assessment.question
    not_told = {(span.span, span.route, piece, why) for span in assessment.spans for piece, why in span.why.items()}
    return {
        "format": FORMAT,
        "inputs": [{"role": one.role, "file": one.file, "sha256": one.sha256} for one in inputs],
        "registrations_to": str(assessment.last),
        "reference": {
            "name": question.reference.name,
            "ratio": question.reference.ratio,
            "lower": question.reference.lower,
            "upper": question.reference.upper,
        },
        "interval": question.interval,
        "n_draws": question.n_draws,
        "seed": question.seed,
        "longest_delay": None if assessment.delays is None else assessment.delays.longest,
        "odds_ratio": [question.possible.odds_ratio_lowest, question.possible.odds_ratio_highest],
        "survival": [question.possible.survival_lowest, question.possible.survival_highest],
        "survival_ratio": [question.possible.survival_ratio_lowest, question.possible.survival_ratio_highest],
        "not_told": [
            {"period": period, "route": route, "piece": piece, "why": why}
            for period, route, piece, why in sorted(not_told)
        ],
        "files": list(files),
    }


def write_assessment(
    assessment: Assessment, folder: Path, inputs: Sequence[InputFile], documents: Sequence[Document], level: str
) -> dict[str, Any]:
    """Write all files and give what `missing.json` says; those of an earlier assessment in the folder are replaced.

    Raises:
        InputError: what `whole_files.unusable` gives.
    """
    check_writable(folder)
    try:
        with StagedFiles(folder) as staged:
            files = [
                {"name": name, "sha256": staged.add(name, chunks), "n_rows": n_rows}
                for name, chunks, n_rows in _contents(assessment, documents, level)
            ]
            told = missing_document(assessment, inputs, files)
            staged.add(MISSING, [document_text(told).encode()])
            staged.publish(instead_of=(*NAMES, *(f"missing.{ending}.html" for ending in ENDINGS.values())))
    except OSError as error:
        raise unusable(folder, error) from error
    return told


def _contents(
    assessment: Assessment, documents: Sequence[Document], level: str
) -> Iterator[tuple[str, Any, int | None]]:
    for name, table in tables(assessment, level).items():
        yield name, csv_chunks(table), table.num_rows
    for document in documents:
        yield f"missing.{ENDINGS[document.language]}.html", [render_html(document).encode()], None
