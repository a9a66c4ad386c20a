"""Section and appendix: the quality of the reports, as far as births alone can tell it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.documents.cells import Absence, Empty, Number, Paragraph, Text, sentence
from tianping.documents.content import Block, Cell, Column, ItemList, Row, Table
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.snapshot import Snapshot
from tianping.observatory.findings import finding_text
from tianping.observatory.writing import Fields, births, percent
from tianping.rulebook.bulletin import BulletinRules
from tianping.srb.forensics import p_of_late_girls
from tianping.terms import Counts, Severity

QUALITY = "quality-units"


@dataclass(frozen=True)
class Lateness:
    """Births of the short window by when they were reported, one area with all below it.

    Attributes:
        boys: boys known at the close of the month told.
        girls: girls likewise.
        late_boys: of these, reported after the close of their own month.
        late_girls: likewise.
    """

    boys: int
    girls: int
    late_boys: int
    late_girls: int

    @property
    def births(self) -> int:
        """Boys and girls."""
        return self.boys + self.girls

    @property
    def late(self) -> int:
        """Births reported late."""
        return self.late_boys + self.late_girls

    @property
    def share_on_time(self) -> float:
        """Share reported by the close of their own month, 0–1; NaN without births."""
        return 1.0 - self.late / self.births if self.births else float("nan")

    @property
    def share_of_girls(self) -> float:
        """Share of girls among the late, 0–1; NaN where none is late."""
        return self.late_girls / self.late if self.late else float("nan")

    def mostly_girls(self, rules: BulletinRules) -> bool:
        """Say whether girls are late more often than the births in time would lead to expect; never of a few."""
        if self.late < rules.least_late_by_sex or self.late == self.births:
            return False
        counts = (self.late_girls, self.late, self.girls - self.late_girls, self.births - self.late)
        return p_of_late_girls(*counts) < 0.5 - rules.direct_interval / 2


def lateness(snapshot: Snapshot) -> dict[int, Lateness] | None:
    """Give the lateness of the county and its units; None when the births do not say when they were reported."""
    if snapshot.known_on is None:
        return None
    months = snapshot.counts.periods[-snapshot.short_window :]
    in_time = [snapshot.births.counts(month, month) for month in months]
    first = -len(months)
    known = _by_sex(snapshot.counts, slice(first, None))
    closed = sum(_by_sex(counts, slice(-1, None)) for counts in in_time)
    late = known - closed
    areas = (snapshot.county, *snapshot.units)
    return {area: Lateness(*(int(n) for n in (*known[:, area], *late[:, area]))) for area in areas}


def _by_sex(counts: Counts, span: slice) -> np.ndarray:
    return np.stack([part[:, span].sum((1, 2)) for part in counts.pooled()])


def quality(issue: Issue) -> tuple[Block, ...]:
    """Tell unknown orders, late reports, and what was found while reading the reports."""
    return (_order_unknown(issue), *_late(issue), _prompts(issue), *_findings(issue))


def _order_unknown(issue: Issue) -> Paragraph:
    snapshot, words = issue.snapshot, issue.words
    share = snapshot.book.share_order_unknown(snapshot.county, snapshot.short_window)
    limit = snapshot.signal_rules.order_unknown_limit
    verdict = words.text("bulletin.quality.orders_fine" if share <= limit else "bulletin.quality.orders_lacking")
    return words.sentence(
        "bulletin.quality.order_unknown",
        months=issue.months(snapshot.short_window),
        share=_share(share),
        limit=words.percent(limit),
        verdict=verdict,
    )


def _share(share: float) -> Number | Text:
    cell = percent(share)
    return cell if isinstance(cell, Number) else Text("\N{EN DASH}")


def _late(issue: Issue) -> tuple[Paragraph, ...]:
    snapshot, words = issue.snapshot, issue.words
    told = lateness(snapshot)
    if told is None:
        return (words.sentence("bulletin.quality.no_reported"),)
    county = told[snapshot.county]
    fields: Fields = {
        "months": issue.months(snapshot.short_window),
        "births": births(county.births),
        "late": births(county.late),
        "share": _share(county.share_on_time),
    }
    if not county.late:
        return (words.sentence("bulletin.quality.none_late", months=fields["months"], births=fields["births"]),)
    rules = snapshot.rules
    if county.late < rules.least_late_by_sex:
        return (words.sentence("bulletin.quality.few_late", least=str(rules.least_late_by_sex), **fields),)
    verdict = "bulletin.quality.mostly_girls" if county.mostly_girls(rules) else "bulletin.quality.both_sexes"
    girls: Fields = {"girls": births(county.late_girls), "share_of_girls": _share(county.share_of_girls)}
    told_by = words.text(verdict, p=f"{0.5 - rules.direct_interval / 2:g}")
    return (words.sentence("bulletin.quality.late", verdict=told_by, **fields, **girls),)


def _prompts(issue: Issue) -> Paragraph:
    """Tell how many units are asked to check their reports; none is named before it has answered."""
    snapshot, words = issue.snapshot, issue.words
    if not snapshot.n_prompts:
        return words.sentence("bulletin.quality.no_prompts")
    days = Number(snapshot.rules.answer_days)
    return words.sentence("bulletin.quality.prompts", n=Number(snapshot.n_prompts), days=days)


def _findings(issue: Issue) -> tuple[Block, ...]:
    """List what was found while reading, told as what, why, what to do."""
    later = (found for found in issue.snapshot.last.findings if found.severity is not Severity.INFO)
    found = (*issue.snapshot.births.findings, *later)
    if not found:
        return (issue.words.sentence("bulletin.quality.no_findings"),)
    items = []
    for finding in found:
        what, why, todo = finding_text(finding, issue.words.language)
        items.append(sentence("**{what}** {why} {todo}", what=what, why=why, todo=todo))
    return (issue.words.sentence("bulletin.quality.findings", n=Number(len(found))), ItemList(tuple(items)))


def quality_table(issue: Issue, number: str) -> Table:
    """Make the table of the units' reports in the short window."""
    snapshot, words = issue.snapshot, issue.words
    told = lateness(snapshot)
    columns = [
        issue.unit_column(),
        Column(words.text("bulletin.column.births")),
        Column(words.text("bulletin.column.order_unknown")),
    ]
    if told is not None:
        columns += [Column(words.text(f"bulletin.column.{key}")) for key in ("on_time", "late", "late_girls")]
    rules = snapshot.rules
    hidden = _hidden(told, snapshot.units, rules) if told is not None else _Hidden()
    rows = []
    for area in (*snapshot.units, snapshot.county):
        is_county = area == snapshot.county
        name = Text(words.text("bulletin.row.county") if is_county else issue.name(area), strong=is_county)
        unknown = percent(snapshot.book.share_order_unknown(area, snapshot.short_window))
        cells: list[Cell] = [name, births(_births(snapshot, area)), unknown]
        if told is not None:
            cells += _late_cells(told[area], area in hidden.late, area in hidden.girls or _is_few(told[area], rules))
        rows.append(Row(tuple(cells), is_total=is_county))
    tally = snapshot.tally(snapshot.county, "all", snapshot.short_window)
    title = words.text("bulletin.table.quality", number=number, span=words.span(tally.first, tally.last))
    few = words.text("bulletin.table.few_late", least=rules.least_late, by_sex=rules.least_late_by_sex)
    notes = (words.text("bulletin.table.quality_note"), *((few,) if told is not None else ()))
    return Table(QUALITY, title, tuple(columns), tuple(rows), notes, sheet=words.text("bulletin.table.quality_sheet"))


