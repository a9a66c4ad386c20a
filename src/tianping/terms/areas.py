"""Areas and the tree they form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from tianping.terms.errors import InputError
from tianping.terms.periods import Period

_Number = TypeVar("_Number", bound="np.number[Any]")


@dataclass(frozen=True)
class Area:
    """One administrative area.

    Attributes:
        code: its code, unique in a tree (GB/T 2260 or the statistical division code in China).
        name: its name as the areas file writes it.
        level: the name of its level, the areas file's own (`county`, `township`, …).
        parent_code: code of the area that contains it; empty at the top.
        valid_from: first period in which the area exists; None when always.
        valid_until: first period in which it no longer exists (half-open); None when open.
    """

    code: str
    name: str
    level: str
    parent_code: str = ""
    valid_from: Period | None = None
    valid_until: Period | None = None


@dataclass(frozen=True)
class AreaTree:
    """Areas of any depth, in the order given; several areas may stand at the top.

    Build it with `AreaTree.of`, which checks it.
    """

    areas: tuple[Area, ...]

    @classmethod
    def of(cls, areas: Iterable[Area]) -> AreaTree:
        """Check the areas and make a tree of them.

        Raises:
            InputError: `areas_empty`, `area_code_twice`, `area_parent_unknown` or `area_parent_cycle`.
        """
        tree = cls(tuple(areas))
        if not tree.areas:
            raise InputError("areas_empty")
        if len(tree.positions) < len(tree.areas):
            seen: set[str] = set()
            twice = next(area.code for area in tree.areas if area.code in seen or seen.add(area.code))  # type: ignore[func-returns-value]
            raise InputError("area_code_twice", code=twice)
        for area in tree.areas:
            if area.parent_code and area.parent_code not in tree.positions:
                raise InputError("area_parent_unknown", code=area.code, parent_code=area.parent_code)
        depth = tree.depth
        if (depth < 0).any():
            raise InputError("area_parent_cycle", code=tree.areas[int(np.argmin(depth))].code)
        return tree

    def __len__(self) -> int:
        """Give the number of areas."""
        return len(self.areas)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each code."""
        return {area.code: i for i, area in enumerate(self.areas)}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes in order."""
        return tuple(area.code for area in self.areas)

    @cached_property
    def parent(self) -> npt.NDArray[np.int64]:
        """Position of each area's parent, −1 at the top; shape (areas,)."""
        return np.array([self.positions.get(area.parent_code, -1) for area in self.areas], dtype=np.int64)

    @cached_property
    def depth(self) -> npt.NDArray[np.int64]:
        """Steps from the top, 0 at the top, −1 inside a cycle; shape (areas,)."""
        depth = np.where(self.parent < 0, 0, -1)
        while True:
            open_ = (depth < 0) & (self.parent >= 0)
            found = open_ & (depth[self.parent] >= 0)
            if not found.any():
                return depth
            depth[found] = depth[self.parent[found]] + 1

    @cached_property
    def is_leaf(self) -> npt.NDArray[np.bool_]:
        """Whether no area lies below; shape (areas,)."""
        leaf = np.ones(len(self), dtype=bool)
        leaf[self.parent[self.parent >= 0]] = False
        return leaf

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Level names from the top down, in order of first depth."""
        first: dict[str, int] = {}
        for area, depth in zip(self.areas, self.depth, strict=True):
            first[area.level] = min(first.get(area.level, int(depth)), int(depth))
        return tuple(sorted(first, key=lambda level: first[level]))

    def ancestors(self, position: int) -> tuple[int, ...]:
        """Positions from the parent to the top."""
        found = []
        while (position := int(self.parent[position])) >= 0:
            found.append(position)
        return tuple(found)

    def sum_up(self, values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
        """Add each area's own values to all its ancestors; first axis (areas,), returns a new array."""
        total = values.copy()
        for depth in range(int(self.depth.max()), 0, -1):
            here = np.flatnonzero(self.depth == depth)
            np.add.at(total, self.parent[here], total[here])
        return total
