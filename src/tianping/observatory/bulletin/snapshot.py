"""What one issue of the bulletin rests on: counts and evaluations, taken once and told in any language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
import pyarrow as pa

from tianping.births import BirthTable
from tianping.observatory.consultations import Consultation, consult
from tianping.observatory.estimating import estimate
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.examining import examine_reports
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book, Tally
from tianping.rulebook.bulletin import BulletinRules, bulletin_rules
from tianping.rulebook.references import NormalBand, normal_band
from tianping.rulebook.signals import Scope, SignalRules, SignalState, signal_rules
from tianping.srb.results import Estimates, Ranking
from tianping.terms import Area, AreaTree, Counts, InputError, Interval, Period, period_range

#: Order groups that an issue speaks of: the later births carry the signal, all births the headline.
LATER, ALL = "2+", "all"
#: So many codes are told in an error.
_TOLD = 5


@dataclass(frozen=True)
class Modelled:
    """A model's estimate of one area and order group, boys per 100 girls."""

    srb: float
    interval: Interval
    p_above_normal: float


@dataclass(frozen=True)
class Snapshot:
    """One county at the close of one month.

    Attributes:
        births: the births as read.
        result: evaluations of successive months up to the month told, each as known at its own close.
        county: the county's position in the tree.
        month: the month told.
        known_on: last month of reports that count; None when the births do not say when they were reported.
        rules: what the bulletin shows.
        signal_rules: how signals are decided.
        truth: the truth behind an invented county, as a truth table; None for a real one.
    """

    births: BirthTable
    result: Result
    county: int
    month: Period
    known_on: Period | None
    rules: BulletinRules
    signal_rules: SignalRules
    truth: pa.Table | None = None

    @property
    def last(self) -> Evaluation:
        """The month's own evaluation."""
        return self.result.last

    @property
    def counts(self) -> Counts:
        """The counts of the month's own evaluation."""
        return self.last.fitted.problem.counts

    @property
    def areas(self) -> tuple[Area, ...]:
        """All areas."""
        return self.last.run.tree.areas

    @property
    def estimates(self) -> Estimates:
        """The month's estimates."""
        return self.last.run.estimates

    @cached_property
    def n_prompts(self) -> int:
        """How many reporting units of the county are asked to check their reports."""
        found = examine_reports(self.births, as_of=self.month, known_on=self.known_on)
        listed = found.examination.reports.areas[found.examination.check]
        return sum(self.county in (unit, *found.tree.ancestors(int(unit))) for unit in listed)

    @cached_property
    def book(self) -> Book:
        """The births that count."""
        return Book(self.counts)

    @cached_property
    def units(self) -> tuple[int, ...]:
        """Positions of the areas directly below the county that exist in the month, by code."""
        tree = self.last.run.tree
        below = [int(at) for at in np.flatnonzero(tree.parent == self.county) if _exists(tree.areas[at], self.month)]
        return tuple(sorted(below, key=lambda at: tree.areas[at].code))

    @cached_property
    def band(self) -> NormalBand:
        """The range called normal."""
        return normal_band(on=self.month)

    @property
    def group(self) -> str:
        """Order group that carries the signal: the later births, or all where orders are not told."""
        return LATER if self.counts.has_orders else ALL

    @property
    def window(self) -> int:
        """Months of the window that supports the estimates: the long window, or all where the data are shorter."""
        return min(self.rules.long_window, len(self.counts.periods))

    @property
    def short_window(self) -> int:
        """Months of the short window, or all where the data are shorter."""
        return min(self.rules.short_window, len(self.counts.periods))

    def tally(self, area: int, order_group: str, months: int) -> Tally:
        """Count the births of the last months."""
        return self.book.window(area, order_group, months)

    def modelled(self, area: int, order_group: str, estimand: str = "now") -> Modelled:
        """Give the model's estimate."""
        e = self.estimates
        logs = (e.column(name, order_group, estimand)[area] for name in ("log_mean", "log_lower", "log_upper"))
        srb, lower, upper = (100.0 * float(np.exp(value)) for value in logs)
        p = float(e.column("p_above_normal", order_group, estimand)[area])
        return Modelled(srb, Interval(lower, upper, self.result.settings.interval), p)

    @cached_property
    def ranking(self) -> Ranking | None:
        """The ranking of the county's units in the order group told; None where they are not ranked."""
        if not self.units:
            return None
        level = self.areas[self.units[0]].level
        found = (r for r in self.last.run.rankings if (r.level, r.order_group) == (level, self.group))
        return next(found, None)

    def rank(self, area: int) -> tuple[int, int] | None:
        """Give the ends of an area's rank interval, 1 the highest; None where it is not ranked."""
        at = self._rank_position(area)
        if self.ranking is None or at is None:
            return None
        return int(self.ranking.rank_lower[at]), int(self.ranking.rank_upper[at])

    def band_of(self, area: int) -> str:
        """Give `high`, `normal` or `indistinguishable` in the order group told.

        High: the whole rank interval in the upper third, and above the normal range; normal: below its upper end.
        """
        at = self._rank_position(area)
        p = self.modelled(area, self.group).p_above_normal
        if self.ranking is not None and at is not None and self.ranking.group[at] == "high":
            return "high" if p >= self.rules.told_above else "indistinguishable"
        return "normal" if 1.0 - p >= self.rules.told_normal else "indistinguishable"

    def _rank_position(self, area: int) -> int | None:
        if self.ranking is None or area not in self.ranking.areas:
            return None
        return int(np.flatnonzero(self.ranking.areas == area)[0])

    @cached_property
    def consultations(self) -> tuple[Consultation, ...]:
        """What stands about the county and its units, by order group."""
        found: list[Consultation] = []
        for group in self.rules.order_groups:
            for areas, scope in (((self.county,), Scope.COUNTY_AND_ABOVE), (self.units, Scope.BELOW_COUNTY)):
                found += consult(self.result.evaluations, areas, group, scope, self.signal_rules)
        return tuple(found)

    def standing(self, state: SignalState, *, below_county: bool) -> tuple[Consultation, ...]:
        """Give the consultations in a state, of the units or of the county itself."""
        scope = Scope.BELOW_COUNTY if below_county else Scope.COUNTY_AND_ABOVE
        return tuple(c for c in self.consultations if c.scope is scope and c.decision.state is state)

    @property
    def county_is_high(self) -> bool:
        """Whether the county stood above the normal range over the long window, in the order group told."""
        return self.modelled(self.county, self.group, "window").p_above_normal >= self.rules.told_above

    @property
    def county_is_signalled(self) -> bool:
        """Whether a signal stands about the county itself."""
        return bool(self.standing(SignalState.SIGNAL, below_county=False))

    @property
    def renewed(self) -> bool:
        """Whether figures of the units are renewed in this issue."""
        return bool(self.units) and self.rules.renewed(self.month)


