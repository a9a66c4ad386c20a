"""Which areas something happens in."""

from __future__ import annotations

from dataclasses import dataclass

from tianping.simulator.settings import Settings, number, section, texts, whole, words
from tianping.terms import InputError

#: Stands for a level: all areas as one.
EVERYWHERE = "all"


@dataclass(frozen=True, kw_only=True)
class Clustered(Settings):
    """How the chosen areas lie together: a share of them under a few areas of another level."""

    level: str = words()
    n: int = whole(lowest=1, highest=200_000)
    share: float = number(1.0, lowest=0, highest=1)


@dataclass(frozen=True, kw_only=True)
class Where(Settings):
    """A choice of areas of a level (of those with births of their own when it is left out)."""

    level: str = words("")
    n: int | None = whole(lowest=0, highest=200_000, optional=True)
    share: float = number(1.0, lowest=0, highest=1)
    codes: tuple[str, ...] = texts()
    min_births: float = number(0.0, lowest=0, highest=1e6)
    max_births: float = number(1e6, lowest=0, highest=1e6)
    clustered: Clustered | None = section(Clustered, optional=True)

    def check_together(self, place: str) -> None:
        """Refuse a choice by number, share and codes at the same time."""
        if (self.n is not None) + (self.share < 1) + bool(self.codes) > 1:
            raise InputError("scenario_choice_twice", place=place)
