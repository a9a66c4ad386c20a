"""Section: the nation and its provinces."""

from __future__ import annotations

from tianping.documents.cells import Number, Paragraph, Text
from tianping.documents.charts import Caterpillar, draw_caterpillar
from tianping.documents.content import Block, Column, Row, Table
from tianping.observatory.atlas.sheet import DIRECT, Sheet, row_anchor
from tianping.observatory.writing import births, chance, ends, rank
from tianping.rulebook.min_births import minimum_births
from tianping.srb.direct import direct_interval, observed_srb

PROVINCES = "provinces"


def provinces(sheet: Sheet) -> tuple[Block, ...]:
    """Tell the nation, then its provinces with their intervals."""
    words, survey = sheet.words, sheet.survey
    areas = [int(area) for area in survey.of_level("province")]
    head = sheet.head("caterpillar-provinces", words.text("atlas.provinces.title"))
    form = minimum_births().ranking_form(survey.rankings["province"].rankability)
    chart = draw_caterpillar(Caterpillar(head, sheet.estimates(areas), sheet.benchmarks, by_value=form != "groups"))
    figure = sheet.figure(chart, chart.title, words.text("atlas.provinces.note"), PROVINCES)
    return (nation(sheet), figure, _table(sheet, areas))


def nation(sheet: Sheet) -> Paragraph:
    """Set the nation's own row beside the sum of the counties."""
    survey, words = sheet.survey, sheet.words
    boys, girls = survey.published
    tally = survey.tally(int(survey.of_level("nation")[0]))
    return words.sentence(
        "atlas.nation",
        boys=births(boys),
        girls=births(girls),
        srb=Number(observed_srb(boys, girls), 2),
        interval=ends(direct_interval(boys, girls, DIRECT), 2),  # type: ignore[arg-type]
        level=words.level(DIRECT),
        counties=Number(len(survey.of_level("county"))),
        counted=Number(tally.srb, 2),
        left_out=births(boys + girls - tally.births),
    )


def _table(sheet: Sheet, areas: list[int]) -> Table:
    survey, words = sheet.survey, sheet.words
    columns = (
        Column(words.text("atlas.column.province"), is_head=True, numeric=False),
        *sheet.direct_columns(),
        *sheet.model_columns(),
        Column(words.text("atlas.column.p_level", alert_at=f"{survey.result.settings.alert_at:g}")),
        Column(words.text("atlas.column.rank", level=words.level(survey.result.settings.interval))),
    )
    rows = [_row(sheet, area) for area in areas]
    rows.append(_row(sheet, int(survey.of_level("nation")[0]), is_total=True))
    notes = (words.text("atlas.ranks_note"), sheet.against_text())
    title = words.text("atlas.provinces.table")
    return Table(PROVINCES, title, columns, tuple(rows), notes, sheet=words.text("atlas.provinces.sheet"))


def _row(sheet: Sheet, area: int, *, is_total: bool = False) -> Row:
    survey = sheet.survey
    # The root of the tree is the sum of its counties, which is not the nation as published.
    total = sheet.words.text("atlas.provinces.total", counties=len(survey.of_level("county")))
    cells = (
        Text(total if is_total else sheet.name(area), strong=is_total),
        *sheet.direct_cells(area),
        *sheet.model_cells(area),
        chance(float(survey.column("p_above_alert")[area]), sheet.words),
        rank(survey.rank(area)),
    )
    return Row(cells, anchor=row_anchor(survey.areas[area].code), is_total=is_total)
