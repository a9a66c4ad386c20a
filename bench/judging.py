"""Comparing what the methods wrote with the truth, by the engine's own published measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.answers import Estimates, Scores, read_estimates, read_scores
from bench.months import HALF_YEAR, WINDOW, evaluated_months, half_years
from bench.world import ALERT, NATURAL, Births, BoolArray, FloatArray, Truth
from tianping.srb.scoring import detection, recall_at_fdp

_FDP = 0.10
_Z = 1.6448536269514722


@dataclass(frozen=True)
class Accuracy:
    """How near the estimates of the half-yearly log SRB come, and what the 90 % intervals hold.

    Attributes:
        rmse: root mean square error.
        rmse_step: the same in townships with a step.
        coverage: share of intervals that hold the truth; NaN where none were given.
        coverage_step: the same in townships with a step.
        n: cells.
        n_intervals: cells with an interval.
    """

    rmse: float
    rmse_step: float
    coverage: float
    coverage_step: float
    n: int
    n_intervals: int


@dataclass(frozen=True)
class Lists:
    """What a method's lists of townships above the alert are worth, all evaluations together.

    Attributes:
        months: evaluations.
        flagged: townships on its own list, mean of the evaluations.
        precision: share of them that is right; NaN for empty lists.
        recall: share of the true ones on its own list.
        matched_recall: share of the true ones on the longest list whose wrong share is at most 10 %, by hindsight.
    """

    months: int
    flagged: float
    precision: float
    recall: float
    matched_recall: float


def judge_estimates(estimates: Estimates, births: Births, truth: Truth) -> Accuracy:
    """Score estimates in cells with births; invented reports are left out."""
    n = half_years((births.boys + births.girls).astype(float))
    true = half_years(truth.log_srb)
    place = (estimates.township, estimates.half, estimates.order)
    kept = (n[place] > 0) & ~truth.fabricated[estimates.township] & np.isfinite(estimates.mean)
    step = truth.step_at[estimates.township] >= 0
    error = estimates.mean - true[place]
    given = np.isfinite(estimates.lower) & np.isfinite(estimates.upper)
    inside = (estimates.lower <= true[place]) & (true[place] <= estimates.upper)

    def rmse(which: BoolArray) -> float:
        return float(np.sqrt(np.mean(error[which] ** 2)))

    def share(which: BoolArray) -> float:
        return float(inside[which].mean()) if which.any() else float("nan")

    told = kept & given
    return Accuracy(rmse(kept), rmse(kept & step), share(told), share(told & step), int(kept.sum()), int(told.sum()))


def judge_scores(scores: Scores, truth: Truth) -> Lists:
    """Score lists of townships above the alert; invented reports are left out."""
    kept = ~truth.fabricated[scores.township]
    true = truth.second_up[scores.township, scores.month][kept] > np.log(ALERT)
    own = detection(scores.flagged[kept], true)
    months = len(np.unique(scores.month))
    return Lists(
        months, own.n_flagged / months, own.precision, own.recall, recall_at_fdp(scores.score[kept], true, _FDP).recall
    )


def judge_file(folder: Path, name: str) -> tuple[Accuracy | None, Lists | None]:
    """Score what a task left in the folder."""
    births, truth = Births.load(folder), Truth.load(folder)
    estimates, scores = folder / f"{name}.estimates.csv", folder / f"{name}.scores.csv"
    return (
        judge_estimates(read_estimates(estimates), births, truth) if estimates.exists() else None,
        judge_scores(read_scores(scores), truth) if scores.exists() else None,
    )


def by_hand_estimates(births: Births) -> Iterator[tuple[str, Estimates]]:
    """Give the rates that an office computes: of the half-year, and of all months."""
    boys, births_n = births.boys.astype(float), (births.boys + births.girls).astype(float)
    shape = (len(boys), births.n_months // HALF_YEAR, HALF_YEAR, 3)
    yield "raw rates, 6 months", _raw(boys.reshape(shape).sum(2), births_n.reshape(shape).sum(2))
    whole = [np.repeat(a.sum(1, keepdims=True), shape[1], axis=1) for a in (boys, births_n)]
    yield f"raw rates, {births.n_months} months", _raw(*whole)


def _raw(boys: FloatArray, n: FloatArray) -> Estimates:
    """Give log odds with half a birth added to each sex, and their usual interval."""
    boys, girls = boys + 0.5, n - boys + 0.5
    mean, half = np.log(boys / girls), _Z * np.sqrt(1.0 / boys + 1.0 / girls)
    township, half_year, order = np.indices(mean.shape).reshape(3, -1)
    return Estimates(township, half_year, order, mean.ravel(), (mean - half).ravel(), (mean + half).ravel())


def by_hand_scores(births: Births) -> Iterator[tuple[str, Scores]]:
    """Give the lists that an office makes: raw ratio above the alert, a month's and a year's, and a funnel's limit."""
    boys = births.boys[..., 1:].sum(2).astype(float)
    girls = births.girls[..., 1:].sum(2).astype(float)
    for months in (1, 12):
        raw = [(m, *_raw_list(boys, girls, m, months)) for m in evaluated_months(births.n_months)]
        yield f"raw ratio, {months} month{'s' if months > 1 else ''}", _stacked(raw)
    funnel = [(m, *_funnel_list(boys, girls, m)) for m in evaluated_months(births.n_months)]
    yield f"funnel plot, {WINDOW} months, 99.8 % limit", _stacked(funnel)


