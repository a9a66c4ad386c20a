"""Small trees and counts that the engine's tests share."""

from __future__ import annotations

import numpy as np

from tianping.terms import Area, AreaTree, Counts, Period


def forest(parents):
    """Make a tree out of {code: parent's code}; a level is named by its depth."""

    def depth(code):
        return 0 if not parents[code] else 1 + depth(parents[code])

    return AreaTree.of(Area(code, code, f"level{depth(code)}", parent) for code, parent in parents.items())


def county(n, code="C"):
    """Give the parents of a county of `n` townships."""
    return {code: "", **{f"{code}{i:02d}": code for i in range(n)}}


TREES = {
    "two levels": county(4),
    "irregular": {
        "P": "",
        "C1": "P",
        "T1": "C1",
        "T2": "C1",
        "C2": "P",
        "T3": "C2",
        "D": "P",
        "X": "",
        "Y": "X",
        "Z": "",
    },
    "forest": {"A": "", "B": "", "C": ""},
    "one": {"A": ""},
}


def periods(first, n):
    """Give `n` periods from the first."""
    return tuple(Period.parse(first).shift(k) for k in range(n))


ORDER_SHARES = np.array([0.50, 0.32, 0.12, 0.06])


def counts(
    parents, first="2023-01", n=6, *, births=40.0, excess=(), orders=True, unknown=True, own=(), empty=(), seed=1
):
    """Draw births for a tree.

    Args:
        parents: {code: parent's code}.
        first: first period.
        n: number of periods.
        births: expected births of a leaf in a period.
        excess: log SRB above the reference from the second birth on, by code: {code: (value, from period)}.
        orders: whether births carry their order.
        unknown: whether some orders are unknown.
        own: inner areas that count births of their own.
        empty: periods without births.
        seed: seed of the draws.
    """
    rng = np.random.default_rng(seed)
    tree = forest(parents)
    share = ORDER_SHARES.copy() if orders else np.array([0.0, 0.0, 0.0, 1.0])
    if not unknown:
        share[3] = 0.0
    counting = tree.is_leaf | np.isin(tree.codes, own)
    log_srb = np.full((len(tree), n, 4), np.log(1.063))
    for code, (value, start) in dict(excess).items():
        log_srb[tree.positions[code], start:, 1:] += value
    total = rng.poisson(births * counting[:, None, None] * share, (len(tree), n, 4))
    total[:, list(empty)] = 0
    boys = rng.binomial(total, 1.0 / (1.0 + np.exp(-log_srb)))
    return Counts(tree, periods(first, n), boys, total - boys)
