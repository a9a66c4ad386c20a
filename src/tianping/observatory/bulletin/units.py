"""Section and appendix: the county's units, in the order of their codes and never ranked."""

from __future__ import annotations

import numpy as np

from tianping.documents.cells import Absence, Empty, Number, Paragraph, Text
from tianping.documents.charts import (
    AreaEstimate,
    Caterpillar,
    Funnel,
    FunnelPoint,
    Standing,
    TileMap,
    draw_caterpillar,
    draw_funnel,
    draw_tile_map,
)
from tianping.documents.content import Block, Cell, Column, Figure, Row, Table
from tianping.observatory.bulletin.issue import Issue, row_anchor
from tianping.observatory.bulletin.snapshot import ALL
from tianping.observatory.writing import Fields, births, chance, ends, rank
from tianping.rulebook.min_births import minimum_births
from tianping.rulebook.signals import SignalState

UNITS, YEAR = "units", "units-year"


def units(issue: Issue) -> tuple[Block, ...]:
    """Tell what can be said about the units, with the charts of the long window."""
    told = [_told_apart(issue), _alone(issue), _watched(issue)]
    return (*told, _funnel(issue), _caterpillar(issue), _tiles(issue))


def not_renewed(issue: Issue) -> tuple[Block, ...]:
    """Say in which issue the units were last told."""
    month = issue.snapshot.month
    while not issue.snapshot.rules.renewed(month):
        month = month.shift(-1)
    return (
        issue.words.sentence("bulletin.units.not_renewed", issue=str(month.month), month=issue.words.period(month)),
    )


def _told_apart(issue: Issue) -> Paragraph:
    """Say who can be told apart: usually nobody."""
    snapshot, words = issue.snapshot, issue.words
    fields: Fields = {
        "months": issue.months(snapshot.window),
        "group": words.order(snapshot.group),
        "n": Number(len(snapshot.units)),
    }
    high = [issue.name(unit) for unit in snapshot.units if snapshot.band_of(unit) == "high"]
    if not high:
        return words.sentence("bulletin.units.none_told_apart", **fields)
    return words.sentence("bulletin.units.told_apart", high=words.listed(high), **fields)


def _alone(issue: Issue) -> Paragraph:
    """Say what the units' own births could show."""
    snapshot, words = issue.snapshot, issue.words
    detectable = snapshot.estimates.column("min_detectable_srb", snapshot.group)[list(snapshot.units)]
    known = detectable[np.isfinite(detectable)]
    if not len(known):
        return words.sentence("bulletin.units.too_small")
    return words.sentence(
        "bulletin.units.alone", least=Number(float(known.min())), most=Number(float(known.max())), **issue.against()
    )


def _watched(issue: Issue) -> Paragraph:
    """Name who is under observation or has a signal; their decisions stand in the section on signals."""
    words = issue.words
    observed = issue.snapshot.standing(SignalState.OBSERVED, below_county=True)
    signalled = issue.snapshot.standing(SignalState.SIGNAL, below_county=True)
    names = {
        key: words.listed(list(dict.fromkeys(issue.name(c.area) for c in found)))
        for key, found in (("observed", observed), ("signalled", signalled))
    }
    if observed and signalled:
        return words.sentence("bulletin.units.both", **names)
    if signalled:
        return words.sentence("bulletin.units.signalled", signalled=names["signalled"])
    if observed:
        return words.sentence("bulletin.units.observed", observed=names["observed"])
    return words.sentence("bulletin.units.none_watched")


def _funnel(issue: Issue) -> Figure:
    snapshot, words = issue.snapshot, issue.words
    minimum = minimum_births(snapshot.month)
    points = []
    for unit in snapshot.units:
        tally = snapshot.tally(unit, snapshot.group, snapshot.window)
        if minimum.may_print_point(tally.births):
            code = snapshot.areas[unit].code
            points.append(FunnelPoint(code, issue.name(unit), tally.boys, tally.girls, f"#{row_anchor(code)}"))
    overdispersion = snapshot.last.run.diagnostics.overdispersion
    head = issue.head("funnel-units", words.text("bulletin.funnel.title", group=words.order_within(snapshot.group)))
    chart = draw_funnel(Funnel(head, tuple(points), issue.benchmarks, overdispersion))
    caption = words.text("bulletin.funnel.caption", title=chart.title, months=issue.months(snapshot.window))
    return issue.figure(chart, caption, words.text("bulletin.funnel.note"), UNITS)


def _caterpillar(issue: Issue) -> Figure:
    words = issue.words
    head = issue.head(
        "caterpillar-units", words.text("bulletin.caterpillar.title"), words.text("bulletin.units.others")
    )
    chart = draw_caterpillar(Caterpillar(head, _areas(issue), issue.benchmarks))
    return issue.figure(chart, _model_caption(issue, chart.title), words.text("bulletin.caterpillar.note"), UNITS)


def _tiles(issue: Issue) -> Figure:
    words = issue.words
    head = issue.head("tiles-units", words.text("bulletin.tiles.title"), words.text("bulletin.units.others"))
    chart = draw_tile_map(TileMap(head, _areas(issue), (), issue.benchmarks))
    return issue.figure(chart, _model_caption(issue, chart.title), words.text("bulletin.tiles.note"), UNITS)


def _model_caption(issue: Issue, title: str) -> str:
    snapshot, words = issue.snapshot, issue.words
    return words.text(
        "bulletin.model_caption",
        title=title,
        group=words.order_within(snapshot.group),
        months=issue.months(snapshot.window),
    )


