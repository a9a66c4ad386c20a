"""E-values: fair bets against "SRB at most c", counted out over every outcome of small populations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from tianping.srb.eprocess import current_e_values
from tianping.srb.settings import Settings
from tianping.srb.signals import e_values, find_signals
from tianping.terms import Counts
from unit.srb import small


def expectation(srb, null_srb, births):
    """Give E[e-value] at the end of periods with these births when SRB is `srb`, by enumeration."""
    outcomes = np.array(list(product(*(range(n + 1) for n in births))))
    chance = np.prod([binom.pmf(outcomes[:, t], n, srb / (1 + srb)) for t, n in enumerate(births)], axis=0)
    return chance @ current_e_values(outcomes, np.array(births) - outcomes, null_srb)


@pytest.mark.parametrize("null_srb", [1.03, 1.07, 1.15, 1.30])
@pytest.mark.parametrize("births", [(1,), (12,), (5, 0, 7), (3, 4, 2, 3)])
def test_fair_at_the_null_and_less_than_fair_below(null_srb, births):
    assert expectation(null_srb, null_srb, births) == pytest.approx(1.0, abs=1e-12)
    assert expectation(0.97 * null_srb, null_srb, births) <= 1.0
    assert expectation(0.70 * null_srb, null_srb, births) <= 1.0


@pytest.mark.parametrize("srb", [1.12, 1.3, 2.0])
def test_a_ratio_above_the_null_pays(srb):
    assert expectation(srb, 1.07, (20, 20)) > 1.0


def test_one_birth_by_hand():
    """With chance 1/60 an alternative is on, each a quarter; a boy pays p₁/p₀."""
    alternatives = np.array([1.12, 1.20, 1.30, 1.45])
    pays = (alternatives / (1 + alternatives)).mean() / (1.07 / 2.07)
    assert current_e_values(np.array([[1]]), np.array([[0]]), 1.07)[0] == pytest.approx(59 / 60 + pays / 60)


def test_nothing_born_leaves_one():
    assert current_e_values(np.zeros((2, 30), int), np.zeros((2, 30), int), 1.07) == pytest.approx([1.0, 1.0])


def test_evidence_grows_and_stays_finite():
    boys = np.array([[600] * 12, [6_000_000] * 12])
    e = current_e_values(boys, boys * 2 // 3, 1.07)
    assert e[0] > 1e6
    assert np.isfinite(e).all()


def with_registration():
    counts = small.counts(small.county(2), n=6, births=200)
    boys, girls = counts.boys.copy(), counts.girls.copy()
    late_boys, late_girls = boys.copy(), girls.copy()
    for late in (late_boys, late_girls):  # everything of the first half is registered in the last period
        late[:, 5] += late[:, :3].sum(1)
        late[:, :3] = 0
    return counts, Counts(counts.tree, counts.periods, boys, girls, late_boys, late_girls)


def test_births_enter_by_their_registration_where_it_is_known():
    plain, late = with_registration()
    by_hand = current_e_values(
        late.registered_boys[1:, :, :].sum((0, 2))[None], late.registered_girls[1:, :, :].sum((0, 2))[None], 1.07
    )
    assert e_values(late, "all", 107.0)[0] == pytest.approx(by_hand[0])
    assert e_values(plain, "all", 107.0)[0] != pytest.approx(by_hand[0])


def test_a_cut_in_time_cuts_registrations_too():
    _, late = with_registration()
    known = late.until(late.periods[4])
    assert known.registered_boys.shape == known.boys.shape
    assert known.registered_boys[:, :3].sum() == 0
    assert e_values(known, "all", 107.0)[0] == pytest.approx(
        current_e_values(
            late.registered_boys[1:, :5].sum((0, 2))[None], late.registered_girls[1:, :5].sum((0, 2))[None], 1.07
        )[0]
    )


class FromCounts:
    """Estimates that say nothing, so that only the guaranteed tier speaks."""

    def column(self, name, order_group, estimand="now"):
        return np.full(3, np.nan)


def test_the_guaranteed_tier_speaks_above_the_leaves_only():
    counts = small.counts(small.county(2), n=12, births=3000, excess={"C00": (0.3, 0), "C01": (0.3, 0)})
    signals = find_signals(counts, FromCounts(), Settings())
    assert {signal.tier for signal in signals} == {"guaranteed"}
    assert {signal.area for signal in signals} == {0}
    assert {signal.order_group for signal in signals} >= {"2+", "all"}
    assert min(signal.e_value for signal in signals) >= 10


def test_the_guaranteed_tier_is_silent_without_imbalance():
    assert find_signals(small.counts(small.county(2), n=12, births=3000), FromCounts(), Settings()) == ()
