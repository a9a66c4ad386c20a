"""Returns in the making, and the desk of one reporter."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tianping.simulator.choosing import BoolArray
from tianping.simulator.counting import CountArray
from tianping.simulator.draws import FloatArray
from tianping.simulator.settings import ByOrder
from tianping.simulator.truth import Event


@dataclass
class Returns:
    """Returns in the making.

    Attributes:
        boys: boys reported in time, shape (leaves, months, 4); changed in place.
        girls: girls, likewise.
        filed: whether there is a return, shape (leaves, months).
        late: rows of births reported late: leaf, month of birth, order, month of the report, boys, girls.
        merged: leaves that end, the one that each becomes a part of, and the month from which on.
        events: what the reporters did.
    """

    boys: CountArray
    girls: CountArray
    filed: BoolArray
    late: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def ended(self) -> set[int]:
        """Leaves that have ended."""
        return {leaf for leaf, _, _ in self.merged}


@dataclass(frozen=True)
class Desk:
    """One reporter at work: the returns, its leaf, the months concerned, its stream, and who sits beside it.

    Attributes:
        returns: all returns.
        leaf: its leaf.
        on: months concerned, shape (months,).
        rng: its stream.
        share_boys: true share of boys, shape (months, 3).
        neighbour: leaf that gives or gets the figures; −1 for none.
    """

    returns: Returns
    leaf: int
    on: BoolArray
    rng: np.random.Generator
    share_boys: FloatArray
    neighbour: int

    @property
    def boys(self) -> CountArray:
        """Boys that it reports, shape (months, 4); changed in place."""
        return self.returns.boys[self.leaf]

    @property
    def girls(self) -> CountArray:
        """Girls that it reports, likewise."""
        return self.returns.girls[self.leaf]

    def taken(self, births: CountArray, shares: ByOrder) -> CountArray:
        """Draw how many births of each month and order something befalls, shape (months, 4); none of unknown order."""
        chance = self.on[:, None] * np.array([*shares, 0.0])
        return self.rng.binomial(births, chance).astype(np.int32)
