"""Lateness is told by sex, and only called uneven when chance does not explain it."""

from __future__ import annotations

import pytest

from tianping.observatory.bulletin.quality import Lateness, _hidden
from tianping.rulebook.bulletin import bulletin_rules

# boys, girls, late boys, late girls → mostly girls
RULES = bulletin_rules()
TOLD = [
    (Lateness(500, 450, 0, 0), False),
    (Lateness(500, 450, 20, 18), False),
    (Lateness(500, 450, 0, 6), False),
    (Lateness(500, 450, 0, 19), False),
    (Lateness(500, 450, 0, 20), True),
    (Lateness(500, 450, 10, 30), True),
    (Lateness(0, 0, 0, 0), False),
]


@pytest.mark.parametrize(("late", "mostly_girls"), TOLD)
def test_mostly_girls(late: Lateness, mostly_girls: bool) -> None:
    assert late.mostly_girls(RULES) is mostly_girls


def test_shares() -> None:
    late = Lateness(500, 450, 10, 30)
    assert late.share_on_time == pytest.approx(910 / 950)
    assert late.share_of_girls == pytest.approx(0.75)


def test_few_late_births_of_a_unit_cannot_be_worked_out_from_the_total() -> None:
    none, few, some, many = (Lateness(500, 450, n // 2, n - n // 2) for n in (0, 6, 12, 40))
    alone = _hidden({1: none, 2: few, 3: many}, (1, 2, 3), RULES)
    assert (alone.late, alone.girls) == ({1, 2}, {1, 2})
    by_sex = _hidden({1: some, 2: many, 3: many}, (1, 2, 3), RULES)
    assert (by_sex.late, by_sex.girls) == (set(), {1, 2})
    assert not _hidden({1: none, 2: many}, (1, 2), RULES).girls
