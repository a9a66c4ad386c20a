"""Joint draws: moments of the dense answer within Monte-Carlo error, and areas that add up in every draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tianping.srb.answers import answer
from tianping.srb.engine import Fitted
from tianping.srb.fit import initial_condition, pose, relinearise, sweep
from tianping.srb.questions import ask
from tianping.srb.search import Point, Warm
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS
from unit.srb import small
from unit.srb.dense_oracle import Dense

SETTINGS = Settings(window_months=4, seed=5)
N = 8000
GROUP = "2+"
K = ORDER_GROUPS.index(GROUP)


class Drawn:
    """One point of the scales, its draws, and the dense answer."""

    def __init__(self, world):
        problem = pose(small.counts(**world), SETTINGS)
        phi = problem.scales.start()
        condition = relinearise(problem, phi, initial_condition(problem))
        for _ in range(15):
            condition = sweep(problem, phi, condition, learn_rates=False).condition
        self.problem, self.questions = problem, ask(problem, SETTINGS)
        point = Point(phi, 1.0, condition)
        self.answers = answer(problem, self.questions, point, 12)
        warm = Warm(phi, tuple(problem.scales.named(phi)))
        self.fitted = Fitted(problem, SETTINGS, self.questions, (point,), (self.answers,), warm, {})
        self.draws = self.fitted.draws(GROUP, N) - problem.origin
        self.dense = Dense(problem, phi, condition)


@pytest.fixture(
    scope="module",
    params=[
        {"parents": small.county(3), "n": 3, "births": 150, "excess": {"C01": (0.5, 1)}},
        {"parents": small.TREES["irregular"], "n": 2, "own": ("C2",), "births": 200},
    ],
    ids=["county", "irregular"],
)
def drawn(request):
    return Drawn(request.param)


def visible_leaves(drawn):
    layout = drawn.problem.layout
    return [(i, node) for i, node in enumerate(layout.leaves) if node < layout.n_areas]


def test_marginals_of_leaves_are_their_mixtures(drawn):
    leaves = drawn.answers.leaves
    for i, node in visible_leaves(drawn):
        mean, sd = leaves.expectation()[i, K], leaves.deviation()[i, K]
        assert drawn.draws[node].mean() == pytest.approx(mean, abs=5 * sd / np.sqrt(N))
        assert drawn.draws[node].std() == pytest.approx(sd, rel=0.08)
        assert (drawn.draws[node] > 0.1).mean() == pytest.approx(leaves.above(0.1)[i, K], abs=0.025)


def test_covariances_between_leaves_are_those_of_the_states_above_them(drawn):
    states = drawn.dense.states_cov
    for i, a in visible_leaves(drawn):
        for j, b in visible_leaves(drawn):
            if i < j:
                cells = [drawn.dense.functional(drawn.questions, K, leaf) @ drawn.dense.design for leaf in (i, j)]
                error = 5 * drawn.draws[a].std() * drawn.draws[b].std() / np.sqrt(N)
                found = np.cov(drawn.draws[a], drawn.draws[b])[0, 1]
                assert found == pytest.approx(cells[0] @ states @ cells[1], abs=error)


def test_an_inner_area_is_the_mean_of_the_areas_below_it_in_every_draw(drawn):
    tree, layout = drawn.problem.counts.tree, drawn.problem.layout
    hidden = set(layout.parent[layout.leaves[layout.leaves >= layout.n_areas]].tolist())
    weight = drawn.questions.node_weight[:, K]
    for area in np.flatnonzero(~tree.is_leaf):
        below = np.flatnonzero(tree.parent == area)
        if area not in hidden:
            expected = weight[below] @ drawn.draws[below] / weight[below].sum()
            np.testing.assert_allclose(drawn.draws[area], expected, atol=1e-6)  # draws carry seven digits


def test_inner_areas_have_their_answers_moments(drawn):
    layout = drawn.problem.layout
    mean, variance = drawn.answers.inner
    for area in np.flatnonzero(layout.slots[: layout.n_areas] >= 0):
        slot = layout.slots[area]
        sd = np.sqrt(variance[slot, K])
        assert drawn.draws[area].mean() == pytest.approx(mean[slot, K], abs=5 * sd / np.sqrt(N))
        assert drawn.draws[area].std() == pytest.approx(sd, rel=0.05)


def test_points_of_the_scales_are_drawn_by_their_weight(drawn):
    """A second point, where other steps are expected and the states differ, gets its share of the draws."""
    point, answers = drawn.fitted.points[0], drawn.answers
    condition = replace(point.condition, path=point.condition.path + 1.0)
    high = answer(drawn.problem, drawn.questions, replace(point, condition=condition), 12)
    points = (replace(point, weight=0.8), Point(point.phi, 0.2, condition))
    both = replace(drawn.fitted, points=points, answers=(answers, high))
    leaf, node = visible_leaves(drawn)[0]
    one, other = (a.leaves.expectation()[leaf, K] + drawn.problem.origin for a in (answers, high))
    assert abs(other - one) > 0.05
    assert both.draws(GROUP, N)[node].mean() == pytest.approx(0.8 * one + 0.2 * other, abs=0.1 * abs(other - one))


def test_the_same_seed_gives_the_same_draws(drawn):
    np.testing.assert_array_equal(drawn.fitted.draws("all", 40), drawn.fitted.draws("all", 40))
    assert not np.array_equal(drawn.fitted.draws("all", 40), drawn.fitted.draws("all", 40, "window"))


def test_several_order_groups_share_the_states(drawn):
    both = drawn.fitted.joint_draws(("2", GROUP), 2000)
    assert both.shape == (2, drawn.problem.layout.n_areas, 2000)
    assert np.corrcoef(both[0, 0], both[1, 0])[0, 1] > 0.3
