"""The demonstration: a real census and an invented county, from counts to pages, workbooks and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tianping.documents.charts import read_boundaries
from tianping.documents.plain import summary_lines
from tianping.observatory.atlas import take_survey, write_atlas
from tianping.observatory.atlas.survey import FOLDER
from tianping.observatory.bulletin import take_snapshot, write_bulletin
from tianping.observatory.bundled import bundled_names
from tianping.observatory.csv_text import csv_chunks
from tianping.observatory.demonstration import bundled_county, generated_county
from tianping.observatory.files import areas_table, write_run
from tianping.observatory.issuing import write_documents
from tianping.observatory.run_document import Provenance
from tianping.observatory.whole_files import StagedFiles, unusable
from tianping.terms import AreaTree, Period

#: The month whose bulletin the demonstration writes.
MONTH = Period(2025, 6)


@dataclass(frozen=True)
class Shown:
    """What one part of the demonstration made.

    Attributes:
        title: the document's title.
        lines: what was found, in plain words.
        files: the files to open first, then the folder of tables.
    """

    title: str
    lines: tuple[str, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Boundary:
    """A boundary layer of the user's own.

    Attributes:
        file: the file.
        code_property: property that holds the area's code.
    """

    file: Path
    code_property: str


def show_census(folder: Path, languages: Sequence[str], boundary: Boundary | None = None) -> Shown:
    """Write the census atlas and its tables; the first language is the one to tell it in.

    Raises:
        InputError: for a boundary layer that cannot be used, or a folder that cannot be written to.
    """
    boundaries = None
    if boundary is not None:
        boundaries = read_boundaries(boundary.file, boundary.code_property, boundary.file.name)
    survey = take_survey()
    english = bundled_names(FOLDER)
    documents = [
        write_atlas(survey, language, english if language == "en" else None, boundaries) for language in languages
    ]
    files = write_documents(documents, folder, "atlas")
    tables = folder / "atlas-tables"
    write_run(survey.result, tables, Provenance(survey.births, findings=survey.births.findings), languages[0])
    return Shown(documents[0].title, summary_lines(documents[0]), (*files, tables))


def show_county(folder: Path, languages: Sequence[str], seed: int | None = None) -> Shown:
    """Write the invented county's bulletin, its tables and its births; the first language is the one to tell it in.

    Raises:
        InputError: for a folder that cannot be written to.
    """
    county = bundled_county() if seed is None else generated_county(seed)
    snapshot = take_snapshot(county.births, county.county_code, MONTH, truth=county.truth)
    documents = [
        write_bulletin(snapshot, language, county.english_names if language == "en" else None) for language in languages
    ]
    files = write_documents(documents, folder, f"bulletin-{MONTH}", workbooks=True)
    tables = folder / "bulletin-tables"
    findings = (*county.births.findings, *snapshot.last.findings)
    write_run(snapshot.result, tables, Provenance(county.births, findings=findings), languages[0])
    data = folder / "county"
    _write_data(data, county.births.tree, county.reports, county.truth)
    return Shown(documents[0].title, summary_lines(documents[0]), (*files, tables, data))


def _write_data(folder: Path, tree: AreaTree, reports: pa.Table, truth: pa.Table) -> None:
    """Write the county's reports, areas and truth, with which every command can be tried."""
    tables = {"births.csv": reports, "areas.csv": areas_table(tree), "truth.csv": truth}
    try:
        with StagedFiles(folder) as staged:
            for name, table in tables.items():
                staged.add(name, csv_chunks(table))
            staged.publish()
    except OSError as error:
        raise unusable(folder, error) from error
