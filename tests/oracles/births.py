"""A slow and obvious twin of the births reader: plain dictionaries and loops, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.terms import ORDERS, AreaTree, Period

GROUPS = {"1": 0, "2": 1, "3": 2, "4": 2, "3+": 2, "": 3}


@dataclass(frozen=True)
class Row:
    """One row of a long table, as written."""

    area: str
    period: str
    order: str
    sex: str
    count: str
    reported: str = ""
    source: str = ""

    @property
    def has_count(self) -> bool:
        return self.count.isdigit()


Cell = tuple[str, str, int, str, str, str]


def cells_of(rows: Sequence[Row], tree: AreaTree) -> dict[Cell, int]:
    """Births by area, period, order group, sex, reported period and source."""
    good = [row for row in rows if row.area in tree.positions]
    halves = {(row.area, row.period, row.order) for row in good if not row.has_count and row.sex != "U"}
    good = [row for row in good if row.has_count]
    good = [row for row in good if row.sex == "U" or (row.area, row.period, row.order) not in halves]
    once: dict[tuple[str, ...], int] = {}
    for row in good:
        once.setdefault((row.area, row.period, row.reported, row.order, row.sex, row.source), int(row.count))
    told = {(area, period, source) for area, period, _, _, _, source in once}
    cells: defaultdict[Cell, int] = defaultdict(int)
    for (area, period, reported, order, sex, source), births in once.items():
        if not any((below, period, source) in told for below in below_of(area, tree)):
            cells[area, period, GROUPS[order], sex, reported, source] += births
    return dict(cells)


def below_of(area: str, tree: AreaTree) -> list[str]:
    at = tree.positions[area]
    return [tree.codes[other] for other in range(len(tree)) if at in tree.ancestors(other)]


def counts_of(
    cells: dict[Cell, int], tree: AreaTree, first: Period, last: Period, known_on: Period | None
) -> dict[str, npt.NDArray[np.int64]]:
    """Births of boys and girls by area, period and order; a cell's period is its own or the reported one."""
    chosen = chosen_sources(cells)
    n = last.ordinal - first.ordinal + 1
    names = ("M", "F", "registered M", "registered F")
    arrays = {name: np.zeros((len(tree), n, len(ORDERS)), dtype=np.int64) for name in names}
    for (area, period, order, sex, reported, source), births in cells.items():
        known = Period.parse(reported or period)
        is_used = Period.parse(period) <= last and (known_on is None or known <= known_on)
        if sex == "U" or not is_used or chosen[area, period] != source:
            continue
        arrays[sex][tree.positions[area], Period.parse(period).ordinal - first.ordinal, order] += births
        if known <= last:
            arrays[f"registered {sex}"][tree.positions[area], known.ordinal - first.ordinal, order] += births
    return arrays


def births_reported_later(cells: dict[Cell, int], last: Period, known_on: Period | None) -> int:
    """Births up to `last` that were not known yet, unknown sexes included."""
    chosen = chosen_sources(cells)
    return sum(
        births
        for (area, period, _, _, reported, source), births in cells.items()
        if chosen[area, period] == source and Period.parse(period) <= last
        if known_on is not None and Period.parse(reported or period) > known_on
    )


def chosen_sources(cells: dict[Cell, int]) -> dict[tuple[str, str], str]:
    """For each area and period the source that has the most births in the whole table, by name among equals."""
    total: defaultdict[str, int] = defaultdict(int)
    telling: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for (area, period, _, _, _, source), births in cells.items():
        total[source] += births
        telling[area, period].add(source)
    return {place: min(sources, key=lambda source: (-total[source], source)) for place, sources in telling.items()}


def changes(before: dict[Cell, int], after: dict[Cell, int]) -> list[tuple[str, str, int, str, int, int]]:
    """Cells (reported periods and sources summed over) whose births differ, with both numbers."""
    sums: list[defaultdict[tuple[str, str, int, str], int]] = []
    for cells in (before, after):
        sums.append(defaultdict(int))
        for (area, period, order, sex, _, _), births in cells.items():
            sums[-1][area, period, order, sex] += births
    keys: Iterable[tuple[str, str, int, str]] = sorted(set(sums[0]) | set(sums[1]))
    return [(*key, sums[0][key], sums[1][key]) for key in keys if sums[0][key] != sums[1][key]]
