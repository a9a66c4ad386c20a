"""Asking the engine what a command line asks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tianping
from tianping import srb
from tianping.births import BirthTable
from tianping.cli.speaking import ProgressLines
from tianping.observatory.estimating import make_settings, read_span
from tianping.observatory.results import Result
from tianping.observatory.scale_cache import KeptScales, find_scales, keep_scales
from tianping.terms import Period


@dataclass(frozen=True)
class Asked:
    """What was asked for; see `tianping.estimate`."""

    as_of: str | None
    known_on: str | None
    reference: str
    alert_at: float
    margin: float
    interval: float
    orders_from: int
    seed: int
    level: str = "all"
    history: bool = False
    delays: bool = True


def estimate_asked(
    births: BirthTable, asked: Asked, lines: ProgressLines, cache: Path | None = None
) -> tuple[Result, KeptScales | None]:
    """Estimate; give the result and the scales that it was given to start from.

    With a cache, scales are estimated once: by an earlier run, or at the first period of this one.
    """
    first, last = read_span(asked.as_of or births.periods[-1])
    if cache is None:
        return _estimate(births, asked, first, last, lines), None
    settings = make_settings(
        asked.reference,
        asked.alert_at,
        asked.margin,
        asked.interval,
        asked.orders_from,
        asked.seed,
        delays=asked.delays,
    )
    kept = find_scales(cache, births.tree, settings, first)
    if kept is None and last > first:
        kept = keep_scales(cache, _estimate(births, asked, first, first, lines))
    result = _estimate(births, asked, first, last, lines, None if kept is None else kept.warm)
    keep_scales(cache, result, kept)
    return result, kept


def _estimate(
    births: BirthTable, asked: Asked, first: Period, last: Period, lines: ProgressLines, warm: srb.Warm | None = None
) -> Result:
    n = last.ordinal - first.ordinal + 1

    def tell(as_of: Period) -> None:
        lines.say("cli.progress.estimating", as_of=str(as_of), at=as_of.ordinal - first.ordinal + 1, n=n)

    return tianping.estimate(
        births,
        as_of=str(first) if n == 1 else f"{first}..{last}",
        known_on=asked.known_on,
        reference=asked.reference,
        alert_at=asked.alert_at,
        margin=asked.margin,
        interval=asked.interval,
        level=asked.level,
        orders_from=asked.orders_from,
        history=asked.history,
        seed=asked.seed,
        delays=asked.delays,
        warm=warm,
        progress=tell,
    )
