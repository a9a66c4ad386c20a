"""What each trouble does to the returns of one reporter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tianping.simulator.choosing import BoolArray
from tianping.simulator.counting import CountArray
from tianping.simulator.returns import Desk
from tianping.simulator.settings import TOLD
from tianping.simulator.troubles import (
    Copy,
    Heap,
    Late,
    Merge,
    Migrate,
    Missing,
    Move,
    Omit,
    Relabel,
    Smooth,
    Swap,
    Trouble,
    Unordered,
)

_UNKNOWN = len(TOLD)


def befall(trouble: Trouble, desk: Desk) -> None:
    """Do to a reporter's returns what a trouble does."""
    _DOINGS[type(trouble)](trouble, desk)


def _smooth(trouble: Smooth, desk: Desk) -> None:
    """Put the boys where they are wanted; rounding is carried from order to order, so that no birth is lost."""
    boys, girls = (births[desk.on, :_UNKNOWN].astype(np.float64) for births in (desk.boys, desk.girls))
    births, true_share = boys + girls, desk.share_boys[desk.on]
    wanted = true_share if trouble.target is None else trouble.target / (100 + trouble.target)
    drawn_up = births * wanted + np.sqrt(trouble.variance_ratio) * (boys - births * true_share)
    whole = np.diff(np.rint(np.cumsum(np.clip(drawn_up, 0, births), axis=1)), axis=1, prepend=0)
    whole = np.clip(whole, 0, births)
    desk.boys[desk.on, :_UNKNOWN] = whole
    desk.girls[desk.on, :_UNKNOWN] = births - whole


def _omit(trouble: Omit, desk: Desk) -> None:
    desk.boys[:] -= desk.taken(desk.boys, trouble.boys)
    desk.girls[:] -= desk.taken(desk.girls, trouble.girls)


def _swap(trouble: Swap, desk: Desk) -> None:
    as_girls, as_boys = desk.taken(desk.boys, trouble.boys), desk.taken(desk.girls, trouble.girls)
    desk.boys[:] += as_boys - as_girls
    desk.girls[:] += as_girls - as_boys


def _unordered(trouble: Unordered, desk: Desk) -> None:
    for births, shares in ((desk.boys, trouble.boys), (desk.girls, trouble.girls)):
        taken = desk.taken(births, shares)
        births -= taken
        births[:, _UNKNOWN] += taken.sum(1)


def _relabel(trouble: Relabel, desk: Desk) -> None:
    source, target = trouble.orders
    concerned = {"boys": (desk.boys,), "girls": (desk.girls,), "both": (desk.boys, desk.girls)}[trouble.sex]
    for births in concerned:
        moved = desk.rng.binomial(births[:, source], trouble.share * desk.on)
        births[:, source] -= moved
        births[:, target] += moved


def _move(trouble: Move, desk: Desk) -> None:
    """Move births to another month; what would leave the world's months stays where it is."""
    target = np.arange(len(desk.on)) + trouble.by
    inside = (target >= 0) & (target < len(desk.on))
    for births, shares in ((desk.boys, trouble.boys), (desk.girls, trouble.girls)):
        moved = desk.taken(births, shares)[inside]
        births[inside] -= moved
        births[target[inside]] += moved


def _migrate(trouble: Migrate, desk: Desk) -> None:
    for births, shares, there in (
        (desk.boys, trouble.boys, desk.returns.boys[desk.neighbour]),
        (desk.girls, trouble.girls, desk.returns.girls[desk.neighbour]),
    ):
        gone = desk.taken(births, shares)
        births -= gone
        there += gone


def _merge(_trouble: Merge, desk: Desk) -> None:
    """Count all births at the neighbour, whose return now covers the area."""
    returns, start = desk.returns, int(np.argmax(desk.on))
    for births in (returns.boys, returns.girls):
        births[desk.neighbour, start:] += births[desk.leaf, start:]
        births[desk.leaf, start:] = 0
    returns.filed[desk.leaf, start:] = False
    returns.merged.append((desk.leaf, desk.neighbour, start))


def _copy(trouble: Copy, desk: Desk) -> None:
    """Fill months in with earlier figures; of its own it copies what it has reported, copies of copies included."""
    chosen = np.flatnonzero((desk.rng.random(len(desk.on)) < trouble.share) & desk.on)
    source = desk.leaf if trouble.source == "own" else desk.neighbour
    for births in (desk.returns.boys, desk.returns.girls):
        for month in chosen[chosen >= trouble.lag]:
            births[desk.leaf, month] = births[source, month - trouble.lag]


def _heap(trouble: Heap, desk: Desk) -> None:
    for births in (desk.boys, desk.girls):
        rounded = trouble.base * np.rint(births / trouble.base)
        here = (desk.rng.random(births.shape) < trouble.share) & desk.on[:, None]
        births[:] = np.where(here, rounded, births)


def _missing(trouble: Missing, desk: Desk) -> None:
    """Leave months without a return."""
    desk.returns.filed[desk.leaf] &= ~_runs(trouble.share, trouble.run, desk)
    gone = ~desk.returns.filed[desk.leaf]
    for births in (desk.boys, desk.girls):
        if trouble.caught_up:
            _catch_up(births, gone)
        births[gone] = 0


def _runs(share: float, run: int, desk: Desk) -> BoolArray:
    """Draw runs of months whose share of all is as wanted."""
    chance = desk.rng.random(len(desk.on))
    begins = 1.0 if share == 1 else share / (run * (1 - share) + share)
    gone = np.zeros(len(desk.on), dtype=bool)
    left = 0
    for month in np.flatnonzero(desk.on):
        left = left or run * int(chance[month] < begins)
        gone[month] = left > 0
        left = max(left - 1, 0)
    return gone


def _catch_up(births: CountArray, gone: BoolArray) -> None:
    """Carry the births of months without a return on to the next one that there is."""
    for month in np.flatnonzero(gone[:-1]):
        births[month + 1] += births[month]
        births[month] = 0


def _late(trouble: Late, desk: Desk) -> None:
    """Take late births out of the month's return; those that come before the world ends come in later."""
    n_delays, n_months = trouble.longest - trouble.shortest + 1, len(desk.on)
    delays = np.arange(trouble.shortest, trouble.longest + 1)
    chances = np.append(np.full(n_delays, (1 - trouble.share_never) / n_delays), trouble.share_never)
    come = []
    for births, shares in ((desk.boys, trouble.boys), (desk.girls, trouble.girls)):
        late = desk.taken(births, shares)
        births -= late
        come.append(desk.rng.multinomial(late, chances)[..., :n_delays])
    for month, order, lag in zip(*np.nonzero(come[0] + come[1]), strict=True):
        reported = int(month + delays[lag])
        if reported < n_months:
            boys, girls = (int(births[month, order, lag]) for births in come)
            desk.returns.late.append((desk.leaf, int(month), int(order), reported, boys, girls))


_DOINGS: dict[type[Trouble], Callable[[Any, Desk], None]] = {
    Smooth: _smooth,
    Omit: _omit,
    Swap: _swap,
    Unordered: _unordered,
    Relabel: _relabel,
    Move: _move,
    Migrate: _migrate,
    Merge: _merge,
    Copy: _copy,
    Heap: _heap,
    Missing: _missing,
    Late: _late,
}
