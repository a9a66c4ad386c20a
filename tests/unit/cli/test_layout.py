"""Terminal layout: a wide character takes two columns, nothing is lost, lines stay within their columns."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianping.cli.layout import aligned, listed, pad, width, wrap

WIDE, COMMA, FULL_STOP = "\u5929", "\uff0c", "\u3002"
TEXTS = st.text(st.sampled_from(["a", "b", " ", ".", "é", WIDE, COMMA, FULL_STOP, "\uff08", "\uff09"]), max_size=60)


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), (WIDE * 2, 4), (f"a{COMMA}", 3), ("e\u0301", 1), ("–", 1)]
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@settings(deadline=None)
@given(TEXTS, st.integers(8, 40))
def test_wrapping_loses_no_sign(text: str, columns: int) -> None:
    assert "".join("".join(wrap(text, columns)).split()) == "".join(text.split())


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from(["a", "b", WIDE]), min_size=1, max_size=4), max_size=20), st.integers(8, 40))
def test_lines_of_short_words_stay_within_the_columns(words: list[str], columns: int) -> None:
    assert all(width(line) <= columns for line in wrap(" ".join(words), columns))


@settings(deadline=None)
@given(st.text(st.sampled_from([WIDE, COMMA, FULL_STOP]), max_size=60))
def test_no_line_but_the_first_begins_with_a_closing_mark(text: str) -> None:
    assert not any(line.startswith((COMMA, FULL_STOP)) for line in wrap(text, 12)[1:])


@settings(deadline=None)
@given(TEXTS, st.booleans())
def test_padding_gives_the_columns(text: str, right: bool) -> None:
    assert width(pad(text, width(text) + 3, right=right)) == width(text) + 3


def test_columns_stand_under_each_other_in_both_scripts() -> None:
    table = aligned([WIDE * 2, "n"], [["a", "1"], [WIDE * 3, "22"]], numbers=[1])
    assert table.split("\n") == [f"{WIDE * 2}     n", "------  --", "a        1", f"{WIDE * 3}  22"]


def test_a_long_name_stands_on_a_line_of_its_own() -> None:
    assert listed([("a" * 30, "first"), ("b", "second")]) == f"  {'a' * 30}\n{' ' * 32}first\n  b{' ' * 29}second"
