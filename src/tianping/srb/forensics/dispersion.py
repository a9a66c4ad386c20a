"""FR_DISP and FR_VAR: whether boys vary between periods as births do, less, or more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtr, chdtrc, chdtri, gammainc

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray, Reports
from tianping.srb.results import FloatArray

#: Degrees of freedom from which a unit's own dispersion is believed.
_BELIEVED = 10.0


@dataclass(frozen=True)
class Variation:
    """Pearson's X² of each unit with the chi-square that it is held against; arrays of shape (units,).

    Attributes:
        x2: Σ (y − n p̂)² / (n p̂ q̂) over cells with births.
        cells: how many cells.
        fitted: how many proportions were fitted to them.
        scale: a, by which X² is multiplied so that two moments agree with a chi-square.
        skewness: third moment of X² about its mean, divided by the variance to the power 3/2.
    """

    x2: FloatArray
    cells: IntArray
    fitted: IntArray
    scale: FloatArray
    skewness: FloatArray

    @property
    def freedom(self) -> FloatArray:
        """Cells less fitted proportions."""
        return (self.cells - self.fitted).astype(np.float64)

    @property
    def ratio(self) -> FloatArray:
        """Observed variance divided by the binomial one; NaN without cells."""
        return self.x2 / np.where(self.freedom > 0, self.freedom, np.nan)

    @property
    def p_low(self) -> FloatArray:
        """Probability of so little variation or less among independent births.

        The larger of two approximations. X² of small cells is less skewed than the chi-square that has its mean and
        variance, whose lower tail is then too thin; a gamma distribution with all three moments (Pearson's type III)
        mends that.
        """
        freedom = np.maximum(self.freedom, 1e-9)
        of_two = chdtr(np.maximum(self.scale * freedom, 1e-9), self.scale * self.x2)
        shape = 4.0 / np.maximum(self.skewness, 1e-3) ** 2
        z = (self.x2 - freedom) / np.sqrt(2.0 * freedom / np.maximum(self.scale, 1e-9))
        of_three = gammainc(shape, np.maximum(shape + np.sqrt(shape) * z, 0.0))
        return np.maximum(of_two, of_three)

    @property
    def p_high(self) -> FloatArray:
        """Probability of so much variation or more."""
        return chdtrc(np.maximum(self.scale * self.freedom, 1e-9), self.scale * self.x2)


def variation(boys: IntArray, births: IntArray) -> Variation:
    """Measure how boys vary around a unit's own share, one share for each order.

    a = 2K / Σ(2 + (1 − 6pq) / (npq)) matches mean and variance of X² under the binomial law, cell by cell, so that
    small cells are counted for what they are (a moment-matched form of the dispersion test of Fisher 1925).

    Args:
        boys: shape (units, periods, orders).
        births: same shape.
    """
    n = births.astype(np.float64)
    total = n.sum(1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = boys.sum(1, keepdims=True) / total
        pq = p * (1.0 - p)
        use = (n > 0) & (pq > 0)
        x2 = np.where(use, (boys - n * p) ** 2 / (n * pq), 0.0).sum((1, 2))
        # Cumulants of a standardised binomial count: the third squared, the fourth, the sixth.
        third, fourth = (1.0 - 4.0 * pq) / (n * pq), (1.0 - 6.0 * pq) / (n * pq)
        sixth = (1.0 - 30.0 * pq + 120.0 * pq**2) / (n * pq) ** 2
        spread = np.where(use, 2.0 + fourth, 0.0).sum((1, 2))
        lean = np.where(use, 8.0 + 12.0 * fourth + 10.0 * third + sixth, 0.0).sum((1, 2))
    cells = use.sum((1, 2))
    scale = 2.0 * cells / np.where(spread > 0, spread, np.nan)
    # Cells of one birth each cannot vary at all: X² is then no variable, and a is without bound.
    fitted = use.any(1).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.maximum((cells - fitted) / cells, 0.0)
        skewness = np.nan_to_num(lean * free / (spread * free) ** 1.5)
    return Variation(x2, cells, fitted, np.nan_to_num(np.minimum(scale, 1e6)), skewness)


def inflation(reports: Reports) -> FloatArray:
    """Give by how much the variance of shares exceeds the binomial one, at least 1, shape (units,).

    The family's pooled dispersion or the unit's own, whichever is greater: honest births cluster, and a comparison
    of shares that took them for binomial would find too much.
    """
    own = variation(reports.boys, reports.births)
    x2, freedom = float(own.x2.sum()), float(own.freedom.sum())
    pooled = x2 / freedom if freedom > 0 else 1.0
    alone = np.where(own.freedom >= _BELIEVED, np.nan_to_num(own.ratio, nan=1.0), 1.0)
    return np.maximum(np.maximum(alone, pooled), 1.0)


def under_dispersion(reports: Reports, limits: Limits) -> tuple[Answer, Answer]:
    """Ask whether boys vary too little: by month, all orders together, and by month and order.

    Whoever draws reports up to a ratio leaves out chance. Real change, clustered births and mixtures only add to the
    variation, so that they cannot make an honest unit look too smooth.
    """
    together = variation(reports.boys.sum(2, keepdims=True), reports.births.sum(2, keepdims=True))
    askable = _askable(reports, limits)
    unordered = reasons(len(reports), ("orders_not_told", reports.births[..., :3].sum((1, 2)) == 0))
    by_order = variation(reports.boys, reports.births)
    return (
        _too_little("months", together, askable, limits),
        _too_little("cells", by_order, np.where(askable > 0, askable, unordered), limits),
    )


def _too_little(part: str, found: Variation, reason: IntArray, limits: Limits) -> Answer:
    freedom = np.maximum(found.scale * found.freedom, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        detectable = chdtri(freedom, 1.0 - limits.error) / chdtri(freedom, 1.0 - limits.power)
    return answer(
        "FR_DISP",
        part,
        reason,
        p=found.p_low,
        effect=found.ratio,
        detectable=detectable,
        n=found.cells,
        statistic=found.x2,
        can_tell=detectable >= limits.dispersion_of_note,
    )


def over_dispersion(reports: Reports, limits: Limits) -> Answer:
    """Ask whether boys vary too much for one binomial share for each order.

    More variation has many honest grounds (real change, clustered births, several populations in one unit), so this
    answer stands by itself and asks nobody to check.
    """
    found = variation(reports.boys, reports.births)
    freedom = np.maximum(found.scale * found.freedom, 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        detectable = chdtri(freedom, limits.error) / chdtri(freedom, limits.power)
    return answer(
        "FR_VAR",
        "cells",
        _askable(reports, limits),
        p=found.p_high,
        effect=found.ratio,
        detectable=detectable,
        n=found.cells,
        statistic=found.x2,
        can_tell=detectable <= limits.variation_of_note,
        counts=False,
    )


def _askable(reports: Reports, limits: Limits) -> IntArray:
    return reasons(
        len(reports),
        ("few_births", reports.births.sum((1, 2)) < limits.least_births),
        ("few_periods", reports.periods_told < limits.least_periods),
    )
