"""What a picture of a unit's reports shows: each period's deviation from the unit's own share of boys."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.reports import Reports
from tianping.srb.results import FloatArray


def deviations(reports: Reports) -> FloatArray:
    """Give (boys − n p̂) / √(n p̂ q̂) of all orders together, NaN without births, shape (units, periods).

    Of honest reports two in three lie within ±1 and nineteen in twenty within ±2.
    """
    boys, births = reports.boys.sum(2), reports.births.sum(2).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = boys.sum(1, keepdims=True) / births.sum(1, keepdims=True)
        z: FloatArray = (boys - births * share) / np.sqrt(births * share * (1.0 - share))
    return np.where(np.isfinite(z), z, np.nan)
