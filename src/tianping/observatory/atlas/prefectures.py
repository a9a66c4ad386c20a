"""Section: prefectures on a map."""

from __future__ import annotations

from tianping.documents.cells import Text
from tianping.documents.charts import Boundaries, Choropleth, TileGroup, TileMap, draw_choropleth, draw_tile_map
from tianping.documents.content import Block, Column, Row, Table
from tianping.observatory.atlas.sheet import Sheet, row_anchor
from tianping.observatory.writing import chance

PREFECTURES = "prefectures"


def prefectures(sheet: Sheet, boundaries: Boundaries | None) -> tuple[Block, ...]:
    """Draw the prefectures as tiles, or on the boundaries given, with their table."""
    words = sheet.words
    areas = [int(area) for area in sheet.survey.of_level("prefecture")]
    estimates = sheet.estimates(areas)
    head = sheet.head("tiles-prefectures", words.text("atlas.prefectures.title"))
    tiles = draw_tile_map(TileMap(head, estimates, _groups(sheet), sheet.benchmarks))
    blocks: list[Block] = [words.sentence("atlas.prefectures.opening")]
    if boundaries is not None:
        map_head = sheet.head("map-prefectures", words.text("atlas.prefectures.title"))
        chart = draw_choropleth(Choropleth(map_head, estimates, boundaries, sheet.benchmarks))
        caption = words.text("atlas.prefectures.map_caption", title=chart.title)
        blocks.append(sheet.figure(chart, caption, words.text("atlas.prefectures.map_note"), PREFECTURES))
    caption = words.text("atlas.prefectures.tile_caption", title=tiles.title)
    blocks.append(sheet.figure(tiles, caption, words.text("atlas.prefectures.tile_note"), PREFECTURES))
    return (*blocks, _table(sheet, areas))


def _groups(sheet: Sheet) -> tuple[TileGroup, ...]:
    """Give the provinces in the rows of their regions, the first digit of their codes."""
    words, survey = sheet.words, sheet.survey
    found = []
    for area in survey.of_level("province"):
        code = survey.areas[int(area)].code
        region = words.text(f"atlas.region.{code[0]}")
        found.append(
            TileGroup(code[:2], sheet.short_names.get(survey.areas[int(area)].code, sheet.name(int(area))), region)
        )
    return tuple(found)


def _table(sheet: Sheet, areas: list[int]) -> Table:
    words, survey = sheet.words, sheet.survey
    columns = (
        Column(words.text("atlas.column.code"), numeric=False),
        Column(words.text("atlas.column.prefecture"), is_head=True, numeric=False),
        *sheet.direct_columns(),
        *sheet.model_columns(),
        Column(words.text("atlas.column.p_level", alert_at=f"{survey.result.settings.alert_at:g}")),
    )
    rows = []
    for area in areas:
        code = survey.areas[area].code
        p = chance(float(survey.column("p_above_alert")[area]), words)
        cells = (Text(code), Text(sheet.name(area)), *sheet.direct_cells(area), *sheet.model_cells(area), p)
        rows.append(Row(cells, anchor=row_anchor(code), group=sheet.parent_name(area)))
    return Table(
        PREFECTURES,
        words.text("atlas.prefectures.table"),
        columns,
        tuple(rows),
        (sheet.against_text(),),
        folded=True,
        group_title=words.text("atlas.column.province"),
        sheet=words.text("atlas.prefectures.sheet"),
    )
