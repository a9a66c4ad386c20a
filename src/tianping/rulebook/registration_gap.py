"""Decide what a gap of girls between two sources of births adds up to (signal S4), and what may be printed beside it.

A signal opens service for registration and nothing else: no list of households, nothing below the county, no score.
"""

from __future__ import annotations

from dataclasses import dataclass

from tianping.rulebook.loading import values_in_force
from tianping.terms import Period


@dataclass(frozen=True)
class GapRules:
    """The numbers of S4 in force.

    Attributes:
        least_gap: gap from which there is a signal, log of a ratio of sex ratios.
        interval: probability of the interval that must exclude nought.
        least_girls: girls that each of the two sources must hold.
        least_deaths: deaths of infants, both sexes, from which their sex ratio is printed.
        county_levels: names that areas files give to the county's level.
        levels_below_county: names that they give to levels below it.
    """

    least_gap: float
    interval: float
    least_girls: int
    least_deaths: int
    county_levels: tuple[str, ...]
    levels_below_county: tuple[str, ...]


@dataclass(frozen=True)
class GapEvaluation:
    """What two sources say about one area and year.

    Attributes:
        gap: girls lacking in the register against the second source, log; NaN where it cannot be told.
        lower: lower end of the interval at the largest standard deviation that any overlap of the sources allows.
        girls_second: girls in the second source.
        girls_register: girls in the register.
        below_county: whether the area lies below the county.
    """

    gap: float
    lower: float
    girls_second: int
    girls_register: int
    below_county: bool = False


@dataclass(frozen=True)
class GapDecision:
    """Whether there is a signal, and why not.

    Attributes:
        is_signal: whether all conditions are met.
        held_back: conditions that are not: `below_county`, `too_few_girls`, `small_gap`, `interval_holds_nought`; their
            texts are `rulebook.gap_held_back.<name>`.
    """

    is_signal: bool
    held_back: tuple[str, ...]


def gap_rules(on: Period | None = None) -> GapRules:
    """Give the numbers of S4 as they stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    values = values_in_force("signals/s4", on)
    for name in ("county_levels", "levels_below_county"):
        values[name] = tuple(values[name])
    return GapRules(**values)


def decide_gap(evaluation: GapEvaluation, rules: GapRules | None = None) -> GapDecision:
    """Say whether a gap is a signal: large enough, sure whatever the sources share, of enough girls, at the county."""
    rules = rules or gap_rules()
    met = {
        "below_county": not evaluation.below_county,
        "too_few_girls": min(evaluation.girls_second, evaluation.girls_register) >= rules.least_girls,
        "small_gap": evaluation.gap >= rules.least_gap,
        "interval_holds_nought": evaluation.lower > 0.0,
    }
    missing = tuple(name for name, is_met in met.items() if not is_met)
    return GapDecision(not missing, missing)


@dataclass(frozen=True)
class SplitRules:
    """What is thought possible where the girls missing are split.

    Attributes:
        odds_ratio_lowest: lowest dependence of two lists.
        odds_ratio_highest: highest.
        least_matched: births of one sex on both lists below which the lists say nothing.
        survival_lowest: lowest share of boys born who are there to be counted later.
        survival_highest: highest.
        survival_ratio_lowest: girls' share over boys', lowest.
        survival_ratio_highest: highest.
    """

    odds_ratio_lowest: float
    odds_ratio_highest: float
    least_matched: int
    survival_lowest: float
    survival_highest: float
    survival_ratio_lowest: float
    survival_ratio_highest: float


def split_rules(on: Period | None = None) -> SplitRules:
    """Give what is thought possible as it stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    return SplitRules(**values_in_force("missing", on))
