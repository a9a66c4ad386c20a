"""A season of the nation is no signal.

Given the months of the United States 1985–2008, whose ratio goes up and down with the season, when they are looked at
at the season's height or in its depth, then nothing is listed, no change is seen and no evidence gathers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from tianping import srb
from tianping.srb.signals import e_values
from tianping.terms import Area, AreaTree, Counts, Period

GIVEN = yaml.safe_load((Path(__file__).parent / "data" / "us_months_1985_2008.yaml").read_text(encoding="utf-8"))
BOYS, GIRLS = (np.array([GIVEN["years"][year][sex] for year in GIVEN["years"]]) for sex in ("boys", "girls"))
PARTS = 3


@pytest.fixture(scope="module")
def nation() -> Counts:
    """Lay the births over equal parts of the nation, by lot, so that each has the season."""
    rng = np.random.default_rng(1985)
    tree = AreaTree.of([Area("US", "", "nation"), *(Area(f"P{at}", "", "part", "US") for at in range(PARTS))])
    months = tuple(Period(1985, 1).shift(k) for k in range(BOYS.size))
    boys, girls = np.zeros((2, len(tree), BOYS.size, 4), dtype=np.int64)
    for births, part in ((BOYS, boys), (GIRLS, girls)):
        part[1:, :, 3] = rng.multinomial(births.ravel(), [1 / PARTS] * PARTS).T
    return Counts(tree, months, boys, girls)


def test_the_season_is_there() -> None:
    ratio = 100 * BOYS.sum(0) / GIRLS.sum(0)
    assert [ratio.min(), ratio.max()] == pytest.approx(GIVEN["season"], abs=0.005)


def test_no_evidence_gathers_against_the_null_at_any_month_of_24_years(nation: Counts) -> None:
    looks = range(11, len(nation.periods), 13)
    assert max(e_values(nation.until(nation.periods[at]), "all", 107.0)[0] for at in looks) < 1.0


@pytest.mark.parametrize("last", [Period(2007, 7), Period(2008, 1)])
def test_nothing_is_listed_and_no_change_is_seen(nation: Counts, last: Period) -> None:
    at = nation.periods.index(last)
    window = slice(at - 35, at + 1)
    three_years = Counts(nation.tree, nation.periods[window], nation.boys[:, window], nation.girls[:, window])
    run, _ = srb.estimate(three_years)
    assert run.signals == ()
    assert run.estimates.p_changed[1:].max() < 0.05
    assert run.estimates.column("p_above_normal", "all").max() < 0.05
