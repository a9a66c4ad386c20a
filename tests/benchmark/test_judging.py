"""The benchmark's judge: what is right scores right, what is invented is left out, and a process is measured."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from bench.answers import Scores, read_estimates, read_scores, write_estimates, write_scores
from bench.judging import by_hand_estimates, by_hand_scores, judge_estimates, judge_scores
from bench.measuring import measure
from bench.months import evaluated_months, half_years
from bench.world import ALERT, Size, simulate

SIZE = Size(1, 2, 30, 30)
BIRTHS, TRUTH = simulate(SIZE, 3)


def estimates(tmp_path, away=0.0, half_width=0.1):
    mean = half_years(TRUTH.log_srb) + away
    write_estimates(tmp_path / "x.csv", mean, mean - half_width, mean + half_width)
    return read_estimates(tmp_path / "x.csv")


def scores(of_month):
    months = list(evaluated_months(SIZE.months))
    township = np.tile(np.arange(SIZE.townships), len(months))
    month = np.repeat(months, SIZE.townships)
    score = of_month(TRUTH.second_up[township, month])
    return Scores(township, month, score, score > np.log(ALERT))


def test_the_same_seed_draws_the_same_world_and_another_seed_another():
    again, other = simulate(SIZE, 3)[0], simulate(SIZE, 4)[0]
    assert np.array_equal(again.boys, BIRTHS.boys)
    assert not np.array_equal(other.boys, BIRTHS.boys)


def test_steps_last_to_the_end_and_reach_what_they_promise():
    stepping = np.flatnonzero(TRUTH.step_at >= 0)
    assert len(stepping)
    for i in stepping:
        at = TRUTH.step_at[i]
        assert 1.25 <= np.exp(TRUTH.second_up[i, at]) <= 1.60
        assert TRUTH.second_up[i, at - 1] < TRUTH.second_up[i, at]


def test_the_truth_itself_is_without_error_and_inside_its_intervals(tmp_path):
    found = judge_estimates(estimates(tmp_path), BIRTHS, TRUTH)
    assert found.rmse < 1e-12
    assert found.coverage == found.coverage_step == 1
    assert found.n == found.n_intervals


def test_an_error_of_one_size_is_the_error_and_leaves_narrow_intervals(tmp_path):
    found = judge_estimates(estimates(tmp_path, away=0.2), BIRTHS, TRUTH)
    assert np.isclose(found.rmse, 0.2)
    assert found.coverage == 0


def test_invented_reports_are_not_judged(tmp_path):
    everyone = replace(TRUTH, fabricated=np.zeros_like(TRUTH.fabricated))
    told = estimates(tmp_path)
    assert judge_estimates(told, BIRTHS, TRUTH).n < judge_estimates(told, BIRTHS, everyone).n


def test_a_score_that_is_the_truth_finds_all_and_its_opposite_nothing():
    right, wrong = judge_scores(scores(lambda x: x), TRUTH), judge_scores(scores(lambda x: -x), TRUTH)
    assert right.precision == right.recall == right.matched_recall == 1
    assert wrong.matched_recall == 0


def test_what_an_office_computes_by_hand_is_judged_like_the_rest():
    rmse = [judge_estimates(told, BIRTHS, TRUTH).rmse for _, told in by_hand_estimates(BIRTHS)]
    assert rmse[0] > rmse[1] > 0
    assert [judge_scores(told, TRUTH).months for _, told in by_hand_scores(BIRTHS)] == [3, 3, 3]


def test_scores_come_back_as_they_were_written(tmp_path):
    write_scores(tmp_path / "x.csv", [(23, np.array([0.25, 0.5]), np.array([False, True]))])
    told = read_scores(tmp_path / "x.csv")
    assert told.month.tolist() == [23, 23]
    assert told.score.tolist() == [0.25, 0.5]
    assert told.flagged.tolist() == [False, True]


def test_a_process_is_measured_and_its_failure_told(tmp_path):
    fine = measure([sys.executable, "-S", "-c", "x = 'a' * 30_000_000"], tmp_path / "log", 10.0)
    assert fine.outcome == "finished"
    assert fine.peak_mb > 30
    assert fine.cpu > 0
    assert measure([sys.executable, "-S", "-c", "raise SystemExit(3)"], tmp_path / "log", 10.0).outcome == "failed"
