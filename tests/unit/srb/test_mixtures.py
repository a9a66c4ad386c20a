"""Mixtures of normals: moments and tails by numbers, quantiles invert tails, joining keeps weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from drawing import costly
from tianping.srb.mixtures import Mixture, join


@st.composite
def mixtures(draw):
    n = draw(st.integers(1, 5))
    weight = np.array(draw(st.lists(st.floats(0.01, 1), min_size=n, max_size=n)))
    mean = np.array(draw(st.lists(st.floats(-2, 2), min_size=n, max_size=n)))
    sd = np.array(draw(st.lists(st.floats(0.01, 1), min_size=n, max_size=n)))
    return Mixture((weight / weight.sum())[None], mean[None], sd[None])


@costly(25)
@given(mixtures(), st.floats(0.001, 0.999))
def test_quantiles_invert_tails(mixture, p):
    at = mixture.quantile(p)
    assert mixture.above(at[:, None])[0] == pytest.approx(1 - p, abs=1e-5)


def test_moments_are_those_of_the_density():
    mixture = Mixture(np.array([[0.5, 0.3, 0.2]]), np.array([[0.0, 1.0, -2.0]]), np.array([[1.0, 0.3, 0.1]]))
    x = np.linspace(-8, 8, 16_001)
    chance = (mixture.weight[0] * norm.pdf(x[:, None], mixture.mean[0], mixture.sd[0])).sum(1) * (x[1] - x[0])
    mean = chance @ x
    assert mixture.expectation()[0] == pytest.approx(mean, abs=1e-9)
    assert mixture.deviation()[0] == pytest.approx(np.sqrt(chance @ (x - mean) ** 2), abs=1e-9)
    assert mixture.above(0.5)[0] == pytest.approx(chance[x > 0.5].sum(), abs=1e-3)


@costly(25)
@given(mixtures(), mixtures(), st.floats(0, 1), st.floats(-2, 2))
def test_joining_mixes(a, b, w, at):
    both = join([(w, a), (1 - w, b)])
    assert both.weight.sum() == pytest.approx(1)
    assert both.expectation() == pytest.approx(w * a.expectation() + (1 - w) * b.expectation())
    assert both.above(at) == pytest.approx(w * a.above(at) + (1 - w) * b.above(at))


def test_one_component_is_a_normal_distribution():
    one = Mixture.normal(np.array([[0.2, -1.0]]), np.array([[0.04, 1.0]]))
    np.testing.assert_allclose(one.quantile(0.95), [[0.2 + 0.2 * 1.644854, -1 + 1.644854]], atol=1e-5)
    np.testing.assert_allclose(one.deviation(), [[0.2, 1.0]])


def test_a_component_without_weight_says_nothing():
    mixture = Mixture(np.array([[1.0, 0.0]]), np.array([[0.0, 50.0]]), np.array([[1.0, 1.0]]))
    assert mixture.quantile(0.5)[0] == pytest.approx(0, abs=1e-6)
    assert mixture.expectation()[0] == 0


def test_questions_without_an_answer_stay_without():
    mixture = Mixture(np.ones((1, 1)), np.array([[np.nan]]), np.array([[np.nan]]))
    assert np.isnan(mixture.above(0.0)).all()
    assert np.isnan(mixture.quantile(0.5)).all()
