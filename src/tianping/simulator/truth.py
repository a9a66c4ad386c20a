"""True sex ratios: what is planted in a world, and the list of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.simulator.choosing import Chosen, choose
from tianping.simulator.draws import FloatArray
from tianping.simulator.forest import Forest, Homes, IntArray
from tianping.simulator.rates import Rates, wave
from tianping.simulator.scenario import (
    CHANGES,
    Autoregression,
    Change,
    Drift,
    Hump,
    Ramp,
    RandomWalk,
    Scenario,
    SexRatio,
    Spread,
)
from tianping.simulator.settings import TOLD, ByOrder, Settings
from tianping.simulator.streams import Streams

#: True SRBs lie between 10 and 1000 boys per 100 girls.
FURTHEST = np.log(10.0)


@dataclass(frozen=True)
class Event:
    """One thing that was planted.

    Attributes:
        kind: its name in scenario files, such as `step` or `late`.
        area: position of its area in the tree, −1 for all areas as one.
        first: place of its first month.
        last: place of its last month; −1 when it lasts beyond the world.
        orders: birth orders that it concerns.
        size: log SRB added to the first of them; for reporters the share or ratio that their setting names.
        other_area: position of the area that gets or gives the figures; −1 for none.
    """

    kind: str
    area: int
    first: int
    last: int
    orders: tuple[str, ...]
    size: float
    other_area: int = -1


@dataclass(frozen=True)
class Truth:
    """What is true of a world.

    Attributes:
        log_srb: log of boys per girl, shape (leaves, months, 3).
        changed: place of the first month of the step or ramp that is on, −1 where none, shape (leaves, months).
        events: what was planted.
    """

    log_srb: FloatArray
    changed: IntArray
    events: tuple[Event, ...]


def plant(scenario: Scenario, forest: Forest, rates: Rates, streams: Streams) -> Truth:
    """Plant the true sex ratios of every leaf, month and order.

    Raises:
        InputError: `scenario_too_few_areas` or `scenario_code_unknown`.
    """
    sex_ratio, n_months = scenario.sex_ratio, scenario.n_months
    log_srb = np.tile(_national(scenario), (len(forest.leaves), 1, 1))
    log_size = np.log(np.maximum(rates.size, 1e-3))
    _add(log_srb, sex_ratio.size_slope, (log_size - log_size.mean())[:, None])
    for i, effect in enumerate(sex_ratio.effects):
        homes = forest.homes(effect.level)
        _add(log_srb, effect.orders, _at_home(effect.draw.sample(homes.n, streams.of("effect", i))[:, None], homes))
    for i, drift in enumerate(sex_ratio.drifts):
        homes = forest.homes(drift.level)
        _add(log_srb, drift.orders, _at_home(_course(drift, homes.n, n_months, streams.of("drift", i)), homes))
    changed = np.full(log_srb.shape[:2], -1, dtype=np.int64)
    events = _plant_changes(sex_ratio, forest, rates, streams, log_srb, changed)
    np.clip(log_srb, -FURTHEST, FURTHEST, out=log_srb)
    return Truth(log_srb, changed, events)


def _national(scenario: Scenario) -> FloatArray:
    """Give what all areas share, shape (months, 3)."""
    sex_ratio = scenario.sex_ratio
    years = np.arange(scenario.n_months) / 12
    common = np.log(sex_ratio.natural / 100) + wave(sex_ratio.season, scenario.first, scenario.n_months)
    by_order = np.array(sex_ratio.gradient) + np.outer(years, sex_ratio.gradient_per_year)
    return (common + sex_ratio.per_year * years)[:, None] + by_order


def _add(log_srb: FloatArray, orders: ByOrder, values: FloatArray) -> None:
    """Add values, shape (leaves, months or 1), to the orders that they concern."""
    for order, loading in enumerate(orders):
        if loading:
            log_srb[:, :, order] += loading * values


def _at_home(values: FloatArray, homes: Homes) -> FloatArray:
    """Give each leaf the values of its area, 0 where it stands above the level."""
    return np.where(homes.home[:, None] >= 0, values[homes.home], 0.0)


def _course(drift: Drift, n: int, n_months: int, rng: np.random.Generator) -> FloatArray:
    """Give a drift's course, shape (n, months)."""
    noise = rng.standard_normal((n, n_months))
    if isinstance(drift, RandomWalk):
        noise[:, 0] = 0.0
        return np.cumsum(drift.sd_per_month * noise, axis=1)
    assert isinstance(drift, Autoregression)
    fresh = np.sqrt(1 - drift.persistence**2)
    for at in range(1, n_months):
        noise[:, at] = drift.persistence * noise[:, at - 1] + fresh * noise[:, at]
    return drift.sd * noise


