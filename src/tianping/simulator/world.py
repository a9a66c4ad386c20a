"""A simulated world: births as born and as reported, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tianping.simulator.choosing import BoolArray
from tianping.simulator.counting import CountArray, Progress, count
from tianping.simulator.draws import FloatArray
from tianping.simulator.forest import Forest, IntArray, grow
from tianping.simulator.known import Known, Late
from tianping.simulator.rates import Rates, rates_of
from tianping.simulator.reporting import report
from tianping.simulator.scenario import Scenario
from tianping.simulator.settings import TOLD
from tianping.simulator.streams import Streams
from tianping.simulator.troubles import FABRICATED, TROUBLES
from tianping.simulator.truth import Event, plant
from tianping.terms import AreaTree, Counts, InputError, Period, group_channels, period_range

_LARGEST_SEED = 2**63 - 1
#: Months whose truth is summed up at a time.
_STRETCH = 12


@dataclass(frozen=True)
class World:
    """A simulated world; its arrays have one row for each area with births of its own, `leaves`.

    Attributes:
        scenario: what it was made from.
        seed: the seed.
        forest: its areas.
        periods: its months.
        rates: expected births.
        log_srb: true log of boys per girl, shape (leaves, months, 3).
        changed: place of the first month of the step or ramp that is on, −1 where none, shape (leaves, months).
        born_boys: boys as born, shape (leaves, months, 4), last axis `ORDERS`.
        born_girls: girls as born.
        boys: boys as reported in the returns of their months, same shape.
        girls: girls, likewise.
        filed: whether there is a return, shape (leaves, months).
        late: births reported later.
        merged: leaves that end, the leaf that each becomes a part of, and the place of the month from which on.
        events: what was planted, truth first.
    """

    scenario: Scenario
    seed: int
    forest: Forest
    periods: tuple[Period, ...]
    rates: Rates
    log_srb: FloatArray
    changed: IntArray
    born_boys: CountArray
    born_girls: CountArray
    boys: CountArray
    girls: CountArray
    filed: BoolArray
    late: Late
    merged: tuple[tuple[int, int, int], ...]
    events: tuple[Event, ...]

    @property
    def tree(self) -> AreaTree:
        """The areas."""
        return self.forest.tree

    @property
    def leaves(self) -> IntArray:
        """Positions in the tree of the areas with births of their own, shape (leaves,)."""
        return self.forest.leaves

    @cached_property
    def fabricated(self) -> BoolArray:
        """Areas whose reports are drawn up or copied, shape (areas,)."""
        kinds = {name for name, kind in TROUBLES.items() if kind in FABRICATED}
        found = np.zeros(len(self.tree), dtype=bool)
        found[[event.area for event in self.events if event.kind in kinds]] = True
        return found

    def true_log_srb(self, order_group: str, months: slice = slice(None)) -> FloatArray:
        """Give the true log SRB of every area in an order group, shape (areas, months).

        It is the log ratio of expected boys to expected girls, orders and areas below taken together. Births belong to
        the area of residence, wherever they were counted; those of an area that has ended to the one that it is now a
        part of. Areas that expect no births have NaN. `months` has step 1.
        """
        channels = [channel for channel in group_channels(order_group) if channel < len(TOLD)]
        places = range(*months.indices(len(self.periods)))
        ratio = np.empty((len(self.tree), len(places)))
        for begin in range(0, len(places), _STRETCH):
            stretch = places[begin : begin + _STRETCH]
            ratio[:, begin : begin + len(stretch)] = self._pooled(channels, slice(stretch.start, stretch.stop))
        return ratio

    def _pooled(self, channels: list[int], months: slice) -> FloatArray:
        expected = self.rates.expected(months=months)[..., channels]
        boys = (expected / (1 + np.exp(-self.log_srb[:, months, channels]))).sum(2)
        summed = []
        for births in (boys, expected.sum(2) - boys):
            by_area = np.zeros((len(self.tree), births.shape[1]))
            by_area[self.leaves] = self._merged_births(births, months)
            summed.append(self.tree.sum_up(by_area))
        with np.errstate(divide="ignore", invalid="ignore"):
            pooled: FloatArray = np.log(summed[0] / summed[1])
        return pooled

    def _merged_births(self, births: FloatArray, months: slice) -> FloatArray:
        """Give births of the leaves, shape (leaves, months), to the areas that they have become a part of."""
        for leaf, into, since in self.merged:
            here = max(since - months.start, 0)
            births[into, here:] += births[leaf, here:]
            births[leaf, here:] = 0
        return births

    def counts(self, as_of: Period | None = None, known_on: Period | None = None) -> Counts:
        """Give the counts that were known: births up to `as_of`, reported up to `known_on`; all without them.

        Raises:
            InputError: `as_of_before_data`.
        """
        limit = len(self.periods) - 1 if known_on is None else known_on.ordinal - self.periods[0].ordinal
        known = Known(len(self.tree), self.leaves, self.boys, self.girls, self.late, min(limit, len(self.periods) - 1))
        counts = Counts(self.tree, self.periods, *known.by_birth())
        if len(self.late.leaf):
            registered, delays = known.by_report(), known.delays(self.periods[0])
            counts = Counts(self.tree, self.periods, counts.boys, counts.girls, *registered, delays)
        return counts if as_of is None else counts.until(as_of)


def simulate(scenario: Scenario, seed: int, progress: Progress | None = None) -> World:
    """Make the world of a scenario; the same scenario, seed and version of NumPy give the same world.

    `progress` is told how many leaves have their births, and of how many.

    Raises:
        InputError: `setting_out_of_range` for the seed, or an error beginning with `scenario_` where the scenario asks
            for more than its areas have.
    """
    if not 0 <= seed <= _LARGEST_SEED:
        raise InputError("setting_out_of_range", setting="seed", value=seed, lowest=0, highest=_LARGEST_SEED)
    streams = Streams(seed)
    forest = grow(scenario.areas, streams)
    rates = rates_of(scenario, len(forest.leaves), streams)
    truth = plant(scenario, forest, rates, streams)
    born = count(scenario, rates, truth.log_srb, streams, progress)
    returns = report(scenario, forest, rates.size, truth.log_srb, born, streams)
    return World(
        scenario=scenario,
        seed=seed,
        forest=_with_ends(forest, returns.merged, scenario.first),
        periods=period_range(scenario.first, scenario.first.shift(scenario.n_months - 1)),
        rates=rates,
        log_srb=truth.log_srb,
        changed=truth.changed,
        born_boys=born[0],
        born_girls=born[1],
        boys=returns.boys,
        girls=returns.girls,
        filed=returns.filed,
        late=Late.of(returns.late),
        merged=tuple(returns.merged),
        events=(*truth.events, *returns.events),
    )


def _with_ends(forest: Forest, merged: list[tuple[int, int, int]], first: Period) -> Forest:
    """Give the areas that end their end."""
    areas = list(forest.tree.areas)
    for leaf, _, since in merged:
        position = int(forest.leaves[leaf])
        areas[position] = replace(areas[position], valid_until=first.shift(since))
    return Forest(AreaTree(tuple(areas)), forest.leaves) if merged else forest
