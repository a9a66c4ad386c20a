"""From births to what the forensic tests say of each reporting unit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tianping.observatory import forensic_tables
from tianping.rulebook.forensics import forensic_limits
from tianping.srb.forensics import Examination, Limits, Pairs, examine, reports_of
from tianping.terms import AreaTree, Counts, InputError, Period

if TYPE_CHECKING:
    from tianping.births import BirthTable

#: Seed of the simulated paths.
SEED = 20250101


@dataclass(frozen=True)
class Examined:
    """An examination with the areas and dates that it is about.

    Attributes:
        examination: what the tests say.
        tree: the areas.
        as_of: last period of birth looked at.
        known_on: last period of registration whose births count; None for all that is known.
    """

    examination: Examination
    tree: AreaTree
    as_of: Period
    known_on: Period | None

    @cached_property
    def table(self) -> pa.Table:
        """The table of `forensics.csv`: a row for each reporting unit and part of a test."""
        return forensic_tables.forensics(self.examination, self.tree, self.as_of, self.known_on)

    def of_level(self, level: str) -> pa.Table:
        """Give the rows of the units of one level, or of `all`."""
        return self.table if level == "all" else self.table.filter(pc.equal(self.table["level"], level))

    @property
    def n_check(self) -> int:
        """Units that are asked to check their reports."""
        return int(self.examination.check.sum())


def examine_reports(
    births: BirthTable | Counts,
    *,
    as_of: str | Period | None = None,
    known_on: str | Period | None = None,
    later: BirthTable | None = None,
    seed: int = SEED,
) -> Examined:
    """Ask every reporting unit all forensic tests that its reports allow.

    Args:
        births: births read by `read_births`, or counts. Late reports and several sources are looked at where the
            births tell them.
        as_of: last month (or year) of birth; the last period without it.
        known_on: last month of registration that counts; all that is known without it.
        later: children counted at a later age by year of birth, read by `read_births` with the same areas.
        seed: seed of the simulated paths.

    Raises:
        InputError: `as_of_before_data`, `period_unreadable`, `period_kinds_mixed` or `no_births`.
    """
    last, known = _period(as_of), _period(known_on)
    if isinstance(births, Counts):
        counts, in_time, sources = births.until(last or births.periods[-1]), None, None
        is_weighted = False
    else:
        counts = births.counts(last, known)
        in_time = births.in_time(last, known)
        sources, is_weighted = _of_two_sources(births, counts), births.is_weighted
    reports = reports_of(counts, in_time, is_weighted=is_weighted)
    if not len(reports):
        raise InputError("no_births")
    limits = Limits(**forensic_limits(counts.periods[-1].last_month))
    cohorts = None if later is None else _grown_up(later, counts, reports.areas)
    pairs = None if sources is None else Pairs(*(part[reports.areas] for part in sources))
    found = examine(reports, limits, sources=pairs, later=cohorts, seed=seed)
    return Examined(found, counts.tree, counts.periods[-1], known)


def _period(asked: str | Period | None) -> Period | None:
    return Period.parse(asked) if isinstance(asked, str) else asked


def _of_two_sources(births: BirthTable, counts: Counts) -> tuple[np.ndarray, ...] | None:
    """Sum boys and girls of the two largest sources over the periods that both tell; each of shape (areas,)."""
    if len(births.sources) < 2:
        return None
    one, other = (births.of_source(name, counts.periods[-1]) for name in births.sources[:2])
    told = [(part.boys + part.girls).sum(2, keepdims=True) > 0 for part in (one, other)]
    both = told[0] & told[1]
    return tuple((sex * both).sum((1, 2)) for part in (one, other) for sex in (part.boys, part.girls))


def _grown_up(later: BirthTable, births: Counts, areas: np.ndarray) -> Pairs:
    """Lay children counted later beside the births of the same years; only years that both tell whole."""
    cells = later.counts()
    years = sorted({period.year for period in cells.periods} & _whole_years(births))
    positions = cells.tree.positions
    rows = np.array([positions.get(births.tree.codes[area], -1) for area in areas], dtype=np.int64)
    parts = []
    for counts, which in ((cells, rows), (births, areas)):
        cohort = np.isin([period.year for period in counts.periods], years)
        for sex in (counts.boys, counts.girls):
            by_year = np.where((which >= 0)[:, None, None], sex[which], 0)
            parts.append(by_year[:, cohort].sum((1, 2)))
    return Pairs(*parts)


def _whole_years(counts: Counts) -> set[int]:
    """Give the calendar years of which all periods are there."""
    months = [period.year for period in counts.periods]
    needed = 12 if counts.periods[0].is_month else 1
    return {year for year in set(months) if months.count(year) == needed}
