"""Section: the counties, which of them can be told apart, and why a simple test lists others."""

from __future__ import annotations

import numpy as np

from tianping.documents.cells import Empty, Number, Text
from tianping.documents.charts import Funnel, FunnelPoint, Standing, draw_funnel
from tianping.documents.content import Block, Callout, CalloutKind, Cell, Column, Row, Table
from tianping.observatory.atlas.sheet import DIRECT, Sheet, row_anchor
from tianping.observatory.atlas.survey import SIMPLE_NULL, SIMPLE_RATE
from tianping.observatory.writing import Fields, births, chance, ends, rank
from tianping.srb.results import BoolArray

COUNTIES, LISTED, COMPARED = "counties", "counties-listed", "lists-compared"
#: The county told in a box: the one of the governance tradition that this product grew from.
_TOLD = "421123"


def counties(sheet: Sheet) -> tuple[Block, ...]:
    """Tell what the counts can tell about counties, by a funnel and a table of levels."""
    return (*_apart(sheet), _levels(sheet), _funnel(sheet), _box(sheet))


def _apart(sheet: Sheet) -> tuple[Block, ...]:
    survey, words = sheet.survey, sheet.words
    areas = [int(area) for area in survey.of_level("county")]
    told = [area for area in areas if survey.standing(area) is Standing.TOLD_APART]
    above = sum(survey.interval(area).lower > survey.band.upper for area in told)
    below = sum(survey.interval(area).upper < survey.band.lower for area in told)
    ranking = survey.rankings["county"]
    fields: Fields = {
        "n": Number(len(areas)),
        "above": Number(above),
        "below": Number(below),
        "within": Number(len(told) - above - below),
        "indistinguishable": Number(len(areas) - len(told)),
        "high": Number(ranking.group.count("high")),
        "low": Number(ranking.group.count("low")),
        "between": Number(ranking.group.count("indistinguishable")),
        "width": Number(float(np.median(ranking.rank_upper - ranking.rank_lower + 1))),
        "level": words.level(survey.result.settings.interval),
        **sheet.against(),
    }
    return (words.sentence("atlas.counties.normal", **fields), words.sentence("atlas.counties.ranks", **fields))


def _levels(sheet: Sheet) -> Table:
    """Say level by level how much of the spread is real and who can be told apart."""
    survey, words = sheet.survey, sheet.words
    keys = ("level", "n", "rankability", "high", "between", "low")
    columns = tuple(
        Column(words.text(f"atlas.rankable.{key}"), is_head=key == "level", numeric=key != "level") for key in keys
    )
    rows = []
    for level, ranking in survey.rankings.items():
        cells: list[Cell] = [Text(words.text(f"atlas.level.{level}")), Number(len(ranking.areas))]
        cells.append(Number(ranking.rankability, 2))
        cells += [Number(ranking.group.count(group)) for group in ("high", "indistinguishable", "low")]
        rows.append(Row(tuple(cells)))
    notes = (words.text("atlas.rankable.note"),)
    title = words.text("atlas.rankable.title")
    return Table("rankability", title, columns, tuple(rows), notes, sheet=words.text("atlas.rankable.sheet"))


def _funnel(sheet: Sheet) -> Block:
    survey, words = sheet.survey, sheet.words
    points = []
    for area in survey.of_level("county"):
        tally, code = survey.tally(int(area)), survey.areas[int(area)].code
        points.append(FunnelPoint(code, sheet.name(int(area)), tally.boys, tally.girls, f"#{row_anchor(code)}"))
    overdispersion = survey.result.last.run.diagnostics.overdispersion
    head = sheet.head("funnel-counties", words.text("atlas.funnel.title"))
    chart = draw_funnel(
        Funnel(
            head,
            tuple(points),
            sheet.benchmarks,
            overdispersion,
            max_labels=0,
            counted=words.text("atlas.funnel.counted"),
        )
    )
    return sheet.figure(chart, chart.title, words.text("atlas.funnel.note"), COUNTIES)


def _box(sheet: Sheet) -> Callout:
    """Tell one county in full: what was counted, what the model makes of it, where it may stand."""
    survey, words = sheet.survey, sheet.words
    area = survey.result.last.run.tree.positions[_TOLD]
    tally, ranks = survey.tally(area), rank(survey.rank(area))
    told = words.sentence(
        "atlas.box.told",
        name=sheet.name(area),
        code=_TOLD,
        boys=births(tally.boys),
        girls=births(tally.girls),
        srb=Number(tally.srb, 1),
        interval=ends(tally.interval(DIRECT)),  # type: ignore[arg-type]
        direct=words.level(DIRECT),
        n=Number(len(survey.of_level("county"))),
        estimate=Number(survey.srb(area), 1),
        estimate_interval=ends(survey.interval(area)),  # type: ignore[arg-type]
        model=words.level(survey.result.settings.interval),
        ranks=ranks if not isinstance(ranks, Empty) else "",
        **sheet.against(),
    )
    title = words.text("atlas.box.title", name=sheet.name(area))
    return Callout(CalloutKind.FINDING, title, (told, words.sentence("atlas.box.meaning")))


