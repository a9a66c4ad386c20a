"""The areas of a world: a tree grown level by level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tianping.simulator.scenario import Areas
from tianping.simulator.streams import Streams
from tianping.simulator.where import EVERYWHERE
from tianping.terms import Area, AreaTree

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Homes:
    """Where each leaf belongs at a level.

    Attributes:
        areas: positions of the level's areas in the tree; empty for all areas as one.
        home: for each leaf the place among `areas`, −1 for leaves that stand above the level, shape (leaves,).
        n: number of areas; 1 for all areas as one.
    """

    areas: IntArray
    home: IntArray
    n: int


@dataclass(frozen=True)
class Forest:
    """Areas with their leaves.

    Attributes:
        tree: all areas, level by level.
        leaves: positions of the areas with births of their own, ascending; the first axis of a world's arrays.
    """

    tree: AreaTree
    leaves: IntArray

    def homes(self, level: str) -> Homes:
        """Give where the leaves belong at a level; under the empty name each leaf by itself."""
        if level == EVERYWHERE:
            return Homes(np.zeros(0, dtype=np.int64), np.zeros(len(self.leaves), dtype=np.int64), 1)
        if level == "":
            return Homes(self.leaves, np.arange(len(self.leaves)), len(self.leaves))
        areas = np.flatnonzero(self._level == self.tree.levels.index(level))
        return Homes(areas, self.place_above(self.leaves, areas), len(areas))

    def place_above(self, positions: IntArray, areas: IntArray) -> IntArray:
        """Give, for each position in the tree, the place among `areas` of the one it lies in or is; −1 for none."""
        place = np.full(len(self.tree) + 1, -1, dtype=np.int64)
        place[areas] = np.arange(len(areas))
        found, at = np.full(len(positions), -1, dtype=np.int64), positions
        while (at >= 0).any():
            found = np.maximum(found, place[at])
            at = np.where(at >= 0, self.tree.parent[at], -1)
        return found

    @cached_property
    def _level(self) -> IntArray:
        index = {level: i for i, level in enumerate(self.tree.levels)}
        return np.array([index[area.level] for area in self.tree.areas], dtype=np.int64)

    @cached_property
    def parent(self) -> IntArray:
        """Position of each leaf's parent in the tree, −1 at the top; shape (leaves,)."""
        return self.tree.parent[self.leaves]


def grow(areas: Areas, streams: Streams) -> Forest:
    """Grow the tree; codes are a letter for the level and a number."""
    grown: list[Area] = []
    parents: list[str] = []
    for depth, level in enumerate(areas.levels):
        rng = streams.of("areas", depth)
        above = np.repeat(np.arange(len(parents)), _children(len(parents), level.n, areas.unevenness, rng))
        digits = len(str(level.n))
        codes = [f"{chr(ord('A') + depth % 26)}{i:0{digits}d}" for i in range(1, level.n + 1)]
        grown += [
            Area(code, f"{level.name} {i}", level.name, parents[above[i - 1]] if parents else "")
            for i, code in enumerate(codes, start=1)
        ]
        barren = set(rng.permutation(level.n)[: level.n - areas.n_parents(level)].tolist())
        parents = [code for i, code in enumerate(codes) if i not in barren]
    tree = AreaTree.of(grown)
    return Forest(tree, np.flatnonzero(tree.is_leaf))


def _children(n_parents: int, n: int, unevenness: float, rng: np.random.Generator) -> IntArray:
    """Give each parent at least one child; how unevenly the others fall is a coefficient of variation."""
    if n_parents == 0:
        return np.zeros(0, dtype=np.int64)
    if unevenness == 0:
        return np.diff(np.arange(n_parents + 1) * n // n_parents)
    weights = rng.gamma(1 / unevenness**2, size=n_parents) + 1e-12
    return 1 + rng.multinomial(n - n_parents, weights / weights.sum())
