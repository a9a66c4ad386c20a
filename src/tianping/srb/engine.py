"""The engine's door: counts in, a frozen run out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import process_time

import numpy as np

from tianping.srb.answers import Answers, answer, inner_differences
from tianping.srb.carrying import Carried
from tianping.srb.direct import min_detectable_srb
from tianping.srb.draws import DrawArray, draw
from tianping.srb.fit import FEW_LEAVES, Problem, pose
from tianping.srb.missing import missing_births
from tianping.srb.mixtures import Mixture, join
from tianping.srb.questions import Questions, answered_groups, ask, window_periods
from tianping.srb.ranking import rank_areas
from tianping.srb.results import (
    ESTIMANDS,
    Diagnostics,
    Estimates,
    FloatArray,
    IntArray,
    MissingBirths,
    Ranking,
    Run,
)
from tianping.srb.search import Point, Warm, find_points
from tianping.srb.settings import Settings
from tianping.srb.signals import find_signals, level_families
from tianping.srb.threads import one_thread
from tianping.terms import ORDER_GROUPS, Counts, InputError, group_channels

#: Ranks use as many draws as settings say, fewer with very many areas: at most so many areas × draws.
_RANKED_CELLS, _LEAST_DRAWS = 600_000, 200
#: Step hypotheses kept apart in each leaf's mixture, with one value of the scales and with several.
_KEPT, _KEPT_OF_MANY = 4, 2
#: Asks mixtures of all areas something; answered in shape (areas, functionals).
AskAreas = Callable[[Callable[[Mixture], FloatArray]], FloatArray]
_SHAPE = (len(ESTIMANDS), len(ORDER_GROUPS))


@dataclass(frozen=True)
class Fitted:
    """A fitted model: everything that answers further questions.

    Attributes:
        problem: the problem.
        settings: the settings.
        questions: the questions asked.
        points: scales and weights.
        answers: answers at each point.
        warm: what the next run may start from.
        seconds: CPU seconds by stage.
    """

    problem: Problem
    settings: Settings
    questions: Questions
    points: tuple[Point, ...]
    answers: tuple[Answers, ...]
    warm: Warm
    seconds: dict[str, float]

    def draws(self, order_group: str, n: int | None = None, estimand: str = "now") -> FloatArray:
        """Give joint posterior draws of log SRB, shape (areas, n); the same seed gives the same draws."""
        return self.joint_draws((order_group,), n, estimand)[0]

    def joint_draws(self, order_groups: Sequence[str], n: int | None = None, estimand: str = "now") -> FloatArray:
        """Give joint posterior draws of several order groups' log SRB, shape (order groups, areas, n)."""
        drawn = self.deviations(order_groups, n, estimand)[..., self.problem.layout.places]
        return self.problem.origin + drawn.transpose(0, 2, 1).astype(float)

    def deviations(self, order_groups: Sequence[str], n: int | None = None, estimand: str = "now") -> DrawArray:
        """Give the same relative to the log reference, shape (order groups, n, places), by `Layout.places`."""
        first = ESTIMANDS.index(estimand) * len(ORDER_GROUPS)
        functionals = [first + ORDER_GROUPS.index(group) for group in order_groups]
        n = n or self.settings.n_draws
        generator = np.random.default_rng([self.settings.seed, *functionals])
        numbers = generator.multinomial(n, [point.weight for point in self.points])
        parts = [
            draw(self.problem, self.questions, answers, functionals, int(number), generator)
            for answers, number in zip(self.answers, numbers, strict=True)
            if number
        ]
        return parts[0] if len(parts) == 1 else generator.permutation(np.concatenate(parts, axis=1), axis=1)


@one_thread
def estimate(counts: Counts, settings: Settings | None = None, warm: Warm | None = None) -> tuple[Run, Fitted]:
    """Estimate every area's SRB at the last period of the counts.

    Args:
        counts: births known, up to `as_of`.
        settings: what is asked; defaults stand in `Settings`.
        warm: scales of an earlier run of the same shape, to start from instead of estimating them anew; and, where
            the earlier run was of the same areas, what it knew of their steps.

    Raises:
        InputError: `no_births`.
    """
    settings = settings or Settings()
    if not counts.boys.any() and not counts.girls.any():
        raise InputError("no_births")
    if not settings.delays:
        counts = replace(counts, delays=None)
    clock = _Stopwatch(process_time)
    fitted = fit(counts, settings, warm, clock)
    estimates, missing = _tables(fitted)
    clock.lap("estimates")
    rankings = _rankings(fitted)
    clock.lap("ranking")
    signals = find_signals(counts, estimates, settings)
    clock.lap("signals")
    run = Run(
        counts.tree,
        counts.periods[-1],
        window_periods(fitted.problem, settings),
        estimates,
        signals,
        rankings,
        missing,
        _diagnose(fitted, clock.seconds),
    )
    return run, fitted


