"""What every course of evaluations has in common, whatever the numbers."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tianping.locale import LANGUAGES, text
from tianping.rulebook.signals import Evaluation, Scope, SignalState, decide, held_back, signal_rules, strong_tier

probabilities = st.floats(0, 1)
evaluations = st.builds(
    Evaluation,
    p_level=probabilities,
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
    clear = Evaluation(p_level=0.0, level_flagged=False, difference_flagged=False, min_detectable_srb=110.0)
    assert decide([*before, clear, clear, *after], scope) == decide([clear, clear, *after], scope)


@given(courses, scopes)
def test_a_signal_has_two_successive_crossings_behind_it(course: list[Evaluation], scope: Scope) -> None:
    crossed = [not held_back(one, scope, signal_rules()) for one in course]
    if decide(course, scope).state is SignalState.SIGNAL:
        assert any(first and second for first, second in itertools.pairwise(crossed))


@given(st.lists(st.booleans(), max_size=6), st.integers(0, 5))
def test_strong_grows_with_every_flag_and_never_without_evidence_above(flags: list[bool], at: int) -> None:
    more = [True if i == at else flag for i, flag in enumerate(flags)]
    assert strong_tier(more, ancestor_alert=True) >= strong_tier(flags, ancestor_alert=True)
    assert not strong_tier(flags, ancestor_alert=False)


def test_every_condition_has_its_sentence() -> None:
    nothing = Evaluation(
        0.0, level_flagged=False, difference_flagged=False, min_detectable_srb=200.0, share_order_unknown=1.0
    )
    names = held_back(nothing, Scope.BELOW_COUNTY, signal_rules())
    assert len(names) == 4
    for name in names:
        for language in LANGUAGES:
            assert text(f"rulebook.held_back.{name}", language)
