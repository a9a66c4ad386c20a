"""Scales and their ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Sex ratios worth a tick, the most telling first.
_SRB_TICKS = (100, 120, 140, 80, 110, 160, 200, 130, 90, 60, 300, 105, 115, 95, 180, 250, 50, 70, 400, 40, 500)


@dataclass(frozen=True)
class Scale:
    """A mapping of values to pixels.

    Attributes:
        low: value at `start`.
        high: value at `end`.
        start: pixel of `low`.
        end: pixel of `high`; smaller than `start` on an upright axis.
        is_log: whether equal ratios take equal room.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        """Give the pixel of a value; values beyond the ends stay at the ends."""
        if self.is_log:
            share = math.log(max(value, 1e-9) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Whether a value lies within the ends."""
        return self.low <= value <= self.high


def spaced_ticks(scale: Scale, candidates: Iterable[float], gap: float) -> tuple[float, ...]:
    """Choose from candidates, the first ones first, those within the scale and at least `gap` pixels apart."""
    chosen: list[float] = []
    for value in candidates:
        if scale.holds(value) and all(abs(scale(value) - scale(other)) >= gap for other in chosen):
            chosen.append(value)
    return tuple(sorted(chosen))


def srb_ticks(scale: Scale, gap: float = 24.0) -> tuple[float, ...]:
    """Choose ticks for an axis of sex ratios."""
    return spaced_ticks(scale, _SRB_TICKS, gap)


def count_ticks(scale: Scale, gap: float = 52.0) -> tuple[float, ...]:
    """Choose ticks for an axis of counts, on round numbers."""
    if not scale.is_log:
        step = next(step for step in _round_numbers() if (scale(step) - scale(0.0)) >= gap)
        return tuple(step * position for position in range(int(scale.high // step) + 1))
    top = max(1, math.ceil(math.log10(max(scale.high, 1.0))))
    powers = [10.0**power for power in range(top + 1)]
    return spaced_ticks(scale, [factor * power for factor in (1, 5, 2) for power in powers], gap)


def _round_numbers() -> Iterable[float]:
    power = 1.0
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def count_scale(lowest: float, highest: float, start: float, end: float) -> Scale:
    """Make an axis of counts: logarithmic where the largest is many times the smallest."""
    lowest = max(lowest, 1.0)
    highest = max(highest, lowest + 1.0)
    if highest / lowest > 20:
        return Scale(lowest * 0.85, highest * 1.15, start, end, is_log=True)
    return Scale(0.0, highest * 1.06, start, end)


def srb_scale(values: Iterable[float], start: float, end: float, *, within: tuple[float, float]) -> Scale:
    """Make a logarithmic axis of sex ratios that holds the values as far as `within` allows.

    It always holds 95–120, so that the normal band and the alert line have company on both sides.
    """
    lowest, highest = 95.0, 120.0
    for value in values:
        if value > 0 and math.isfinite(value):
            lowest, highest = min(lowest, value), max(highest, value)
    low, high = max(lowest * 0.98, within[0]), min(highest * 1.02, within[1])
    return Scale(low, high, start, end, is_log=True)
