"""Value types of the field, shared by every part; this package imports nothing of ours."""

from tianping.terms.areas import Area, AreaTree
from tianping.terms.counts import ORDER_GROUPS, ORDERS, Counts, group_channels
from tianping.terms.delays import DelayCells, DelayCounts
from tianping.terms.errors import InputError, RedLineError, RuleError, StoreError, TianpingError
from tianping.terms.findings import Finding, Severity
from tianping.terms.intervals import Interval
from tianping.terms.periods import Period, period_range

__all__ = [
    "ORDERS",
    "ORDER_GROUPS",
    "Area",
    "AreaTree",
    "Counts",
    "DelayCells",
    "DelayCounts",
    "Finding",
    "InputError",
    "Interval",
    "Period",
    "RedLineError",
    "RuleError",
    "Severity",
    "StoreError",
    "TianpingError",
    "group_channels",
    "period_range",
]
