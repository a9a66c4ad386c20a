"""Births in the order in which they became known, pooled for the areas that have others below them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from tianping.srb.results import FloatArray, IntArray
from tianping.terms import AreaTree, Counts, group_channels

#: Months at the start of the registrations that are not bet on. Births from before the file's first month are not in
#: it, those registered late neither: where girls come later than boys, its first cohorts hold too few girls though
#: none is missing.
OPENING_MONTHS = 12
#: The running forecast: months after which a birth counts 1/e, and the standard deviation of log SRB between an area
#: and the one above it (at the top: and the null).
MEMORY_MONTHS, SPREAD = 36.0, 0.05


def by_registration(counts: Counts) -> Counts:
    """Lay the births out by the period in which they were registered, where that is known; nothing is corrected."""
    if counts.registered_boys is None or counts.registered_girls is None:
        return replace(counts, delays=None)
    return replace(counts, boys=counts.registered_boys, girls=counts.registered_girls, delays=None)


@dataclass(frozen=True)
class Cohorts:
    """Births by period of registration, all that lies below an area included.

    Attributes:
        areas: positions in the tree of the areas that have others below them, from the top down.
        parent: for each of them the place of its parent among them, −1 at the top.
        boys: births of boys, shape (these areas, periods, 4), last axis `ORDERS`.
        girls: likewise for girls.
        first: first period that is bet on.
        months: months in a period.
    """

    areas: IntArray
    parent: IntArray
    boys: IntArray
    girls: IntArray
    first: int
    months: int

    @classmethod
    def of(cls, counts: Counts) -> Cohorts:
        """Pool the births of a tree."""
        tree, known = counts.tree, by_registration(counts)
        above = np.flatnonzero(~tree.is_leaf)
        areas = above[np.argsort(tree.depth[above], kind="stable")]
        place = np.full(len(tree) + 1, -1)
        place[areas] = np.arange(len(areas))
        months = 1 if counts.periods[0].is_month else 12
        first = -(-OPENING_MONTHS // months) if counts.registered_boys is not None else 0
        parent = place[tree.parent[areas]]
        boys, girls = (_pooled(births, tree, place, parent) for births in (known.boys, known.girls))
        return cls(areas, parent, boys, girls, first, months)

    def of_group(self, order_group: str) -> tuple[IntArray, IntArray]:
        """Give boys and girls of an order group, shape (these areas, periods)."""
        channels = list(group_channels(order_group))
        return self.boys[..., channels].sum(2), self.girls[..., channels].sum(2)


def _pooled(births: IntArray, tree: AreaTree, place: IntArray, parent: IntArray) -> IntArray:
    """Sum the births of all areas into those that have others below them, each area's own into itself."""
    at = np.where(tree.is_leaf, place[tree.parent], place[:-1])
    own = np.flatnonzero(at >= 0)
    into = csr_matrix((np.ones(len(own), dtype=np.int64), (at[own], own)), shape=(len(parent), len(tree)))
    total = (into @ births.reshape(len(tree), -1)).reshape(len(parent), *births.shape[1:])
    for tier in _tiers(parent)[:0:-1]:
        np.add.at(total, parent[tier], total[tier])
    return total


def running_forecast(boys: IntArray, girls: IntArray, parent: IntArray, null_srb: float, months: int = 1) -> FloatArray:
    """Forecast the log SRB of each period from the births registered before it; shape (areas, periods).

    An area's share of boys is its own, older births counting less, drawn towards that of the area above by as many
    births as the spread between areas is worth. It is the engine's tree and forgetting in their simplest form, at the
    cost of one pass.

    Args:
        boys: births of boys by period of registration, shape (areas, periods).
        girls: likewise for girls.
        parent: place of each area's parent, always an earlier one; −1 at the top.
        null_srb: where the top is drawn to, boys per girl.
        months: months in a period.
    """
    expected = np.empty(boys.shape)
    keep, worth = np.exp(-months / MEMORY_MONTHS), 4.0 / SPREAD**2
    tiers = _tiers(parent)
    past_boys, past = np.zeros(len(boys)), np.zeros(len(boys))
    share = np.full(len(boys) + 1, null_srb / (1 + null_srb))
    for t in range(boys.shape[1]):
        for tier in tiers:
            share[tier] = (worth * share[parent[tier]] + past_boys[tier]) / (worth + past[tier])
        expected[:, t] = share[:-1]
        past_boys = keep * past_boys + boys[:, t]
        past = keep * past + boys[:, t] + girls[:, t]
    return np.log(expected) - np.log1p(-expected)


def _tiers(parent: IntArray) -> list[IntArray]:
    """Give the areas by their depth, from the top down."""
    depth = np.zeros(len(parent), dtype=np.int64)
    for at in range(len(parent)):
        depth[at] = depth[parent[at]] + 1 if parent[at] >= 0 else 0
    return [np.flatnonzero(depth == d) for d in range(int(depth.max(initial=-1)) + 1)]
