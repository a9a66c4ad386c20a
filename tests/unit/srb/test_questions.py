"""What is asked: order mixes with their fall-backs, spans, weights."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.fit import pose
from tianping.srb.questions import ask, window_periods
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS, Counts
from unit.srb import small


def counted(cells, parents, n=1, first="2024"):
    """Make counts of {code: births by channel}, half of them boys, in the last period."""
    tree = small.forest(parents)
    boys = np.zeros((len(tree), n, 4), dtype=np.int64)
    for code, births in cells.items():
        boys[tree.positions[code], -1] = np.array(births) // 2
    return Counts(tree, small.periods(first, n), boys, boys.copy())


def mix(questions, leaf, group):
    return questions.mix[leaf, ORDER_GROUPS.index(group)]


def asked(counts, settings=None):
    settings = settings or Settings()
    problem = pose(counts, settings)
    return problem, ask(problem, settings)


def test_an_area_with_fifty_births_has_its_own_order_mix():
    problem, questions = asked(counted({"C00": [20, 20, 10, 0], "C01": [400, 80, 20, 0]}, small.county(2)))
    assert problem.layout.leaf_areas.tolist() == [1, 2]
    np.testing.assert_allclose(mix(questions, 0, "all"), [0.4, 0.4, 0.2, 0])
    np.testing.assert_allclose(mix(questions, 1, "2+"), [0, 0.8, 0.2, 0])


def test_below_fifty_births_of_the_group_the_parents_mix_stands_in():
    _, questions = asked(counted({"C00": [20, 18, 10, 0], "C01": [400, 80, 20, 0]}, small.county(2)))
    np.testing.assert_allclose(mix(questions, 0, "all"), np.array([420, 98, 30, 0]) / 548)
    np.testing.assert_allclose(mix(questions, 0, "2+"), np.array([0, 98, 30, 0]) / 128)
    np.testing.assert_allclose(mix(questions, 1, "all"), [0.8, 0.16, 0.04, 0])


def test_where_parents_have_few_births_too_all_births_stand_in():
    _, questions = asked(counted({"A": [10, 10, 4, 0], "B": [400, 80, 20, 0]}, small.TREES["forest"]))
    np.testing.assert_allclose(mix(questions, 0, "2"), [0, 1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(mix(questions, 2, "2+"), [0, 90.35 / 114.45, 24.1 / 114.45, 0])


def test_unknown_orders_weigh_in_all_only():
    _, questions = asked(counted({"A": [40, 40, 20, 100]}, small.TREES["one"]))
    np.testing.assert_allclose(mix(questions, 0, "all"), [0.2, 0.2, 0.1, 0.5])
    np.testing.assert_allclose(mix(questions, 0, "2+"), [0, 2 / 3, 1 / 3, 0])


@pytest.mark.parametrize("orders", [True, False])
def test_every_answerable_mix_adds_to_one_even_without_births_in_the_window(orders):
    counts = small.counts(small.TREES["irregular"], n=3, orders=orders, own=("C2",), empty=(1, 2))
    problem, questions = asked(counts, Settings(window_months=2))
    groups = range(len(ORDER_GROUPS)) if problem.counts.has_orders else [ORDER_GROUPS.index("all")]
    for g in groups:
        np.testing.assert_allclose(questions.mix[:, g].sum(1), 1)


def test_weights_are_births_of_the_group_in_the_window_and_add_up():
    counts = small.counts(small.TREES["irregular"], "2020-01", 30, own=("C2",), births=20)
    problem, questions = asked(counts)
    layout = problem.layout
    boys, girls = counts.pooled()
    births = (boys + girls)[:, -24:].sum(1)
    np.testing.assert_allclose(questions.node_weight[: len(counts.tree), 3], births[:, 1:3].sum(1), rtol=1e-4)
    np.testing.assert_allclose(questions.node_weight[: len(counts.tree), 4], births.sum(1), rtol=1e-4)
    for node in np.flatnonzero(layout.slots >= 0):
        children = np.flatnonzero(layout.parent == node)
        np.testing.assert_allclose(questions.shares(layout, children).sum(0), 1)


def test_missing_births_of_a_year_have_that_years_mix_and_weights():
    """Estimands describe an area by its window; what is missing in a year is missing among that year's births."""
    tree = small.forest(small.county(2))
    births = np.zeros((3, 2, 4), dtype=np.int64)
    births[1] = [[800, 180, 20, 0], [300, 150, 50, 0]]
    births[2] = [[400, 80, 20, 0], [500, 100, 400, 0]]
    _, questions = asked(Counts(tree, small.periods("2020", 2), births, births.copy()), Settings(window_months=12))
    by_span = {questions.spans[questions.span[k]].name: k for k in range(10, len(questions.span))}
    assert list(by_span) == ["2020", "2021", "2020..2021"]
    np.testing.assert_allclose(questions.mix[:, by_span["2020"]], [[0.8, 0.18, 0.02, 0], [0.8, 0.16, 0.04, 0]])
    np.testing.assert_allclose(questions.mix[0, by_span["2020..2021"]], np.array([1100, 330, 70, 0]) / 1500)
    np.testing.assert_allclose(questions.leaf_weight[:, by_span["2020"]], [2000, 1000], rtol=1e-4)
    np.testing.assert_allclose(questions.leaf_weight[:, by_span["2021"]], [1000, 2000], rtol=1e-4)
    np.testing.assert_allclose(questions.mix[:, ORDER_GROUPS.index("all")], [[0.6, 0.3, 0.1, 0], [0.5, 0.1, 0.4, 0]])


