"""What becomes of births on their way into the returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.simulator.befalling import befall
from tianping.simulator.choosing import BoolArray, choose
from tianping.simulator.counting import CountArray
from tianping.simulator.draws import FloatArray
from tianping.simulator.forest import Forest, IntArray
from tianping.simulator.returns import Desk, Returns
from tianping.simulator.scenario import Scenario
from tianping.simulator.settings import TOLD
from tianping.simulator.streams import Streams
from tianping.simulator.troubles import TROUBLES, BySex, Copy, Late, Merge, Migrate, Missing, Relabel, Trouble
from tianping.simulator.truth import Event

#: What happens after all else, in this order.
_LAST: tuple[type[Trouble], ...] = (Merge, Missing, Late)


@dataclass(frozen=True)
class _World:
    """What the reporters live in: areas, expected births and true ratios."""

    scenario: Scenario
    forest: Forest
    size: FloatArray
    log_srb: FloatArray
    streams: Streams


def report(
    scenario: Scenario,
    forest: Forest,
    size: FloatArray,
    log_srb: FloatArray,
    born: tuple[CountArray, CountArray],
    streams: Streams,
) -> Returns:
    """Give the returns that the reporters make of what was born.

    Troubles happen in the order of the scenario; mergers come after the others, then months without a return, last
    delays.

    Raises:
        InputError: `scenario_too_few_areas` or `scenario_code_unknown`.
    """
    boys, girls = born
    returns = Returns(boys, girls, np.ones(boys.shape[:2], dtype=bool))
    if scenario.reporters:
        returns.boys, returns.girls = boys.copy(), girls.copy()
    world = _World(scenario, forest, size, log_srb, streams)
    for number, trouble in sorted(_numbered(scenario.reporters), key=_turn):
        _spread_trouble(trouble, number, world, returns)
    return returns


def _turn(numbered: tuple[int, Trouble]) -> int:
    return _LAST.index(type(numbered[1])) + 1 if type(numbered[1]) in _LAST else 0


def _numbered(troubles: tuple[Trouble, ...]) -> list[tuple[int, Trouble]]:
    """Number the troubles of each kind, so that one of another kind does not move their streams."""
    seen: dict[type[Trouble], int] = {}
    numbered = []
    for trouble in troubles:
        seen[type(trouble)] = seen.get(type(trouble), -1) + 1
        numbered.append((seen[type(trouble)], trouble))
    return numbered


def _spread_trouble(trouble: Trouble, number: int, world: _World, returns: Returns) -> None:
    """Let one trouble befall the reporters that it concerns."""
    kind = next(name for name, section in TROUBLES.items() if type(trouble) is section)
    on = _months(trouble, world.scenario)
    if not on.any():
        return
    neighbourhoods = _neighbourhoods(world.forest) if _needs_neighbour(trouble) else None
    able = None if neighbourhoods is None else neighbourhoods.has_neighbour
    chosen = choose(trouble.where, world.forest, world.size, world.streams.of("reporter", kind, number), able)
    for leaf in np.unique(np.concatenate([area.leaves for area in chosen])).tolist() if chosen else ():
        rng = world.streams.of("reporter", kind, number, leaf)
        neighbour = -1
        if neighbourhoods is not None:
            neighbour = _neighbour(trouble, neighbourhoods.others(leaf), world.size, returns, rng)
        if isinstance(trouble, Merge) and (neighbour < 0 or leaf in returns.ended):
            continue
        share_boys = 1 / (1 + np.exp(-world.log_srb[leaf]))
        befall(trouble, Desk(returns, leaf, on, rng, share_boys, neighbour))
        other = -1 if neighbour < 0 else int(world.forest.leaves[neighbour])
        returns.events.append(_event(trouble, kind, int(world.forest.leaves[leaf]), on, other))


def _needs_neighbour(trouble: Trouble) -> bool:
    return isinstance(trouble, Migrate | Merge) or (isinstance(trouble, Copy) and trouble.source == "neighbour")


def _neighbour(trouble: Trouble, others: IntArray, size: FloatArray, returns: Returns, rng: np.random.Generator) -> int:
    """Give the neighbour that a trouble concerns: any for copies, else the largest; −1 where all have ended."""
    if isinstance(trouble, Copy):
        return int(rng.choice(others))
    standing = others[~np.isin(others, list(returns.ended))]
    return int(standing[np.argmax(size[standing])]) if standing.size else -1


def _months(trouble: Trouble, scenario: Scenario) -> BoolArray:
    """Give the months in which a trouble is there."""
    month = np.arange(scenario.n_months)
    on = (month >= trouble.since - 1) & (month < trouble.until)
    if isinstance(trouble, BySex) and trouble.months:
        on &= np.isin((scenario.first.month - 1 + month) % 12 + 1, trouble.months)
    return on


def _event(trouble: Trouble, kind: str, area: int, on: BoolArray, other_area: int) -> Event:
    places = np.flatnonzero(on)
    last = int(places[-1]) if trouble.until < len(on) else -1
    return Event(kind, area, int(places[0]), last, _orders(trouble), trouble.magnitude, other_area)


def _orders(trouble: Trouble) -> tuple[str, ...]:
    if isinstance(trouble, BySex):
        return tuple(
            order for order, boys, girls in zip(TOLD, trouble.boys, trouble.girls, strict=True) if boys or girls
        )
    return (trouble.from_order, trouble.to_order) if isinstance(trouble, Relabel) else TOLD


@dataclass(frozen=True)
class _Neighbourhoods:
    """Leaves by their parent.

    Attributes:
        members: leaves of each parent.
        neighbourhood: which of them each leaf belongs to, shape (leaves,).
        has_neighbour: whether there is another leaf under the same parent, shape (leaves,).
    """

    members: tuple[IntArray, ...]
    neighbourhood: IntArray
    has_neighbour: BoolArray

    def others(self, leaf: int) -> IntArray:
        """Give the leaves beside a leaf."""
        members = self.members[self.neighbourhood[leaf]]
        return members[members != leaf]


def _neighbourhoods(forest: Forest) -> _Neighbourhoods:
    _, neighbourhood, n = np.unique(forest.parent, return_inverse=True, return_counts=True)
    members = np.split(np.argsort(neighbourhood, kind="stable"), np.cumsum(n)[:-1])
    return _Neighbourhoods(tuple(members), neighbourhood, n[neighbourhood] > 1)
