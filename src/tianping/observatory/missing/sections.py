"""Tables of gaps between sources and of infant mortality, for the assessment's document."""

from __future__ import annotations

import numpy as np

from tianping.documents.cells import Absence, Empty, Number, NumberRange, Text
from tianping.documents.content import Cell, Column, Row, Table
from tianping.observatory.missing.assessment import Assessment
from tianping.observatory.missing.gaps import Gaps, Mortality
from tianping.observatory.missing.years import below_county
from tianping.observatory.writing import Words


def gap_table(assessment: Assessment, gaps: Gaps, words: Words) -> Table:
    """Make the table of gaps of the county and above; nothing below it is told."""
    level = words.level(gaps.rules.interval)
    heads = ("girls_second", "girls_register", "gap")
    columns = (
        *_place_columns(words),
        *(Column(words.text(f"missing.column.{name}")) for name in heads),
        Column(level),
        Column(words.text("missing.column.verdict"), numeric=False),
    )
    rows = []
    for area in np.flatnonzero(~below_county(assessment.tree, gaps.rules)):
        for at, year in enumerate(gaps.years):
            found = gaps.found
            counts = (gaps.second[area, at, 1], gaps.register[area, at, 1])
            ends = (found.lower[area, at], found.upper[area, at])
            cells = (
                *_place(assessment, int(area), year, words),
                *(_number(value) for value in counts),
                _number(found.gap[area, at], 3),
                _range(*ends, decimals=3),
                Text(_verdict(gaps, int(area), at, words)),
            )
            rows.append(Row(cells))
    return Table("gap", words.text("missing.gap.table"), columns, tuple(rows), notes=(words.text("missing.gap.note"),))


def _verdict(gaps: Gaps, area: int, at: int, words: Words) -> str:
    decision = gaps.decisions[area][at]
    if decision.is_signal:
        return words.text("missing.gap.signal")
    return words.listed([words.text(f"rulebook.gap_held_back.{reason}") for reason in decision.held_back])


def mortality_table(assessment: Assessment, mortality: Mortality, words: Words) -> Table:
    """Make the table of infant mortality by sex of the county and above."""
    columns = (
        *_place_columns(words),
        *(Column(words.text(f"missing.column.{name}")) for name in ("boys_rate", "girls_rate", "ratio")),
        Column(words.level(mortality.rules.interval)),
    )
    rows = []
    for area, at in np.argwhere(mortality.is_asked):
        found = mortality.found
        cells = (
            *_place(assessment, int(area), mortality.years[at], words),
            *(_number(found.rates[area, at, sex], 2) for sex in (0, 1)),
            _number(found.ratio[area, at], 2),
            _range(found.lower[area, at], found.upper[area, at], decimals=2),
        )
        rows.append(Row(cells))
    note = words.text("missing.mortality.note", least=mortality.rules.least_deaths)
    return Table("mortality", words.text("missing.mortality.table"), columns, tuple(rows), notes=(note,))


def _place_columns(words: Words) -> tuple[Column, Column]:
    return (
        Column(words.text("documents.column.area"), is_head=True, numeric=False),
        Column(words.text("documents.column.period"), numeric=False),
    )


def _place(assessment: Assessment, area: int, year: int, words: Words) -> tuple[Cell, Cell]:
    return Text(words.name(assessment.tree.areas[area])), Text(str(year))


def _number(value: float, decimals: int = 0) -> Cell:
    return Number(float(value), decimals) if np.isfinite(value) else Empty(Absence.NO_DATA)


def _range(lower: float, upper: float, *, decimals: int) -> Cell:
    is_told = bool(np.isfinite([lower, upper]).all())
    return NumberRange(float(lower), float(upper), decimals) if is_told else Empty(Absence.NO_DATA)
