"""Tile map: equal tiles grouped by parent area, made from the list of areas alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tianping.documents.charts.areas import area_told, areas_description, areas_table
from tianping.documents.charts.fills import Fill, Fills
from tianping.documents.charts.hatching import hatch_data, hatch_lines
from tianping.documents.charts.inputs import AreaEstimate, Standing, TileGroup, TileMap
from tianping.documents.charts.lettering import fit, is_chinese, text_width
from tianping.documents.charts.plot import legend
from tianping.documents.charts.svg import area_mark, drawing, label, links_in_tab_order
from tianping.documents.charts.theme import MUTED, RULE, SMALL_SIZE, TEXT_SIZE, WIDTH
from tianping.documents.content import Chart
from tianping.documents.markup import Markup, element, join
from tianping.documents.numbers import interval_text, srb_text
from tianping.terms import InputError

_WIDTH = WIDTH
_BLOCK_GAP = 10.0
_HEAD = 15.0
#: At most so many areas get a large tile with name, estimate and interval.
_MOST_LARGE = 40
#: At most so many get a tile that holds two characters.
_MOST_LETTERED = 600
_LARGE = (128.0, 56.0)
_LETTERED = 24.0
_SMALL = 8.0


@dataclass(frozen=True)
class _Block:
    """A group with its tiles: `columns` × `rows` cells, at (x, y)."""

    group: TileGroup
    areas: tuple[AreaEstimate, ...]
    columns: int
    x: float = 0.0
    y: float = 0.0


def draw_tile_map(tile_map: TileMap) -> Chart:
    """Draw a tile map.

    Raises:
        InputError: `tile_group_unknown` when an area names a group that is not there.
    """
    head = tile_map.head
    fills = Fills(head, tile_map.benchmarks)
    key, key_height = legend(fills.legend_items(tile_map.areas), 0, 0, _WIDTH)
    in_tab_order = links_in_tab_order(area.href for area in tile_map.areas)
    if not tile_map.groups and len(tile_map.areas) <= _MOST_LARGE:
        tiles, bottom = _large_tiles(tile_map, fills, key_height + 8, in_tab_order=in_tab_order)
    else:
        tiles, bottom = _blocks(tile_map, fills, key_height + 6, in_tab_order=in_tab_order)
    description = areas_description(tile_map.areas, tile_map.benchmarks, head)
    parts = [key, *tiles]
    return drawing(head, "tile-map", (_WIDTH, bottom), parts, description, areas_table(tile_map.areas, head))


def _large_tiles(tile_map: TileMap, fills: Fills, top: float, *, in_tab_order: bool) -> tuple[list[Markup], float]:
    """Lay out a few areas as tiles that tell name, estimate and interval."""
    width, height = _LARGE
    columns = max(1, min(int((_WIDTH + 4) // (width + 4)), len(tile_map.areas)))
    tiles = []
    for position, area in enumerate(tile_map.areas):
        row, column = divmod(position, columns)
        x, y = column * (width + 4) + 1, top + row * (height + 4)
        fill = fills.of(area)
        empty = area.estimate is None or area.standing in (Standing.NO_DATA, Standing.SUPPRESSED)
        hatched = (x, y + 26, width, height - 26) if empty else (x, y, 11.0, height)
        tile = join([_tile(x, y, width, height, fill, hatched), *_letters(area, fill, tile_map, x, y)])
        tiles.append(area_mark(tile, area_told(area, tile_map.head), area.href, in_tab_order=in_tab_order))
    rows = math.ceil(len(tile_map.areas) / columns)
    return tiles, top + rows * (height + 4)


def _letters(area: AreaEstimate, fill: Fill, tile_map: TileMap, x: float, y: float) -> list[Markup]:
    language, x = tile_map.head.language, x + (16 if fill.name.startswith("below") else 8)
    name = label(x, y + 17, fit(area.name, _LARGE[0] - 22, TEXT_SIZE), fill=fill.ink, weight="bold")
    if area.estimate is None or area.standing in (Standing.NO_DATA, Standing.SUPPRESSED):
        return [name]
    letters = [name, label(x, y + 34, srb_text(area.estimate, language), size=14, fill=fill.ink)]
    if area.interval is not None:
        told = interval_text(area.interval.lower, area.interval.upper, language)
        letters.append(label(x, y + 49, told, size=SMALL_SIZE, fill=fill.ink))
    return letters


def _blocks(tile_map: TileMap, fills: Fills, top: float, *, in_tab_order: bool) -> tuple[list[Markup], float]:
    """Lay out groups as blocks of small tiles on shelves of equal height."""
    pitch = (_LETTERED if len(tile_map.areas) <= _MOST_LETTERED else _SMALL) + 1
    shelves = [shelf for row in _rows(tile_map) for shelf in _shelves(row, pitch)]
    parts: list[Markup] = []
    y = top
    row_name = None
    for shelf in shelves:
        name = shelf[0].group.row
        if name and name != row_name:
            y += 4 if parts else 0
            parts.append(label(0, y + 11, name, size=SMALL_SIZE, fill=MUTED))
            parts.append(_rule(text_width(name, SMALL_SIZE) + 8, y + 7.5))
            y += 18
        row_name = name
        for block in shelf:
            parts.extend(_block(block, y, pitch, tile_map, fills, in_tab_order=in_tab_order))
        y += _HEAD + pitch * max(math.ceil(len(block.areas) / block.columns) for block in shelf) + _BLOCK_GAP
    return parts, y


def _rule(start: float, y: float) -> Markup:
    return element("line", x1=start, y1=y, x2=_WIDTH, y2=y, stroke=RULE, stroke_width=0.8)


def _rows(tile_map: TileMap) -> list[list[tuple[TileGroup, tuple[AreaEstimate, ...]]]]:
    """Give the groups with their areas, a list for each run of groups in the same row."""
    groups = tile_map.groups or (TileGroup("", ""),)
    members: dict[str, list[AreaEstimate]] = {group.code: [] for group in groups}
    for area in tile_map.areas:
        if area.group not in members:
            raise InputError("tile_group_unknown", area=area.name, group=area.group)
        members[area.group].append(area)
    rows: list[list[tuple[TileGroup, tuple[AreaEstimate, ...]]]] = []
    row = None
    for group in groups:
        if not members[group.code]:
            continue
        if row is None or group.row != row:
            rows.append([])
        row = group.row
        rows[-1].append((group, tuple(members[group.code])))
    return rows


def _shelves(row: Sequence[tuple[TileGroup, tuple[AreaEstimate, ...]]], pitch: float) -> list[list[_Block]]:
    """Pack blocks onto shelves with the height, in tiles, that takes the least room in all."""
    largest = max(len(areas) for _, areas in row)
    packed = [_packed(row, height, pitch) for height in range(1, math.isqrt(largest) * 2 + 2)]
    return min(packed, key=lambda shelves: _room(shelves, pitch))


def _room(shelves: Sequence[Sequence[_Block]], pitch: float) -> float:
    heights = (max(math.ceil(len(block.areas) / block.columns) for block in shelf) for shelf in shelves)
    return sum(_HEAD + pitch * height + _BLOCK_GAP for height in heights)


def _packed(row: Sequence[tuple[TileGroup, tuple[AreaEstimate, ...]]], height: int, pitch: float) -> list[list[_Block]]:
    shelves: list[list[_Block]] = [[]]
    most = int(_WIDTH // pitch)
    x = 0.0
    for group, areas in row:
        columns = min(math.ceil(len(areas) / height), most)
        width = max(columns * pitch, min(text_width(group.name, TEXT_SIZE) + 2, 8 * TEXT_SIZE))
        if shelves[-1] and x + width > _WIDTH:
            shelves.append([])
            x = 0.0
        shelves[-1].append(_Block(group, areas, columns, x))
        x += width + _BLOCK_GAP
    return shelves


def _block(
    block: _Block, y: float, pitch: float, tile_map: TileMap, fills: Fills, *, in_tab_order: bool
) -> list[Markup]:
    name = fit(block.group.name, max(block.columns * pitch, 8 * TEXT_SIZE), TEXT_SIZE)
    parts = [label(block.x, y + 11, name)]
    for position, area in enumerate(block.areas):
        row, column = divmod(position, block.columns)
        x, top = block.x + column * pitch, y + _HEAD + row * pitch
        fill = fills.of(area)
        side = pitch - 1
        if side < _LETTERED:
            tile = _tile(x, top, side, side, fill, (x, top, side, side))
        else:
            bare = _tile(x, top, side, side, fill, (x, top, side, 5.0), (x, top + side - 5.0, side, 5.0))
            tile = join([bare, _two_letters(area, fill, x + side / 2, top + side / 2 + 3.5)])
        parts.append(area_mark(tile, area_told(area, tile_map.head), area.href, in_tab_order=in_tab_order))
    return parts


def _two_letters(area: AreaEstimate, fill: Fill, x: float, y: float) -> Markup:
    written = area.short_name or (area.name[:2] if is_chinese(area.name) else "")
    told = fit(written, _LETTERED, SMALL_SIZE)
    return label(x, y, told, size=SMALL_SIZE, anchor="middle", fill=fill.ink) if told else join([])


_Box = tuple[float, float, float, float]


def _tile(x: float, y: float, width: float, height: float, fill: Fill, *hatched: _Box) -> Markup:
    """Draw a tile; `hatched` are the parts of it that carry the lines of its fill, away from its letters."""
    tile = element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        fill=fill.ground,
        stroke=fill.outline,
        stroke_width=0.5,
        class_="mark",
    )
    if fill.hatching is None:
        return tile
    hatching = fill.hatching
    return join([tile, hatch_lines(hatching, "".join(hatch_data(hatching, *part) for part in hatched))])
