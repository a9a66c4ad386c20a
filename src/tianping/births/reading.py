"""Read a table of births: from a file as a user hands it over to cells that can be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from tianping.births.areas import AreaIndex, AreaTable, flat_areas, fold_code, read_areas, row_kind
from tianping.births.cells import make_cells
from tianping.births.coding import PeriodReader, code_rows, fields_of, note_issues
from tianping.births.findings import FindingLog
from tianping.births.guard import ContentGuard
from tianping.births.layout import Layout, birth_layout
from tianping.births.readings import SEXES, read_number
from tianping.births.sources import file_name, open_source
from tianping.births.staging import Database, Texts, stage, working_database
from tianping.births.surveys import survey
from tianping.births.table import BirthTable, cells_schema
from tianping.terms import AreaTree, Period


def read_births(
    source: Any, *, areas: Any = None, on_or_before: Period | None = None, strict: bool = False
) -> BirthTable:
    """Read a table of births, find what is wrong with it, and keep what is right.

    Wide (`area_code, period, birth_order, boys, girls`), long (`… sex, count`) and line lists (one row per birth,
    counted here and never kept), in English or Chinese headers; `year` and `month` do for `period`; birth order,
    `reported_period`, `source` and `weight` are optional. What cannot be used is left out and told in `findings`.

    A `weight` multiplies its row's count, which must itself be a whole number; cells may then be fractions, and the
    counts made of them are rounded cell by cell. Intervals know nothing of the sampling: a finding says so.

    Args:
        source: path of a CSV, XLSX or Parquet file, an Arrow table, or a data frame (pandas, polars).
        areas: what `read_areas` takes; without it the codes of the file make a tree of one level.
        on_or_before: the current period; later ones are errors. Nothing is in the future without it.
        strict: refuse the file when a finding is at error level.

    Raises:
        InputError: `file_not_found` or `source_unknown`.
        InputRefusedError: when the file cannot be used at all, or has an error and `strict` is set.
        RedLineError: when the file carries something about an individual; it is refused whole.
    """
    known_areas = None if areas is None else read_areas(areas, strict=strict)
    log = FindingLog(file_name(source))
    opened = open_source(source, "births", log)
    preview = opened.preview()
    layout = birth_layout(preview, log, needs_area=known_areas is not None and len(known_areas.tree) > 1)
    guard = _guard(layout, known_areas)
    for at, row in enumerate(preview[: layout.row]):
        for position, cell in enumerate(row):
            guard.check_text(cell, position, at + 1)
    with working_database() as database:
        texts = stage(database, opened, layout, guard, log)
        _check_line_list(database, layout, preview, log)
        return _read_staged(database, texts, layout, known_areas, on_or_before, strict, log)


def _read_staged(
    database: Database,
    texts: Texts,
    layout: Layout,
    known_areas: AreaTable | None,
    latest: Period | None,
    strict: bool,
    log: FindingLog,
) -> BirthTable:
    table = known_areas or _areas_of_file(texts, layout, log)
    log.extend(table.findings)
    periods = PeriodReader(latest, layout.header("period", "year", "month"))
    fields = fields_of(layout, AreaIndex(table).find, periods)
    code_rows(database, layout, fields, texts)
    _check_validity(database, table.tree, is_month=periods.is_month)
    _check_reported(database, is_month=periods.is_month)
    note_issues(database, layout, fields, log)
    make_cells(database, layout, table.tree, log)
    sources = texts.of("source") if "source" in layout.columns else [""]
    cells = _finished_cells(
        database, table.tree, sources, is_month=periods.is_month, is_weighted="weight" in layout.columns
    )
    if not len(cells):
        log.refuse("nothing_usable")
    births = BirthTable(table.tree, cells, periods.is_month, "weight" in layout.columns, file=log.file)
    survey(births, layout, log)
    return replace(births, findings=log.close(strict=strict))


def _guard(layout: Layout, known_areas: AreaTable | None) -> ContentGuard:
    """Look at all cells but the codes and names of known areas: a village may be named after a relative."""
    areas = known_areas.tree.areas if known_areas else ()
    return ContentGuard(layout.headers, known={text for area in areas for text in (area.code, area.name)})


def _check_line_list(database: Database, layout: Layout, preview: Sequence[Sequence[str]], log: FindingLog) -> None:
    """Refuse to count rows where a column of numbers beside them shows that they are counted already."""
    n_rows, n_different = database.execute(
        "SELECT coalesce(sum(n), 0)::BIGINT, count(*) FROM raw WHERE filled > 0"
    ).fetchall()[0]
    if not n_rows:
        log.refuse("file_empty")
    if layout.counting != "line_list":
        return
    below = [row for row in preview[layout.row + 1 :] if len(row) == len(layout.headers)]
    unread = [at for at in range(len(layout.headers)) if at not in layout.columns.values()]
    numbers = [at for at in unread if below and all(_is_whole(row[at]) for row in below)]
    if numbers and n_rows == n_different:
        log.refuse("count_column_missing", row=layout.row + 1, column=layout.headers[numbers[0]])
    log.add("line_list_counted", count=n_rows)


def _is_whole(text: str) -> bool:
    number = read_number(text)
    return number is not None and number.is_integer()


def _areas_of_file(texts: Texts, layout: Layout, log: FindingLog) -> AreaTable:
    """Make a tree of one level from the codes that the file uses; one area where it uses none."""
    if "area" not in layout.columns:
        log.add("area_absent")
        return flat_areas(["all"], log.file)
    codes = sorted({fold_code(text) for text in texts.of("area") if row_kind(text) is None} - {""})
    if not codes:
        log.refuse("nothing_usable")
    return flat_areas(codes, log.file)


def _check_validity(database: Database, tree: AreaTree, *, is_month: bool) -> None:
    """Mark rows of areas that did not exist in their period."""
    dated = [(at, area) for at, area in enumerate(tree.areas) if area.valid_from or area.valid_until]
    if not dated:
        return
    limits = {
        "area": [at for at, _ in dated],
        "begins": [area.valid_from.first_month.ordinal if area.valid_from else None for _, area in dated],
        "ends": [area.valid_until.first_month.ordinal if area.valid_until else None for _, area in dated],
    }
    schema = pa.schema([("area", pa.int64()), ("begins", pa.int64()), ("ends", pa.int64())])
    database.register("validity", pa.table(limits, schema=schema))
    first, last = ("period", "period") if is_month else ("period * 12", "period * 12 + 11")
    database.execute(
        "UPDATE coded SET area_issue = 'area_not_valid', area_ok = false FROM validity "
        f"WHERE coded.area = validity.area AND period_ok AND area_ok AND kind = 'data' "
        f"AND ({last} < begins OR {first} >= ends)"
    )


def _check_reported(database: Database, *, is_month: bool) -> None:
    """Disregard reported periods before the birth's own."""
    first = "period" if is_month else "period * 12"
    database.execute(
        "UPDATE coded SET reported = NULL, reported_issue = 'reported_impossible' "
        f"WHERE kind = 'data' AND period_ok AND reported < {first}"
    )


