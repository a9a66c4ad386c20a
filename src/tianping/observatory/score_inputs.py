"""What scoring reads: a run's tables and a truth table, laid out as arrays over areas, times and order groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tianping.observatory.score_sheet import BoolArray, FloatArray, IntArray, Sheet
from tianping.terms import ORDER_GROUPS, Period

ESTIMANDS = ("now", "window")
KINDS = ("filtered", "smoothed")
CRITERIA = ("level", "difference")
#: Tiers that nest, lowest first; `guaranteed` stands apart.
TIERS = ("watch", "alert", "strong")

_KEYS = ("area_code", "level", "order_group", "as_of")
_NUMBERS = ("srb", "srb_lower", "srb_upper", "p_above_normal", "p_above_alert", "p_difference", "p_changed")


@dataclass(frozen=True)
class Truth:
    """A truth table as arrays over its areas, the periods from its first to its last, and order groups.

    Attributes:
        codes: area codes of the first axis.
        first: ordinal of the first period (`Period.ordinal`).
        is_month: whether periods are months.
        log_srb: log of boys per girl, shape (areas, periods, order groups); NaN where the table is silent.
        fabricated: areas whose reports are invented, shape (areas,).
        changed: ordinal of the first period of the step that is on, shape (areas, periods); −1 where none.
        knows_changes: whether the table has a column `changed_period`.
    """

    codes: tuple[str, ...]
    first: int
    is_month: bool
    log_srb: FloatArray
    fabricated: BoolArray
    changed: IntArray
    knows_changes: bool


@dataclass(frozen=True)
class Estimated:
    """A run's estimates, signals and rankings as arrays over areas, evaluations and order groups.

    Attributes:
        codes: area codes of the first axis.
        levels: level of each area.
        parent: position of each area's parent, −1 without one; None when the run does not tell.
        as_of: ordinals of the evaluations, ascending, the second axis.
        is_month: whether they are months.
        values: estimates by column name, each of shape (estimands, areas, evaluations, order groups).
        births: births in the window, shape (areas, evaluations, order groups).
        window_months: length of each evaluation's window in months; shorter where the births begin later.
        interval: probability of the intervals.
        changed: likeliest first period of a step, as ordinal, shape (areas, evaluations); −1 where none.
        tier: highest nesting tier by criterion: −1 none, else the position in `TIERS`, same shape as births.
        guaranteed: areas of the guaranteed tier, same shape.
        p_worst_decile: probability of being in the worst decile, same shape; NaN where not ranked.
    """

    codes: tuple[str, ...]
    levels: tuple[str, ...]
    parent: IntArray | None
    as_of: tuple[int, ...]
    is_month: bool
    values: Mapping[str, FloatArray]
    births: FloatArray
    window_months: tuple[int, ...]
    interval: float
    changed: IntArray
    tier: Mapping[str, IntArray]
    guaranteed: BoolArray
    p_worst_decile: FloatArray


@dataclass(frozen=True)
class Course:
    """The course of SRB in a run's history, arrays over areas, periods and order groups.

    Attributes:
        first: ordinal of the first period.
        values: `srb`, `srb_lower` and `srb_upper`, each of shape (areas, periods, order groups).
    """

    first: int
    values: Mapping[str, FloatArray]


def truth_of(sheet: Sheet) -> Truth:
    """Lay out a truth table.

    Raises:
        InputError: a column is missing, a cell is unreadable, a row stands twice, or the table is empty.
    """
    sheet.require("area_code", "period", "order_group", "srb")
    codes, area = sheet.named("area_code")
    ordinal, is_month = sheet.ordinals("period")
    group = sheet.placed("order_group", ORDER_GROUPS)
    first = int(ordinal.min())
    shape = (len(codes), int(ordinal.max()) - first + 1, len(ORDER_GROUPS))
    fabricated = np.zeros(len(codes), dtype=bool)
    if "fabricated" in sheet:
        fabricated[area[sheet.flags("fabricated")]] = True
    changed = np.full(shape[:2], -1, dtype=np.int64)
    if knows := "changed_period" in sheet:
        step, _ = sheet.ordinals("changed_period", may_be_empty=True)
        on = (step >= 0) & (step <= ordinal)
        changed[area[on], ordinal[on] - first] = step[on]
    log_srb = sheet.filled(shape, (area, ordinal - first, group), sheet.log_srb("srb"))
    return Truth(codes, first, is_month, log_srb, fabricated, changed, knows)


def estimated_of(estimates: Sheet, signals: Sheet, ranking: Sheet | None, areas: Sheet | None) -> Estimated:
    """Lay out the tables of a run.

    Raises:
        InputError: a column is missing, a cell is unreadable, or a row stands twice.
    """
    estimates.require(*_KEYS, "estimand", "window_months", "interval", "n_boys", "n_girls", *_NUMBERS)
    codes, area = estimates.named("area_code")
    ordinal, is_month = estimates.ordinals("as_of")
    as_of, time = np.unique(ordinal, return_inverse=True)
    where = (estimates.placed("estimand", ESTIMANDS), area, time, estimates.placed("order_group", ORDER_GROUPS))
    shape = (len(ESTIMANDS), len(codes), len(as_of), len(ORDER_GROUPS))
    births = np.zeros(shape[1:])
    births[where[1:]] = np.nan_to_num(estimates.numbers("n_boys") + estimates.numbers("n_girls"))
    moments = tuple(str(Period.from_ordinal(int(moment), is_month=is_month)) for moment in as_of)
    axes = _Axes(codes, moments, shape[1:])
    tier, guaranteed = _tiers(signals, axes)
    return Estimated(
        codes=codes,
        levels=_levels(estimates, area, len(codes)),
        parent=None if areas is None else _parents(areas, codes),
        as_of=tuple(int(moment) for moment in as_of),
        is_month=is_month,
        values={name: estimates.filled(shape, where, estimates.numbers(name)) for name in _NUMBERS},
        births=births,
        window_months=tuple(int(estimates.only("window_months", time == k)) for k in range(len(as_of))),
        interval=estimates.only("interval"),
        changed=_changed(estimates, area, time, shape[1:3]),
        tier=tier,
        guaranteed=guaranteed,
        p_worst_decile=np.full(axes.shape, np.nan) if ranking is None else _worst(ranking, axes),
    )


def courses_of(history: Sheet, codes: tuple[str, ...]) -> dict[str, Course]:
    """Lay out a run's history by kind; areas that the estimates do not name are refused.

    Raises:
        InputError: a column is missing, a cell is unreadable, or a row stands twice.
    """
    names = ("srb", "srb_lower", "srb_upper")
    history.require("area_code", "order_group", "period", "kind", *names)
    area = history.placed("area_code", codes)
    ordinal, _ = history.ordinals("period")
    kind = history.placed("kind", KINDS)
    first = int(ordinal.min())
    shape = (len(KINDS), len(codes), int(ordinal.max()) - first + 1, len(ORDER_GROUPS))
    where = (kind, area, ordinal - first, history.placed("order_group", ORDER_GROUPS))
    values = {name: history.filled(shape, where, history.numbers(name)) for name in names}
    return {
        KINDS[position]: Course(first, {name: array[position] for name, array in values.items()})
        for position in np.unique(kind)
    }


@dataclass(frozen=True)
class _Axes:
    codes: tuple[str, ...]
    as_of: tuple[str, ...]
    shape: tuple[int, ...]

    def places(self, sheet: Sheet) -> tuple[IntArray, IntArray, IntArray]:
        """Give each row's place: area, evaluation, order group."""
        return (
            sheet.placed("area_code", self.codes),
            sheet.placed("as_of", self.as_of),
            sheet.placed("order_group", ORDER_GROUPS),
        )


