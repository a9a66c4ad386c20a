"""How long registrations take: births by the periods between birth and report, as far as they can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.terms.periods import Period

IntArray = npt.NDArray[np.int64]

#: Longest delay looked at, the least number of cohorts that must have been watched for it, and how many of the newest
#: cohorts are looked at, since offices change their ways; in months and in years.
_LONGEST = {True: 24, False: 3}
_LEAST_COHORTS = {True: 12, False: 3}
_COHORTS = {True: 36, False: 6}


@dataclass(frozen=True)
class DelayCounts:
    """What a reporting triangle says about delays: its sufficient statistics, without the triangle itself.

    A cohort is the births of one area and period. Its births registered d periods later can be seen only when those
    d periods have passed by `last`; only such cohorts are counted at d, which is what corrects for right-censoring.

    Attributes:
        last: last period whose registrations are known.
        arrived: births registered exactly d periods after birth, of the cohorts that could be watched so long,
            shape (areas, 4, 2, delays): `ORDERS`, then boys and girls, then d = 0, 1, …
        within: births of the same cohorts registered at most d periods after birth, same shape.
    """

    last: Period
    arrived: IntArray
    within: IntArray

    @property
    def longest(self) -> int:
        """Longest delay looked at, in periods; later registrations are left out of both counts."""
        return self.arrived.shape[-1] - 1

    def of_areas(self, areas: IntArray) -> DelayCounts:
        """Keep the areas at some positions."""
        return DelayCounts(self.last, self.arrived[areas], self.within[areas])

    @classmethod
    def collect(cls, cells: DelayCells, n_areas: int, first: Period, last: Period) -> DelayCounts | None:
        """Collect the statistics from cells; None when the periods are too few to watch any delay.

        Args:
            cells: births with the positions of their period and of the period in which they were reported.
            n_areas: number of areas.
            first: the period at position 0.
            last: last period whose registrations are known.
        """
        n_periods = last.ordinal - first.ordinal + 1
        longest = min(_LONGEST[first.is_month], n_periods - _LEAST_COHORTS[first.is_month])
        if longest < 1:
            return None
        delay = cells.reported - cells.period
        watched = n_periods - 1 - cells.period
        is_looked_at = (watched >= 0) & (watched < _COHORTS[first.is_month])
        use = is_looked_at & (delay >= 0) & (delay <= np.minimum(longest, watched))
        shape = (n_areas, 4, 2, longest + 1)
        place = (cells.area[use], cells.order[use], cells.sex[use])
        births, delay, watched = cells.births[use], delay[use], np.minimum(watched[use], longest)
        arrived = _laid_out((*place, delay), births, shape)
        # A birth is among the watched at every delay from its own to the end of its cohort's watch.
        leaving = _laid_out((*place, watched), births, shape)
        within = np.cumsum(arrived, axis=-1)
        within[..., 1:] -= np.cumsum(leaving, axis=-1)[..., :-1]
        return cls(last, arrived, within)


@dataclass(frozen=True)
class DelayCells:
    """Births with when they were born and reported; every array has shape (cells,).

    Attributes:
        area: position in the tree.
        period: position of the period of birth.
        reported: position of the period of the report.
        order: position in `ORDERS`.
        sex: 0 boys, 1 girls.
        births: how many.
    """

    area: IntArray
    period: IntArray
    reported: IntArray
    order: IntArray
    sex: IntArray
    births: npt.NDArray[np.float64]

    def where(self, use: npt.NDArray[np.bool_]) -> DelayCells:
        """Keep some cells."""
        places = (self.area[use], self.period[use], self.reported[use], self.order[use], self.sex[use])
        return DelayCells(*places, self.births[use])


def _laid_out(place: tuple[IntArray, ...], births: npt.NDArray[np.float64], shape: tuple[int, ...]) -> IntArray:
    flat = np.bincount(np.ravel_multi_index(place, shape), weights=births, minlength=int(np.prod(shape)))
    return np.rint(flat).astype(np.int64).reshape(shape)
