"""What can be said of the girls missing: which sources there are, what they split, and what they cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tianping.observatory.missing.gaps import Gaps, Mortality, gaps, infant_mortality
from tianping.observatory.missing.splitting import Evidence, Question, SpanPieces, Splitter, why_not_completed
from tianping.observatory.missing.years import FloatArray, YearCounts
from tianping.srb.delays import DelayFit, fit_delays
from tianping.srb.nowcast import Nowcast, complete, nowcast
from tianping.terms import AreaTree, InputError, Period

if TYPE_CHECKING:
    from tianping.births import BirthTable

#: Draws are fewer where areas × draws would be more than this; never fewer than the least.
_MOST_CELLS, _LEAST_DRAWS = 2_000_000, 100


@dataclass(frozen=True)
class Sources:
    """Counts beside the register of births; each is a table of counts by area, period and sex like the births.

    Attributes:
        second: births as a second source has them (first vaccine doses, household registration, …).
        matched: births found in the register and in the second source.
        cohort: a later count of the same cohorts by their year of birth (school entry, a census).
        infant_deaths: deaths in the first year of life by year.
    """

    second: BirthTable | None = None
    matched: BirthTable | None = None
    cohort: BirthTable | None = None
    infant_deaths: BirthTable | None = None


@dataclass(frozen=True)
class Assessment:
    """All that was found.

    Attributes:
        tree: the areas.
        question: what was asked.
        last: last period whose registrations are known, or the last period of birth where no reports are told.
        n_births: births known, all below included, shape (areas,).
        spans: the girls missing: years, then the whole; by route and method.
        delays: how long registrations take; None where it cannot be told.
        nowcast: the newest periods completed; None likewise.
        gaps: gaps between the register and the second source; None without one.
        mortality: infant mortality by sex; None without deaths.
    """

    tree: AreaTree
    question: Question
    last: Period
    n_births: FloatArray
    spans: tuple[SpanPieces, ...]
    delays: DelayFit | None
    nowcast: Nowcast | None
    gaps: Gaps | None
    mortality: Mortality | None


def assess(births: BirthTable, sources: Sources, question: Question) -> Assessment:
    """Assess the girls missing.

    Raises:
        InputError: `matched_without_second`, `matched_exceeds_lists`, or what the dates give.
    """
    if sources.matched is not None and sources.second is None:
        raise InputError("matched_without_second")
    counts = births.counts(question.as_of, question.known_on)
    n = max(_LEAST_DRAWS, min(question.n_draws, _MOST_CELLS // len(births.tree)))
    completion = complete(counts, n, question.seed)
    question = replace(question, n_draws=n if completion is None else completion.n_draws)
    register = YearCounts.of(births, question.as_of, question.known_on)
    second, matched, cohort, deaths = (
        None if table is None else YearCounts.of(table)
        for table in (sources.second, sources.matched, sources.cohort, sources.infant_deaths)
    )
    splitter = Splitter(register, Evidence(second, matched, cohort), completion, question)
    return Assessment(
        births.tree,
        question,
        counts.periods[-1] if counts.delays is None else counts.delays.last,
        register.tree.sum_up(register.own.sum((1, 2))),
        tuple(splitter.spans(why_not_completed(counts))),
        None if counts.delays is None else fit_delays(counts.tree, counts.delays),
        None if completion is None else nowcast(completion, question.interval),
        None if second is None else gaps(register, second, matched),
        None if deaths is None else infant_mortality(register, deaths),
    )
