"""Signal S5 as a table: given an area's evaluations, oldest first, what stands after the last.

`x` crosses, `-` falls short of crossing without being clear, `.` is clear, `u` has too many births of unknown order,
`f` has too few births.
"""

from __future__ import annotations

import math

import pytest

from tianping.rulebook.signals import Evaluation, Scope, decide, strong_tier

TOWNSHIP = {
    "x": Evaluation(0.91, 0.93, level_flagged=False, difference_flagged=True, min_detectable_srb=138.0),
    "-": Evaluation(0.79, 0.93, level_flagged=False, difference_flagged=True, min_detectable_srb=138.0),
    ".": Evaluation(0.40, 0.30, level_flagged=False, difference_flagged=False, min_detectable_srb=138.0),
    "u": Evaluation(0.91, 0.93, False, True, 138.0, share_order_unknown=0.05),
    "f": Evaluation(0.91, 0.93, level_flagged=False, difference_flagged=True, min_detectable_srb=152.0),
}
COUNTY = {
    "x": Evaluation(0.97, math.nan, level_flagged=True, difference_flagged=False, min_detectable_srb=112.0),
    "-": Evaluation(0.70, math.nan, level_flagged=False, difference_flagged=False, min_detectable_srb=112.0),
    ".": Evaluation(0.30, math.nan, level_flagged=False, difference_flagged=False, min_detectable_srb=112.0),
    "u": Evaluation(0.97, math.nan, True, False, 112.0, share_order_unknown=0.05),
}

#: given, what stands, because
PERSISTENCE = [
    ("", "none", "nothing was evaluated"),
    (".", "none", "nothing crossed"),
    ("x", "observed", "a first crossing is an observation, never a signal"),
    ("x.", "none", "it did not last"),
    ("x.x", "observed", "two crossings that do not follow each other are no signal"),
    ("xx", "signal", "two successive crossings"),
    ("xx.", "signal", "one clear evaluation does not end it"),
    ("xx..", "none", "two successive clear ones do"),
    ("xx.x.", "signal", "clear ones that do not follow each other do not"),
    ("xx..x", "observed", "after its end it begins anew"),
    ("xux", "observed", "a blocked evaluation interrupts the crossings"),
    ("xxuu", "signal", "blocked evaluations clear nothing"),
    ("-", "none", "falling short begins nothing"),
    ("x-", "observed", "falling short ends no observation"),
    ("x-x", "observed", "but it interrupts the crossings"),
    ("xx----", "signal", "nor does it end a signal, however long"),
    ("xx.-.", "signal", "and it interrupts the clear ones"),
    ("xx.u.", "none", "a blocked evaluation does not"),
    ("xu", "observed", "nor does a blocked one end an observation"),
]

#: scope, p_level, p_difference → conditions that have fallen
FALLEN = [
    (Scope.BELOW_COUNTY, 0.50, 0.50, ()),
    (Scope.BELOW_COUNTY, 0.49, 0.90, ("level",)),
    (Scope.BELOW_COUNTY, 0.90, 0.49, ("difference",)),
    (Scope.BELOW_COUNTY, 0.10, 0.10, ("level", "difference")),
    (Scope.BELOW_COUNTY, 0.90, math.nan, ()),
    (Scope.COUNTY_AND_ABOVE, 0.49, 0.10, ("level",)),
    (Scope.COUNTY_AND_ABOVE, 0.50, 0.10, ()),
]


@pytest.mark.parametrize(("given_", "stands", "because"), PERSISTENCE)
@pytest.mark.parametrize(("scope", "kinds"), [(Scope.BELOW_COUNTY, TOWNSHIP), (Scope.COUNTY_AND_ABOVE, COUNTY)])
def test_persistence(given_: str, stands: str, because: str, scope: Scope, kinds: dict[str, Evaluation]) -> None:
    assert decide([kinds[sign] for sign in given_], scope).state == stands, because


@pytest.mark.parametrize(("scope", "p_level", "p_difference", "told"), FALLEN)
def test_a_signal_ends_with_the_conditions_that_fell(
    scope: Scope, p_level: float, p_difference: float, told: tuple[str, ...]
) -> None:
    crossing = (TOWNSHIP if scope is Scope.BELOW_COUNTY else COUNTY)["x"]
    evaluation = Evaluation(p_level, p_difference, False, False, 120.0)
    assert decide([crossing, crossing, evaluation], scope).ended_by == ()
    decision = decide([crossing, crossing, evaluation, evaluation], scope)
    assert decision.ended_by == told
    assert decision.state == ("none" if told else "signal")
    assert decision.stood == (0 if told else 3)


#: scope, p_level, on the level list, on the difference list, min. detectable SRB, unknown order → what holds it back
CONDITIONS = [
    (Scope.BELOW_COUNTY, 0.80, False, True, 140.0, 0.03, ()),
    (Scope.BELOW_COUNTY, 0.79, True, True, 120.0, 0.00, ("level",)),
    (Scope.BELOW_COUNTY, 0.99, True, False, 120.0, 0.00, ("difference",)),
    (Scope.BELOW_COUNTY, 0.99, True, True, 140.1, 0.00, ("too_few_births",)),
    (Scope.BELOW_COUNTY, 0.99, True, True, 120.0, 0.031, ("order_unknown",)),
    (Scope.BELOW_COUNTY, math.nan, False, False, math.nan, 0.0, ("too_few_births", "level", "difference")),
    (Scope.COUNTY_AND_ABOVE, 0.60, True, False, 180.0, 0.03, ()),
    (Scope.COUNTY_AND_ABOVE, 0.99, False, True, 108.0, 0.00, ("level",)),
    (Scope.COUNTY_AND_ABOVE, 0.99, True, True, 108.0, 0.10, ("order_unknown",)),
]


@pytest.mark.parametrize(("scope", "p_level", "level", "difference", "detectable", "unknown", "held"), CONDITIONS)
def test_conditions(
    scope: Scope,
    p_level: float,
    level: bool,
    difference: bool,
    detectable: float,
    unknown: float,
    held: tuple[str, ...],
) -> None:
    decision = decide([Evaluation(p_level, math.nan, level, difference, detectable, unknown)], scope)
    assert decision.held_back == held
    assert decision.state == ("none" if held else "observed")


#: lists of expected false share 5 %, oldest first, evidence above → strong
STRONG = [
    ("x", True, False),
    ("xx", True, True),
    ("x.x", True, True),
    ("xx.", True, True),
    ("xx..", True, False),
    ("xxx", False, False),
    ("", True, False),
]


@pytest.mark.parametrize(("flags", "above", "strong"), STRONG)
def test_strong_needs_two_of_the_last_three_and_evidence_above(flags: str, above: bool, strong: bool) -> None:
    assert strong_tier([flag == "x" for flag in flags], above) is strong
