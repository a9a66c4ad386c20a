"""Courses of an imbalance over time; each of shape (areas, periods), from 0 (none) to 1 (full)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def logistic(n_periods: int, middle: FloatArray, width: FloatArray) -> FloatArray:
    """Rise smoothly from 0 to 1 around `middle`; most of the rise takes four widths."""
    time = np.arange(n_periods)
    return 1 / (1 + np.exp(-(time - middle[:, None]) / width[:, None]))


def trapezoid(n_periods: int, start: FloatArray, rise: FloatArray, plateau: FloatArray, fall: FloatArray) -> FloatArray:
    """Rise in a straight line, stay, fall in a straight line."""
    age = np.arange(n_periods) - start[:, None]
    up = age / rise[:, None]
    down = (rise[:, None] + plateau[:, None] + fall[:, None] - age) / fall[:, None]
    return np.clip(np.minimum(up, down), 0, 1)


def spell(n_periods: int, start: FloatArray, length: FloatArray) -> FloatArray:
    """Stand at 1 from `start` for `length` periods, at 0 otherwise."""
    age = np.arange(n_periods) - start[:, None]
    return ((age >= 0) & (age < length[:, None])).astype(np.float64)


def wave(n_periods: int, length: FloatArray, phase: FloatArray) -> FloatArray:
    """Swing between -1 and 1 with a period of its own."""
    return np.sin(2 * np.pi * (np.arange(n_periods) / length[:, None] + phase[:, None]))
