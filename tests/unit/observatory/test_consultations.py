"""Consultations go by the rule's own lists, family by family, and leave alone what was chosen by its outcome."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tianping
from tianping import srb
from tianping.locale import LANGUAGES
from tianping.observatory.consultations import consult
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.results import Result
from tianping.observatory.sampling import unasked, without_unasked
from tianping.observatory.strong import with_strong
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
    kept, (finding,) = without_unasked(run, srb.Settings())
    assert {signal.area for signal in kept.signals} <= {0}
    assert finding.values["area"] == "A"
    assert without_unasked(evaluation.run, srb.Settings()) == (evaluation.run, ())


def listed(evaluation: Evaluation, *signals: srb.Signal) -> Evaluation:
    return replace(evaluation, run=replace(evaluation.run, signals=signals))


def told(evaluation: Evaluation, code: str, language: str = "en") -> str:
    return " ".join(Result((evaluation,), srb.Settings()).explain(code, language, "2+"))


def test_a_list_says_why_on_which_counts_and_what_would_lift_it(evaluation: Evaluation) -> None:
    e = evaluation.run.estimates
    boys, mean = e.n_boys.copy(), e.log_mean.copy()
    boys[1, GROUP], mean[0, 1, GROUP] = 1200, np.log(1.3)
    run = replace(evaluation.run, estimates=replace(e, n_boys=boys, log_mean=mean))
    by_level = srb.Signal(1, "2+", "level", "strong", 0.96, 0.04, np.nan)
    by_difference = srb.Signal(1, "2+", "difference", "watch", 0.85, 0.15, np.nan)
    found = listed(replace(evaluation, run=run), by_level, by_difference)
    for language in LANGUAGES:
        assert told(found, "A", language)
    english = told(found, "A")
    assert "the probability that its ratio is above 115 is 96 in 100" in english
    assert "This has lasted" in english
    assert "1,200 boys and 912 girls in 12 months; at a ratio of 106.3 about 1,088 boys would be expected" in english
    assert "exceeds that of the rest of its parent area by more than 5% is 85 in 100" in english
    assert "the rest of the parent area 1,680 and 1,824, ratio 92.1" in english
    assert "would bring the probability below 50 in 100" in english
    assert "If 132 more girls turned out to be born in these months" in english
    assert "It is on no list." in told(found, "B")


def test_the_guaranteed_tier_is_told_with_its_promise_and_how_births_entered(evaluation: Evaluation) -> None:
    found = listed(evaluation, srb.Signal(0, "2+", "level", "guaranteed", np.nan, np.nan, 31.0))
    english = told(found, "C")
    assert "at any one look, the list then shown has a false discovery rate of at most 10%" in english
    assert "The union over all looks is not covered." in english
    assert "do not say when births were registered" in english
    assert told(found, "C", "zh_Hans")


def test_strong_lists_nest_and_carry_their_own_expected_false_share(evaluation: Evaluation) -> None:
    county = srb.Signal(0, "2+", "level", "alert", 0.93, 0.07, np.nan)
    towns = [srb.Signal(a, "2+", "level", "alert", p, 0.09, np.nan) for a, p in ((1, 0.97), (2, 0.96), (3, 0.82))]
    run = believing(evaluation, {"A": 0.97, "B": 0.96, "D": 0.82, "C": 0.93}, {}).run
    run = replace(run, signals=(county, *towns))
    first, second = with_strong([run, run], srb.Settings())
    assert {signal.tier for signal in first.signals} == {"alert"}
    assert {signal.area: signal.tier for signal in second.signals} == {0: "alert", 1: "strong", 2: "strong", 3: "alert"}
    assert [s.expected_false_share for s in second.signals if s.tier == "strong"] == pytest.approx([0.035, 0.035])
    alone = replace(run, signals=tuple(towns))
    assert {signal.tier for signal in with_strong([alone, alone], srb.Settings())[-1].signals} == {"alert"}


def test_strong_by_difference_asks_the_same_of_its_own_list(evaluation: Evaluation) -> None:
    county = srb.Signal(0, "2+", "level", "guaranteed", np.nan, np.nan, 40.0)
    town = srb.Signal(1, "2+", "difference", "alert", 0.97, 0.03, np.nan)
    run = replace(believing(evaluation, {}, {"A": 0.97}).run, signals=(county, town))
    assert [signal.tier for signal in with_strong([run, run], srb.Settings())[-1].signals] == ["guaranteed", "strong"]
