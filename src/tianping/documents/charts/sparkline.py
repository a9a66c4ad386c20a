"""Sparkline: a trend the size of a word."""

from __future__ import annotations

from tianping.documents.cells import Number
from tianping.documents.charts.inputs import Sparkline
from tianping.documents.charts.plot import head_column, number_column, numbers_table, srb_cell
from tianping.documents.charts.scales import Scale, srb_scale
from tianping.documents.charts.svg import box, drawing, line_path
from tianping.documents.charts.theme import ABOVE_MARK, INK, NORMAL_BAND
from tianping.documents.content import Chart
from tianping.documents.markup import Markup, element
from tianping.documents.numbers import srb_text
from tianping.locale import text

_WIDTH, _HEIGHT = 96.0, 22.0


def draw_sparkline(sparkline: Sparkline) -> Chart:
    """Draw a word-sized trend over the normal band, with a dot on its last value."""
    language = sparkline.head.language
    known = [(position, value) for position, value in enumerate(sparkline.values) if value is not None]
    across = Scale(0.0, max(len(sparkline.values) - 1.0, 1.0), 3.0, _WIDTH - 5.0)
    upright = srb_scale((value for _, value in known), _HEIGHT - 3.0, 3.0, within=(60.0, 220.0))
    top, bottom = upright(sparkline.benchmarks.normal_upper), upright(sparkline.benchmarks.normal_lower)
    parts: list[Markup] = [box(0, top, _WIDTH, bottom - top, NORMAL_BAND)]
    run: list[tuple[float, float]] = []
    for position, value in enumerate(sparkline.values):
        if value is not None:
            run.append((across(position), upright(value)))
        if run and (value is None or position == len(sparkline.values) - 1):
            parts.append(line_path(run, INK, 1.1))
            run = []
    if known:
        position, value = known[-1]
        parts.append(element("circle", cx=across(position), cy=upright(value), r=2.2, fill=ABOVE_MARK))
        description = text(
            "documents.sparkline.description",
            language,
            first=srb_text(known[0][1], language),
            last=srb_text(known[-1][1], language),
            lowest=srb_text(min(value for _, value in known), language),
            highest=srb_text(max(value for _, value in known), language),
        )
    else:
        description = text("documents.chart.nothing_to_show", language)
    columns = (head_column("number", language), number_column("srb", language))
    rows = [(Number(position + 1), srb_cell(value)) for position, value in enumerate(sparkline.values)]
    table = numbers_table(sparkline.head, columns, rows)
    return drawing(sparkline.head, "spark", (_WIDTH, _HEIGHT), parts, description, table)
