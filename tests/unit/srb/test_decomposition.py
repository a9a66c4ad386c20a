"""The girls missing, split: published definitions, pieces that add up, intervals that hold the planted truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.srb.decomposition import (
    Chain,
    Dependence,
    SharedDraws,
    Survival,
    chance_draws,
    everybody_by_cohort,
    everybody_by_lists,
    girls_missing,
    split,
    summarise,
)
from tianping.srb.dual_system import TwoLists, chapman, draw_all_births
from tianping.srb.missing import METHODS
from tianping.srb.settings import Reference
from tianping.terms import InputError
from unit.srb.small import county, forest

REFERENCE = Reference("eastern-asia", 1.063, 1.054, 1.072)
SHARED = SharedDraws.of(REFERENCE, 3, 400, seed=1)
BIRTHS = st.integers(0, 10**6)


@pytest.mark.parametrize(("boys_fixed", "total_fixed", "natural"), [(3.48, 1.79, 1.063), (3.00, 1.54, 1.053)])
def test_the_two_definitions_are_those_of_the_published_example(boys_fixed, total_fixed, natural):
    """China and India 2010-15 in millions, by both methods (Guilmoto, Chao & Kulkarni 2020)."""
    births = 100.0
    boys = (boys_fixed + births) * natural / (1.0 + natural)  # any births in which so many girls are missing
    found = [girls_missing(method, np.array([[boys, births - boys]]), natural)[0] for method in METHODS]
    assert found[0] == pytest.approx(boys_fixed)
    assert found[1] == pytest.approx(total_fixed, abs=0.006)


def test_a_county_of_6830_births_at_118_misses_345_girls():
    births = np.array([[6830 * 118 / 218, 6830 * 100 / 218]])
    assert girls_missing("boys_fixed", births, 1.063)[0] == pytest.approx(345, abs=0.5)


@costly(12)
@given(st.lists(BIRTHS, min_size=12, max_size=12), st.sampled_from(METHODS), st.booleans(), st.booleans())
def test_pieces_add_up_draw_by_draw(births, method, has_delays, has_everybody):
    known, completed, everybody = np.array(births, dtype=float).reshape(3, 2, 2)
    wide = [values[..., None] + np.arange(400.0) for values in (completed, everybody)]
    wide[1][1] = np.nan
    chain = Chain(known, wide[0] if has_delays else None, wide[1] if has_everybody else None)
    pieces = split(method, chain, SHARED.reference, SHARED.chance[:2])
    apparent = pieces.pop("apparent")
    told = np.array([np.where(np.isnan(draws), 0.0, draws) for draws in pieces.values()])
    np.testing.assert_allclose(told.sum(0), apparent, atol=1e-6)
    assert np.isnan(pieces["unsplit"]).any() == has_everybody


@costly(12)
@given(st.lists(BIRTHS, min_size=2, max_size=2), st.floats(0.1, 10))
def test_the_definitions_differ_by_the_same_factor_in_every_piece(births, times):
    known = np.array([births], dtype=float)
    by_method = [girls_missing(method, known * times, 1.063) for method in METHODS]
    np.testing.assert_allclose(by_method[1], by_method[0] * 1.063 / 2.063)
    np.testing.assert_allclose(by_method[0], times * girls_missing("boys_fixed", known, 1.063), atol=1e-6)


def test_one_draw_of_the_reference_holds_for_all_areas_and_areas_add_up():
    tree = forest(county(2))
    own = np.array([0.0, 900.0, 400.0])
    chance = chance_draws(tree, own, SHARED, "boys_fixed")
    np.testing.assert_allclose(chance[0], chance[1] + chance[2])
    known = tree.sum_up(np.array([[0.0, 0.0], [480.0, 420.0], [220.0, 180.0]]))
    draws = split("boys_fixed", Chain(known), SHARED.reference, chance)["apparent"]
    np.testing.assert_allclose(draws[0], draws[1] + draws[2])


def test_chance_is_that_of_the_binomial():
    shared = SharedDraws.of(Reference("sharp", 1.063, 1.0629, 1.0631), 1, 40_000, seed=2)
    chance = chance_draws(forest({"A": ""}), np.array([5000.0]), shared, "boys_fixed")
    boys = np.random.default_rng(3).binomial(5000, 1.063 / 2.063, 40_000)
    assert chance.std() == pytest.approx(np.std(boys / 1.063 - (5000 - boys)), rel=0.02)


def test_more_matches_than_births_are_refused():
    with pytest.raises(InputError, match="matched_exceeds_lists"):
        TwoLists(np.array([5.0]), np.array([9.0]), np.array([6.0]))


def test_chapman_by_hand_and_as_centre_of_the_draws():
    lists = TwoLists(np.array([900.0]), np.array([800.0]), np.array([720.0]))
    assert chapman(lists)[0] == pytest.approx(901 * 801 / 721 - 1)
    draws = draw_all_births(lists, np.ones(1), 20_000, seed=4)
    assert draws.mean() == pytest.approx(chapman(lists)[0], abs=0.5)


@costly(12)
@given(st.integers(20, 500), st.integers(0, 200), st.integers(0, 200))
def test_lists_that_go_together_leave_more_births_on_neither(both, only_first, only_second):
    lists = TwoLists(*(np.array([float(n)]) for n in (both + only_first, both + only_second, both)))
    independent, dependent = (draw_all_births(lists, np.array([ratio]), 200, seed=5) for ratio in (1.0, 3.0))
    assert (independent >= both + only_first + only_second).all()
    assert dependent.mean() >= independent.mean()


def test_the_band_holds_the_interval():
    lists = TwoLists(np.array([[900.0, 800.0]]), np.array([[880.0, 820.0]]), np.array([[800.0, 690.0]]))
    variants = everybody_by_lists(lists, Dependence(1.0, 3.0), 400, seed=6)
    assert len(variants) == 5
    pieces = summarise(
        [split("boys_fixed", Chain(lists.first, None, one), SHARED.reference, SHARED.chance[:1]) for one in variants],
        0.9,
    )
    for piece in pieces.values():
        held = (piece.band_lower <= piece.lower) & (piece.upper <= piece.band_upper)
        assert (held | np.isnan(piece.missing)).all()
    under = pieces["under_registration"]
    assert (under.band_upper - under.band_lower > under.upper - under.lower).all()


def test_a_cohort_grown_by_girls_is_under_registration():
    later = np.array([[1050.0, 1000.0], [np.nan, np.nan]]) * 0.99
    point, *corners = everybody_by_cohort(later, Survival(0.98, 1.0, 0.999, 1.001), 400, seed=7)
    assert len(corners) == 4
    np.testing.assert_allclose(point[0].mean(-1), [1050, 1000], rtol=0.002)
    chain = Chain(np.array([[1050.0, 900.0], [1050.0, 900.0]]), None, point)
    pieces = split("boys_fixed", chain, SHARED.reference, 0 * SHARED.chance[:2])
    assert pieces["under_registration"][0].mean() == pytest.approx(100, abs=4)
    assert np.isnan(pieces["selection"][1]).all()
    np.testing.assert_allclose(pieces["unsplit"][1], pieces["apparent"][1])


@pytest.mark.slow
@pytest.mark.parametrize("odds_ratio", [1.0, 2.0])
def test_intervals_hold_the_planted_pieces(odds_ratio):
    """Girls selected away and girls not registered, by dual system: 90 % when independent, the band when not."""
    rng, hits = np.random.default_rng(8), []
    dependence = Dependence(1.0, 3.0)
    shared = SharedDraws.of(REFERENCE, 1, 500, seed=9)
    for seed in range(400):
        natural = np.exp(np.log(1.063) + np.log(1.072 / 1.054) / 3.92 * rng.standard_normal())
        selected, n = 0.06, 9000
        girls_expected = n / (1 + natural)
        everybody = np.array([rng.poisson(n - girls_expected), rng.poisson(girls_expected * (1 - selected))])
        first = rng.binomial(everybody, [0.95, 0.88])
        odds = 4.0 / 1.0
        on_second = np.array([odds / (1 + odds), odds / odds_ratio / (1 + odds / odds_ratio)])
        both = rng.binomial(first, on_second[0])
        second = both + rng.binomial(everybody - first, on_second[1])
        lists = TwoLists(*(np.array([values], dtype=float) for values in (first, second, both)))
        chance = chance_draws(forest({"A": ""}), np.array([float(first.sum())]), shared, "boys_fixed")
        variants = [
            split("boys_fixed", Chain(lists.first, None, one), shared.reference, chance)
            for one in everybody_by_lists(lists, dependence, 500, seed)
        ]
        pieces = summarise(variants, 0.9)
        under = everybody[0] / natural - everybody[1]
        truth = {"under_registration": first[0] / natural - first[1] - under, "selection": girls_expected * selected}
        for name, planted in truth.items():
            piece = pieces[name]
            ends = (piece.lower, piece.upper) if odds_ratio == 1 else (piece.band_lower, piece.band_upper)
            hits.append(ends[0][0] <= planted <= ends[1][0])
    assert np.mean(hits) > 0.9 if odds_ratio > 1 else 0.86 < np.mean(hits) < 0.94