def _finished_cells(
    database: Database, tree: AreaTree, sources: Sequence[str], *, is_month: bool, is_weighted: bool
) -> pa.Table:
    """Give the cells with codes and periods written out, in their order."""
    periods = {
        int(code): str(Period.from_ordinal(int(code), is_month=is_month))
        for (code,) in database.execute("SELECT DISTINCT period FROM cells").fetchall()
    }
    months = {
        int(code): str(Period.from_ordinal(int(code), is_month=True))
        for (code,) in database.execute("SELECT DISTINCT reported FROM cells WHERE reported IS NOT NULL").fetchall()
    }
    for name, written in (
        ("written_area", dict(enumerate(tree.codes))),
        ("written_period", periods),
        ("written_month", months),
        ("written_sex", dict(enumerate(SEXES))),
        ("written_source", {at: text.strip() for at, text in enumerate(sources)}),
    ):
        pairs = {"code": pa.array(list(written), pa.int64()), "text": pa.array(list(written.values()), pa.string())}
        database.register(name, pa.table(pairs))
    cells = database.sql(
        "SELECT a.text AS area_code, p.text AS period, birth_order, s.text AS sex, m.text AS reported_period, "
        "nullif(o.text, '') AS source, births FROM cells JOIN written_source AS o ON o.code = source "
        "JOIN written_area AS a ON a.code = area JOIN written_period AS p ON p.code = period "
        "JOIN written_sex AS s ON s.code = sex LEFT JOIN written_month AS m ON m.code = reported "
        "ORDER BY area, period, birth_order, sex, reported NULLS FIRST, o.text"
    ).to_arrow_table()
    return cells.cast(cells_schema(is_weighted=is_weighted))
