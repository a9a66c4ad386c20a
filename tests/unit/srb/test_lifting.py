"""What would lift a signal: checked against the update it stands for, birth by birth."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tianping.srb.lifting import births_to_lift, girls_to_line, lift
from tianping.srb.settings import Settings

LINE, NORMAL = math.log(1.15), math.log(1.063)
means, sds, limits = st.floats(0.0, 0.7), st.floats(0.02, 0.3), st.floats(0.05, 0.95)


def probability(mean, sd, births):
    """Give P(log SRB > line) after further births at the normal ratio."""
    p = 1.063 / 2.063
    information = 1 / sd**2 + births * p * (1 - p)
    after = NORMAL + (mean - NORMAL) / (sd**2 * information)
    return norm.sf(LINE, after, information**-0.5)


@given(means, sds, limits)
def test_so_many_births_and_no_fewer(mean, sd, limit):
    births = births_to_lift(mean, sd, LINE, NORMAL, limit)
    assert probability(mean, sd, births) <= limit + 1e-9
    if births > 1:
        assert probability(mean, sd, births - 1) >= limit - 1e-9


@given(means, sds)
def test_nothing_is_needed_where_nothing_is_high(mean, sd):
    assert (births_to_lift(mean, sd, LINE, NORMAL, 0.5) == 0) is (mean <= LINE)


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_so_many_girls_and_no_fewer(boys, girls):
    more = girls_to_line(boys, girls, 1.15)
    assert 100 * boys <= 115 * (girls + more)
    assert more == 0 or 100 * boys > 115 * (girls + more - 1)


@pytest.mark.parametrize(
    ("boys", "girls", "more"), [(115, 100, 0), (116, 100, 1), (355, 245, 64), (0, 0, 0), (20, 0, 18)]
)
def test_girls_by_hand(boys, girls, more):
    assert girls_to_line(boys, girls, 1.15) == more


class One:
    """Estimates of one area, the same whatever is asked."""

    def __init__(self, **values):
        self.values = values

    def column(self, name, order_group):
        return [self.values[name]]


def test_the_pace_of_the_window_turns_births_into_periods():
    told = lift(One(log_mean=math.log(1.4), log_sd=0.1, n_boys=300, n_girls=200), 0, "2+", 24, Settings(), 0.5)
    assert told.births == births_to_lift(math.log(1.4), 0.1, LINE, NORMAL, 0.5)
    assert told.periods == pytest.approx(told.births / (500 / 24))
    assert told.girls == 61


@pytest.mark.parametrize(
    ("log_mean", "alert_at", "births"), [(math.nan, 115.0, 0.0), (math.log(1.4), 105.0, math.inf), (0.0, 115.0, 0.0)]
)
def test_what_needs_no_lift_and_what_cannot_be_lifted(log_mean, alert_at, births):
    told = lift(One(log_mean=log_mean, log_sd=0.1, n_boys=0, n_girls=0), 0, "2+", 24, Settings(alert_at=alert_at), 0.5)
    assert told.births == births
    assert told.girls == 0