def test_other_spans_take_the_windows_mix_and_weights():
    _, questions = asked(small.counts(small.county(2), "2020-01", 30, births=20))
    other = questions.of_window(questions.spans[2:4])
    assert other.span.tolist() == [0] * 5 + [1] * 5
    assert other.group.tolist() == [*range(5), *range(5)]
    np.testing.assert_array_equal(other.mix, questions.mix[:, :10])
    np.testing.assert_array_equal(other.node_weight, questions.node_weight[:, :10])
    np.testing.assert_allclose(other.time_weights()[0], questions.spans[2].weights)


def test_no_area_weighs_nothing():
    problem, questions = asked(small.counts(small.county(3), n=2, births=0.05, seed=8))
    assert problem.cells.births.sum() < 5
    assert (questions.node_weight > 0).all()


@pytest.mark.parametrize(
    ("first", "n", "expected"), [("2020-01", 40, 24), ("2020-01", 5, 5), ("2010", 8, 2), ("2010", 1, 1)]
)
def test_the_window(first, n, expected):
    counts = small.counts(small.TREES["one"], first, n)
    assert window_periods(pose(counts, Settings()), Settings()) == expected


def test_a_window_is_never_shorter_than_a_period():
    counts = small.counts(small.TREES["one"], "2010", 3)
    assert window_periods(pose(counts, Settings(window_months=6)), Settings(window_months=6)) == 1


def test_spans_of_months_over_two_years():
    problem, questions = asked(small.counts(small.TREES["one"], "2023-06", 14))
    now, window, first, second, whole = questions.spans
    assert [span.name for span in questions.spans] == ["now", "window", "2023", "2024", "2023-06..2024-07"]
    assert now.weights.tolist() == [0.0] * 13 + [1.0]
    np.testing.assert_allclose(window.weights, 1 / 14)
    births = problem.cells.births.sum((0, 2))
    np.testing.assert_allclose(first.weights[:7], births[:7] / births[:7].sum(), rtol=1e-6)
    assert first.weights[7:].sum() == 0
    assert (second.first, second.last, whole.first, whole.last) == (7, 13, 0, 13)
    for span in questions.spans:
        assert span.weights.sum() == pytest.approx(1)
    groups = [ORDER_GROUPS[g] for g in questions.group]
    assert questions.n_estimands == 10
    assert groups[:10] == [*ORDER_GROUPS, *ORDER_GROUPS]
    assert groups[10:] == ["all"] * 3


def test_a_single_year_has_no_other_whole():
    _, questions = asked(small.counts(small.TREES["one"], "2024-01", 6))
    assert [span.name for span in questions.spans] == ["now", "window", "2024"]
