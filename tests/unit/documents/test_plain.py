"""A summary as plain text says what the page says."""

from __future__ import annotations

from datetime import date

import pytest

from tianping.documents.cells import Number, NumberRange, sentence
from tianping.documents.content import Callout, CalloutKind, Document, ItemList, KeyFigure, KeyFigures
from tianping.documents.plain import summary_lines

SUMMARY = (
    sentence("Of {n} areas **none** is ranked.", n=Number(12)),
    Callout(CalloutKind.NOTE, "Why", (sentence("Few births."), sentence("Ratio {srb}.", srb=Number(114.23, 1)))),
    ItemList((sentence("one"), sentence("two"))),
    KeyFigures(
        (KeyFigure("Ratio", Number(114.23, 1), NumberRange(106.6, 122.3, 1), "95%"), KeyFigure("n", Number(3290)))
    ),
)


@pytest.mark.parametrize(
    ("language", "figures"),
    [("en", ("Ratio: 114.2 (95% 106.6–122.3)", "n: 3,290")), ("zh_Hans", None)],
)
def test_one_line_for_each_statement_and_figure(language: str, figures: tuple[str, ...] | None) -> None:
    document = Document(language, "T", date(2025, 7, 15), (), summary=SUMMARY)
    lines = summary_lines(document)
    assert len(lines) == 6
    assert lines[0] == "Of 12 areas none is ranked."
    assert lines[2:4] == ("one", "two")
    if figures:
        assert lines[1] == "Why: Few births. Ratio 114.2."
        assert lines[4:] == figures
