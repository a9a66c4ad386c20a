"""What the month's bulletin shows: days, windows, interval levels and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tianping.rulebook.loading import values_in_force
from tianping.terms import Period


@dataclass(frozen=True)
class BulletinRules:
    """The rules in force.

    Attributes:
        close_day: day of the following month on which a month closes.
        brief_day: day of the following month on which it is told.
        short_window: months of the shortest window shown below the county.
        long_window: months of the window that supports estimates.
        renewal_months: months of the year in which figures below the county are renewed.
        order_groups: order groups shown in a county and below it.
        first_evaluation: months of births before the first evaluation.
        evaluations: successive evaluations that decide.
        direct_interval: probability of intervals of direct ratios.
        model_interval: probability of intervals of the model.
        told_above: probability from which an area is called above the normal range.
        told_normal: probability from which an area is called normal.
        consultation_days: working days proposed for a consultation.
        answer_days: working days proposed for a unit's own answer.
        timeliness_limit: share of births reported in their own month below which units are asked why, 0–1.
        least_late: late births below which their number is not told of a named unit.
        least_late_by_sex: late births below which they are neither split nor compared by sex.
    """

    close_day: int
    brief_day: int
    short_window: int
    long_window: int
    renewal_months: list[int]
    order_groups: list[str]
    first_evaluation: int
    evaluations: int
    direct_interval: float
    model_interval: float
    told_above: float
    told_normal: float
    consultation_days: int
    answer_days: int
    timeliness_limit: float
    least_late: int
    least_late_by_sex: int

    def closed_on(self, month: Period) -> date:
        """Give the day on which a month closes."""
        following = month.shift(1)
        return date(following.year, following.month, self.close_day)

    def told_on(self, month: Period) -> date:
        """Give the day on which a month is told."""
        following = month.shift(1)
        return date(following.year, following.month, self.brief_day)

    def renewed(self, month: Period) -> bool:
        """Say whether figures below the county are renewed in a month."""
        return month.month in self.renewal_months


def bulletin_rules(on: Period | None = None) -> BulletinRules:
    """Give the rules as they stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    return BulletinRules(**values_in_force("bulletin", on))
