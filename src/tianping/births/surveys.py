"""What only the whole table shows: gaps, silent areas, unknown orders and sexes, overlapping sources."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from tianping.births.findings import FindingLog
from tianping.births.layout import Layout
from tianping.births.table import BirthTable
from tianping.rulebook.signals import signal_rules
from tianping.terms import ORDERS, Area, Period

Booleans = npt.NDArray[np.bool_]


def survey(births: BirthTable, layout: Layout, log: FindingLog) -> None:
    """Note what the table as a whole shows."""
    if not births.n_births:
        log.add("births_all_nought", column=layout.header("boys", "girls", "count"))
    _note_unknown_orders(births, layout, log)
    _note_unknown_sexes(births, layout, log)
    _note_gaps(births, layout, log)
    if births.is_weighted:
        log.add("weighted", column=layout.header("weight"), count=len(births.cells))
    if births.births_of_overlap:
        log.add("sources_overlap", column=layout.header("source"), births=births.births_of_overlap)


def _births_where(births: BirthTable, column: str, value: object) -> float:
    return float(pc.sum(births.cells["births"].filter(pc.equal(births.cells[column], value))).as_py() or 0)


def _note_unknown_orders(births: BirthTable, layout: Layout, log: FindingLog) -> None:
    if "birth_order" not in layout.columns:
        log.add("order_absent", births=births.n_births)
        return
    unknown = _births_where(births, "birth_order", ORDERS.index("unknown"))
    if not unknown:
        return
    share = unknown / births.n_births
    limit = signal_rules(births.periods[-1].last_month).order_unknown_limit
    code = "order_unknown_above_limit" if share > limit else "order_unknown"
    column = layout.header("birth_order")
    log.add(code, column=column, births=round(unknown), share=f"{share:.1%}", limit=f"{limit:.0%}")


def _note_unknown_sexes(births: BirthTable, layout: Layout, log: FindingLog) -> None:
    unknown = _births_where(births, "sex", "unknown")
    if unknown:
        share = unknown / births.n_births
        column = layout.header("sex", "unknown_sex")
        log.add("sex_unknown", column=column, births=round(unknown), share=f"{share:.1%}")


def _note_gaps(births: BirthTable, layout: Layout, log: FindingLog) -> None:
    told = births.told
    in_file: Booleans = np.any(told, axis=0)
    column = layout.header("period", "year", "month")
    missing = [period for period, is_told in zip(births.periods, in_file, strict=True) if not is_told]
    if missing:
        log.add("period_gap", column=column, count=len(missing), first=str(missing[0]))
    telling: Booleans = np.any(told, axis=1)
    expected = _existing(births) & in_file & telling[:, None]
    untold = expected & ~told
    if untold.any():
        log.add("area_gap", column=column, count=int(untold.sum()), areas=int(untold.any(axis=1).sum()))
    silent = births.tree.is_leaf & ~_told_here_or_above(births, telling) & _existing(births).any(axis=1)
    if silent.any():
        log.add("areas_without_rows", column=layout.header("area"), count=int(silent.sum()))


def _told_here_or_above(births: BirthTable, telling: Booleans) -> Booleans:
    """Whether an area or one that contains it has cells; shape (areas,)."""
    covered = telling.copy()
    for at in np.argsort(births.tree.depth, kind="stable"):
        above = births.tree.parent[at]
        covered[at] |= above >= 0 and covered[above]
    return covered


def _existing(births: BirthTable) -> Booleans:
    """Whether each area exists in each period; shape (areas, periods)."""
    n = len(births.periods)
    existing = np.ones((len(births.tree), n), dtype=bool)
    for at, area in enumerate(births.tree.areas):
        if area.valid_from or area.valid_until:
            existing[at] = [_is_valid(area, period) for period in births.periods]
    return existing


def _is_valid(area: Area, period: Period) -> bool:
    begun = area.valid_from is None or area.valid_from.first_month <= period.last_month
    ended = area.valid_until is not None and area.valid_until.first_month <= period.first_month
    return begun and not ended
