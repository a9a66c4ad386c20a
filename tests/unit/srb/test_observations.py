"""The linearised likelihood, over-dispersion, and how orders load on effects."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.fit import pose
from tianping.srb.observations import Cells, estimate_overdispersion, linearise, make_channels
from tianping.srb.settings import Settings
from unit.srb import small

ORIGIN = np.log(1.063)


def cells(boys, births):
    return Cells(np.array(boys, float)[None, :, None], np.array(births, float)[None, :, None])


def log_likelihood(boys, births, eta):
    return boys * eta - births * np.log1p(np.exp(eta))


@pytest.mark.parametrize("eta", [0.0, 0.06, 0.7, -0.4])
def test_score_and_weight_are_the_likelihoods_derivatives(eta):
    boys, births = np.array([7.0, 0.0, 300.0]), np.array([12.0, 0.0, 520.0])
    working = linearise(cells(boys, births), np.array(eta), ORIGIN, 0.0)
    h = 1e-4
    at = [log_likelihood(boys, births, eta + k * h) for k in (-1, 0, 1)]
    np.testing.assert_allclose(working.weight[0, :, 0], -(at[2] - 2 * at[1] + at[0]) / h**2, rtol=1e-4, atol=1e-6)
    score = working.pull[0, :, 0] - working.weight[0, :, 0] * (eta - ORIGIN)
    np.testing.assert_allclose(score, (at[2] - at[0]) / (2 * h), rtol=1e-6, atol=1e-6)


def test_one_linearisation_is_near_over_the_range_of_ratios():
    """Where boys are a half, the log-likelihood's curved part is quadratic to η²/24."""
    boys, births, eta = 500.0, 1000.0, 0.4
    working = linearise(cells([boys], [births]), np.array(0.0), 0.0, 0.0)
    quadratic = working.pull[0, 0, 0] * eta - working.weight[0, 0, 0] * eta**2 / 2
    exact = log_likelihood(boys, births, eta) - log_likelihood(boys, births, 0.0)
    assert quadratic == pytest.approx(exact, rel=1.05 * eta**2 / 24)
    assert quadratic != pytest.approx(exact, rel=0.9 * eta**2 / 24)


def test_overdispersion_shrinks_information_as_the_beta_binomial_does():
    plain, over = (linearise(cells([60], [100]), np.array(0.1), ORIGIN, rho) for rho in (0.0, 0.01))
    assert over.weight[0, 0, 0] == pytest.approx(plain.weight[0, 0, 0] / 1.99)
    assert over.pull[0, 0, 0] == pytest.approx(plain.pull[0, 0, 0] / 1.99)
    single = linearise(cells([1], [1]), np.array(0.1), ORIGIN, 0.01)
    assert single.weight[0, 0, 0] == pytest.approx(
        linearise(cells([1], [1]), np.array(0.1), ORIGIN, 0.0).weight[0, 0, 0]
    )


@pytest.mark.parametrize("rho", [0.002, 0.01, 0.05])
def test_overdispersion_is_found(rho):
    rng = np.random.default_rng(1)
    births = np.full((200, 12, 1), 100.0)
    p = rng.beta(0.515 * (1 / rho - 1), 0.485 * (1 / rho - 1), births.shape)
    found = estimate_overdispersion(Cells(rng.binomial(100, p).astype(float), births), np.array(np.log(0.515 / 0.485)))
    assert found == pytest.approx(rho, rel=0.15, abs=7e-4)


def test_no_overdispersion_is_made_up():
    rng = np.random.default_rng(2)
    births = rng.poisson(20, (300, 12, 1)).astype(float)
    boys = rng.binomial(births.astype(int), 0.515).astype(float)
    assert estimate_overdispersion(Cells(boys, births), np.array(np.log(0.515 / 0.485))) < 0.0012  # its standard error
    assert estimate_overdispersion(Cells(boys[:, :5], births[:, :5]), np.array(1.0)) == 0
    assert estimate_overdispersion(Cells(0 * boys, np.minimum(births, 1)), np.array(0.0)) == 0


def test_unknown_order_loads_as_the_mix_of_the_known():
    counts = small.counts(small.county(2), n=3, births=300)
    known = (counts.boys + counts.girls)[..., :3].sum((0, 1))
    shares = known / known.sum()
    channels = make_channels(counts, 2)
    np.testing.assert_allclose(channels.loadings[:3], [[1, 0, 0], [1, 1, 0], [1, 0, 1]])
    np.testing.assert_allclose(channels.loadings[3], [1, shares[1], shares[2]])
    np.testing.assert_allclose(channels.steps, [0, 1, 1, shares[1] + shares[2]])


@pytest.mark.parametrize(("orders_from", "steps"), [(1, [1, 1, 1, 1]), (3, [0, 0, 1, None])])
def test_steps_act_from_the_order_asked_for(orders_from, steps):
    channels = make_channels(small.counts(small.county(2), n=3), orders_from)
    np.testing.assert_allclose(channels.steps[:3], steps[:3])
    assert steps[3] is None or channels.steps[3] == steps[3]


def test_leaves_carry_their_areas_births_and_hidden_leaves_their_areas_own():
    counts = small.counts(small.TREES["irregular"], n=2, own=("C2",))
    problem = pose(counts, Settings())
    for i, area in enumerate(problem.layout.leaf_areas):
        np.testing.assert_array_equal(problem.cells.boys[i], counts.boys[area])
        np.testing.assert_array_equal(problem.cells.births[i], counts.boys[area] + counts.girls[area])
    assert problem.cells.births.sum() == counts.boys.sum() + counts.girls.sum()
