"""The one place where figures become text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tianping.documents.cells import Absence, Empty, Inline, Number, NumberRange, NumberStyle, Text
from tianping.documents.content import Cell, Chart, Column
from tianping.locale import text
from tianping.terms import Period

_MINUS = "\N{MINUS SIGN}"


def format_number(figure: Number, language: str) -> str:
    """Write a figure without its unit."""
    value = figure.value * 100 if figure.style is NumberStyle.PERCENT else figure.value
    digits = f"{abs(value):,.{figure.decimals}f}".replace(",", text("documents.number.thousands", language))
    is_zero = not digits.strip("0.")
    sign = "" if is_zero else _MINUS if value < 0 else "+" if figure.style is NumberStyle.SIGNED else ""
    return f"{sign}{digits}{'%' if figure.style is NumberStyle.PERCENT else ''}"


def format_range(figure: NumberRange, language: str) -> str:
    """Write both ends of a range without their unit."""
    lower, upper = (format_number(end, language) for end in figure.ends)
    has_sign = figure.lower < 0 or figure.style is NumberStyle.SIGNED
    key = "documents.number.range_signed" if has_sign else "documents.number.range"
    return text(key, language, lower=lower, upper=upper)


def format_figure(figure: Number | NumberRange, language: str, *, with_unit: bool = False) -> str:
    """Write a figure or a range; in sentences with its unit, in tables without."""
    written = format_number(figure, language) if isinstance(figure, Number) else format_range(figure, language)
    if not with_unit or not figure.unit:
        return written
    return text("documents.number.with_unit", language, value=written, unit=figure.unit)


def format_inline(part: Inline, language: str) -> str:
    """Write one part of a sentence."""
    return part.text if isinstance(part, Text) else format_figure(part, language, with_unit=True)


def format_mark(gap: Empty, language: str) -> str:
    """Give the mark that stands for a missing figure."""
    return text(f"documents.absence.{gap.reason}.mark", language)


def format_cell(cell: Cell, language: str) -> str:
    """Write a cell of a table; a drawing by its words."""
    if isinstance(cell, Text):
        return cell.text
    if isinstance(cell, Empty):
        return format_mark(cell, language)
    return cell.description if isinstance(cell, Chart) else format_figure(cell, language)


def format_head(column: Column, language: str) -> str:
    """Write the head of a column with its unit."""
    if not column.unit:
        return column.title
    return text("documents.page.unit", language, title=column.title, unit=column.unit)


def format_marks(gaps: Iterable[Empty], language: str) -> str:
    """Explain the marks of the missing figures that occur, each once; empty when there are none."""
    found = {gap.reason for gap in gaps}
    meanings = [text(f"documents.absence.{reason}.meaning", language) for reason in Absence if reason in found]
    if not meanings:
        return ""
    return text("documents.absence_note", language, marks=text("documents.absence_separator", language).join(meanings))


def format_date(day: date, language: str) -> str:
    """Write a date as the language does."""
    month = text(f"documents.page.month.{day.month}", language)
    return text("documents.page.published_on", language, day=day.day, month=month, year=day.year)


def format_period(period: Period, language: str) -> str:
    """Write a month or a year as the language does."""
    if not period.is_month:
        return text("documents.page.period_year", language, year=period.year)
    month = text(f"documents.page.month.{period.month}", language)
    return text("documents.page.period_month", language, month=month, year=period.year)


def count_text(count: int, language: str) -> str:
    """Write a count."""
    return format_number(Number(count), language)


def srb_text(srb: float, language: str) -> str:
    """Write a sex ratio with the one decimal bulletins use."""
    return format_number(Number(srb, 1), language)


def interval_text(lower: float, upper: float, language: str) -> str:
    """Write the ends of an interval of sex ratios."""
    return format_range(NumberRange(lower, upper, 1), language)
