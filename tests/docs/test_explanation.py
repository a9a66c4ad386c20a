"""The explanation pages quote the numbers that their figures were computed with, and show only figures that exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import ROOT

PAGES = ROOT / "docs" / "explanation"
FIGURES = ROOT / "docs" / "figures"
IMAGES = ROOT / "docs" / "images" / "explanation"
TOLD = json.loads((FIGURES / "numbers.json").read_text(encoding="utf-8"))
ENDINGS = {"en": ".md", "zh": ".zh.md"}
#: Numbers that are given, not computed: the natural ratio, the limit of rankability, the outer limits of a funnel.
GIVEN = {"106.3", "0.5", "99.8"}
IMAGE = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<path>[^)]+)\)")


def page(name: str, language: str) -> str:
    return (PAGES / f"{name}{ENDINGS[language]}").read_text(encoding="utf-8")


def numbers_in(text: str) -> set[str]:
    """Give the numbers of a text, its links and code left out."""
    return set(
        re.findall(
            r"(?<![a-zA-Z.,\d-])\d+(?:,\d{3})*(?:\.\d+)?(?:-\d\d)?(?![\d])", re.sub(r"\]\([^)]*\)|`[^`]*`", "]", text)
        )
    )


@pytest.mark.parametrize("language", ENDINGS)
@pytest.mark.parametrize("name", TOLD)
def test_every_number_computed_stands_on_its_page_and_none_with_a_decimal_that_was_not(
    name: str, language: str
) -> None:
    quoted, computed = numbers_in(page(name, language)), set(TOLD[name].values())
    assert computed - quoted == set()
    assert {number for number in quoted if "." in number} - computed - GIVEN == set()


@pytest.mark.parametrize("language", ENDINGS)
def test_every_figure_is_shown_once_and_told_in_words(language: str) -> None:
    shown = [match for name in TOLD for match in IMAGE.finditer(page(name, language))]
    drawn = {path.resolve() for path in IMAGES.glob(f"*.{language}.svg")}
    assert sorted((PAGES / match["path"]).resolve() for match in shown) == sorted(drawn)
    assert min(len(match["words"]) for match in shown) > 20


@pytest.mark.slow
def test_the_product_still_computes_what_the_pages_quote(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FIGURES, tmp_path], check=True, cwd=ROOT)
    assert json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8")) == TOLD
    assert {path.name for path in tmp_path.glob("*.svg")} == {path.name for path in IMAGES.glob("*.svg")}
