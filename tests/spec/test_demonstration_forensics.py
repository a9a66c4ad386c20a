"""What the forensic tests say of the demonstration county's reports.

Given all that is known of its two years at the close of December 2025, then the three townships with altered or late
reports are asked to check, each for its own distortion, and nobody else; what so few births cannot show is told so.
"""

from __future__ import annotations

import pytest

import tianping
from tianping.observatory.demonstration import bundled_county
from tianping.observatory.examining import Examined

ALTERED = {"T03": {"FR_DISP", "FR_THR"}, "T05": {"FR_ORD"}, "T09": {"FR_REV"}}

Row = dict[str, object]


@pytest.fixture(scope="module")
def december() -> Examined:
    return tianping.examine_reports(bundled_county().births, as_of="2025-12", known_on="2025-12")


@pytest.fixture(scope="module")
def rows(december: Examined) -> dict[tuple[str, str, str], Row]:
    return {(row["area_code"], row["test"], row["part"]): row for row in december.table.to_pylist()}


def test_three_townships_are_asked_each_for_its_own_distortion(rows: dict[tuple[str, str, str], Row]) -> None:
    asked: dict[str, set[str]] = {}
    for (code, test, _), row in rows.items():
        if row["verdict"] == "check":
            asked.setdefault(code, set()).add(test)
    assert asked == ALTERED
    assert {code for (code, _, _), row in rows.items() if row["unit_check"]} == set(ALTERED)


def test_smoothed_returns_have_a_chi_square_of_0_3_on_23_degrees_of_freedom(
    rows: dict[tuple[str, str, str], Row],
) -> None:
    smoothed = rows["T03", "FR_DISP", "months"]
    assert round(float(str(smoothed["statistic"])), 1) == 0.3
    assert smoothed["n"] == 23 + 1
    assert float(str(smoothed["p"])) < 0.0002


def test_late_girls_and_shifted_orders_are_told_in_their_own_measure(rows: dict[tuple[str, str, str], Row]) -> None:
    assert float(str(rows["T09", "FR_REV", "late"]["effect"])) > 0.4
    assert float(str(rows["T05", "FR_ORD", "level"]["effect"])) > 1.5


def test_four_boys_left_out_each_december_could_not_be_detected(rows: dict[tuple[str, str, str], Row]) -> None:
    december_effect = rows["T08", "FR_VETO", "months"]
    assert december_effect["verdict"] == "not_detectable"
    assert float(str(december_effect["detectable"])) < 0.6


def test_every_unit_has_a_row_for_every_part_also_where_it_was_not_asked(
    december: Examined, rows: dict[tuple[str, str, str], Row]
) -> None:
    parts = {(test, part) for _, test, part in rows}
    assert len(rows) == 12 * len(parts) == december.table.num_rows
    assert all((row["verdict"] == "not_asked") == bool(row["reason"]) for row in rows.values())
    assert rows["T01", "FR_XSRC", "sources"]["reason"] == "one_source"
