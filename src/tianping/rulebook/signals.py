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
        level_flagged: on the LEVEL list of its family at the controlled expected false share.
        difference_flagged: on the DIFFERENCE list of its family.
        min_detectable_srb: smallest SRB that the window's births would show, boys per 100 girls; NaN without births.
        share_order_unknown: share of births whose order is not known, 0–1.
        chosen_by_outcome: whether the area, or one beside or above it, was put together by the sex of its births.
    """

    p_level: float
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
    clearance: int
    order_unknown_limit: float
    minimum: MinimumBirths


@dataclass(frozen=True)
class Decision:
    """What an area's evaluations add up to, and why not more.

    Attributes:
        state: none, observed or signal, after the last evaluation.
        crossings: successive evaluations up to the last that crossed.
        held_back: conditions that the last evaluation did not meet: `chosen_by_outcome`, `order_unknown`,
            `too_few_births`, `level`, `difference`; their texts are `rulebook.held_back.<name>`.
    """

    state: SignalState
    crossings: int
    held_back: tuple[str, ...]


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


def decide(evaluations: Sequence[Evaluation], scope: Scope, rules: SignalRules | None = None) -> Decision:
    """Fold an area's successive evaluations, oldest first, into what stands after the last.

    A first crossing puts the area under observation; as many successive ones as `persistence` make a signal, which
    ends after `clearance` successive evaluations that are clear. A blocked evaluation (births chosen by their
    outcome, too many of unknown order, too few births) interrupts a run of crossings and clears nothing.
    """
    rules = rules or signal_rules()
    stands, crossings, clear = False, 0, 0
    missing: tuple[str, ...] = ()
    for evaluation in evaluations:
        missing = held_back(evaluation, scope, rules)
        crossings = 0 if missing else crossings + 1
        if not missing:
            clear = 0
        elif _BLOCKS.isdisjoint(missing):
            clear += 1
        stands = crossings >= rules.persistence or (stands and clear < rules.clearance)
    if stands:
        return Decision(SignalState.SIGNAL, crossings, missing)
    return Decision(SignalState.OBSERVED if crossings else SignalState.NONE, crossings, missing)


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
