"""FR_ACC0: whether reports are too good, without one late birth among many."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.answers import Answer, answer, reasons, silent
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import Reports


def too_perfect(reports: Reports, limits: Limits) -> tuple[Answer, Answer]:
    """Ask whether a unit is the only one of its peers without a fault: late births; faults of an audit.

    How many late births an honest unit has differs far more between units than chance explains, so a unit is ranked
    among its peers: p = (1 + peers without a fault and with as many births) / (1 + peers). The ranks hold
    whatever the distribution is, and a few peers can never show much. Audits are not among the reports.
    """
    audit = silent("FR_ACC0", "audit", reasons(len(reports), ("no_audit", True)))
    if reports.late_boys is None or reports.late_girls is None:
        return silent("FR_ACC0", "late", reasons(len(reports), ("no_report_dates", True))), audit
    births = reports.births.sum((1, 2))
    late = (reports.late_boys + reports.late_girls).sum((1, 2))
    large = births >= limits.perfect_least_births
    perfect = large & (late == 0)
    peers = reports.of_peers(large.astype(np.int64))
    theirs = reports.of_peers((late > 0).astype(np.int64))
    p = np.ones(len(reports))
    for unit in np.flatnonzero(perfect):
        kin = (reports.group == reports.group[unit]) & perfect & (births >= births[unit])
        p[unit] = kin.sum() / (1.0 + peers[unit])
    reason = reasons(
        len(reports),
        ("few_births", ~large),
        ("few_peers", peers < limits.perfect_least_peers),
        ("nothing_late", (theirs == 0) & (late == 0)),
    )
    told = answer(
        "FR_ACC0",
        "late",
        reason,
        p=p,
        effect=1.0 - late / np.maximum(births, 1),
        detectable=np.full(len(reports), np.nan),
        n=births,
        statistic=late.astype(np.float64),
        can_tell=1.0 / (1.0 + peers) <= limits.error,
    )
    return told, audit
