"""Counts of births: shapes, sums, cuts in time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.terms import ORDER_GROUPS, ORDERS, Area, AreaTree, Counts, InputError, Period, group_channels

TREE = AreaTree.of([Area("C", "", "county"), Area("T1", "", "township", "C"), Area("T2", "", "township", "C")])
few = costly(25)


def counts(n=4, first="2024-11", seed=0):
    rng = np.random.default_rng(seed)
    boys, girls, late_boys, late_girls = rng.integers(0, 50, (4, 3, n, 4))
    periods = tuple(Period.parse(first).shift(k) for k in range(n))
    return Counts(TREE, periods, boys, girls, late_boys, late_girls)


@few
@given(st.integers(1, 8), st.integers(0, 12), st.sampled_from(["2024-11", "2019"]))
def test_a_cut_keeps_the_past_and_pads_with_zeros(n, upto, first):
    whole = counts(n, first)
    cut = whole.until(whole.periods[0].shift(upto))
    kept = min(n, upto + 1)
    assert cut.periods == tuple(whole.periods[0].shift(k) for k in range(upto + 1))
    for name in ("boys", "girls", "registered_boys", "registered_girls"):
        array = getattr(cut, name)
        np.testing.assert_array_equal(array[:, :kept], getattr(whole, name)[:, :kept])
        assert not array[:, kept:].any()


def test_a_cut_before_the_data_or_of_another_kind_is_refused():
    for as_of, key in (("2024-10", "as_of_before_data"), ("2024", "period_kinds_mixed")):
        with pytest.raises(InputError) as refused:
            counts().until(Period.parse(as_of))
        assert refused.value.key == key


def test_sums_of_the_county_hold_its_townships_and_itself():
    one = counts()
    boys, girls = one.pooled()
    np.testing.assert_array_equal(boys[0], one.boys.sum(0))
    np.testing.assert_array_equal(girls[1:], one.girls[1:])


def test_orders_are_known_when_one_birth_carries_its_order():
    zeros = np.zeros((3, 1, 4), dtype=np.int64)
    unknown, known = zeros.copy(), zeros.copy()
    unknown[1, 0, ORDERS.index("unknown")] = 9
    known[2, 0, 1] = 1
    periods = (Period(2024),)
    assert not Counts(TREE, periods, unknown, zeros).has_orders
    assert Counts(TREE, periods, unknown, known).has_orders


def test_order_groups_are_made_of_channels():
    channels = {group: [ORDERS[c] for c in group_channels(group)] for group in ORDER_GROUPS}
    assert channels == {"1": ["1"], "2": ["2"], "3+": ["3+"], "2+": ["2", "3+"], "all": list(ORDERS)}


def fault(**changes):
    one = counts()
    given = {"tree": TREE, "periods": one.periods, "boys": one.boys, "girls": one.girls, **changes}
    with pytest.raises(InputError) as refused:
        Counts(**given)
    return refused.value.key


def test_what_does_not_fit_is_refused():
    one = counts()
    assert fault(boys=one.boys[:, :3]) == "counts_shape"
    assert fault(girls=one.girls[..., :3]) == "counts_shape"
    assert fault(girls=-one.girls) == "counts_negative"
    assert fault(periods=(*one.periods[:3], one.periods[3].shift(1))) == "periods_gap"
    assert fault(periods=(*one.periods[:3], Period(2025))) == "periods_gap"
    assert fault(periods=one.periods[::-1]) == "periods_gap"


def test_registrations_must_fit_too():
    one = counts()
    assert fault(registered_boys=one.boys) == "counts_shape"
    assert fault(registered_boys=one.boys[:, :2], registered_girls=one.girls) == "counts_shape"
    assert fault(registered_boys=-one.boys, registered_girls=one.girls) == "counts_negative"
