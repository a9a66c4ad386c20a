"""Prompts ask and never accuse: who is asked what, what could not be asked, what could not be seen."""

from __future__ import annotations

import pytest

import tianping
from tianping.documents.cells import Text
from tianping.documents.content import Document, Figure, Table, all_blocks, all_paragraphs, all_sections, all_tables
from tianping.locale import LANGUAGES, catalogue
from tianping.observatory.demonstration import bundled_county
from tianping.observatory.examining import Examined
from tianping.observatory.prompts import told_of, write_prompts
from tianping.srb.forensics import REASONS, Verdict

ACCUSING = {
    "en": ("fraud", "fake", "false report", "forged", "falsif", "suspect", "guilt", "cheat"),
    "zh_Hans": ("\u9020\u5047", "\u4f5c\u5047", "\u5acc\u7591", "\u5f04\u865a", "\u8fdd\u6cd5", "\u8ffd\u8d23"),
}


@pytest.fixture(scope="module")
def december() -> Examined:
    return tianping.examine_reports(bundled_county().births, as_of="2025-12", known_on="2025-12")


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, december: Examined) -> Document:
    return write_prompts(december, request.param, digest="d" * 64)


def test_each_unit_asked_has_its_sentences_and_its_strip(page: Document) -> None:
    units = [section for section in all_sections(page) if section.key.startswith("unit-")]
    assert len(units) == 3
    for section in units:
        assert sum(isinstance(block, Figure) for block in section.blocks) == 1
    strips = [block.chart for block in all_blocks(page) if isinstance(block, Figure)]
    assert all(len(chart.table.rows) == 24 and "<svg" in chart.svg for chart in strips)


def test_every_unit_stands_in_the_table_by_code_and_only_tests_that_could_be_asked(
    page: Document, december: Examined
) -> None:
    table = next(table for table in all_tables(page) if table.key == "verdicts")
    assert isinstance(table, Table)
    names = [cell.text for row in table.rows if isinstance(cell := row.cells[0], Text)]
    assert names == [area.name for area in december.tree.areas if area.level == "township"]
    heads = {column.title for column in table.columns}
    assert "FR_DISP" in heads
    assert "FR_XSRC" not in heads


def test_what_could_not_be_asked_is_told(page: Document) -> None:
    told = "".join(
        part.text for paragraph in all_paragraphs(page) for part in paragraph.parts if isinstance(part, Text)
    )
    for part in ("FR_XSRC.sources", "FR_COH.girls", "FR_ACC0.audit", "FR_DIG.digits"):
        assert part in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_accuses(language: str) -> None:
    for key, told in catalogue(language).items():
        if key.startswith("forensics."):
            assert not [word for word in ACCUSING[language] if word in told.lower()], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_of_every_unit_has_its_sentence(december: Examined, language: str) -> None:
    found = december.examination
    told = {
        (at, unit): told_of(found, at, unit, language)
        for at in range(len(found.answers))
        for unit in range(len(found.reports))
    }
    assert all("{" not in sentence and "nan" not in sentence for sentence in told.values())
    verdicts = {found.verdict(at, unit) for at, unit in told}
    assert verdicts >= {Verdict.CHECK, Verdict.UNREMARKABLE, Verdict.NOT_DETECTABLE, Verdict.NOT_ASKED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_and_every_part_has_its_words(december: Examined, language: str) -> None:
    texts = catalogue(language)
    assert {f"forensics.reason.{reason}" for reason in REASONS if reason} == {
        key for key in texts if key.startswith("forensics.reason.")
    }
    for one in december.examination.answers:
        for word in ("asks", "measure", "found"):
            assert f"forensics.{one.test.lower()}.{one.part}.{word}" in texts
