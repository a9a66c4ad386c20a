"""What is asked of the fitted model: birth-weighted means of log SRB over order groups and spans of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tianping.srb.fit import Problem
from tianping.srb.layout import Layout, group_starts
from tianping.srb.results import ESTIMANDS, BoolArray, FloatArray, IntArray
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS, Counts, group_channels

#: Births in the window below which an area's order mix is its parent's.
_MIX_BIRTHS = 50
#: Order mix where nothing at all is known; the trace of unknown order is all there is in counts without orders.
_DEFAULT_MIX = np.array([0.55, 0.35, 0.10, 1e-9])


@dataclass(frozen=True)
class Span:
    """A span of time with the weight of each period in it.

    Attributes:
        name: `now`, `window`, a calendar year, or first..last for the whole.
        weights: weight of each period, adding to one, shape (periods,).
        for_missing: whether only order group `all` is asked (spans for missing births).
        first: first period's index.
        last: last period's index.
    """

    name: str
    weights: FloatArray
    for_missing: bool
    first: int
    last: int


@dataclass(frozen=True)
class Questions:
    """All functionals of a run: pairs of a span and an order group.

    Attributes:
        spans: spans of time.
        span: span of each functional, shape (functionals,).
        group: position in ORDER_GROUPS of each functional, shape (functionals,).
        mix: share of each channel in the order group at each leaf, shape (leaves, functionals, channels).
        leaf_weight: births that weigh each leaf in its ancestors' means, shape (leaves, functionals).
        node_weight: the same summed over what lies below, shape (nodes, functionals).
        n_compared: number of leading functionals that are compared with the rest of the parent.
    """

    spans: tuple[Span, ...]
    span: IntArray
    group: IntArray
    mix: FloatArray
    leaf_weight: FloatArray
    node_weight: FloatArray
    n_compared: int

    @cached_property
    def n_estimands(self) -> int:
        """Number of functionals that are estimands: `now` and `window` by order group come first."""
        return len(ESTIMANDS) * len(ORDER_GROUPS)

    @cached_property
    def n_mixed(self) -> int:
        """Number of leading functionals answered by mixtures; the others, missing births, need only two moments."""
        return int((~np.array([span.for_missing for span in self.spans])[self.span]).sum())

    def time_weights(self) -> FloatArray:
        """Give each functional's weights over periods, shape (functionals, periods)."""
        return np.stack([span.weights for span in self.spans])[self.span]

    def shares(self, layout: Layout, nodes: IntArray) -> FloatArray:
        """Give the weight of each node in its parent's mean by functional, shape (nodes, functionals)."""
        return self.node_weight[nodes] / self.node_weight[layout.parent[nodes]]

    def of_window(self, spans: tuple[Span, ...]) -> Questions:
        """Ask for these spans and every order group instead, with the window's mix and weights."""
        groups = len(ORDER_GROUPS)
        columns = np.tile(np.arange(groups), len(spans))  # the first functionals are `now` by order group
        return Questions(
            spans,
            np.repeat(np.arange(len(spans)), groups),
            self.group[columns],
            self.mix[:, columns],
            self.leaf_weight[:, columns],
            self.node_weight[:, columns],
            0,
        )


def ask(problem: Problem, settings: Settings) -> Questions:
    """Put the questions of a run."""
    return _ask(problem, settings, make_spans(problem, settings), len(ESTIMANDS) * len(ORDER_GROUPS))


def ask_now(problem: Problem, settings: Settings) -> Questions:
    """Ask for the last period only, and compare nothing."""
    return _ask(problem, settings, make_spans(problem, settings)[:1], 0)


def _ask(problem: Problem, settings: Settings, spans: tuple[Span, ...], n_compared: int) -> Questions:
    """Put the questions about some spans."""
    pairs = [
        (s, g)
        for s, span in enumerate(spans)
        for g, group in enumerate(ORDER_GROUPS)
        if not span.for_missing or group == "all"
    ]
    mixes, weights = [], []
    for span in spans:
        groups = ("all",) if span.for_missing else ORDER_GROUPS
        births = births_behind(problem, settings, span)
        mixes.append(order_mix(problem, births, groups))
        weights.append(leaf_weights(problem, births, groups))
    weight = np.concatenate(weights, axis=1)
    return Questions(
        spans,
        np.array([s for s, _ in pairs]),
        np.array([g for _, g in pairs]),
        np.concatenate(mixes, axis=1),
        weight,
        _sum_up(problem.layout, weight),
        n_compared,
    )


