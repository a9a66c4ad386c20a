"""Forecasts that the guaranteed tier bets on: each period's from what was registered before it."""

from __future__ import annotations

import numpy as np

from tianping.srb.cohorts import by_registration
from tianping.srb.engine import estimate
from tianping.srb.results import FloatArray
from tianping.srb.settings import Settings
from tianping.terms import Counts


def engine_forecast(
    counts: Counts, order_group: str, settings: Settings | None = None, *, first: int = 12, every: int = 12
) -> FloatArray:
    """Give the engine's own forecast of log SRB, shape (areas, periods): its mean at some periods' ends, kept since.

    Scales too come from what was registered by then: the first run finds them, later runs start from the last one's.
    A run costs what an estimate costs; `e_values` bets on a quick filter of its own without being given this.

    Args:
        counts: the births; laid out by registration where that is known.
        order_group: order group.
        settings: settings of the runs.
        first: periods before the first run; nothing is expected until then.
        every: periods between runs.

    Raises:
        InputError: `no_births` when the first run finds none.
    """
    registered = by_registration(counts)
    expected = np.full((len(counts.tree), len(counts.periods)), np.nan)
    warm = None
    for t in range(first, len(counts.periods), every):
        run, fitted = estimate(registered.until(counts.periods[t - 1]), settings, warm)
        warm = fitted.warm
        expected[:, t:] = run.estimates.column("log_mean", order_group)[:, None]
    return expected
