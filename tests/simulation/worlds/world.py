"""What a simulated world is: a plan with planted truth, and the births and tables drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from simulation.worlds.tree import Tree

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ORDERS = ("1", "2", "3+")
ORDER_GROUPS = {"1": (0,), "2": (1,), "3+": (2,), "2+": (1, 2), "all": (0, 1, 2)}
#: Months of births whose order mix weighs the truth.
WINDOW_MONTHS = 24
#: Second word of the seed for what happens to births after they are born.
_HANDED_IN = 1
#: Share of boys that invented reports aim at.
_INVENTED_SHARE = 1.06 / 2.06


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before a birth is drawn; arrays over leaves, periods and three birth orders.

    Attributes:
        tree: the areas.
        expected: expected births; 0 where an area does not exist.
        log_srb: true log of boys per girl.
        first_year: calendar year of the first period.
        yearly: whether periods are years; else months that begin in January.
        ordered: whether births carry their order at all.
        share_unknown_order: share of births whose order is not known.
        share_paired: share of births that come in pairs of one sex, counted as two.
        volume_spread: standard deviation of the log of each cell's own expected births.
        changed: first period of the step that is on, -1 where none, shape (leaves, periods).
        log_srb_without_step: what `log_srb` would be if no step had come.
        fabricated: leaves that report boys and girls smoothed to a normal ratio, shape (leaves,).
        troubled: leaves that report otherwise than honestly and in time, fabricated or not, shape (leaves,).
        missing: cells whose births are never handed in, shape (leaves, periods).
        late: probability of being reported 0, 1, 2, … periods late, by sex (boys, girls); empty when all are in time.
    """

    tree: Tree
    expected: FloatArray
    log_srb: FloatArray
    first_year: int = 2019
    yearly: bool = False
    ordered: bool = True
    share_unknown_order: float = 0.0
    share_paired: float = 0.0
    volume_spread: float = 0.0
    changed: IntArray | None = None
    log_srb_without_step: FloatArray | None = None
    fabricated: BoolArray | None = None
    troubled: BoolArray | None = None
    missing: BoolArray | None = None
    late: tuple[tuple[float, ...], tuple[float, ...]] | None = None

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return int(self.expected.shape[1])

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """Names of the periods."""
        return tuple(self.period(k) for k in range(self.n_periods))

    def period(self, k: int) -> str:
        """Give the name of a period, also beyond the last."""
        if self.yearly:
            return f"{self.first_year + k:04d}"
        return f"{self.first_year + k // 12:04d}-{k % 12 + 1:02d}"


