"""Counts of births: area × period × birth order × sex."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tianping.terms.areas import AreaTree
from tianping.terms.delays import DelayCounts
from tianping.terms.errors import InputError
from tianping.terms.periods import Period

#: Channels of the last axis of the count arrays.
ORDERS = ("1", "2", "3+", "unknown")
#: Order groups of every result.
ORDER_GROUPS = ("1", "2", "3+", "2+", "all")

_CHANNELS = {"1": (0,), "2": (1,), "3+": (2,), "2+": (1, 2), "all": (0, 1, 2, 3)}

IntArray = npt.NDArray[np.int64]


def group_channels(order_group: str) -> tuple[int, ...]:
    """Give the channels of `ORDERS` that make up an order group; unknown order answers under `all` only."""
    return _CHANNELS[order_group]


@dataclass(frozen=True)
class Counts:
    """What the engine is given: births known, by area, period, order and sex.

    Only areas that count for themselves carry numbers (usually the leaves); sums over an area's descendants
    are made by `pooled`, so nothing is counted twice.

    Attributes:
        tree: the areas; first axis of the arrays.
        periods: successive periods without gaps; second axis. Periods without births hold zeros.
        boys: births of boys, shape (areas, periods, 4), last axis `ORDERS`.
        girls: births of girls, same shape.
        registered_boys: the same births laid out by the period in which they were reported, or None.
        registered_girls: likewise; both are given or neither.
        delays: what is known of how long registrations take, or None.
    """

    tree: AreaTree
    periods: tuple[Period, ...]
    boys: IntArray
    girls: IntArray
    registered_boys: IntArray | None = None
    registered_girls: IntArray | None = None
    delays: DelayCounts | None = None

    def __post_init__(self) -> None:
        """Check shapes and signs.

        Raises:
            InputError: `counts_shape`, `counts_negative` or `periods_gap`.
        """
        self._check(self.boys, self.girls)
        if self.registered_boys is not None or self.registered_girls is not None:
            self._check(self.registered_boys, self.registered_girls)
        steps = np.diff([period.ordinal for period in self.periods])
        if len({period.is_month for period in self.periods}) > 1 or (steps != 1).any():
            raise InputError("periods_gap")

    def _check(self, *sexes: IntArray | None) -> None:
        shape = (len(self.tree), len(self.periods), len(ORDERS))
        found = [() if births is None else births.shape for births in sexes]
        if found != [shape, shape]:
            raise InputError("counts_shape", expected=shape, boys=found[0], girls=found[1])
        if any(births is not None and (births < 0).any() for births in sexes):
            raise InputError("counts_negative")

    @cached_property
    def has_orders(self) -> bool:
        """Whether any birth carries its order."""
        return bool(self.boys[..., :3].any() or self.girls[..., :3].any())

    def pooled(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Give boys and girls of each area and all below it, shape (areas, periods, 4)."""
        return (
            self.tree.sum_up(self.boys.astype(np.int64)),
            self.tree.sum_up(self.girls.astype(np.int64)),
        )

    def until(self, as_of: Period) -> Counts:
        """Keep the periods up to `as_of`; periods are added, holding zeros, when the data end earlier.

        Raises:
            InputError: `as_of_before_data` when nothing is left; `period_kinds_mixed` when the kinds differ.
        """
        if as_of.is_month != self.periods[0].is_month:
            raise InputError("period_kinds_mixed", first=str(self.periods[0]), last=str(as_of))
        n = as_of.ordinal - self.periods[0].ordinal + 1
        if n < 1:
            raise InputError("as_of_before_data", as_of=str(as_of), first=str(self.periods[0]))
        periods = tuple(self.periods[0].shift(k) for k in range(n))

        def fit(array: IntArray) -> IntArray:
            missing = n - array.shape[1]
            return array[:, :n] if missing <= 0 else np.pad(array, ((0, 0), (0, missing), (0, 0)))

        boys, girls = (None if a is None else fit(a) for a in (self.registered_boys, self.registered_girls))
        return Counts(self.tree, periods, fit(self.boys), fit(self.girls), boys, girls, self.delays)
