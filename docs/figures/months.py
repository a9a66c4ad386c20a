"""Why months are not ranked: a county where there is nothing to rank, and one where there is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from telling import Page, Words, one, percent, row

import tianping
from tianping.documents.charts import (
    Benchmarks,
    Caterpillar,
    Funnel,
    FunnelPoint,
    Trend,
    TrendPoint,
    draw_caterpillar,
    draw_funnel,
    draw_trend,
)
from tianping.documents.content import Chart
from tianping.observatory.bundled import bundled_table
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book, Tally
from tianping.simulator import read_scenario, simulate
from tianping.srb.results import FloatArray, IntArray
from tianping.terms import ORDER_GROUPS, Counts, Interval

SEED = 1
TOWNSHIPS, BIRTHS, TRUE_SRB, HIGH_SRB = 12, 47, 112.0, 130.0
MONTHS_TRIED = 20_000
TOLD_MONTHS = 6
TOP = 10
_ALL = ORDER_GROUPS.index("all")


@cache
def alike() -> Counts:
    """The births of twelve townships alike."""
    return simulate(read_scenario(Path(__file__).parent / "alike.yaml"), SEED).counts()


@dataclass(frozen=True)
class Ranked:
    """Raw ratios of the townships, shape (townships, months), and their ranks, 1 the highest."""

    srb: FloatArray

    @property
    def ranks(self) -> IntArray:
        """Ranks by month."""
        return np.argsort(np.argsort(-self.srb, axis=0), axis=0) + 1

    @property
    def top(self) -> IntArray:
        """Place of the highest township of each month."""
        highest: IntArray = self.srb.argmax(0)
        return highest


def page() -> Page:
    """Make the page."""
    counts = alike()
    result = tianping.estimate(counts, history=True)
    months = Ranked(100 * counts.boys[1:].sum(2) / counts.girls[1:].sum(2))
    shown = int(months.top[-1])

    def charts(words: Words) -> tuple[Chart, ...]:
        return (
            _month(counts, words),
            _course(result, shown, words),
            _estimates(result, words),
            _census(words),
        )

    return Page({**_example(months), **_tried(), **_engine(result), **_census_numbers()}, charts)


def _example(months: Ranked) -> dict[str, str]:
    """Tell who was highest in the last months, and where the same township stood a month later."""
    told = {"last_month_lowest": one(months.srb[:, -1].min())}
    first = months.srb.shape[1] - TOLD_MONTHS
    for k in range(TOLD_MONTHS):
        t, top = first + k, int(months.top[first + k])
        told[f"month_{k + 1}_highest"] = str(top + 1)
        told[f"month_{k + 1}_ratio"] = one(months.srb[top, t])
        if k + 1 < TOLD_MONTHS:
            told[f"month_{k + 1}_next_rank"] = f"{months.ranks[top, t + 1]}"
            told[f"month_{k + 1}_next_ratio"] = one(months.srb[top, t + 1])
    return told


def _tried() -> dict[str, str]:
    """Try many months of a county alike, and of one where a single township truly stands at 130, the others at 112."""
    generator = np.random.default_rng(SEED)
    ratios = _months(generator, np.full(TOWNSHIPS, TRUE_SRB), BIRTHS)
    told = {
        "some_above_125": one(100 * (ratios.max(0) >= 125).mean()),
        "some_below_100": one(100 * (ratios.min(0) <= 100).mean()),
        "median_highest": f"{np.median(ratios.max(0)):.0f}",
        "median_lowest": f"{np.median(ratios.min(0)):.0f}",
    }
    one_high = np.full(TOWNSHIPS, TRUE_SRB)
    one_high[0] = HIGH_SRB
    for name, n_months in (("month", 1), ("year", 12), ("five_years", 60)):
        ratios = _months(generator, one_high, BIRTHS * n_months)
        told[f"found_first_in_a_{name}"] = percent((ratios.argmax(0) == 0).mean())
    return told


def _months(generator: np.random.Generator, srb: FloatArray, births: int) -> FloatArray:
    """Draw raw ratios, shape (townships, months tried); a boy more than girls are none keeps them finite."""
    boys = generator.binomial(births, (srb / (100 + srb))[:, None], (len(srb), MONTHS_TRIED))
    ratios: FloatArray = 100 * boys / np.maximum(births - boys, 0.5)
    return ratios + generator.uniform(0, 1e-6, ratios.shape)  # ties are broken by lot


def _engine(result: Result) -> dict[str, str]:
    """Tell what the engine says of the county alike."""
    (ranking,) = (r for r in result.last.run.rankings if r.order_group == "all")
    srb = 100 * np.exp(result.last.run.estimates.column("log_mean", "all"))[1:]
    return {
        "engine_lowest": one(srb.min()),
        "engine_highest": one(srb.max()),
        "rank_interval_narrowest": str(int((ranking.rank_upper - ranking.rank_lower).min()) + 1),
        "told_apart": str(sum(group != "indistinguishable" for group in ranking.group)),
        "on_a_list": str(len(result.last.run.signals)),
    }


def _month(counts: Counts, words: Words) -> Chart:
    """Draw the last month as a ranking would have it, with what it leaves out: the intervals."""
    tallies = _tallies(counts)
    rows = tuple(row(f"{n}", words("township", n=n), t.srb, t.interval(0.95)) for n, t in tallies.items())
    return draw_caterpillar(Caterpillar(words.head("one-month"), rows, Benchmarks(alert_at=None), by_value=True))


def _tallies(counts: Counts) -> dict[int, Tally]:
    book, last = Book(counts), counts.periods[-1]
    return {n: book.tally(n, "all", last, last) for n in range(1, TOWNSHIPS + 1)}


def _course(result: Result, township: int, words: Words) -> Chart:
    """Draw the course of the township that the last month puts on top."""
    counts = result.last.fitted.problem.counts
    book, area = Book(counts), township + 1
    (filtered,) = (h for h in result.histories if h.kind == "filtered")
    course = [100 * np.exp(part[area, _ALL]) for part in (filtered.log_mean, filtered.log_lower, filtered.log_upper)]
    points = []
    for t, period in enumerate(counts.periods):
        tally = book.tally(area, "all", period, period)
        mean, lower, upper = (float(values[t]) for values in course)
        points.append(TrendPoint(str(period), tally.births, tally.srb, mean, Interval(lower, upper, 0.9)))
    return draw_trend(Trend(words.head("one-township", n=area), tuple(points), Benchmarks(alert_at=None)))


def _estimates(result: Result, words: Words) -> Chart:
    """Draw what all months together say."""
    e = result.last.run.estimates
    mean, lower, upper = (100 * np.exp(e.column(f"log_{name}", "all")) for name in ("mean", "lower", "upper"))
    rows = [
        row(f"{at}", words("township", n=at) if at else words("county"), mean[at], Interval(lower[at], upper[at], 0.9))
        for at in range(TOWNSHIPS + 1)
    ]
    head = words.head("all-months")
    return draw_caterpillar(Caterpillar(head, (*rows[1:], rows[0]), Benchmarks(alert_at=None)))


@cache
def _counties() -> tuple[tuple[str, int, int], ...]:
    """Code, boys and girls aged 0 of China's counties in 2010."""
    rows = bundled_table("china_2010_age0", "children.csv").to_pylist()
    return tuple((r["area_code"], int(r["boys"]), int(r["girls"])) for r in rows if int(r["girls"]) > 0)


def _census_numbers() -> dict[str, str]:
    ordered = sorted(_counties(), key=lambda county: -county[1] / county[2])
    sizes = [boys + girls for _, boys, girls in ordered]
    return {
        "counties": f"{len(ordered):,}",
        "median_children": f"{np.median(sizes):,.0f}",
        "highest_ten_children": f"{np.median(sizes[:TOP]):,.0f}",
        "lowest_ten_children": f"{np.median(sizes[-TOP:]):,.0f}",
    }


def _census(words: Words) -> Chart:
    """Draw the counties of 2010 against their number of children."""
    points = tuple(FunnelPoint(code, code, boys, girls) for code, boys, girls in _counties())
    head = words.head("counties-2010")
    return draw_funnel(Funnel(head, points, max_labels=0, counted=words("children_aged_0")))
