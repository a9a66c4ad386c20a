"""Measures against a known truth: tiny cases by hand, then rules that hold for any input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tianping.srb import scoring
from tianping.terms import InputError

A = np.array


def test_accuracy_by_hand():
    found = scoring.accuracy(A([0.1, 0.3]), A([0.0, 0.0]), A([-0.1, 0.2]), A([0.3, 0.4]))
    assert found.n == 2
    assert found.rmse == pytest.approx(math.sqrt(0.05))
    assert found.bias == pytest.approx(0.2)
    assert found.coverage == 0.5
    assert found.width == pytest.approx(0.3)


def test_an_end_of_the_interval_counts_as_inside():
    assert scoring.accuracy(A([0.1]), A([0.2]), A([0.0]), A([0.2])).coverage == 1


def test_nothing_to_compare_gives_no_figure():
    empty = A([], dtype=float)
    found = scoring.accuracy(empty, empty, empty, empty)
    assert found.n == 0
    assert math.isnan(found.rmse)
    assert scoring.purity(empty, empty).k == 0
    assert math.isnan(scoring.calibration(empty, empty).brier)


def test_detection_by_hand():
    found = scoring.detection(A([True, True, True, False, False]), A([True, True, False, True, False]))
    assert (found.n, found.n_true, found.n_flagged, found.n_found) == (5, 3, 3, 2)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.false_discovery_proportion == pytest.approx(1 / 3)


def test_an_empty_list_has_no_false_discovery_and_no_precision():
    found = scoring.detection(A([False, False]), A([True, False]))
    assert found.false_discovery_proportion == 0
    assert math.isnan(found.precision)
    assert found.recall == 0


@pytest.mark.parametrize(
    ("true", "limit", "n_flagged", "recall"),
    [
        pytest.param([1, 1, 1, 0], 0.10, 3, 1.0, id="stops before the first false one"),
        pytest.param([1, 1, 0, 1], 0.25, 4, 1.0, id="goes on past a false one that later ones make up for"),
        pytest.param([0, 1, 1, 1], 0.10, 0, 0.0, id="nothing when the first is false and the limit never met"),
        pytest.param([0, 0, 0, 0], 0.10, 0, math.nan, id="no recall when nothing is true"),
    ],
)
def test_recall_at_a_false_discovery_limit(true, limit, n_flagged, recall):
    found = scoring.recall_at_fdp(A([0.9, 0.8, 0.7, 0.6]), A(true, dtype=bool), limit)
    assert found.n_flagged == n_flagged
    assert found.recall == pytest.approx(recall, nan_ok=True)


def test_equal_probabilities_stand_or_fall_together():
    found = scoring.recall_at_fdp(A([1.0, 0.5, 0.5]), A([True, True, False]), 0.10)
    assert (found.n_flagged, found.recall, found.threshold) == (1, 0.5, 1.0)


def test_worst_decile_is_the_tenth_rounded_up():
    assert scoring.worst_decile(np.arange(20.0)).nonzero()[0].tolist() == [18, 19]
    assert scoring.worst_decile(np.arange(21.0)).sum() == 3


def test_areas_tied_at_the_edge_share_the_decile():
    assert scoring.worst_decile(np.zeros(20)) == pytest.approx(np.full(20, 0.1))


def test_purity_by_hand():
    truth = np.arange(40.0)
    p = np.zeros(40)
    p[[39, 38, 37, 0]] = 0.9, 0.8, 0.7, 0.6
    found = scoring.purity(p, truth)
    assert (found.k, found.purity, found.chance) == (4, 0.75, 0.1)
    assert found.claimed == pytest.approx(0.75)


def test_the_published_list_holds_ten_at_most():
    assert scoring.purity(np.linspace(0, 1, 500), np.arange(500.0)).k == 10


def test_calibration_by_hand():
    found = scoring.calibration(A([0.1, 0.1, 0.9, 1.0]), A([0.0, 1.0, 1.0, 1.0]), bins=2)
    assert found.brier == pytest.approx((0.01 + 0.81 + 0.01 + 0) / 4)
    assert found.bin_n.tolist() == [2, 2]
    assert found.bin_claimed == pytest.approx([0.1, 0.95])
    assert found.bin_happened == pytest.approx([0.5, 1.0])
    assert found.error == pytest.approx((2 * 0.4 + 2 * 0.05) / 4)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        pytest.param(lambda: scoring.detection(A([True]), A([True, False])), "scores_shape", id="lengths differ"),
        pytest.param(lambda: scoring.purity(A([[0.1]]), A([[0.1]])), "scores_shape", id="two axes"),
        pytest.param(lambda: scoring.calibration(A([np.nan]), A([1.0])), "scores_incomplete", id="a gap"),
        pytest.param(lambda: scoring.calibration(A([1.1]), A([1.0])), "probability_outside", id="more than certain"),
    ],
)
def test_unusable_input_is_refused(call, key):
    with pytest.raises(InputError) as error:
        call()
    assert error.value.key == key


unit = st.floats(0, 1, width=32)
lengths = st.integers(1, 60)


@st.composite
def scored(draw):
    n = draw(lengths)
    column = lambda elements: draw(arrays(np.float64, n, elements=elements))  # noqa: E731
    order = np.array(draw(st.permutations(range(n))))
    return column(unit), column(st.floats(-1, 1, width=32)), column(st.floats(-1, 1, width=32)), order


@given(scored())
def test_shares_stay_between_0_and_1(case):
    p, estimate, truth, _ = case
    true = truth > 0
    shares = [
        scoring.accuracy(estimate, truth, estimate - 0.1, estimate + 0.1).coverage,
        scoring.detection(p > 0.5, true).false_discovery_proportion,
        scoring.purity(p, truth).purity,
        scoring.purity(p, truth).claimed,
        scoring.calibration(p, true.astype(float)).error,
        scoring.calibration(p, true.astype(float)).brier,
    ]
    assert all(-1e-12 <= share <= 1 + 1e-12 for share in shares)


@given(scored())
def test_the_order_of_areas_does_not_matter(case):
    p, estimate, truth, order = case
    true = truth > 0
    one, other = (
        (
            scoring.accuracy(e, t, e - 0.1, e + 0.1).rmse,
            scoring.recall_at_fdp(q, h).n_flagged,
            scoring.purity(q, t).purity,
            scoring.calibration(q, h.astype(float)).error,
        )
        for q, e, t, h in ((p, estimate, truth, true), (p[order], estimate[order], truth[order], true[order]))
    )
    assert one == pytest.approx(other, abs=1e-9)


@given(scored(), st.floats(0, 0.5))
def test_the_longest_allowed_list_keeps_its_limit(case, limit):
    p, _, truth, _ = case
    true = truth > 0
    found = scoring.recall_at_fdp(p, true, limit)
    if found.n_flagged:
        flagged = p >= found.threshold
        assert flagged.sum() == found.n_flagged
        assert scoring.detection(flagged, true).false_discovery_proportion <= limit + 1e-6


@given(arrays(np.float64, lengths, elements=st.floats(-1, 1, width=32)))
def test_the_worst_decile_adds_up(truth):
    assert scoring.worst_decile(truth).sum() == pytest.approx(math.ceil(len(truth) / 10))
