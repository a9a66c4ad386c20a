"""Gap between sources and infant mortality by sex: bounds that hold, exact intervals, invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.srb.registration_gap import infant_mortality_ratio, sex_gap

COUNT = st.integers(1, 10**6).map(float)
PAIR = st.tuples(COUNT, COUNT).map(np.array)


def test_the_gap_by_hand():
    found = sex_gap(np.array([1050.0, 1000.0]), np.array([1050.0, 950.0]))
    assert found.gap == pytest.approx(np.log(1000 / 950))
    assert found.sd_highest == pytest.approx(np.sqrt(2 / 1050 + 1 / 1000 + 1 / 950))
    assert found.sd_lowest == pytest.approx(np.sqrt(1 / 950 - 1 / 1000))


@costly(12)
@given(PAIR, PAIR)
def test_exchanging_sources_or_sexes_turns_the_gap_round(a, b):
    found = sex_gap(a, b)
    for other in (sex_gap(b, a), sex_gap(a[::-1], b[::-1])):
        np.testing.assert_allclose(other.gap, -found.gap, atol=1e-9)
        np.testing.assert_allclose(other.sd_highest, found.sd_highest)
    assert found.sd_lowest <= found.sd_highest


def test_a_known_overlap_takes_the_place_of_the_bounds():
    a, b = np.array([1050.0, 1000.0]), np.array([1040.0, 950.0])
    bounds, smaller = sex_gap(a, b), np.minimum(a, b)
    for both, sd in ((smaller * 0, bounds.sd_highest), (smaller, bounds.sd_lowest)):
        known = sex_gap(a, b, both=both)
        assert known.sd_lowest == known.sd_highest == pytest.approx(float(sd))
    assert sex_gap(a, b, both=np.full(2, np.nan)) == bounds


def test_without_girls_there_is_no_gap():
    found = sex_gap(np.array([[10.0, 0.0]]), np.array([[10.0, 9.0]]))
    assert np.isnan([found.gap, found.lower, found.upper, found.sd_lowest]).all()


@pytest.mark.parametrize("overlap", [0.0, 0.6, 1.0])
def test_the_true_spread_lies_within_the_bounds(overlap):
    """Two sources of the same Poisson births, sharing none, some or all that the smaller holds."""
    rng = np.random.default_rng(1)
    shared = rng.poisson(np.array([800.0, 760.0]) * overlap, (20_000, 2))
    a = shared + rng.poisson(np.array([1000.0, 950.0]) - np.array([800.0, 760.0]) * overlap, (20_000, 2))
    b = shared + rng.poisson(np.array([800.0, 760.0]) * (1 - overlap), (20_000, 2))
    bounds = sex_gap(np.array([1000.0, 950.0]), np.array([800.0, 760.0]))
    spread = np.std(np.log(a[:, 1] / a[:, 0]) - np.log(b[:, 1] / b[:, 0]))
    assert 0.98 * bounds.sd_lowest < spread < 1.02 * bounds.sd_highest


def test_infant_mortality_by_hand_and_beyond_its_ends():
    found = infant_mortality_ratio(np.array([[30.0, 20.0], [5.0, 0.0], [0.0, 0.0]]), np.full((3, 2), 5000.0))
    assert found.rates[0] == pytest.approx([6.0, 4.0])
    assert found.ratio[0] == pytest.approx(1.5)
    assert found.lower[0] < 1.0 < found.upper[0]  # Clopper-Pearson of 30 among 50: 0.452 to 0.736
    assert found.lower[0] == pytest.approx(0.4518 / 0.5482, rel=0.002)
    assert np.isnan(found.ratio[1])
    assert np.isinf(found.upper[1])
    assert np.isnan(found.lower[2])


@pytest.mark.slow
def test_infant_mortality_intervals_hold_at_least_as_often_as_they_say():
    rng = np.random.default_rng(2)
    births = np.array([5300.0, 5000.0])
    deaths = rng.poisson(births * [0.004, 0.005], (4000, 2)).astype(float)
    found = infant_mortality_ratio(deaths, np.broadcast_to(births, deaths.shape))
    assert np.mean((found.lower <= 0.8) & (found.upper >= 0.8)) >= 0.945
