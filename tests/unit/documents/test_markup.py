"""Markup cannot be broken by what is put into it."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianping.documents.markup import Markup, element, escape, join, number


def is_allowed(letter: str) -> bool:
    """Whether XML 1.0 may hold a letter."""
    return letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff" and not "\ud800" <= letter <= "\udfff")


@given(st.text(), st.text())
def test_any_text_survives_as_content_and_as_attribute(content: str, value: str) -> None:
    found = ET.fromstring(element("g", content, data_x=value))
    allowed = "".join(letter for letter in content if is_allowed(letter))
    assert (found.text or "") == allowed.replace("\r\n", "\n").replace("\r", "\n")
    assert found.get("data-x") is not None
    assert list(found) == []


def test_markup_is_not_escaped_twice() -> None:
    assert element("p", element("b", "a<b")) == "<p><b>a&lt;b</b></p>"
    assert escape(escape("&")) == "&amp;"
    assert join(["<", Markup("<i></i>")]) == "&lt;<i></i>"


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, "1"), (0.125, "0.12"), (-0.001, "0"), (100.0, "100"), (12.5, "12.5")]
)
def test_coordinates_are_written_shortly(value: float, written: str) -> None:
    assert number(value) == written


def test_attributes_can_be_left_out_and_named_like_keywords() -> None:
    made = element("path", class_="mark", stroke_width=1.5, hidden=None, open=False, name="n")
    assert made == '<path class="mark" stroke-width="1.5" name="n"/>'
