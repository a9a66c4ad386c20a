"""Tallies agree with plain sums, whatever the tree and the span."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from tianping.observatory.tallies import Book, Tally
from tianping.terms import ORDER_GROUPS, ORDERS, Area, AreaTree, Counts, Period, group_channels

TREE = AreaTree.of([Area("C", "", "county"), Area("A", "", "township", "C"), Area("B", "", "township", "C")])
FIRST, MONTHS = Period(2024, 11), 5


@st.composite
def counted(draw: st.DrawFn) -> Counts:
    numbers = st.lists(st.integers(0, 40), min_size=2 * MONTHS * 4, max_size=2 * MONTHS * 4)
    boys, girls = np.zeros((2, 3, MONTHS, 4), dtype=np.int64)
    boys[1:], girls[1:] = (np.reshape(draw(numbers), (2, MONTHS, 4)) for _ in range(2))
    return Counts(TREE, tuple(FIRST.shift(n) for n in range(MONTHS)), boys, girls)


@given(counted(), st.sampled_from(ORDER_GROUPS), st.integers(-3, MONTHS - 1), st.integers(0, MONTHS - 1))
def test_a_tally_is_the_sum_over_its_span_and_all_areas_below(
    counts: Counts, group: str, first: int, last: int
) -> None:
    tally = Book(counts).tally(0, group, FIRST.shift(first), FIRST.shift(last))
    span, channels = slice(max(first, 0), last + 1), list(group_channels(group))
    assert tally.boys == counts.boys[1:, span][..., channels].sum()
    assert tally.girls == counts.girls[1:, span][..., channels].sum()
    assert tally.first >= FIRST


@given(counted(), st.integers(1, 12))
def test_a_window_never_reaches_before_the_data(counts: Counts, months: int) -> None:
    book = Book(counts)
    window = book.window(1, "all", months)
    assert window == book.tally(1, "all", max(FIRST, FIRST.shift(MONTHS - months)), FIRST.shift(MONTHS - 1))


@given(counted())
def test_the_share_of_unknown_orders(counts: Counts) -> None:
    share = Book(counts).share_order_unknown(0, MONTHS)
    births = counts.boys + counts.girls
    if births.sum():
        assert_allclose(share, births[..., ORDERS.index("unknown")].sum() / births.sum())
    else:
        assert np.isnan(share)


def test_a_tally_without_girls_has_no_ratio_but_an_interval_without_upper_end() -> None:
    tally = Tally(5, 0, FIRST, FIRST)
    assert np.isnan(tally.srb)
    assert np.isinf(tally.interval(0.95).upper)
