"""What every method writes: estimates by township, half-year and order, and scores by township and month."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.world import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Estimates:
    """Estimates of log SRB; arrays have shape (rows,).

    Attributes:
        township: position of the township.
        half: half-year, from 0.
        order: position of the order, 0 to 2.
        mean: point estimate.
        lower: lower end of the 90 % interval, NaN where none was given.
        upper: upper end.
    """

    township: IntArray
    half: IntArray
    order: IntArray
    mean: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Scores:
    """How strongly a method speaks for an SRB above the alert; arrays have shape (rows,).

    Attributes:
        township: position of the township.
        month: month, from 0; the score knows the births up to it.
        score: higher speaks more strongly; only the order counts.
        flagged: whether the method's own rule puts the township on its list.
    """

    township: IntArray
    month: IntArray
    score: FloatArray
    flagged: BoolArray


def write_estimates(path: Path, mean: FloatArray, lower: FloatArray, upper: FloatArray) -> None:
    """Write estimates of all cells, arrays of shape (townships, half-years, orders)."""
    township, half, order = np.indices(mean.shape).reshape(3, -1).tolist()
    order = [one + 1 for one in order]
    rows = zip(township, half, order, mean.ravel(), lower.ravel(), upper.ravel(), strict=True)
    _write(path, ("township", "half", "order", "mean", "lower", "upper"), rows)


def read_estimates(path: Path) -> Estimates:
    """Read what a method wrote."""
    table = np.genfromtxt(path, delimiter=",", skip_header=1, ndmin=2)
    township, half, order = table[:, :3].T.astype(np.int64)
    return Estimates(township, half, order - 1, *table[:, 3:6].T)


def write_scores(path: Path, evaluations: Iterable[tuple[int, FloatArray, BoolArray]]) -> None:
    """Write month, score and flag of every township, evaluation by evaluation."""
    rows = (
        (i, month, value, int(flag))
        for month, score, flagged in evaluations
        for i, (value, flag) in enumerate(zip(score.tolist(), flagged.tolist(), strict=True))
    )
    _write(path, ("township", "month", "score", "flagged"), rows)


def read_scores(path: Path) -> Scores:
    """Read what a method wrote."""
    table = np.genfromtxt(path, delimiter=",", skip_header=1, ndmin=2)
    return Scores(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2], table[:, 3] > 0)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(rows)