class _Stopwatch:
    """CPU seconds by stage."""

    def __init__(self, read: Callable[[], float]) -> None:
        self._read, self._last = read, read()
        self.seconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Close a stage."""
        now = self._read()
        self.seconds[stage], self._last = now - self._last, now


def fit(counts: Counts, settings: Settings, warm: Warm | None, clock: _Stopwatch) -> Fitted:
    """Fit the model and answer the run's questions."""
    problem = pose(counts, settings)
    questions = ask(problem, settings)
    points = find_points(problem, settings, warm)
    clock.lap("scales")
    one = len(points) == 1
    kept = _KEPT if one else _KEPT_OF_MANY
    answers = tuple(answer(problem, questions, point, kept, learn_rates=one) for point in points)
    clock.lap("answers")
    phi = np.sum([point.weight * point.phi for point in points], axis=0)
    names = tuple(problem.scales.named(phi))
    before = warm.carried if warm is not None else None
    carried = Carried.of(problem, answers[0].following, answers[0].leaf_moments[0], before) if one else None
    return Fitted(problem, settings, questions, points, answers, Warm(phi, names, carried), clock.seconds)


def over_areas(problem: Problem, points: Sequence[Point], leaves: list[Mixture], inner: list[Mixture]) -> AskAreas:
    """Give a function that asks mixtures of all areas something, answered in shape (areas, functionals).

    Args:
        problem: the problem.
        points: scales and weights.
        leaves: the leaves' mixtures at each point.
        inner: the inner nodes' mixtures at each point, by slot.
    """
    layout = problem.layout
    weights = [point.weight for point in points]
    of_leaves = join(list(zip(weights, leaves, strict=True)))
    of_inner = join(list(zip(weights, inner, strict=True)))
    visible = layout.leaves < layout.n_areas
    inner_areas = np.concatenate(layout.tiers) if layout.tiers else np.zeros(0, dtype=np.int64)

    def asked(question: Callable[[Mixture], FloatArray]) -> FloatArray:
        answers = question(of_leaves)
        out = np.empty((layout.n_areas, answers.shape[1]))
        out[layout.leaves[visible]] = answers[visible]
        if len(inner_areas):
            out[inner_areas] = question(of_inner)[layout.slots[inner_areas]]
        return out

    return asked


def _tables(fitted: Fitted) -> tuple[Estimates, tuple[MissingBirths, ...]]:
    """Give estimates and missing births of all areas."""
    questions, problem, settings = fitted.questions, fitted.problem, fitted.settings
    values, differences = _values(fitted), _differences(fitted)
    origin, q = problem.origin, questions.n_estimands
    tail = (1.0 - settings.interval) / 2
    mean, sd = _moments(fitted)
    answered = answered_groups(problem.counts)

    def shaped(array: FloatArray) -> FloatArray:
        """Turn (areas, functionals) into (estimands, areas, order groups), NaN where orders are not known."""
        table = array[:, :q].reshape(-1, *_SHAPE).transpose(1, 0, 2)
        return np.where(answered, table, np.nan)

    def above(srb: float) -> FloatArray:
        return shaped(values(lambda m: m.above(np.log(srb / 100.0) - origin)))

    boys, girls = _window_sexes(fitted)
    p_changed, changed_at = _changes(fitted)
    estimates = Estimates(
        boys,
        girls,
        shaped(mean) + origin,
        shaped(sd),
        shaped(values(lambda m: m.quantile(tail))) + origin,
        shaped(values(lambda m: m.quantile(1.0 - tail))) + origin,
        above(settings.normal_upper),
        above(settings.alert_at),
        shaped(differences(lambda m: m.above(float(np.log(settings.margin))))),
        p_changed,
        changed_at,
        min_detectable_srb((boys + girls).astype(float), settings.reference.ratio),
    )
    return estimates, _missing(fitted, mean + origin, sd)


def _moments(fitted: Fitted) -> tuple[FloatArray, FloatArray]:
    """Give means and standard deviations of all functionals, each (areas, functionals)."""
    answers = fitted.answers
    leaves, inner = [Mixture.normal(*a.leaf_moments) for a in answers], [Mixture.normal(*a.inner) for a in answers]
    asked = over_areas(fitted.problem, fitted.points, leaves, inner)
    return asked(Mixture.expectation), asked(Mixture.deviation)