def _window(counts: FloatArray, month: int, months: int) -> FloatArray:
    return np.asarray(counts[:, month + 1 - months : month + 1].sum(1), dtype=float)


def _raw_list(boys: FloatArray, girls: FloatArray, month: int, months: int) -> tuple[FloatArray, BoolArray]:
    score = np.log((_window(boys, month, months) + 0.5) / (_window(girls, month, months) + 0.5))
    return score, score > np.log(ALERT)


def _funnel_list(boys: FloatArray, girls: FloatArray, month: int) -> tuple[FloatArray, BoolArray]:
    b, g = _window(boys, month, WINDOW), _window(girls, month, WINDOW)
    p = NATURAL / (1.0 + NATURAL)
    z = (b - (b + g) * p) / np.sqrt(np.maximum(b + g, 1.0) * p * (1.0 - p))
    return z, z > 3.09


def _stacked(evaluations: list[tuple[int, FloatArray, BoolArray]]) -> Scores:
    n = len(evaluations[0][1])
    months = np.repeat([month for month, _, _ in evaluations], n)
    township = np.tile(np.arange(n), len(evaluations))
    score, flagged = (np.concatenate([e[k] for e in evaluations]) for k in (1, 2))
    return Scores(township, months, score, flagged.astype(bool))


@dataclass(frozen=True)
class Agreement:
    """How near two programs' posteriors of the same log SRBs are.

    Attributes:
        rms: root mean square difference of the means, in the second program's standard deviations.
        ratio: median ratio of the standard deviations, first over second.
        lowest: lowest ratio.
        highest: highest ratio.
        n: log SRBs compared.
    """

    rms: float
    ratio: float
    lowest: float
    highest: float
    n: int


def judge_agreement(folder: Path, name: str) -> dict[str, Agreement]:
    """Compare the engine with NUTS, leaves and areas above apart, and all together."""
    with np.load(folder / "agreement.npz") as engine, np.load(folder / f"{name}.npz") as other:
        shape = engine["log_mean"].shape
        theirs = [other[k].reshape(shape[1], shape[0], shape[2]).transpose(1, 0, 2) for k in ("log_mean", "log_sd")]
        ours, is_leaf = [engine["log_mean"], engine["log_sd"]], engine["is_leaf"]
    places = {"townships": is_leaf, "areas above": ~is_leaf, "all": np.ones(len(is_leaf), dtype=bool)}
    return {place: _agree(*(a[:, which] for a in (*ours, *theirs))) for place, which in places.items()}


def _agree(mean: FloatArray, sd: FloatArray, mean_other: FloatArray, sd_other: FloatArray) -> Agreement:
    away, ratio = (mean - mean_other) / sd_other, sd / sd_other
    return Agreement(
        float(np.sqrt(np.mean(away**2))), float(np.median(ratio)), float(ratio.min()), float(ratio.max()), ratio.size
    )


def prevalence(truth: Truth) -> float:
    """Give the share of judged township-months that are truly above the alert."""
    months = list(evaluated_months(truth.log_srb.shape[1]))
    return float((truth.second_up[~truth.fabricated][:, months] > np.log(ALERT)).mean())
