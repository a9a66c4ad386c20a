"""What charts and maps of area estimates have in common: words, numbers and the colour of a mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tianping.documents.cells import Absence, Empty, Text
from tianping.documents.charts.inputs import AreaEstimate, Benchmarks, Head, Standing
from tianping.documents.charts.plot import (
    head_column,
    interval_cell,
    interval_column,
    interval_level,
    number_column,
    numbers_table,
    srb_cell,
    text_column,
)
from tianping.documents.charts.theme import ABOVE_MARK, BELOW_MARK, GREY_MARK, INK
from tianping.documents.content import Table
from tianping.documents.numbers import count_text, interval_text, srb_text
from tianping.locale import text

#: More areas than these are not named in a description; picking some would rank them.
_NAMES_TOLD = 12
#: What the colour of a mark says, in the order of the legend.
MARKS_TELL = {
    ABOVE_MARK: "told_above",
    INK: "told_within",
    GREY_MARK: "indistinguishable",
    BELOW_MARK: "told_below",
}


def what_differs(head: Head) -> str:
    """Name what areas are told apart from."""
    return head.what_differs or text("documents.standing.normal_range", head.language)


def mark_colour(area: AreaEstimate, benchmarks: Benchmarks) -> str:
    """Give the colour of an area's mark: grey unless the data tell it apart."""
    if area.standing is not Standing.TOLD_APART or area.estimate is None:
        return GREY_MARK
    if area.estimate > benchmarks.normal_upper:
        return ABOVE_MARK
    return BELOW_MARK if area.estimate < benchmarks.normal_lower else INK


def area_told(area: AreaEstimate, head: Head) -> str:
    """Tell one area in a line: name, estimate, interval, standing."""
    language = head.language
    standing = standing_text(area, head)
    if area.estimate is None or area.standing in (Standing.NO_DATA, Standing.SUPPRESSED):
        return text("documents.chart.told_standing", language, name=area.name, standing=standing)
    srb = srb_text(area.estimate, language)
    if area.interval is None:
        return text("documents.chart.told_point", language, name=area.name, srb=srb, standing=standing)
    return text(
        "documents.chart.told_interval",
        language,
        name=area.name,
        srb=srb,
        level=f"{100 * area.interval.level:g}",
        interval=interval_text(area.interval.lower, area.interval.upper, language),
        standing=standing,
    )


def standing_text(area: AreaEstimate, head: Head) -> str:
    """Say what the data can say about an area."""
    return text(f"documents.standing.{area.standing}", head.language, what=what_differs(head))


def areas_description(areas: Sequence[AreaEstimate], benchmarks: Benchmarks, head: Head) -> str:
    """Describe areas in words: how many are told apart, on which side or within, and the names of few above."""
    language = head.language
    above = [area for area in areas if mark_colour(area, benchmarks) == ABOVE_MARK]
    coloured = Counter(mark_colour(area, benchmarks) for area in areas)
    counted = Counter(area.standing for area in areas)
    told = text(
        "documents.chart.areas_description",
        language,
        areas=count_text(len(areas), language),
        above=count_text(len(above), language),
        below=count_text(coloured[BELOW_MARK], language),
        within=count_text(coloured[INK], language),
        indistinguishable=count_text(counted[Standing.INDISTINGUISHABLE], language),
        without=count_text(counted[Standing.NO_DATA] + counted[Standing.SUPPRESSED], language),
        what=what_differs(head),
    )
    if not 0 < len(above) <= _NAMES_TOLD:
        return told
    names = text("documents.chart.list_separator", language).join(
        text("documents.chart.name_and_value", language, name=area.name, value=srb_text(area.estimate or 0.0, language))
        for area in above
    )
    return told + text("documents.chart.areas_above", language, names=names)


def areas_table(areas: Sequence[AreaEstimate], head: Head) -> Table:
    """Make the table behind a chart of area estimates, in the order given."""
    language = head.language
    columns = (
        head_column("area", language),
        number_column("srb_estimate", language),
        interval_column(interval_level(area.interval for area in areas), language),
        text_column("standing", language),
    )
    rows = []
    for area in areas:
        hidden = area.standing is Standing.SUPPRESSED
        gap = Empty(Absence.SUPPRESSED)
        rows.append(
            (
                Text(area.name),
                gap if hidden else srb_cell(area.estimate),
                gap if hidden else interval_cell(area.interval),
                Text(standing_text(area, head)),
            )
        )
    return numbers_table(head, columns, rows)
