"""Comparisons of shares in 2 × 2 tables, one for each order, added up within a unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.tails import reach, table_moments, upper_tail
from tianping.srb.results import FloatArray


@dataclass(frozen=True)
class Strata:
    """2 × 2 tables of each unit; every array has shape (units, strata).

    Attributes:
        hits: hits in the first group.
        first: size of the first group.
        other_hits: hits in the second group.
        second: size of the second group.
    """

    hits: FloatArray
    first: FloatArray
    other_hits: FloatArray
    second: FloatArray

    def excess(self, odds: FloatArray | float = 1.0) -> tuple[FloatArray, FloatArray]:
        """Give the hits beyond the mean under an odds ratio, with their variance, each of shape (units,).

        Mantel & Haenszel 1959 for an odds ratio of 1.
        """
        bound = odds[:, None] if isinstance(odds, np.ndarray) else odds
        mean, variance = table_moments(self.first, self.second, self.hits + self.other_hits, bound)
        return (self.hits - mean).sum(1), variance.sum(1)

    def p_more(self, inflation: FloatArray, odds: FloatArray | float = 1.0) -> FloatArray:
        """Give the p-value of too many hits in the first group."""
        excess, variance = self.excess(odds)
        return upper_tail(excess, variance * inflation)

    def p_fewer(self, inflation: FloatArray) -> FloatArray:
        """Give the p-value of too few."""
        excess, variance = self.excess()
        return upper_tail(-excess, variance * inflation)

    @property
    def odds_ratio(self) -> FloatArray:
        """Mantel–Haenszel odds ratio of the first group to the second, infinite or NaN where a side is empty."""
        n = np.maximum(self.first + self.second, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: FloatArray = (self.hits * (self.second - self.other_hits) / n).sum(1) / (
                self.other_hits * (self.first - self.hits) / n
            ).sum(1)
        return found

    def detectable_log_odds(self, inflation: FloatArray, limits: Limits) -> FloatArray:
        """Give the smallest log odds ratio that would be shown; infinite where nothing is left to chance."""
        _, variance = self.excess()
        with np.errstate(divide="ignore"):
            found: FloatArray = reach(limits) * np.sqrt(inflation / variance)
        return found
