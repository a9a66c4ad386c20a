"""Which months are evaluated, and half-years."""

from __future__ import annotations

import numpy as np

from bench.world import FloatArray

HALF_YEAR = 6
#: Months of births behind every evaluation of a peer that is refitted.
WINDOW = 24
_EVERY = 3


def evaluated_months(n_months: int) -> range:
    """Give the months that are evaluated with the data up to them: every third from the second year's last on."""
    return range(WINDOW - 1, n_months, _EVERY)


def half_years(monthly: FloatArray) -> FloatArray:
    """Average months to half-years, shape (townships, half-years, orders); the months must fill them."""
    n, months, orders = monthly.shape
    return np.asarray(monthly.reshape(n, months // HALF_YEAR, HALF_YEAR, orders).mean(2), dtype=float)
