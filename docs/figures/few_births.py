"""What 47 births can tell: windows, the ratio that would show, and the county."""

from __future__ import annotations

import numpy as np
from months import BIRTHS, HIGH_SRB, TOWNSHIPS, TRUE_SRB
from telling import Page, Words, one, percent, row

import tianping
from tianping.documents.charts import (
    Benchmarks,
    Caterpillar,
    Funnel,
    FunnelPoint,
    beyond_limits,
    draw_caterpillar,
    draw_funnel,
)
from tianping.documents.content import Chart
from tianping.observatory.bundled import bundled_names
from tianping.observatory.demonstration import bundled_county
from tianping.observatory.results import Result
from tianping.observatory.tallies import Book, Tally
from tianping.rulebook.references import reference
from tianping.srb.direct import births_needed, detection_power, direct_interval, min_detectable_srb
from tianping.terms import Period

WINDOWS = (1, 3, 6, 12, 24, 60)
COUNTIES = 8
RATIOS = (110, 115, 120, 130, 140, 160)
AS_OF, MONTHS = "2025-06", 18


def page() -> Page:
    """Make the page."""
    result = tianping.estimate(bundled_county().births, as_of=AS_OF, known_on=AS_OF)
    tallies = _tallies(result)

    def charts(words: Words) -> tuple[Chart, ...]:
        return _windows(words), _county(tallies, words)

    return Page({**_one_month(), **_shown(), **_county_numbers(tallies)}, charts)


def _one_month() -> dict[str, str]:
    interval = direct_interval(25, 22)
    return {"month_srb": one(2500 / 22), "month_lower": f"{interval.lower:.0f}", "month_upper": f"{interval.upper:.0f}"}


def _spans() -> dict[str, int]:
    """Births by what is looked at: a township for some months, the county and the prefecture for a year."""
    spans = {f"months_{n}": BIRTHS * n for n in WINDOWS}
    county = BIRTHS * TOWNSHIPS * 12
    return {**spans, "county_year": county, "prefecture_year": COUNTIES * county}


def _shown() -> dict[str, str]:
    """Tell what would show in so many births, and how many births a ratio takes."""
    natural = reference(None).ratio
    told = {}
    for name, births in _spans().items():
        told[f"{name}_births"] = f"{births:,}"
        told[f"{name}_shows"] = one(float(min_detectable_srb(np.array(float(births)), natural)))
    for srb in RATIOS:
        told[f"births_for_{srb}"] = f"{np.ceil(births_needed(srb, natural)):,.0f}"
    for n in (12, 24):
        told[f"power_130_{n}"] = percent(detection_power(BIRTHS * n, HIGH_SRB, natural))
    return told


def _windows(words: Words) -> Chart:
    """Draw the interval of the same ratio for longer windows and larger areas."""
    rows = []
    for name, births in _spans().items():
        boys = round(births * TRUE_SRB / (100 + TRUE_SRB))
        rows.append(row(name, words(name), 100 * boys / (births - boys), direct_interval(boys, births - boys)))
    return draw_caterpillar(Caterpillar(words.head("windows"), tuple(rows), Benchmarks(alert_at=None)))


def _tallies(result: Result) -> dict[str, Tally]:
    """Births of order two and higher of the demonstration county and its townships."""
    counts = result.last.fitted.problem.counts
    book, last = Book(counts), Period.parse(AS_OF)
    codes = counts.tree.codes
    return {code: book.tally(at, "2+", last.shift(1 - MONTHS), last) for at, code in enumerate(codes)}


def _county_numbers(tallies: dict[str, Tally]) -> dict[str, str]:
    county, *towns = tallies.values()
    interval = county.interval(0.95)
    boys, girls = (np.array([getattr(town, sex) for town in towns], dtype=float) for sex in ("boys", "girls"))
    beyond = beyond_limits(boys, girls, 100 * reference(None).ratio, 0.95)
    return {
        "county_births": f"{county.births:,}",
        "county_srb": one(county.srb),
        "county_lower": one(interval.lower),
        "county_upper": one(interval.upper),
        "towns_smallest": str(min(t.births for t in towns)),
        "towns_largest": f"{max(t.births for t in towns):,}",
        "towns_beyond": str(int((beyond != 0).sum())),
        "towns_above_115": str(sum(t.srb > 115 for t in towns)),
    }


def _county(tallies: dict[str, Tally], words: Words) -> Chart:
    """Draw the county and its townships in one funnel."""
    names = names_in(words.language)
    points = tuple(FunnelPoint(code, names[code], t.boys, t.girls) for code, t in tallies.items())
    return draw_funnel(Funnel(words.head("county-and-townships"), points))


def names_in(language: str) -> dict[str, str]:
    """Give the names of the demonstration county's areas by code."""
    tree = bundled_county().births.tree
    if language == "en":
        return dict(bundled_names("demo_county"))
    return {area.code: area.name for area in tree.areas}
