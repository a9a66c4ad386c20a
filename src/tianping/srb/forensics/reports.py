"""Births of reporting units as they were handed in, beside those of their peers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from tianping.srb.results import BoolArray, FloatArray
from tianping.terms import Counts, Period

_Number = TypeVar("_Number", bound="np.number[Any]")

IntArray = npt.NDArray[np.int64]
#: Channel of first births, and those of later ones.
_FIRST, _LATER = 0, (1, 2)


@dataclass(frozen=True)
class Reports:
    """What the tests look at; first axis of every array: units.

    A unit is an area with births of its own, that is, one that reports. Its peers are the other units of the same
    parent; units at the top of the tree are peers of each other.

    Attributes:
        areas: positions of the units in the tree, shape (units,).
        parent: positions of their parents, −1 at the top, shape (units,).
        periods: successive months or years, second axis.
        boys: births of boys, shape (units, periods, 4), last axis `terms.ORDERS`.
        girls: births of girls, same shape.
        late_boys: of these, reported after the close of their own period; None where reports are not dated.
        late_girls: likewise.
        is_weighted: whether cells are estimates from a sample, whose variation the tests do not know.
    """

    areas: IntArray
    parent: IntArray
    periods: tuple[Period, ...]
    boys: IntArray
    girls: IntArray
    late_boys: IntArray | None = None
    late_girls: IntArray | None = None
    is_weighted: bool = False

    def __len__(self) -> int:
        """Give the number of units."""
        return len(self.areas)

    @property
    def is_monthly(self) -> bool:
        """Whether the periods are months."""
        return self.periods[0].is_month

    @cached_property
    def births(self) -> IntArray:
        """Births of either sex, shape (units, periods, 4)."""
        return self.boys + self.girls

    @cached_property
    def group(self) -> IntArray:
        """Number of each unit's group of peers, counted from 0, shape (units,)."""
        return np.unique(self.parent, return_inverse=True)[1].reshape(-1)

    def of_peers(self, values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
        """Sum values over each unit's peers, without its own; first axis (units,)."""
        total = np.zeros((int(self.group.max(initial=-1)) + 1, *values.shape[1:]), dtype=values.dtype)
        np.add.at(total, self.group, values)
        return total[self.group] - values

    @cached_property
    def calendar_months(self) -> IntArray:
        """Month of the year of each period, 0 for years, shape (periods,)."""
        return np.array([period.month for period in self.periods], dtype=np.int64)

    @cached_property
    def periods_told(self) -> IntArray:
        """How many periods of each unit have births, shape (units,)."""
        return (self.births.sum(2) > 0).sum(1)

    def by_order(self, span: slice) -> tuple[FloatArray, FloatArray]:
        """Give boys and girls of first and of later births in a span of periods, each of shape (units, 2)."""
        parts = []
        for sex in (self.boys, self.girls):
            cells = sex[:, span].sum(1)
            parts.append(np.stack([cells[:, _FIRST], cells[:, _LATER].sum(1)], axis=1).astype(np.float64))
        return parts[0], parts[1]


def reports_of(counts: Counts, in_time: Counts | None = None, *, is_weighted: bool = False) -> Reports:
    """Give the reports behind counts.

    Args:
        counts: births as known.
        in_time: of these, the births known at the close of their own period, laid out alike; None where reports are
            not dated.
        is_weighted: whether a weight multiplied the counts.
    """
    units = np.flatnonzero((counts.boys + counts.girls).sum((1, 2)) > 0)

    def own(births: IntArray) -> IntArray:
        return births[units].astype(np.int64)

    return Reports(
        areas=units,
        parent=counts.tree.parent[units],
        periods=counts.periods,
        boys=own(counts.boys),
        girls=own(counts.girls),
        late_boys=None if in_time is None else own(counts.boys - in_time.boys),
        late_girls=None if in_time is None else own(counts.girls - in_time.girls),
        is_weighted=is_weighted,
    )


def is_among(values: IntArray, chosen: tuple[int, ...]) -> BoolArray:
    """Say which values are among the chosen ones."""
    return np.isin(values, np.array(chosen, dtype=np.int64))
