"""Decide what successive evaluations of an area add up to.

The engine gives probabilities and the lists whose expected false share is controlled; here stand persistence,
hysteresis and the two conditions of signal S5. A signal opens a consultation (data check, service review, support)
and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tianping.rulebook.loading import values_in_force
from tianping.rulebook.min_births import MinimumBirths, minimum_births
from tianping.terms import Period


class Scope(StrEnum):
    """Which question an area is asked: its level, or its difference from the rest of its county as well."""

    COUNTY_AND_ABOVE = "county_and_above"
    BELOW_COUNTY = "below_county"


class SignalState(StrEnum):
    """What an area's evaluations add up to."""

    NONE = "none"
    OBSERVED = "observed"
    SIGNAL = "signal"


@dataclass(frozen=True)
class Evaluation:
    """What one evaluation says about one area and order group.

    Attributes:
        p_level: P(SRB > alert_at); NaN where it was not computed.
        p_difference: P(log SRB − log SRB of the rest of the parent > log margin); NaN where there is no rest.
        level_flagged: on the LEVEL list of its family at the controlled expected false share.
        difference_flagged: on the DIFFERENCE list of its family.
        min_detectable_srb: smallest SRB that the window's births would show, boys per 100 girls; NaN without births.
        share_order_unknown: share of births whose order is not known, 0–1.
        chosen_by_outcome: whether the area, or one beside or above it, was put together by the sex of its births.
    """

    p_level: float
    p_difference: float
    level_flagged: bool
    difference_flagged: bool
    min_detectable_srb: float
    share_order_unknown: float = 0.0
    chosen_by_outcome: bool = False


@dataclass(frozen=True)
class SignalRules:
    """The numbers of S5 in force.

    Attributes:
        alert_at: SRB of the LEVEL question, boys per 100 girls.
        margin: ratio of the DIFFERENCE question.
        level_false_share: expected false share of the LEVEL list, 0–1.
        difference_false_share: of the DIFFERENCE list.
        p_level_below_county: probability that an area below the county must reach on its own level.
        persistence: successive crossing evaluations that make a signal.
        leave_below: probability below which a condition has fallen; lower than what crossing takes.
        clearance: successive clear evaluations that end one.
        order_unknown_limit: share of births of unknown order above which an evaluation is blocked.
        minimum: limits on births.
    """

    alert_at: float
    margin: float
    level_false_share: float
    difference_false_share: float
    p_level_below_county: float
    persistence: int
    leave_below: float
    clearance: int
    order_unknown_limit: float
    minimum: MinimumBirths


class Verdict(StrEnum):
    """What one evaluation adds: only a crossing begins anything, only a clear evaluation ends anything."""

    CROSSES = "crosses"
    BETWEEN = "between"
    CLEAR = "clear"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Decision:
    """What an area's evaluations add up to, and why not more.

    Attributes:
        state: none, observed or signal, after the last evaluation.
        crossings: successive evaluations up to the last that crossed.
        held_back: conditions that the last evaluation did not meet: `chosen_by_outcome`, `order_unknown`,
            `too_few_births`, `level`, `difference`; their texts are `rulebook.held_back.<name>`.
        clear: successive clear evaluations since anything last spoke for a signal.
        stood: evaluations for which the signal has stood, the last included; 0 when none stands.
        ended_by: conditions whose fall ended a signal at the last evaluation: `level`, `difference`; their texts are
            `rulebook.ended_by.<name>`.
    """

    state: SignalState
    crossings: int
    held_back: tuple[str, ...]
    clear: int = 0
    stood: int = 0
    ended_by: tuple[str, ...] = ()


_BLOCKS = frozenset({"chosen_by_outcome", "order_unknown", "too_few_births"})


