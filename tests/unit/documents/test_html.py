"""A page stands alone, is well built for those who cannot see it, and shows exactly what the document says."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tianping.documents.cells import Number
from tianping.documents.content import all_tables
from tianping.documents.html import page_style, render_html
from tianping.documents.numbers import format_cell, format_number
from unit.documents.samples import HOSTILE, LANGUAGES, TEXTS, document

VOID = {"meta", "br", "hr", "col"}


class Page(HTMLParser):
    """What a page is made of: tags with attributes, the texts of elements by tag, the tree's depth."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[tuple[str, list[str]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        name, told = self.open.pop()
        assert name == tag, f"{tag} closes {name}"
        self.texts.append((tag, "".join(told)))

    def handle_data(self, data: str) -> None:
        for _, told in self.open:
            told.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def told(self, tag: str) -> list[str]:
        return [told for name, told in self.texts if name == tag]


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(language: str) -> Page:
    return Page(render_html(document(language)))


def test_it_names_its_language_and_has_one_first_heading(page: Page, language: str) -> None:
    assert page.all("html")[0]["lang"] == {"zh_Hans": "zh-Hans", "en": "en"}[language]
    assert page.told("h1") == [TEXTS[language]["title"]]


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    depths = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in pairwise(depths))


def test_it_has_its_landmarks_and_a_way_past_them(page: Page) -> None:
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    assert page.all("a")[0]["href"] == "#content"
    assert page.all("main")[0]["id"] == "content"


def test_every_table_has_a_caption_and_every_head_a_scope(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table")) > 0
    assert all(caption.strip() for caption in page.told("caption"))
    assert {cell.get("scope") for cell in page.all("th")} <= {"col", "row", "colgroup"}


def test_every_drawing_is_named_and_described(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    for drawing in page.all("svg"):
        assert drawing["role"] in ("img", "group")
        assert {drawing["aria-labelledby"], drawing["aria-describedby"]} <= ids


def test_anchors_are_unique_and_every_link_leads_to_one(page: Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    for link in page.all("a"):
        href = link["href"] or ""
        assert href.startswith("#")
        assert href[1:] in ids


def test_nothing_is_fetched_run_or_styled_from_elsewhere(page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        assert {"src", "srcset", "xlink:href"}.isdisjoint(attributes)
    assert "@import" not in page_style()
    assert "url(" not in page_style()


def test_the_policy_allows_exactly_the_style_that_is_there(page: Page) -> None:
    policy = next(meta["content"] or "" for meta in page.all("meta") if meta.get("http-equiv"))
    digest = base64.b64encode(hashlib.sha256(page.told("style")[0].encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


def test_every_cell_of_every_table_stands_on_the_page_as_it_is_printed_everywhere(page: Page, language: str) -> None:
    shown = Counter(told.strip() for tag in ("td", "th") for told in page.told(tag))
    expected = Counter(
        format_cell(cell, language)
        for table in all_tables(document(language))
        for row in table.rows
        for cell in row.cells
        if not hasattr(cell, "svg")
    )
    assert {words: count for words, count in expected.items() if shown[words.strip()] < count} == {}


def test_figures_in_sentences_carry_their_unrounded_value(page: Page, language: str) -> None:
    data = [(attributes["value"], told) for attributes, told in zip(page.all("data"), page.told("data"), strict=True)]
    assert ("114.192", "114.2") in data
    assert any(value == "3290.0" for value, _ in data)
    for value, told in data:
        written = [format_number(Number(float(value or "nan"), decimals), language) for decimals in (0, 1)]
        assert told.startswith(tuple(written))


def test_a_footnote_leads_there_and_back(page: Page) -> None:
    hrefs = [link["href"] for link in page.all("a")]
    assert "#note-first" in hrefs
    assert "#note-first-from" in hrefs


def test_a_folded_table_folds_by_its_groups_and_keeps_its_warning(page: Page, language: str) -> None:
    names = TEXTS[language]["townships"]
    summaries = page.told("summary")
    assert sum(summary.startswith(name) for name in names[:2] for summary in summaries) == 2
    assert sum(TEXTS[language]["warning"] in caption for caption in page.told("caption")) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_stay_text(language: str) -> None:
    page = Page(render_html(document(language, HOSTILE)))
    assert "script" not in {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert any(HOSTILE[0] in told for told in page.told("h2"))
    assert "\x07" not in "".join(page.told("body"))


def test_a_page_is_the_same_every_time() -> None:
    assert render_html(document("en")) == render_html(document("en"))
