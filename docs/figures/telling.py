"""What a page's figures are made of: words in two languages, charts, and numbers written as the page writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tianping.documents.charts import AreaEstimate, Head, Standing
from tianping.documents.content import Chart
from tianping.terms import Interval

#: Endings of the files by language.
LANGUAGES = {"en": "en", "zh": "zh_Hans"}
_WORDS = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Words:
    """The words of the figures in one language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Give a text."""
        told: str = _WORDS[key][self.language]
        return told.format(**values)

    def head(self, key: str, **values: object) -> Head:
        """Give a figure's head; its key names its file."""
        return Head(key, self.language, self(key, **values), self("normal_range"))


@dataclass(frozen=True)
class Page:
    """What one page shows.

    Attributes:
        numbers: numbers that the page quotes, by name, written as there.
        charts: draws its figures in a language.
    """

    numbers: Mapping[str, str]
    charts: Callable[[Words], tuple[Chart, ...]]


def row(
    code: str, name: str, srb: float, interval: Interval, normal: tuple[float, float] = (103.0, 107.0)
) -> AreaEstimate:
    """Give a line of a caterpillar; it is told apart where its interval lies all outside the normal range."""
    apart = interval.lower > normal[1] or interval.upper < normal[0]
    return AreaEstimate(code, name, srb, interval, Standing.TOLD_APART if apart else Standing.INDISTINGUISHABLE)


def one(value: float) -> str:
    """Write a number with one decimal."""
    return f"{value:.1f}"


def percent(share: float) -> str:
    """Write a share as a whole number of percent."""
    return f"{100 * share:.0f}"
