"""Simple methods on the same births, laid out as a run's tables so that the same scoring applies.

They answer for one order group at one period: births of order two and higher, or all births where order is not told.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from simulation.worlds import World

FloatArray = npt.NDArray[np.float64]

WINDOW_MONTHS = 24
REFERENCE = 106.3
ALERT_AT = 115.0
METHODS = ("raw", "funnel", "binomial")


def known_counts(world: World, as_of: int, order_group: str) -> tuple[FloatArray, FloatArray]:
    """Give boys and girls of every area in the window that ends at period `as_of`, as known then."""
    births, plan = world.births, world.plan
    periods = list(plan.periods)
    span = WINDOW_MONTHS // 12 if plan.yearly else WINDOW_MONTHS
    table = births.to_pandas()
    kept = table.period.isin(periods[max(0, as_of + 1 - span) : as_of + 1])
    if "reported_period" in table:
        kept &= table.reported_period <= periods[as_of]
    if order_group == "2+":
        kept &= table.birth_order.isin(["2", "3+"])
    sums = table[kept].groupby("area_code")[["boys", "girls"]].sum()
    tree = plan.tree
    codes = [tree.codes[leaf] for leaf in tree.leaves]
    leaves = sums.reindex(codes, fill_value=0).to_numpy(dtype=np.float64)
    total = tree.sum_up(leaves)
    return total[:, 0], total[:, 1]


def tables(world: World, as_of: int, order_group: str, method: str) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Give estimates, signals and ranking of one method.

    raw: the ratio of the window, flagged above 115. funnel: z against 106.3, flagged above 3. binomial: exact one-sided
    test against 115, flagged by Benjamini-Hochberg at 10 % within each level. All rank by what they flag by.
    """
    boys, girls = known_counts(world, as_of, order_group)
    log_srb = np.log((boys + 0.5) / (girls + 0.5))
    half = stats.norm.ppf(0.95) * np.sqrt(1 / (boys + 0.5) + 1 / (girls + 0.5))
    levels = np.array(world.plan.tree.levels)
    score, flagged = _RULES[method](boys, girls, levels)
    period = world.plan.periods[as_of]
    estimates = _estimates(world, period, order_group, boys, girls, log_srb, half, score)
    place = np.flatnonzero(flagged)
    codes = np.array(world.plan.tree.codes)
    signals = pa.table(
        {
            "area_code": codes[place],
            "level": levels[place],
            "order_group": [order_group] * len(place),
            "as_of": [period] * len(place),
            "criterion": ["level"] * len(place),
            "tier": ["alert"] * len(place),
        }
    )
    ranking = estimates.select(["area_code", "level", "order_group", "as_of"]).append_column(
        "p_worst_decile", pa.array(score)
    )
    return estimates, signals, ranking


def _estimates(
    world: World,
    period: str,
    order_group: str,
    boys: FloatArray,
    girls: FloatArray,
    log_srb: FloatArray,
    half: FloatArray,
    score: FloatArray,
) -> pa.Table:
    n = len(log_srb)
    empty = np.full(n, np.nan)
    return pa.table(
        {
            "area_code": list(world.plan.tree.codes),
            "level": list(world.plan.tree.levels),
            "order_group": [order_group] * n,
            "as_of": [period] * n,
            "estimand": ["now"] * n,
            "window_months": [WINDOW_MONTHS] * n,
            "interval": [0.9] * n,
            "n_boys": boys,
            "n_girls": girls,
            "srb": 100 * np.exp(log_srb),
            "srb_lower": 100 * np.exp(log_srb - half),
            "srb_upper": 100 * np.exp(log_srb + half),
            "p_above_normal": empty,
            "p_above_alert": score,
            "p_difference": empty,
            "p_changed": empty,
        }
    )


def _ranks(values: FloatArray) -> FloatArray:
    """Give each value's rank as a score between 0 and 1: only the order is meant."""
    return stats.rankdata(values, method="average") / (len(values) + 1)


def _raw(boys: FloatArray, girls: FloatArray, levels: npt.NDArray[np.str_]) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    srb = 100 * (boys + 0.5) / (girls + 0.5)
    return _ranks(srb), srb > ALERT_AT


def _funnel(
    boys: FloatArray, girls: FloatArray, levels: npt.NDArray[np.str_]
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    p = REFERENCE / (100 + REFERENCE)
    n = np.maximum(boys + girls, 1)
    z = (boys - n * p) / np.sqrt(n * p * (1 - p))
    return _ranks(z), z > 3


def _binomial(
    boys: FloatArray, girls: FloatArray, levels: npt.NDArray[np.str_]
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    p = stats.binom.sf(boys - 1, boys + girls, ALERT_AT / (100 + ALERT_AT))
    flagged = np.zeros(len(p), dtype=bool)
    for level in np.unique(levels):
        members = np.flatnonzero(levels == level)
        flagged[members] = stats.false_discovery_control(p[members]) <= 0.10
    return _ranks(-p), flagged


_Rule = Callable[[FloatArray, FloatArray, npt.NDArray[np.str_]], tuple[FloatArray, npt.NDArray[np.bool_]]]
_RULES: dict[str, _Rule] = {"raw": _raw, "funnel": _funnel, "binomial": _binomial}