def only_county(tree: AreaTree) -> str:
    """Give the code of the only area that has units and no other area's units below it.

    Raises:
        InputError: `county_needed` when there are several such areas, `bulletin_needs_areas` when there is none.
    """
    counties = sorted({int(tree.parent[leaf]) for leaf in np.flatnonzero(tree.is_leaf)} - {-1})
    if not counties:
        raise InputError("bulletin_needs_areas")
    if len(counties) > 1:
        some = ", ".join(tree.codes[at] for at in counties[:_TOLD])
        raise InputError("county_needed", n=len(counties), some=some)
    return tree.codes[counties[0]]


def take_snapshot(
    births: BirthTable,
    county_code: str,
    month: Period,
    *,
    known_on: Period | None = None,
    truth: pa.Table | None = None,
    seed: int = 20250101,
) -> Snapshot:
    """Estimate what an issue tells: the months up to it one after the other, each as known at its own close.

    Args:
        births: monthly births with their areas.
        county_code: the county; the areas directly below it are its units.
        month: the month told.
        known_on: last month of reports that count for the month told; its own close without it.
        truth: the truth behind an invented county; a real one has none.
        seed: seed of the engine's draws.

    Raises:
        InputError: `area_unknown`, `bulletin_needs_months`, `bulletin_needs_areas`, `county_without_units`,
            `as_of_before_data`, `bulletin_month_without_births` or `no_births`.
    """
    if county_code not in births.tree.positions:
        raise InputError("area_unknown", code=county_code)
    if not births.is_monthly:
        raise InputError("bulletin_needs_months")
    rules, s5 = bulletin_rules(month), signal_rules(month)
    closes = births.has_reported_periods
    _require_units(births.tree, county_code)
    county, known = births.tree.positions[county_code], (known_on or month) if closes else None
    _require_births(births, county, month, known)
    result = _walk(births, month, known, rules, s5, seed)
    return Snapshot(births, result, county, month, result.last.known_on, rules, s5, truth)


def _require_units(tree: AreaTree, county_code: str) -> None:
    """Refuse an area with nothing below it: the rules of a county do not hold for it."""
    if (tree.parent < 0).all():
        raise InputError("bulletin_needs_areas")
    if county_code not in {area.parent_code for area in tree.areas}:
        raise InputError("county_without_units", code=county_code)


def _require_births(births: BirthTable, county: int, month: Period, known_on: Period | None) -> None:
    """Refuse a month in which the county has no births: whatever were told of it would be of earlier months."""
    counts = births.counts(month, known_on)
    boys, girls = (part[county].sum(-1) for part in counts.pooled())
    with_births = np.flatnonzero(boys + girls)
    if not len(with_births):
        raise InputError("no_births")
    last = counts.periods[int(with_births[-1])]
    if last != month:
        raise InputError(
            "bulletin_month_without_births", month=str(month), county=births.tree.codes[county], last=str(last)
        )


def _walk(
    births: BirthTable, month: Period, known_on: Period | None, rules: BulletinRules, s5: SignalRules, seed: int
) -> Result:
    """Evaluate the months up to the one told; only that one may be asked for as known at a later date."""
    ask = partial(estimate, births, alert_at=s5.alert_at, margin=s5.margin, interval=rules.model_interval, seed=seed)
    first = max(births.periods[0].shift(rules.first_evaluation - 1), month.shift(1 - rules.evaluations))
    if first < month and known_on in (None, month):
        return ask(as_of=f"{first}..{month}", history=True)
    earlier = [ask(as_of=one, known_on=one).last for one in period_range(first, month.shift(-1))]
    last = ask(as_of=month, known_on=known_on, history=True)
    return replace(last, evaluations=(*earlier, *last.evaluations))


def _exists(area: Area, month: Period) -> bool:
    begun = area.valid_from is None or area.valid_from <= month
    return begun and (area.valid_until is None or month < area.valid_until)
