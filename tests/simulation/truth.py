"""What is true of a world on its axes: areas, periods, order groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation import worlds
from simulation.worlds import World

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

GROUPS = tuple(worlds.ORDER_GROUPS)
PLACES = ("lowest", "above")


@dataclass(frozen=True)
class Truth:
    """The truth of a world; areas whose reports are invented have none, nor have areas that do not exist.

    Attributes:
        log_srb: log SRB, shape (areas, periods, order groups); NaN where there is none.
        difference: log SRB minus that of the rest of the parent at the last period, shape (areas, order groups).
        place: which areas are of the lowest level and which above it, by `PLACES`, each of shape (areas,).
        stepped: areas that a step ever reached, shape (areas,).
        is_on: areas and periods where one is on, shape (areas, periods).
        fabricated: reporters that invent their counts, shape (areas,).
        honest: reporters that report all births in time and as they were, shape (areas,).
        groups: order groups that births are told by.
        asked: the order group that signals are about: 2+, or all where no order is told.
    """

    log_srb: FloatArray
    difference: FloatArray
    place: dict[str, BoolArray]
    stepped: BoolArray
    is_on: BoolArray
    fabricated: BoolArray
    honest: BoolArray
    groups: tuple[str, ...]
    asked: str

    def now(self, group: str) -> FloatArray:
        """Give the log SRB of the last period, shape (areas,)."""
        return self.log_srb[:, -1, GROUPS.index(group)]


def truth_of(world: World) -> Truth:
    """Lay out the truth of a world."""
    plan = world.plan
    tree, groups = plan.tree, GROUPS if plan.ordered else ("all",)
    log_srb = worlds.true_log_srb(plan)
    difference = _from_rest(log_srb[:, -1], _births(world), tree.parent)
    untold = [position for position, group in enumerate(GROUPS) if group not in groups]
    fabricated, troubled = (_of_leaves(world, values, (), kind=bool) for values in (plan.fabricated, plan.troubled))
    honest = ~troubled
    honest[np.setdiff1d(np.arange(len(honest)), tree.leaves)] = False
    for values in (log_srb, difference):
        values[..., untold] = np.nan
        values[fabricated] = np.nan
    is_on = _of_leaves(world, None if plan.changed is None else plan.changed >= 0, (plan.n_periods,), kind=bool)
    lowest = np.array(tree.levels) == tree.levels[-1]
    return Truth(
        log_srb=log_srb,
        difference=difference,
        place={"lowest": lowest, "above": ~lowest},
        stepped=is_on.any(axis=1),
        is_on=is_on,
        fabricated=fabricated,
        honest=honest,
        groups=groups,
        asked="2+" if plan.ordered else "all",
    )


def _births(world: World) -> FloatArray:
    """Give the births expected in the last 24 months, shape (areas, order groups)."""
    of_leaves = worlds.expected_in_window(world.plan)[:, -1]
    by_order = world.plan.tree.sum_up(of_leaves)
    return np.stack([by_order[:, list(orders)].sum(axis=1) for orders in worlds.ORDER_GROUPS.values()], axis=1)


def _from_rest(log_srb: FloatArray, births: FloatArray, parent: npt.NDArray[np.int64]) -> FloatArray:
    """Give log SRB minus that of the parent without the area, by expected births; NaN where there is no rest."""
    child = np.flatnonzero(parent >= 0)
    mother = parent[child]
    rest = births[mother] - births[child]
    difference = np.full(log_srb.shape, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_rest = (births[mother] * log_srb[mother] - births[child] * log_srb[child]) / rest
        difference[child] = np.where(rest > 1e-6 * births[mother], log_srb[child] - of_rest, np.nan)
    return difference


def _of_leaves(
    world: World, values: npt.NDArray[np.generic] | None, more: tuple[int, ...], kind: type
) -> npt.NDArray[np.bool_]:
    tree = world.plan.tree
    spread = np.zeros((len(tree.codes), *more), dtype=kind)
    if values is not None:
        spread[tree.leaves] = values
    return spread
