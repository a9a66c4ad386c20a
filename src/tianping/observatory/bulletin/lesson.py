"""Section for an invented county only: what a monthly ranking would have said, beside what can be said."""

from __future__ import annotations

import numpy as np

from tianping.documents.cells import Absence, Empty, Number, Paragraph, Text
from tianping.documents.content import Block, Column, Row, Table
from tianping.observatory.bulletin.issue import Issue
from tianping.observatory.bulletin.snapshot import ALL, Snapshot
from tianping.observatory.writing import rank, ratio
from tianping.rulebook.min_births import minimum_births
from tianping.terms import Period

LESSON = "raw-ranking"
#: So many of the highest are compared between two months.
_TOP = 4
#: A month's ratio so near the true one (boys per 100 girls) looks as if it told it.
_NEAR = 5.0


def lesson(issue: Issue) -> tuple[Block, ...]:
    """Show the raw rankings of two successive months and how little they share, beside rank intervals."""
    snapshot, words = issue.snapshot, issue.words
    before, now = snapshot.month.shift(-1), snapshot.month
    ranks = {month: raw_ranks(snapshot, month) for month in (before, now)}
    tops = [{unit for unit, (rank, _) in ranks[month].items() if rank <= _TOP} for month in (before, now)]
    told = words.sentence(
        "bulletin.lesson.overlap",
        top=str(_TOP),
        before=words.period(before),
        now=words.period(now),
        overlap=Number(len(tops[0] & tops[1])),
    )
    return (words.sentence("bulletin.lesson.opening"), told, *_truth(issue, ranks[now]), _table(issue, ranks))


def raw_ranks(snapshot: Snapshot, month: Period) -> dict[int, tuple[int, float]]:
    """Rank the units by the month's raw ratio of all births, 1 the highest, as it was once done."""
    srb = {unit: snapshot.book.tally(unit, ALL, month, month).srb for unit in snapshot.units}
    ordered = sorted((unit for unit in srb if np.isfinite(srb[unit])), key=lambda unit: -srb[unit])
    return {unit: (rank, srb[unit]) for rank, unit in enumerate(ordered, start=1)}


def _truth(issue: Issue, ranks: dict[int, tuple[int, float]]) -> tuple[Paragraph, ...]:
    """Say what is true of the unit that the ranking puts first and of the one that is truly highest."""
    snapshot, words = issue.snapshot, issue.words
    true = _true_srb(snapshot)
    known = [unit for unit in ranks if unit in true]
    if not known:
        return ()
    first = min(known, key=lambda unit: ranks[unit][0])
    lowest = min(known, key=lambda unit: (true[unit], ranks[unit][0]))
    highest = max(known, key=lambda unit: true[unit])
    near = [unit for unit in dict.fromkeys((first, lowest, highest)) if abs(ranks[unit][1] - true[unit]) <= _NEAR]
    names = words.listed([issue.name(unit) for unit in near])
    chance = (words.sentence("bulletin.lesson.chance", units=names),) if near else ()
    return (
        words.sentence(
            "bulletin.lesson.truth",
            now=words.period(snapshot.month),
            first=issue.name(first),
            first_raw=Number(ranks[first][1], 1),
            first_true=Number(true[first], 1),
            lowest=issue.name(lowest),
            lowest_raw=Number(ranks[lowest][1], 1),
            lowest_rank=Number(ranks[lowest][0]),
            lowest_true=Number(true[lowest], 1),
            highest=issue.name(highest),
            highest_raw=Number(ranks[highest][1], 1),
            highest_rank=Number(ranks[highest][0]),
            highest_true=Number(true[highest], 1),
        ),
        *chance,
    )


def _true_srb(snapshot: Snapshot) -> dict[int, float]:
    """Give the true ratio of all births in the month told, by unit."""
    if snapshot.truth is None:
        return {}
    positions = snapshot.last.run.tree.positions
    return {
        positions[row["area_code"]]: float(row["srb"])
        for row in snapshot.truth.to_pylist()
        if row["period"] == str(snapshot.month) and row["order_group"] == ALL and row["area_code"] in positions
    }


def _table(issue: Issue, ranks: dict[Period, dict[int, tuple[int, float]]]) -> Table:
    snapshot, words = issue.snapshot, issue.words
    level = words.level(snapshot.rules.model_interval)
    columns = [issue.unit_column()]
    for month in ranks:
        group = words.text("bulletin.lesson.raw", month=words.period(month))
        columns += [
            Column(words.text("bulletin.column.srb"), group=group),
            Column(words.text("bulletin.column.raw_rank"), group=group),
        ]
    honest = words.text("bulletin.lesson.honest", group=words.order_within(snapshot.group))
    columns += [Column(words.text("bulletin.column.rank", level=level), group=honest)]
    columns += [Column(words.text("bulletin.column.band"), group=honest, numeric=False)]
    rows = []
    for unit in snapshot.units:
        raw = [cell for month in ranks for cell in _raw_cells(ranks[month].get(unit))]
        interval = rank(snapshot.rank(unit))
        rows.append(
            Row((Text(issue.name(unit)), *raw, interval, Text(words.text(f"bulletin.band.{snapshot.band_of(unit)}"))))
        )
    title, watermark = words.text("bulletin.lesson.table"), words.text("bulletin.lesson.watermark")
    notes = (words.text("bulletin.lesson.note", least=minimum_births(snapshot.month).point),)
    sheet = words.text("bulletin.lesson.sheet")
    return Table(LESSON, title, tuple(columns), tuple(rows), notes, watermark=watermark, sheet=sheet)


def _raw_cells(told: tuple[int, float] | None) -> tuple[Number | Empty, Number | Empty]:
    if told is None:
        return Empty(Absence.NO_DATA), Empty(Absence.NO_DATA)
    return ratio(told[1]), Number(told[0])
