"""What a run hands to the next: months that have not changed keep their linearisation, all others are read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tianping.srb import carrying
from tianping.srb.answers import answer
from tianping.srb.carrying import Carried, marks_of, resume
from tianping.srb.fit import initial_condition, pose, relinearise, sweep
from tianping.srb.observations import Cells
from tianping.srb.questions import ask
from tianping.srb.search import Point
from tianping.srb.settings import Settings
from unit.srb import small

SETTINGS = Settings()
COUNTS = small.counts(small.county(5), n=30, births=60, excess={"C01": (0.4, 20)})


def ended(counts, before=None):
    """Give a problem, where its run ended, and what it hands on."""
    problem = pose(counts, SETTINGS)
    phi = problem.scales.start()
    if before is None:
        condition = initial_condition(problem)
        for _ in range(3):
            condition = sweep(problem, phi, relinearise(problem, phi, condition), learn_rates=False).condition
    else:
        condition = resume(problem, phi, before)
    answers = answer(problem, ask(problem, SETTINGS), Point(phi, 1.0, condition), 4)
    return condition, answers, Carried.of(problem, answers.following, answers.leaf_moments[0], before)


@pytest.fixture(scope="module")
def last_month():
    return ended(COUNTS.until(COUNTS.periods[-2]))


def changed(counts, period):
    boys = counts.boys.copy()
    boys[1, period, 1] += 1
    return replace(counts, boys=boys)


def test_a_month_on_top_is_all_that_is_read(last_month):
    before, _, carried = last_month
    condition, _, following = ended(COUNTS, carried)
    np.testing.assert_array_equal(condition.working.weight[:, :-1], before.working.weight)
    np.testing.assert_array_equal(condition.working.pull[:, :-1], before.working.pull)
    births = pose(COUNTS, SETTINGS).cells.births[:, -1]
    np.testing.assert_allclose(condition.working.weight[:, -1], births / 4, rtol=0.1)
    np.testing.assert_array_equal(condition.path[:, -1], condition.path[:, -2])
    assert following.appended == 1


def test_it_tells_the_same_as_reading_all_months_again(last_month, monkeypatch):
    _, _, carried = last_month
    _, appended, _ = ended(COUNTS, carried)
    monkeypatch.setattr(carrying, "_MOST_APPENDED", 0)
    _, anew, following = ended(COUNTS, carried)
    assert following.appended == 0
    (mean, variance), (expected, _) = appended.leaf_moments, anew.leaf_moments
    assert np.abs((mean - expected) / np.sqrt(variance)).max() < 0.02
    np.testing.assert_allclose(variance, anew.leaf_moments[1], rtol=0.02)


def test_a_month_that_was_corrected_is_read_again(last_month):
    before, _, carried = last_month
    problem = pose(changed(COUNTS, 3), SETTINGS)
    assert np.flatnonzero(~carried.kept(problem)).tolist() == [3, 29]
    condition = resume(problem, problem.scales.start(), carried)
    same = np.delete(np.arange(29), 3)
    np.testing.assert_array_equal(condition.working.pull[:, same], before.working.pull[:, same])
    assert condition.working.pull[0, 3, 1] > before.working.pull[0, 3, 1] + 0.3


def test_when_all_months_are_read_anew(last_month):
    _, _, carried = last_month
    problem = pose(COUNTS, SETTINGS)
    assert carried.kept(problem) is not None
    assert replace(carried, appended=12).kept(problem) is None
    assert replace(carried, first=COUNTS.periods[1]).kept(problem) is None
    assert replace(carried, marks=carried.marks + 1).kept(problem) is None


@pytest.mark.parametrize(("months", "fits"), [(28, False), (29, True), (32, True), (33, False)])
def test_nothing_is_carried_into_the_past_nor_over_a_long_gap(last_month, months, fits):
    _, _, carried = last_month
    counts = COUNTS.until(COUNTS.periods[0].shift(months - 1))
    assert carried.fits(pose(counts, SETTINGS)) == fits


def test_marks_tell_what_lateness_does_to_a_month():
    births = np.full((4, 3, 2), 10.0)
    offset = np.zeros_like(births)
    offset[:, 2] = 0.1
    plain, late = Cells(births / 2, births), Cells(births / 2, births, offset, 0 * offset)
    later = Cells(births / 2, births, offset / 2, 0 * offset)
    assert marks_of(plain).shape == (3, 4)
    differ = ~np.isclose(marks_of(late), marks_of(later)).all(1)
    assert differ.tolist() == [False, False, True]
