"""Missing female births of the model, by both methods: hand numbers, sums, intervals by draws."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.direct import reference_log_sd
from tianping.srb.missing import METHODS, missing_births
from tianping.srb.settings import Reference, Settings

SETTINGS = Settings()


def both(births, srb, sd=0.0, settings=SETTINGS):
    births, srb = np.atleast_1d(np.asarray(births, float)), np.atleast_1d(srb)
    found = missing_births("2024", births, np.log(srb), np.full(len(births), sd), settings)
    assert tuple(one.method for one in found) == METHODS
    assert {one.period for one in found} == {"2024"}
    return {one.method: one for one in found}


def test_hand_numbers():
    """2,000 births at 120: 1,090.9 boys and 909.1 girls; boys fixed 1,026.3 girls expected, total fixed 969.5."""
    found = both(2000, 1.20)
    assert found["boys_fixed"].missing[0] == pytest.approx(1090.909 / 1.063 - 909.091, abs=0.01)
    assert found["total_fixed"].missing[0] == pytest.approx(2000 / 2.063 - 909.091, abs=0.01)


def test_the_two_definitions_differ_by_about_two():
    found = both(10_000, 1.15)
    ratio = found["boys_fixed"].missing[0] / found["total_fixed"].missing[0]
    assert ratio == pytest.approx(1 + 1 / 1.063)


def test_nothing_is_missing_at_the_reference_and_nothing_is_cut_off_below():
    for method in METHODS:
        assert both(5000, 1.063)[method].missing[0] == pytest.approx(0, abs=1e-9)
        assert both(5000, 1.02)[method].missing[0] < 0


def test_areas_with_one_ratio_add_up():
    for method in METHODS:
        parts = both([1000, 250, 4000], [1.2, 1.2, 1.2])[method].missing
        assert both(5250, 1.2)[method].missing[0] == pytest.approx(parts.sum())


@pytest.mark.parametrize("sd", [0.03, 0.002], ids=["the area's doubt", "the reference's doubt"])
@pytest.mark.parametrize("method", METHODS)
def test_intervals_are_those_of_draws(method, sd):
    rng = np.random.default_rng(3)
    theta = np.log(1.18) + sd * rng.standard_normal(80_000)
    reference = np.exp(np.log(1.063) + reference_log_sd(SETTINGS.reference) * rng.standard_normal(80_000))
    s, r, n = np.exp(theta), reference, 3000
    draws = {"boys_fixed": n * s / (1 + s) / r - n / (1 + s), "total_fixed": n / (1 + r) - n / (1 + s)}[method]
    found = both(n, 1.18, sd)[method]
    width = found.upper[0] - found.lower[0]
    np.testing.assert_allclose([found.lower[0], found.upper[0]], np.quantile(draws, [0.05, 0.95]), atol=0.015 * width)


def test_a_sharper_reference_gives_a_narrower_interval():
    sharp = Settings(reference=Reference("sharp", 1.063, 1.062, 1.064))
    for method in METHODS:
        wide, narrow = both(9000, 1.12, 0.02)[method], both(9000, 1.12, 0.02, sharp)[method]
        assert narrow.upper[0] - narrow.lower[0] < wide.upper[0] - wide.lower[0]
