"""Each test finds the distortion that it is for, says what could be seen, and keeps silent on honest births."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom, nchypergeom_fisher, poisson

from drawing import costly
from tianping.srb.forensics import REASONS, Pairs, Verdict, deviations, examine
from tianping.srb.forensics.combining import cauchy_combination, listed_units, named_tests
from tianping.srb.forensics.dispersion import variation
from tianping.srb.forensics.gaps import log_gap
from tianping.srb.forensics.runs import _p_runs
from tianping.srb.forensics.tails import equal_chance, smallest_surprise, table_moments
from unit.srb.forensics.reporters import LIMITS, SHARE, drawn, of, reports


def test_the_variance_ratio_is_that_of_the_textbook() -> None:
    boys, births = np.array([[[10], [12], [8]]]), np.array([[[20], [20], [20]]])
    found = variation(boys, births)
    assert found.x2[0] == pytest.approx((0 + 4 + 4) / (20 * 0.25))
    assert (found.cells[0], found.fitted[0]) == (3, 1)
    # Two moments under the binomial law: variance of each term 2 + (1 − 6/4) / 5.
    assert found.scale[0] == pytest.approx(2 / (2 - 0.5 / 5))


@given(st.integers(2, 40), st.integers(2, 40), st.data())
@costly(25)
def test_moments_of_a_table_are_those_of_its_distribution(first: int, second: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(1, first + second - 1))
    mean, variance = table_moments(*(np.array([float(n)]) for n in (first, second, hits)))
    exact = hypergeom(first + second, hits, first)
    assert mean[0] == pytest.approx(exact.mean())
    assert variance[0] == pytest.approx(exact.var())


def test_an_odds_ratio_moves_the_mean_of_a_table_as_it_should() -> None:
    mean, variance = table_moments(np.array([60.0]), np.array([50.0]), np.array([55.0]), 1.8)
    exact = nchypergeom_fisher(110, 60, 55, 1.8)
    assert mean[0] == pytest.approx(exact.mean(), abs=0.1)
    assert variance[0] == pytest.approx(exact.var(), rel=0.03)


def test_smooth_reports_are_found_and_only_those() -> None:
    boys, girls = drawn()
    births = boys + girls
    boys[3] = np.rint(births[3] * SHARE)
    found = examine(reports(boys, births - boys), LIMITS)
    assert np.flatnonzero(found.check).tolist() == [3]
    at = [one.test for one in found.answers].index("FR_DISP")
    assert found.verdict(at, 3) is Verdict.CHECK
    assert of(found, "FR_DISP", "cells").effect[3] < 0.2
    assert np.abs(deviations(found.reports)[3]).max() < 1


def test_a_ratio_kept_just_below_the_threshold_is_found() -> None:
    boys, girls = drawn(share=SHARE, mix=(1.0,), births=60)
    births = boys + girls
    for month in range(24):
        year = slice(12 * (month // 12), month + 1)
        # Whatever is born, the year's boys are reported so that 106.5 comes out.
        due = np.rint(births[2, year].sum() * 106.5 / 206.5) - boys[2, 12 * (month // 12) : month].sum()
        boys[2, month] = np.clip(due, 0, births[2, month])
    answer = of(examine(reports(boys, births - boys), LIMITS), "FR_THR", "months")
    assert answer.p[2] < 0.001
    assert answer.effect[2] > 0.5
    assert (np.delete(answer.p, 2) > 0.005).all()


def test_boys_left_out_in_the_month_of_assessment_are_found_where_births_are_many() -> None:
    boys, girls = drawn(births=400)
    boys[0, [11, 23]] = boys[0, [11, 23]] * 6 // 10
    answer = of(examine(reports(boys, girls), LIMITS), "FR_VETO", "months")
    assert answer.p[0] < 1e-4
    assert answer.effect[0] == pytest.approx(0.6, abs=0.1)
    small = of(examine(reports(*drawn(births=40)), LIMITS), "FR_VETO", "months")
    assert not small.can_tell.any()
    assert (small.detectable < answer.detectable).all()


def test_late_girls_and_boys_added_after_the_close_are_found() -> None:
    boys, girls = drawn(births=200)
    late_boys, late_girls = np.zeros_like(boys), np.zeros_like(girls)
    late_girls[1] = girls[1] // 4
    late_boys[2, [11, 23]] = boys[2, [11, 23]] // 2
    late_girls[2, [11, 23]] = girls[2, [11, 23]] // 8
    found = examine(reports(boys, girls, late=(late_boys, late_girls)), LIMITS)
    late = of(found, "FR_REV", "late")
    assert late.p[1] < 1e-6
    assert late.effect[1] > 0.4
    assert REASONS[late.reason[0]] == "few_late"
    assert of(found, "FR_VETO", "close").p[2] < 1e-4


def test_boys_of_later_orders_entered_as_first_births_are_found() -> None:
    boys, girls = drawn(births=150)
    moved = boys[4, 12:, 1] // 3
    boys[4, 12:, 0] += moved
    boys[4, 12:, 1] -= moved
    found = examine(reports(boys, girls), LIMITS)
    for part in ("level", "jump"):
        p = of(found, "FR_ORD", part).p
        assert p[4] < 1e-3, part
        assert (np.delete(p, 4) > 1e-3).all(), part


def test_selection_at_later_orders_and_a_change_of_the_mix_are_no_order_shift() -> None:
    boys, girls = drawn(births=400)
    boys[0, :, 1:] = boys[0, :, 1:] * 14 // 10
    boys[1, 12:, 1] = boys[1, 12:, 1] // 2
    girls[1, 12:, 1] = girls[1, 12:, 1] // 2
    found = examine(reports(boys, girls), LIMITS)
    assert min(of(found, "FR_ORD", part).p[unit] for part in ("level", "jump") for unit in (0, 1)) > 0.005


def test_repeated_months_and_carried_cells_are_found() -> None:
    boys, girls = drawn(births=60)
    for sex in (boys, girls):
        sex[5, 3:6] = sex[5, :3]
        sex[6, 1::2, 0] = sex[6, ::2, 0]
    found = examine(reports(boys, girls), LIMITS)
    months, cells = of(found, "FR_DIG", "months"), of(found, "FR_DIG", "cells")
    assert months.effect[5] == 3
    assert months.p[5] < 1e-4
    assert cells.p[6] < 1e-4
    assert (np.delete(months.p, 5) == 1).all()


def test_rounded_counts_are_found_where_counts_are_large_and_not_asked_elsewhere() -> None:
    boys, girls = drawn(births=600, mix=(1.0,))
    boys[7] = 5 * (boys[7] // 5)
    digits = of(examine(reports(boys, girls), LIMITS), "FR_DIG", "digits")
    assert REASONS[digits.reason[0]] == "small_counts"
    boys, girls = drawn(births=600, mix=(1.0,), periods=36)
    boys[7], girls[7] = 5 * (boys[7] // 5), 5 * (girls[7] // 5)
    digits = of(examine(reports(boys, girls), LIMITS), "FR_DIG", "digits")
    assert digits.p[7] < 1e-6
    assert (np.delete(digits.p, 7) > 1e-3).all()


def test_months_that_make_up_for_each_other_are_found() -> None:
    boys, girls = drawn(mix=(1.0,))
    boys[0, ::2], girls[0, ::2] = 22, 18
    boys[0, 1::2], girls[0, 1::2] = 19, 21
    runs = of(examine(reports(boys, girls), LIMITS), "FR_SEQ", "runs")
    assert runs.p[0] < 1e-4
    assert runs.statistic[0] == 24


@pytest.mark.parametrize(("boys", "girls"), [(3, 3), (4, 7), (6, 2)])
def test_probabilities_of_runs_add_up(boys: int, girls: int) -> None:
    assert _p_runs(2, boys, girls) == pytest.approx(1.0)
    leads = [
        [(mask >> at) & 1 for at in range(boys + girls)]
        for mask in range(2 ** (boys + girls))
        if bin(mask).count("1") == boys
    ]
    runs = np.array([1 + sum(a != b for a, b in pairwise(row)) for row in leads])
    for least in range(2, boys + girls + 1):
        assert _p_runs(least, boys, girls) == pytest.approx(np.mean(runs >= least))


def test_one_unit_alone_without_a_late_birth_stands_out_by_rank_only() -> None:
    boys, girls = drawn(units=40)
    late = (boys // 10, girls // 10)
    for sex in late:
        sex[8] = 0
    answer = of(examine(reports(boys, girls, late=late), LIMITS), "FR_ACC0", "late")
    assert answer.p[8] == pytest.approx(1 / 40)
    assert (np.delete(answer.p, 8) == 1).all()


def test_births_moved_to_the_year_beside_are_found_and_one_real_year_is_not() -> None:
    boys, girls = drawn(births=200_000, mix=(1.0,), periods=30, units=3)
    girls[0, 10] -= 6000
    girls[0, 9], girls[0, 11] = girls[0, 9] + 3000, girls[0, 11] + 3000
    girls[1, 10] -= 6000
    answer = of(examine(reports(boys, girls, first="1900"), LIMITS), "FR_MOVE", "periods")
    assert answer.p[0] < 0.01
    assert answer.effect[0] == pytest.approx(6000 * SHARE / 200_000, rel=0.3)
    assert (answer.p[1:] == 1).all()


def test_clustered_births_are_not_binomial_and_nobody_is_asked_to_check_for_it() -> None:
    rng = np.random.default_rng(5)
    boys, girls = drawn(births=80, mix=(1.0,))
    births = boys[0] + girls[0]
    boys[0] = rng.binomial(births, rng.beta(8, 8, births.shape))
    girls[0] = births - boys[0]
    found = examine(reports(boys, girls), LIMITS)
    at = len(found.answers) - 1
    assert found.answers[at].test == "FR_VAR"
    assert found.verdict(at, 0) is Verdict.NOT_BINOMIAL
    assert not found.check.any()


def pairs(*counts: tuple[int, int, int, int]) -> Pairs:
    return Pairs(*(np.array(column) for column in zip(*counts, strict=True)))


def test_a_gap_between_sources_is_told_for_every_overlap() -> None:
    gap, wide, narrow = log_gap(pairs((1000, 800, 1000, 950)), 0.8)
    assert gap[0] == pytest.approx(np.log(800 / 950))
    assert narrow[0] < wide[0]
    alone, apart, _ = log_gap(pairs((1000, 800, 1000, 950)), 0.01)
    assert alone == gap
    assert apart[0] == pytest.approx(np.sqrt(1 / 800 + 1 / 950 + 2 / 1000))


def test_sources_and_cohorts_are_asked_where_there_are_girls_enough() -> None:
    boys, girls = drawn(units=3)
    told = pairs((9000, 7000, 9100, 8600), (9000, 8500, 9100, 8600), (90, 80, 91, 86))
    found = examine(reports(boys, girls), LIMITS, sources=told, later=told)
    source, cohort = of(found, "FR_XSRC", "sources"), of(found, "FR_COH", "girls")
    assert source.p[0] < 1e-6
    assert source.p[1] > 0.05
    assert REASONS[source.reason[2]] == "few_girls"
    # Fewer girls later than at birth are no growth, however the boys fare.
    assert (cohort.p[:2] == 1).all()
    grown = examine(reports(boys, girls), LIMITS, later=pairs((9100, 8600, 9000, 7000), *[(9, 9, 9, 9)] * 2))
    assert of(grown, "FR_COH", "girls").p[0] < 1e-6


def test_what_cannot_be_asked_is_told_with_its_reason() -> None:
    boys, girls = drawn(units=2, births=3)
    found = examine(reports(boys[:, :4], girls[:, :4], first="2020"), LIMITS)
    told = {(one.test, one.part): REASONS[one.reason[0]] for one in found.answers}
    assert "" not in told.values()
    assert told["FR_VETO", "months"] == "years"
    assert told["FR_REV", "late"] == "no_report_dates"
    assert np.isnan(found.p).all()
    assert not found.check.any()
    weighted = examine(reports(*drawn(), is_weighted=True), LIMITS)
    assert {REASONS[reason] for one in weighted.answers for reason in one.reason} == {"weighted"}


@given(st.lists(st.floats(1e-12, 0.5), min_size=1, max_size=8))
@costly(25)
def test_the_combination_is_a_p_value_and_ignores_what_was_not_asked(p: list[float]) -> None:
    alone = cauchy_combination(np.array([p]))
    assert 0 <= alone[0] <= 1
    assert cauchy_combination(np.array([[*p, np.nan]]))[0] == pytest.approx(alone[0])
    assert alone[0] >= min(p) * (1 - 1e-6)


def test_a_small_p_value_costs_as_many_as_were_asked() -> None:
    combined = cauchy_combination(np.array([[1e-20, 0.5, 0.5, 1.0]]))
    assert combined[0] == pytest.approx(4e-20, rel=1e-3)
    assert np.isnan(cauchy_combination(np.array([[np.nan, np.nan]])))[0]


def test_units_without_questions_are_no_part_of_the_list() -> None:
    p = np.array([0.03, np.nan, 0.04, np.nan])
    assert listed_units(p, 0.05).tolist() == [True, False, True, False]


def test_a_listed_unit_is_told_of_a_test() -> None:
    p = np.array([[0.04, 0.045], [0.5, 0.6]])
    named = named_tests(p, np.array([True, False]), 0.05)
    assert named.tolist() == [[True, False], [False, False]]


def test_coincidences_are_those_of_poisson_counts() -> None:
    k = np.arange(200)
    assert equal_chance(np.array([12.0]))[0] == pytest.approx((poisson(6).pmf(k) ** 2).sum())
    assert smallest_surprise(np.array([0.01, 2.0]), 0.05).tolist() == [1.0, 6.0]


def test_paths_are_the_same_for_the_same_seed() -> None:
    handed_in = reports(*drawn())
    first, again, other = (of(examine(handed_in, LIMITS, seed=seed), "FR_THR", "months") for seed in (1, 1, 2))
    assert (first.p == again.p).all()
    assert (first.p != other.p).any()
    short = examine(handed_in, replace(LIMITS, simulations=100), seed=1)
    assert (of(short, "FR_THR", "months").p >= 1 / 101).all()
