"""Forensic tests on reported births: the subject is a reporting unit, the result a request to check the data."""

from tianping.srb.forensics.answers import REASONS, Answer, Verdict
from tianping.srb.forensics.examining import Examination, examine
from tianping.srb.forensics.gaps import Pairs
from tianping.srb.forensics.limits import LIMIT_NAMES, Limits
from tianping.srb.forensics.reports import Reports, reports_of
from tianping.srb.forensics.revision import p_of_late_girls
from tianping.srb.forensics.strips import deviations

__all__ = [
    "LIMIT_NAMES",
    "REASONS",
    "Answer",
    "Examination",
    "Limits",
    "Pairs",
    "Reports",
    "Verdict",
    "deviations",
    "examine",
    "p_of_late_girls",
    "reports_of",
]
