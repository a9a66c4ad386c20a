"""Counts by sex and calendar year, from births tables of whatever kind of period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tianping.rulebook.registration_gap import GapRules
from tianping.terms import AreaTree, Period

if TYPE_CHECKING:
    from tianping.births import BirthTable

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_MONTHS = 12


@dataclass(frozen=True)
class YearCounts:
    """Counts of boys and girls by area and calendar year.

    Attributes:
        tree: the areas.
        years: calendar years, ascending.
        own: what areas count for themselves, shape (areas, years, 2).
        is_covered: whether an area is told in a year: itself, or everywhere below it; shape (areas, years).
        periods: the periods that make up each year.
    """

    tree: AreaTree
    years: tuple[int, ...]
    own: FloatArray
    is_covered: BoolArray
    periods: tuple[tuple[Period, ...], ...]

    @classmethod
    def of(cls, table: BirthTable, as_of: Period | None = None, known_on: Period | None = None) -> YearCounts:
        """Add up a table's births to `as_of` as known on `known_on`."""
        counts = table.counts(as_of, known_on)
        year = np.array([period.year for period in counts.periods])
        years = tuple(dict.fromkeys(year.tolist()))
        born = np.stack([counts.boys.sum(2), counts.girls.sum(2)], axis=2).astype(float)
        n_areas, n_periods = len(table.tree), len(counts.periods)
        told = np.zeros((n_areas, n_periods), dtype=bool)
        n = min(n_periods, len(table.periods))
        told[:, :n] = table.told[:, :n]
        own = np.stack([born[:, year == one].sum(1) for one in years], axis=1)
        covered = np.stack([told[:, year == one].any(1) for one in years], axis=1)
        periods = tuple(tuple(p for p in counts.periods if p.year == one) for one in years)
        return cls(table.tree, years, own, covered_up(table.tree, covered), periods)

    def is_whole(self, at: int) -> bool:
        """Whether the periods of a year make up all of it."""
        return not self.periods[at][0].is_month or len(self.periods[at]) == _MONTHS

    def pooled(self, at: int) -> FloatArray:
        """Give the counts of a year, all below included, shape (areas, 2)."""
        return self.tree.sum_up(self.own[:, at])

    def at(self, year: int) -> FloatArray:
        """Give the pooled counts of a year, NaN where an area is not covered, shape (areas, 2)."""
        if year not in self.years:
            return np.full((len(self.tree), 2), np.nan)
        at = self.years.index(year)
        return np.where(self.is_covered[:, at, None], self.pooled(at), np.nan)


def covered_up(tree: AreaTree, told: BoolArray) -> BoolArray:
    """Say which areas are told, themselves or all that lies right below them, step by step from the bottom."""
    covered = told.copy()
    inner = ~tree.is_leaf
    for depth in range(int(tree.depth.max()) - 1, -1, -1):
        here = np.flatnonzero((tree.depth == depth) & inner)
        open_below = np.zeros((len(tree), *told.shape[1:]), dtype=np.int64)
        below = np.flatnonzero(tree.depth == depth + 1)
        np.add.at(open_below, tree.parent[below], (~covered[below]).astype(np.int64))
        covered[here] |= open_below[here] == 0
    return covered


def below_county(tree: AreaTree, rules: GapRules) -> BoolArray:
    """Say which areas lie below the county: by their own level's name, or because a county lies above them."""
    counties = frozenset(rules.county_levels)
    below = np.array([area.level in rules.levels_below_county for area in tree.areas], dtype=bool)
    for at in range(len(tree)):
        below[at] |= any(tree.areas[above].level in counties for above in tree.ancestors(at))
    return below