@dataclass(frozen=True)
class World:
    """A plan and the births that one seed gives it.

    Attributes:
        name: name of the world.
        seed: seed of plan and births.
        plan: what was planted.
        boys: boys born, shape (leaves, periods, orders).
        girls: girls born, same shape.
    """

    name: str
    seed: int
    plan: Plan
    boys: IntArray
    girls: IntArray

    @cached_property
    def areas(self) -> pa.Table:
        """The areas file: `area_code, name, level, parent_code`."""
        tree = self.plan.tree
        return pa.table(
            {
                "area_code": list(tree.codes),
                "name": [f"{level} {code}" for level, code in zip(tree.levels, tree.codes, strict=True)],
                "level": list(tree.levels),
                "parent_code": [tree.codes[p] if p >= 0 else "" for p in tree.parent],
            }
        )

    @cached_property
    def births(self) -> pa.Table:
        """The births file: one row per leaf, period and order with births, as handed in."""
        rng = np.random.default_rng([self.seed, _HANDED_IN])
        boys, girls = _reported(self.boys, self.girls, self.plan, rng)
        if self.plan.ordered:
            hidden = [rng.binomial(part, self.plan.share_unknown_order) for part in (boys, girls)]
            known = _cells(boys - hidden[0], girls - hidden[1])
        else:
            hidden, known = [boys, girls], {}
        unknown = _cells(*(part.sum(axis=2, keepdims=True) for part in hidden), order=len(ORDERS))
        rows = {name: np.concatenate([known[name], unknown[name]]) if known else unknown[name] for name in unknown}
        if self.plan.late is not None:
            rows = _delayed(rng, rows, self.plan.late)
        return self._written(rows)

    @cached_property
    def truth(self) -> pa.Table:
        """The truth file: `area_code, period, order_group, srb, fabricated, changed_period`.

        An inner area's log SRB is the mean over the leaves below it, a group's the mean over its orders, weighted
        by the births expected in the 24 months to that period. Areas that do not exist at a period have no row.
        """
        log_srb = true_log_srb(self.plan)
        groups = list(ORDER_GROUPS) if self.plan.ordered else ["all"]
        kept = log_srb[..., [list(ORDER_GROUPS).index(group) for group in groups]]
        area, period, group = np.nonzero(~np.isnan(kept))
        plan = self.plan
        fabricated = np.zeros(len(plan.tree.codes), dtype=np.int64)
        changed = np.full(kept.shape[:2], -1)
        if plan.fabricated is not None:
            fabricated[plan.tree.leaves] = plan.fabricated
        if plan.changed is not None:
            changed[plan.tree.leaves] = plan.changed
        names = np.array([*plan.periods, ""])
        return pa.table(
            {
                "area_code": np.array(plan.tree.codes)[area],
                "period": names[period],
                "order_group": np.array(groups)[group],
                "srb": np.round(100 * np.exp(kept[area, period, group]), 6),
                "fabricated": fabricated[area],
                "changed_period": names[changed[area, period]],
            }
        )

    def write(self, folder: Path) -> None:
        """Write births.csv, areas.csv and truth.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("births", "areas", "truth"):
            pacsv.write_csv(getattr(self, name), folder / f"{name}.csv")

    def _written(self, rows: dict[str, IntArray]) -> pa.Table:
        plan = self.plan
        n_names = plan.n_periods + (len(plan.late[0]) if plan.late else 0)
        names = np.array([plan.period(k) for k in range(n_names)])
        columns = {
            "area_code": np.array(plan.tree.codes)[plan.tree.leaves][rows["leaf"]],
            "period": names[rows["period"]],
            "boys": rows["boys"],
            "girls": rows["girls"],
        }
        if plan.ordered:
            columns["birth_order"] = np.array([*ORDERS, "unknown"])[rows["order"]]
        if plan.late is not None:
            columns["reported_period"] = names[rows["period"] + rows["delay"]]
        return pa.table(columns)


def _reported(boys: IntArray, girls: IntArray, plan: Plan, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    boys, girls = boys.copy(), girls.copy()
    if plan.fabricated is not None:
        rows = np.flatnonzero(plan.fabricated)
        total = boys[rows] + girls[rows]
        smooth = np.floor(total * _INVENTED_SHARE + rng.random(total.shape)).astype(np.int64)
        boys[rows] = np.minimum(smooth, total)
        girls[rows] = total - boys[rows]
    if plan.missing is not None:
        boys[plan.missing], girls[plan.missing] = 0, 0
    return boys, girls


def draw(name: str, seed: int, plan: Plan, rng: np.random.Generator) -> World:
    """Draw the births of a plan."""
    volume = plan.expected * np.exp(plan.volume_spread * rng.standard_normal(plan.expected.shape))
    p = 1 / (1 + np.exp(-plan.log_srb))
    single = rng.poisson(volume * (1 - plan.share_paired))
    boys = rng.binomial(single, p)
    girls = single - boys
    if plan.share_paired:
        pairs = rng.poisson(volume * plan.share_paired / 2)
        of_boys = rng.binomial(pairs, p)
        boys, girls = boys + 2 * of_boys, girls + 2 * (pairs - of_boys)
    return World(name, seed, plan, boys, girls)


def expected_in_window(plan: Plan) -> FloatArray:
    """Give the births expected in the 24 months to each period, by leaf, period and order; 0 once a leaf is gone."""
    span = max(1, WINDOW_MONTHS // 12) if plan.yearly else WINDOW_MONTHS
    running = np.cumsum(plan.expected, axis=1)
    weight = running.copy()
    weight[:, span:] -= running[:, :-span]
    return np.where(np.maximum.accumulate(plan.expected[:, ::-1] > 0, axis=1)[:, ::-1], weight, 0.0)


def true_log_srb(plan: Plan) -> FloatArray:
    """Give the true log SRB of every area, shape (areas, periods, order groups); NaN where an area does not exist."""
    weight = expected_in_window(plan)
    total = plan.tree.sum_up(weight)
    value = plan.tree.sum_up(weight * plan.log_srb)
    groups = []
    for channels in ORDER_GROUPS.values():
        births = total[..., list(channels)].sum(axis=2)
        with np.errstate(invalid="ignore", divide="ignore"):
            groups.append(np.where(births > 0, value[..., list(channels)].sum(axis=2) / births, np.nan))
    return np.stack(groups, axis=-1)


def _cells(boys: IntArray, girls: IntArray, order: int | None = None) -> dict[str, IntArray]:
    leaf, period, place = np.nonzero(boys + girls)
    return {
        "leaf": leaf,
        "period": period,
        "order": place if order is None else np.full_like(place, order),
        "boys": boys[leaf, period, place],
        "girls": girls[leaf, period, place],
    }


def _delayed(
    rng: np.random.Generator, rows: dict[str, IntArray], late: tuple[tuple[float, ...], tuple[float, ...]]
) -> dict[str, IntArray]:
    boys = rng.multinomial(rows["boys"], late[0])
    girls = rng.multinomial(rows["girls"], late[1])
    row, delay = np.nonzero(boys + girls)
    kept = {name: rows[name][row] for name in ("leaf", "period", "order")}
    return kept | {"delay": delay, "boys": boys[row, delay], "girls": girls[row, delay]}
