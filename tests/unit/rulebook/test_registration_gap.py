"""S4: every condition holds back alone, and all of them together make the signal."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tianping.rulebook.registration_gap import GapEvaluation, decide_gap, gap_rules, split_rules
from tianping.srb.registration_gap import sex_gap

CROSSING = GapEvaluation(gap=0.05, lower=0.01, girls_second=300, girls_register=280)


def test_all_conditions_met_make_a_signal():
    assert decide_gap(CROSSING).is_signal
    assert not decide_gap(CROSSING).held_back


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gap": 0.029}, "small_gap"),
        ({"lower": 0.0}, "interval_holds_nought"),
        ({"girls_second": 199}, "too_few_girls"),
        ({"girls_register": 199}, "too_few_girls"),
        ({"below_county": True}, "below_county"),
    ],
)
def test_each_condition_holds_back_alone(change, reason):
    decision = decide_gap(replace(CROSSING, **change))
    assert not decision.is_signal
    assert decision.held_back == (reason,)


def test_what_cannot_be_told_is_no_signal():
    assert not decide_gap(replace(CROSSING, gap=np.nan, lower=np.nan)).is_signal


def test_a_gap_that_a_full_overlap_would_prove_is_no_signal_yet():
    """4 % at a thousand girls: certain if all births were shared, not certain if none were."""
    found = sex_gap(np.array([1050.0, 1000.0]), np.array([1050.0, 960.0]))
    assert found.gap - 1.96 * found.sd_lowest > 0
    decision = decide_gap(GapEvaluation(float(found.gap), float(found.lower), 1000, 960))
    assert decision.held_back == ("interval_holds_nought",)


def test_the_shipped_numbers():
    rules, possible = gap_rules(), split_rules()
    assert (rules.least_gap, rules.least_girls, rules.interval) == (0.03, 200, 0.95)
    assert (possible.odds_ratio_lowest, possible.odds_ratio_highest) == (1, 3)
