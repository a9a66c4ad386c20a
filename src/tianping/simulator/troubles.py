"""What reporters do to the births they report; shares lie between 0 and 1, months count from 1."""

from __future__ import annotations

from dataclasses import dataclass

from tianping.simulator.settings import (
    TOLD,
    ByOrder,
    Settings,
    by_order,
    choice,
    flag,
    months_of_year,
    number,
    section,
    whole,
)
from tianping.simulator.where import Where
from tianping.terms import InputError

_LAST = 1200


@dataclass(frozen=True, kw_only=True)
class Trouble(Settings):
    """Something that the reporters of chosen areas do from one month to another."""

    where: Where = section(Where)
    since: int = whole(1, lowest=1, highest=_LAST)
    until: int = whole(_LAST, lowest=1, highest=_LAST)

    def check_together(self, place: str) -> None:
        """Refuse a time that runs backwards."""
        if self.since > self.until:
            raise InputError("scenario_range_reversed", place=place, low=str(self.since), high=str(self.until))

    @property
    def magnitude(self) -> float:
        """The number that tells how much of it there is, for the list of events."""
        return 1.0


@dataclass(frozen=True, kw_only=True)
class BySex(Trouble):
    """A trouble that befalls shares of the boys and of the girls, by order."""

    boys: ByOrder = by_order(0.0, lowest=0, highest=1)
    girls: ByOrder = by_order(0.0, lowest=0, highest=1)
    months: tuple[int, ...] = months_of_year()

    @property
    def magnitude(self) -> float:
        """The largest share."""
        return max(*self.boys, *self.girls)


@dataclass(frozen=True, kw_only=True)
class Smooth(Trouble):
    """Figures drawn up to a ratio: the boys of a month vary by `variance_ratio` of what chance does."""

    target: float | None = number(lowest=50, highest=300, optional=True)
    variance_ratio: float = number(0.0, lowest=0, highest=1)

    @property
    def magnitude(self) -> float:
        """The variance ratio."""
        return self.variance_ratio


@dataclass(frozen=True, kw_only=True)
class Omit(BySex):
    """Births left out of the returns, for good."""


@dataclass(frozen=True, kw_only=True)
class Swap(BySex):
    """Births entered under the other sex: the share of `boys` as girls, of `girls` as boys."""


@dataclass(frozen=True, kw_only=True)
class Unordered(BySex):
    """Births entered without their order."""


@dataclass(frozen=True, kw_only=True)
class Late(BySex):
    """Births reported some months late; `share_never` of the late ones not at all."""

    shortest: int = whole(1, lowest=1, highest=_LAST)
    longest: int = whole(6, lowest=1, highest=_LAST)
    share_never: float = number(0.0, lowest=0, highest=1)

    def check_together(self, place: str) -> None:
        """Refuse delays that run backwards."""
        super().check_together(place)
        if self.shortest > self.longest:
            raise InputError("scenario_range_reversed", place=place, low=str(self.shortest), high=str(self.longest))


@dataclass(frozen=True, kw_only=True)
class Move(BySex):
    """Births entered under another month, `by` months later (earlier when negative)."""

    by: int = whole(1, lowest=-24, highest=24)


@dataclass(frozen=True, kw_only=True)
class Relabel(Trouble):
    """Births of one order entered under another."""

    sex: str = choice("boys", "girls", "both")
    from_order: str = choice("2", "1", "3+")
    to_order: str = choice("1", "2", "3+")
    share: float = number(lowest=0, highest=1)

    def check_together(self, place: str) -> None:
        """Refuse an order entered as itself."""
        super().check_together(place)
        if self.from_order == self.to_order:
            raise InputError("scenario_no_effect", place=place)

    @property
    def magnitude(self) -> float:
        """The share."""
        return self.share

    @property
    def orders(self) -> tuple[int, int]:
        """Positions of the two orders among those told apart."""
        return TOLD.index(self.from_order), TOLD.index(self.to_order)


@dataclass(frozen=True, kw_only=True)
class Copy(Trouble):
    """A share of the months filled in with figures of `lag` months before, its own or a neighbour's."""

    share: float = number(lowest=0, highest=1)
    source: str = choice("own", "neighbour")
    lag: int = whole(1, lowest=0, highest=120)

    def check_together(self, place: str) -> None:
        """Refuse copies of itself."""
        super().check_together(place)
        if self.source == "own" and self.lag == 0:
            raise InputError("scenario_no_effect", place=place)

    @property
    def magnitude(self) -> float:
        """The share."""
        return self.share


@dataclass(frozen=True, kw_only=True)
class Heap(Trouble):
    """A share of the figures rounded to multiples of `base`."""

    base: int = whole(5, lowest=2, highest=100)
    share: float = number(lowest=0, highest=1)

    @property
    def magnitude(self) -> float:
        """The share."""
        return self.share


@dataclass(frozen=True, kw_only=True)
class Missing(Trouble):
    """A share of the months without a return, `run` months in a row; caught up in the next return or never."""

    share: float = number(lowest=0, highest=1)
    run: int = whole(1, lowest=1, highest=120)
    caught_up: bool = flag(False)

    @property
    def magnitude(self) -> float:
        """The share."""
        return self.share


@dataclass(frozen=True, kw_only=True)
class Migrate(BySex):
    """Births counted where the hospital stands: at the neighbour with the most births."""


@dataclass(frozen=True, kw_only=True)
class Merge(Trouble):
    """An area that ends: from a month on it is a part of the neighbour with the most births."""

    def check_together(self, place: str) -> None:
        """Refuse areas that would come back."""
        super().check_together(place)
        if self.until < _LAST:
            raise InputError("scenario_merger_ends", place=place)


#: Troubles by the name that files give them.
TROUBLES: dict[str, type[Settings]] = {
    "smooth": Smooth,
    "omit": Omit,
    "swap": Swap,
    "relabel": Relabel,
    "late": Late,
    "copy": Copy,
    "heap": Heap,
    "move": Move,
    "missing": Missing,
    "migrate": Migrate,
    "merge": Merge,
    "unordered": Unordered,
}
#: Troubles after which a return no longer tells what was counted.
FABRICATED = (Smooth, Copy)
