"""The month's bulletin: one county, one month, one language, from one snapshot."""

from __future__ import annotations

from collections.abc import Mapping

from tianping import __version__
from tianping.documents.cells import Number, NumberRange, Paragraph
from tianping.documents.content import (
    Block,
    Callout,
    CalloutKind,
    Document,
    KeyFigure,
    KeyFigures,
    Section,
)
from tianping.observatory.bulletin.advice import advice
from tianping.observatory.bulletin.definitions import definitions
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.lesson import lesson
from tianping.observatory.bulletin.overall import missing_in_a_year, overall, year_so_far
from tianping.observatory.bulletin.quality import quality, quality_table
from tianping.observatory.bulletin.snapshot import ALL, Snapshot
from tianping.observatory.bulletin.units import not_renewed, units, units_table, year_table
from tianping.observatory.bulletin.watch import county_ground, watch
from tianping.observatory.tallies import Tally
from tianping.observatory.writing import Words, ends, ratio
from tianping.rulebook.signals import SignalState


def write_bulletin(snapshot: Snapshot, language: str, names: Mapping[str, str] | None = None) -> Document:
    """Write one issue.

    Args:
        snapshot: what is told.
        language: `zh_Hans` or `en`.
        names: names of areas in that language by code; the areas file's own where none is given.
    """
    words = Words(language, names or {})
    issue = Issue(snapshot, words)
    cumulative = year_so_far(snapshot)
    rules, month = snapshot.rules, snapshot.month
    closed = rules.closed_on(snapshot.known_on or month)
    return Document(
        language=language,
        title=words.text("bulletin.title", county=issue.county, span=words.span(cumulative.first, cumulative.last)),
        published_on=rules.told_on(month),
        sections=_sections(issue),
        subtitle=words.text("bulletin.subtitle", day=words.day(closed)) if snapshot.known_on else "",
        series=words.text("bulletin.series", county=issue.county),
        issue=words.text("bulletin.issue", number=month.month),
        organ=words.text("bulletin.organ", county=issue.county),
        summary=_summary(issue, cumulative),
        method_notes=(words.sentence("bulletin.method_note", **issue.against()),),
        provenance=_provenance(issue),
        copies_to=words.text("bulletin.copies_to"),
        banner=words.text("bulletin.synthetic") if snapshot.truth is not None else "",
    )


def _sections(issue: Issue) -> tuple[Section, ...]:
    """Give the sections that births can fill, numbered in the order in which they stand."""
    snapshot = issue.snapshot
    chapters: list[tuple[str, tuple[Block, ...]]] = [("overall", overall(issue))]
    if snapshot.units:
        chapters.append(("units", units(issue) if snapshot.renewed else not_renewed(issue)))
    chapters += [("quality", quality(issue)), ("watch", watch(issue)), ("advice", advice(issue))]
    sections = [_section(issue, number, key, blocks) for number, (key, blocks) in enumerate(chapters, start=1)]
    return (*sections, *_appendices(issue))


def _section(issue: Issue, number: int, key: str, blocks: tuple[Block, ...]) -> Section:
    words = issue.words
    title = words.text(
        "bulletin.section.numbered",
        number=words.text(f"bulletin.section.number.{number}"),
        title=words.text(f"bulletin.section.{key}"),
    )
    below: tuple[Section, ...] = ()
    if key == "units" and issue.snapshot.renewed and issue.snapshot.truth is not None:
        below = (Section("lesson", words.text("bulletin.section.lesson"), lesson(issue)),)
    return Section(f"section-{key}", title, blocks, below)


def _appendices(issue: Issue) -> tuple[Section, ...]:
    words, snapshot = issue.words, issue.snapshot
    chapters: list[tuple[str, tuple[Block, ...]]] = []
    if snapshot.renewed:
        chapters.append(("units", (units_table(issue, "1"), year_table(issue, "2"))))
        chapters.append(("quality", (quality_table(issue, "3"),)))
    chapters.append(("terms", definitions(issue)))
    return tuple(
        Section(
            f"appendix-{key}",
            words.text("bulletin.appendix.numbered", number=number, title=words.text(f"bulletin.appendix.{key}")),
            blocks,
            is_appendix=True,
        )
        for number, (key, blocks) in enumerate(chapters, start=1)
    )


