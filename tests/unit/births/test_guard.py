"""The short cut past a million numbered remarks never lets through what the red line refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.births.guard import ContentGuard, refuse_headers, without_small_numbers
from tianping.rulebook.loading import load_rules
from tianping.rulebook.redline import refused_content
from tianping.terms import RedLineError

SPELLED = "".join(load_rules("redline")["folding"]["digits"])
KINSHIP = [
    "wife",
    "his mother",
    "village 3",
    "lane 12",
    "row",
    "note",
    "a.b@c.org",
    "@",
    "+",
    "-",
    " ",
    "\uff18",
    "\u200b",
]
pieces = st.sampled_from(KINSHIP) | st.text(st.sampled_from("0123456789" + SPELLED), max_size=5) | st.text(max_size=3)


@costly(60)
@given(st.lists(pieces, max_size=8).map("".join))
def test_small_numbers_do_not_decide(text: str) -> None:
    assert refused_content(without_small_numbers(text)) == refused_content(text)


@given(st.integers(0, 9_999_999))
def test_numbered_remarks_look_alike(n: int) -> None:
    assert without_small_numbers(f"remark {n}") == "remark 0"


def test_a_refused_value_is_told_by_column_and_row_only() -> None:
    guard = ContentGuard(["area_code", "memo"], known={"13800138000"})
    rows = np.array([2, 3, 4], dtype=np.int64)
    guard.check(0, ["13800138000"], np.array([0, 0, 0], dtype=np.int32), rows)
    with pytest.raises(RedLineError) as refused:
        guard.check(1, ["x", "call 139 0013 8000"], np.array([0, 1, 1], dtype=np.int32), rows)
    assert refused.value.values == {"column": "2: memo", "row": 3, "reason": "phone_number"}


def test_a_header_that_is_itself_a_value_is_told_by_its_position() -> None:
    with pytest.raises(RedLineError) as refused:
        refuse_headers(["area_code", "13800138000"], "births")
    assert refused.value.values == {"column": "2", "row": 1, "reason": "phone_number"}