def _plant_changes(
    sex_ratio: SexRatio, forest: Forest, rates: Rates, streams: Streams, log_srb: FloatArray, changed: IntArray
) -> tuple[Event, ...]:
    events: list[Event] = []
    for i, change in enumerate(sex_ratio.changes):
        planned = _planned(change, i, forest, rates, streams)
        in_time = (one for one in planned if one.start < log_srb.shape[1])
        events.extend(_plant_change(change, one, log_srb, changed) for one in in_time)
    return tuple(events)


@dataclass(frozen=True)
class _Planned:
    """A change in one area: from which month, for how many (0 for ever), and how large."""

    chosen: Chosen
    start: int
    lasts: int
    amount: float


def _planned(change: Change, i: int, forest: Forest, rates: Rates, streams: Streams) -> list[_Planned]:
    chosen = choose(change.where, forest, rates.size, streams.of("change", i, "where"))
    n = len(chosen)
    start = np.maximum(np.rint(change.start.sample(n, streams.of("change", i, "start"))).astype(int) - 1, 0)
    lasts, size = np.zeros(n, dtype=int), change.by or change.to
    assert size is not None
    if change.lasts is not None:
        lasts = np.maximum(np.rint(change.lasts.sample(n, streams.of("change", i, "lasts"))).astype(int), 1)
    amount = size.sample(n, streams.of("change", i, "size"))
    first = [_Planned(*each) for each in zip(chosen, start.tolist(), lasts.tolist(), amount.tolist(), strict=True)]
    return first if change.spread is None else [*first, *_followers(change.spread, i, first, forest, streams)]


def _followers(spread: Spread, i: int, first: list[_Planned], forest: Forest, streams: Streams) -> list[_Planned]:
    """Give the changes that go out from the first ones; a leaf that has changed does not change again."""
    homes = forest.homes(spread.within)
    taken = np.zeros(len(forest.leaves), dtype=bool)
    for origin in first:
        taken[origin.chosen.leaves] = True
    found = []
    for k, origin in enumerate(first):
        rng = streams.of("change", i, "spread", k)
        near = np.isin(homes.home, np.unique(homes.home[origin.chosen.leaves])) & (homes.home >= 0)
        follows = rng.random(len(near)) < spread.share
        delay = np.rint(rng.exponential(size=len(near)) * spread.months).astype(int)
        for leaf in np.flatnonzero(near & follows & ~taken):
            taken[leaf] = True
            one = Chosen(int(forest.leaves[leaf]), np.array([leaf]))
            found.append(_Planned(one, origin.start + int(delay[leaf]), origin.lasts, origin.amount))
    return found


def _plant_change(change: Change, planned: _Planned, log_srb: FloatArray, changed: IntArray) -> Event:
    """Add one change to the truth; give its event."""
    leaves, start, n_months = planned.chosen.leaves, planned.start, log_srb.shape[1]
    profile = _profile(change, start, planned.lasts, n_months)
    size = np.multiply(change.orders, planned.amount) * np.ones((len(leaves), 1))
    if change.to is not None:
        reached = np.log(max(planned.amount, 1e-3) / 100) - log_srb[leaves, start]
        size = np.where(np.array(change.orders) != 0, reached, 0.0)
    log_srb[leaves] += profile[:, None] * size[:, None, :]
    on = np.flatnonzero(profile > 0)
    if not isinstance(change, Hump):
        changed[np.ix_(leaves, on)] = start
    concerned = tuple(order for order, loading in zip(TOLD, change.orders, strict=True) if loading)
    told = float(size[:, TOLD.index(concerned[0])].mean()) if concerned and len(leaves) else 0.0
    last = int(on[-1]) if on.size and on[-1] < n_months - 1 else -1
    return Event(_kind(change, CHANGES), planned.chosen.position, start, last, concerned, told)


def _profile(change: Change, start: int, lasts: int, n_months: int) -> FloatArray:
    """Give how much of a change is there in each month, 0–1."""
    since = np.arange(n_months, dtype=np.float64) - start
    if isinstance(change, Hump):
        return np.where((since >= 0) & (since < lasts), np.sin(np.pi * (since + 0.5) / lasts), 0.0)
    rise = change.rise if isinstance(change, Ramp) else 1
    up = np.clip((since + 1) / rise, 0, 1)
    return up if not lasts else up - np.clip((since - lasts + 1) / rise, 0, 1)


def _kind(part: Settings, kinds: dict[str, type[Settings]]) -> str:
    return next(name for name, kind in kinds.items() if type(part) is kind)
