"""The engine against dense conditioning of one joint normal distribution: the same numbers, to rounding."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property

import numpy as np
import pytest

from tianping.srb.answers import answer, inner_differences
from tianping.srb.fit import initial_condition, inner_posterior, leaf_batch, pose, relinearise, sweep
from tianping.srb.questions import ask
from tianping.srb.search import Point, evidence_with_gradient
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS
from unit.srb import dense_oracle, small

CLOSE = {"rtol": 1e-7, "atol": 1e-9}
SETTINGS = Settings(window_months=4)
WORLDS = {
    "two levels, months": {"parents": small.county(3), "n": 7, "excess": {"C01": (0.6, 4)}, "births": 120},
    "irregular, inner areas with births of their own, a period without": {
        "parents": small.TREES["irregular"],
        "n": 4,
        "own": ("P", "C2"),
        "empty": (1,),
        "excess": {"T1": (0.5, 2)},
        "births": 90,
    },
    "no tree, no orders": {"parents": small.TREES["forest"], "n": 8, "orders": False, "births": 200},
    "one area, one month": {"parents": small.TREES["one"], "n": 1, "births": 300},
    "one area, years": {"parents": small.TREES["one"], "first": "2019", "n": 4, "excess": {"A": (0.5, 2)}},
    "two levels, years, orders all known": {
        "parents": small.county(3),
        "first": "2019",
        "n": 3,
        "unknown": False,
        "excess": {"C02": (0.3, 1)},
        "births": 500,
    },
}
every_world = pytest.mark.parametrize("name", WORLDS)


class Case:
    """One world at scales and a condition away from every default, its steps settled; and the dense answer to it."""

    def __init__(self, name, standing=0.1, onset=1 / 900):
        rng = np.random.default_rng(sum(map(ord, name)))
        self.problem = problem = pose(small.counts(**WORLDS[name]), SETTINGS)
        self.phi = problem.scales.start() + rng.normal(0, 0.3, problem.scales.n_parameters)
        condition = initial_condition(problem)
        condition = replace(
            condition,
            stretch=rng.uniform(0.5, 3.0, len(condition.stretch)),
            prior=replace(
                condition.prior,
                sizes=np.array([0.5, 0.3, 0.2]),
                standing=standing,
                onset=np.full(len(problem.layout.leaves), onset),
            ),
        )
        condition = relinearise(problem, self.phi, condition)
        for _ in range(15):
            condition = sweep(problem, self.phi, condition, learn_rates=False).condition
        self.condition = condition
        self.dense = dense_oracle.Dense(problem, self.phi, condition)
        self.inner = inner_posterior(problem, self.phi, condition)
        self.batch = leaf_batch(problem, self.inner, condition, slice(0, len(problem.layout.leaves)))
        self.questions = ask(problem, SETTINGS)
        orders = problem.counts.has_orders
        groups = [ORDER_GROUPS[g] for g in self.questions.group]
        self.asked = [k for k, group in enumerate(groups) if orders or group == "all"]
        self.weighed = [self.dense.weigh(leaf) for leaf in range(len(problem.layout.leaves))]
        everything = 3 * len(problem.stretches.start)
        self.answers = answer(problem, self.questions, Point(self.phi, 1.0, condition), everything)

    def noise(self, k, leaves):
        """Give what doubt about leaves' steps adds to the variance of their mean weighted by births."""
        weight = self.questions.leaf_weight[leaves, k]
        doubt = [self.doubt[i, k] for i in leaves]
        return (weight / weight.sum()) ** 2 @ doubt

    @cached_property
    def doubt(self):
        """Variance that doubt about its step adds to a leaf's functional, by leaf and functional."""
        return {
            (i, k): self.dense.variance_from_steps(self.questions, k, i, weighed)
            for i, (weighed, _) in enumerate(self.weighed)
            for k in self.asked
        }


case = cache(Case)


@every_world
def test_inner_states(name):
    c = case(name)
    mean = c.dense.states_mean(c.dense.offset()).reshape(c.dense.nodes, -1)
    cov = c.dense.states_cov.reshape(*mean.shape, *mean.shape)
    slots = c.problem.layout.slots
    for node in np.flatnonzero(slots >= 0):
        np.testing.assert_allclose(c.inner.mean[slots[node]], mean[node], **CLOSE)
        np.testing.assert_allclose(c.inner.cov[slots[node]], cov[node, :, node], **CLOSE)


@every_world
def test_leaf_states_without_a_step_of_their_own(name):
    c = case(name)
    for i, leaf in enumerate(c.problem.layout.leaves):
        mean = c.dense.states_mean(c.dense.offset(but=i)).reshape(c.dense.nodes, -1)
        cov = c.dense.states_cov.reshape(*mean.shape, *mean.shape)
        np.testing.assert_allclose(c.batch.mean[i], mean[leaf], **CLOSE)
        np.testing.assert_allclose(c.batch.cov[i], cov[leaf, :, leaf], **CLOSE)


