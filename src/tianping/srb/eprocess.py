"""The guaranteed tier: e-processes against "SRB at most c in every period", whatever the past.

The null of an area: whatever was registered before, anywhere, each birth registered in a period is a boy with
probability at most c / (1 + c). A bet names, before a period's births are registered, an SRB s ≥ c, and is paid the
likelihood ratio of s against c. That ratio's expectation given the past is at most 1 for every boy's probability up to
c / (1 + c), so whatever mixture of such bets, and of courses of such bets, is an e-process.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tianping.srb.results import FloatArray, IntArray

#: Alternatives as multiples of the null, equally weighted (112, 120, 130 and 145 against 107), always above it: with
#: one below, SRB under both would give an expectation over 1.
ALTERNATIVES = np.array([1.12, 1.20, 1.30, 1.45]) / 1.07
#: Probability that an alternative holds from the start (an excess may be older than the counts), and the hazard with
#: which one begins later, per month.
FROM_START, HAZARD = 0.5, 1.0 / 60.0
#: Above this log e-value no decision changes, and sums over areas stay finite.
_MOST = 600.0


def current_e_values(
    boys: IntArray,
    girls: IntArray,
    null_srb: float,
    forecasts: Sequence[FloatArray] = (),
    *,
    first: int = 0,
    months: int = 1,
) -> FloatArray:
    """Give the e-value at the last period of each area, shape (areas,).

    It is the mean of one e-process on fixed alternatives and one for each forecast. Its expectation is at most 1 at
    any one look when the null holds; that of its running maximum is not (arXiv 2501.19360).

    Args:
        boys: births of boys by period of registration where known, else of birth, shape (areas, periods).
        girls: likewise for girls.
        null_srb: c, boys per girl.
        forecasts: log SRB expected of each period from what was registered before it, shape (areas, periods), NaN
            where nothing is expected. Whoever gives one vouches that no column depends on its own or a later period
            of the counts; else no e-value follows.
        first: first period that is bet on.
        months: months in a period.
    """
    courses = [
        _fixed(boys[:, first:], girls[:, first:], null_srb, months),
        *(_on_forecast(boys[:, first:], girls[:, first:], log_srb[:, first:], null_srb) for log_srb in forecasts),
    ]
    return np.exp(np.minimum(np.logaddexp.reduce(courses, axis=0) - np.log(len(courses)), _MOST))


def _fixed(boys: IntArray, girls: IntArray, null_srb: float, months: int) -> FloatArray:
    """Give log E, E = Σ_k g_k Σ_t starts_t Π_{u ≥ t} LR_u(s_k) + rest: an alternative begins at t or has not yet."""
    n, periods = boys.shape
    if not periods:
        return np.zeros(n)
    left = (1.0 - FROM_START) * (1.0 - HAZARD) ** (months * np.arange(periods))
    log_starts = np.log(-np.diff(left, prepend=1.0))
    boys_since, girls_since = (np.cumsum(births[:, ::-1], axis=1)[:, ::-1] for births in (boys, girls))
    courses = [
        _log_sum(boys_since * log_boy + girls_since * log_girl + log_starts)
        for log_boy, log_girl in (_log_ratios(np.log(null_srb * s), null_srb) for s in ALTERNATIVES)
    ]
    return np.logaddexp(np.logaddexp.reduce(courses, axis=0) - np.log(len(courses)), np.log(left[-1]))


def _on_forecast(boys: IntArray, girls: IntArray, log_srb: FloatArray, null_srb: float) -> FloatArray:
    """Give log E of betting on a forecast; where it lies below the null nothing is bet."""
    log_boy, log_girl = _log_ratios(np.fmax(log_srb, np.log(null_srb)), null_srb)
    return (boys * log_boy + girls * log_girl).sum(1)


def _log_ratios(log_srb: FloatArray, null_srb: float) -> tuple[FloatArray, FloatArray]:
    """Give the log likelihood ratio of one boy and of one girl."""
    log_girl = np.log1p(null_srb) - np.log1p(np.exp(log_srb))
    return log_srb - np.log(null_srb) + log_girl, log_girl


def _log_sum(logs: FloatArray) -> FloatArray:
    """Give log Σ exp over the last axis."""
    top = logs.max(-1)
    return top + np.log(np.exp(logs - top[..., None]).sum(-1))
