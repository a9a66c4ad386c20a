"""Lists with a controlled share of false ones."""

from __future__ import annotations

import numpy as np

from tianping.srb.results import BoolArray, FloatArray


def bayes_fdr(p: FloatArray, q: float) -> tuple[BoolArray, float]:
    """Give the longest list, by falling probability, whose expected share of false ones is at most `q`.

    Args:
        p: posterior probabilities that each is true, NaN where not asked, shape (n,).
        q: expected share of false ones allowed.

    Returns:
        which are on the list, shape (n,); and the list's expected share of false ones (NaN when empty).
    """
    asked = np.flatnonzero(~np.isnan(p))
    order = asked[np.argsort(-p[asked], kind="stable")]
    share = np.cumsum(1.0 - p[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share <= q)
    listed = np.zeros(len(p), dtype=bool)
    if not len(good):
        return listed, float("nan")
    listed[order[: good[-1] + 1]] = True
    return listed, float(share[good[-1]])


def e_bh(e: FloatArray, alpha: float) -> BoolArray:
    """Give the e-BH list: the k largest, k the largest number with e_(k) ≥ n / (k·alpha) (Wang & Ramdas 2022).

    Its false-discovery rate is at most `alpha` under any dependence, for the one look whose e-values these are.
    """
    n = len(e)
    order = np.argsort(-e, kind="stable")
    k = np.arange(1, n + 1)
    good = np.flatnonzero(e[order] * k * alpha >= n)
    listed = np.zeros(n, dtype=bool)
    if len(good):
        listed[order[: good[-1] + 1]] = True
    return listed


def benjamini_hochberg(p: FloatArray, q: float) -> BoolArray:
    """Give the Benjamini–Hochberg list of p-values at false-discovery rate `q`."""
    n = len(p)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= q * np.arange(1, n + 1) / n)
    listed = np.zeros(n, dtype=bool)
    if len(good):
        listed[order[: good[-1] + 1]] = True
    return listed
