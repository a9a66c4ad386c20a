"""What the births say: the binomial likelihood, linearised, collected on the knots.

With logit p = log SRB = η, the log-likelihood of y boys among n births is almost quadratic in η near p = ½:
score (y − n p) and weight n p (1 − p) at a current η give it to a relative error of about η²/24. Repeating the
step at the fitted η (iteratively reweighted least squares) removes what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import expit

from tianping.srb.basis import Basis
from tianping.srb.delays import delay_offsets
from tianping.srb.layout import Layout
from tianping.srb.results import FloatArray, IntArray
from tianping.terms import Counts

#: Cells from which on births and their likelihood carry seven digits: births are whole numbers far below that.
_MANY_CELLS = 4_000_000
_CELLS_AT_ONCE = 30_000


@dataclass(frozen=True)
class Channels:
    """How the birth-order channels load on an area's effects.

    Attributes:
        loadings: effect of each factor on each channel, shape (channels, factors); with orders the factors
            are x (all births), z2 (order 2) and z3 (order 3 and higher), without there is x alone.
        steps: effect of a step on each channel, shape (channels,).
        used: positions in `terms.ORDERS` of the channels.
    """

    loadings: FloatArray
    steps: FloatArray
    used: tuple[int, ...]

    @property
    def n_factors(self) -> int:
        """Number of factors."""
        return self.loadings.shape[1]


def make_channels(counts: Counts, orders_from: int) -> Channels:
    """Choose channels: with orders 1, 2, 3+ and unknown (the mix of the others), without one channel.

    Args:
        counts: the births.
        orders_from: lowest birth order on which a step acts.
    """
    if not counts.has_orders:
        return Channels(np.ones((1, 1)), np.ones(1), (3,))
    known = (counts.boys[..., :3] + counts.girls[..., :3]).sum((0, 1)).astype(float)
    second, higher = known[1] / known.sum(), known[2] / known.sum()
    loadings = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, second, higher]], dtype=float)
    steps = (np.arange(1, 4) >= orders_from).astype(float)
    return Channels(loadings, np.append(steps, steps @ known / known.sum()), (0, 1, 2, 3))


@dataclass(frozen=True)
class Cells:
    """Births of the leaves by period and channel, as floats.

    Attributes:
        boys: shape (leaves, periods, channels).
        births: both sexes, same shape.
        offset: how far late registration bends the log SRB of the births known so far, broadcastable to the shape.
        noise: variance that not knowing it exactly adds, likewise.
    """

    boys: FloatArray
    births: FloatArray
    offset: FloatArray = field(default_factory=lambda: np.zeros(1))
    noise: FloatArray = field(default_factory=lambda: np.zeros(1))

    def rows(self, which: slice) -> Cells:
        """Take some leaves."""
        offset, noise = (a[which] if a.ndim == 3 and len(a) > 1 else a for a in (self.offset, self.noise))
        return Cells(self.boys[which], self.births[which], offset, noise)

    def at(self, periods: IntArray) -> Cells:
        """Take some periods."""
        offset, noise = (a[:, periods] if a.ndim == 3 else a for a in (self.offset, self.noise))
        return Cells(self.boys[:, periods], self.births[:, periods], offset, noise)


def leaf_cells(counts: Counts, layout: Layout, channels: Channels) -> Cells:
    """Take the leaves' births out of the counts; hidden leaves carry their area's own births.

    Where the counts tell how long registrations take, what lateness does to the ratio comes with them.
    """
    used = list(channels.used)
    own = layout.leaf_areas
    kind: type[Any] = np.float32 if len(own) * len(counts.periods) * len(used) > _MANY_CELLS else np.float64
    boys, births = np.empty((2, len(own), len(counts.periods), len(used)), dtype=kind)
    for which in _row_slices(boys.shape):
        boys[which] = counts.boys[own[which]][..., used]
        births[which] = boys[which] + counts.girls[own[which]][..., used]
    delays = delay_offsets(counts)
    if delays is None:
        return Cells(boys, births)
    return Cells(boys, births, delays.offset[own][..., used], delays.noise[own][..., used])


@dataclass(frozen=True)
class Working:
    """The linearised likelihood, relative to an origin η = log reference.

    Attributes:
        weight: information on η in each cell, shape (leaves, periods, channels).
        pull: information times the working value of η minus the origin, same shape.
    """

    weight: FloatArray
    pull: FloatArray


def linearise(cells: Cells, eta: FloatArray, origin: float | FloatArray, overdispersion: float) -> Working:
    """Linearise the likelihood at `eta`.

    Args:
        cells: the births.
        eta: current log SRB of each cell, broadcastable to the cells' shape.
        origin: what the working values are relative to: log of the reference ratio, and what is taken as known.
        overdispersion: intra-class correlation ρ; weights shrink by 1 + (n − 1)ρ.
    """
    shape = cells.births.shape
    weight, pull = np.empty((2, *shape), dtype=cells.births.dtype)
    eta, origin = np.broadcast_to(eta, shape), np.broadcast_to(origin, shape)
    for which in _row_slices(shape):
        part = cells.rows(which)
        weight[which], pull[which] = _linearised(part, eta[which], origin[which], overdispersion)
    return Working(weight, pull)


def _linearised(
    cells: Cells, eta: FloatArray, origin: FloatArray, overdispersion: float
) -> tuple[FloatArray, FloatArray]:
    """Give weights and pulls of some leaves."""
    p = expit(eta + cells.offset)
    spread = 1.0 + np.maximum(cells.births - 1.0, 0.0) * overdispersion
    weight = cells.births * p * (1.0 - p) / spread
    pull = (cells.boys - cells.births * p) / spread + weight * (eta - origin)
    heard = 1.0 / (1.0 + weight * cells.noise)
    return weight * heard, pull * heard


def _row_slices(shape: tuple[int, ...]) -> Iterator[slice]:
    """Give slices of the first axis small enough for arithmetic on them to stay in the processor's cache."""
    step = max(_CELLS_AT_ONCE // max(int(np.prod(shape[1:])), 1), 1)
    for start in range(0, shape[0], step):
        yield slice(start, min(start + step, shape[0]))


def estimate_overdispersion(cells: Cells, eta: FloatArray) -> float:
    """Estimate the intra-class correlation of births within a cell by its Pearson moment.

    E[(y − np)² − npq] = npq (n − 1) ρ. The estimate is shrunk towards zero by its own standard error, so that
    noise does not widen every interval. Zero with fewer than six periods, where it cannot be told from areas'
    own differences.
    """
    if cells.births.shape[1] < 6:
        return 0.0
    eta = np.broadcast_to(eta, cells.births.shape)
    together = levers = 0.0
    for which in _row_slices(cells.births.shape):
        part = cells.rows(which)
        p = expit(eta[which] + part.offset)
        lever = np.maximum(part.births - 1.0, 0.0)
        scale = np.maximum(part.births, 1.0) * p * (1.0 - p)  # cells without lever do not count
        excess = (part.boys - part.births * p) ** 2 / scale - 1.0
        together += float((excess * lever).sum())
        levers += float((lever**2).sum())
    if not levers:
        return 0.0
    rho, error = together / levers, float(np.sqrt(2.0 / levers))
    return max(rho, 0.0) * rho**2 / (rho**2 + error**2) if rho > 0 else 0.0


@dataclass(frozen=True)
class LeafInformation:
    """The likelihood of each leaf collected on knots: precision J and information vector h of its state.

    The state of a node is its factors' values on the knots, factor-major: index f·knots + k.

    Attributes:
        band: precision of each pair of factors on neighbouring knots, shape (leaves, pairs, 2·knots − 1):
            first the knots themselves, then each knot with its next.
        h: information vector, shape (leaves, factors·knots).
        basis: the basis.
        n_factors: number of factors.
    """

    band: FloatArray
    h: FloatArray
    basis: Basis
    n_factors: int

    def times(self, states: FloatArray) -> FloatArray:
        """Give J times a vector for each leaf, shape (leaves, state)."""
        n, k = len(self.band), self.basis.n_knots
        given = states.reshape(n, self.n_factors, k)
        out = np.zeros_like(given)
        for pair, (a, b) in enumerate(_pairs(self.n_factors)):
            own, next_ = self.band[:, pair, :k], self.band[:, pair, k:]
            for u, v in {(a, b), (b, a)}:
                out[:, u] += own * given[:, v]
                out[:, u, :-1] += next_ * given[:, v, 1:]
                out[:, u, 1:] += next_ * given[:, v, :-1]
        return out.reshape(n, -1)

    def with_h(self, h: FloatArray) -> LeafInformation:
        """Give the same precision with another information vector."""
        return LeafInformation(self.band, h, self.basis, self.n_factors)

    def summed(self, which: slice, starts: IntArray) -> FloatArray:
        """Give the sums of J over groups of leaves, shape (groups, state, state).

        Args:
            which: the leaves.
            starts: where each group starts among them.
        """
        return self._full(np.add.reduceat(self.band[which], starts, axis=0))

    def unit_bands(self) -> FloatArray:
        """Give J for each entry of the band alone, shape (entries, state, state): J is linear in its band."""
        entries = self.band.shape[1] * self.band.shape[2]
        return self._full(np.eye(entries).reshape(entries, *self.band.shape[1:]))

    def _full(self, band: FloatArray) -> FloatArray:
        """Turn bands into full matrices."""
        k, f = self.basis.n_knots, self.n_factors
        j = np.zeros((len(band), f, k, f, k))
        knots = np.arange(k)
        for pair, (a, b) in enumerate(_pairs(f)):
            own, next_ = band[:, pair, :k], band[:, pair, k:]
            for u, v in {(a, b), (b, a)}:
                j[:, u, knots, v, knots] = own
                if k > 1:
                    j[:, u, knots[:-1], v, knots[1:]] = next_
                    j[:, u, knots[1:], v, knots[:-1]] = next_
        return j.reshape(len(band), f * k, f * k)


def _pairs(n_factors: int) -> list[tuple[int, int]]:
    return [(a, b) for a in range(n_factors) for b in range(a, n_factors)]


def joined(parts: list[LeafInformation]) -> LeafInformation:
    """Put the likelihoods of successive leaves together."""
    bands, pulls = np.concatenate([part.band for part in parts]), np.concatenate([part.h for part in parts])
    return LeafInformation(bands, pulls, parts[0].basis, parts[0].n_factors)


def collect(working: Working, pull: FloatArray, channels: Channels, basis: Basis) -> LeafInformation:
    """Collect the linearised likelihood on the knots; `pull` may have expected steps taken out of it."""
    hats, loadings = basis.hats, channels.loadings
    n, periods, _ = working.weight.shape
    products = np.concatenate([hats**2, hats[:, :-1] * hats[:, 1:]], axis=1)
    pair_loadings = np.stack([loadings[:, a] * loadings[:, b] for a, b in _pairs(channels.n_factors)], axis=1)
    by_pair = (working.weight @ pair_loadings).transpose(0, 2, 1)
    band = by_pair.reshape(-1, periods) @ products
    return LeafInformation(
        band.reshape(n, pair_loadings.shape[1], -1), collect_pull(pull, channels, basis), basis, channels.n_factors
    )


def collect_pull(pull: FloatArray, channels: Channels, basis: Basis) -> FloatArray:
    """Collect pulls on the knots, shape (leaves, factors·knots)."""
    n, periods, _ = pull.shape
    by_factor = (pull @ channels.loadings).transpose(0, 2, 1)
    h: FloatArray = (by_factor.reshape(-1, periods) @ basis.hats).reshape(n, -1)
    return h
