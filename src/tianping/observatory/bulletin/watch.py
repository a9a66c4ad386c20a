"""Section: signals and consultations, with the reason, the expected false alarms and what would lift them."""

from __future__ import annotations

import math

from tianping.documents.cells import Absence, Empty, Number, Paragraph, Text
from tianping.documents.content import Block, Callout, CalloutKind, Cell, Column, Row, Table
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.consultations import Consultation
from tianping.observatory.writing import Fields, chance
from tianping.rulebook.signals import Scope, SignalState

SIGNALS = "signals"


def watch(issue: Issue) -> tuple[Block, ...]:
    """Tell how many areas were asked, who stands where and why."""
    words = issue.words
    follows = Callout(
        CalloutKind.NOTE, words.text("bulletin.watch.follows_title"), (words.sentence("bulletin.watch.follows"),)
    )
    return (_asked(issue), _units(issue), county_ground(issue), _table(issue), follows)


def county_ground(issue: Issue) -> Paragraph:
    """Say whether a consultation of the county itself is proposed, and on which ground."""
    snapshot, words = issue.snapshot, issue.words
    if snapshot.county_is_high:
        return words.sentence(
            "bulletin.watch.county_high",
            months=issue.months(snapshot.window),
            group=words.order_within(snapshot.group),
            chance=words.chance(snapshot.modelled(snapshot.county, snapshot.group, "window").p_above_normal),
            told_above=words.percent(snapshot.rules.told_above),
            alert_at=f"{snapshot.signal_rules.alert_at:g}",
            **issue.against(),
        )
    return words.sentence(f"bulletin.watch.county_{'signal' if snapshot.county_is_signalled else 'none'}")


def shown(issue: Issue) -> tuple[Consultation, ...]:
    """Give the consultations that the table shows: the county's own, and of the units those that stand or ended."""
    return tuple(
        c
        for c in issue.snapshot.consultations
        if c.scope is Scope.COUNTY_AND_ABOVE or c.decision.state is not SignalState.NONE or c.decision.ended_by
    )


