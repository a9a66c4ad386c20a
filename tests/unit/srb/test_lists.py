"""Lists with a controlled share of false ones: the rules of each, for any input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.srb.fdr import bayes_fdr, benjamini_hochberg, e_bh

#: Sixty-fourths, with which sums and comparisons are exact.
PROBABILITIES = st.lists(st.integers(0, 64).map(lambda n: n / 64), min_size=1, max_size=30).map(np.array)
LEVELS = st.sampled_from([1 / 64, 1 / 16, 1 / 8, 1 / 4, 1 / 2])
few = settings(max_examples=40, deadline=None)


@few
@given(PROBABILITIES, LEVELS)
def test_bayes_list_is_the_longest_prefix_with_a_small_expected_share_of_false_ones(p, q):
    listed, share = bayes_fdr(p, q)
    ordered = np.sort(p)[::-1]
    shares = np.array([(1 - ordered[:k]).mean() for k in range(1, len(p) + 1)])
    assert listed.sum() == max(np.flatnonzero(shares <= q) + 1, default=0)
    if listed.any():
        assert share == pytest.approx((1 - p[listed]).mean())
        assert share <= q
        assert p[listed].min() >= p[~listed].max(initial=-1)
    else:
        assert np.isnan(share)


@few
@given(PROBABILITIES, LEVELS)
def test_bayes_lists_nest(p, q):
    assert not (bayes_fdr(p, q)[0] & ~bayes_fdr(p, 2 * q)[0]).any()


def test_bayes_list_by_hand():
    listed, share = bayes_fdr(np.array([0.7, 0.99, np.nan, 0.95, 0.2]), 0.13)
    assert listed.tolist() == [True, True, False, True, False]
    assert share == pytest.approx((0.01 + 0.05 + 0.3) / 3)


def test_nobody_asked_gives_no_list():
    listed, share = bayes_fdr(np.full(3, np.nan), 0.2)
    assert not listed.any()
    assert np.isnan(share)


@few
@given(st.lists(st.integers(0, 400).map(float), min_size=1, max_size=30).map(np.array), LEVELS)
def test_e_bh_lists_the_most_that_its_rule_allows(e, alpha):
    listed = e_bh(e, alpha)
    ordered, n = np.sort(e)[::-1], len(e)
    allowed = [k for k in range(1, n + 1) if ordered[k - 1] * k * alpha >= n]
    assert listed.sum() == max(allowed, default=0)
    assert e[listed].min(initial=np.inf) >= e[~listed].max(initial=0)


@pytest.mark.parametrize(
    ("e", "n_listed"), [([10], 1), ([9.99], 0), ([15, 15, 2], 2), ([29, 14, 2], 0), ([30, 0, 0], 1)]
)
def test_e_bh_by_hand(e, n_listed):
    assert e_bh(np.array(e, dtype=float), 0.10).sum() == n_listed


@few
@given(PROBABILITIES, LEVELS)
def test_benjamini_hochberg_lists_the_most_that_its_rule_allows(p, q):
    listed = benjamini_hochberg(p, q)
    ordered, n = np.sort(p), len(p)
    allowed = [k for k in range(1, n + 1) if ordered[k - 1] <= q * k / n]
    assert listed.sum() == max(allowed, default=0)
    assert p[listed].max(initial=0) <= p[~listed].min(initial=1)


def test_benjamini_hochberg_by_hand():
    p = np.array([0.041, 0.001, 0.5, 0.03, 0.019])
    assert benjamini_hochberg(p, 0.05).tolist() == [False, True, False, True, True]
