"""Consultations go by the rule's own lists, family by family, and leave alone what was chosen by its outcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tianping
from tianping.observatory.consultations import consult
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.sampling import unasked, without_unasked
from tianping.rulebook.signals import Scope, SignalState, signal_rules
from tianping.terms import ORDER_GROUPS, Area, AreaTree, Counts, Period

TREE = AreaTree.of([Area("C", "", "county"), *(Area(code, "", "township", "C") for code in ("A", "B", "D"))])
GROUP = ORDER_GROUPS.index("2+")


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    boys = np.full((4, 12, 4), 40)
    boys[0], boys[..., 3] = 0, 0
    counts = Counts(TREE, tuple(Period(2024, month) for month in range(1, 13)), boys, np.where(boys, 38, 0))
    return tianping.estimate(counts).last


def believing(evaluation: Evaluation, p_level: dict[str, float], p_difference: dict[str, float]) -> Evaluation:
    """Give the evaluation with other probabilities at order 2 and above."""
    e = evaluation.run.estimates
    level, difference = e.p_above_alert.copy(), e.p_difference.copy()
    for values, told in ((level, p_level), (difference, p_difference)):
        values[0, :, GROUP] = [told.get(code, 0.01) for code in TREE.codes]
    return replace(
        evaluation, run=replace(evaluation.run, estimates=replace(e, p_above_alert=level, p_difference=difference))
    )


def states(evaluations: list[Evaluation]) -> dict[str, SignalState]:
    townships = consult(evaluations, [1, 2, 3], "2+", Scope.BELOW_COUNTY, signal_rules())
    return {TREE.codes[one.area]: one.decision.state for one in townships}


def test_level_and_difference_twice_running_make_a_signal(evaluation: Evaluation) -> None:
    crossing = believing(evaluation, {"A": 0.95, "B": 0.95}, {"A": 0.96})
    assert states([crossing]) == {"A": "observed", "B": "none", "D": "none"}
    assert states([crossing, crossing]) == {"A": "signal", "B": "none", "D": "none"}
    assert states([crossing, evaluation, crossing])["A"] is SignalState.OBSERVED


def test_the_expected_false_share_is_that_of_the_familys_list(evaluation: Evaluation) -> None:
    crossing = believing(evaluation, {"A": 0.95, "B": 0.95}, {"A": 0.99, "B": 0.85})
    a, b, d = consult([crossing], [1, 2, 3], "2+", Scope.BELOW_COUNTY, signal_rules())
    assert a.n_listed == b.n_listed == 2
    assert a.false_share == pytest.approx((0.01 + 0.15) / 2)
    assert d.p_difference == pytest.approx(0.01)


def test_the_county_is_asked_its_level_alone(evaluation: Evaluation) -> None:
    crossing = believing(evaluation, {"C": 0.93}, {})
    (county,) = consult([crossing, crossing], [0], "2+", Scope.COUNTY_AND_ABOVE, signal_rules())
    assert county.decision.state is SignalState.SIGNAL
    assert county.n_listed == 1


def test_an_area_without_girls_silences_those_beside_it_but_not_the_county(evaluation: Evaluation) -> None:
    e = evaluation.run.estimates
    girls = e.n_girls.copy()
    girls[1] = 0
    run = replace(evaluation.run, estimates=replace(e, n_girls=girls))
    assert unasked(run).tolist() == [False, True, True, True]
    kept, (finding,) = without_unasked(run)
    assert {signal.area for signal in kept.signals} <= {0}
    assert finding.values["area"] == "A"
    assert without_unasked(evaluation.run) == (evaluation.run, ())