@every_world
def test_evidence_of_two_values_of_the_scales(name):
    c = case(name)
    phi = c.phi + np.linspace(-0.5, 0.7, len(c.phi))
    other = dense_oracle.Dense(c.problem, phi, c.condition)
    offset = c.dense.offset()
    found = inner_posterior(c.problem, phi, c.condition).passed.log_evidence - c.inner.passed.log_evidence
    np.testing.assert_allclose(found, other.log_evidence(offset) - c.dense.log_evidence(offset), **CLOSE)


@every_world
def test_gradient_of_the_evidence(name):
    c = case(name)
    _, gradient = evidence_with_gradient(c.problem, c.phi, c.condition, c.inner.information)

    def value(phi):
        return inner_posterior(c.problem, phi, c.condition).passed.log_evidence

    quotient = [(value(c.phi + h) - value(c.phi - h)) / 2e-5 for h in 1e-5 * np.eye(len(c.phi))]
    np.testing.assert_allclose(gradient, quotient, rtol=1e-3, atol=1e-4)


@every_world
def test_steps_are_weighed_as_one_more_normal_variable(name):
    c = case(name)
    for i, (weighed, log_bayes_factor) in enumerate(c.weighed):
        np.testing.assert_allclose(c.batch.steps.log_bayes_factor[i], log_bayes_factor, **CLOSE)
        for what in ("probability", "mean", "variance"):
            expected = [getattr(w, what) for w in weighed]
            np.testing.assert_allclose(getattr(c.batch.steps, what)[i].ravel(), expected, **CLOSE)


@every_world
def test_the_expected_path_of_a_step(name):
    c = case(name)
    periods = np.arange(len(c.problem.counts.periods))
    path = c.batch.steps.path(len(periods))
    for i, (weighed, _) in enumerate(c.weighed):
        expected = sum(
            w.probability * w.mean * ((periods >= w.hypothesis.first) & (periods < w.hypothesis.stop)) for w in weighed
        )
        np.testing.assert_allclose(path[i], expected, **CLOSE)


@every_world
def test_what_a_leafs_steps_add_to_the_evidence(name):
    c = case(name)
    without = c.dense.log_evidence(c.dense.offset())
    for i, (_, log_bayes_factor) in enumerate(c.weighed):
        expected = c.dense.log_evidence(c.dense.offset(but=i)) + log_bayes_factor - without
        np.testing.assert_allclose(c.batch.log_gain[i], expected, **CLOSE)


@every_world
def test_leaves_answers_are_the_mixture_over_their_steps(name):
    c = case(name)
    mean, variance = c.answers.leaf_moments
    above = c.answers.leaves.above(0.08)
    for i, (weighed, _) in enumerate(c.weighed):
        for k in c.asked:
            parts = c.dense.components(c.dense.functional(c.questions, k, i), i, weighed)
            np.testing.assert_allclose((mean[i, k], variance[i, k]), dense_oracle.moments(parts), **CLOSE)
            if k < c.questions.n_mixed:
                np.testing.assert_allclose(above[i, k], dense_oracle.above(parts, 0.08), **CLOSE)


@every_world
def test_mixtures_have_the_moments_of_the_answers(name):
    c = case(name)
    mixed = c.questions.n_mixed
    mean, variance = c.answers.leaf_moments
    np.testing.assert_allclose(c.answers.leaves.expectation(), mean[:, :mixed], **CLOSE)
    np.testing.assert_allclose(c.answers.leaves.deviation(), np.sqrt(variance[:, :mixed]), **CLOSE)


@every_world
def test_few_components_keep_mean_and_variance(name):
    c = case(name)
    few = answer(c.problem, c.questions, Point(c.phi, 1.0, c.condition), 2).leaves
    np.testing.assert_allclose(few.expectation(), c.answers.leaves.expectation(), **CLOSE)
    np.testing.assert_allclose(few.deviation(), c.answers.leaves.deviation(), **CLOSE)


@every_world
def test_inner_answers_are_means_weighted_by_births(name):
    c = case(name)
    mean, variance = c.answers.inner
    slots = c.problem.layout.slots
    for node in np.flatnonzero(slots >= 0):
        for k in c.asked:
            noise = c.noise(k, c.dense.leaves_below(node))
            expected = c.dense.node_moments(c.dense.aggregate(c.questions, k, node), noise)
            np.testing.assert_allclose((mean[slots[node], k], variance[slots[node], k]), expected, **CLOSE)


@every_world
def test_differences_of_inner_areas_from_the_rest_of_their_parent(name):
    c = case(name)
    found = inner_differences(c.problem, c.questions, c.answers)
    layout = c.problem.layout
    for node in np.flatnonzero((layout.slots[:-1] >= 0) & (layout.parent[:-1] >= 0)):
        own = c.dense.leaves_below(node)
        rest = [i for i in c.dense.leaves_below(layout.parent[node]) if i not in own]
        for k in (k for k in c.asked if k < c.questions.n_estimands):
            here = (found.expectation()[layout.slots[node], k], found.deviation()[layout.slots[node], k])
            if not rest:
                assert np.isnan(here).all()
                continue
            cells = c.dense.aggregate(c.questions, k, node) - c.dense.rest_of_parent(c.questions, k, node)
            expected = c.dense.node_moments(cells, c.noise(k, own) + c.noise(k, rest))
            np.testing.assert_allclose(here, (expected[0], np.sqrt(expected[1])), **CLOSE)


