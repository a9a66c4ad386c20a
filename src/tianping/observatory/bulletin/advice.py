"""Section: work proposed to the office, only what follows from the births."""

from __future__ import annotations

from collections.abc import Iterator

from tianping.documents.cells import Text
from tianping.documents.content import Block, Column, Row, Table
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.quality import lateness
from tianping.rulebook.signals import SignalState

ADVICE = "advice"

#: What is proposed, on which ground, who does it, within how many working days (empty when it has no end).
_Proposal = tuple[str, str, str, str]


def advice(issue: Issue) -> tuple[Block, ...]:
    """Tell what is proposed, with ground, unit and time."""
    words = issue.words
    columns = [
        Column(words.text(f"bulletin.column.{key}"), is_head=key == "what", numeric=False)
        for key in ("what", "ground", "who", "due")
    ]
    rows = tuple(Row(tuple(Text(part) for part in proposal)) for proposal in _proposals(issue))
    table = Table(
        ADVICE, words.text("bulletin.advice.table"), tuple(columns), rows, sheet=words.text("bulletin.advice.table")
    )
    return (words.sentence("bulletin.advice.opening"), table, words.sentence("bulletin.advice.closing"))


def _proposals(issue: Issue) -> Iterator[_Proposal]:
    snapshot, words = issue.snapshot, issue.words
    rules = snapshot.rules
    consulted = words.text("bulletin.advice.working_days", days=rules.consultation_days)
    if snapshot.county_is_high:
        yield _proposal(
            issue, "county", consulted, group=words.order(snapshot.group), months=issue.months(snapshot.window)
        )
    elif snapshot.county_is_signalled:
        yield _proposal(issue, "county_signal", consulted)
    signalled = [issue.name(c.area) for c in snapshot.standing(SignalState.SIGNAL, below_county=True)]
    if signalled:
        yield _proposal(issue, "signal", consulted, units=words.listed(list(dict.fromkeys(signalled))))
    observed = [issue.name(c.area) for c in snapshot.standing(SignalState.OBSERVED, below_county=True)]
    if observed:
        yield _proposal(
            issue,
            "observed",
            words.text("bulletin.advice.next_month"),
            units=words.listed(list(dict.fromkeys(observed))),
        )
    yield from _about_reports(issue)
    yield _proposal(issue, "no_ranking", words.text("bulletin.advice.always"))


def _about_reports(issue: Issue) -> Iterator[_Proposal]:
    snapshot, words, rules = issue.snapshot, issue.words, issue.snapshot.rules
    answered = words.text("bulletin.advice.working_days", days=rules.answer_days)
    unknown = snapshot.book.share_order_unknown(snapshot.county, snapshot.short_window)
    if unknown > snapshot.signal_rules.order_unknown_limit:
        yield _proposal(issue, "orders", answered, limit=words.percent(snapshot.signal_rules.order_unknown_limit))
    if snapshot.n_prompts:
        yield _proposal(issue, "prompts", answered, n=snapshot.n_prompts)
    told = lateness(snapshot)
    if told is None:
        return
    county = told[snapshot.county]
    if county.mostly_girls(rules):
        yield _proposal(issue, "late_girls", answered, late=county.late, girls=county.late_girls)
    elif county.share_on_time < rules.timeliness_limit:
        yield _proposal(issue, "late", answered, limit=words.percent(rules.timeliness_limit))


def _proposal(issue: Issue, key: str, due: str, **values: object) -> _Proposal:
    words = issue.words
    what, ground, who = (words.text(f"bulletin.advice.{key}.{part}", **values) for part in ("what", "ground", "who"))
    return what, ground, who, due
