"""What is true of the demonstration county, and what its reports do to the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import yaml

from tianping.locale import YAML_LOADER
from tianping.observatory.bundled import bundled_text
from tianping.srb.results import FloatArray
from tianping.terms import ORDERS, Period, period_range

#: Birth orders that are told apart.
TOLD = ORDERS[:3]


@dataclass(frozen=True)
class Township:
    """One township's truth and the faults of its reports.

    Attributes:
        code: its code.
        share: share of the county's births, 0–1.
        srb: boys per 100 girls by order, shape (3,).
        step_srb: boys per 100 girls at order 2 and above from `step_since`; 0 without a step.
        step_since: first month of the step; None without one.
        smoothed_to: ratio to which its monthly reports are drawn up; 0 when they are not.
        shift_share: share of the boys of order 2 entered as order 1 from `shift_since`.
        shift_since: first month of that; None when it does not happen.
        dropped_boys: boys of order 2 left out in each month of the year `dropped_month`.
        dropped_month: month of the year, 1–12; 0 when none are left out.
        late_share: share of the girls of order 2 and above reported late.
        late_months: least and most months by which they are late.
    """

    code: str
    share: float
    srb: FloatArray
    step_srb: float = 0.0
    step_since: Period | None = None
    smoothed_to: float = 0.0
    shift_share: float = 0.0
    shift_since: Period | None = None
    dropped_boys: int = 0
    dropped_month: int = 0
    late_share: float = 0.0
    late_months: tuple[int, int] = (0, 0)

    def srb_in(self, month: Period) -> FloatArray:
        """Give the true ratios by order in a month, boys per 100 girls, shape (3,)."""
        if self.step_since is None or month < self.step_since:
            return self.srb
        return np.array([self.srb[0], self.step_srb, self.step_srb])


@dataclass(frozen=True)
class Scenario:
    """The county.

    Attributes:
        months: its months.
        births_a_year: births expected in twelve months.
        season_swing: how far the season moves births, as a share.
        season_peak: month of the year with the most births.
        order_mix: shares of the orders, shape (3,).
        townships: its townships.
    """

    months: tuple[Period, ...]
    births_a_year: float
    season_swing: float
    season_peak: float
    order_mix: FloatArray
    townships: tuple[Township, ...]

    def expected(self, month: Period) -> float:
        """Give the county's expected births in a month."""
        season = 1.0 + self.season_swing * np.cos(2 * np.pi * (month.month - self.season_peak) / 12)
        return float(self.births_a_year / 12 * season)


@cache
def scenario() -> Scenario:
    """Read the bundled scenario."""
    told = yaml.load(bundled_text("demo_county", "scenario.yaml"), Loader=YAML_LOADER)
    ratios = _by_order(told["srb"])
    return Scenario(
        months=period_range(Period.parse(told["first"]), Period.parse(told["last"])),
        births_a_year=float(told["births_a_year"]),
        season_swing=float(told["season"]["swing"]),
        season_peak=float(told["season"]["peak"]),
        order_mix=_by_order(told["order_mix"]),
        townships=tuple(_township(code, tree, ratios) for code, tree in told["townships"].items()),
    )


def _by_order(tree: Mapping[str, float]) -> FloatArray:
    return np.array([float(tree[order]) for order in TOLD])


def _township(code: str, tree: Mapping[str, Any], ratios: FloatArray) -> Township:
    step, shift = tree.get("step", {}), tree.get("order_shift", {})
    dropped, late = tree.get("dropped", {}), tree.get("late_girls", {})
    return Township(
        code=code,
        share=tree["share"] / 100,
        srb=_by_order(tree["srb"]) if "srb" in tree else ratios,
        step_srb=float(step.get("srb", 0)),
        step_since=Period.parse(step["since"]) if step else None,
        smoothed_to=float(tree.get("smoothed_to", 0)),
        shift_share=float(shift.get("share", 0)),
        shift_since=Period.parse(shift["since"]) if shift else None,
        dropped_boys=int(dropped.get("boys", 0)),
        dropped_month=int(dropped.get("month", 0)),
        late_share=float(late.get("share", 0)),
        late_months=tuple(late["months"]) if late else (0, 0),
    )
