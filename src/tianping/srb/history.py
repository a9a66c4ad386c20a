"""The course of SRB over the periods: smoothed by all data, or filtered, each period by the data up to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from tianping.srb.answers import answer
from tianping.srb.engine import Fitted, over_areas
from tianping.srb.fit import Problem, initial_condition, pose, relinearise, sweep
from tianping.srb.mixtures import Mixture
from tianping.srb.questions import Questions, Span, answered_groups, ask
from tianping.srb.results import FloatArray, History
from tianping.srb.search import FEW_LEAVES, Point
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS

#: Scales averaged over while filtering; the lightest points are left out.
_FILTER_POINTS = 8


def smoothed(fitted: Fitted) -> History:
    """Give every period's estimate by all data."""
    problem = fitted.problem
    questions = _each_period(problem, fitted.questions)
    answers = [answer(problem, questions, point, 4) for point in fitted.points]
    course = over_areas(
        problem, fitted.points, [a.leaves for a in answers], [Mixture.normal(*a.inner) for a in answers]
    )
    shape = (-1, len(problem.counts.periods), len(ORDER_GROUPS))
    mean = course(Mixture.expectation).reshape(shape).transpose(0, 2, 1) + problem.origin
    mean[:, ~answered_groups(problem.counts)] = np.nan
    sd = course(Mixture.deviation).reshape(shape).transpose(0, 2, 1)
    return _history("smoothed", problem, fitted.settings, mean, sd)


def filtered(fitted: Fitted) -> History:
    """Give every period's estimate by the data up to it, at the scales found from all data."""
    problem, settings = fitted.problem, fitted.settings
    periods = problem.counts.periods
    shape = (len(problem.counts.tree), len(ORDER_GROUPS), len(periods))
    mean, sd = np.full(shape, np.nan), np.full(shape, np.nan)
    points = heaviest(fitted.points)
    for t, period in enumerate(periods):
        counts = problem.counts.until(period)
        if not counts.boys.any() and not counts.girls.any():
            continue
        then = pose(counts, settings)
        asked = ask(then, settings)
        asked = asked.of_window(asked.spans[:1])
        settled = [_settle(then, problem, point) for point in points]
        answers = [answer(then, asked, point, 4) for point in settled]
        now = over_areas(then, settled, [a.leaves for a in answers], [Mixture.normal(*a.inner) for a in answers])
        answered = answered_groups(counts)
        mean[:, answered, t] = now(Mixture.expectation)[:, answered] + problem.origin
        sd[..., t] = now(Mixture.deviation)
    return _history("filtered", problem, settings, mean, sd)


def heaviest(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Give the heaviest few points, their weights adding to one."""
    kept = sorted(points, key=lambda point: -point.weight)[:_FILTER_POINTS]
    total = sum(point.weight for point in kept)
    return tuple(replace(point, weight=point.weight / total) for point in kept)


def _settle(then: Problem, problem: Problem, point: Point) -> Point:
    """Sweep at another time's scales until the steps agree."""
    phi = then.scales.from_named(problem.scales.named(point.phi))
    learn = len(point.condition.path) > 0 and len(then.layout.leaves) >= FEW_LEAVES
    condition = sweep(then, phi, initial_condition(then), learn_rates=learn).condition
    condition = relinearise(then, phi, condition)
    return Point(phi, point.weight, sweep(then, phi, condition, learn_rates=learn).condition)


def _each_period(problem: Problem, questions: Questions) -> Questions:
    """Ask for every period and order group instead."""
    n = len(problem.counts.periods)
    return questions.of_window(
        tuple(Span(str(period), np.eye(n)[t], False, t, t) for t, period in enumerate(problem.counts.periods))
    )


def _history(kind: str, problem: Problem, settings: Settings, mean: FloatArray, sd: FloatArray) -> History:
    half = float(ndtri(0.5 + settings.interval / 2)) * sd
    return History(kind, problem.counts.periods, mean, mean - half, mean + half)
