"""Frozen results of the engine: plain arrays over areas and order groups."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tianping.terms import ORDER_GROUPS, AreaTree, Period

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: What a row of estimates is about: the value at `as_of`, or the mean over the window that ends there.
ESTIMANDS = ("now", "window")


@dataclass(frozen=True)
class Estimates:
    """Estimates of every area; arrays have shape (estimands, areas, order groups) unless said otherwise.

    Axes follow `ESTIMANDS`, the tree's areas and `ORDER_GROUPS`. Log SRB is the natural logarithm of boys
    per girl; SRB in boys per 100 girls is 100·exp of it.

    Attributes:
        n_boys: births of boys in the window that ends at `as_of`, shape (areas, order groups).
        n_girls: likewise for girls.
        log_mean: posterior mean of log SRB.
        log_sd: posterior standard deviation of log SRB.
        log_lower: lower end of the equal-tailed interval.
        log_upper: upper end.
        p_above_normal: P(SRB > upper end of the normal band).
        p_above_alert: P(SRB > alert_at).
        p_difference: P(log SRB_area − log SRB_rest_of_parent > log margin); NaN where there is no rest.
        p_changed: probability that a step that began within the data is on at `as_of`, shape (areas,); NaN where
            none is modelled (above the leaves, and with one period).
        changed_at: index into the periods of that step's likeliest first period, however unlikely the step,
            shape (areas,); −1 where none is modelled.
        min_detectable_srb: smallest SRB that the window's births would show (one-sided 5 %, power 80 %,
            against the reference), shape (areas, order groups); NaN without births.
    """

    n_boys: IntArray
    n_girls: IntArray
    log_mean: FloatArray
    log_sd: FloatArray
    log_lower: FloatArray
    log_upper: FloatArray
    p_above_normal: FloatArray
    p_above_alert: FloatArray
    p_difference: FloatArray
    p_changed: FloatArray
    changed_at: IntArray
    min_detectable_srb: FloatArray

    def column(self, name: str, order_group: str, estimand: str = "now") -> FloatArray:
        """Give one attribute for one order group (and estimand), shape (areas,)."""
        values = getattr(self, name)
        group = ORDER_GROUPS.index(order_group)
        column: FloatArray = values[ESTIMANDS.index(estimand), :, group] if values.ndim == 3 else values[:, group]
        return column


@dataclass(frozen=True)
class History:
    """The course of log SRB over the periods, shape (areas, order groups, periods).

    Attributes:
        kind: `filtered` (each period by data up to it) or `smoothed` (by all data).
        periods: the periods of the last axis.
        log_mean: posterior means of log SRB.
        log_lower: lower ends of the intervals.
        log_upper: upper ends.
    """

    kind: str
    periods: tuple[Period, ...]
    log_mean: FloatArray
    log_lower: FloatArray
    log_upper: FloatArray


@dataclass(frozen=True)
class Signal:
    """One area and order group that meets a criterion at `as_of`.

    Attributes:
        area: position in the tree.
        order_group: order group asked about.
        criterion: `level` or `difference`.
        tier: `watch`, `alert`, `strong` (they nest, the highest is named) or `guaranteed`.
        p: posterior probability of the criterion; NaN for `guaranteed`.
        expected_false_share: expected share of false ones among the list of that tier or higher; NaN for
            `guaranteed`.
        e_value: current e-value for `guaranteed`, else NaN.
    """

    area: int
    order_group: str
    criterion: str
    tier: str
    p: float
    expected_false_share: float
    e_value: float


@dataclass(frozen=True)
class Ranking:
    """Ranks of the areas of one level and order group; rank 1 is the highest SRB; arrays over `areas`.

    Attributes:
        level: level name.
        order_group: order group.
        areas: positions in the tree.
        expected_rank: mean rank over joint posterior draws.
        rank_lower: lower end of the rank interval.
        rank_upper: upper end.
        p_worst_decile: probability of being among the ceil(n/10) highest.
        group: `high`, `low` or `indistinguishable`.
        rankability: share of the spread between areas that is real, 0–1.
    """

    level: str
    order_group: str
    areas: IntArray
    expected_rank: FloatArray
    rank_lower: IntArray
    rank_upper: IntArray
    p_worst_decile: FloatArray
    group: tuple[str, ...]
    rankability: float


@dataclass(frozen=True)
class MissingBirths:
    """Missing female births of every area for one span, with one common draw of the reference.

    Attributes:
        period: the calendar year, or the span of a cumulative row, as text (`2024`, `2024-01..2025-06`).
        method: `boys_fixed` (boys/R0 − girls, Sen) or `total_fixed`.
        missing: point, shape (areas,); negative when more girls were born than expected.
        lower: lower ends.
        upper: upper ends.
    """

    period: str
    method: str
    missing: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Diagnostics:
    """How the run came about.

    Attributes:
        hyper: estimated scales of the model by name (log-SRB units unless the name says otherwise).
        n_leaves: areas that count for themselves, those without births included.
        n_births: births used.
        overdispersion: intra-class correlation of births in a cell.
        seconds: CPU seconds by stage.
        notes: names of assumptions or fall-backs taken (`scales_integrated` or `scales_at_mode`).
    """

    hyper: dict[str, float]
    n_leaves: int
    n_births: int
    overdispersion: float
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One run of the engine at one `as_of`.

    Attributes:
        tree: the areas.
        as_of: month (or year) of birth that the run is about.
        window: number of periods in the window.
        estimates: see `Estimates`.
        signals: signals at this `as_of`, all levels; tier `strong` is only known to who holds earlier runs.
        rankings: one per level and order group.
        missing: missing female births.
        diagnostics: how the run came about.
    """

    tree: AreaTree
    as_of: Period
    window: int
    estimates: Estimates
    signals: tuple[Signal, ...]
    rankings: tuple[Ranking, ...]
    missing: tuple[MissingBirths, ...]
    diagnostics: Diagnostics

    @property
    def window_months(self) -> int:
        """Number of months in the window."""
        return self.window * (1 if self.as_of.is_month else 12)
