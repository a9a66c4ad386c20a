"""Splitting the girls missing year by year and for the whole, by every route that the sources open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tianping import srb
from tianping.observatory.missing.years import FloatArray, YearCounts
from tianping.rulebook.registration_gap import SplitRules
from tianping.srb.decomposition import (
    Chain,
    Dependence,
    Piece,
    SharedDraws,
    Survival,
    chance_draws,
    everybody_by_cohort,
    everybody_by_lists,
    split,
    summarise,
)
from tianping.srb.dual_system import TwoLists
from tianping.srb.missing import METHODS
from tianping.srb.nowcast import Completion
from tianping.terms import Counts, Period

#: Seeds of the draws of all births lie so far from those of chance.
_SEEDS_APART = 1000


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        reference: natural ratio.
        possible: what is thought possible of the sources.
        as_of: last period of birth; None for the last of the births.
        known_on: last period of registration that counts; None for all that is known.
        interval: probability of the intervals.
        n_draws: number of draws.
        seed: seed.
    """

    reference: srb.Reference
    possible: SplitRules
    as_of: Period | None = None
    known_on: Period | None = None
    interval: float = 0.9
    n_draws: int = 1000
    seed: int = 20250101


@dataclass(frozen=True)
class SpanPieces:
    """The girls missing in one span, split by one route and counted by one method.

    Attributes:
        span: a calendar year (`2024`), or first and last period of a cumulative or unfinished one.
        method: `boys_fixed` or `total_fixed`.
        route: where the number of all births comes from: `none`, `dual_system` or `cohort`.
        pieces: the pieces by name.
        why: for pieces that could not be told, or not in every area, the reason: `not_reported`, `history_too_short`,
            `no_source`, `year_unfinished`, `source_silent` or `too_few_matched`.
    """

    span: str
    method: str
    route: str
    pieces: dict[str, Piece]
    why: dict[str, str]


@dataclass(frozen=True)
class Evidence:
    """What may tell the number of all births.

    Attributes:
        second: births of a second source.
        matched: births found in the register and the second source.
        cohort: a later count of the same cohorts.
    """

    second: YearCounts | None
    matched: YearCounts | None
    cohort: YearCounts | None

    @property
    def routes(self) -> tuple[str, ...]:
        """The routes that these open; `none` when there is none."""
        opened = {
            "dual_system": self.second is not None and self.matched is not None,
            "cohort": self.cohort is not None,
        }
        return tuple(route for route, is_open in opened.items() if is_open) or ("none",)


@dataclass(frozen=True)
class Everybody:
    """All births of one year as a route tells them.

    Attributes:
        variants: draws of shape (areas, 2, draws), for the point and each corner of the band; empty without a source.
        why: why nothing is told, or not in every area.
    """

    variants: tuple[FloatArray, ...]
    why: str

    @property
    def is_partial(self) -> bool:
        """Whether some area is without."""
        return not self.variants or bool(np.isnan(self.variants[0]).any())


