"""Ranks with their uncertainty; areas the data cannot tell apart are not ordered."""

from __future__ import annotations

import numpy as np

from tianping.srb.results import FloatArray, IntArray, Ranking


def rank_areas(level: str, order_group: str, areas: IntArray, draws: FloatArray, interval: float) -> Ranking:
    """Rank areas by joint posterior draws of log SRB; rank 1 is the highest SRB.

    An area's group is `high` or `low` when its rank interval lies wholly in the upper or lower third.

    Args:
        level: level name.
        order_group: order group.
        areas: positions in the tree, shape (n,).
        draws: joint draws, shape (n, draws).
        interval: probability of the rank intervals.
    """
    n, n_draws = draws.shape
    order = np.argsort(-draws.T, axis=1)
    ranks = np.empty((n_draws, n), dtype=np.int64)
    np.put_along_axis(ranks, order, np.arange(1, n + 1)[None, :], axis=1)
    ranks = np.ascontiguousarray(ranks.T)
    sorted_ranks = np.sort(ranks, axis=1)
    tail = (1.0 - interval) / 2
    low = sorted_ranks[:, int(np.floor(tail * (n_draws - 1)))]
    high = sorted_ranks[:, int(np.ceil((1.0 - tail) * (n_draws - 1)))]
    third = n / 3.0
    group = np.where(high <= third, "high", np.where(low > n - third, "low", "indistinguishable"))
    return Ranking(
        level,
        order_group,
        areas,
        ranks.mean(1),
        low,
        high,
        (ranks <= np.ceil(n / 10)).mean(1),
        tuple(str(name) for name in group),
        rankability(draws),
    )


def rankability(draws: FloatArray) -> float:
    """Give the share of the spread between areas that is real: 1 − E[var] / (E[var] + var of means).

    The variances are of effects centred within each draw, so that what areas share does not count.
    """
    if len(draws) < 2:
        return 0.0
    centred = draws - draws.mean(0)
    noise = float(centred.var(1).mean())
    between = float(centred.mean(1).var())
    return between / (noise + between) if noise + between > 0 else 0.0
