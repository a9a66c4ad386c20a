"""Tails of distributions, for all units at once."""

from __future__ import annotations

import numpy as np
from scipy.special import ive, ndtr, ndtri, pdtrc

from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray
from tianping.srb.results import FloatArray


def reach(limits: Limits) -> float:
    """Give how many standard deviations away an effect lies that is shown with the power asked for."""
    return float(ndtri(1.0 - limits.error) + ndtri(limits.power))


def table_moments(
    first: FloatArray, second: FloatArray, hits: FloatArray, odds: FloatArray | float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Give mean and variance of the hits in the first group of a 2 × 2 table with fixed margins.

    Exact for an odds ratio of 1 (hypergeometric); else Cornfield's approximation to Fisher's noncentral one: the
    mean that has that odds ratio, and the inverse sum of the inverse cells as variance (Cornfield 1956). Tables
    without anything left to chance give a variance of 0.

    Args:
        first: size of the first group, any shape.
        second: size of the other, same shape.
        hits: hits in both, same shape.
        odds: odds ratio under the null hypothesis.
    """
    n = first + second
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = first * hits / n
        variance = mean * (second / n) * (n - hits) / (n - 1.0)
        a, b = 1.0 - odds, (second - hits) + odds * (first + hits)
        root = np.sqrt(np.maximum(b * b + 4.0 * a * odds * first * hits, 0.0))
        shifted = 2.0 * odds * first * hits / (b + root)
        cells = (shifted, first - shifted, hits - shifted, second - hits + shifted)
        cornfield = 1.0 / sum(1.0 / np.maximum(cell, 1e-12) for cell in cells)
    central = np.broadcast_to(np.asarray(odds) == 1.0, mean.shape)
    chance = (first > 0) & (second > 0) & (hits > 0) & (hits < n)
    return (
        np.where(n > 0, np.where(central, np.nan_to_num(mean), np.nan_to_num(shifted)), 0.0),
        np.where(chance, np.where(central, np.nan_to_num(variance), np.nan_to_num(cornfield)), 0.0),
    )


def upper_tail(excess: FloatArray, variance: FloatArray) -> FloatArray:
    """Give the probability of so great an excess over the mean or a greater one, corrected for whole numbers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (excess - 0.5) / np.sqrt(variance)
    return np.where(variance > 0, ndtr(-np.nan_to_num(z)), 1.0)


def poisson_tail(least: IntArray, mean: FloatArray) -> FloatArray:
    """Give the probability that a Poisson count of that mean is at least so great."""
    return np.where(least > 0, pdtrc(np.maximum(least - 1, 0), mean), 1.0)


def equal_chance(total: FloatArray) -> FloatArray:
    """Give the probability that two Poisson counts are equal, their means together being `total` and each half."""
    return np.asarray(ive(0, total))


def smallest_surprise(mean: FloatArray, error: float) -> FloatArray:
    """Give the least count that a Poisson variable of that mean reaches with a probability of at most `error`."""
    count = np.ceil(mean).astype(np.int64)
    while True:
        open_ = poisson_tail(count, mean) > error
        if not open_.any():
            return count.astype(np.float64)
        count = count + open_
