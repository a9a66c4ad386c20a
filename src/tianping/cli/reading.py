"""Reading births as the commands do: nothing later than the current month."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import perf_counter

from tianping.births import BirthTable, read_areas, read_births
from tianping.cli.speaking import ProgressLines
from tianping.terms import Period


def read_table(file: Path, areas: Path | None, lines: ProgressLines) -> BirthTable:
    """Read births with their areas; periods after the current month are findings.

    Raises:
        InputError: when the file cannot be used.
        RedLineError: when it carries something about an individual.
    """
    lines.say("cli.progress.reading", file=file.name)
    return read_births(file, areas=areas, on_or_before=this_month())


def read_names(file: Path | None) -> dict[str, str]:
    """Read the areas' names for the English pages, by code; nothing without a file."""
    return {} if file is None else {area.code: area.name for area in read_areas(file).tree.areas}


def this_month() -> Period:
    """Give the current month; no other part of the product reads the clock."""
    today = date.today()  # noqa: DTZ011, TID251 - months need no time zone, and doors may read the clock
    return Period(today.year, today.month)


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._last = perf_counter()
        self.seconds: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        """Close a stage."""
        now = perf_counter()
        self.seconds[stage], self._last = now - self._last, now
