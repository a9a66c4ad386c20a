"""FR_VETO: whether the ratio falls in the months of assessment, or boys are added to them after the close."""

from __future__ import annotations

import numpy as np

from tianping.srb.forensics.answers import Answer, answer, reasons, silent
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import Reports, is_among
from tianping.srb.forensics.tables import Strata
from tianping.srb.results import FloatArray


def deadline_effect(reports: Reports, limits: Limits, inflation: FloatArray) -> tuple[Answer, Answer]:
    """Ask whether the months of assessment show fewer boys, and whether boys are added to them afterwards."""
    return _in_the_months(reports, limits, inflation), _after_the_close(reports, limits, inflation)


def _in_the_months(reports: Reports, limits: Limits, inflation: FloatArray) -> Answer:
    chosen = is_among(reports.calendar_months, limits.assessment_months)
    parts = [
        sex[:, which].sum(1).astype(np.float64) for which in (chosen, ~chosen) for sex in (reports.boys, reports.births)
    ]
    strata = Strata(*parts)
    reason = reasons(
        len(reports),
        ("years", not reports.is_monthly),
        ("few_births", reports.births.sum((1, 2)) < limits.least_births),
        ("few_periods", reports.periods_told < limits.least_periods),
        ("no_assessment_births", strata.first.sum(1) == 0),
        ("few_periods", strata.second.sum(1) == 0),
    )
    detectable = np.exp(-strata.detectable_log_odds(inflation, limits))
    return answer(
        "FR_VETO",
        "months",
        reason,
        p=strata.p_fewer(inflation),
        effect=strata.odds_ratio,
        detectable=detectable,
        n=strata.first.sum(1),
        statistic=strata.excess()[0],
        can_tell=detectable >= limits.deadline_of_note,
    )


def _after_the_close(reports: Reports, limits: Limits, inflation: FloatArray) -> Answer:
    if reports.late_boys is None or reports.late_girls is None:
        return silent("FR_VETO", "close", reasons(len(reports), ("no_report_dates", True)))
    chosen = is_among(reports.calendar_months, limits.assessment_months)
    late_boys, late_girls = (
        sex[:, chosen].sum(1).astype(np.float64) for sex in (reports.late_boys, reports.late_girls)
    )
    boys, births = (sex[:, chosen].sum(1).astype(np.float64) for sex in (reports.boys, reports.births))
    late = late_boys + late_girls
    strata = Strata(late_boys, late, boys - late_boys, births - late)
    reason = reasons(
        len(reports),
        ("years", not reports.is_monthly),
        ("no_assessment_births", births.sum(1) == 0),
        ("few_late", late.sum(1) < limits.least_late),
    )
    detectable = np.exp(strata.detectable_log_odds(inflation, limits))
    return answer(
        "FR_VETO",
        "close",
        reason,
        p=strata.p_more(inflation),
        effect=strata.odds_ratio,
        detectable=detectable,
        n=late.sum(1),
        statistic=strata.excess()[0],
        can_tell=detectable <= limits.close_of_note,
    )
