"""E-values: fair bets against "SRB at most c", counted out over every outcome of small populations."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import binom

from tianping.srb.cohorts import Cohorts, running_forecast
from tianping.srb.eprocess import current_e_values
from tianping.srb.forecasts import engine_forecast
from tianping.srb.results import Signal
from tianping.srb.settings import Settings
from tianping.srb.signals import e_values, find_signals, without
from unit.srb import small

BIRTHS = [(1,), (12,), (5, 0, 7), (3, 4, 2, 3)]


def outcomes_of(births):
    """Give every course of boys for these births, shape (outcomes, periods)."""
    return np.array(list(product(*(range(n + 1) for n in births))))


def chances(boys, births, srb):
    """Give the chance of each course when SRB is `srb`: a number, or one for each course and period."""
    p = np.broadcast_to(np.asarray(srb) / (1 + np.asarray(srb)), boys.shape)
    return np.prod(binom.pmf(boys, np.array(births), p), axis=1)


def expectation(srb, null_srb, births, forecast=None):
    """Give E[e-value] at the end of periods with these births, by enumeration."""
    boys = outcomes_of(births)
    girls = np.array(births) - boys
    bets = () if forecast is None else (forecast(boys, girls),)
    return chances(boys, births, srb) @ current_e_values(boys, girls, null_srb, bets)


def running(boys, girls):
    """Forecast each course by itself, from so few births that it moves with every one of them."""
    return 40 * (running_forecast(boys, girls, np.full(len(boys), -1), 1.07) - np.log(1.07)) + np.log(1.07)


def peeking(boys, girls):
    """Forecast each period from its own births: what must never happen."""
    return np.log((boys + 0.5) / (girls + 0.5))


@pytest.mark.parametrize("forecast", [None, running])
@pytest.mark.parametrize("null_srb", [1.03, 1.07, 1.30])
@pytest.mark.parametrize("births", BIRTHS)
def test_fair_at_the_null_and_less_than_fair_below(births, null_srb, forecast):
    assert expectation(null_srb, null_srb, births, forecast) == pytest.approx(1.0, abs=1e-12)
    assert expectation(0.97 * null_srb, null_srb, births, forecast) <= 1.0
    assert expectation(0.70 * null_srb, null_srb, births, forecast) <= 1.0


def test_the_running_forecast_bets_on_what_it_has_seen():
    boys = np.array([[12, 7, 7], [2, 7, 7]])
    told = running(boys, np.array([[0, 0, 0], [10, 0, 0]]))
    assert told[0, 0] == told[1, 0] == pytest.approx(np.log(1.07))
    assert told[0, 1] > np.log(1.07) > told[1, 1]


def test_a_forecast_that_peeks_is_no_fair_bet():
    assert expectation(1.07, 1.07, (5, 7), peeking) > 1.2


def test_fair_whatever_the_past_does_to_the_ratio():
    """The null lets SRB follow the past, as long as it never exceeds c."""
    births = (3, 4, 3)
    boys = outcomes_of(births)
    before = np.cumsum(boys, axis=1) - boys
    srb = np.where(before > np.cumsum(births) / 2 - np.array(births) / 2, 1.07, 0.8)
    assert expectation(srb, 1.07, births, running) <= 1.0


def test_fair_for_an_area_and_the_one_above_it_that_share_their_births():
    births = np.array([2, 2, 1])
    courses = outcomes_of(births)
    own, other = np.repeat(courses, len(courses), axis=0), np.tile(courses, (len(courses), 1))
    chance = chances(own, births, 1.07) * chances(other, births, 1.07)
    n = len(own)
    boys = np.concatenate([own + other, own])
    girls = np.concatenate([2 * births - own - other, births - own])
    parent = np.concatenate([np.full(n, -1), np.arange(n)])
    e = current_e_values(boys, girls, 1.07, (running_forecast(boys, girls, parent, 1.07),))
    assert chance @ e[:n] == pytest.approx(1.0, abs=1e-12)
    assert chance @ e[n:] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("srb", [1.12, 1.3, 2.0])
def test_a_ratio_above_the_null_pays(srb):
    assert expectation(srb, 1.07, (20, 20)) > 1.0


def test_one_birth_by_hand():
    """With chance one half an alternative is on, each a quarter; a boy pays p₁/p₀."""
    alternatives = np.array([1.12, 1.20, 1.30, 1.45])
    pays = (alternatives / (1 + alternatives)).mean() / (1.07 / 2.07)
    assert current_e_values(np.array([[1]]), np.array([[0]]), 1.07)[0] == pytest.approx(1 / 2 + pays / 2)


def test_two_periods_as_the_recursion_has_it():
    """R ← (R + rest·h)·LR and rest ← rest·(1 − h), h one half at first and a sixtieth a month later."""
    boys, girls = np.array([[9, 14]]), np.array([[7, 8]])
    for months, later in ((1, 1 / 60), (12, 1 - (59 / 60) ** 12)):
        expected = 0.0
        for s in (1.12, 1.20, 1.30, 1.45):
            ratios = [(s / (1 + s) / (1.07 / 2.07)) ** b * (2.07 / (1 + s)) ** g for b, g in ((9, 7), (14, 8))]
            expected += (0.5 * ratios[0] + 0.5 * later) * ratios[1] / 4
        expected += 0.5 * (1 - later)
        assert current_e_values(boys, girls, 1.07, months=months)[0] == pytest.approx(expected)


def test_nothing_born_leaves_one():
    assert current_e_values(np.zeros((2, 30), int), np.zeros((2, 30), int), 1.07) == pytest.approx([1.0, 1.0])


def test_evidence_grows_and_stays_finite():
    boys = np.array([[600] * 12, [6_000_000] * 12])
    e = current_e_values(boys, boys * 2 // 3, 1.07, (np.full(boys.shape, 0.3),))
    assert e[0] > 1e6
    assert np.isfinite(e).all()


def with_registration():
    """Give eighteen months, and the same births with those of the first three all registered in the sixteenth."""
    counts = small.counts(small.county(2), n=18, births=200)
    late_boys, late_girls = counts.boys.copy(), counts.girls.copy()
    for late in (late_boys, late_girls):
        late[:, 15] += late[:, :3].sum(1)
        late[:, :3] = 0
    return counts, replace(counts, registered_boys=late_boys, registered_girls=late_girls)


def by_hand(births_of_boys, births_of_girls, first):
    boys, girls = (part[1:].sum((0, 2))[None] for part in (births_of_boys, births_of_girls))
    expected = running_forecast(boys, girls, np.array([-1]), 1.07)
    return current_e_values(boys, girls, 1.07, (expected,), first=first)[0]


def test_births_enter_by_their_registration_after_the_first_year():
    plain, late = with_registration()
    assert e_values(late, "all", 107.0)[0] == pytest.approx(by_hand(late.registered_boys, late.registered_girls, 12))
    assert e_values(plain, "all", 107.0)[0] == pytest.approx(by_hand(plain.boys, plain.girls, 0))


def test_an_e_value_is_for_areas_that_have_others_below_them():
    plain, _ = with_registration()
    assert np.isnan(e_values(plain, "all", 107.0)).tolist() == [False, True, True]


def test_a_cut_in_time_cuts_registrations_too():
    _, late = with_registration()
    known = late.until(late.periods[14])
    assert known.registered_boys[:, :3].sum() == 0
    assert e_values(known, "all", 107.0)[0] == pytest.approx(
        by_hand(late.registered_boys[:, :15], late.registered_girls[:, :15], 12)
    )


def test_late_girls_break_the_first_cohorts_and_no_later_ones():
    """Every birth is a boy with the null's chance; half of the girls are registered two months late.

    The file holds no birth from before its first month, so its first cohorts lack the late girls of those births.
    """
    rng = np.random.default_rng(7)
    n, periods, mean = 6000, 24, 30.0
    boys = rng.poisson(mean * 1.07 / 2.07, (n, periods))
    in_time, late = rng.poisson(mean / 2.07 / 2, (2, n, periods))
    girls = in_time
    girls[:, 2:] += late[:, :-2]
    expected = running_forecast(boys, girls, np.full(n, -1), 1.07)
    assert current_e_values(boys, girls, 1.07, (expected,)).mean() > 1.5
    assert current_e_values(boys, girls, 1.07, (expected,), first=12).mean() == pytest.approx(1.0, abs=0.1)


def test_cohorts_hold_all_that_lies_below_and_an_areas_own():
    counts = small.counts(small.TREES["irregular"], own=("C1", "P"))
    cohorts = Cohorts.of(counts)
    pooled, _ = counts.pooled()
    assert (cohorts.boys == pooled[cohorts.areas]).all()
    assert [counts.tree.codes[a] for a in cohorts.areas] == ["P", "X", "C1", "C2"]
    assert cohorts.parent.tolist() == [-1, -1, 0, 0]


def test_the_engines_own_forecast_is_made_from_what_was_registered_before(monkeypatch):
    """Given an engine that answers with a number from the counts it is shown."""
    _, late = with_registration()
    seen = []

    def estimate(counts, settings, warm):
        seen.append((counts, warm))
        told = SimpleNamespace(column=lambda name, order_group: np.full(3, 0.01 * len(counts.periods)))
        return SimpleNamespace(estimates=told), SimpleNamespace(warm=len(seen))

    monkeypatch.setattr("tianping.srb.forecasts.estimate", estimate)
    expected = engine_forecast(late, "2+", first=4, every=6)
    assert np.isnan(expected[:, :4]).all()
    assert expected[0, 4:].tolist() == [0.04] * 6 + [0.10] * 6 + [0.16] * 2
    assert [warm for _, warm in seen] == [None, 1, 2]
    for counts, _ in seen:
        assert (counts.boys == late.registered_boys[:, : len(counts.periods)]).all()


def test_a_good_forecast_adds_evidence():
    counts = small.counts(small.county(2), n=12, births=600, excess={"C00": (0.3, 0), "C01": (0.3, 0)})
    assert e_values(counts, "2+", 107.0, (np.full((3, 12), 0.35),))[0] > e_values(counts, "2+", 107.0)[0] > 10


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


def test_a_guaranteed_list_that_loses_areas_is_drawn_up_anew():
    """Of four counties three are listed together; without the strongest the weaker two may not stay."""
    tree = small.forest({"P": "", **{f"C{i}": "P" for i in range(4)}, **{f"T{i}": f"C{i}" for i in range(4)}})
    e = {1: 40.0, 2: 19.0, 3: 12.0}
    signals = [Signal(a, "2+", "level", "guaranteed", np.nan, np.nan, value) for a, value in e.items()]
    watch = Signal(3, "2+", "level", "watch", 0.8, 0.2, np.nan)
    nobody = np.zeros(len(tree), dtype=bool)
    assert without([*signals, watch], nobody, tree, 0.10) == (*signals, watch)
    assert without([*signals, watch], np.arange(len(tree)) == 3, tree, 0.10) == (signals[0], signals[1])
    assert without([*signals, watch], np.arange(len(tree)) == 1, tree, 0.10) == (watch,)
