"""What is known of a world's births at a month's close."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.simulator.counting import CountArray
from tianping.simulator.forest import IntArray
from tianping.terms import DelayCells, DelayCounts, Period

#: Leaves whose births are looked through at a time.
_BLOCK = 1000


@dataclass(frozen=True)
class Late:
    """Births reported after their own month and before the world's end, an entry for each cell and month of report.

    Attributes:
        leaf: place of the leaf, shape (n,).
        month: place of the month of birth.
        order: place of the birth order in `ORDERS`.
        reported: place of the month of the report.
        boys: boys.
        girls: girls.
    """

    leaf: IntArray
    month: IntArray
    order: IntArray
    reported: IntArray
    boys: IntArray
    girls: IntArray

    @classmethod
    def of(cls, rows: list[tuple[int, int, int, int, int, int]]) -> Late:
        """Add up what comes late for the same cell in the same month; rows in the order of the attributes."""
        table = np.array(rows, dtype=np.int64).reshape(-1, 6)
        cells, place = np.unique(table[:, :4], axis=0, return_inverse=True)
        births = np.zeros((len(cells), 2), dtype=np.int64)
        np.add.at(births, place.ravel(), table[:, 4:])
        return cls(*cells.T, *births.T)


@dataclass(frozen=True)
class Known:
    """The returns of a world as far as they had come in.

    Attributes:
        n_areas: number of areas.
        leaves: positions of the leaves among them, shape (leaves,).
        boys: boys reported in time, shape (leaves, months, 4).
        girls: girls.
        late: births reported late.
        limit: place of the last month that is known; negative for none.
    """

    n_areas: int
    leaves: IntArray
    boys: CountArray
    girls: CountArray
    late: Late
    limit: int

    def by_birth(self) -> tuple[IntArray, IntArray]:
        """Give boys and girls by month of birth, shape (areas, months, 4) each."""
        return self._both_sexes(self.late.month)

    def by_report(self) -> tuple[IntArray, IntArray]:
        """Give boys and girls by month of report, same shape."""
        return self._both_sexes(self.late.reported)

    def _both_sexes(self, month: IntArray) -> tuple[IntArray, IntArray]:
        """Lay births out, the late ones among them by a month of theirs."""
        late = self.late
        return self._laid_out(self.boys, late.boys, month), self._laid_out(self.girls, late.girls, month)

    def _laid_out(self, births: CountArray, late: IntArray, month: IntArray) -> IntArray:
        found = np.zeros((self.n_areas, *births.shape[1:]), dtype=np.int64)
        found[self.leaves, : max(self.limit + 1, 0)] = births[:, : max(self.limit + 1, 0)]
        known = self.late.reported <= self.limit
        np.add.at(found, (self.leaves[self.late.leaf[known]], month[known], self.late.order[known]), late[known])
        return found

    def delays(self, first: Period) -> DelayCounts | None:
        """Give what is known of delays; `first` is the world's first month."""
        last = first.shift(self.limit)
        found: DelayCounts | None = None
        for begin in range(0, len(self.leaves), _BLOCK):
            block = range(begin, min(begin + _BLOCK, len(self.leaves)))
            part = DelayCounts.collect(self._cells(block), len(block), first, last) if self.limit >= 0 else None
            if part is None:
                return None
            if found is None:
                shape = (self.n_areas, *part.arrived.shape[1:])
                found = DelayCounts(last, np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))
            places = self.leaves[block.start : block.stop]
            found.arrived[places], found.within[places] = part.arrived, part.within
        return found

    def _cells(self, block: range) -> DelayCells:
        """Give the births of some leaves with their months of birth and report; leaves count from the first of them."""
        sexes = []
        here = (self.late.leaf >= block.start) & (self.late.leaf < block.stop) & (self.late.reported <= self.limit)
        for sex, (timely, late) in enumerate(((self.boys, self.late.boys), (self.girls, self.late.girls))):
            births = timely[block.start : block.stop, : self.limit + 1]
            leaf, month, order = np.nonzero(births)
            places = (leaf, month, month, order, np.full(len(leaf), sex))
            lates = (
                *(self.late.leaf[here] - block.start, self.late.month[here], self.late.reported[here]),
                *(self.late.order[here], np.full(int(here.sum()), sex)),
            )
            joined = [np.concatenate(pair) for pair in zip(places, lates, strict=True)]
            sexes.append((*joined, np.concatenate([births[leaf, month, order], late[here]]).astype(np.float64)))
        return DelayCells(*(np.concatenate(pair) for pair in zip(*sexes, strict=True)))
