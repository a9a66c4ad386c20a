"""Lists with a controlled share of false ones: the rules of each, for any input."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.srb.fdr import bayes_fdr, benjamini_hochberg, closed_e_bh, e_bh

#: Sixty-fourths, with which sums and comparisons are exact.
PROBABILITIES = st.lists(st.integers(0, 64).map(lambda n: n / 64), min_size=1, max_size=30).map(np.array)
LEVELS = st.sampled_from([1 / 64, 1 / 16, 1 / 8, 1 / 4, 1 / 2])
few = costly(25)


@few
@given(PROBABILITIES, LEVELS)
def test_bayes_list_is_the_longest_with_a_small_expected_share_of_false_ones_and_whole_ties(p, q):
    listed, share = bayes_fdr(p, q)
    allowed = [p >= least for least in np.unique(p) if (1 - p[p >= least]).mean() <= q]
    assert listed.sum() == max((one.sum() for one in allowed), default=0)
    if listed.any():
        assert share == pytest.approx((1 - p[listed]).mean())
        assert share <= q
        assert p[listed].min() > p[~listed].max(initial=-1)
    else:
        assert np.isnan(share)


@few
@given(PROBABILITIES, LEVELS, st.randoms(use_true_random=False))
def test_no_list_depends_on_the_order_of_the_areas(p, q, random):
    order = random.sample(range(len(p)), len(p))
    assert (bayes_fdr(p[order], q)[0] == bayes_fdr(p, q)[0][order]).all()
    assert (e_bh(20 * p[order], q) == e_bh(20 * p, q)[order]).all()
    assert (closed_e_bh(20 * p[order], q) == closed_e_bh(20 * p, q)[order]).all()


def test_a_tie_that_does_not_fit_whole_is_left_out_whole():
    assert bayes_fdr(np.array([1.0, 0.75, 0.75]), 0.125)[0].tolist() == [True, False, False]
    assert bayes_fdr(np.array([0.75, 1.0, 0.75]), 0.1875)[0].all()


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


def may_be_listed(e, listed, alpha):
    """Try every set: its mean e-value is at least its share of the list, |set ∩ list| / (|list|·alpha)."""
    members = np.array(list(product([False, True], repeat=len(e)))[1:])
    means = (members @ e) / members.sum(1)
    return (means * listed.sum() * alpha >= (members & listed).sum(1)).all()


@few
@given(st.lists(st.integers(0, 60).map(float), min_size=1, max_size=7).map(np.array), LEVELS)
def test_closed_e_bh_lists_the_most_that_every_set_allows(e, alpha):
    listed = closed_e_bh(e, alpha)
    allowed = [(e >= least) for least in np.unique(e) if may_be_listed(e, e >= least, alpha)]
    assert listed.sum() == max((one.sum() for one in allowed), default=0)
    assert not (e_bh(e, alpha) & ~listed).any()


def test_closed_e_bh_finds_what_e_bh_misses():
    e = np.array([40.0, 19.0, 12.0, 0.5])
    assert e_bh(e, 0.10).sum() == 1
    assert closed_e_bh(e, 0.10).tolist() == [True, True, True, False]


def test_false_discoveries_of_closed_e_bh_stay_below_its_rate_when_dependence_is_at_its_worst():
    """Nine nulls share one e-value of 20 with probability 1/20, beside one true discovery."""
    rate = np.mean([closed_e_bh(np.array([e] * 9 + [100.0]), 0.1)[:9].sum() / 10 for e in [20.0] + [0.0] * 19])
    assert 0 < rate <= 0.1


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