def _summary(issue: Issue, cumulative: Tally) -> tuple[Block, ...]:
    words = issue.words
    preface = words.sentence(
        "bulletin.preface", span=words.span(cumulative.first, cumulative.last), county=issue.county
    )
    return (preface, _key_figures(issue, cumulative), *_callouts(issue))


def _key_figures(issue: Issue, cumulative: Tally) -> KeyFigures:
    snapshot, words = issue.snapshot, issue.words
    level = snapshot.rules.direct_interval
    year = snapshot.tally(snapshot.county, ALL, snapshot.short_window)
    later = snapshot.tally(snapshot.county, snapshot.group, snapshot.window)
    labels = {
        "cumulative": (cumulative, words.span(cumulative.first, cumulative.last)),
        "year": (year, words.span(year.first, year.last)),
        "later": (later, words.span(later.first, later.last)),
    }
    figures = []
    for key, (tally, span) in labels.items():
        value, interval = ratio(tally.srb), ends(tally.interval(level))
        if isinstance(value, Number):
            label = words.text(
                f"bulletin.key.{key}",
                months=issue.months(snapshot.short_window if key == "year" else snapshot.window),
                group=words.order(snapshot.group),
            )
            shown = interval if isinstance(interval, NumberRange) else None
            figures.append(KeyFigure(label, value, shown, words.level(level), span))
    point, interval_ = missing_in_a_year(snapshot)
    reference = snapshot.result.settings.reference
    note = words.text(
        "bulletin.key.missing_note",
        reference=f"{100 * reference.ratio:.1f}",
        lower=f"{100 * reference.lower:.1f}",
        upper=f"{100 * reference.upper:.1f}",
    )
    label = words.text("bulletin.key.missing", months=issue.months(snapshot.short_window))
    missing = NumberRange(interval_.lower, interval_.upper)
    figures.append(KeyFigure(label, Number(point), missing, words.level(level), note))
    return KeyFigures(tuple(figures))


def _callouts(issue: Issue) -> tuple[Block, ...]:
    """Give the three things that a reader in a hurry must know."""
    snapshot, words = issue.snapshot, issue.words
    fields = {"months": issue.months(snapshot.window), "group": words.order(snapshot.group), **issue.against()}
    county = words.sentence(f"bulletin.callout.{'high' if snapshot.county_is_high else 'not_told'}", **fields)
    found = [Callout(CalloutKind.FINDING, words.text("bulletin.callout.county_title"), (county,))]
    if snapshot.units:
        high = [unit for unit in snapshot.units if snapshot.band_of(unit) == "high"]
        key = "bulletin.callout.some_apart" if high else "bulletin.callout.none_apart"
        told = words.sentence(key, n=Number(len(snapshot.units)), high=Number(len(high)))
        found.append(Callout(CalloutKind.CAUTION, words.text("bulletin.callout.ranking_title"), (told,)))
    n = {
        str(state): Number(len(snapshot.standing(state, below_county=True)))
        for state in (SignalState.OBSERVED, SignalState.SIGNAL)
    }
    signals = words.sentence("bulletin.callout.signals", **n)
    told = Paragraph((*signals.parts, *county_ground(issue).parts))
    found.append(Callout(CalloutKind.FINDING, words.text("bulletin.callout.signals_title"), (told,)))
    return tuple(found)


def _provenance(issue: Issue) -> tuple[tuple[str, str], ...]:
    snapshot, words = issue.snapshot, issue.words
    told = {
        "month": str(snapshot.month),
        "known_on": str(snapshot.known_on or ""),
        "digest": snapshot.result.digest,
        "engine": __version__,
        "reference": snapshot.result.settings.reference.name,
        "seed": str(snapshot.result.settings.seed),
    }
    return tuple((words.text(f"bulletin.provenance.{key}"), value) for key, value in told.items() if value)
