"""Reports of the demonstration county made from a seed: what happened first, then what the reports make of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tianping.observatory.demonstration.scenario import TOLD, Scenario, Township
from tianping.srb.results import FloatArray
from tianping.terms import ORDER_GROUPS, Period, group_channels

IntArray = npt.NDArray[np.int64]

_SEXES = ("M", "F")


@dataclass(frozen=True)
class _Cell:
    """Births of one township, month, sex and order, reported together."""

    area: str
    month: Period
    sex: int
    order: int
    births: int
    reported: Period


def generate_reports(scenario: Scenario, seed: int) -> pa.Table:
    """Make the births as reported.

    Columns as in the bundled file: area, month, sex, order, count, reported_month, late. What is reported after the
    scenario's last month is not there.
    """
    rng = np.random.default_rng(seed)
    cells = [
        cell
        for township in scenario.townships
        for month in scenario.months
        for cell in _month(township, month, scenario, rng)
        if cell.births and cell.reported <= scenario.months[-1]
    ]
    return pa.table(
        {
            "area": [cell.area for cell in cells],
            "month": [str(cell.month) for cell in cells],
            "sex": [_SEXES[cell.sex] for cell in cells],
            "order": [TOLD[cell.order] for cell in cells],
            "count": [str(cell.births) for cell in cells],
            "reported_month": [str(cell.reported) for cell in cells],
            "late": [str(int(cell.reported > cell.month)) for cell in cells],
        }
    )


def truth(scenario: Scenario) -> pa.Table:
    """Give the truth as a truth table for scoring: a row for each area, month and order group.

    A group's SRB is the mean of its orders' log SRB weighted by births; the county's that of its townships.
    """
    rows = [row for month in scenario.months for row in _truth_of_month(scenario, month)]
    names = ("area_code", "period", "order_group", "srb", "fabricated", "changed_period")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _truth_of_month(scenario: Scenario, month: Period) -> list[tuple[str, str, str, float, int, str]]:
    shares = np.array([township.share for township in scenario.townships])
    logs = np.log([township.srb_in(month) / 100 for township in scenario.townships])
    rows = []
    for group in ORDER_GROUPS:
        told = [channel for channel in group_channels(group) if channel < len(TOLD)]
        by_township = logs[:, told] @ scenario.order_mix[told] / scenario.order_mix[told].sum()
        county = float(shares @ by_township / shares.sum())
        rows.append(("T00", str(month), group, round(100 * float(np.exp(county)), 4), 0, ""))
        for township, log_srb in zip(scenario.townships, by_township, strict=True):
            on = township.step_since is not None and month >= township.step_since
            srb = round(100 * float(np.exp(log_srb)), 4)
            changed = str(township.step_since) if on else ""
            rows.append((township.code, str(month), group, srb, int(township.smoothed_to > 0), changed))
    return rows


def _month(township: Township, month: Period, scenario: Scenario, rng: np.random.Generator) -> list[_Cell]:
    births = rng.poisson(scenario.expected(month) * township.share * scenario.order_mix)
    srb = township.srb_in(month)
    boys = rng.binomial(births, srb / (100 + srb)).astype(np.int64)
    girls = (births - boys).astype(np.int64)
    boys, girls = _as_reported(township, month, boys, girls, rng)
    late = _late(township, girls, rng)
    on_time = girls - late.sum(1)
    cells = [
        _Cell(township.code, month, sex, order, int(part[order]), month)
        for sex, part in enumerate((boys, on_time))
        for order in range(len(TOLD))
    ]
    return cells + [
        _Cell(township.code, month, 1, order, int(late[order, lag]), month.shift(township.late_months[0] + lag))
        for order, lag in zip(*np.nonzero(late), strict=True)
    ]


def _as_reported(
    township: Township, month: Period, boys: IntArray, girls: IntArray, rng: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Do to a month's births what the township's reports do."""
    if township.smoothed_to:
        births = boys + girls
        exact = np.asarray(births * township.smoothed_to / (100 + township.smoothed_to), dtype=np.float64)
        boys = _rounded_together(exact)
        girls = births - boys
    boys = boys.copy()
    if township.shift_since is not None and month >= township.shift_since:
        moved = rng.binomial(boys[1], township.shift_share)
        boys[0] += moved
        boys[1] -= moved
    if month.month == township.dropped_month:
        boys[1] = max(boys[1] - township.dropped_boys, 0)
    return boys, girls


def _rounded_together(values: FloatArray) -> IntArray:
    """Round to whole numbers whose sums, cumulated, are rounded too: no birth is lost between the orders."""
    cumulated = np.rint(np.cumsum(values)).astype(np.int64)
    return np.diff(cumulated, prepend=0)


def _late(township: Township, girls: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw how many girls are reported late, by order and months of delay, shape (3, delays)."""
    first, last = township.late_months
    delays = last - first + 1
    late = np.zeros((len(TOLD), delays), dtype=np.int64)
    for order in range(1, len(TOLD)):
        number = rng.binomial(girls[order], township.late_share)
        late[order] = rng.multinomial(number, np.full(delays, 1 / delays))
    return late
