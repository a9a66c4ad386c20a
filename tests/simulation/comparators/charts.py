"""Methods that add up evidence month by month: likelihood-ratio charts and e-processes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from simulation.comparators.method import ALERT_AT, NOMINAL, REFERENCE, BoolArray, FloatArray, Known, Method

#: SRB that the likelihood-ratio chart is tuned to.
_OUT_OF_CONTROL = 1.25
#: What the odds are multiplied by once a chart with its own base line is out of control.
_ODDS = 1.2
#: Limit of the charts.
_LIMIT = 4.0
_BASE_MONTHS = 24
#: Alternatives of the e-processes, and the monthly hazard of a start.
_ALTERNATIVES = (1.25, 1.35, 1.5, 1.7)
HAZARD = 1 / 60


def _log_ratios(known: Known, out: FloatArray | float, null: FloatArray | float) -> FloatArray:
    """Give the log-likelihood ratio of two SRBs in every period, shape (areas, periods)."""
    return known.boys * np.log(out / null) - (known.boys + known.girls) * np.log((1 + out) / (1 + null))


def _held_chart(known: Known, times: Sequence[int]) -> FloatArray:
    """Add up log-likelihood ratios, never below zero; an alarm does not start the chart anew."""
    return _cusum(_log_ratios(known, _OUT_OF_CONTROL, REFERENCE), None)[:, list(times)]


def _own_base_chart(known: Known, times: Sequence[int]) -> FloatArray:
    """Watch for odds a fifth above the area's own first two years, starting anew after an alarm (Hoehle 2010)."""
    base = known.window([_BASE_MONTHS // known.months - 1], None) if known.boys.shape[1] > _base(known) else None
    if base is None:
        return np.full((len(known.boys), len(times)), np.nan)
    own = (base[0] + 0.5) / (base[1] + 0.5)
    ratios = _log_ratios(known, _ODDS * own, own)
    ratios[:, : _base(known)] = 0.0
    return _cusum(ratios, _LIMIT)[:, list(times)]


def _base(known: Known) -> int:
    return _BASE_MONTHS // known.months


def _cusum(ratios: FloatArray, reset_at: float | None) -> FloatArray:
    chart, value = np.empty_like(ratios), np.zeros(len(ratios))
    for time in range(ratios.shape[1]):
        value = np.maximum(value + ratios[:, time], 0.0)
        chart[:, time] = value
        if reset_at is not None:
            value = np.where(value > reset_at, 0.0, value)
    return chart


def _beyond_limit(known: Known, scores: FloatArray) -> BoolArray:
    return scores > _LIMIT


def e_process(known: Known, times: Sequence[int], null: float, alternatives: Sequence[float]) -> FloatArray:
    """Give log e-values against SRB ≤ `null`: a bet on each alternative, started in every month with a small stake."""
    ratios = np.stack([_log_ratios(known, out, null) for out in alternatives])
    running = np.full(ratios.shape[:2], -np.inf)
    left, log_e = 0.0, np.empty(ratios.shape[1:])
    for time in range(ratios.shape[2]):
        running = np.logaddexp(running, left + np.log(HAZARD)) + ratios[:, :, time]
        left += np.log1p(-HAZARD)
        log_e[:, time] = np.logaddexp(np.logaddexp.reduce(running, axis=0) - np.log(len(running)), left)
    return log_e[:, list(times)]


def e_benjamini_hochberg(known: Known, scores: FloatArray) -> BoolArray:
    """Flag the k highest e-values of each level, the k-th at least areas/(k·10 %) (Wang and Ramdas 2022)."""
    flagged = np.zeros(len(scores), dtype=bool)
    for level in np.unique(known.levels):
        members = np.flatnonzero(known.levels == level)
        order = members[np.argsort(-scores[members], kind="stable")]
        k = np.arange(1, len(order) + 1)
        enough = np.flatnonzero(scores[order] >= np.log(len(order) / (k * NOMINAL)))
        if enough.size:
            flagged[order[: enough[-1] + 1]] = True
    return flagged


CHARTS = (
    Method("lr_cusum", _held_chart, _beyond_limit),
    Method("categorical_cusum", _own_base_chart, _beyond_limit),
    Method("e_process", partial(e_process, null=ALERT_AT, alternatives=_ALTERNATIVES), e_benjamini_hochberg),
)