def _values(fitted: Fitted) -> AskAreas:
    """Let the leading functionals of all areas be asked."""
    answers, mixed = fitted.answers, fitted.questions.n_mixed
    inner = [Mixture.normal(mean[:, :mixed], variance[:, :mixed]) for mean, variance in (a.inner for a in answers)]
    return over_areas(fitted.problem, fitted.points, [a.leaves for a in answers], inner)


def _differences(fitted: Fitted) -> AskAreas:
    """Let the differences from the rest of the parent be asked."""
    problem, questions, answers = fitted.problem, fitted.questions, fitted.answers
    inner = [inner_differences(problem, questions, a) for a in answers]
    return over_areas(problem, fitted.points, [a.differences for a in answers], inner)


def _window_sexes(fitted: Fitted) -> tuple[IntArray, IntArray]:
    """Give births of boys and girls in the window, all that lies below included, shape (areas, order groups)."""
    counts = fitted.problem.counts
    window = window_periods(fitted.problem, fitted.settings)
    channels = [list(group_channels(group)) for group in ORDER_GROUPS]
    sexes = (counts.boys, counts.girls)
    boys, girls = (np.asarray(counts.tree.sum_up(births[:, -window:].sum(1, dtype=np.int64))) for births in sexes)
    return (
        np.stack([boys[:, c].sum(1) for c in channels], axis=1),
        np.stack([girls[:, c].sum(1) for c in channels], axis=1),
    )


def _changes(fitted: Fitted) -> tuple[FloatArray, IntArray]:
    """Give each leaf area's probability of a change that is on, and the period of its likeliest beginning."""
    layout = fitted.problem.layout
    p = np.sum([w.weight * a.p_changed for w, a in zip(fitted.points, fitted.answers, strict=True)], axis=0)
    heaviest = max(range(len(fitted.points)), key=lambda i: fitted.points[i].weight)
    visible = layout.leaves < layout.n_areas
    p_changed, changed_at = np.full(layout.n_areas, np.nan), np.full(layout.n_areas, -1)
    if len(fitted.problem.counts.periods) > 1:
        p_changed[layout.leaves[visible]] = p[visible]
        changed_at[layout.leaves[visible]] = fitted.answers[heaviest].changed_at[visible]
    return p_changed, changed_at


def _missing(fitted: Fitted, log_mean: FloatArray, log_sd: FloatArray) -> tuple[MissingBirths, ...]:
    """Give missing births for every calendar year and for the whole."""
    counts = fitted.problem.counts
    own = counts.boys.sum(2, dtype=np.int64) + counts.girls.sum(2, dtype=np.int64)
    births = np.asarray(counts.tree.sum_up(own), dtype=float)
    found: list[MissingBirths] = []
    for k in range(fitted.questions.n_estimands, len(fitted.questions.span)):
        span = fitted.questions.spans[fitted.questions.span[k]]
        n = births[:, span.first : span.last + 1].sum(1)
        found += missing_births(span.name, n, log_mean[:, k], log_sd[:, k], fitted.settings)
    return tuple(found)


def _rankings(fitted: Fitted) -> tuple[Ranking, ...]:
    """Rank the areas of each level with more than one area, for each order group that can be answered."""
    families = {level: areas for level, areas in level_families(fitted.problem.counts).items() if len(areas) > 1}
    if not families:
        return ()
    groups = [str(group) for group in np.array(ORDER_GROUPS)[answered_groups(fitted.problem.counts)]]
    n_areas = len(fitted.problem.counts.tree)
    n = max(_LEAST_DRAWS, min(fitted.settings.n_draws, _RANKED_CELLS // n_areas))
    found, places = [], fitted.problem.layout.places
    for order_group, draws in zip(groups, fitted.deviations(groups, n), strict=True):
        for level, areas in families.items():
            found.append(rank_areas(level, order_group, areas, draws[:, places[areas]].T, fitted.settings.interval))
    return tuple(found)


def _diagnose(fitted: Fitted, seconds: dict[str, float]) -> Diagnostics:
    """Say how the run came about."""
    problem = fitted.problem
    hyper: dict[str, float] = {}
    for point in fitted.points:
        for name, value in problem.scales.named(point.phi).items():
            hyper[name] = hyper.get(name, 0.0) + point.weight * value
    n_leaves = len(problem.layout.leaves)
    births = problem.counts.boys.sum() + problem.counts.girls.sum()
    return Diagnostics(
        hyper,
        n_leaves,
        int(births),
        float(np.mean([point.condition.overdispersion for point in fitted.points])),
        seconds,
        ("scales_integrated",) if n_leaves < FEW_LEAVES else ("scales_at_mode",),
    )
