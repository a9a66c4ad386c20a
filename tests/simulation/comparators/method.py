"""What a method is, and the births that all of them see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.worlds import World

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

#: Natural SRB that charts and funnels are centred on, and the SRB of the level criterion; boys per girl.
REFERENCE = 1.063
ALERT_AT = 1.15
#: Nominal false-discovery rate of lists that have one.
NOMINAL = 0.10


@dataclass(frozen=True)
class Known:
    """Births of one order group as known at the last period.

    Attributes:
        boys: boys by area and period; areas above hold the sum of those below.
        girls: girls, same shape.
        parent: position of each area's parent, -1 at the top, shape (areas,).
        leaves: areas with nothing below them, shape (areas,).
        levels: level of each area, shape (areas,).
        months: months that one period stands for.
    """

    boys: FloatArray
    girls: FloatArray
    parent: IntArray
    leaves: BoolArray
    levels: npt.NDArray[np.str_]
    months: int

    def window(self, times: Sequence[int], months: int | None) -> tuple[FloatArray, FloatArray]:
        """Give boys and girls of the months that end at each time (all before it for None), shape (areas, times)."""
        end = np.asarray(times) + 1
        start = np.zeros_like(end) if months is None else np.maximum(end - max(1, months // self.months), 0)
        return tuple(_sums(part, start, end) for part in (self.boys, self.girls))


@dataclass(frozen=True)
class Estimated:
    """Estimates of log SRB with 90 % intervals, shape (areas,); NaN where a method has none."""

    log_srb: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Method:
    """A method.

    Attributes:
        name: its name.
        scores: gives the scores at some times, shape (areas, times); NaN where it says nothing.
        flags: gives the areas flagged by its usual rule from the scores of one time; None when it has no rule.
        estimates: gives estimates at one time; None when it has none.
        is_still: whether it uses all births and holds ratios for constant, so that its estimate is of every period.
    """

    name: str
    scores: Callable[[Known, Sequence[int]], FloatArray]
    flags: Callable[[Known, FloatArray], BoolArray] | None = None
    estimates: Callable[[Known, int], Estimated] | None = None
    is_still: bool = False


def known(world: World, order_group: str) -> Known:
    """Count what was reported by the last period; births without an order are no part of `2+`."""
    plan = world.plan
    table = world.births.to_pandas()
    if "reported_period" in table:
        table = table[table.reported_period <= plan.periods[-1]]
    if order_group == "2+":
        table = table[table.birth_order.isin(["2", "3+"])]
    tree = plan.tree
    row = {tree.codes[leaf]: k for k, leaf in enumerate(tree.leaves)}
    column = {period: k for k, period in enumerate(plan.periods)}
    place = table.area_code.map(row).to_numpy(), table.period.map(column).to_numpy()
    total = []
    for sex in ("boys", "girls"):
        counts = np.zeros((len(row), plan.n_periods))
        np.add.at(counts, place, table[sex].to_numpy(dtype=np.float64))
        total.append(tree.sum_up(counts))
    leaves = np.zeros(len(tree.codes), dtype=bool)
    leaves[tree.leaves] = True
    return Known(*total, tree.parent, leaves, np.array(tree.levels), 12 if plan.yearly else 1)


def _sums(counts: FloatArray, start: IntArray, end: IntArray) -> FloatArray:
    running = np.concatenate([np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)], axis=1)
    return running[:, end] - running[:, start]
