"""What the forensic tests say of births that history has already judged.

Given Japan's births by year around the year of the fire horse, then 1906 is a spike that its neighbours pay back.
Given Arbuthnot's christenings, then their ratio varies more than one binomial share allows, and nobody is prompted.
Given the births of the United States by year, then nobody is prompted.

Sources: `data/public/README.md`. Nothing in the tests was chosen by these data.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import tianping
from tianping.observatory.examining import Examined
from tianping.srb.forensics import Verdict
from tianping.srb.forensics.moved import spikes
from tianping.terms import Area, AreaTree, Counts, Period, period_range

PUBLIC = Path(__file__).parent / "data" / "public"


def births_by_year(name: str) -> Counts:
    """Read births by year and sex; years that are not there hold none."""
    with (PUBLIC / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        told = {int(row["year"]): (int(row["male"]), int(row["female"])) for row in csv.DictReader(file)}
    periods = period_range(Period(min(told)), Period(max(told)))
    boys, girls = np.zeros((2, 1, len(periods), 4), dtype=np.int64)
    for at, period in enumerate(periods):
        boys[0, at, 3], girls[0, at, 3] = told.get(period.year, (0, 0))
    return Counts(AreaTree.of([Area(name, name, "country")]), periods, boys, girls)


def examined(name: str) -> Examined:
    return tianping.examine_reports(births_by_year(name))


def verdicts(found: Examined) -> dict[str, str]:
    rows = found.table.to_pylist()
    return {f"{row['test']}.{row['part']}": row["verdict"] for row in rows if row["verdict"] != Verdict.NOT_ASKED}


def test_births_of_1906_were_moved_between_years() -> None:
    found = examined("japan")
    assert verdicts(found)["FR_MOVE.periods"] == Verdict.CHECK
    assert found.n_check == 1
    reports = found.examination.reports
    told = spikes(reports.boys[0].sum(1), reports.births[0].sum(1), found.examination.limits)
    worst = int(np.argmin(told.p))
    assert reports.periods[told.at[worst]] == Period(1906)
    # 108.7 boys per 100 girls between 102.7 and 102.7: an excess of boys, one birth in a hundred.
    assert told.share[worst] == pytest.approx(0.01, abs=0.003)
    # No other year comes near it.
    assert np.partition(told.p, 1)[1] > 1e4 * told.p[worst]


def test_london_christenings_are_not_binomial() -> None:
    told = verdicts(examined("london"))
    assert told["FR_VAR.cells"] == Verdict.NOT_BINOMIAL
    assert Verdict.CHECK not in told.values()


def test_nobody_is_prompted_for_american_births() -> None:
    found = examined("united_states")
    assert found.n_check == 0
    assert Verdict.CHECK not in verdicts(found).values()
