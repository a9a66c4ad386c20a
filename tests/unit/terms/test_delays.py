"""Statistics of delays against a loop over every cohort of the reporting triangle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.terms import DelayCells, DelayCounts, Period

FIRST = Period(2021, 1)


def triangle(rows):
    """Make cells of rows (area, period, reported, order, sex, births)."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return DelayCells(*columns[:5], columns[5].astype(float))


def by_loop(rows, n_areas, n_periods):
    """Count cohort by cohort what could be seen at each delay."""
    longest = min(24, n_periods - 12)
    shape = (n_areas, 4, 2, longest + 1)
    arrived, within = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for period in range(max(0, n_periods - 36), n_periods):
        for d in range(longest + 1):
            if period + d > n_periods - 1:
                continue
            for area, born, reported, order, sex, births in rows:
                delay = reported - born
                if born == period and 0 <= delay <= d:
                    within[area, order, sex, d] += births
                    arrived[area, order, sex, d] += births * (delay == d)
    return arrived, within


@costly(12)
@given(st.data(), st.integers(13, 44))
def test_statistics_are_those_of_the_loop(data, n_periods):
    period = st.integers(0, n_periods - 1)
    row = st.tuples(st.integers(0, 1), period, period, st.integers(0, 3), st.integers(0, 1), st.integers(0, 9))
    rows = data.draw(st.lists(row, max_size=25))
    found = DelayCounts.collect(triangle(rows), 2, FIRST, FIRST.shift(n_periods - 1))
    for got, told in zip((found.arrived, found.within), by_loop(rows, 2, n_periods), strict=True):
        np.testing.assert_array_equal(got, told)


def test_a_cohort_too_young_to_be_watched_says_nothing_about_long_delays():
    old, young = (0, 0, 5, 0, 1, 10), (0, 19, 19, 0, 1, 1000)
    found = DelayCounts.collect(triangle([old, young]), 1, FIRST, FIRST.shift(19))
    assert found.within[0, 0, 1].tolist() == [1000, 0, 0, 0, 0, 10, 10, 10, 10]
    assert found.arrived[0, 0, 1].tolist() == [1000, 0, 0, 0, 0, 10, 0, 0, 0]


@pytest.mark.parametrize(("last", "longest"), [("2021-12", None), ("2022-01", 1), ("2022-12", 12), ("2029-12", 24)])
def test_delays_are_looked_at_as_far_as_history_allows(last, longest):
    found = DelayCounts.collect(triangle([(0, 0, 0, 0, 0, 1)]), 1, FIRST, Period.parse(last))
    assert (found.longest if found else None) == longest