def differences_of_leaves(c):
    """Give what is found and what is expected of the leaves' differences: means and standard deviations."""
    found = c.answers.differences
    for i, leaf in enumerate(c.problem.layout.leaves):
        rest = [j for j in c.dense.leaves_below(c.problem.layout.parent[leaf]) if j != i]
        for k in (k for k in c.asked if k < c.questions.n_estimands):
            here = (found.expectation()[i, k], found.deviation()[i, k])
            if not rest:
                assert np.isnan(here).all()
                continue
            cells = c.dense.functional(c.questions, k, i) - c.dense.rest_of_parent(c.questions, k, leaf)
            mean, variance = dense_oracle.moments(c.dense.components(cells, i, c.weighed[i][0], c.noise(k, rest)))
            yield here, (mean, np.sqrt(variance))


@every_world
def test_differences_of_leaves_from_the_rest_of_their_parent(name):
    """A leaf's step also moves the rest of its parent, through the state they share."""
    for found, expected in differences_of_leaves(case(name)):
        np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize("name", ["two levels, months", "two levels, years, orders all known"])
def test_differences_of_leaves_without_steps(name):
    for found, expected in differences_of_leaves(Case(name, standing=1e-12, onset=1e-14)):
        np.testing.assert_allclose(found, expected, **CLOSE)


@pytest.mark.parametrize("excess", [{}, {"C00": (0.4, 1)}, {"C00": (0.3, 0), "C01": (0.3, 0)}])
def test_sweeps_come_near_to_the_sum_over_all_leaves_steps_at_once(excess):
    """Two leaves are the hardest case: each is a half of what the other knows of their parent."""
    problem = pose(small.counts(small.county(2), "2021", n=2, births=200, excess=excess), SETTINGS)
    phi = problem.scales.start()
    condition = relinearise(problem, phi, initial_condition(problem))
    for _ in range(20):
        swept = sweep(problem, phi, condition, learn_rates=False)
        condition = swept.condition
    questions, k = ask(problem, SETTINGS), ORDER_GROUPS.index("2+")
    answers = answer(problem, questions, Point(phi, 1.0, condition), 12)
    dense = dense_oracle.Dense(problem, phi, replace(condition, path=np.zeros_like(condition.path)))
    sums = np.array(
        [dense.functional(questions, k, 0), dense.functional(questions, k, 1), dense.aggregate(questions, k, 0)]
    )
    _, p, means, variances = dense.all_at_once(sums)
    mean = p @ means
    deviation = np.sqrt(p @ (variances + means**2) - mean**2)
    found = answers.leaves.expectation()[:, k], answers.leaves.deviation()[:, k]
    np.testing.assert_allclose([*found[0], answers.inner[0][0, k]], mean, atol=0.01)
    np.testing.assert_allclose([*found[1], np.sqrt(answers.inner[1][0, k])], deviation, rtol=0.25)


@pytest.mark.parametrize("name", ["one area, one month", "one area, years"])
def test_evidence_of_one_area_sums_over_all_its_steps_wherever_the_sweeps_stand(name):
    c = case(name)
    no_steps = np.zeros_like(c.condition.path)
    other_phi = c.phi + np.linspace(0.6, -0.4, len(c.phi))
    expected, found = [], []
    for phi, path in ((c.phi, no_steps), (c.phi, no_steps + 0.3), (other_phi, no_steps - 0.2)):
        plain = dense_oracle.Dense(c.problem, phi, replace(c.condition, path=no_steps))
        expected.append(plain.log_evidence(0.0 * plain.weight) + plain.weigh(0)[1])
        condition = replace(c.condition, path=path)
        found.append(sweep(c.problem, phi, condition, learn_rates=False).log_evidence)
    np.testing.assert_allclose(np.diff(found), np.diff(expected), **CLOSE)
    assert abs(expected[2] - expected[0]) > 1e-3


def test_prior_covariances_by_hand():
    """Effects act on the orders as they should; a leaf's drift walks to its standard deviation in thirty-six months."""
    c = case("two levels, months")
    scales = c.problem.scales
    leaf = {scale.effect: np.exp(value) for scale, value in zip(scales.scales, c.phi, strict=False) if scale.kind == 0}
    loading, knots = c.phi[-1], c.problem.basis.n_knots
    since = c.problem.basis.months_apart * np.minimum.outer(np.arange(knots), np.arange(knots))
    second = leaf["z"] ** 2 + leaf["drift_z"] ** 2 * since / 36.0
    expected = np.zeros((3, knots, 3, knots))
    expected[0, :, 0] = leaf["x"] ** 2
    expected[1, :, 1] = second
    expected[1, :, 2] = expected[2, :, 1] = loading * second
    expected[2, :, 2] = loading**2 * second + leaf["z3"] ** 2
    root = scales.root_of(0, c.phi)
    np.testing.assert_allclose(root @ root.T, expected.reshape(3 * knots, -1), rtol=1e-6, atol=1e-12)
