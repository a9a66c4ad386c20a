"""What the atlas rests on: the bundled census counts and their estimates, made once and told in any language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from tianping.births import BirthTable, read_areas, read_births
from tianping.documents.charts import Standing
from tianping.observatory.bundled import bundled_table
from tianping.observatory.estimating import estimate
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book, Tally
from tianping.rulebook.references import NormalBand, normal_band
from tianping.srb.fdr import bayes_fdr, benjamini_hochberg
from tianping.srb.results import BoolArray, Estimates, FloatArray, IntArray, Ranking
from tianping.terms import Area, Interval, Period

FOLDER = "china_2010_age0"
#: The simple test that the engine's list is set beside: one-sided binomial against this ratio, at this rate.
SIMPLE_NULL, SIMPLE_RATE = 106.0, 0.05
_GROUP = "all"


@dataclass(frozen=True)
class Lists:
    """Counties on lists, positions among the counties.

    Attributes:
        simple: by a one-sided binomial test of each county alone with Benjamini–Hochberg.
        level: P(SRB > alert_at) at the expected false share of tier `alert`.
        level_share: that list's expected false share.
        above_normal: P(SRB > upper end of the normal band) at the same share.
        difference: P(SRB above that of the rest of its prefecture by the margin) at the same share.
    """

    simple: BoolArray
    level: BoolArray
    level_share: float
    above_normal: BoolArray
    difference: BoolArray


@dataclass(frozen=True)
class Survey:
    """The census counts with their estimates.

    Attributes:
        births: the counts as read; children aged 0, not births.
        result: the estimates.
        published: the nation's own row, boys and girls.
    """

    births: BirthTable
    result: Result
    published: tuple[int, int]

    @property
    def areas(self) -> tuple[Area, ...]:
        """All areas."""
        return self.result.last.run.tree.areas

    @property
    def estimates(self) -> Estimates:
        """The estimates."""
        return self.result.last.run.estimates

    @property
    def year(self) -> Period:
        """The census's year."""
        return self.result.last.run.as_of

    @cached_property
    def band(self) -> NormalBand:
        """The range called normal."""
        return normal_band()

    @cached_property
    def book(self) -> Book:
        """The counts."""
        return Book(self.result.last.fitted.problem.counts)

    @cached_property
    def _levels(self) -> dict[str, IntArray]:
        names = np.array([area.level for area in self.areas])
        return {level: np.flatnonzero(names == level) for level in self.result.last.run.tree.levels}

    def of_level(self, level: str) -> IntArray:
        """Give the positions of a level's areas."""
        return self._levels[level]

    def tally(self, area: int) -> Tally:
        """Count an area's children."""
        return self.book.tally(area, _GROUP, self.year, self.year)

    def column(self, name: str) -> FloatArray:
        """Give one attribute of the estimates, shape (areas,)."""
        return self.estimates.column(name, _GROUP)

    @cached_property
    def _srb(self) -> dict[str, FloatArray]:
        names = ("log_mean", "log_lower", "log_upper")
        return {name: np.asarray(100.0 * np.exp(self.column(name)), dtype=np.float64) for name in names}

    def srb(self, area: int) -> float:
        """Give an area's estimate, boys per 100 girls."""
        return float(self._srb["log_mean"][area])

    def interval(self, area: int) -> Interval:
        """Give the interval of an area's estimate."""
        lower, upper = (float(self._srb[name][area]) for name in ("log_lower", "log_upper"))
        return Interval(lower, upper, self.result.settings.interval)

    def standing(self, area: int) -> Standing:
        """Say whether an area can be told apart from the normal range: its interval lies all above, below or inside."""
        interval, band = self.interval(area), self.band
        inside = band.lower <= interval.lower and interval.upper <= band.upper
        apart = interval.lower > band.upper or interval.upper < band.lower or inside
        return Standing.TOLD_APART if apart else Standing.INDISTINGUISHABLE

    @cached_property
    def rankings(self) -> dict[str, Ranking]:
        """The ranking of each level."""
        return {r.level: r for r in self.result.last.run.rankings if r.order_group == _GROUP}

    @cached_property
    def _rank_positions(self) -> dict[int, tuple[str, int]]:
        return {
            int(area): (level, at) for level, ranking in self.rankings.items() for at, area in enumerate(ranking.areas)
        }

    def rank(self, area: int) -> tuple[int, int] | None:
        """Give the ends of an area's rank interval, 1 the highest; None where it is not ranked."""
        if area not in self._rank_positions:
            return None
        level, at = self._rank_positions[area]
        return int(self.rankings[level].rank_lower[at]), int(self.rankings[level].rank_upper[at])

    @cached_property
    def lists(self) -> Lists:
        """The counties on lists."""
        settings, counties = self.result.settings, self.of_level("county")
        boys, girls = (self.column(name)[counties] for name in ("n_boys", "n_girls"))
        p_values: npt.NDArray[np.float64] = binom.sf(boys - 1, boys + girls, SIMPLE_NULL / (100.0 + SIMPLE_NULL))
        level, share = bayes_fdr(self.column("p_above_alert")[counties], settings.fdr_alert)
        return Lists(
            simple=benjamini_hochberg(p_values, SIMPLE_RATE),
            level=level,
            level_share=share,
            above_normal=bayes_fdr(self.column("p_above_normal")[counties], settings.fdr_alert)[0],
            difference=bayes_fdr(self.column("p_difference")[counties], settings.fdr_alert)[0],
        )


def take_survey(seed: int = 20250101) -> Survey:
    """Read the bundled census counts and estimate."""
    areas = read_areas(bundled_table(FOLDER, "areas.csv"))
    births = read_births(bundled_table(FOLDER, "children.csv"), areas=areas)
    result = estimate(births, seed=seed)
    nation = bundled_table(FOLDER, "published.csv").to_pylist()[0]
    return Survey(births, result, (int(nation["boys"]), int(nation["girls"])))
