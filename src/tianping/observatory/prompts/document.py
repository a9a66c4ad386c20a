"""Data-quality prompts as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tianping import __version__
from tianping.documents.cells import Number, Paragraph, Text
from tianping.documents.charts import Head, Strip, StripPoint, draw_strip
from tianping.documents.content import (
    Block,
    Callout,
    CalloutKind,
    Cell,
    Column,
    DefinitionList,
    Document,
    Figure,
    ItemList,
    Row,
    Section,
    Table,
)
from tianping.observatory.examining import Examined
from tianping.observatory.prompts.sentences import asks, p_text, reason_text, test_name, told_of
from tianping.observatory.writing import Words, births
from tianping.rulebook.bulletin import bulletin_rules
from tianping.srb.forensics import Examination, Verdict, deviations

#: Verdicts from the most telling to the least; a test of several parts shows the first that one of them has.
_WEIGHT = (*(Verdict.CHECK, Verdict.NOT_BINOMIAL, Verdict.UNREMARKABLE, Verdict.NOT_DETECTABLE, Verdict.NOT_ASKED),)


@dataclass(frozen=True)
class _Sheet:
    """An examination with the words of one language."""

    examined: Examined
    words: Words

    @property
    def found(self) -> Examination:
        return self.examined.examination

    def name(self, unit: int) -> str:
        return self.words.name(self.examined.tree.areas[self.found.reports.areas[unit]])

    def code(self, unit: int) -> str:
        return self.examined.tree.areas[self.found.reports.areas[unit]].code

    @property
    def listed(self) -> list[int]:
        """Units asked to check, by code."""
        return sorted(map(int, np.flatnonzero(self.found.check)), key=self.code)


def write_prompts(
    examined: Examined, language: str, *, digest: str = "", names: Mapping[str, str] | None = None
) -> Document:
    """Write the prompts.

    Args:
        examined: what the tests say.
        language: `zh_Hans` or `en`.
        digest: digest of the births; empty when none is told.
        names: names of areas in that language by code; the areas file's own where none is given.
    """
    sheet = _Sheet(examined, Words(language, names or {}))
    words, periods = sheet.words, sheet.found.reports.periods
    span, known = words.span(periods[0], periods[-1]), examined.known_on
    last = (known or periods[-1]).last_month
    key = "forensics.page.subtitle" if known is None else "forensics.page.subtitle_known"
    told = {"digest": digest, "engine": __version__}
    return Document(
        language=language,
        title=words.text("forensics.page.title"),
        published_on=bulletin_rules(last).closed_on(last),
        sections=_sections(sheet),
        subtitle=words.text(key, span=span, **({} if known is None else {"known": words.period(known)})),
        series=words.text("forensics.page.series"),
        summary=_summary(sheet),
        provenance=tuple(
            (words.text(f"forensics.page.provenance.{name}"), value) for name, value in told.items() if value
        ),
    )


def _summary(sheet: _Sheet) -> tuple[Block, ...]:
    found, words = sheet.found, sheet.words
    days = str(bulletin_rules(sheet.examined.as_of.last_month).answer_days)
    told = {"units": Number(len(found.reports)), "asked": Number(found.n_asked)}
    rate = words.percent(found.limits.false_discovery_rate)
    first = (
        words.sentence("forensics.page.summary", check=Number(sheet.examined.n_check), rate=rate, **told)
        if sheet.examined.n_check
        else words.sentence("forensics.page.none", **told)
    )
    body = [words.sentence("forensics.page.what", days=days)]
    body += [words.sentence(f"forensics.page.{key}") for key in ("survey", "silence")]
    return (first, Callout(CalloutKind.CAUTION, words.text("forensics.page.what_title"), tuple(body)))


def _sections(sheet: _Sheet) -> tuple[Section, ...]:
    words = sheet.words
    nobody = () if sheet.listed else (words.sentence("forensics.page.nobody"),)
    below = tuple(_unit(sheet, unit) for unit in sheet.listed)
    return (
        Section("units", words.text("forensics.page.units"), nobody, below),
        Section("all", words.text("forensics.page.all"), (_table(sheet),)),
        Section("tests", words.text("forensics.page.tests"), _tests(sheet)),
        Section("not-asked", words.text("forensics.page.not_asked"), _not_asked(sheet)),
    )


def _unit(sheet: _Sheet, unit: int) -> Section:
    found, words = sheet.found, sheet.words
    name, language = sheet.name(unit), words.language
    combined = words.sentence(
        "forensics.page.combined",
        births=births(int(found.reports.births[unit].sum())),
        periods=Number(int(found.reports.periods_told[unit])),
        p=p_text(float(found.p[unit]), language),
    )
    reasons = [at for at, one in enumerate(found.answers) if one.counts and found.named[unit, at]]
    told = tuple(Paragraph((Text(told_of(found, at, unit, language)),)) for at in reasons)
    return Section(f"unit-{unit + 1}", name, (combined, ItemList(told), _strip(sheet, unit)))


def _strip(sheet: _Sheet, unit: int) -> Figure:
    reports, words, name = sheet.found.reports, sheet.words, sheet.name(unit)
    points = tuple(
        StripPoint(str(period), int(n), None if np.isnan(z) else float(z))
        for period, n, z in zip(reports.periods, reports.births[unit].sum(1), deviations(reports)[unit], strict=True)
    )
    head = Head(f"strip-{unit + 1}", words.language, words.text("forensics.page.strip", name=name))
    chart = draw_strip(Strip(head, points))
    noted = replace(chart, notes=(*chart.notes, words.text("forensics.page.strip_note")))
    return Figure(noted, words.text("forensics.page.strip_caption", name=name))


def _by_test(found: Examination) -> dict[str, list[int]]:
    """Give positions of the answers by test, in their order."""
    tests: dict[str, list[int]] = {}
    for at, one in enumerate(found.answers):
        tests.setdefault(one.test, []).append(at)
    return tests


def _table(sheet: _Sheet) -> Table:
    found, words = sheet.found, sheet.words
    tests = {
        test: parts for test, parts in _by_test(found).items() if any(found.answers[at].asked.any() for at in parts)
    }
    columns = [
        Column(words.text("forensics.page.column.unit"), is_head=True, numeric=False),
        Column(words.text("forensics.page.column.births")),
        Column(words.text("forensics.page.column.p"), numeric=False),
        *(Column(test, numeric=False) for test in tests),
    ]
    rows = []
    for unit in sorted(range(len(found.reports)), key=sheet.code):
        p = float(found.p[unit])
        cells: list[Cell] = [
            Text(sheet.name(unit)),
            births(int(found.reports.births[unit].sum())),
            Text("\N{EN DASH}" if np.isnan(p) else p_text(p, words.language)),
        ]
        for parts in tests.values():
            verdict = min((found.verdict(at, unit) for at in parts), key=_WEIGHT.index)
            cells.append(Text(words.text(f"forensics.mark.{verdict}"), strong=verdict is Verdict.CHECK))
        rows.append(Row(tuple(cells)))
    notes = (words.text("forensics.page.table_note"),)
    return Table("verdicts", words.text("forensics.page.table"), tuple(columns), tuple(rows), notes)


def _tests(sheet: _Sheet) -> tuple[Block, ...]:
    words, found = sheet.words, sheet.found
    rate = words.percent(found.limits.false_discovery_rate)
    entries = []
    for parts in _by_test(found).values():
        asked = words.text("documents.chart.sentence_separator").join(
            asks(found.answers[at], words.language) for at in parts
        )
        entries.append((test_name(found.answers[parts[0]], words.language), Paragraph((Text(asked),))))
    return (words.sentence("forensics.page.tests_intro", rate=rate), DefinitionList(tuple(entries)))


def _not_asked(sheet: _Sheet) -> tuple[Block, ...]:
    items = tuple(_reasons(sheet))
    return (sheet.words.sentence("forensics.page.not_asked_intro"), ItemList(items)) if items else ()


def _reasons(sheet: _Sheet) -> Iterator[Paragraph]:
    """Tell for each part of a test why units were not asked, and how many."""
    for one in sheet.found.answers:
        for reason, units in zip(*np.unique(one.reason[~one.asked], return_counts=True), strict=True):
            yield sheet.words.sentence(
                "forensics.page.not_asked_item",
                name=f"{one.test}.{one.part}",
                reason=reason_text(int(reason), sheet.words.language),
                n=Number(int(units)),
            )
