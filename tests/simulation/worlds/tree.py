"""Trees of areas, grown level by level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

#: How many children each area of a level gets: a fixed number, a list, or a draw of n numbers.
Children = int | Sequence[int] | Callable[[int], IntArray]


@dataclass(frozen=True)
class Tree:
    """Areas in order from the top down; parents stand before their children.

    Attributes:
        codes: area codes; a child's code begins with its parent's.
        levels: level of each area.
        parent: position of each area's parent, -1 at the top, shape (areas,).
    """

    codes: tuple[str, ...]
    levels: tuple[str, ...]
    parent: IntArray

    @property
    def leaves(self) -> IntArray:
        """Positions of areas with nothing below them."""
        return np.setdiff1d(np.arange(len(self.codes)), self.parent)

    def above(self, level: str) -> IntArray:
        """Give each leaf's own or nearest ancestor of this level, numbered from 0; shape (leaves,)."""
        position = self.leaves.copy()
        while (below := np.array([self.levels[i] != level for i in position]) & (self.parent[position] >= 0)).any():
            position[below] = self.parent[position[below]]
        return np.unique(position, return_inverse=True)[1]

    def sum_up(self, of_leaves: FloatArray) -> FloatArray:
        """Add leaves' values up to all areas; shape (areas, ...)."""
        total = np.zeros((len(self.codes), *of_leaves.shape[1:]))
        total[self.leaves] = of_leaves
        for position in range(len(self.codes) - 1, -1, -1):
            if self.parent[position] >= 0:
                total[self.parent[position]] += total[position]
        return total


def grow(levels: Sequence[str], children: Sequence[Children]) -> Tree:
    """Grow a tree: the first level holds one area, the others as many below each area as told; 0 leaves it a leaf."""
    codes, names, parent = ["1"], [levels[0]], [-1]
    front = [0]
    for level, rule in zip(levels[1:], children, strict=True):
        grown = []
        for mother, n in zip(front, _numbers(rule, len(front)), strict=True):
            for k in range(int(n)):
                grown.append(len(codes))
                codes.append(f"{codes[mother]}{k + 1:02d}" if n < 100 else f"{codes[mother]}{k + 1:04d}")
                names.append(level)
                parent.append(mother)
        front = grown
    return Tree(tuple(codes), tuple(names), np.array(parent, dtype=np.int64))


def _numbers(rule: Children, n: int) -> Sequence[int] | IntArray:
    if callable(rule):
        return rule(n)
    return [rule] * n if isinstance(rule, int) else rule
