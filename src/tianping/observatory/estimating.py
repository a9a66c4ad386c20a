"""From births to results: one evaluation, or a walk through the months."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tianping import srb
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.results import Result
from tianping.observatory.sampling import without_unasked
from tianping.observatory.strong import with_strong
from tianping.rulebook.references import normal_band, reference
from tianping.terms import Counts, Finding, InputError, Period, period_range

if TYPE_CHECKING:
    from tianping.births import BirthTable


def estimate(
    births: BirthTable | Counts,
    *,
    as_of: str | Period | None = None,
    known_on: str | Period | None = None,
    reference: str | None = None,
    alert_at: float = 115.0,
    margin: float = 1.05,
    interval: float = 0.9,
    level: str = "all",
    orders_from: int = 2,
    history: bool = False,
    seed: int = 20250101,
    delays: bool = True,
    warm: srb.Warm | None = None,
    progress: Callable[[Period], None] | None = None,
) -> Result:
    """Estimate every area's SRB with its uncertainty, and what can be said about it.

    Args:
        births: births read by `read_births`, or counts.
        as_of: month (or year) of birth asked about; `2024-07..2025-06` walks through the months, each with the
            data to that month; the last period without it.
        known_on: last month of registration that counts; without it all that is known, on a walk each month's own.
        reference: name of the natural SRB's pack.
        alert_at: SRB of the level criterion, boys per 100 girls.
        margin: ratio of the difference criterion.
        interval: probability of the model's intervals.
        level: level whose areas the tables show.
        orders_from: lowest birth order on which a step acts.
        history: whether to give the course over all periods too.
        seed: seed of the draws.
        delays: whether the newest periods are corrected for late registration where reported periods tell of it.
        warm: scales of an earlier run, to start from.
        progress: called with each `as_of` before it is evaluated.

    Raises:
        InputError: `as_of_before_data`, `period_unreadable`, `period_kinds_mixed`, `level_unknown`, `no_births`,
            `setting_out_of_range`.
        RuleError: `reference_unknown`.
    """
    settings = make_settings(reference, alert_at, margin, interval, orders_from, seed, delays=delays)
    first, last = read_span(as_of) if as_of is not None else (None, None)
    known = Period.parse(known_on) if isinstance(known_on, str) else known_on
    evaluations: list[Evaluation] = []
    if level not in ("all", *births.tree.levels):
        raise InputError("level_unknown", level=level, known=", ".join(births.tree.levels))
    for counts, vintage, findings in _vintages(births, first, last, known):
        if progress is not None:
            progress(counts.periods[-1])
        run, fitted = srb.estimate(counts, settings, warm)
        run, about_sampling = without_unasked(run, settings)
        evaluations.append(Evaluation(run, fitted, vintage, (*findings, *about_sampling)))
    evaluations = [
        replace(evaluation, run=run)
        for evaluation, run in zip(evaluations, with_strong([e.run for e in evaluations], settings), strict=True)
    ]
    fitted = evaluations[-1].fitted
    histories = (srb.filtered(fitted), srb.smoothed(fitted)) if history else ()
    return Result(tuple(evaluations), settings, level, "" if isinstance(births, Counts) else births.digest, histories)


def make_settings(
    reference_name: str | None,
    alert_at: float,
    margin: float,
    interval: float,
    orders_from: int,
    seed: int,
    *,
    delays: bool = True,
) -> srb.Settings:
    """Check what is asked and turn it into the engine's settings.

    Raises:
        InputError: `setting_out_of_range`.
        RuleError: `reference_unknown`.
    """
    limits = {
        "alert_at": (alert_at, 50.0, 1000.0),
        "margin": (margin, 1.0, 10.0),
        "interval": (interval, 0.5, 0.999),
        "orders_from": (orders_from, 1, 3),
    }
    for name, (value, low, high) in limits.items():
        if not low <= value <= high:
            raise InputError("setting_out_of_range", setting=name, value=value, lowest=low, highest=high)
    pack = reference(reference_name)
    return srb.Settings(
        reference=srb.Reference(pack.name, pack.ratio, pack.lower, pack.upper),
        normal_upper=normal_band().upper,
        alert_at=alert_at,
        margin=margin,
        interval=interval,
        orders_from=orders_from,
        delays=delays,
        seed=seed,
    )


def read_span(as_of: str | Period) -> tuple[Period, Period]:
    """Read a period, or first..last.

    Raises:
        InputError: `period_unreadable` or `as_of_backwards`.
    """
    if isinstance(as_of, Period):
        return as_of, as_of
    first, _, last = as_of.partition("..")
    start, end = Period.parse(first), Period.parse(last or first)
    if end < start:
        raise InputError("as_of_backwards", first=str(start), last=str(end))
    return start, end


def _vintages(
    births: BirthTable | Counts, first: Period | None, last: Period | None, known_on: Period | None
) -> Iterator[tuple[Counts, Period | None, tuple[Finding, ...]]]:
    """Give the counts of each evaluation, the vintage they stand for and what it leaves out."""
    end = last or births.periods[-1]
    periods = period_range(first or end, end)
    for period in periods:
        if isinstance(births, Counts):
            yield births.until(period), None, ()
        else:
            vintage = known_on or (period if len(periods) > 1 and births.has_reported_periods else None)
            known = births.known(period, vintage)
            yield known.counts, vintage, known.findings
