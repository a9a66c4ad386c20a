"""Births counted over spans of periods, with the direct figures that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tianping.srb.direct import direct_interval, observed_srb
from tianping.terms import Counts, Interval, Period, group_channels


@dataclass(frozen=True)
class Tally:
    """Births of one area and order group in a span of periods.

    Attributes:
        boys: boys born.
        girls: girls born.
        first: first period of the span.
        last: last period.
    """

    boys: int
    girls: int
    first: Period
    last: Period

    @property
    def births(self) -> int:
        """Boys and girls."""
        return self.boys + self.girls

    @property
    def srb(self) -> float:
        """Observed SRB, boys per 100 girls; NaN without girls."""
        return observed_srb(self.boys, self.girls)

    def interval(self, level: float) -> Interval:
        """Give the confidence interval of the observed SRB."""
        return direct_interval(self.boys, self.girls, level)


class Book:
    """Counts that answer how many births an area had, all areas below it included."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.periods = counts.periods

    @cached_property
    def _pooled(self) -> tuple[np.ndarray, np.ndarray]:
        return self._counts.pooled()

    def tally(self, area: int, order_group: str, first: Period, last: Period) -> Tally:
        """Count the births of a span; periods before the data hold none."""
        start = max(first.ordinal - self.periods[0].ordinal, 0)
        stop = last.ordinal - self.periods[0].ordinal + 1
        channels = list(group_channels(order_group))
        boys, girls = (int(part[area, start:stop, channels].sum()) for part in self._pooled)
        return Tally(boys, girls, max(first, self.periods[0]), last)

    def window(self, area: int, order_group: str, periods: int) -> Tally:
        """Count the births of the last periods, of all where the data are shorter."""
        last = self.periods[-1]
        return self.tally(area, order_group, last.shift(1 - periods), last)

    def share_order_unknown(self, area: int, periods: int) -> float:
        """Give the share of births of unknown order in the last periods, 0–1; NaN without births."""
        boys, girls = (part[area, -periods:] for part in self._pooled)
        n = int(boys.sum() + girls.sum())
        return float(boys[:, 3].sum() + girls[:, 3].sum()) / n if n else float("nan")
