"""FR_REV: whether births that are added later are of the same sexes as those reported in time."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.answers import Answer, answer, reasons, silent
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import Reports
from tianping.srb.forensics.tables import Strata
from tianping.srb.forensics.tails import reach
from tianping.srb.results import FloatArray


def p_of_late_girls(late_girls: int, late: int, girls_in_time: int, births_in_time: int) -> float:
    """Give the one-sided p-value of so many girls among the late births, all orders together."""
    tables = (np.array([[float(n)]]) for n in (late_girls, late, girls_in_time, births_in_time))
    return float(Strata(*tables).p_more(np.ones(1))[0])


def revision_asymmetry(reports: Reports, limits: Limits, inflation: FloatArray) -> Answer:
    """Ask whether the share of girls among late births differs from that among births in time, order by order.

    Both sides are asked: girls that are registered late, and boys that are kept back. The effect is LATE_SEX less
    the share of girls among births in time.
    """
    if reports.late_boys is None or reports.late_girls is None:
        return silent("FR_REV", "late", reasons(len(reports), ("no_report_dates", True)))
    late_girls = reports.late_girls.sum(1).astype(np.float64)
    late = late_girls + reports.late_boys.sum(1)
    girls, births = (sex.sum(1).astype(np.float64) for sex in (reports.girls, reports.births))
    strata = Strata(late_girls, late, girls - late_girls, births - late)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = late_girls.sum(1) / late.sum(1) - strata.other_hits.sum(1) / strata.second.sum(1)
        share = strata.other_hits.sum(1) / strata.second.sum(1)
        spread = share * (1.0 - share) * (1.0 / late.sum(1) + 1.0 / strata.second.sum(1))
    detectable = reach(limits) * np.sqrt(inflation * spread)
    return answer(
        "FR_REV",
        "late",
        reasons(
            len(reports),
            ("few_late", late.sum(1) < limits.least_late),
            ("few_births", strata.second.sum(1) < limits.least_births),
        ),
        p=np.minimum(1.0, 2.0 * np.minimum(strata.p_more(inflation), strata.p_fewer(inflation))),
        effect=effect,
        detectable=detectable,
        n=late.sum(1),
        statistic=strata.excess()[0],
        can_tell=detectable <= limits.revision_of_note,
    )
