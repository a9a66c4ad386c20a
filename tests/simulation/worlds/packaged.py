"""The scenarios that come with the product, as worlds of a second family; its simulator was written by others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from simulation.worlds.tree import Tree
from simulation.worlds.world import ORDERS, Plan, World
from tianping import simulator

PREFIX = "product-"
#: Scenarios made for measuring speed, too large to be run many times.
_TOO_LARGE = ("nation",)
#: What is planted in ratios; every other event is something that a reporter does.
_OF_RATIOS = frozenset({"step", "ramp", "hump"})

NAMES = tuple(f"{PREFIX}{name}" for name in simulator.scenario_names() if name not in _TOO_LARGE)


@dataclass(frozen=True)
class PackagedWorld(World):
    """A world whose births are reported as the product's simulator says.

    Attributes:
        source: the simulator's world.
    """

    source: simulator.World

    @cached_property
    def births(self) -> pa.Table:
        """The births file: what was returned in time, then what came late; cells without births have no row."""
        source, late = self.source, self.source.late
        leaf, month, order = np.nonzero(source.boys + source.girls)
        columns = [
            np.concatenate(parts)
            for parts in (
                (leaf, late.leaf),
                (month, late.month),
                (order, late.order),
                (month, late.reported),
                (source.boys[leaf, month, order], late.boys),
                (source.girls[leaf, month, order], late.girls),
            )
        ]
        periods = np.array(self.plan.periods)
        table = pa.table(
            {
                "area_code": np.array(self.plan.tree.codes)[self.plan.tree.leaves][columns[0]],
                "period": periods[columns[1]],
                "boys": columns[4],
                "girls": columns[5],
                "birth_order": np.array([*ORDERS, "unknown"])[columns[2]],
            }
        )
        return table.append_column("reported_period", [periods[columns[3]]]) if len(late.leaf) else table


def make(name: str, seed: int) -> PackagedWorld:
    """Make the world of a scenario and seed."""
    source = simulator.simulate(simulator.packaged_scenario(name.removeprefix(PREFIX)), seed)
    areas = source.tree.areas
    tree = Tree(tuple(area.code for area in areas), tuple(area.level for area in areas), source.tree.parent)
    troubled = np.zeros(len(areas), dtype=bool)
    for event in source.events:
        if event.kind not in _OF_RATIOS:
            troubled[[area for area in (event.area, event.other_area) if area >= 0]] = True
            # An event of no single area befalls all of them.
            troubled |= event.area < 0
    plan = Plan(
        tree=tree,
        expected=source.rates.expected(),
        log_srb=source.log_srb,
        first_year=source.periods[0].year,
        changed=source.changed if (source.changed >= 0).any() else None,
        fabricated=source.fabricated[source.leaves],
        troubled=troubled[source.leaves],
    )
    return PackagedWorld(name, seed, plan, source.born_boys[..., :3], source.born_girls[..., :3], source)
