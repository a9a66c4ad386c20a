"""What a simulated world is made of: areas, births, sex ratios and what reporters do to them."""

from __future__ import annotations

from dataclasses import dataclass

from tianping.simulator.draws import EFFECTS, SIZES, Draw, LogUniform
from tianping.simulator.settings import (
    TOLD,
    ByOrder,
    Settings,
    by_order,
    month,
    number,
    one_of,
    section,
    several,
    whole,
    words,
)
from tianping.simulator.troubles import TROUBLES, Trouble
from tianping.simulator.where import EVERYWHERE, Where
from tianping.terms import InputError, Period

#: Cells (leaves × months × orders) that a world may have.
MOST_CELLS = 60_000_000
#: Levels that a tree may have.
MOST_LEVELS = 12


@dataclass(frozen=True, kw_only=True)
class Level(Settings):
    """One level of the areas."""

    name: str = words()
    n: int = whole(lowest=1, highest=200_000)
    share_leaves: float = number(0.0, lowest=0, highest=0.95)


@dataclass(frozen=True, kw_only=True)
class Areas(Settings):
    """The tree of areas, levels from the top down."""

    levels: tuple[Level, ...] = several({"": Level})
    unevenness: float = number(0.0, lowest=0, highest=3)

    def check_together(self, place: str) -> None:
        """Refuse no level at all, a name used twice or for all areas, and levels with fewer areas than those above."""
        names = [level.name for level in self.levels]
        if not 1 <= len(names) <= MOST_LEVELS:
            limits = {"lowest": "1", "highest": str(MOST_LEVELS)}
            raise InputError("scenario_out_of_range", place=f"{place}.levels", value=str(len(names)), **limits)
        for name in names:
            if names.count(name) > 1 or name in ("", EVERYWHERE):
                raise InputError("scenario_level_name", place=place, level=name, reserved=EVERYWHERE)
        for above, below in zip(self.levels, self.levels[1:], strict=False):
            if below.n < self.n_parents(above):
                raise InputError("scenario_tree_shrinks", place=place, level=below.name, above=above.name)

    @staticmethod
    def n_parents(level: Level) -> int:
        """Give how many areas of a level that is not the last have areas below them; at least one has."""
        return max(1, level.n - round(level.share_leaves * level.n))

    @property
    def n_leaves(self) -> int:
        """Number of areas with births of their own."""
        return self.levels[-1].n + sum(level.n - self.n_parents(level) for level in self.levels[:-1])


@dataclass(frozen=True, kw_only=True)
class Season(Settings):
    """A wave of twelve months: 1 + swing·cos(2π(month − peak)/12) for births, swing·cos(…) for log SRB."""

    swing: float = number(0.0, lowest=0, highest=0.9)
    peak: float = number(1.0, lowest=0, highest=12)


@dataclass(frozen=True, kw_only=True)
class YearFactor(Settings):
    """A calendar year with more births or fewer."""

    year: int = whole(lowest=1000, highest=9999)
    factor: float = number(lowest=0, highest=10)


@dataclass(frozen=True, kw_only=True)
class Births(Settings):
    """How many births there are, and of which order."""

    size: Draw = one_of(SIZES, LogUniform(low=5.0, high=60.0))
    season: Season = section(Season)
    growth_per_year: float = number(0.0, lowest=-1, highest=1)
    growth_sd: float = number(0.0, lowest=0, highest=1)
    years: tuple[YearFactor, ...] = several({"": YearFactor})
    dispersion: float = number(0.0, lowest=0, highest=5)
    share_multiple: float = number(0.0, lowest=0, highest=0.5)
    multiple_alike: float = number(0.3, lowest=0, highest=1)
    order_mix: ByOrder = by_order((0.55, 0.35, 0.1), lowest=0, highest=1)
    order_mix_sd: ByOrder = by_order(0.0, lowest=0, highest=3)
    order_mix_per_year: ByOrder = by_order(0.0, lowest=-1, highest=1)

    def check_together(self, place: str) -> None:
        """Refuse births of no order."""
        if sum(self.order_mix) <= 0:
            raise InputError("scenario_no_order", place=place)


@dataclass(frozen=True, kw_only=True)
class Effect(Settings):
    """Lasting differences between the areas of a level, log SRB."""

    level: str = words()
    draw: Draw = one_of(EFFECTS)
    orders: ByOrder = by_order(1.0, lowest=-10, highest=10)


@dataclass(frozen=True, kw_only=True)
class Drift(Settings):
    """Slow movement of the areas of a level, log SRB."""

    level: str = words()
    orders: ByOrder = by_order(1.0, lowest=-10, highest=10)


@dataclass(frozen=True, kw_only=True)
class Autoregression(Drift):
    """A drift that is drawn back to 0: each month `persistence` of what it was."""

    persistence: float = number(lowest=0, highest=0.9999)
    sd: float = number(lowest=0, highest=1)