def _tiers(signals: Sheet, axes: _Axes) -> tuple[dict[str, IntArray], BoolArray]:
    signals.require(*_KEYS, "criterion", "tier", rows=False)
    tier = {criterion: np.full(axes.shape, -1, dtype=np.int64) for criterion in CRITERIA}
    guaranteed = np.zeros(axes.shape, dtype=bool)
    where = axes.places(signals)
    criterion = signals.placed("criterion", CRITERIA)
    height = signals.placed("tier", (*TIERS, "guaranteed"))
    apart = height == len(TIERS)
    guaranteed[tuple(axis[apart] for axis in where)] = True
    for position, name in enumerate(CRITERIA):
        rows = (criterion == position) & ~apart
        np.maximum.at(tier[name], tuple(axis[rows] for axis in where), height[rows])
    return tier, guaranteed


def _worst(ranking: Sheet, axes: _Axes) -> FloatArray:
    ranking.require(*_KEYS, "p_worst_decile", rows=False)
    return ranking.filled(axes.shape, axes.places(ranking), ranking.numbers("p_worst_decile"))


def _changed(estimates: Sheet, area: IntArray, time: IntArray, shape: tuple[int, ...]) -> IntArray:
    changed = np.full(shape, -1, dtype=np.int64)
    if "changed_period" in estimates:
        step, _ = estimates.ordinals("changed_period", may_be_empty=True)
        np.maximum.at(changed, (area, time), step)
    return changed


def _levels(estimates: Sheet, area: IntArray, n: int) -> tuple[str, ...]:
    names, level = estimates.named("level")
    of_area = np.zeros(n, dtype=np.int64)
    of_area[area] = level
    return tuple(names[position] for position in of_area)


def _parents(areas: Sheet, codes: tuple[str, ...]) -> IntArray:
    areas.require("area_code", "parent_code")
    parent = dict(zip(areas.texts("area_code"), areas.texts("parent_code"), strict=True))
    position = {code: i for i, code in enumerate(codes)}
    return np.array([position.get(parent.get(code, ""), -1) for code in codes], dtype=np.int64)
