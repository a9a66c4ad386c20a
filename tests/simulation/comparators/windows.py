"""Methods that look at the births of a window: raw rates and their ranking, funnels, a binomial test."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from scipy import stats

from simulation.comparators.method import (
    ALERT_AT,
    NOMINAL,
    REFERENCE,
    BoolArray,
    Estimated,
    FloatArray,
    Known,
    Method,
)

#: Scores of log ratios are told in hundredths.
_PER_CENT = 100.0
#: Share of the z-values at either end that do not speak on their spread (Spiegelhalter 2005).
_WINSOR = 0.10


def _log_ratio(known: Known, times: Sequence[int], months: int | None) -> FloatArray:
    boys, girls = known.window(times, months)
    return _PER_CENT * np.log((boys + 0.5) / (girls + 0.5))


def _above_alert(known: Known, scores: FloatArray) -> BoolArray:
    return scores > _PER_CENT * np.log(ALERT_AT)


def _bottom_ten(known: Known, scores: FloatArray) -> BoolArray:
    """List the ten highest of each level, as a monthly ranking does."""
    listed = np.zeros(len(scores), dtype=bool)
    for level in np.unique(known.levels):
        members = np.flatnonzero(known.levels == level)
        if len(members) > 10:
            listed[members[np.argsort(-scores[members], kind="stable")[:10]]] = True
    return listed


def _raw_estimates(known: Known, time: int, months: int | None) -> Estimated:
    boys, girls = (part[:, 0] + 0.5 for part in known.window([time], months))
    half = stats.norm.ppf(0.95) * np.sqrt(1 / boys + 1 / girls)
    log_srb = np.log(boys / girls)
    return Estimated(log_srb, log_srb - half, log_srb + half)


def _funnel(known: Known, times: Sequence[int], months: int) -> FloatArray:
    boys, girls = known.window(times, months)
    p, n = REFERENCE / (1 + REFERENCE), boys + girls
    return (boys - n * p) / np.sqrt(np.maximum(n, 1) * p * (1 - p))


def _wide_funnel(known: Known, times: Sequence[int], months: int) -> FloatArray:
    """Divide z by its spread over the areas of a level, ends winsorised, where that exceeds one."""
    z = _funnel(known, times, months)
    for level in np.unique(known.levels):
        members = known.levels == level
        low, high = np.quantile(z[members], [_WINSOR, 1 - _WINSOR], axis=0)
        z[members] /= np.sqrt(np.maximum(np.mean(np.clip(z[members], low, high) ** 2, axis=0), 1.0))
    return z


def _beyond_three(known: Known, scores: FloatArray) -> BoolArray:
    return scores > 3


def _binomial(known: Known, times: Sequence[int], months: int) -> FloatArray:
    boys, girls = known.window(times, months)
    p = stats.binom.sf(boys - 1, boys + girls, ALERT_AT / (1 + ALERT_AT))
    return stats.norm.isf(np.clip(p, 1e-300, 1 - 1e-16))


def _benjamini_hochberg(known: Known, scores: FloatArray) -> BoolArray:
    flagged = np.zeros(len(scores), dtype=bool)
    for level in np.unique(known.levels):
        members = np.flatnonzero(known.levels == level)
        flagged[members] = stats.false_discovery_control(stats.norm.sf(scores[members])) <= NOMINAL
    return flagged


def _raw(name: str, months: int | None) -> Method:
    return Method(
        name,
        partial(_log_ratio, months=months),
        _above_alert,
        lambda known, time: _raw_estimates(known, time, months),
        is_still=months is None,
    )


WINDOWS = (
    _raw("raw_1", 1),
    _raw("raw_12", 12),
    _raw("raw_24", 24),
    _raw("raw_all", None),
    Method("ranking_1", partial(_log_ratio, months=1), _bottom_ten),
    Method("funnel_12", partial(_funnel, months=12), _beyond_three),
    Method("funnel_24", partial(_funnel, months=24), _beyond_three),
    Method("wide_funnel_24", partial(_wide_funnel, months=24), _beyond_three),
    Method("binomial_24", partial(_binomial, months=24), _benjamini_hochberg),
)
