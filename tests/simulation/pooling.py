"""Figures over many worlds with their Monte-Carlo errors.

A figure is a ratio of sums over worlds. Its 90 % interval comes from resampling worlds within their shapes: the shapes
are chosen, the worlds of a shape are drawn. One shape by itself has too few worlds for that; its interval is Student's,
of the linearised ratio, and for shares no narrower than counting leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from simulation.tallies import N_BINS

FloatArray = npt.NDArray[np.float64]

LEVEL = 0.90
_N_RESAMPLES = 1000


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        value: the figure; NaN where it is not defined.
        draws: the same from resampled worlds, shape (resamples,); NaN where worlds are too few to tell.
        n_worlds: worlds that speak to it.
    """

    value: float
    draws: FloatArray
    n_worlds: int

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the 90 % interval; NaN when worlds are too few."""
        known = self.draws[~np.isnan(self.draws)]
        if known.size < _N_RESAMPLES // 2:
            return np.nan, np.nan
        lower, upper = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(lower), float(upper)

    def map(self, function: Callable[..., Any], *others: Figure) -> Figure:
        """Apply a function of this and other figures, draw by draw."""
        with np.errstate(invalid="ignore", divide="ignore"):
            value = function(np.float64(self.value), *(np.float64(other.value) for other in others))
            draws = function(self.draws, *(other.draws for other in others))
        return Figure(float(value), draws, min([self.n_worlds, *(other.n_worlds for other in others)]))


@dataclass(frozen=True)
class OfShape:
    """A figure of one shape with its interval; NaN where it is not defined."""

    value: float
    lower: float
    upper: float
    n_worlds: int


class Pool:
    """Records of worlds, pooled."""

    def __init__(self, records: Sequence[dict[str, Any]], seed: int = 1) -> None:
        self.records = [record for record in records if "failed" not in record]
        self.failed = [record for record in records if "failed" in record]
        self.shape_of = np.array([record["shape"] for record in self.records])
        self.shapes = tuple(dict.fromkeys(self.shape_of.tolist()))
        self.weights = self._resampled(np.random.default_rng(seed))

    def _resampled(self, rng: np.random.Generator) -> FloatArray:
        """Give how often each world is in each resample, shape (resamples, worlds).

        Of n worlds n − 1 are drawn, which keeps the variance of few worlds right (Rao and Wu 1988).
        """
        members = [np.flatnonzero(self.shape_of == shape) for shape in self.shapes]
        weights = np.ones((_N_RESAMPLES, len(self.records)))
        for rows in members:
            if (n := len(rows)) > 1:
                weights[:, rows] = rng.multinomial(n - 1, np.full(n, 1 / n), _N_RESAMPLES) * n / (n - 1)
        return weights

    def names(self, start: str) -> list[str]:
        """Give all names that begin so."""
        return sorted({name for record in self.records for name in record["sums"] if name.startswith(start)})

    def pooled(self, name: str, shapes: Sequence[str] | None = None) -> Figure:
        """Give the ratio of the sums over all worlds."""
        of, among = self._sums(name, shapes)
        return self._figure(of, among)

    def averaged(self, name: str, shapes: Sequence[str] | None = None) -> Figure:
        """Give the mean over shapes of each shape's ratio, so that shapes of many areas count no more than others."""
        return _mean([self.pooled(name, [shape]) for shape in shapes or self.shapes])

    def relative_error(
        self, method: str, other: str, place: str, shapes: Sequence[str] | None = None, kind: str = "now"
    ) -> Figure:
        """Give the root mean square error over that of another method: geometric mean over shapes."""
        parts = []
        for shape in shapes or self.shapes:
            mine, theirs = (self.pooled(f"error2/{name}/{kind}/asked/{place}", [shape]) for name in (method, other))
            parts.append(mine.map(lambda a, b: np.log(a / b) / 2, theirs))
        return _mean(parts).map(np.exp)

    def of_shape(self, name: str, shape: str, *, is_share: bool = True) -> OfShape:
        """Give the ratio of one shape with a Student interval; a share's is at least as wide as counting makes it."""
        of, among = self._sums(name, [shape])
        rows = among > 0
        n = int(rows.sum())
        if not n:
            return OfShape(np.nan, np.nan, np.nan, 0)
        value = of.sum() / among.sum()
        if n == 1:
            return OfShape(value, np.nan, np.nan, 1)
        spread = np.sum((of - value * among)[rows] ** 2) * n / (n - 1) / among.sum() ** 2
        if is_share:
            spread = max(spread, LEVEL * (1 - LEVEL) / among.sum())
        half = stats.t.ppf((1 + LEVEL) / 2, n - 1) * np.sqrt(spread)
        return OfShape(value, value - half, value + half, n)

    def common_threshold(self, method: str, limit: float = 0.10) -> Figure:
        """Give the recall at one threshold for all worlds, where the pooled false share is at most `limit`.

        Every world counts the same, whatever its number of areas.
        """
        counts = np.zeros((2, len(self.records), N_BINS))
        for row, record in enumerate(self.records):
            for kind, name in enumerate(("true", "other")):
                for place, n in record["scores"].get(method, {}).get(name, {}).items():
                    counts[kind, row, int(place)] = n / record["asked"]
        above = np.cumsum(counts[..., ::-1], axis=2)
        weights = np.concatenate([np.ones((1, len(self.records))), self.weights])
        found, false = (weights @ part for part in above)
        allowed = false <= limit * (found + false) + 1e-12
        recall = np.max(np.where(allowed, found, 0.0), axis=1) / np.maximum(found[:, -1], 1e-12)
        spoken = counts[0].sum(axis=1) > 0
        return Figure(float(recall[0]), self._believed(recall[1:], spoken), int(spoken.sum()))

    def _sums(self, name: str, shapes: Sequence[str] | None) -> tuple[FloatArray, FloatArray]:
        """Give numerators and denominators by world, 0 outside the shapes."""
        pairs = np.array([record["sums"].get(name, (0.0, 0.0)) for record in self.records], dtype=float)
        pairs = pairs.reshape(-1, 2)
        if shapes is not None:
            pairs[~np.isin(self.shape_of, list(shapes))] = 0.0
        return pairs[:, 0], pairs[:, 1]

    def _figure(self, of: FloatArray, among: FloatArray) -> Figure:
        with np.errstate(invalid="ignore", divide="ignore"):
            value = of.sum() / among.sum() if among.sum() > 0 else np.nan
            draws = (self.weights @ of) / (self.weights @ among)
        return Figure(float(value), self._believed(draws, among > 0), int((among > 0).sum()))

    def _believed(self, draws: FloatArray, spoken: npt.NDArray[np.bool_]) -> FloatArray:
        """Give the draws, NaN where most shapes speak through one world only: resampling it moves nothing."""
        n_worlds = np.unique(self.shape_of[spoken], return_counts=True)[1]
        return draws if (n_worlds > 1).sum() * 2 > len(n_worlds) else np.full_like(draws, np.nan)


def _mean(figures: Sequence[Figure]) -> Figure:
    known = [figure for figure in figures if not np.isnan(figure.value)]
    if not known:
        return Figure(np.nan, np.full(1, np.nan), 0)
    draws = np.stack([np.where(np.isnan(figure.draws), figure.value, figure.draws) for figure in known]).mean(axis=0)
    if sum(not np.isnan(figure.draws).all() for figure in known) * 2 <= len(known):
        draws = np.full_like(draws, np.nan)
    return Figure(float(np.mean([figure.value for figure in known])), draws, sum(figure.n_worlds for figure in known))
