"""Lists with a controlled share of false ones."""

from __future__ import annotations

import numpy as np

from tianping.srb.results import BoolArray, FloatArray, IntArray

#: Parts of a list whose worst sets are looked at first, for all lengths at once.
_TRIED_FIRST = (1e-9, 0.05, 0.2, 0.5, 0.8)


def bayes_fdr(p: FloatArray, q: float) -> tuple[BoolArray, float]:
    """Give the longest list, by falling probability, whose expected share of false ones is at most `q`.

    Equal probabilities are listed all or none, so the list does not depend on the order of the areas.

    Args:
        p: posterior probabilities that each is true, NaN where not asked, shape (n,).
        q: expected share of false ones allowed.

    Returns:
        which are on the list, shape (n,); and the list's expected share of false ones (NaN when empty).
    """
    falling = np.sort(p[~np.isnan(p)])[::-1]
    share = np.cumsum(1.0 - falling) / np.arange(1, len(falling) + 1)
    good = np.flatnonzero((share <= q) & _ends_tie(falling))
    if not len(good):
        return np.zeros(len(p), dtype=bool), float("nan")
    return p >= falling[good[-1]], float(share[good[-1]])


def e_bh(e: FloatArray, alpha: float) -> BoolArray:
    """Give the e-BH list: the k largest, k the largest number with e_(k) ≥ n / (k·alpha) (Wang & Ramdas 2022).

    Its false-discovery rate is at most `alpha` under any dependence, for the one look whose e-values these are.
    """
    n = len(e)
    falling = np.sort(e)[::-1]
    good = np.flatnonzero(falling * np.arange(1, n + 1) * alpha >= n)
    return e >= falling[good[-1]] if len(good) else np.zeros(n, dtype=bool)


def closed_e_bh(e: FloatArray, alpha: float) -> BoolArray:
    """Give the closed e-BH list, which holds the e-BH list and sometimes more (Xu, Fischer & Ramdas 2025).

    The r largest may be listed when for every set S of the n areas the mean e-value of S is at least |S ∩ list| /
    (r·alpha). Put the areas whose null holds for S: their mean is an e-value, so the expected share of false ones is
    at most `alpha` under any dependence, for the one look whose e-values these are. The longest such list is given;
    equal e-values are listed all or none.
    """
    n = len(e)
    falling = np.sort(e)[::-1]
    fallback = e_bh(e, alpha)
    if not n or falling.sum() * alpha < n:
        return fallback
    sizes = np.arange(1, n + 1)
    candidates = sizes[_ends_tie(falling) & (falling * sizes * alpha >= 1.0) & (sizes > fallback.sum())]
    for part in _TRIED_FIRST:
        candidates = candidates[_could_list(falling, candidates, part, alpha)]
    for r in candidates[::-1]:
        if _may_list(falling, int(r), alpha):
            return e >= falling[r - 1]
    return fallback


def _could_list(falling: FloatArray, r: IntArray, part: float, alpha: float) -> BoolArray:
    """Say of many lengths r whether the worst set with a part of the list allows it: quick, and not yet the answer."""
    upto = np.concatenate(([0.0], np.cumsum(falling)))
    s = np.ceil(part * r).astype(np.int64)
    limit = s / (r * alpha)
    first_below = np.maximum(r, len(falling) - np.searchsorted(falling[::-1], limit))
    sums = upto[r] - upto[r - s] + upto[-1] - upto[first_below]
    allowed: BoolArray = sums >= (s + len(falling) - first_below) * limit * (1.0 - 1e-12)
    return allowed


def _may_list(falling: FloatArray, r: int, alpha: float) -> bool:
    """Say whether every set's mean e-value allows the list of the r largest.

    The worst sets hold the s smallest of the list and whatever lies outside it below the s-th limit, s / (r·alpha).
    """
    limit = np.arange(1, r + 1) / (r * alpha)
    outside = falling[r:][::-1]
    below = np.searchsorted(outside, limit)
    sums = np.cumsum(falling[:r][::-1]) + np.concatenate(([0.0], np.cumsum(outside)))[below]
    return bool((sums >= (np.arange(1, r + 1) + below) * limit).all())


def _ends_tie(falling: FloatArray) -> BoolArray:
    """Say of each of some falling numbers whether the next one is smaller."""
    ends = np.ones(len(falling), dtype=bool)
    ends[:-1] = falling[:-1] > falling[1:]
    return ends


def benjamini_hochberg(p: FloatArray, q: float) -> BoolArray:
    """Give the Benjamini–Hochberg list of p-values at false-discovery rate `q`."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= q * np.arange(1, n + 1) / n)
    listed = np.zeros(n, dtype=bool)
    if len(good):
        listed[order[: good[-1] + 1]] = True
    return listed
