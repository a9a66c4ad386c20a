"""Births with the period of their registration, drawn with planted delays."""

from __future__ import annotations

import numpy as np

from tianping.terms import Counts, DelayCells, DelayCounts, Period
from unit.srb.small import forest, periods


def mixed_delay(soon, n=13):
    """Give a law of delays: most at once, the rest spread over later periods."""
    late = np.zeros(n)
    late[0] = soon
    late[1:] = (1.0 - soon) / (n - 1)
    return late


def draw_registrations(parents, law, *, n=36, births=60.0, srb=1.063, first="2022-01", seed=1):
    """Draw births of order 2 with their delays.

    Args:
        parents: {code: parent's code}.
        law: probabilities of delays, shape (areas, 2, delays) or broadcastable to it: boys, then girls.
        n: number of periods.
        births: expected births of a leaf in a period.
        srb: boys per girl.
        first: first period.
        seed: seed.

    Returns:
        What is known at the end: counts with delays; then all births by area, period and sex.
    """
    rng = np.random.default_rng(seed)
    tree = forest(parents)
    law = np.broadcast_to(law, (len(tree), 2, np.shape(law)[-1]))
    total = rng.poisson(births * tree.is_leaf[:, None], (len(tree), n))
    boys = rng.binomial(total, srb / (1.0 + srb))
    born = np.stack([boys, total - boys], axis=2)
    by_delay = rng.multinomial(born, law[:, None])
    area, period, sex, delay = (axis.ravel() for axis in np.indices(by_delay.shape))
    births_ = by_delay.ravel().astype(float)
    known = (period + delay < n) & (births_ > 0)
    cells = DelayCells(*(values[known] for values in (area, period, period + delay, np.ones_like(area), sex, births_)))
    return counts_of(tree, cells, n, first), born


def counts_of(tree, cells, n, first="2022-01"):
    """Make counts with their delays out of cells."""
    shape = (len(tree), n, 4, 2)

    def laid_out(period):
        at = np.ravel_multi_index((cells.area, period, cells.order, cells.sex), shape)
        dense = np.bincount(at, cells.births, int(np.prod(shape))).reshape(shape).astype(np.int64)
        return dense[..., 0], dense[..., 1]

    start = Period.parse(first)
    delays = DelayCounts.collect(cells, len(tree), start, start.shift(n - 1))
    return Counts(tree, periods(first, n), *laid_out(cells.period), *laid_out(cells.reported), delays)