def _areas(issue: Issue) -> tuple[AreaEstimate, ...]:
    snapshot = issue.snapshot
    found = []
    for unit in snapshot.units:
        area, model = snapshot.areas[unit], snapshot.modelled(unit, snapshot.group, "window")
        told = Standing.INDISTINGUISHABLE if snapshot.band_of(unit) == "indistinguishable" else Standing.TOLD_APART
        href = f"#{row_anchor(area.code)}"
        found.append(AreaEstimate(area.code, issue.name(unit), model.srb, model.interval, told, href))
    return tuple(found)


def units_table(issue: Issue, number: str) -> Table:
    """Make the table of the long window: direct figures, the model's, what can be told."""
    snapshot, words = issue.snapshot, issue.words
    counted = words.text(
        "bulletin.table.counted", months=issue.months(snapshot.window), group=words.order(snapshot.group)
    )
    modelled = words.text("bulletin.table.modelled", months=issue.months(snapshot.window))
    level = words.level(snapshot.rules.model_interval)
    columns = (
        issue.unit_column(),
        *issue.direct_columns(counted, by_sex=True),
        Column(words.text("bulletin.column.estimate"), group=modelled),
        Column(level, group=modelled),
        Column(words.text("bulletin.column.p_difference", margin=f"{100 * (snapshot.signal_rules.margin - 1):g}")),
        Column(words.text("bulletin.column.rank", level=level)),
        Column(words.text("bulletin.column.band"), numeric=False),
        Column(words.text("bulletin.column.remark"), numeric=False),
    )
    rows = [*(_unit_row(issue, unit) for unit in snapshot.units), _county_row(issue)]
    notes = (
        words.text("bulletin.table.few", least=minimum_births(snapshot.month).point),
        words.text("bulletin.table.by_code"),
        words.text("bulletin.table.now", month=words.period(snapshot.month)),
        issue.against_text(),
    )
    title = words.text(
        "bulletin.table.units", number=number, span=_span(issue), group=words.order_within(snapshot.group)
    )
    return Table(UNITS, title, columns, tuple(rows), notes, sheet=words.text("bulletin.table.units_sheet"))


def _span(issue: Issue) -> str:
    tally = issue.snapshot.tally(issue.snapshot.county, issue.snapshot.group, issue.snapshot.window)
    return issue.words.span(tally.first, tally.last)


def _by_sex(issue: Issue, area: int) -> tuple[Cell, ...]:
    tally = issue.snapshot.tally(area, issue.snapshot.group, issue.snapshot.window)
    n, srb, interval = issue.direct_cells(tally)
    return n, births(tally.boys), births(tally.girls), srb, interval


def _model_cells(issue: Issue, area: int) -> tuple[Cell, ...]:
    model = issue.snapshot.modelled(area, issue.snapshot.group, "window")
    return Number(model.srb, 1), ends(model.interval)


def _unit_row(issue: Issue, unit: int) -> Row:
    snapshot, words = issue.snapshot, issue.words
    p = float(snapshot.estimates.column("p_difference", snapshot.group)[unit])
    cells = (
        Text(issue.name(unit)),
        *_by_sex(issue, unit),
        *_model_cells(issue, unit),
        chance(p, words),
        rank(snapshot.rank(unit)),
        Text(words.text(f"bulletin.band.{snapshot.band_of(unit)}")),
        Text(_remark(issue, unit)),
    )
    return Row(cells, anchor=row_anchor(snapshot.areas[unit].code))


def _remark(issue: Issue, unit: int) -> str:
    states = {c.decision.state for c in issue.snapshot.consultations if c.area == unit}
    for state in (SignalState.SIGNAL, SignalState.OBSERVED):
        if state in states:
            return issue.words.text(f"bulletin.remark.{state}")
    return ""


def _county_row(issue: Issue) -> Row:
    snapshot, words = issue.snapshot, issue.words
    gap = Empty(Absence.NOT_APPLICABLE)
    verdict = words.text("bulletin.band.county_high" if snapshot.county_is_high else "bulletin.band.county_not_told")
    cells = (
        Text(words.text("bulletin.row.county"), strong=True),
        *_by_sex(issue, snapshot.county),
        *_model_cells(issue, snapshot.county),
        gap,
        gap,
        Text(verdict),
        Text(""),
    )
    return Row(cells, is_total=True)


def year_table(issue: Issue, number: str) -> Table:
    """Make the table of the short window: all births, first births and later ones, direct figures only."""
    snapshot, words = issue.snapshot, issue.words
    groups = (ALL, *snapshot.rules.order_groups) if snapshot.counts.has_orders else (ALL,)
    columns = [issue.unit_column()]
    for group in groups:
        columns += issue.direct_columns(words.order(group))
    rows = []
    for area in (*snapshot.units, snapshot.county):
        tallies = [snapshot.tally(area, group, snapshot.short_window) for group in groups]
        is_county = area == snapshot.county
        name = Text(words.text("bulletin.row.county") if is_county else issue.name(area), strong=is_county)
        cells = (name, *(cell for tally in tallies for cell in issue.direct_cells(tally)))
        rows.append(Row(cells, is_total=is_county))
    tally = snapshot.tally(snapshot.county, ALL, snapshot.short_window)
    title = words.text(
        "bulletin.table.year",
        number=number,
        months=issue.months(snapshot.short_window),
        span=words.span(tally.first, tally.last),
    )
    notes = (
        words.text("bulletin.table.few", least=minimum_births(snapshot.month).point),
        words.text("bulletin.table.by_code"),
    )
    return Table(YEAR, title, tuple(columns), tuple(rows), notes, sheet=words.text("bulletin.table.year_sheet"))