def _asked(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    rules, evaluations = snapshot.signal_rules, snapshot.result.evaluations
    return words.sentence(
        "bulletin.watch.asked",
        alert_at=f"{rules.alert_at:g}",
        margin=f"{100 * (rules.margin - 1):g}",
        p_level=words.percent(rules.p_level_below_county),
        false_share=words.percent(rules.difference_false_share),
        persistence=str(rules.persistence),
        n=Number(len(evaluations)),
        first=words.period(evaluations[0].run.as_of),
        last=words.period(evaluations[-1].run.as_of),
    )


def _units(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    states = {
        state: len(snapshot.standing(state, below_county=True)) for state in (SignalState.OBSERVED, SignalState.SIGNAL)
    }
    asked = words.listed([words.order_within(group) for group in snapshot.rules.order_groups])
    fields: Fields = {"n": Number(len(snapshot.units)), "asked": asked}
    if not any(states.values()):
        return words.sentence("bulletin.watch.none", **fields)
    numbers: Fields = {str(state): Number(count) for state, count in states.items()}
    return words.sentence("bulletin.watch.some", **fields, **numbers)


def _table(issue: Issue) -> Table:
    words, rules = issue.words, issue.snapshot.signal_rules
    columns = (
        issue.unit_column(),
        Column(words.text("bulletin.column.order"), numeric=False),
        Column(words.text("bulletin.column.p_level", alert_at=f"{rules.alert_at:g}")),
        Column(words.text("bulletin.column.p_difference", margin=f"{100 * (rules.margin - 1):g}")),
        Column(words.text("bulletin.column.state"), numeric=False),
        Column(words.text("bulletin.column.reason"), numeric=False),
        Column(words.text("bulletin.column.false_alarms")),
        Column(words.text("bulletin.column.lift"), numeric=False),
    )
    rows = tuple(_row(issue, consultation) for consultation in shown(issue))
    title = words.text("bulletin.watch.table", month=words.period(issue.snapshot.month))
    notes = (words.text("bulletin.watch.note"),)
    return Table(SIGNALS, title, columns, rows, notes, sheet=words.text("bulletin.watch.sheet"))


def _row(issue: Issue, consultation: Consultation) -> Row:
    words = issue.words
    state = consultation.decision.state
    cells: tuple[Cell, ...] = (
        Text(issue.name(consultation.area)),
        Text(words.order(consultation.order_group)),
        chance(consultation.p_level, words),
        chance(consultation.p_difference, words),
        Text(
            words.text(f"bulletin.watch.{'county_state' if _on_own_ground(issue, consultation) else 'state'}.{state}")
        ),
        Text(_reason(issue, consultation)),
        _false_alarms(consultation),
        Text(_lift(issue, consultation)),
    )
    return Row(cells)


def _on_own_ground(issue: Issue, consultation: Consultation) -> bool:
    """Say whether the county is consulted about this order group though no signal stands."""
    asked = (consultation.scope, consultation.order_group) == (Scope.COUNTY_AND_ABOVE, issue.snapshot.group)
    return asked and issue.snapshot.county_is_high and consultation.decision.state is not SignalState.SIGNAL


def _reason(issue: Issue, consultation: Consultation) -> str:
    """Say which conditions hold, or which are missing."""
    words, decision = issue.words, consultation.decision
    if decision.ended_by:
        limit = words.percent(issue.snapshot.signal_rules.leave_below)
        fell = [words.text(f"rulebook.ended_by.{name}", limit=limit) for name in decision.ended_by]
        return words.text("bulletin.watch.ended", conditions=words.listed(fell))
    if decision.held_back:
        rules = issue.snapshot.signal_rules
        asked = {"alert_at": f"{rules.alert_at:g}", "margin": f"{100 * (rules.margin - 1):g}"}
        held = [words.text(f"bulletin.watch.held_back.{name}", **asked) for name in decision.held_back]
        return words.text("bulletin.watch.not_met", conditions=words.listed(held))
    key = "bulletin.watch.met_level" if consultation.scope is Scope.COUNTY_AND_ABOVE else "bulletin.watch.met_both"
    return words.text(key, crossings=decision.crossings)


def _false_alarms(consultation: Consultation) -> Cell:
    """Give how many of those on the list are expected to be there by chance; a gap where nobody is on it."""
    if not consultation.n_listed:
        return Empty(Absence.NOT_APPLICABLE)
    return Number(consultation.false_share * consultation.n_listed, 1)


def _lift(issue: Issue, consultation: Consultation) -> str:
    rules, words = issue.snapshot.signal_rules, issue.words
    if _on_own_ground(issue, consultation):
        return words.text("bulletin.watch.lift_county")
    if consultation.decision.state is SignalState.NONE:
        return words.text("bulletin.watch.nothing_to_lift")
    if consultation.decision.state is SignalState.OBSERVED:
        return words.text("bulletin.watch.lift_observed", limit=words.percent(rules.leave_below))
    return " ".join((_lift_signal(issue, consultation), words.text("bulletin.watch.lift_error")))


def _lift_signal(issue: Issue, consultation: Consultation) -> str:
    """Say when a signal ends, and how many births at the reference ratio that takes."""
    rules, words, needed = issue.snapshot.signal_rules, issue.words, consultation.lift
    below = "county" if consultation.scope is Scope.COUNTY_AND_ABOVE else "unit"
    rule = words.text(
        f"bulletin.watch.lift_{below}_signal", clearance=rules.clearance, limit=words.percent(rules.leave_below)
    )
    if not needed.births or not math.isfinite(needed.periods):
        return rule
    more = words.text(
        "bulletin.watch.lift_births", births=f"{needed.births:,.0f}", months=issue.months(math.ceil(needed.periods))
    )
    return f"{rule} {more}"