@cache
def signal_rules(on: Period | None = None) -> SignalRules:
    """Give the numbers of S5 as they stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    return SignalRules(**values_in_force("signals/s5", on), minimum=minimum_births(on))


def held_back(evaluation: Evaluation, scope: Scope, rules: SignalRules) -> tuple[str, ...]:
    """Give the conditions that an evaluation does not meet; none means that it crosses."""
    enough = scope is Scope.COUNTY_AND_ABOVE or rules.minimum.may_ask_level(
        evaluation.min_detectable_srb, rules.alert_at
    )
    level = (
        evaluation.level_flagged
        if scope is Scope.COUNTY_AND_ABOVE
        else evaluation.p_level >= rules.p_level_below_county
    )
    met = {
        "chosen_by_outcome": not evaluation.chosen_by_outcome,
        "order_unknown": evaluation.share_order_unknown <= rules.order_unknown_limit,
        "too_few_births": enough,
        "level": level,
        "difference": scope is Scope.COUNTY_AND_ABOVE or evaluation.difference_flagged,
    }
    return tuple(name for name, is_met in met.items() if not is_met)


def fallen(evaluation: Evaluation, scope: Scope, rules: SignalRules) -> tuple[str, ...]:
    """Give the conditions that have become likelier false than the rules let stand: `level`, `difference`."""
    asked = {"level": evaluation.p_level}
    if scope is Scope.BELOW_COUNTY:
        asked["difference"] = evaluation.p_difference
    return tuple(name for name, p in asked.items() if p < rules.leave_below)


def verdict(evaluation: Evaluation, scope: Scope, rules: SignalRules) -> Verdict:
    """Say what an evaluation adds; a blocked one (see `held_back`) begins nothing and ends nothing."""
    missing = held_back(evaluation, scope, rules)
    if not missing:
        return Verdict.CROSSES
    if not _BLOCKS.isdisjoint(missing):
        return Verdict.BLOCKED
    return Verdict.CLEAR if fallen(evaluation, scope, rules) else Verdict.BETWEEN


def decide(evaluations: Sequence[Evaluation], scope: Scope, rules: SignalRules | None = None) -> Decision:
    """Fold an area's successive evaluations, oldest first, into what stands after the last.

    A first crossing puts the area under observation until an evaluation is clear. As many successive crossings as
    `persistence` make a signal, which ends after `clearance` successive clear evaluations. Crossing takes more than
    being clear leaves, so what stands does not come and go with a probability that wobbles about one threshold.
    """
    rules = rules or signal_rules()
    last = Decision(SignalState.NONE, 0, ())
    for evaluation in evaluations:
        last = _after(last, evaluation, scope, rules)
    return last


def _after(before: Decision, evaluation: Evaluation, scope: Scope, rules: SignalRules) -> Decision:
    """Give what stands after one more evaluation."""
    said = verdict(evaluation, scope, rules)
    missing = held_back(evaluation, scope, rules)
    crossings = before.crossings + 1 if said is Verdict.CROSSES else 0
    clear = {Verdict.CLEAR: before.clear + 1, Verdict.BLOCKED: before.clear}.get(said, 0)
    stood = before.state is SignalState.SIGNAL
    if crossings >= rules.persistence or (stood and clear < rules.clearance):
        return Decision(SignalState.SIGNAL, crossings, missing, clear, before.stood + 1)
    if stood:
        return Decision(SignalState.NONE, 0, missing, clear, ended_by=fallen(evaluation, scope, rules))
    observed = said is Verdict.CROSSES or (before.state is SignalState.OBSERVED and said is not Verdict.CLEAR)
    return Decision(SignalState.OBSERVED if observed else SignalState.NONE, crossings, missing, clear)


def strong_tier(flagged: Sequence[bool], ancestor_alert: bool, on: Period | None = None) -> bool:
    """Say whether a flag is `strong`: it lasts, and the evidence above agrees.

    Args:
        flagged: for successive evaluations, oldest first, whether the area was on the list of expected false share
            `fdr_strong`. Only the last few count, whatever lies between their dates.
        ancestor_alert: whether an area above it is at `alert` or `guaranteed` now; at the top, whether it is itself.
        on: date of the rule.

    The tiers nest: ask only of an area that is on the `alert` list now.
    """
    needed, among = _strong_persistence(on)
    return ancestor_alert and sum(flagged[-among:]) >= needed


@cache
def _strong_persistence(on: Period | None) -> tuple[int, int]:
    rules = values_in_force("signals/tiers", on)
    return rules["strong_needed"], rules["strong_among"]
