"""Time: a piecewise linear basis on knots, and the covariance of curves on it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tianping.srb.results import FloatArray
from tianping.terms import Period

_MAX_KNOTS = 12


@dataclass(frozen=True)
class Basis:
    """A hat basis over the periods.

    Attributes:
        hats: value of each knot's hat in each period, shape (periods, knots).
        months_apart: months between knots.
        months_per_period: 1 for months, 12 for years.
    """

    hats: FloatArray
    months_apart: float
    months_per_period: int

    @property
    def n_knots(self) -> int:
        """Number of knots."""
        return self.hats.shape[1]

    def decay_root(self, months: float) -> FloatArray:
        """Give a square root of the covariance exp(−|Δ|/months) between knots, shape (knots, knots)."""
        apart = np.abs(np.subtract.outer(np.arange(self.n_knots), np.arange(self.n_knots))) * self.months_apart
        return np.asarray(np.linalg.cholesky(np.exp(-apart / months) + 1e-9 * np.eye(self.n_knots)), dtype=float)

    def walk_root(self, months: float) -> FloatArray:
        """Give a square root of the covariance of a random walk that starts at zero, shape (knots, knots − 1).

        Its variance grows to one within `months`.
        """
        steps = np.tril(np.ones((self.n_knots, self.n_knots)))[:, 1:]
        return np.asarray(steps * np.sqrt(self.months_apart / months), dtype=float)


def make_basis(periods: tuple[Period, ...]) -> Basis:
    """Choose knots for these periods: a year apart (half a year in short series), never more than twelve."""
    n = len(periods)
    months_per_period = 1 if periods[0].is_month else 12
    if n == 1:
        return Basis(np.ones((1, 1)), 12.0, months_per_period)
    spacing = 1.0 if months_per_period == 12 else (12.0 if n > 18 else 6.0)
    spacing = max(spacing, (n - 1) / (_MAX_KNOTS - 1))
    n_knots = math.ceil((n - 1) / spacing - 1e-9) + 1
    place = np.arange(n) / spacing
    hats = np.maximum(0.0, 1.0 - np.abs(place[:, None] - np.arange(n_knots)[None, :]))
    return Basis(hats, spacing * months_per_period, months_per_period)
