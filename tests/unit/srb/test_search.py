"""Averaging over the scales against a fine grid, and the mode against it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import halfnorm

from tianping.srb import search
from tianping.srb.answers import answer
from tianping.srb.carrying import Carried
from tianping.srb.fit import information_of, initial_condition, pose, relinearise, sweep
from tianping.srb.layout import LEAF
from tianping.srb.questions import ask
from tianping.srb.settings import Settings
from unit.srb import small

SETTINGS = Settings()


def problem_with_one_scale():
    """Make a forest of one period without orders: the leaves' spread is all there is to find."""
    return pose(small.counts(small.county(8), n=1, births=3000, orders=False, excess=SPREAD), SETTINGS)


SPREAD = {f"C{i:02d}": (0.09 * (-1) ** i, 0) for i in range(8)}


def test_averages_over_the_scales_are_those_of_a_fine_grid():
    problem = pose(small.counts(small.TREES["forest"], n=1, births=900, orders=False, excess={"A": (0.2, 0)}), SETTINGS)
    assert [scale.name for scale in problem.scales.scales] == ["leaf_x"]
    questions = ask(problem, SETTINGS)

    def averages(points):
        answers = [answer(problem, questions, point, 9).leaves for point in points]
        weight = np.array([point.weight for point in points])
        spread = np.array([np.exp(point.phi[0]) for point in points])
        now = [np.array([a.expectation()[:, 4] for a in answers]), np.array([a.above(0.1)[:, 4] for a in answers])]
        return [weight @ spread, *(weight @ each for each in now)]

    condition = initial_condition(problem)
    start = problem.scales.start()
    condition = relinearise(problem, start, sweep(problem, start, condition, learn_rates=False).condition)
    grid = np.linspace(0.002, 0.25, 40)
    log_weight, conditions = [], []
    for sd in grid:
        phi = np.log([sd])
        settled = sweep(problem, phi, sweep(problem, phi, condition, learn_rates=False).condition, learn_rates=False)
        log_weight.append(settled.log_evidence + halfnorm.logpdf(sd, scale=0.05))
        conditions.append(settled.condition)
    weight = np.exp(np.array(log_weight) - max(log_weight))
    fine = [search.Point(np.log([sd]), w, c) for sd, w, c in zip(grid, weight / weight.sum(), conditions, strict=True)]
    points = search.find_points(problem, SETTINGS)
    assert sum(point.weight for point in points) == pytest.approx(1)
    for found, expected in zip(averages(points), averages(fine), strict=True):
        np.testing.assert_allclose(found, expected, atol=0.01)


def test_the_mode_is_where_the_gradient_of_posterior_density_vanishes():
    problem = problem_with_one_scale()
    condition = initial_condition(problem)
    phi = search.climb(problem, problem.scales.start(), condition)
    _, gradient = search.evidence_with_gradient(problem, phi, condition, information_of(problem, condition))
    assert gradient + problem.scales.log_prior(phi)[1] == pytest.approx(0.0, abs=0.05)


def test_many_leaves_take_the_mode_and_start_from_what_is_known(monkeypatch):
    monkeypatch.setattr(search, "FEW_LEAVES", 5)
    problem = problem_with_one_scale()
    (point,) = search.find_points(problem, SETTINGS)
    assert point.weight == 1.0
    warm = search.Warm(point.phi + 0.01, tuple(problem.scales.named(point.phi)))
    (again,) = search.find_points(problem, SETTINGS, warm)
    np.testing.assert_array_equal(again.phi, warm.phi)
    (anew,) = search.find_points(problem, SETTINGS, search.Warm(warm.phi, ("another",)))
    np.testing.assert_array_equal(anew.phi, point.phi)


def test_a_month_on_top_takes_one_pass(monkeypatch):
    """Starting where last month ended comes as near to where sweeps end as sweeping anew does."""
    monkeypatch.setattr(search, "FEW_LEAVES", 5)
    excess = {"C01": (0.4, 4), "C04": (0.2, 0)}
    counts = small.counts(small.county(8), n=9, births=200, excess=excess)
    before = pose(counts.until(counts.periods[-2]), SETTINGS)
    problem = pose(counts, SETTINGS)
    phi = problem.scales.start()
    names = tuple(problem.scales.named(phi))
    (point,) = search.find_points(before, SETTINGS, search.Warm(phi, names))
    found = answer(before, ask(before, SETTINGS), point, 4, learn_rates=True)
    carried = Carried.of(before, found.following, found.leaf_moments[0])
    ends = {}
    for name, warm in {"resumed": search.Warm(phi, names, carried), "swept": search.Warm(phi, names)}.items():
        (start,) = search.find_points(problem, SETTINGS, warm)
        ends[name] = answer(problem, ask(problem, SETTINGS), start, 4).leaf_moments
    condition = start.condition
    for _ in range(10):
        condition = relinearise(problem, phi, sweep(problem, phi, condition, learn_rates=True).condition)
    mean, variance = answer(problem, ask(problem, SETTINGS), replace(start, condition=condition), 4).leaf_moments
    away = {name: np.sqrt(((found - mean) ** 2 / variance).mean()) for name, (found, _) in ends.items()}
    assert away["resumed"] < 0.15
    assert away["resumed"] < 1.5 * away["swept"] + 0.01