class Splitter:
    """Splits spans; all of them share one draw of the natural ratio."""

    def __init__(
        self, register: YearCounts, evidence: Evidence, completion: Completion | None, question: Question
    ) -> None:
        """Take the register, what else there is, and what is asked; `question.n_draws` is that of the completion."""
        self._register, self._evidence = register, evidence
        self._completion, self._question = completion, question
        n = len(register.tree), question.n_draws
        drawn = [SharedDraws.of(question.reference, *n, question.seed + year) for year in range(len(register.years))]
        self._reference, self._chance = drawn[0].reference, drawn

    def spans(self, why_not_completed: str) -> Iterator[SpanPieces]:
        """Split year by year and then the whole, by every route and both methods."""
        years = range(len(self._register.years))
        for route in self._evidence.routes:
            told = [self._everybody(route, year) for year in years]
            for some in [*([year] for year in years), *([list(years)] if len(years) > 1 else [])]:
                yield from self._split(route, some, [told[year] for year in some], why_not_completed)

    def _split(
        self, route: str, years: list[int], told: Sequence[Everybody], why_not_completed: str
    ) -> Iterator[SpanPieces]:
        known = np.sum([self._register.pooled(year) for year in years], axis=0)
        completed = self._completed(known, years)
        why = {"delay": why_not_completed} if completed is None else {}
        partial = [one.why for one in told if one.is_partial]
        if partial:
            why |= dict.fromkeys(("under_registration", "selection"), partial[0])
        chains = [Chain(known, completed, everybody) for everybody in _added_up(told)]
        for method in METHODS:
            chance = np.sum([self._chance_of(year, method) for year in years], axis=0)
            variants = [split(method, chain, self._reference, chance) for chain in chains]
            yield SpanPieces(self._name(years), method, route, summarise(variants, self._question.interval), why)

    def _chance_of(self, year: int, method: str) -> FloatArray:
        shared = replace(self._chance[year], reference=self._reference)
        return chance_draws(self._register.tree, self._register.own[:, year].sum(-1), shared, method)

    def _completed(self, known: FloatArray, years: list[int]) -> FloatArray | None:
        """Give the births of some years with those still to come."""
        if self._completion is None:
            return None
        asked = {self._register.years[year] for year in years}
        of_years = [k for k, period in enumerate(self._completion.periods) if period.year in asked]
        completed: FloatArray = known[..., None] + self._completion.to_come[:, of_years].sum(1)
        return completed

    def _everybody(self, route: str, at: int) -> Everybody:
        """Give all births of a year."""
        if route == "none":
            return Everybody((), "no_source")
        if not self._register.is_whole(at):
            return Everybody((), "year_unfinished")
        year, seed = self._register.years[at], self._question.seed + _SEEDS_APART + at
        if route == "cohort":
            return self._by_cohort(year, seed)
        return self._by_lists(self._register.pooled(at), year, seed)

    def _by_cohort(self, year: int, seed: int) -> Everybody:
        possible, n = self._question.possible, self._question.n_draws
        later = None if self._evidence.cohort is None else self._evidence.cohort.at(year)
        if later is None or np.isnan(later).all():
            return Everybody((), "source_silent")
        survival = Survival(
            possible.survival_lowest,
            possible.survival_highest,
            possible.survival_ratio_lowest,
            possible.survival_ratio_highest,
        )
        return Everybody(everybody_by_cohort(later, survival, n, seed), "source_silent")

    def _by_lists(self, first: FloatArray, year: int, seed: int) -> Everybody:
        possible, n = self._question.possible, self._question.n_draws
        second, matched = self._evidence.second, self._evidence.matched
        if second is None or matched is None or np.isnan(second.at(year) + matched.at(year)).all():
            return Everybody((), "source_silent")
        other, both = second.at(year), matched.at(year)
        silent = np.isnan(other + both).any(-1)
        left_out = silent | (np.nan_to_num(both).min(-1) < possible.least_matched)
        lists = TwoLists(*(np.where(left_out[:, None], 0.0, values) for values in (first, other, both)))
        dependence = Dependence(possible.odds_ratio_lowest, possible.odds_ratio_highest)
        drawn = everybody_by_lists(lists, dependence, n, seed)
        variants = tuple(np.where(left_out[:, None, None], np.nan, one) for one in drawn)
        return Everybody(variants, "source_silent" if silent.any() else "too_few_matched")

    def _name(self, years: list[int]) -> str:
        first, last = self._register.periods[years[0]][0], self._register.periods[years[-1]][-1]
        if len(years) == 1 and self._register.is_whole(years[0]):
            return str(self._register.years[years[0]])
        return f"{first}..{last}"


def _added_up(told: Sequence[Everybody]) -> list[FloatArray | None]:
    """Add years up, variant by variant; a year without makes the whole go without."""
    if any(not one.variants for one in told):
        return [None]
    return [np.sum(variants, axis=0) for variants in zip(*(one.variants for one in told), strict=True)]


def why_not_completed(counts: Counts) -> str:
    """Say why births still to come cannot be foreseen: `not_reported` or `history_too_short`."""
    return "not_reported" if counts.registered_boys is None else "history_too_short"
