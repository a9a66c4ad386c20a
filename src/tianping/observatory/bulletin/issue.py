"""What the sections of one issue are written with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from tianping.documents.cells import Absence, Empty, Number, NumberRange, Paragraph, Text
from tianping.documents.charts import Benchmarks, Head
from tianping.documents.content import Chart, Column, Figure
from tianping.observatory.bulletin.snapshot import Snapshot
from tianping.observatory.tallies import Tally
from tianping.observatory.writing import Fields, Words, births, ends, ratio
from tianping.rulebook.min_births import minimum_births


@dataclass(frozen=True)
class Issue:
    """A snapshot with the words of one language, numbering its figures as they are made.

    Attributes:
        snapshot: what is told.
        words: how it is told.
    """

    snapshot: Snapshot
    words: Words
    _figures: Iterator[int] = field(default_factory=lambda: count(1))

    def name(self, area: int) -> str:
        """Name an area."""
        return self.words.name(self.snapshot.areas[area])

    @property
    def county(self) -> str:
        """The county's name."""
        return self.name(self.snapshot.county)

    @property
    def benchmarks(self) -> Benchmarks:
        """The ratios that charts measure against."""
        s = self.snapshot
        reference = 100.0 * s.result.settings.reference.ratio
        return Benchmarks(reference, s.band.lower, s.band.upper, s.signal_rules.alert_at)

    def head(self, key: str, title: str, what_differs: str = "") -> Head:
        """Begin a chart."""
        return Head(key, self.words.language, title, what_differs)

    def figure(self, chart: Chart, caption: str, note: str, numbers_at: str = "") -> Figure:
        """Number a chart; give it its caption, and below it how to read it and what it is measured against."""
        noted = replace(chart, notes=(*chart.notes, note, self.against_text()))
        return Figure(
            noted, self.words.text("bulletin.figure", number=next(self._figures), caption=caption), numbers_at
        )

    def against(self) -> Fields:
        """Give the fields that name the reference and the normal range in sentences."""
        reference, band = self.snapshot.result.settings.reference, self.snapshot.band
        return {
            "reference": Number(100 * reference.ratio, 1),
            "reference_ends": NumberRange(100 * reference.lower, 100 * reference.upper, 1),
            "normal": NumberRange(band.lower, band.upper),
        }

    def against_text(self) -> str:
        """Name reference, normal range and interval levels in one line, for captions and notes."""
        reference, band, rules = self.snapshot.result.settings.reference, self.snapshot.band, self.snapshot.rules
        return self.words.text(
            "bulletin.against",
            reference=f"{100 * reference.ratio:.1f}",
            lower=f"{100 * reference.lower:.1f}",
            upper=f"{100 * reference.upper:.1f}",
            normal_lower=f"{band.lower:g}",
            normal_upper=f"{band.upper:g}",
            direct=self.words.level(rules.direct_interval),
            model=self.words.level(rules.model_interval),
        )

    def direct(self, tally: Tally) -> Fields:
        """Give the fields of a sentence about a direct ratio: births, boys, girls, srb, interval, level."""
        level = self.snapshot.rules.direct_interval
        interval = ends(tally.interval(level))
        return {
            "births": births(tally.births),
            "boys": births(tally.boys),
            "girls": births(tally.girls),
            "srb": _inline(ratio(tally.srb)),
            "interval": _inline(interval),
            "level": self.words.level(level),
        }

    def direct_cells(self, tally: Tally) -> tuple[Number, Number | Empty, NumberRange | Empty]:
        """Give births, ratio and interval for a table; a ratio of too few births is not printed, its interval is."""
        interval = ends(tally.interval(self.snapshot.rules.direct_interval))
        if not minimum_births(self.snapshot.month).may_print_point(tally.births):
            return births(tally.births), Empty(Absence.TOO_FEW), interval
        return births(tally.births), ratio(tally.srb), interval

    def direct_columns(self, group: str, *, by_sex: bool = False) -> tuple[Column, ...]:
        """Give the columns of `direct_cells`, boys and girls between where asked."""
        words = self.words
        sexes = ("boys", "girls") if by_sex else ()
        told = [Column(words.text(f"bulletin.column.{key}"), group=group) for key in ("births", *sexes, "srb")]
        return (*told, Column(words.level(self.snapshot.rules.direct_interval), group=group))

    def months(self, n: int) -> str:
        """Count months in words."""
        return self.words.text(f"bulletin.months.{'one' if n == 1 else 'many'}", n=n)

    def unit_column(self) -> Column:
        """Give the column that names the rows."""
        return Column(self.words.text("bulletin.column.unit"), is_head=True, numeric=False)


def row_anchor(code: str) -> str:
    """Give the anchor of an area's row."""
    return f"row-{code.lower()}"


def plain(text: str) -> Paragraph:
    """Make a paragraph of plain text."""
    return Paragraph((Text(text),))


def _inline(cell: Number | NumberRange | Empty) -> Number | NumberRange | Text:
    """Turn a gap into a dash, since a sentence has no marks of its own."""
    return Text("\N{EN DASH}") if isinstance(cell, Empty) else cell
