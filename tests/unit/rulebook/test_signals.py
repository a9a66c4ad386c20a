"""What every course of evaluations has in common, whatever the numbers."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tianping.locale import LANGUAGES, text
from tianping.rulebook.signals import (
    Evaluation,
    Scope,
    SignalState,
    decide,
    fallen,
    held_back,
    signal_rules,
    strong_tier,
)

probabilities = st.floats(0, 1)
evaluations = st.builds(
    Evaluation,
    p_level=probabilities,
    p_difference=probabilities,
    level_flagged=st.booleans(),
    difference_flagged=st.booleans(),
    min_detectable_srb=st.floats(107, 300),
    share_order_unknown=st.floats(0, 0.06),
)
courses = st.lists(evaluations, max_size=8)
scopes = st.sampled_from(Scope)
HEIGHT = {SignalState.NONE: 0, SignalState.OBSERVED: 1, SignalState.SIGNAL: 2}


@given(courses, scopes, st.integers(0, 7))
def test_more_evidence_never_lowers_what_stands(course: list[Evaluation], scope: Scope, at: int) -> None:
    more = [
        replace(
            one,
            p_level=1.0,
            p_difference=1.0,
            level_flagged=True,
            difference_flagged=True,
            min_detectable_srb=110.0,
            share_order_unknown=0.0,
        )
        if i == at
        else one
        for i, one in enumerate(course)
    ]
    assert HEIGHT[decide(more, scope).state] >= HEIGHT[decide(course, scope).state]


@given(evaluations, scopes)
def test_one_evaluation_is_never_a_signal(evaluation: Evaluation, scope: Scope) -> None:
    assert decide([evaluation], scope).state is not SignalState.SIGNAL


@given(courses, courses, scopes)
def test_after_two_clear_evaluations_the_past_is_forgotten(
    before: list[Evaluation], after: list[Evaluation], scope: Scope
) -> None:
    clear = Evaluation(0.0, 0.0, level_flagged=False, difference_flagged=False, min_detectable_srb=110.0)
    long, short = decide([*before, clear, clear, *after], scope), decide([clear, clear, *after], scope)
    assert (long.state, long.crossings, long.held_back, long.stood) == (
        *(short.state, short.crossings, short.held_back, short.stood),
    )


@given(courses, scopes)
def test_a_signal_has_two_successive_crossings_behind_it(course: list[Evaluation], scope: Scope) -> None:
    crossed = [not held_back(one, scope, signal_rules()) for one in course]
    if decide(course, scope).state is SignalState.SIGNAL:
        assert any(first and second for first, second in itertools.pairwise(crossed))


def by_probability(p: float) -> Evaluation:
    """Give the evaluation of a township whose two probabilities are `p`, listed from 0.8 on."""
    return Evaluation(p, p, level_flagged=p >= 0.8, difference_flagged=p >= 0.8, min_detectable_srb=120.0)


@given(st.floats(0, 1), st.lists(st.floats(-0.14, 0.14), max_size=20), scopes)
def test_what_stands_changes_once_at_most_while_a_probability_wobbles(
    middle: float, wobble: list[float], scope: Scope
) -> None:
    """By less than what lies between entering and leaving."""
    course = [by_probability(min(max(middle + one, 0.0), 1.0)) for one in wobble]
    states = [decide(course[:n], scope).state is SignalState.SIGNAL for n in range(len(course) + 1)]
    assert sum(one != other for one, other in itertools.pairwise(states)) <= 1


@given(st.lists(st.tuples(probabilities, probabilities), max_size=10), scopes)
def test_higher_probabilities_never_lower_what_stands(course: list[tuple[float, float]], scope: Scope) -> None:
    lower, higher = ([by_probability(choose(pair)) for pair in course] for choose in (min, max))
    assert HEIGHT[decide(higher, scope).state] >= HEIGHT[decide(lower, scope).state]


@given(courses, scopes)
def test_a_signal_ends_with_a_reason_and_only_then(course: list[Evaluation], scope: Scope) -> None:
    before, after = decide(course[:-1], scope), decide(course, scope)
    ends = before.state is SignalState.SIGNAL and after.state is not SignalState.SIGNAL and len(course) > 0
    assert bool(after.ended_by) is ends
    assert (after.stood > 0) is (after.state is SignalState.SIGNAL)


def test_leaving_takes_less_than_entering() -> None:
    rules = signal_rules()
    assert rules.leave_below < rules.p_level_below_county
    assert rules.clearance >= 2


@given(st.lists(st.booleans(), max_size=6), st.integers(0, 5))
def test_strong_grows_with_every_flag_and_never_without_evidence_above(flags: list[bool], at: int) -> None:
    more = [True if i == at else flag for i, flag in enumerate(flags)]
    assert strong_tier(more, ancestor_alert=True) >= strong_tier(flags, ancestor_alert=True)
    assert not strong_tier(flags, ancestor_alert=False)


def test_every_condition_has_its_sentence() -> None:
    nothing = Evaluation(
        0.0, 0.0, level_flagged=False, difference_flagged=False, min_detectable_srb=200.0, share_order_unknown=1.0
    )
    names = held_back(nothing, Scope.BELOW_COUNTY, signal_rules())
    assert len(names) == 4
    for name in names:
        for language in LANGUAGES:
            assert text(f"rulebook.held_back.{name}", language)
    for name in fallen(nothing, Scope.BELOW_COUNTY, signal_rules()):
        for language in LANGUAGES:
            assert "50%" in text(f"rulebook.ended_by.{name}", language, limit="50%")
