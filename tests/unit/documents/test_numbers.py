"""Figures become text in one place."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.documents.cells import Absence, Empty, Number, NumberRange, NumberStyle
from tianping.documents.numbers import (
    format_date,
    format_figure,
    format_marks,
    format_number,
    format_period,
    format_range,
)
from tianping.terms import Period


@pytest.mark.parametrize(
    ("number", "english"),
    [
        (Number(1234567), "1,234,567"),
        (Number(114.192, 1), "114.2"),
        (Number(-3.2, 1), "\N{MINUS SIGN}3.2"),
        (Number(-0.04, 1), "0.0"),
        (Number(0.1234, 1, style=NumberStyle.PERCENT), "12.3%"),
        (Number(5, style=NumberStyle.SIGNED), "+5"),
        (Number(0, style=NumberStyle.SIGNED), "0"),
    ],
)
def test_a_number_is_written_as_its_style_says(number: Number, english: str) -> None:
    assert format_number(number, "en") == english
    assert format_number(number, "zh_Hans") == english.replace(",", "")


def test_a_range_with_a_negative_end_does_not_put_a_dash_before_a_minus() -> None:
    assert format_range(NumberRange(106.6, 122.3, 1), "en") == "106.6\N{EN DASH}122.3"
    assert format_range(NumberRange(-1.5, 2, 1), "en") == "\N{MINUS SIGN}1.5 to 2.0"


def test_a_unit_stands_in_sentences_and_not_in_tables() -> None:
    births = Number(3290, 0, "births")
    assert format_figure(births, "en", with_unit=True) == "3,290 births"
    assert format_figure(births, "en") == "3,290"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_what_is_written_is_within_half_a_unit_of_the_last_digit(value: float, decimals: int) -> None:
    written = format_number(Number(value, decimals), "en").replace(",", "").replace("\N{MINUS SIGN}", "-")
    assert abs(float(written) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def test_each_mark_that_occurs_is_explained_once() -> None:
    gaps = [Empty(Absence.SUPPRESSED), Empty(Absence.SUPPRESSED), Empty(Absence.TOO_FEW)]
    told = format_marks(gaps, "en")
    assert told.count("too small to publish") == 1
    assert told.count("too few births") == 1
    assert "no data" not in told
    assert format_marks([], "en") == ""


def test_a_period_is_written_as_the_language_does() -> None:
    assert format_period(Period(2025, 7), "en") == "July 2025"
    assert format_period(Period(2025), "en") == "2025"
    assert format_period(Period(2025, 7), "zh_Hans").startswith("2025")


def test_a_date_has_no_leading_noughts() -> None:
    assert format_date(date(2025, 7, 5), "en") == "5 July 2025"
    assert [part for part in format_date(date(2025, 7, 5), "zh_Hans") if part.isdigit()] == list("202575")
