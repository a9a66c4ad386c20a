"""The demonstration county: its reports do to the truth what the scenario says, for any seed."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.observatory.demonstration import Demonstration, bundled_county, generated_county
from tianping.observatory.demonstration.scenario import Township, scenario
from tianping.terms import Period

SEEDS = range(1, 9)
LAST = scenario().months[-1]


@pytest.fixture(scope="module")
def counties() -> list[Demonstration]:
    return [generated_county(seed) for seed in SEEDS]


def known(county: Demonstration, code: str) -> tuple[np.ndarray, np.ndarray]:
    """Boys and girls of a township as reported to the end, shape (months, orders)."""
    counts = county.births.counts(LAST, LAST)
    at = county.births.tree.positions[code]
    return counts.boys[at, :, :3], counts.girls[at, :, :3]


def since(month: str) -> int:
    return Period.parse(month).ordinal - scenario().months[0].ordinal


def test_the_same_seed_gives_the_same_reports(counties: list[Demonstration]) -> None:
    assert generated_county(SEEDS[0]).births.digest == counties[0].births.digest
    assert len({county.births.digest for county in counties}) == len(counties)


def test_births_and_ratios_are_those_of_the_scenario(counties: list[Demonstration]) -> None:
    boys, girls = (np.sum([known(county, "T01")[sex] for county in counties], axis=(0, 1)) for sex in (0, 1))
    births = boys + girls
    expected = scenario().births_a_year * 2 * 0.235 * len(counties) * scenario().order_mix
    assert np.abs(births - expected).max() < 4 * np.sqrt(expected.max())
    assert np.log(boys / girls) == pytest.approx(np.log([1.06, 1.14, 1.26]), abs=0.15)


def test_smoothed_reports_vary_far_less_than_chance(counties: list[Demonstration]) -> None:
    boys, girls = (np.stack([known(county, "T03")[sex].sum(1) for county in counties]) for sex in (0, 1))
    n, p = boys + girls, 106 / 206
    assert ((boys - n * p) ** 2 / (n * p * (1 - p))).mean() < 0.1


def test_a_quarter_of_the_boys_of_order_two_move_to_order_one(counties: list[Demonstration]) -> None:
    moved = since("2025-01")
    share = [
        np.sum([known(county, "T05")[0][span, 1] for county in counties])
        / np.sum([known(county, "T05")[1][span, 1] for county in counties])
        for span in (slice(0, moved), slice(moved, None))
    ]
    assert share[1] / share[0] == pytest.approx(0.75, abs=0.12)


def test_the_step_stands_where_the_truth_says(counties: list[Demonstration]) -> None:
    step = since("2024-07")
    boys, girls = (np.sum([known(county, "T06")[sex][:, 1:] for county in counties], axis=(0, 2)) for sex in (0, 1))
    assert boys[:step].sum() / girls[:step].sum() < 1.4
    assert boys[step:].sum() / girls[step:].sum() == pytest.approx(2.0, abs=0.2)
    rows = counties[0].truth.to_pylist()
    told = {
        row["period"]: row["changed_period"] for row in rows if row["area_code"] == "T06" and row["order_group"] == "2"
    }
    assert [period for period, changed in told.items() if changed] == [
        str(month) for month in scenario().months if month >= Period(2024, 7)
    ]


def test_late_reports_are_girls_and_keep_their_month_of_birth(counties: list[Demonstration]) -> None:
    for county in counties[:3]:
        rows = [row for row in county.reports.to_pylist() if row["late"] == "1"]
        assert {(row["area"], row["sex"]) for row in rows} == {("T09", "F")}
        delays = [Period.parse(row["reported_month"]).ordinal - Period.parse(row["month"]).ordinal for row in rows]
        assert set(delays) <= set(range(4, 10))


def test_the_bundled_reports_are_the_published_ones() -> None:
    county = bundled_county()
    assert county.births.n_births == 13_711
    assert county.births.findings == ()
    assert set(county.english_names) == set(county.births.tree.codes)
    june = county.births.counts(Period(2025, 6), Period(2025, 6))
    assert int(june.boys.sum() + june.girls.sum()) == 10_093


def test_a_township_without_a_step_keeps_its_ratios() -> None:
    plain = Township("X", 0.1, np.array([106.0, 114.0, 126.0]))
    assert plain.srb_in(LAST).tolist() == [106.0, 114.0, 126.0]
