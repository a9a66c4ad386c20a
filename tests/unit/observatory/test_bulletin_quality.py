"""Lateness is told by sex, and only called uneven when chance does not explain it."""

from __future__ import annotations

import pytest

from tianping.observatory.bulletin.quality import Lateness

# boys, girls, late boys, late girls → mostly girls
TOLD = [
    (Lateness(500, 450, 0, 0), False),
    (Lateness(500, 450, 20, 18), False),
    (Lateness(500, 450, 0, 6), True),
    (Lateness(500, 450, 0, 4), False),
    (Lateness(500, 450, 10, 30), True),
    (Lateness(0, 0, 0, 0), False),
]


@pytest.mark.parametrize(("late", "mostly_girls"), TOLD)
def test_mostly_girls(late: Lateness, mostly_girls: bool) -> None:
    assert late.mostly_girls(0.95) is mostly_girls


def test_shares() -> None:
    late = Lateness(500, 450, 10, 30)
    assert late.share_on_time == pytest.approx(910 / 950)
    assert late.share_of_girls == pytest.approx(0.75)
    interval = late.girls_interval(0.95)
    assert interval.lower < 0.75 < interval.upper
