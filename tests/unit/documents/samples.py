"""Small documents and charts with every kind of content, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tianping.documents.cells import Absence, Empty, Number, NumberRange, NumberStyle, Paragraph, Text, sentence
from tianping.documents.charts import (
    AreaEstimate,
    Benchmarks,
    Caterpillar,
    Choropleth,
    Funnel,
    FunnelPoint,
    Head,
    MissingSplit,
    NowcastCourse,
    NowcastPeriod,
    OrderGradient,
    OrderSeries,
    Sparkline,
    SplitPiece,
    Standing,
    Strip,
    StripPoint,
    TileGroup,
    TileMap,
    Trend,
    TrendPoint,
    draw_caterpillar,
    draw_choropleth,
    draw_funnel,
    draw_missing_split,
    draw_nowcast,
    draw_order_gradient,
    draw_sparkline,
    draw_strip,
    draw_tile_map,
    draw_trend,
    read_boundaries,
)
from tianping.documents.content import (
    Callout,
    CalloutKind,
    Chart,
    Column,
    DefinitionList,
    Document,
    Figure,
    Footnote,
    ItemList,
    KeyFigure,
    KeyFigures,
    Row,
    Section,
    Table,
)
from tianping.terms import Interval

DATA = Path(__file__).parent / "data"
TEXTS: dict[str, Any] = yaml.safe_load((DATA / "texts.yaml").read_text(encoding="utf-8"))
HOSTILE: list[str] = TEXTS["hostile"]
LANGUAGES = ("zh_Hans", "en")


def estimate(code: str, name: str, srb: float | None, standing: Standing, **more: str) -> AreaEstimate:
    """An area whose interval reaches four per cent to either side."""
    interval = None if srb is None else Interval(srb * 0.96, srb * 1.04, 0.9)
    return AreaEstimate(code, name, srb, interval, standing, **more)


def areas(names: list[str]) -> tuple[AreaEstimate, ...]:
    """One area of each standing and on each side, named in turn."""
    kinds = (
        (122.0, Standing.TOLD_APART),
        (97.0, Standing.TOLD_APART),
        (112.0, Standing.INDISTINGUISHABLE),
        (105.0, Standing.TOLD_APART),
        (None, Standing.NO_DATA),
        (109.0, Standing.SUPPRESSED),
    )
    named = zip(kinds, (names * len(kinds))[: len(kinds)], strict=True)
    return tuple(estimate(f"a{n}", name, srb, standing) for n, ((srb, standing), name) in enumerate(named))


def head(key: str, language: str) -> Head:
    return Head(key, language, TEXTS[language]["title"])


def funnel(language: str, names: list[str]) -> Chart:
    counts = ((616, 505), (271, 225), (400, 230), (183, 270), (0, 3), (0, 0))
    named = zip(counts, (names * len(counts))[: len(counts)], strict=True)
    points = tuple(FunnelPoint(f"a{n}", name, *count) for n, (count, name) in enumerate(named))
    return draw_funnel(Funnel(head("funnel", language), points, overdispersion=0.001))


def caterpillar(language: str, names: list[str]) -> Chart:
    return draw_caterpillar(Caterpillar(head("caterpillar", language), areas(names)))


def dense_caterpillar(language: str, names: list[str]) -> Chart:
    standings = (Standing.INDISTINGUISHABLE, Standing.TOLD_APART, Standing.TOLD_APART)
    many = tuple(estimate(f"a{n}", names[n % len(names)], 95.0 + n / 4, standings[n % 3]) for n in range(120))
    return draw_caterpillar(Caterpillar(head("dense", language), many, by_value=True))


def trend(language: str, _names: list[str]) -> Chart:
    points = tuple(
        TrendPoint(
            f"{2023 + n // 12}-{n % 12 + 1:02d}",
            births=100 + n,
            observed=None if n == 3 else 90.0 + 15 * (n % 9),
            filtered=110.0 + n,
            filtered_interval=Interval(104.0 + n, 116.0 + n, 0.9),
            smoothed=None if n in (5, 6) else 111.0 + n,
            smoothed_interval=None if n in (5, 6) else Interval(107.0 + n, 115.0 + n, 0.9),
        )
        for n in range(18)
    )
    return draw_trend(Trend(head("trend", language), points, changed_period="2024-02"))


def order_gradient(language: str, names: list[str]) -> Chart:
    series = tuple(
        OrderSeries(
            name,
            {"1": 106.0 + n, "2": 115.0, "3+": None if n else 130.0},
            {"1": Interval(102.0, 112.0, 0.9), "2": Interval(108.0, 122.0, 0.9), "3+": None},
            {"1": Standing.INDISTINGUISHABLE},
        )
        for n, name in enumerate(names[:3])
    )
    return draw_order_gradient(OrderGradient(head("orders", language), series))


def tile_map(language: str, names: list[str]) -> Chart:
    return draw_tile_map(TileMap(head("tiles", language), areas(names)))


def grouped_tile_map(language: str, names: list[str]) -> Chart:
    groups = (TileGroup("g0", names[0], "row"), TileGroup("g1", names[-1], "row"), TileGroup("g2", names[0]))
    many = tuple(
        estimate(f"a{n}", names[n % len(names)], 95.0 + n, Standing.TOLD_APART, group=f"g{n % 3}") for n in range(50)
    )
    return draw_tile_map(TileMap(head("grouped", language), many, groups))


def choropleth(language: str, names: list[str]) -> Chart:
    boundaries = read_boundaries(DATA / "squares.geojson", "code", names[0])
    drawn = (
        estimate("W", names[0], 125.0, Standing.TOLD_APART),
        estimate("lost", names[-1], 125.0, Standing.TOLD_APART),
    )
    return draw_choropleth(Choropleth(head("map", language), drawn, boundaries))


def sparkline(language: str, _names: list[str]) -> Chart:
    return draw_sparkline(Sparkline(head("spark", language), (108.0, None, 111.5, 109.0, 117.0)))


def missing_split(language: str, names: list[str]) -> Chart:
    values = {"apparent": 120.0, "delay": 30.0, "under_registration": 110.0, "selection": -20.0}
    pieces = tuple(
        SplitPiece(
            key,
            names[n % len(names)],
            value,
            Interval(value - 40.0, value + 40.0, 0.9),
            Interval(value - 60.0, value + 90.0, 0.9) if n > 1 else None,
        )
        for n, (key, value) in enumerate(values.items())
    )
    return draw_missing_split(MissingSplit(head("split", language), pieces))


def nowcast(language: str, _names: list[str]) -> Chart:
    periods = [
        NowcastPeriod(f"2025-{n:02d}", 108.0 + n, 107.0, Interval(105.0, 109.0, 0.9), (50 + n, 50), (50.0 + n, 54.0))
        for n in range(1, 12)
    ]
    periods.append(NowcastPeriod("2025-12", None, None, None, (0, 0), (0.0, 0.0)))
    return draw_nowcast(NowcastCourse(head("nowcast", language), Benchmarks(106.3, 103.0, 107.0), tuple(periods)))


def strip(language: str, _names: list[str]) -> Chart:
    deviations = (0.4, -2.6, None, 1.2, 3.4)
    points = tuple(StripPoint(f"2025-{at:02d}", 40 + at, z) for at, z in enumerate(deviations, start=1))
    return draw_strip(Strip(head("strip", language), points))


CHARTS: dict[str, Callable[[str, list[str]], Chart]] = {
    made.__name__: made
    for made in (
        funnel,
        caterpillar,
        dense_caterpillar,
        trend,
        order_gradient,
        tile_map,
        grouped_tile_map,
        choropleth,
        sparkline,
        missing_split,
        nowcast,
        strip,
    )
}


def township_table(language: str, names: list[str], **more: Any) -> Table:
    """A table with every kind of cell."""
    words = TEXTS[language]
    columns = (
        Column(words["county"], is_head=True, numeric=False),
        Column(words["births_head"], words["births"], words["group"]),
        Column("SRB", group=words["group"]),
        Column(words["interval_head"]),
        Column("%", numeric=False),
    )
    rows = (
        Row(
            (Text(names[0]), Number(1121), Number(121.98, 1), NumberRange(108.4, 137.2, 1), Text("-")), anchor="row-one"
        ),
        Row(
            (
                Text(names[1], href="#row-one"),
                Number(1234567),
                Empty(Absence.TOO_FEW),
                Empty(Absence.SUPPRESSED),
                sparkline(language, names),
            )
        ),
        Row(
            (
                Text(names[2], strong=True),
                Number(-3, style=NumberStyle.SIGNED),
                Number(0.1234, 1, style=NumberStyle.PERCENT),
                NumberRange(-1.5, 2.0, 1),
                Empty(Absence.NOT_APPLICABLE),
            ),
            is_total=True,
        ),
    )
    return Table("townships", words["title"], columns, rows, (words["note"],), **more)


def grouped_table(language: str, names: list[str]) -> Table:
    """A folded table with two runs of rows."""
    columns = (Column("A", is_head=True, numeric=False), Column("B"))
    rows = tuple(Row((Text(name), Number(n)), group=names[n // 3]) for n, name in enumerate(names[:6]))
    return Table(
        "grouped-rows", TEXTS[language]["group"], columns, rows, folded=True, watermark=TEXTS[language]["warning"]
    )


def document(language: str, names: list[str] | None = None) -> Document:
    """A document with every kind of block; `names` stand in for the townships' names."""
    words = TEXTS[language]
    named = names or words["townships"]
    told = sentence(
        words["sentence"],
        births=Number(3290, 0, words["births"]),
        srb=Number(114.192, 1),
        interval=NumberRange(106.6, 122.3, 1),
    )
    noted = Paragraph((Text(named[0], strong=True, footnote="first"), Text(named[1], href="#townships")))
    figures = KeyFigures((KeyFigure(named[0], Number(114.2, 1), NumberRange(106.6, 122.3, 1), "95 %", named[1]),))
    townships = Section(
        "second",
        named[1],
        (township_table(language, named), Figure(caterpillar(language, named), named[2], numbers_at="townships")),
        (Section("inner", named[2], (Figure(funnel(language, named), named[3]), grouped_table(language, named))),),
    )
    return Document(
        language=language,
        title=words["title"],
        published_on=date(2025, 7, 15),
        sections=(
            Section("first", named[0], (told, noted, ItemList((told,), numbered=True))),
            townships,
            Section("last", named[3], (DefinitionList(((named[0], told),)),), is_appendix=True),
        ),
        subtitle=named[4],
        series=words["county"],
        issue="6",
        organ=words["county"],
        summary=(figures, Callout(CalloutKind.CAUTION, named[5], (told,))),
        footnotes=(Footnote("first", told),),
        method_notes=(told,),
        provenance=(("release", "sha256:0000"),),
        copies_to=named[0],
        banner=words["warning"],
    )
