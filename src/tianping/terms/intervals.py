"""An interval that always says its level."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """An interval with its probability level.

    Attributes:
        lower: lower end, in the unit of the quantity.
        upper: upper end.
        level: probability or confidence level, 0–1.
    """

    lower: float
    upper: float
    level: float
