"""What the sections of the atlas are written with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from tianping.documents.cells import Number, NumberRange
from tianping.documents.charts import AreaEstimate, Benchmarks, Head
from tianping.documents.content import Cell, Chart, Column, Figure
from tianping.observatory.atlas.survey import Survey
from tianping.observatory.writing import Fields, Words, births, ends, ratio

#: Interval level of direct ratios.
DIRECT = 0.95
#: Letters of a name that fit into a tile; of a Chinese name the drawing takes its first two characters.
_LETTERS = 3


@dataclass(frozen=True)
class Sheet:
    """A survey with the words of one language, numbering its figures as they are made.

    Attributes:
        survey: what is told.
        words: how it is told.
        short_names: names that maps give provinces, by code; their full names where none is given.
    """

    survey: Survey
    words: Words
    short_names: Mapping[str, str]
    _figures: Iterator[int] = field(default_factory=lambda: count(1))

    def name(self, area: int) -> str:
        """Name an area."""
        return self.words.name(self.survey.areas[area])

    def parent_name(self, area: int) -> str:
        """Name the area above."""
        return self.name(int(self.survey.result.last.run.tree.parent[area]))

    @property
    def benchmarks(self) -> Benchmarks:
        """The ratios that charts measure against."""
        settings, band = self.survey.result.settings, self.survey.band
        return Benchmarks(100.0 * settings.reference.ratio, band.lower, band.upper, settings.alert_at)

    def head(self, key: str, title: str) -> Head:
        """Begin a chart."""
        return Head(key, self.words.language, title)

    def figure(self, chart: Chart, caption: str, note: str, numbers_at: str = "") -> Figure:
        """Number a chart; give it its caption, and below it how to read it and what it is measured against."""
        noted = replace(chart, notes=(*chart.notes, note, self.against_text()))
        return Figure(noted, self.words.text("atlas.figure", number=next(self._figures), caption=caption), numbers_at)

    def against(self) -> Fields:
        """Give the fields that name the reference and the normal range in sentences."""
        reference, band = self.survey.result.settings.reference, self.survey.band
        return {
            "reference": Number(100 * reference.ratio, 1),
            "reference_ends": NumberRange(100 * reference.lower, 100 * reference.upper, 1),
            "normal": NumberRange(band.lower, band.upper),
        }

    def against_text(self) -> str:
        """Name reference, normal range and interval levels in one line."""
        settings, band = self.survey.result.settings, self.survey.band
        return self.words.text(
            "atlas.against",
            reference=f"{100 * settings.reference.ratio:.1f}",
            lower=f"{100 * settings.reference.lower:.1f}",
            upper=f"{100 * settings.reference.upper:.1f}",
            normal_lower=f"{band.lower:g}",
            normal_upper=f"{band.upper:g}",
            direct=self.words.level(DIRECT),
            model=self.words.level(settings.interval),
        )

    def direct_cells(self, area: int) -> tuple[Cell, ...]:
        """Give boys, girls, ratio and its interval."""
        tally = self.survey.tally(area)
        return births(tally.boys), births(tally.girls), ratio(tally.srb), ends(tally.interval(DIRECT))

    def direct_columns(self) -> tuple[Column, ...]:
        """Give the columns of `direct_cells`."""
        words, group = self.words, self.words.text("atlas.column.counted")
        told = [Column(words.text(f"atlas.column.{key}"), group=group) for key in ("boys", "girls", "srb")]
        return (*told, Column(words.level(DIRECT), group=group))

    def model_cells(self, area: int) -> tuple[Cell, ...]:
        """Give the estimate and its interval."""
        return ratio(self.survey.srb(area)), ends(self.survey.interval(area))

    def model_columns(self) -> tuple[Column, ...]:
        """Give the columns of `model_cells`."""
        words, group = self.words, self.words.text("atlas.column.modelled")
        level = words.level(self.survey.result.settings.interval)
        return Column(words.text("atlas.column.estimate"), group=group), Column(level, group=group)

    def estimates(self, areas: Iterable[int]) -> tuple[AreaEstimate, ...]:
        """Give areas for charts, grouped by province."""
        survey = self.survey
        return tuple(
            AreaEstimate(
                survey.areas[area].code,
                self.name(area),
                survey.srb(area),
                survey.interval(area),
                survey.standing(area),
                href=f"#{row_anchor(survey.areas[area].code)}",
                group=survey.areas[area].code[:2],
                short_name="" if self.words.language == "zh_Hans" else self.name(area)[:_LETTERS],
            )
            for area in areas
        )


def row_anchor(code: str) -> str:
    """Give the anchor of an area's row."""
    return f"row-{code}"
