"""Empirical-Bayes shrinkage: areas scatter about their parents, parents about the whole, nothing moves in time.

This is what a mixed model with random intercepts for both levels does, in the Gaussian approximation of the binomial
likelihood; the scales are those of greatest likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import optimize, special, stats

from simulation.comparators.method import (
    ALERT_AT,
    NOMINAL,
    BoolArray,
    Estimated,
    FloatArray,
    IntArray,
    Known,
    Method,
)

#: Scales are sought between these, as logs.
_BOUNDS = (np.log(1e-4), np.log(2.0))


@dataclass(frozen=True)
class _Fit:
    """Posterior mean and standard deviation of log SRB, shape (areas,); NaN above the leaves."""

    mean: FloatArray
    sd: FloatArray


def _fit(known: Known, time: int, months: int | None) -> _Fit:
    boys, girls = (part[known.leaves, 0] for part in known.window([time], months))
    family = np.unique(known.parent[known.leaves], return_inverse=True)[1].astype(np.int64)
    n, share = boys + girls, max(boys.sum(), 0.5) / max(boys.sum() + girls.sum(), 1.0)
    weight = n * share * (1 - share)
    observed = special.logit(share) + np.divide(boys - n * share, weight, out=np.zeros_like(n), where=weight > 0)
    found = optimize.minimize(
        lambda scales: -_profile(np.exp(np.clip(scales, *_BOUNDS)), observed, weight, family)[0],
        np.log([0.05, 0.05]),
        method="Nelder-Mead",
        options={"xatol": 0.02, "fatol": 0.01, "maxiter": 200},
    )
    within, between = np.exp(np.clip(found.x, *_BOUNDS))
    centre = _profile((within, between), observed, weight, family)[1]
    precision = weight / (1 + weight * within**2)
    total, pull = (np.bincount(family, part) for part in (precision, precision * (observed - centre)))
    of_parent = between**2 / (1 + between**2 * total)
    about = centre + (of_parent * pull)[family]
    kept = weight * within**2 / (1 + weight * within**2)
    mean, sd = np.full(len(known.leaves), np.nan), np.full(len(known.leaves), np.nan)
    mean[known.leaves] = about + kept * (observed - about)
    sd[known.leaves] = np.sqrt(within**2 * (1 - kept) + (1 - kept) ** 2 * of_parent[family])
    return _Fit(mean, sd)


def _profile(
    scales: Sequence[float] | FloatArray, observed: FloatArray, weight: FloatArray, family: IntArray
) -> tuple[float, float]:
    """Give the log-likelihood of both scales and the centre that fits best."""
    within, between = scales
    precision = weight / (1 + weight * within**2)
    total = np.bincount(family, precision)
    scale = between**2 / (1 + between**2 * total)
    pull = np.bincount(family, precision * observed)
    information = (total - scale * total**2).sum()
    centre = (pull - scale * total * pull).sum() / max(information, 1e-12)
    rest = observed - centre
    square = (precision * rest**2).sum() - (scale * np.bincount(family, precision * rest) ** 2).sum()
    size = np.log1p(weight * within**2).sum() + np.log1p(between**2 * total).sum()
    return float(-(size + square) / 2), float(centre)


def _scores(known: Known, times: Sequence[int], months: int | None) -> FloatArray:
    """Give the log odds that SRB lies above the line asked about."""
    columns = []
    for time in times:
        fit = _fit(known, time, months)
        columns.append(_log_odds(stats.norm.logcdf, (fit.mean - np.log(ALERT_AT)) / fit.sd))
    return np.stack(columns, axis=1)


def _log_odds(log_cdf: np.ufunc, z: FloatArray) -> FloatArray:
    return log_cdf(z) - log_cdf(-z)


def _bayes_fdr(known: Known, scores: FloatArray) -> BoolArray:
    """Flag the longest list whose expected false share keeps the nominal rate."""
    p = special.expit(scores)
    order = np.argsort(-np.nan_to_num(p, nan=-1.0), kind="stable")
    order = order[~np.isnan(p[order])]
    share = np.cumsum(1 - p[order]) / np.arange(1, len(order) + 1)
    flagged = np.zeros(len(p), dtype=bool)
    flagged[order[: int(np.searchsorted(share, NOMINAL, side="right"))]] = True
    return flagged


def _estimates(known: Known, time: int, months: int | None) -> Estimated:
    fit = _fit(known, time, months)
    half = stats.norm.ppf(0.95) * fit.sd
    return Estimated(fit.mean, fit.mean - half, fit.mean + half)


def _shrunk(name: str, months: int | None) -> Method:
    return Method(
        name,
        partial(_scores, months=months),
        _bayes_fdr,
        lambda known, time: _estimates(known, time, months),
        is_still=months is None,
    )


SHRINKAGE = (_shrunk("shrinkage_24", 24), _shrunk("shrinkage_all", None))