def test_what_other_areas_carry_is_not_taken_over(monkeypatch):
    monkeypatch.setattr(search, "FEW_LEAVES", 1)
    problem = problem_with_one_scale()
    phi = problem.scales.start()
    other = pose(small.counts(small.county(7), n=1, births=3000, orders=False), SETTINGS)
    carried = Carried.of(other, initial_condition(other), np.zeros((7, 5)))
    assert carried.fits(other)
    warm = search.Warm(phi, tuple(problem.scales.named(phi)))
    expected = search.find_points(problem, SETTINGS, warm)[0].condition.path
    found = search.find_points(problem, SETTINGS, replace(warm, carried=carried))[0].condition.path
    np.testing.assert_array_equal(found, expected)


def test_very_many_leaves_take_the_mode_of_a_sample_of_whole_families(monkeypatch):
    monkeypatch.setattr(search, "FEW_LEAVES", 1)
    monkeypatch.setattr(search, "MANY_LEAVES", 4)
    monkeypatch.setattr(search, "_SAMPLED_LEAVES", 5)
    parents = {"P": "", **{f"C{j}": "P" for j in range(4)}, **{f"T{j}{i}": f"C{j}" for j in range(4) for i in range(3)}}
    problem = pose(small.counts(parents, n=1, births=500, orders=False), SETTINGS)
    sample = search.sample_families(problem, 7)
    sizes = [int((sample.tree.parent == i).sum()) for i, area in enumerate(sample.tree.areas) if area.level == "level1"]
    assert sizes == [3, 3]
    for area, boys in zip(sample.tree.areas, sample.boys, strict=True):
        np.testing.assert_array_equal(boys, problem.counts.boys[problem.counts.tree.positions[area.code]])
    (point,) = search.find_points(problem, SETTINGS)
    assert len(point.condition.path) == 12


def test_scales_of_another_run_are_taken_over_by_name():
    problem = pose(small.counts(small.county(3), n=8), SETTINGS)
    phi = problem.scales.start() + 0.3
    known = problem.scales.named(phi)
    np.testing.assert_allclose(problem.scales.from_named(known), phi)
    del known["leaf_drift_z"]
    position = [scale.name for scale in problem.scales.scales].index("leaf_drift_z")
    expected = phi.copy()
    expected[position] = problem.scales.start()[position]
    np.testing.assert_allclose(problem.scales.from_named(known), expected)


def test_prior_density_and_draws_agree():
    """A class's total is half-normal and shared out; the loading is normal; the gradient is that of the density."""
    scales = pose(small.counts(small.county(3), n=8), SETTINGS).scales
    u = np.random.default_rng(0).random((20_000, scales.n_uniform))
    draws = scales.from_uniform(u)
    for i, scale in enumerate(scales.scales):
        assert np.sqrt(np.exp(2.0 * draws[:, i]).mean()) == pytest.approx(scale.prior_sd, rel=0.05)
    leaf = [i for i, scale in enumerate(scales.scales) if scale.kind == LEAF]
    squares = np.array([scales.scales[i].prior_sd for i in leaf]) ** 2 * len(leaf)
    total = np.sqrt((np.exp(2.0 * draws[:, leaf]) / squares).sum(1))
    assert [np.quantile(total, q) for q in (0.1, 0.5, 0.9)] == pytest.approx([0.1257, 0.6745, 1.6449], abs=0.03)
    assert (draws[:, -1].mean(), draws[:, -1].std()) == pytest.approx((1.2, 0.5), abs=0.03)
    phi = scales.start() + 0.2
    quotient = [(scales.log_prior(phi + h)[0] - scales.log_prior(phi - h)[0]) / 2e-5 for h in 1e-5 * np.eye(len(phi))]
    np.testing.assert_allclose(scales.log_prior(phi)[1], quotient, atol=1e-6)


def test_prior_density_is_that_of_its_draws():
    """With one effect to a class the density is half-normal, by its known formula."""
    scales = problem_with_one_scale().scales
    phi = np.log([0.01, 0.03])[: scales.n_parameters]
    known = sum(
        np.log(2.0 / (scale.prior_sd * np.sqrt(2.0 * np.pi))) - 0.5 * np.exp(2 * x) / scale.prior_sd**2 + x
        for scale, x in zip(scales.scales, phi, strict=True)
    )
    assert scales.log_prior(phi)[0] == pytest.approx(known)
