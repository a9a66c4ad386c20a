"""The atlas as a document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tianping import __version__
from tianping.documents.cells import Number, NumberRange
from tianping.documents.charts import Boundaries
from tianping.documents.content import (
    Block,
    Callout,
    CalloutKind,
    Document,
    ItemList,
    KeyFigure,
    KeyFigures,
    Section,
)
from tianping.observatory.atlas.counties import compared, counties, county_table
from tianping.observatory.atlas.prefectures import prefectures
from tianping.observatory.atlas.provinces import provinces
from tianping.observatory.atlas.sheet import DIRECT, Sheet
from tianping.observatory.atlas.survey import FOLDER, Survey
from tianping.observatory.bundled import bundled_names
from tianping.observatory.writing import Fields, Words, ends
from tianping.srb.direct import direct_interval, observed_srb

#: The census's reference time, which dates the document.
CENSUS_DAY = date(2010, 11, 1)


def write_atlas(
    survey: Survey, language: str, names: Mapping[str, str] | None = None, boundaries: Boundaries | None = None
) -> Document:
    """Write the atlas.

    Args:
        survey: what is told.
        language: `zh_Hans` or `en`.
        names: names of areas in that language by code; the areas file's own where none is given.
        boundaries: outlines of prefectures, from `charts.read_boundaries`; tiles stand for them without it.
    """
    words = Words(language, names or {})
    short_names = bundled_names(FOLDER, "short_names.csv") if language == "zh_Hans" else {}
    sheet = Sheet(survey, words, short_names)
    return Document(
        language=language,
        title=words.text("atlas.title"),
        published_on=CENSUS_DAY,
        sections=_sections(sheet, boundaries),
        subtitle=words.text("atlas.subtitle"),
        series=words.text("atlas.series"),
        issue=words.text("atlas.source"),
        organ=words.text("atlas.census_day"),
        summary=_summary(sheet),
        method_notes=(words.sentence("atlas.method", **sheet.against()),),
        provenance=_provenance(sheet),
    )


def _sections(sheet: Sheet, boundaries: Boundaries | None) -> tuple[Section, ...]:
    words = sheet.words
    chapters: list[tuple[str, tuple[Block, ...]]] = [
        ("provinces", provinces(sheet)),
        ("prefectures", prefectures(sheet, boundaries)),
        ("counties", counties(sheet)),
        ("compared", compared(sheet)),
        ("table", (words.sentence("atlas.find"), county_table(sheet))),
    ]
    return tuple(
        Section(
            f"section-{key}",
            words.text(
                "atlas.section.numbered",
                number=words.text(f"atlas.section.number.{n}"),
                title=words.text(f"atlas.section.{key}"),
            ),
            blocks,
        )
        for n, (key, blocks) in enumerate(chapters, start=1)
    )


def _summary(sheet: Sheet) -> tuple[Block, ...]:
    words = sheet.words
    caution = tuple(words.sentence(f"atlas.caution.{n}") for n in (1, 2))
    found = [words.sentence(f"atlas.found.{key}", **fields) for key, fields in _found(sheet)]
    return (
        Callout(CalloutKind.CAUTION, words.text("atlas.caution.title"), caution),
        _key_figures(sheet),
        ItemList(tuple(found)),
    )


def _found(sheet: Sheet) -> list[tuple[str, Fields]]:
    """Give the findings in the order of their weight."""
    survey = sheet.survey
    settings, lists = survey.result.settings, survey.lists
    ranking = survey.rankings["county"]
    listed = int(lists.level.sum())
    return [
        (
            "told",
            {
                "n": Number(len(survey.of_level("county"))),
                "high": Number(ranking.group.count("high")),
                "low": Number(ranking.group.count("low")),
                "between": Number(ranking.group.count("indistinguishable")),
            },
        ),
        (
            "listed",
            {
                "listed": Number(listed),
                "alert_at": f"{settings.alert_at:g}",
                "wrong": Number(lists.level_share * listed),
            },
        ),
        ("simple", {"simple": Number(int(lists.simple.sum())), "listed": Number(listed)}),
    ]


def _key_figures(sheet: Sheet) -> KeyFigures:
    survey, words = sheet.survey, sheet.words
    boys, girls = survey.published
    interval = ends(direct_interval(boys, girls, DIRECT), 2)
    tally = survey.tally(int(survey.of_level("nation")[0]))
    figures = [
        KeyFigure(
            words.text("atlas.key.nation"),
            Number(observed_srb(boys, girls), 2),
            interval if isinstance(interval, NumberRange) else None,
            words.level(DIRECT),
            words.text("atlas.key.nation_note"),
        ),
        KeyFigure(
            words.text("atlas.key.counties"),
            Number(tally.srb, 2),
            note=words.text("atlas.key.counties_note"),
        ),
        KeyFigure(
            words.text("atlas.key.rankability"),
            Number(survey.rankings["county"].rankability, 2),
            note=words.text("atlas.key.rankability_note"),
        ),
        KeyFigure(
            words.text("atlas.key.listed", alert_at=f"{survey.result.settings.alert_at:g}"),
            Number(int(survey.lists.level.sum())),
            note=words.text("atlas.key.listed_note", false_share=words.percent(survey.result.settings.fdr_alert)),
        ),
    ]
    return KeyFigures(tuple(figures))


def _provenance(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    survey, words = sheet.survey, sheet.words
    told = {
        "data": words.text("atlas.provenance.data_told"),
        "licence": words.text("atlas.provenance.licence_told"),
        "digest": survey.result.digest,
        "engine": __version__,
        "reference": survey.result.settings.reference.name,
        "seed": str(survey.result.settings.seed),
    }
    return tuple((words.text(f"atlas.provenance.{key}"), value) for key, value in told.items())
