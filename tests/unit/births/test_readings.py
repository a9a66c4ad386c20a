"""What single cells say, in every usual spelling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tianping.births.readings import read_count, read_order, read_period, read_sex, read_weight, read_year_month
from tianping.births.vocabulary import allowed_headers, header_role, known_headers
from tianping.rulebook.redline import refused_columns
from tianping.terms import Period

SPELLINGS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "spellings.yaml").read_text("utf-8"))
periods = st.builds(Period, st.integers(1500, 2200), st.integers(0, 12))


@pytest.mark.parametrize(("text", "period"), SPELLINGS["periods"].items())
def test_periods(text: str, period: str | None) -> None:
    found = read_period(text)
    assert (str(found.period) if found else None) == period


@given(periods)
def test_a_period_is_read_as_it_is_written(period: Period) -> None:
    found = read_period(str(period))
    assert found is not None
    assert found.period == period


@pytest.mark.parametrize(("year", "month", "period"), SPELLINGS["years_and_months"])
def test_a_year_and_a_month(year: str, month: str, period: str | None) -> None:
    found = read_year_month(year, month)
    assert (str(found.period) if found else None) == period


@pytest.mark.parametrize(("text", "order"), SPELLINGS["orders"].items())
def test_orders(text: str, order: object) -> None:
    found = read_order(text)
    assert [found.code, found.issue] == (order if isinstance(order, list) else [order, None])


@pytest.mark.parametrize(("text", "sex"), SPELLINGS["sexes"].items())
def test_sexes(text: str, sex: int | None) -> None:
    found = read_sex(text)
    assert found.code == sex
    assert found.usable == (sex is not None)


@pytest.mark.parametrize(("text", "count"), SPELLINGS["counts"].items())
def test_counts(text: str, count: int | str) -> None:
    found = read_count(text)
    assert (found.issue or found.code) == count
    assert found.usable == (found.issue is None)


@given(st.integers(0, 100_000_000))
def test_every_whole_number_is_a_count(n: int) -> None:
    assert read_count(str(n)) == read_count(f"{n:,}") == read_count(f"{n}.0")
    assert read_count(str(n)).code == n


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_weight_is_above_nought_and_finite(weight: float) -> None:
    found = read_weight(repr(weight))
    assert found.usable == (0 < weight <= 100_000_000)


@pytest.mark.parametrize(("header", "role"), SPELLINGS["headers"].items())
def test_headers(header: str, role: str | None) -> None:
    found = header_role(header, "births")
    assert (found[1] if found else None) == role


@pytest.mark.parametrize("table", ["births", "areas"])
def test_no_known_header_crosses_the_red_line(table: str) -> None:
    assert refused_columns(known_headers(table), allowed_headers() if table == "areas" else ()) == ()
