"""The bulletin's days and windows, and when births look chosen by their outcome."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.rulebook.bulletin import bulletin_rules
from tianping.rulebook.selective_sampling import sampling_rules
from tianping.terms import Period


@pytest.mark.parametrize(
    ("month", "closed", "told", "renewed"),
    [
        ("2025-06", date(2025, 7, 5), date(2025, 7, 15), True),
        ("2025-07", date(2025, 8, 5), date(2025, 8, 15), False),
        ("2025-12", date(2026, 1, 5), date(2026, 1, 15), True),
    ],
)
def test_a_month_closes_and_is_told_in_the_next_one(month: str, closed: date, told: date, renewed: bool) -> None:
    rules, period = bulletin_rules(), Period.parse(month)
    assert (rules.closed_on(period), rules.told_on(period), rules.renewed(period)) == (closed, told, renewed)


def test_below_the_county_no_window_is_shorter_than_a_year() -> None:
    rules = bulletin_rules()
    assert min(rules.short_window, rules.long_window) >= 12
    assert rules.order_groups == ["1", "2+"]


@pytest.mark.parametrize(
    ("boys", "girls", "chosen"),
    [(216, 0, True), (0, 180, True), (48, 0, False), (49, 0, True), (216, 1, False), (0, 0, False), (78, 88, False)],
)
def test_births_of_one_sex_alone_are_not_believed_when_they_are_many(boys: int, girls: int, chosen: bool) -> None:
    assert sampling_rules().chosen_by_outcome(np.array([boys]), np.array([girls])).tolist() == [chosen]


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_rule_treats_the_sexes_alike(boys: int, girls: int) -> None:
    rules = sampling_rules()
    one, other = np.array([boys]), np.array([girls])
    assert rules.chosen_by_outcome(one, other) == rules.chosen_by_outcome(other, one)