def compared(sheet: Sheet) -> tuple[Block, ...]:
    """Set the list of the engine beside that of a simple test, and say why they differ."""
    survey, words = sheet.survey, sheet.words
    lists, settings = survey.lists, survey.result.settings
    fields: Fields = {
        "simple": Number(int(lists.simple.sum())),
        "simple_null": f"{SIMPLE_NULL:g}",
        "simple_rate": words.percent(SIMPLE_RATE),
        "listed": Number(int(lists.level.sum())),
        "alert_at": f"{settings.alert_at:g}",
        "false_share": words.percent(settings.fdr_alert),
        "wrong": Number(lists.level_share * int(lists.level.sum())),
        "both": Number(int((lists.simple & lists.level).sum())),
        "only_simple": Number(int((lists.simple & ~lists.level).sum())),
        "only_listed": Number(int((~lists.simple & lists.level).sum())),
        "above_normal": Number(int(lists.above_normal.sum())),
        "contained": Number(int((lists.simple & lists.above_normal).sum())),
        "normal_upper": f"{survey.band.upper:g}",
        "difference": Number(int(lists.difference.sum())),
        "margin": f"{100 * (settings.margin - 1):g}",
    }
    told = ("opening", "question", "pooling", "difference")
    paragraphs = [words.sentence(f"atlas.compared.{key}", **fields) for key in told]
    return (*paragraphs[:1], _side_by_side(sheet), *paragraphs[1:], _listed(sheet, lists.level))


def _side_by_side(sheet: Sheet) -> Table:
    survey, words = sheet.survey, sheet.words
    lists = survey.lists
    columns = (
        Column(words.text("atlas.compared.column"), is_head=True, numeric=False),
        Column(words.text("atlas.compared.on_simple")),
        Column(words.text("atlas.compared.off_simple")),
        Column(words.text("atlas.compared.all")),
    )
    rows = []
    for key, which in (("on_level", lists.level), ("off_level", ~lists.level), ("all", np.ones_like(lists.level))):
        counted = (int((which & lists.simple).sum()), int((which & ~lists.simple).sum()), int(which.sum()))
        cells: list[Cell] = [Text(words.text(f"atlas.compared.{key}")), *map(Number, counted)]
        rows.append(Row(tuple(cells), is_total=key == "all"))
    title = words.text("atlas.compared.table")
    return Table(COMPARED, title, columns, tuple(rows), sheet=words.text("atlas.compared.sheet"))


def _listed(sheet: Sheet, level: BoolArray) -> Table:
    """List the counties of the engine's list by code, folded by province."""
    survey, words = sheet.survey, sheet.words
    columns = (
        Column(words.text("atlas.column.code"), numeric=False),
        Column(words.text("atlas.column.county"), is_head=True, numeric=False),
        Column(words.text("atlas.column.prefecture"), numeric=False),
        *sheet.model_columns(),
        Column(words.text("atlas.column.p_level", alert_at=f"{survey.result.settings.alert_at:g}")),
    )
    rows = []
    for area in survey.of_level("county")[level]:
        at, code = int(area), survey.areas[int(area)].code
        p = chance(float(survey.column("p_above_alert")[at]), words)
        cells = (
            Text(code, href=f"#{row_anchor(code)}"),
            Text(sheet.name(at)),
            Text(sheet.parent_name(at)),
            *sheet.model_cells(at),
            p,
        )
        rows.append(Row(cells, group=_province(sheet, at)))
    return Table(
        LISTED,
        words.text("atlas.listed.table"),
        columns,
        tuple(rows),
        (words.text("atlas.listed.note"), sheet.against_text()),
        folded=True,
        group_title=words.text("atlas.column.province"),
        sheet=words.text("atlas.listed.sheet"),
    )


def county_table(sheet: Sheet) -> Table:
    """List all counties by code, folded by province."""
    survey, words = sheet.survey, sheet.words
    level = words.level(survey.result.settings.interval)
    columns = (
        Column(words.text("atlas.column.code"), numeric=False),
        Column(words.text("atlas.column.county"), is_head=True, numeric=False),
        Column(words.text("atlas.column.prefecture"), numeric=False),
        *sheet.direct_columns(),
        *sheet.model_columns(),
        Column(words.text("atlas.column.rank", level=level)),
    )
    rows = []
    for area in survey.of_level("county"):
        at, code = int(area), survey.areas[int(area)].code
        cells = (
            Text(code),
            Text(sheet.name(at)),
            Text(sheet.parent_name(at)),
            *sheet.direct_cells(at),
            *sheet.model_cells(at),
            rank(survey.rank(at)),
        )
        rows.append(Row(cells, anchor=row_anchor(code), group=_province(sheet, at)))
    return Table(
        COUNTIES,
        words.text("atlas.counties.table"),
        columns,
        tuple(rows),
        (words.text("atlas.ranks_note"), sheet.against_text()),
        folded=True,
        group_title=words.text("atlas.column.province"),
        sheet=words.text("atlas.counties.sheet"),
    )


def _province(sheet: Sheet, area: int) -> str:
    tree = sheet.survey.result.last.run.tree
    return sheet.name(tree.ancestors(area)[1])
