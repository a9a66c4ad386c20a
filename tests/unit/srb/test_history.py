"""The course of SRB: smoothed by all data, filtered by the data up to each period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tianping import srb
from tianping.srb import search
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS
from unit.srb import small

ALL = ORDER_GROUPS.index("all")
TREE = {"N": "", "P": "N", "T1": "P", "T2": "P"}


@pytest.fixture(autouse=True)
def coarse_integration(monkeypatch):
    """Average over few values of the scales: the promises are the same and the tests are quick."""
    monkeypatch.setattr(search, "_FIRST_POINTS", 4)
    monkeypatch.setattr(search, "_SECOND_POINTS", 2)


def fitted(counts):
    return srb.estimate(counts, Settings(n_draws=200))


def test_both_end_at_the_estimate_of_now():
    run, fit = fitted(small.counts(small.county(3), n=5, births=80, excess={"C01": (0.4, 2)}))
    smoothed, filtered, now = srb.smoothed(fit), srb.filtered(fit), run.estimates
    for name, near in {"log_mean": 1e-7, "log_lower": 1e-3, "log_upper": 1e-3}.items():
        np.testing.assert_allclose(getattr(smoothed, name)[..., -1], getattr(now, name)[0], atol=near)
    np.testing.assert_allclose(filtered.log_mean[..., -1], now.log_mean[0], atol=0.02)


def test_the_filter_knows_nothing_of_what_comes():
    counts = small.counts(small.county(2), n=4, births=60)
    boys = counts.boys.copy()
    boys[:, 2:] *= 3
    one, other = (fitted(c)[1] for c in (counts, replace(counts, boys=boys)))
    other = replace(other, points=one.points)  # the scales come from all data by design
    kept = slice(0, 2)
    np.testing.assert_allclose(srb.filtered(other).log_mean[..., kept], srb.filtered(one).log_mean[..., kept])
    assert (srb.smoothed(other).log_mean[..., 1] > srb.filtered(other).log_mean[..., 1] + 0.01).any()


def test_intervals_hold_the_mean():
    for kind in (srb.smoothed, srb.filtered):
        history = kind(fitted(small.counts(TREE, n=4))[1])
        assert (history.log_lower < history.log_mean).all()
        assert (history.log_mean < history.log_upper).all()
        assert history.kind == kind.__name__


def test_before_the_first_birth_there_is_nothing_to_say():
    counts = small.counts(TREE, n=5, empty=(0, 1))
    history = srb.filtered(fitted(counts)[1])
    assert np.isnan(history.log_mean[..., :2]).all()
    assert np.isfinite(history.log_mean[..., 2:]).all()


def test_orders_that_become_known_later():
    counts = small.counts(TREE, n=4)
    boys, girls = counts.boys.copy(), counts.girls.copy()
    for births in (boys, girls):
        births[:, :2, 3] = births[:, :2].sum(2)
        births[:, :2, :3] = 0
    history = srb.filtered(fitted(replace(counts, boys=boys, girls=girls))[1])
    assert np.isfinite(history.log_mean[:, ALL]).all()
    assert np.isnan(history.log_mean[:, :ALL, :2]).all()
    assert np.isfinite(history.log_mean[..., 2:]).all()


def test_an_inner_area_that_begins_to_count_for_itself():
    counts = small.counts(TREE, n=4, own=("N",))
    boys, girls = counts.boys.copy(), counts.girls.copy()
    for births in (boys, girls):
        births[0, :2] = 0
    history = srb.filtered(fitted(replace(counts, boys=boys, girls=girls))[1])
    assert np.isfinite(history.log_mean).all()


def test_without_orders_only_all_has_a_course():
    _, fit = fitted(small.counts(TREE, n=3, orders=False))
    for history in (srb.smoothed(fit), srb.filtered(fit)):
        assert np.isfinite(history.log_mean[:, ALL]).all()
        assert np.isnan(history.log_mean[:, :ALL]).all()
