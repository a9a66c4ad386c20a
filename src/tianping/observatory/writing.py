"""Words and figures for documents: catalogue texts in one language, names of areas, dates and ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from tianping.documents.cells import Absence, Empty, Inline, Number, NumberRange, NumberStyle, Paragraph, Text, sentence
from tianping.documents.numbers import format_date
from tianping.locale import text
from tianping.terms import Area, Interval, Period

#: What fills the fields of a sentence.
Fields = dict[str, Inline | str]


@dataclass(frozen=True)
class Words:
    """What one document is written with.

    Attributes:
        language: `zh_Hans` or `en`.
        names: names of areas in that language by code; the areas file's own where none is given.
    """

    language: str
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, **values: object) -> str:
        """Give a text."""
        return text(key, self.language, **values)

    def sentence(self, key: str, **values: Inline | str) -> Paragraph:
        """Give a paragraph whose figures stay typed."""
        return sentence(text(key, self.language), **values)

    def name(self, area: Area) -> str:
        """Name an area."""
        return self.names.get(area.code, area.name)

    def order(self, order_group: str) -> str:
        """Name an order group as a heading does."""
        return text(f"documents.order.{order_group.replace('+', '_and_over')}", self.language)

    def order_within(self, order_group: str) -> str:
        """Name an order group within a sentence."""
        return text(f"explain.order_group.{order_group.replace('+', '_plus')}", self.language)

    def month_name(self, period: Period) -> str:
        """Name a month without its year."""
        return text(f"documents.page.month.{period.month}", self.language)

    def period(self, period: Period) -> str:
        """Name a month or a year."""
        if not period.is_month:
            return text("writing.year", self.language, year=period.year)
        return text("writing.month", self.language, year=period.year, month=self.month_name(period))

    def span(self, first: Period, last: Period) -> str:
        """Name the months or years from first to last."""
        if first == last:
            return self.period(last)
        if first.is_month and first.year == last.year:
            months = {"first": self.month_name(first), "last": self.month_name(last)}
            return text("writing.months_of_a_year", self.language, year=last.year, **months)
        return text("writing.span", self.language, first=self.period(first), last=self.period(last))

    def day(self, day: date) -> str:
        """Write a date."""
        return format_date(day, self.language)

    def listed(self, names: list[str]) -> str:
        """Join names to a list."""
        return text("documents.chart.list_separator", self.language).join(names)

    def level(self, probability: float) -> str:
        """Name an interval by its level."""
        return text("documents.column.interval", self.language, level=f"{100 * probability:g}")

    def percent(self, probability: float) -> str:
        """Write a round probability or share in percent."""
        return text("writing.percent", self.language, value=f"{100 * probability:g}")

    def chance(self, probability: float) -> str:
        """Write a computed probability in whole percent, never as certainty."""
        if probability < 0.005:
            return text("writing.percent", self.language, value="<1")
        value = ">99" if probability > 0.995 else f"{100 * probability:.0f}"
        return text("writing.percent", self.language, value=value)


def births(number: float) -> Number:
    """Give a number of births."""
    return Number(float(number))


def ratio(srb: float) -> Number | Empty:
    """Give a sex ratio at birth, boys per 100 girls; a gap where there is none."""
    return Number(srb, 1) if np.isfinite(srb) else Empty(Absence.NO_DATA)


def ends(interval: Interval, decimals: int = 1) -> NumberRange | Empty:
    """Give the ends of an interval; a gap where an end is not finite."""
    if not np.isfinite([interval.lower, interval.upper]).all():
        return Empty(Absence.NO_DATA)
    return NumberRange(interval.lower, interval.upper, decimals)


def percent(share: float, decimals: int = 1) -> Number | Empty:
    """Give a share as a percentage; a gap where there is none."""
    return Number(share, decimals, style=NumberStyle.PERCENT) if np.isfinite(share) else Empty(Absence.NO_DATA)


def chance(probability: float, words: Words) -> Number | Text | Empty:
    """Give a computed probability in whole percent for a table, never as certainty; a gap where there is none."""
    if not np.isfinite(probability):
        return Empty(Absence.NOT_APPLICABLE)
    if not 0.005 <= probability <= 0.995:
        return Text(words.chance(probability))
    return Number(probability, style=NumberStyle.PERCENT)


def rank(span: tuple[int, int] | None) -> Number | NumberRange | Empty:
    """Give a rank interval, one number where its ends are the same; a gap where there is none."""
    if span is None:
        return Empty(Absence.NOT_APPLICABLE)
    return Number(span[0]) if span[0] == span[1] else NumberRange(*span)


def signed(value: float, decimals: int = 1) -> Number:
    """Give a difference with its sign."""
    return Number(value, decimals, style=NumberStyle.SIGNED)