@dataclass(frozen=True, kw_only=True)
class RandomWalk(Drift):
    """A drift from 0 that is never drawn back."""

    sd_per_month: float = number(lowest=0, highest=0.5)


@dataclass(frozen=True, kw_only=True)
class Spread(Settings):
    """How a change goes on from where it began to other leaves under the same area of a level."""

    within: str = words()
    share: float = number(0.5, lowest=0, highest=1)
    months: float = number(6.0, lowest=0, highest=600)


@dataclass(frozen=True, kw_only=True)
class Change(Settings):
    """A change of level in chosen areas; `by` adds to log SRB, `to` is the SRB that is reached."""

    where: Where = section(Where)
    start: Draw = one_of(EFFECTS)
    lasts: Draw | None = one_of(SIZES, optional=True)
    by: Draw | None = one_of(EFFECTS, optional=True)
    to: Draw | None = one_of(SIZES, optional=True)
    orders: ByOrder = by_order((0.0, 1.0, 1.0), lowest=-10, highest=10)
    spread: Spread | None = section(Spread, optional=True)

    def check_together(self, place: str) -> None:
        """Refuse a change without a size, or with two."""
        if (self.by is None) == (self.to is None):
            raise InputError("scenario_change_size", place=place)


@dataclass(frozen=True, kw_only=True)
class Step(Change):
    """A change that comes in one month, and goes in one where it ends."""


@dataclass(frozen=True, kw_only=True)
class Ramp(Change):
    """A change that grows evenly to its full size, and shrinks as it grew where it ends."""

    rise: int = whole(12, lowest=1, highest=600)


@dataclass(frozen=True, kw_only=True)
class Hump(Change):
    """A wave that comes and goes, half a turn of the sine."""

    def check_together(self, place: str) -> None:
        """Refuse a wave without an end."""
        super().check_together(place)
        if self.lasts is None:
            raise InputError("scenario_hump_lasts", place=place)


DRIFTS: dict[str, type[Settings]] = {"ar1": Autoregression, "random_walk": RandomWalk}
CHANGES: dict[str, type[Settings]] = {"step": Step, "ramp": Ramp, "hump": Hump}


@dataclass(frozen=True, kw_only=True)
class SexRatio(Settings):
    """What the true sex ratios are made of; everything but `natural` adds to log SRB."""

    natural: float = number(106.0, lowest=90, highest=130)
    season: Season = section(Season)
    per_year: float = number(0.0, lowest=-0.5, highest=0.5)
    gradient: ByOrder = by_order(0.0, lowest=-2, highest=2)
    gradient_per_year: ByOrder = by_order(0.0, lowest=-0.5, highest=0.5)
    size_slope: ByOrder = by_order(0.0, lowest=-1, highest=1)
    overdispersion: float = number(0.0, lowest=0, highest=0.5)
    effects: tuple[Effect, ...] = several({"": Effect})
    drifts: tuple[Drift, ...] = several(DRIFTS)
    changes: tuple[Change, ...] = several(CHANGES)


@dataclass(frozen=True, kw_only=True)
class Told(Settings):
    """A text for readers in each language."""

    en: str = words("")
    zh_Hans: str = words("")  # noqa: N815 - the name of the language


@dataclass(frozen=True, kw_only=True)
class Scenario(Settings):
    """A world as it is described in a scenario file; defaults and units stand in docs/reference/scenarios.md."""

    title: Told = section(Told)
    description: Told = section(Told)
    first: Period = month(Period(2020, 1))
    n_months: int = whole(60, lowest=1, highest=1200)
    areas: Areas = section(Areas, required=True)
    births: Births = section(Births)
    sex_ratio: SexRatio = section(SexRatio)
    reporters: tuple[Trouble, ...] = several(TROUBLES)

    def check_together(self, place: str) -> None:
        """Refuse levels that the areas do not have, and worlds too large for a machine."""
        known = [level.name for level in self.areas.levels]
        for level in self._levels_named():
            if level not in (*known, EVERYWHERE, ""):
                raise InputError("scenario_level_unknown", place=place, level=level, known=", ".join(known))
        if (cells := self.areas.n_leaves * self.n_months * len(TOLD)) > MOST_CELLS:
            raise InputError("scenario_too_large", place=place, cells=cells, most=MOST_CELLS)

    def _levels_named(self) -> list[str]:
        sex_ratio = self.sex_ratio
        named = [effect.level for effect in sex_ratio.effects] + [drift.level for drift in sex_ratio.drifts]
        wheres = [change.where for change in sex_ratio.changes] + [trouble.where for trouble in self.reporters]
        named += [where.level for where in wheres]
        named += [where.clustered.level for where in wheres if where.clustered]
        return named + [change.spread.within for change in sex_ratio.changes if change.spread]
