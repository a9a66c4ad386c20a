"""How a signal comes about: a township that changed, a county where nothing does, a nation with a season."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from few_births import names_in
from telling import Page, Words, one, percent, row

import tianping
from tianping.documents.charts import Benchmarks, Caterpillar, Trend, TrendPoint, draw_caterpillar, draw_trend
from tianping.documents.content import Chart
from tianping.observatory.consultations import Consultation, consult
from tianping.observatory.demonstration import bundled_county
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book
from tianping.rulebook.signals import Scope, SignalState, signal_rules
from tianping.simulator import packaged_scenario, simulate
from tianping.terms import ORDER_GROUPS, Area, AreaTree, Counts, Interval, Period

SEED = 1
SPAN = "2024-12..2025-12"
TOWN, COUNTY, CHANGES_IN, GROUP = "T06", "T00", Period(2024, 7), "2+"
TOLD_MONTHS = ("2024-12", "2025-06", "2025-09")
NATION = Path(__file__).parents[2] / "tests" / "spec" / "data" / "us_months_1985_2008.yaml"
NATION_MONTHS, NATION_LAST = 36, Period(2007, 7)


def page() -> Page:
    """Make the page."""
    result = tianping.estimate(bundled_county().births, as_of=SPAN)
    nation = tianping.estimate(_nation(), history=True)

    def charts(words: Words) -> tuple[Chart, ...]:
        return _course(result, words), _townships(result, words), _season(nation, words)

    return Page({**_walk(result), **_quiet(), **_nation_numbers(nation)}, charts)


def _stands(result: Result, code: str, scope: Scope) -> list[Consultation]:
    """What stands about an area after each evaluation."""
    area = result.last.run.tree.positions[code]
    ends = range(1, len(result.evaluations) + 1)
    return [consult(result.evaluations[:n], [area], GROUP, scope, signal_rules())[0] for n in ends]


def _first(stands: Sequence[Consultation], state: SignalState) -> int:
    return next(at for at, stand in enumerate(stands) if stand.decision.state is state)


def _walk(result: Result) -> dict[str, str]:
    """Tell the months of the township that changed, and of everybody else."""
    stands = _stands(result, TOWN, Scope.BELOW_COUNTY)
    told = {}
    for state in (SignalState.OBSERVED, SignalState.SIGNAL):
        at = _first(stands, state)
        month = result.evaluations[at].run.as_of
        told[f"{state}_month"] = str(month)
        told[f"{state}_after"] = str(month.ordinal - CHANGES_IN.ordinal)
        told[f"{state}_p_level"] = percent(stands[at].p_level)
        told[f"{state}_p_difference"] = percent(stands[at].p_difference)
    for evaluation, stand in zip(result.evaluations, stands, strict=True):
        if (month_told := str(evaluation.run.as_of)) in TOLD_MONTHS:
            told[f"p_level_{month_told}"] = percent(stand.p_level)
            told[f"p_difference_{month_told}"] = percent(stand.p_difference)
    tree = result.last.run.tree
    others = [area.code for area in tree.areas if area.level == "township" and area.code != TOWN]
    never = [all(s.decision.state is SignalState.NONE for s in _stands(result, c, Scope.BELOW_COUNTY)) for c in others]
    book = Book(result.last.fitted.problem.counts)
    births = book.tally(tree.positions[TOWN], GROUP, Period(2024, 1), Period(2025, 12))
    county = _stands(result, COUNTY, Scope.COUNTY_AND_ABOVE)[-1]
    e, area = result.last.run.estimates, tree.positions[TOWN]
    return {
        **told,
        "others_quiet": str(sum(never)),
        "false_share": percent(stands[-1].false_share),
        "town_births": str(births.births),
        "town_births_a_month": f"{births.births / 24:.0f}",
        "county_p_level": percent(county.p_level),
        "p_changed": percent(float(e.p_changed[area])),
        "likeliest_change": str(result.last.fitted.problem.counts.periods[int(e.changed_at[area])]),
        **{f"raw_{kind}": told for kind, told in zip(("low", "high"), _extremes(book, area), strict=True)},
    }


def _extremes(book: Book, area: int) -> list[str]:
    """Give the lowest and the highest raw monthly ratio of the township after its change."""
    months = [book.tally(area, GROUP, period, period).srb for period in book.periods if period >= CHANGES_IN]
    return [f"{min(months):.0f}", f"{max(months):.0f}"]


@cache
def _quiet_lists() -> Counter[str]:
    """Rows by tier in a province where nothing happens."""
    world = simulate(packaged_scenario("quiet"), SEED)
    return Counter(signal.tier for signal in tianping.estimate(world.counts()).last.run.signals)


def _quiet() -> dict[str, str]:
    tree = simulate(packaged_scenario("quiet"), SEED).tree
    return {"quiet_townships": str(int(tree.is_leaf.sum())), "quiet_listed": str(sum(_quiet_lists().values()))}


@cache
def _nation() -> Counts:
    """Three years of the United States, the months told by the fixture; the nation alone."""
    given = yaml.safe_load(NATION.read_text(encoding="utf-8"))["years"]
    months = tuple(Period(year, month) for year in given for month in range(1, 13))
    last = months.index(NATION_LAST) + 1
    tree = AreaTree.of([Area("US", "", "nation")])
    boys, girls = np.zeros((2, 1, NATION_MONTHS, 4), dtype=np.int64)
    for births, sex in ((boys, "boys"), (girls, "girls")):
        births[0, :, 3] = np.array([given[year][sex] for year in given]).ravel()[last - NATION_MONTHS : last]
    return Counts(tree, months[last - NATION_MONTHS : last], boys, girls)


def _nation_numbers(result: Result) -> dict[str, str]:
    counts = result.last.fitted.problem.counts
    srb = 100 * counts.boys[0, :, 3] / counts.girls[0, :, 3]
    e = result.last.run.estimates
    return {
        "nation_lowest": one(srb.min()),
        "nation_highest": one(srb.max()),
        "nation_listed": str(len(result.last.run.signals)),
        "nation_p_above_normal": percent(float(e.column("p_above_normal", "all")[0])),
    }


def _course(result: Result, words: Words) -> Chart:
    """Draw what could be known of the township, month by month, with the raw months behind it."""
    counts = result.last.fitted.problem.counts
    book, area = Book(counts), counts.tree.positions[TOWN]
    known = {e.run.as_of: _estimate(result, at, area) for at, e in enumerate(result.evaluations)}
    points = []
    for period in counts.periods:
        tally = book.tally(area, GROUP, period, period)
        mean, interval = known.get(period, (None, None))
        points.append(TrendPoint(str(period), tally.births, tally.srb, mean, interval))
    likeliest = counts.periods[int(result.last.run.estimates.changed_at[area])]
    return draw_trend(Trend(words.head("one-signal"), tuple(points), changed_period=str(likeliest)))


def _estimate(result: Result, at: int, area: int) -> tuple[float, Interval]:
    e = result.evaluations[at].run.estimates
    mean, lower, upper = (float(100 * np.exp(e.column(f"log_{n}", GROUP)[area])) for n in ("mean", "lower", "upper"))
    return mean, Interval(lower, upper, result.settings.interval)


def _townships(result: Result, words: Words) -> Chart:
    """Draw all areas at the month of the signal."""
    at = _first(_stands(result, TOWN, Scope.BELOW_COUNTY), SignalState.SIGNAL)
    names, tree = names_in(words.language), result.last.run.tree
    rows = [row(code, names[code], *_estimate(result, at, area)) for area, code in enumerate(tree.codes)]
    head = words.head("at-the-signal", month=result.evaluations[at].run.as_of)
    return draw_caterpillar(Caterpillar(head, (*rows[1:], rows[0])))


def _season(result: Result, words: Words) -> Chart:
    """Draw the nation's months and what the engine makes of them."""
    counts = result.last.fitted.problem.counts
    (filtered,) = (h for h in result.histories if h.kind == "filtered")
    group = ORDER_GROUPS.index("all")
    points = []
    for t, period in enumerate(counts.periods):
        boys, girls = (int(births[0, t, 3]) for births in (counts.boys, counts.girls))
        mean, lower, upper = (
            float(100 * np.exp(part[0, group, t]))
            for part in (filtered.log_mean, filtered.log_lower, filtered.log_upper)
        )
        points.append(TrendPoint(str(period), boys + girls, 100 * boys / girls, mean, Interval(lower, upper, 0.9)))
    return draw_trend(Trend(words.head("season"), tuple(points), Benchmarks(alert_at=None)))