def _sum_up(layout: Layout, weight: FloatArray) -> FloatArray:
    """Add the leaves' weights up to all nodes above them, shape (nodes, functionals)."""
    total = np.zeros((len(layout.parent), weight.shape[1]))
    total[layout.leaves] = weight
    for nodes in (layout.leaves, *layout.tiers):
        to, starts = group_starts(layout.parent[nodes])
        total[to] += np.add.reduceat(total[nodes], starts, axis=0)
    return total


def answered_groups(counts: Counts) -> BoolArray:
    """Say which order groups can be answered, shape (order groups,): without orders only `all`."""
    return np.array([counts.has_orders or group == "all" for group in ORDER_GROUPS])


def window_periods(problem: Problem, settings: Settings) -> int:
    """Give the number of periods in the window."""
    n = max(1, settings.window_months // problem.basis.months_per_period)
    return min(n, len(problem.counts.periods))


def make_spans(problem: Problem, settings: Settings) -> tuple[Span, ...]:
    """Make the spans: now, the window, each calendar year, the whole."""
    periods = problem.counts.periods
    n = len(periods)
    now = np.zeros(n)
    now[-1] = 1.0
    window = np.zeros(n)
    window[-window_periods(problem, settings) :] = 1.0
    volume = problem.cells.births.sum((0, 2)) + 1e-6
    spans = [
        Span(ESTIMANDS[0], now, False, n - 1, n - 1),
        Span(ESTIMANDS[1], window / window.sum(), False, n - window_periods(problem, settings), n - 1),
    ]
    years = np.array([period.year for period in periods])
    for year in np.unique(years):
        inside = np.flatnonzero(years == year)
        weights = np.where(years == year, volume, 0.0)
        spans.append(Span(str(year), weights / weights.sum(), True, int(inside[0]), int(inside[-1])))
    if len(np.unique(years)) > 1:
        spans.append(Span(f"{periods[0]}..{periods[-1]}", volume / volume.sum(), True, 0, n - 1))
    return tuple(spans)


def births_behind(problem: Problem, settings: Settings, span: Span) -> FloatArray:
    """Give each area's own births that make the mix and weights of a span, shape (areas, 4).

    Missing births are those of the span's own births; an estimand describes the area as the window finds it.
    """
    counts = problem.counts
    first = span.first if span.for_missing else len(counts.periods) - window_periods(problem, settings)
    inside = slice(first, span.last + 1)
    return (counts.boys[:, inside] + counts.girls[:, inside]).sum(1).astype(float)


def order_mix(problem: Problem, births: FloatArray, groups: Sequence[str] = ORDER_GROUPS) -> FloatArray:
    """Give the order mix of each leaf within each order group, shape (leaves, groups, channels).

    An area's own, or its parent's where it had fewer than fifty births of the group.
    """
    tree, layout = problem.counts.tree, problem.layout
    used = list(problem.channels.used)
    pooled = np.asarray(tree.sum_up(births), dtype=float)
    top = births.sum(0) + _DEFAULT_MIX
    mix = np.zeros((len(tree), len(groups), len(used)))
    for g, group in enumerate(groups):
        inside = np.array([channel in group_channels(group) for channel in used], dtype=float)
        if not inside.any():
            continue
        own = pooled[:, used] * inside
        n = own.sum(1)
        whole = top[used] * inside
        mix[:, g] = own / np.maximum(n, 1.0)[:, None]
        for depth in range(int(tree.depth.max()) + 1):
            few = np.flatnonzero((tree.depth == depth) & (n < _MIX_BIRTHS))
            above = tree.parent[few]
            mix[few, g] = np.where(above[:, None] >= 0, mix[above, g], whole / whole.sum())
    return mix[layout.leaf_areas]


def leaf_weights(problem: Problem, births: FloatArray, groups: Sequence[str] = ORDER_GROUPS) -> FloatArray:
    """Give the births that weigh each leaf by order group; never all zero below a node."""
    layout = problem.layout
    total = problem.cells.births.sum((1, 2))
    weight = np.empty((len(layout.leaves), len(groups)))
    for g, group in enumerate(groups):
        weight[:, g] = births[layout.leaf_areas][:, list(group_channels(group))].sum(1)
    return weight + 1e-6 * total[:, None] + 1e-9
