"""Months and years: reading, writing, counting, ordering."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.terms import InputError, Period
from tianping.terms.periods import period_range

MONTHS = st.builds(Period, st.integers(1000, 9000), st.integers(1, 12))
YEARS = st.builds(Period, st.integers(1000, 9000))
PERIODS = st.one_of(MONTHS, YEARS)
few = costly(25)


@few
@given(PERIODS)
def test_what_is_written_is_read(period):
    assert Period.parse(str(period)) == period
    assert Period.parse(f" {period} ") == period
    assert Period.from_ordinal(period.ordinal, is_month=period.is_month) == period


@few
@given(PERIODS, st.integers(-500, 500), st.integers(-500, 500))
def test_shifts_add_up(period, a, b):
    assert period.shift(a).shift(b) == period.shift(a + b)
    assert period.shift(a).ordinal == period.ordinal + a
    assert (period.shift(a) > period) == (a > 0)


@few
@given(PERIODS, PERIODS, PERIODS)
def test_periods_stand_in_one_order(a, b, c):
    assert (a < b) + (b < a) + (a == b) == 1
    if a <= b and b <= c:
        assert a <= c


def test_a_month_stands_before_the_year_that_it_closes():
    year = Period(2024)
    assert Period(2024, 11) < Period(2024, 12) < year < Period(2025, 1)
    assert (year.first_month, year.last_month) == (Period(2024, 1), Period(2024, 12))
    assert Period(2024, 5).first_month == Period(2024, 5).last_month == Period(2024, 5)


@pytest.mark.parametrize("text", ["", "24-01", "2024-13", "2024-00", "2024-1", "2024/01", "2024-01-01", "20240", "x"])
def test_anything_else_is_refused(text):
    with pytest.raises(InputError) as refused:
        Period.parse(text)
    assert refused.value.key == "period_unreadable"
    assert refused.value.values == {"text": text}


@few
@given(PERIODS, st.integers(0, 40))
def test_a_range_holds_both_ends_and_every_period_between(first, n):
    found = period_range(first, first.shift(n))
    assert (found[0], found[-1], len(found)) == (first, first.shift(n), n + 1)
    assert all(b == a.shift(1) for a, b in pairwise(found))


def test_a_range_that_runs_backwards_is_empty():
    assert period_range(Period(2024, 2), Period(2024, 1)) == ()


def test_months_and_years_make_no_range():
    with pytest.raises(InputError) as refused:
        period_range(Period(2024), Period(2024, 12))
    assert refused.value.key == "period_kinds_mixed"
