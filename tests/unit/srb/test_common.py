"""What areas have in common: the slope on size and months that stand out everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tianping.srb.answers import answer
from tianping.srb.common import Common, Slope, learn_months, size_of, tilted
from tianping.srb.engine import estimate
from tianping.srb.fit import (
    information_of,
    initial_condition,
    learn_slope,
    pose,
    relinearise,
    tilt,
)
from tianping.srb.observations import Cells, LeafInformation, linearise
from tianping.srb.propagate import pass_up
from tianping.srb.questions import ask
from tianping.srb.search import Point
from tianping.srb.settings import Settings
from tianping.terms import Counts
from unit.srb import small

SETTINGS = Settings()
MANY = {"P": "", **{f"C{j}": "P" for j in range(5)}, **{f"T{j}{i:02d}": f"C{j}" for j in range(5) for i in range(12)}}


def counts_by_size(slope: float, n: int = 6, jump: float = 0.0) -> Counts:
    """Make counts without chance: second and later births' log SRB falls by `slope` with log births; the end jumps."""
    counts = small.counts(MANY, n=n, births=40)
    births = np.zeros(counts.boys.shape)
    sizes = np.exp(np.linspace(-1.5, 1.5, int(counts.tree.is_leaf.sum())))
    births[counts.tree.is_leaf] = (sizes[:, None, None] * np.array([220, 140, 40, 0])) * np.ones((1, n, 1))
    logs = np.zeros(births.shape)
    logs[counts.tree.is_leaf, :, 1:3] = -slope * (np.log(sizes) - np.log(sizes).mean())[:, None, None]
    logs[:, -2:] += jump
    ratio = 1.063 * np.exp(logs)
    boys = np.rint(births * ratio / (1.0 + ratio)).astype(np.int64)
    return replace(counts, boys=boys, girls=np.rint(births).astype(np.int64) - boys)


def condition_of(counts: Counts):
    problem = pose(counts, SETTINGS)
    phi = problem.scales.start()
    return problem, phi, relinearise(problem, phi, initial_condition(problem))


def test_size_is_log_births_around_their_mean_and_nothing_where_there_are_none():
    births = np.array([[[10.0]], [[1000.0]], [[0.0]], [[100.0]]])
    assert size_of(Cells(births / 2, births)) == pytest.approx([-np.log(10), np.log(10), 0.0, 0.0])


def test_a_slope_on_size_is_found():
    problem, phi, condition = condition_of(counts_by_size(0.08))
    assert learn_slope(problem, phi, condition).common.slope == pytest.approx(-0.08, abs=0.01)
    problem, phi, condition = condition_of(counts_by_size(0.0))
    assert learn_slope(problem, phi, condition).common.slope == pytest.approx(0.0, abs=0.003)


def test_few_areas_have_no_slope():
    counts = small.counts(small.county(12), n=4)
    problem, phi, condition = condition_of(counts)
    assert learn_slope(problem, phi, condition) is condition
    assert condition.common.slope == 0.0
    assert not condition.common.months.any()


def test_log_evidence_is_quadratic_in_the_slope():
    problem, phi, condition = condition_of(counts_by_size(0.05))
    plain = information_of(problem, condition)

    def evidence(slope: float) -> float:
        tried = replace(condition, common=replace(condition.common, slope=slope))
        information, gain = tilted(plain, tilt(problem, tried))
        return pass_up(problem.layout, information, problem.scales, phi, condition.stretch).log_evidence + gain

    parabola = Slope.through(0.1, evidence(-0.1), evidence(0.0), evidence(0.1))
    for at in (-0.3, 0.04, 0.2):
        expected = evidence(0.0) + parabola.linear * at - 0.5 * parabola.curvature * at**2
        assert evidence(at) == pytest.approx(expected, rel=1e-9)


def test_a_slope_moves_every_answer_as_if_it_were_known_in_the_births():
    """The same answers come of births with the slope's part taken out, and that part added again."""
    problem, phi, condition = condition_of(counts_by_size(0.05))
    sloped = replace(condition, common=replace(condition.common, slope=-0.07))
    known = tilt(problem, sloped).reshape(len(problem.size), problem.channels.n_factors, -1)
    by_channel = known.transpose(0, 2, 1) @ problem.channels.loadings.T
    in_time = np.einsum("nkc,tk->ntc", by_channel, problem.basis.hats)
    working = replace(condition.working, pull=condition.working.pull - condition.working.weight * in_time)
    questions = ask(problem, SETTINGS)
    found = answer(problem, questions, Point(phi, 1.0, sloped), 6)
    without = answer(problem, questions, Point(phi, 1.0, replace(condition, working=working)), 6)
    added = np.einsum("nqc,qt,ntc->nq", questions.mix, questions.time_weights(), in_time)
    np.testing.assert_allclose(found.leaf_moments[0], without.leaf_moments[0] + added, atol=1e-9)
    np.testing.assert_allclose(found.leaf_moments[1], without.leaf_moments[1], atol=1e-9)
    area = int(problem.counts.tree.positions["C0"])
    inside = np.flatnonzero(problem.layout.parent[problem.layout.leaves] == area)
    share = questions.shares(problem.layout, problem.layout.leaves[inside])
    slot = problem.layout.slots[area]
    np.testing.assert_allclose(found.inner[0][slot], without.inner[0][slot] + (share * added[inside]).sum(0), atol=1e-9)


def test_the_band_times_a_state_is_the_full_matrix_times_it():
    problem, _, condition = condition_of(counts_by_size(0.0, n=30))
    information = information_of(problem, condition)
    states = np.random.default_rng(1).normal(size=information.h.shape)
    full = np.einsum("ne,ejk->njk", information.band.reshape(len(states), -1), information.unit_bands())
    np.testing.assert_allclose(information.times(states), np.einsum("njk,nk->nj", full, states), atol=1e-9)
    assert isinstance(information.with_h(states), LeafInformation)


def test_months_that_stand_out_everywhere_are_told_from_noise():
    generator = np.random.default_rng(3)
    births = np.full((400, 60, 1), 60.0)
    swing = 0.04 * np.sin(np.arange(60) * np.pi / 6)
    none = Common.none(60, 1)
    for course, closeness in ((swing, 0.015), (np.zeros(60), 0.006)):
        p = 1.0 / (1.0 + np.exp(-course))
        cells = Cells(generator.binomial(60, p[None, :, None], births.shape).astype(float), births)
        working = linearise(cells, np.zeros(births.shape), 0.0, 0.0)
        found = learn_months(working, np.zeros(births.shape), none)
        assert np.sqrt(np.mean((found.months[:, 0] - course) ** 2)) < closeness
        assert (found.noise <= 1.0 / working.weight.sum(0) + 1e-12).all()


def test_a_month_that_stands_out_is_in_the_present_level_and_in_no_difference():
    """All areas jump together: the estimate says so at once, and no area differs from the others."""
    counts = counts_by_size(0.0, n=30, jump=0.10)
    _, _, condition = condition_of(counts)
    assert condition.common.months[-2:, 0].min() > 0.03
    run, _ = estimate(counts, SETTINGS)
    leaves = counts.tree.is_leaf
    assert run.estimates.column("log_mean", "all")[leaves].mean() > np.log(1.063) + 0.05
    assert run.estimates.column("p_difference", "2+")[leaves].max() < 0.5
