"""How many births a figure needs before it is printed, asked or ordered."""

from __future__ import annotations

from dataclasses import dataclass

from tianping.rulebook.loading import values_in_force
from tianping.terms import Period


@dataclass(frozen=True)
class MinimumBirths:
    """The limits in force.

    Attributes:
        point: births in the window from which a ratio is printed beside its interval.
        detectable_excess: how far above the alert the smallest detectable SRB may lie for the level to be
            asked below the county, boys per 100 girls.
        rank_order_from: rankability from which areas may be put in order, 0–1.
        rank_table_from: rankability from which an ordinary table is fair, 0–1.
    """

    point: int
    detectable_excess: float
    rank_order_from: float
    rank_table_from: float

    def may_print_point(self, births: int) -> bool:
        """Say whether a ratio of so many births is printed, and not its interval alone."""
        return births >= self.point

    def may_ask_level(self, min_detectable_srb: float, alert_at: float) -> bool:
        """Say whether an area below the county has births enough for the level to be asked of it."""
        return min_detectable_srb <= alert_at + self.detectable_excess

    def ranking_form(self, rankability: float) -> str:
        """Give `groups`, `order_with_intervals` or `table`: how far a ranking of this rankability may go."""
        if rankability >= self.rank_table_from:
            return "table"
        return "order_with_intervals" if rankability >= self.rank_order_from else "groups"


def minimum_births(on: Period | None = None) -> MinimumBirths:
    """Give the limits as they stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    return MinimumBirths(**values_in_force("min_births", on))