@dataclass(frozen=True)
class _Hidden:
    """Units whose late births are not told, and those whose late girls are not."""

    late: frozenset[int] = frozenset()
    girls: frozenset[int] = frozenset()


def _hidden(told: dict[int, Lateness], units: tuple[int, ...], rules: BulletinRules) -> _Hidden:
    """Choose what is not told; where the county's total would give a single one away, one more is not."""
    few = {unit for unit in units if 0 < told[unit].late < rules.least_late}
    late = _with_company(few, units, told)
    by_sex = {unit for unit in units if _is_few(told[unit], rules)} | late
    return _Hidden(frozenset(late), frozenset(_with_company(by_sex, units, told)))


def _is_few(late: Lateness, rules: BulletinRules) -> bool:
    return 0 < late.late < rules.least_late_by_sex


def _with_company(hidden: set[int], units: tuple[int, ...], told: dict[int, Lateness]) -> set[int]:
    others = sorted((unit for unit in units if unit not in hidden), key=lambda unit: told[unit].late)
    return hidden | set(others[:1]) if len(hidden) == 1 else hidden


def _late_cells(late: Lateness, hides_late: bool, hides_girls: bool) -> list[Cell]:
    gap = Empty(Absence.SUPPRESSED)
    told: list[Cell] = [gap, gap] if hides_late else [percent(late.share_on_time), births(late.late)]
    return [*told, gap if hides_girls else births(late.late_girls)]


def _births(snapshot: Snapshot, area: int) -> int:
    return snapshot.tally(area, "all", snapshot.short_window).births
