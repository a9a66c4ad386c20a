"""Direct figures against the design's worked tables and against textbook distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from drawing import costly
from tianping.srb.direct import (
    births_needed,
    detection_power,
    direct_interval,
    min_detectable_srb,
    missing_female_births,
    observed_srb,
    reference_log_sd,
)
from tianping.srb.settings import Reference

EASTERN_ASIA = Reference("eastern-asia", 1.063, 1.054, 1.072)
few = costly(25)


@pytest.mark.parametrize(
    ("srb", "births"),
    [
        (110, 21_160),
        (112, 9_083),
        (115, 4_007),
        (118, 2_276),
        (120, 1_690),
        (125, 947),
        (130, 615),
        (140, 330),
        (150, 212),
    ],
)
def test_births_needed_to_show_a_ratio(srb, births):
    """The table was made with z = 1.645 + 0.8416, which tells at 110 and 112 only."""
    assert births_needed(srb, 1.063) * (2.4866 / 2.486475) ** 2 == pytest.approx(births, abs=0.5)
    assert births_needed(srb, 1.063) == pytest.approx(births, rel=1.5e-4, abs=0.5)
    assert detection_power(births_needed(srb, 1.063), srb, 1.063) == pytest.approx(0.80)


def test_330_births_show_140():
    assert round(float(min_detectable_srb(np.array(330.0), 1.063))) == 140


@few
@given(st.floats(106.5, 400))
def test_detectable_ratio_and_births_needed_are_inverse(srb):
    assert min_detectable_srb(births_needed(srb, 1.063), 1.063) == pytest.approx(srb, rel=1e-9)


def test_detectable_ratio_falls_with_births_and_says_nothing_without():
    found = min_detectable_srb(np.array([0, 1, 10, 100, 1000, 1e7]), 1.063)
    assert np.isnan(found[:2]).all()  # with one birth no ratio at all would show
    assert (np.diff(found[2:]) < 0).all()
    assert found[-1] == pytest.approx(106.3, abs=0.2)


def test_a_low_ratio_needs_births_too_and_the_reference_cannot_be_shown():
    assert detection_power(births_needed(95, 1.063), 95, 1.063) == pytest.approx(0.80)
    assert births_needed(106.3, 1.063) == np.inf


@pytest.mark.parametrize(
    ("boys", "girls", "srb", "lower", "upper"),
    [
        (1754, 1536, 114.2, 106.6, 122.3),
        (616, 505, 122.0, 108.4, 137.2),
        (271, 225, 120.4, 100.9, 143.7),
        (223, 205, 108.8, 90.0, 131.5),
        (183, 176, 104.0, 84.5, 127.9),
        (178, 195, 91.3, 74.5, 111.8),
        (227, 158, 143.7, 117.3, 176.0),
        (254, 198, 128.3, 106.5, 154.5),
        (194, 168, 115.5, 93.9, 142.0),
    ],
)
def test_intervals_of_the_worked_bulletin(boys, girls, srb, lower, upper):
    found = direct_interval(boys, girls)
    assert round(observed_srb(boys, girls), 1) == srb
    assert (round(found.lower, 1), round(found.upper, 1), found.level) == (lower, upper, 0.95)


@few
@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from([0.8, 0.9, 0.95]))
def test_small_numbers_get_the_exact_interval(boys, girls, level):
    n = boys + girls
    if not 0 < n < 100:
        return
    found, tail = direct_interval(boys, girls, level), (1 - level) / 2
    if boys:
        share = found.lower / (100 + found.lower)
        assert binom.sf(boys - 1, n, share) == pytest.approx(tail)
    else:
        assert found.lower == 0
    if girls:
        share = found.upper / (100 + found.upper)
        assert binom.cdf(boys, n, share) == pytest.approx(tail)
    else:
        assert found.upper == np.inf


@few
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_an_interval_holds_its_ratio_and_swapping_the_sexes_inverts_it(boys, girls):
    found, swapped = direct_interval(boys, girls), direct_interval(girls, boys)
    assert found.lower < observed_srb(boys, girls) < found.upper
    assert swapped.lower * found.upper == pytest.approx(1e4)
    assert swapped.upper * found.lower == pytest.approx(1e4)


def test_without_births_or_girls():
    assert np.isnan(observed_srb(3, 0))
    assert np.isnan([direct_interval(0, 0).lower, direct_interval(0, 0).upper]).all()
    assert direct_interval(300, 0).upper == np.inf
    assert direct_interval(0, 300).lower == 0


def test_missing_births_of_the_worked_bulletin():
    """Twelve months with 6,861 births at 112.6 against 106.3 [105.4; 107.2]."""
    boys = round(6861 * 1.126 / 2.126)
    point, interval = missing_female_births(boys, 6861 - boys, EASTERN_ASIA)
    assert point == pytest.approx(192, abs=4)
    assert interval.lower == pytest.approx(33, abs=4)
    assert interval.upper == pytest.approx(352, abs=4)


def test_missing_births_are_not_cut_off_at_zero_and_add_up():
    one, other = missing_female_births(500, 520, EASTERN_ASIA), missing_female_births(900, 800, EASTERN_ASIA)
    assert one[0] < 0
    assert missing_female_births(1400, 1320, EASTERN_ASIA)[0] == pytest.approx(one[0] + other[0])
    assert missing_female_births(0, 0, EASTERN_ASIA)[0] == 0


def test_missing_births_interval_by_hand():
    """Binomial chance of the boys and the reference's own doubt, added in quadrature."""
    sharp = Reference("sharp", 1.063, 1.063, 1.063)
    point, interval = missing_female_births(1126, 1000, sharp)
    chance = np.sqrt(1126 * 1000 / 2126) * (1 + 1 / 1.063)
    assert interval.upper - point == pytest.approx(1.959964 * chance, rel=1e-6)
    wide = missing_female_births(1126, 1000, EASTERN_ASIA)[1]
    reference = 1126 / 1.063 * reference_log_sd(EASTERN_ASIA)
    assert wide.upper - point == pytest.approx(1.959964 * np.hypot(chance, reference), rel=1e-6)
