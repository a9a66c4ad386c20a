"""Gaps of girls between the register and a second source (S4), and infant mortality by sex, year by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.observatory.missing.years import BoolArray, FloatArray, YearCounts, below_county
from tianping.rulebook.registration_gap import GapDecision, GapEvaluation, GapRules, decide_gap, gap_rules
from tianping.srb.registration_gap import MortalityRatio, SexGap, infant_mortality_ratio, sex_gap


@dataclass(frozen=True)
class Gaps:
    """Gaps of every year that both sources cover.

    Attributes:
        rules: the rule's numbers.
        years: the years.
        register: boys and girls registered, shape (areas, years, 2).
        second: boys and girls of the second source, NaN where it is silent.
        found: the gap, arrays of shape (areas, years).
        decisions: by area, then year.
    """

    rules: GapRules
    years: tuple[int, ...]
    register: FloatArray
    second: FloatArray
    found: SexGap
    decisions: tuple[tuple[GapDecision, ...], ...]


@dataclass(frozen=True)
class Mortality:
    """Infant mortality of every year for which there are deaths.

    Attributes:
        rules: the rule's numbers.
        years: the years.
        births: boys and girls born, shape (areas, years, 2).
        deaths: deaths in the first year of life, NaN where not told.
        found: rates and their ratio.
        is_asked: whether the area is a county or above and deaths are enough for a ratio, shape (areas, years).
    """

    rules: GapRules
    years: tuple[int, ...]
    births: FloatArray
    deaths: FloatArray
    found: MortalityRatio
    is_asked: BoolArray


def gaps(register: YearCounts, second: YearCounts, matched: YearCounts | None = None) -> Gaps:
    """Compare the register with the second source in all years that both cover and that are over.

    Where births in both are known, so is how far the sources' errors go together.
    """
    rules = gap_rules()
    years, ours, theirs = _side_by_side(register, second)
    both = None if matched is None else np.stack([matched.at(year) for year in years], axis=1) if years else None
    found = sex_gap(theirs, ours, rules.interval, both)
    below = below_county(register.tree, rules)
    decisions = tuple(
        tuple(
            decide_gap(
                GapEvaluation(
                    float(found.gap[area, at]),
                    float(found.lower[area, at]),
                    int(np.nan_to_num(theirs[area, at, 1])),
                    int(ours[area, at, 1]),
                    bool(below[area]),
                ),
                rules,
            )
            for at in range(len(years))
        )
        for area in range(len(register.tree))
    )
    return Gaps(rules, years, ours, theirs, found, decisions)


def infant_mortality(register: YearCounts, deaths: YearCounts) -> Mortality:
    """Put infants' deaths over the births registered in the same year; it opens nothing and names no facility."""
    rules = gap_rules()
    years, births, died = _side_by_side(register, deaths)
    found = infant_mortality_ratio(died, births, rules.interval)
    enough = np.nan_to_num(died.sum(-1)) >= rules.least_deaths
    return Mortality(rules, years, births, died, found, enough & ~below_county(register.tree, rules)[:, None])


def _side_by_side(register: YearCounts, other: YearCounts) -> tuple[tuple[int, ...], FloatArray, FloatArray]:
    years = tuple(year for at, year in enumerate(register.years) if register.is_whole(at) and year in other.years)
    shape = (len(register.tree), len(years), 2)
    ours, theirs = np.zeros(shape), np.full(shape, np.nan)
    for at, year in enumerate(years):
        ours[:, at], theirs[:, at] = register.pooled(register.years.index(year)), other.at(year)
    return years, ours, theirs
