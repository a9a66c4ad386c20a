"""Section: the county as a whole."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from tianping.documents.cells import Number, NumberRange, Paragraph
from tianping.documents.charts import (
    OrderGradient,
    OrderSeries,
    Standing,
    Trend,
    TrendPoint,
    draw_order_gradient,
    draw_trend,
)
from tianping.documents.content import Block, Figure
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.snapshot import ALL, Snapshot
from tianping.observatory.tallies import Tally
from tianping.observatory.writing import ends, ratio, signed
from tianping.rulebook.min_births import minimum_births
from tianping.srb.direct import missing_female_births
from tianping.srb.results import History
from tianping.terms import ORDER_GROUPS, Interval, Period


def overall(issue: Issue) -> tuple[Block, ...]:
    """Tell the county: the year so far, the month, the last twelve months, the later births, what is missing."""
    told = [_cumulative(issue), _month(issue), _twelve(issue), _later(issue), missing(issue)]
    figures = (_trend(issue), _orders(issue)) if issue.snapshot.counts.has_orders else (_trend(issue),)
    return (*told, *figures)


def year_so_far(snapshot: Snapshot, years_back: int = 0) -> Tally:
    """Count the births from January to the month told, or the same months of an earlier year."""
    last = snapshot.month.shift(-12 * years_back)
    return snapshot.book.tally(snapshot.county, ALL, Period(last.year, 1), last)


def missing_in_a_year(snapshot: Snapshot) -> tuple[float, Interval]:
    """Give the female births missing in the short window, boys fixed, with the direct interval."""
    tally = snapshot.tally(snapshot.county, ALL, snapshot.short_window)
    reference = snapshot.result.settings.reference
    return missing_female_births(tally.boys, tally.girls, reference, snapshot.rules.direct_interval)


def _cumulative(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    tally = year_so_far(snapshot)
    fields = {"span": words.span(tally.first, tally.last), **issue.direct(tally)}
    before = snapshot.month.shift(-12)
    if Period(before.year, 1) < snapshot.counts.periods[0]:
        return words.sentence("bulletin.overall.cumulative", **fields)
    earlier = year_so_far(snapshot, 1)
    if not all((tally.boys, tally.girls, earlier.boys, earlier.girls)):
        return words.sentence("bulletin.overall.cumulative", **fields)
    change = difference(tally, earlier, snapshot.rules.direct_interval)
    verdict = "unclear" if change.lower <= 0 <= change.upper else "risen" if change.lower > 0 else "fallen"
    parts = words.sentence("bulletin.overall.cumulative", **fields).parts
    compared = words.sentence(
        "bulletin.overall.year_on_year",
        earlier=ratio(earlier.srb),  # type: ignore[arg-type]
        earlier_interval=ends(earlier.interval(snapshot.rules.direct_interval)),  # type: ignore[arg-type]
        change=signed(tally.srb - earlier.srb),
        change_interval=NumberRange(change.lower, change.upper, 1),
        level=words.level(change.level),
        verdict=words.text(f"bulletin.overall.{verdict}"),
    )
    return Paragraph((*parts, *compared.parts))


def difference(tally: Tally, earlier: Tally, level: float) -> Interval:
    """Give the confidence interval of the difference of two observed ratios, boys per 100 girls."""
    variance = sum(t.srb**2 * (1 / t.boys + 1 / t.girls) for t in (tally, earlier))
    half = float(ndtri(0.5 + level / 2) * np.sqrt(variance))
    return Interval(tally.srb - earlier.srb - half, tally.srb - earlier.srb + half, level)


def _month(issue: Issue) -> Paragraph:
    tally = issue.snapshot.tally(issue.snapshot.county, ALL, 1)
    return issue.words.sentence("bulletin.overall.month", month=issue.words.period(tally.last), **issue.direct(tally))


def _twelve(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    tally = snapshot.tally(snapshot.county, ALL, snapshot.short_window)
    span = words.span(tally.first, tally.last)
    return words.sentence(
        "bulletin.overall.window", months=issue.months(snapshot.short_window), span=span, **issue.direct(tally)
    )


def _later(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    tally = snapshot.tally(snapshot.county, snapshot.group, snapshot.window)
    model = snapshot.modelled(snapshot.county, snapshot.group, "window")
    now = snapshot.modelled(snapshot.county, snapshot.group)
    verdict = "bulletin.overall.high" if snapshot.county_is_high else "bulletin.overall.not_told"
    told = words.sentence(
        "bulletin.overall.later",
        months=issue.months(snapshot.window),
        group=words.order(snapshot.group),
        now=Number(now.srb, 1),
        now_interval=ends(now.interval),  # type: ignore[arg-type]
        model=Number(model.srb, 1),
        model_interval=ends(model.interval),  # type: ignore[arg-type]
        model_level=words.level(model.interval.level),
        chance=words.chance(model.p_above_normal),
        **issue.against(),
        **issue.direct(tally),
    )
    return Paragraph((*told.parts, *words.sentence(verdict, **issue.against()).parts))


def missing(issue: Issue) -> Paragraph:
    """Tell the missing female births with method, reference and interval."""
    snapshot, words = issue.snapshot, issue.words
    point, interval = missing_in_a_year(snapshot)
    return words.sentence(
        "bulletin.overall.missing",
        months=issue.months(snapshot.short_window),
        missing=Number(point),
        interval=NumberRange(interval.lower, interval.upper),
        level=words.level(interval.level),
        **issue.against(),
    )


def _trend(issue: Issue) -> Figure:
    snapshot, words = issue.snapshot, issue.words
    filtered, smoothed = snapshot.result.histories
    minimum = minimum_births(snapshot.month)
    points = []
    for at, period in enumerate(filtered.periods):
        tally = snapshot.book.tally(snapshot.county, snapshot.group, period, period)
        told_then, told_now = (_course(history, snapshot, at) for history in (filtered, smoothed))
        points.append(
            TrendPoint(
                str(period),
                tally.births,
                tally.srb if minimum.may_print_point(tally.births) else None,
                *told_then,
                *told_now,
            )
        )
    head = issue.head(
        "trend-county", words.text("bulletin.trend.title", county=issue.county, group=words.order(snapshot.group))
    )
    chart = draw_trend(Trend(head, tuple(points), issue.benchmarks))
    span = words.span(filtered.periods[0], filtered.periods[-1])
    return issue.figure(
        chart, words.text("bulletin.trend.caption", title=chart.title, span=span), words.text("bulletin.trend.note")
    )


def _course(history: History, snapshot: Snapshot, at: int) -> tuple[float, Interval]:
    """Give a point of the course; the last is the month's own estimate, as the text and the other charts tell it."""
    if history.periods[at] == snapshot.month:
        now = snapshot.modelled(snapshot.county, snapshot.group)
        return now.srb, now.interval
    group = ORDER_GROUPS.index(snapshot.group)
    logs = (history.log_mean, history.log_lower, history.log_upper)
    srb, lower, upper = (100.0 * float(np.exp(values[snapshot.county, group, at])) for values in logs)
    return srb, Interval(lower, upper, snapshot.result.settings.interval)


def _orders(issue: Issue) -> Figure:
    """Draw the order gradient: the orders that a county may show."""
    snapshot, words = issue.snapshot, issue.words
    models = {group: snapshot.modelled(snapshot.county, group) for group in snapshot.rules.order_groups}
    told = {
        group: Standing.TOLD_APART if model.p_above_normal >= snapshot.rules.told_above else Standing.INDISTINGUISHABLE
        for group, model in models.items()
    }
    series = OrderSeries(
        issue.county,
        {group: model.srb for group, model in models.items()},
        {group: model.interval for group, model in models.items()},
        told,
    )
    head = issue.head("order-gradient", words.text("bulletin.orders.title", county=issue.county))
    chart = draw_order_gradient(OrderGradient(head, (series,), issue.benchmarks))
    as_of = words.period(snapshot.month)
    return issue.figure(
        chart, words.text("bulletin.orders.caption", title=chart.title, as_of=as_of), words.text("bulletin.orders.note")
    )
