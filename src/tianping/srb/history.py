"""The course of SRB over the periods: smoothed by all data, or filtered, each period by the data up to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tianping.srb.answers import Answers, answer
from tianping.srb.carrying import Carried, resume
from tianping.srb.engine import Fitted, over_areas
from tianping.srb.fit import FEW_LEAVES, Problem, initial_condition, pose, relinearise, sweep
from tianping.srb.mixtures import Mixture
from tianping.srb.questions import Questions, Span, answered_groups, ask_now
from tianping.srb.results import FloatArray, History
from tianping.srb.search import Point
from tianping.srb.settings import Settings
from tianping.srb.threads import one_thread
from tianping.terms import ORDER_GROUPS

#: Scales averaged over while filtering; the lightest points are left out.
_FILTER_POINTS = 8
#: Step hypotheses kept apart in each leaf's mixture.
_COMPONENTS = 2


@one_thread
def smoothed(fitted: Fitted) -> History:
    """Give every period's estimate by all data."""
    problem = fitted.problem
    questions = _each_period(problem, fitted.questions)
    answers = [answer(problem, questions, point, _COMPONENTS) for point in fitted.points]
    found = _course(problem, fitted.points, answers, fitted.settings)
    shape = (len(found), -1, len(problem.counts.periods), len(ORDER_GROUPS))
    course = found.reshape(shape).transpose(0, 1, 3, 2) + problem.origin
    course[:, :, ~answered_groups(problem.counts)] = np.nan
    return History("smoothed", problem.counts.periods, *course)


@one_thread
def filtered(fitted: Fitted) -> History:
    """Give every period's estimate by the data up to it, at the scales found from all data.

    Each period starts where the one before it ended, so that one pass does for it.
    """
    problem, settings = fitted.problem, fitted.settings
    periods = problem.counts.periods
    course = np.full((3, len(problem.counts.tree), len(ORDER_GROUPS), len(periods)), np.nan)
    points = heaviest(fitted.points)
    carried: list[Carried | None] = [None] * len(points)
    for t, period in enumerate(periods):
        counts = problem.counts.until(period)
        if not counts.boys.any() and not counts.girls.any():
            continue
        then = pose(counts, settings)
        asked = ask_now(then, settings)
        settled = [_settle(then, problem, *each) for each in zip(points, carried, strict=True)]
        learn = _learns(then, points)
        answers = [answer(then, asked, point, _COMPONENTS, learn_rates=learn) for point in settled]
        carried = [
            Carried.of(then, a.following, a.leaf_moments[0], before) for a, before in zip(answers, carried, strict=True)
        ]
        answered = answered_groups(counts)
        course[:, :, answered, t] = _course(then, settled, answers, settings)[:, :, answered] + problem.origin
    return History("filtered", periods, *course)


def _course(problem: Problem, points: Sequence[Point], answers: Sequence[Answers], settings: Settings) -> FloatArray:
    """Give mean, lower and upper end of all functionals, shape (3, areas, functionals)."""
    inner = [Mixture.normal(*a.inner) for a in answers]
    asked = over_areas(problem, points, [a.leaves for a in answers], inner)
    tail = (1.0 - settings.interval) / 2
    ends = asked(lambda mixture: mixture.quantile(tail)), asked(lambda mixture: mixture.quantile(1.0 - tail))
    return np.stack([asked(Mixture.expectation), *ends])


def _learns(problem: Problem, points: Sequence[Point]) -> bool:
    """Say whether rates are learnt from so many leaves."""
    return len(points[0].condition.path) > 0 and len(problem.layout.leaves) >= FEW_LEAVES


def heaviest(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Give the heaviest few points, their weights adding to one."""
    kept = sorted(points, key=lambda point: -point.weight)[:_FILTER_POINTS]
    total = sum(point.weight for point in kept)
    return tuple(replace(point, weight=point.weight / total) for point in kept)


def _settle(then: Problem, problem: Problem, point: Point, carried: Carried | None) -> Point:
    """Start where an earlier time ended, or sweep until the steps agree, at another time's scales."""
    phi = then.scales.from_named(problem.scales.named(point.phi))
    if carried is not None and carried.fits(then):
        return Point(phi, point.weight, resume(then, phi, carried))
    learn = _learns(then, [point])
    condition = sweep(then, phi, initial_condition(then), learn_rates=learn).condition
    return Point(phi, point.weight, relinearise(then, phi, condition))


def _each_period(problem: Problem, questions: Questions) -> Questions:
    """Ask for every period and order group instead."""
    n = len(problem.counts.periods)
    return questions.of_window(
        tuple(Span(str(period), np.eye(n)[t], False, t, t) for t, period in enumerate(problem.counts.periods))
    )
