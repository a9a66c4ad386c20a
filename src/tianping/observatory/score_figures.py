"""The figures of a score: a run's arrays beside the truth, pooled and by evaluation and level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tianping.observatory.score_inputs import CRITERIA, ESTIMANDS, TIERS, Course, Estimated, Truth
from tianping.observatory.score_sheet import BoolArray, FloatArray, IntArray
from tianping.srb import scoring
from tianping.terms import ORDER_GROUPS, Period

#: Written where a figure pools all evaluations, or all levels.
ALL = "*"
#: A step counts as found when its probability is at least this.
_FOUND = 0.5


@dataclass(frozen=True)
class Question:
    """What a run was asked, as far as the truth must be asked the same.

    Attributes:
        alert_at: SRB of the level criterion, boys per 100 girls.
        margin: ratio of the difference criterion.
        normal_upper: upper end of the normal band and null of the guaranteed tier.
        fdp_limit: realised false-discovery proportion at which recall is read.
    """

    alert_at: float
    margin: float
    normal_upper: float
    fdp_limit: float


@dataclass(frozen=True)
class Figure:
    """One figure of a score.

    Attributes:
        as_of: evaluation, or `*` for all of them.
        level: level, or `*` for all of them.
        order_group: order group.
        subject: what is scored: an estimand, a kind of history, a list of signals, a probability.
        measure: what is measured.
        value: the figure; NaN where it is not defined.
        n: entries behind it.
    """

    as_of: str
    level: str
    order_group: str
    subject: str
    measure: str
    value: float
    n: int


@dataclass(frozen=True)
class Scope:
    """A set of areas and evaluations that is scored together.

    Attributes:
        as_of: evaluation, or `*`.
        level: level, or `*`.
        chosen: which (areas, times) belong to it; shape (areas, times).
    """

    as_of: str
    level: str
    chosen: BoolArray

    def figures(self, group: int, subject: str, n: int, **measures: float) -> Iterator[Figure]:
        """Give one figure per measure."""
        for measure, value in measures.items():
            yield Figure(self.as_of, self.level, ORDER_GROUPS[group], subject, measure, float(value), n)


@dataclass(frozen=True)
class Known:
    """The truth on the axes of a run: areas, evaluations, order groups; NaN where the truth is silent.

    Attributes:
        log_srb: by estimand, shape (estimands, areas, evaluations, order groups).
        difference: log SRB of the area minus that of the rest of its parent, shape (areas, evaluations, order groups).
        changed: ordinal of the step that is on, shape (areas, evaluations); −1 where none.
        stepped: areas that ever change, shape (areas,).
        rows: position of each area in the truth table, −1 where it has none, shape (areas,).
    """

    log_srb: FloatArray
    difference: FloatArray
    changed: IntArray
    stepped: BoolArray
    rows: IntArray


def known(run: Estimated, truth: Truth) -> Known:
    """Put the truth on the axes of the run, leaving out areas whose reports are invented."""
    position = {code: i for i, code in enumerate(truth.codes)}
    rows = np.array([position.get(code, -1) for code in run.codes], dtype=np.int64)
    honest = np.where((rows >= 0) & ~truth.fabricated[rows], rows, -1)
    now = course_at(truth, rows, np.array(run.as_of))
    both = np.stack([now, _over_windows(run, truth, rows)])
    difference = _difference(run, now)
    both[:, honest < 0] = np.nan
    difference[honest < 0] = np.nan
    at = np.clip(np.array(run.as_of) - truth.first, 0, truth.changed.shape[1] - 1)
    changed = np.where(rows[:, None] >= 0, truth.changed[rows][:, at], -1)
    stepped = (rows >= 0) & (truth.changed[rows] >= 0).any(axis=1)
    return Known(both, difference, changed, stepped, honest)


def course_at(truth: Truth, rows: IntArray, ordinals: IntArray) -> FloatArray:
    """Give the true log SRB of areas at periods, NaN where the truth is silent; shape (areas, periods, groups)."""
    at = ordinals - truth.first
    inside = (at >= 0) & (at < truth.log_srb.shape[1])
    found = truth.log_srb[rows][:, np.where(inside, at, 0)]
    found[rows < 0] = np.nan
    found[:, ~inside] = np.nan
    return found


def _over_windows(run: Estimated, truth: Truth, rows: IntArray) -> FloatArray:
    """Give the mean true log SRB over each evaluation's window, NaN where the truth does not tell all of it."""
    spans = [months if run.is_month else max(1, months // 12) for months in run.window_months]
    windows = [
        course_at(truth, rows, moment - np.arange(span)).mean(axis=1)
        for moment, span in zip(run.as_of, spans, strict=True)
    ]
    return np.stack(windows, axis=1)


def _difference(run: Estimated, log_srb: FloatArray) -> FloatArray:
    """Give log SRB of each area minus that of the rest of its parent, by the births of the window."""
    if run.parent is None:
        return np.full(log_srb.shape, np.nan)
    child = np.flatnonzero(run.parent >= 0)
    parent = run.parent[child]
    births, silent = run.births[child], np.isnan(log_srb[child]) & (run.births[child] > 0)
    total, weighted = np.zeros_like(run.births), np.zeros_like(run.births)
    np.add.at(total, parent, births)
    np.add.at(weighted, parent, births * np.nan_to_num(log_srb[child]))
    unknown = np.zeros(log_srb.shape, dtype=bool)
    np.logical_or.at(unknown, parent, silent)
    # Where a sister's truth is not told, the parent's own truth stands for the sum.
    weighted = np.where(unknown, total * log_srb, weighted)
    rest = total[parent] - births
    with np.errstate(divide="ignore", invalid="ignore"):
        rest_log = (weighted[parent] - births * np.where(births > 0, log_srb[child], 0.0)) / rest
    difference = np.full(log_srb.shape, np.nan)
    difference[child] = np.where(rest > 0, log_srb[child] - rest_log, np.nan)
    return difference


def scopes(levels: tuple[str, ...], moments: tuple[str, ...]) -> list[Scope]:
    """Give all scopes: each evaluation and all of them, each level and all of them."""
    level = np.array(levels)
    by_level = {ALL: np.ones(len(levels), dtype=bool)} | {name: level == name for name in dict.fromkeys(levels)}
    by_time = {ALL: np.ones(len(moments), dtype=bool)}
    if len(moments) > 1:
        by_time |= {moment: np.array(moments) == moment for moment in moments}
    return [
        Scope(as_of, name, in_level[:, None] & at_time)
        for as_of, at_time in by_time.items()
        for name, in_level in by_level.items()
    ]


def figures(run: Estimated, truth: Truth, question: Question) -> Iterator[Figure]:
    """Give all figures of estimates, signals and rankings."""
    fact = known(run, truth)
    moments = tuple(str(Period.from_ordinal(k, is_month=run.is_month)) for k in run.as_of)
    for scope in scopes(run.levels, moments):
        for group in range(len(ORDER_GROUPS)):
            yield from _estimates(run, fact, scope, group)
            yield from _probabilities(run, fact, scope, group, question)
            yield from _signals(run, fact, scope, group, question)
        yield from _ranking(run, fact, scope)
        if truth.knows_changes:
            yield from _changes(run, fact, scope)


def history_figures(run: Estimated, truth: Truth, courses: Mapping[str, Course]) -> Iterator[Figure]:
    """Give accuracy and coverage of each kind of history, all periods pooled, and apart in areas that change."""
    fact = known(run, truth)
    for kind, course in courses.items():
        n_periods = course.values["srb"].shape[1]
        true = course_at(truth, fact.rows, course.first + np.arange(n_periods))
        for scope in scopes(run.levels, (ALL,)):
            chosen = np.broadcast_to(scope.chosen, true.shape[:2])
            for group in range(len(ORDER_GROUPS)):
                logs = tuple(
                    np.log(course.values[name][..., group] / 100) for name in ("srb", "srb_lower", "srb_upper")
                )
                yield from _accuracy(logs, true[..., group], chosen, scope, group, kind)
                if fact.stepped.any():
                    stepped = chosen & fact.stepped[:, None]
                    yield from _accuracy(logs, true[..., group], stepped, scope, group, f"{kind}_changed")


def _estimates(run: Estimated, fact: Known, scope: Scope, group: int) -> Iterator[Figure]:
    logs = _logs(run.values, group)
    for place, estimand in enumerate(ESTIMANDS):
        yield from _accuracy(
            tuple(log[place] for log in logs), fact.log_srb[place, ..., group], scope.chosen, scope, group, estimand
        )


def _logs(values: Mapping[str, FloatArray], group: int) -> tuple[FloatArray, ...]:
    return tuple(np.log(values[name][..., group] / 100) for name in ("srb", "srb_lower", "srb_upper"))


def _accuracy(
    logs: tuple[FloatArray, ...], true: FloatArray, chosen: BoolArray, scope: Scope, group: int, subject: str
) -> Iterator[Figure]:
    complete = chosen & ~np.isnan(true) & ~np.isnan(np.stack(logs)).any(axis=0)
    if complete.any():
        found = scoring.accuracy(logs[0][complete], true[complete], logs[1][complete], logs[2][complete])
        yield from scope.figures(
            group, subject, found.n, rmse=found.rmse, bias=found.bias, coverage=found.coverage, width=found.width
        )


def _probabilities(run: Estimated, fact: Known, scope: Scope, group: int, question: Question) -> Iterator[Figure]:
    now = fact.log_srb[0, ..., group]
    asked = {
        "p_above_normal": (now, question.normal_upper / 100),
        "p_above_alert": (now, question.alert_at / 100),
        "p_difference": (fact.difference[..., group], question.margin),
    }
    for name, (true, limit) in asked.items():
        p = run.values[name][0, ..., group]
        complete = scope.chosen & ~np.isnan(p) & ~np.isnan(true)
        if complete.any():
            found = scoring.calibration(p[complete], (true[complete] > np.log(limit)).astype(np.float64))
            yield from scope.figures(group, name, found.n, brier=found.brier, calibration_error=found.error)


def _signals(run: Estimated, fact: Known, scope: Scope, group: int, question: Question) -> Iterator[Figure]:
    true_value = {"level": fact.log_srb[0, ..., group], "difference": fact.difference[..., group]}
    limit = {"level": question.alert_at / 100, "difference": question.margin}
    p = {"level": run.values["p_above_alert"][0, ..., group], "difference": run.values["p_difference"][0, ..., group]}
    for criterion in CRITERIA:
        value = true_value[criterion]
        asked = scope.chosen & ~np.isnan(value) & ~np.isnan(p[criterion])
        if not asked.any():
            continue
        true = value[asked] > np.log(limit[criterion])
        for height, tier in enumerate(TIERS):
            flagged = run.tier[criterion][..., group][asked] >= height
            yield from _detection(scoring.detection(flagged, true), scope, group, f"{criterion}.{tier}")
        found = scoring.recall_at_fdp(p[criterion][asked], true, question.fdp_limit)
        yield from scope.figures(
            group, f"{criterion}.ranked", len(true), n_flagged=found.n_flagged, recall_at_fdp=found.recall
        )
    null = scope.chosen & ~np.isnan(fact.log_srb[0, ..., group])
    if run.guaranteed[..., group].any() and null.any():
        true = fact.log_srb[0, ..., group][null] > np.log(question.normal_upper / 100)
        yield from _detection(
            scoring.detection(run.guaranteed[..., group][null], true), scope, group, "level.guaranteed"
        )


def _detection(found: scoring.Detection, scope: Scope, group: int, subject: str) -> Iterator[Figure]:
    yield from scope.figures(
        group,
        subject,
        found.n,
        n_true=found.n_true,
        n_flagged=found.n_flagged,
        precision=found.precision,
        recall=found.recall,
        false_discovery_proportion=found.false_discovery_proportion,
    )


def _ranking(run: Estimated, fact: Known, scope: Scope) -> Iterator[Figure]:
    """Score each ranked family by itself and add them up: a decile belongs to one level at one evaluation."""
    for group in range(len(ORDER_GROUPS)):
        p, true = run.p_worst_decile[..., group], fact.log_srb[0, ..., group]
        complete = scope.chosen & ~np.isnan(p) & ~np.isnan(true)
        lists, claims, members = [], [], []
        for family in _families(run.levels, complete):
            lists.append(scoring.purity(p[family], true[family]))
            claims.append(p[family])
            members.append(scoring.worst_decile(true[family]))
        if lists:
            k = np.array([found.k for found in lists])
            even = scoring.calibration(np.concatenate(claims), np.concatenate(members))
            yield from scope.figures(
                group,
                "p_worst_decile",
                even.n,
                n_listed=k.sum(),
                purity=np.array([found.purity for found in lists]) @ k / k.sum(),
                claimed=np.array([found.claimed for found in lists]) @ k / k.sum(),
                brier=even.brier,
                calibration_error=even.error,
            )


def _families(levels: tuple[str, ...], complete: BoolArray) -> Iterator[tuple[IntArray, int]]:
    level = np.array(levels)
    for time in range(complete.shape[1]):
        for name in dict.fromkeys(levels):
            members = np.flatnonzero((level == name) & complete[:, time])
            if len(members) > 1:
                yield members, time


def _changes(run: Estimated, fact: Known, scope: Scope) -> Iterator[Figure]:
    p = np.fmax.reduce(run.values["p_changed"][0], axis=-1)
    asked = scope.chosen & ~np.isnan(p) & (fact.rows >= 0)[:, None]
    if not asked.any():
        return
    on = fact.changed[asked] >= 0
    claim = p[asked] >= _FOUND
    late = np.abs(run.changed[asked] - fact.changed[asked])[on & claim]
    found = scoring.detection(claim, on)
    even = scoring.calibration(p[asked], on.astype(np.float64))
    yield from scope.figures(
        ORDER_GROUPS.index("all"),
        "p_changed",
        found.n,
        n_true=found.n_true,
        n_flagged=found.n_flagged,
        precision=found.precision,
        recall=found.recall,
        brier=even.brier,
        calibration_error=even.error,
        periods_off=float(np.median(late)) if late.size else scoring.NAN,
    )
