"""Exact Gaussian inference on the tree: messages up, posteriors down.

A node's state u is its parent's plus U ε with ε ~ N(0, I). With the likelihood of everything below a node in
information form (J, h), A = I + Uᵀ J U gives all that is needed, and stays well conditioned when a scale
vanishes: the message to the parent is J − J U A⁻¹ Uᵀ J and h − J U A⁻¹ Uᵀ h; the log evidence gains
½ (Uᵀh)ᵀ A⁻¹ Uᵀh − ½ log |A|; and given the parent, ε has mean A⁻¹ Uᵀ (h − J u_parent) and covariance A⁻¹.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tianping.srb.layout import LEAF, Layout, group_starts
from tianping.srb.observations import LeafInformation
from tianping.srb.results import FloatArray, IntArray
from tianping.srb.scales import ScaleSet

#: Leaves taken at once: few enough for their arrays to stay in the processor's cache.
_CHUNK = 256


@dataclass(frozen=True)
class Local:
    """A batch of nodes, each with the likelihood below it and its link to the parent.

    Attributes:
        u: square root of the prior covariance of the deviation, shape (state, columns) or (nodes, state, columns).
        uj: Uᵀ J, shape (nodes, columns, state).
        cov: A⁻¹, shape (nodes, columns, columns).
        uh: Uᵀ h, shape (nodes, columns).
        log_det: log |A|, shape (nodes,).
    """

    u: FloatArray
    uj: FloatArray
    cov: FloatArray
    uh: FloatArray
    log_det: FloatArray

    @classmethod
    def of(cls, j: FloatArray, h: FloatArray, u: FloatArray) -> Local:
        """Solve the small system of each node.

        Args:
            j: precision below, shape (nodes, state, state).
            h: information vector below, shape (nodes, state).
            u: square root of the prior covariance.
        """
        ut = np.swapaxes(u, -1, -2)
        uj = ut @ j
        return cls._solve(u, uj, uj @ u, (ut @ h[..., None])[..., 0])

    @classmethod
    def of_leaves(cls, information: LeafInformation, which: slice, u: FloatArray) -> Local:
        """Solve the small systems of some leaves, which all have the same U, out of their bands."""
        columns, n = u.shape[1], which.stop - which.start
        by_band = (u.T @ information.unit_bands()).reshape(-1, columns * len(u))
        uj = (information.band[which].reshape(n, -1) @ by_band).reshape(n, columns, -1)
        uju = (uj.reshape(n * columns, -1) @ u).reshape(n, columns, columns)
        return cls._solve(u, uj, uju, information.h[which] @ u)

    @classmethod
    def _solve(cls, u: FloatArray, uj: FloatArray, uju: FloatArray, uh: FloatArray) -> Local:
        diagonal = np.arange(uju.shape[1])
        uju[:, diagonal, diagonal] += 1.0
        roots = np.diagonal(np.linalg.cholesky(uju), axis1=1, axis2=2)
        return cls(u, uj, np.asarray(np.linalg.inv(uju), dtype=float), uh, 2.0 * np.log(roots).sum(1))

    @cached_property
    def gain(self) -> FloatArray:
        """A⁻¹ Uᵀ J, shape (nodes, columns, state)."""
        found: FloatArray = self.cov @ self.uj
        return found

    @cached_property
    def alone(self) -> FloatArray:
        """A⁻¹ Uᵀ h: the deviation's mean if the parent's state were zero, shape (nodes, columns)."""
        found: FloatArray = (self.cov @ self.uh[..., None])[..., 0]
        return found

    def lost(self, starts: IntArray) -> tuple[FloatArray, FloatArray]:
        """Give what the way to the parent costs in precision and information vector, summed by group of nodes.

        Args:
            starts: where each group of nodes starts.
        """
        by_node = (self.alone[:, None, :] @ self.uj)[:, 0]
        return _gram_by_group(self.uj, self.gain, starts), np.add.reduceat(by_node, starts, axis=0)

    def log_evidence(self) -> float:
        """Give the log evidence gained at these nodes, up to a constant."""
        return float(0.5 * (self.uh * self.alone).sum() - 0.5 * self.log_det.sum())

    def deviation(self, mean: FloatArray) -> FloatArray:
        """Give the mean of ε from the parents' posterior means (taken per node), shape (nodes, columns)."""
        return self.alone - (self.gain @ mean[..., None])[..., 0]

    def state(self, mean: FloatArray, deviation: FloatArray) -> FloatArray:
        """Give the nodes' posterior means from their parents' and the deviations'."""
        if self.u.ndim == 2:
            return mean + deviation @ self.u.T
        found: FloatArray = mean + (self.u @ deviation[..., None])[..., 0]
        return found

    def shared(self, cov: FloatArray) -> FloatArray:
        """Give the covariances of states with anything, (I − U A⁻¹ Uᵀ J) cov, from those of the parents' states.

        Args:
            cov: taken per node, shape (nodes, state, anything).
        """
        found: FloatArray = cov - self.u @ (self.gain @ cov)
        return found

    def covariance(self, cov: FloatArray) -> FloatArray:
        """Give the nodes' posterior covariances from their parents' (taken per node)."""
        shared = self.shared(cov)
        ut = np.swapaxes(self.u, -1, -2)
        found: FloatArray = shared + (self.u @ self.cov - shared @ np.swapaxes(self.gain, -1, -2)) @ ut
        return found

    def second_moment(self, deviation: FloatArray, cov: FloatArray) -> FloatArray:
        """Give E[ε²] from its mean and the parents' posterior covariances, shape (nodes, columns)."""
        variance = np.diagonal(self.cov, axis1=-2, axis2=-1) + ((self.gain @ cov) * self.gain).sum(-1)
        found: FloatArray = deviation**2 + variance
        return found

    def descend(self, mean: FloatArray, cov: FloatArray) -> Posterior:
        """Give the nodes' posterior from their parents' (arrays already taken per node)."""
        deviation = self.deviation(mean)
        return Posterior(self.state(mean, deviation), self.covariance(cov), self.second_moment(deviation, cov))


def _gram_by_group(a: FloatArray, b: FloatArray, starts: IntArray) -> FloatArray:
    """Give Σ aᵀ b over each group of nodes, shape (groups, state, state)."""
    n, _, size = a.shape
    ends = np.append(starts[1:], n)
    sizes = ends - starts
    if (sizes == sizes[0]).all():  # families of one size make one product of stacked matrices
        a, b = a.reshape(len(starts), -1, size), b.reshape(len(starts), -1, size)
        found: FloatArray = np.swapaxes(a, 1, 2) @ b
        return found
    out = np.empty((len(starts), size, size))
    for k, (first, end) in enumerate(zip(starts, ends, strict=True)):
        np.matmul(a[first:end].reshape(-1, size).T, b[first:end].reshape(-1, size), out=out[k])
    return out


@dataclass(frozen=True)
class Posterior:
    """Posterior of a batch of nodes.

    Attributes:
        mean: state means, shape (nodes, state).
        cov: state covariances, shape (nodes, state, state).
        second_moment: E[ε²] of the standardised deviations, shape (nodes, columns).
    """

    mean: FloatArray
    cov: FloatArray
    second_moment: FloatArray


@dataclass(frozen=True)
class Passed:
    """Result of the upward pass.

    Attributes:
        roots: square root of the prior covariance by class.
        tiers: the inner nodes' local systems, in the layout's order of tiers.
        top: the root's local system.
        log_evidence: log evidence of the data, up to a constant that does not depend on the scales.
    """

    roots: dict[int, FloatArray]
    tiers: tuple[Local, ...]
    top: Local
    log_evidence: float

    @property
    def size(self) -> int:
        """Length of a state."""
        return self.top.uj.shape[-1]


def leaf_chunks(layout: Layout) -> Iterator[slice]:
    """Give slices of the leaves small enough to hold full matrices of; families stay together where they fit."""
    n = len(layout.leaves)
    _, starts = group_starts(layout.parent_slots(layout.leaves))
    ends, start = np.append(starts[1:], n), 0
    while start < n:
        whole = ends[np.searchsorted(ends, start + _CHUNK, side="right") - 1]
        stop = int(whole) if whole > start else min(start + _CHUNK, n)
        yield slice(start, stop)
        start = stop


def pass_up(
    layout: Layout, information: LeafInformation, scales: ScaleSet, phi: FloatArray, stretch: FloatArray
) -> Passed:
    """Send the births' information up the tree.

    Args:
        layout: the model's tree.
        information: likelihood of each leaf.
        scales: which scales there are.
        phi: their values.
        stretch: variance multiplier of each inner node's static son-preference effect (heavy tails),
            shape (slots,).
    """
    size = information.h.shape[1]
    kinds = {int(kind) for kind in layout.kind[:-1]}
    roots = {kind: scales.root_of(kind, phi) for kind in kinds}
    j, h = np.zeros((layout.n_slots, size, size)), np.zeros((layout.n_slots, size))
    evidence = 0.0
    for which in leaf_chunks(layout):
        local = Local.of_leaves(information, which, roots[LEAF])
        to, starts = group_starts(layout.parent_slots(layout.leaves[which]))
        below = information.summed(which, starts), np.add.reduceat(information.h[which], starts, axis=0)
        _deliver(local, below, to, starts, (j, h))
        evidence += local.log_evidence()
    tiers = []
    for nodes in layout.tiers:
        slots = layout.slots[nodes]
        local = Local.of(j[slots], h[slots], _roots_of(layout, nodes, stretch[slots], roots, scales))
        to, starts = group_starts(layout.parent_slots(nodes))
        below = np.add.reduceat(j[slots], starts, axis=0), np.add.reduceat(h[slots], starts, axis=0)
        _deliver(local, below, to, starts, (j, h))
        evidence += local.log_evidence()
        tiers.append(local)
    top = Local.of(j[-1:], h[-1:], scales.top_root(phi))
    return Passed(roots, tuple(tiers), top, evidence + top.log_evidence())


def _deliver(
    local: Local,
    below: tuple[FloatArray, FloatArray],
    to: IntArray,
    starts: IntArray,
    information: tuple[FloatArray, FloatArray],
) -> None:
    """Add messages to the parents' information; nodes come grouped by parent, what is below them already summed."""
    for total, known, lost in zip(information, below, local.lost(starts), strict=True):
        total[to] += known - lost


def _roots_of(
    layout: Layout, nodes: IntArray, stretch: FloatArray, roots: dict[int, FloatArray], scales: ScaleSet
) -> FloatArray:
    """Give inner nodes' roots, their static son-preference column stretched; shape (nodes, state, columns).

    Classes with fewer columns are padded with zero columns, which change nothing. An only child does not deviate
    from its parent: three levels above one county are one level.
    """
    kinds = layout.kind[nodes]
    width = max(roots[int(kind)].shape[1] for kind in np.unique(kinds))
    u = np.zeros((len(kinds), roots[int(kinds[0])].shape[0], width))
    for kind in np.unique(kinds):
        here = np.flatnonzero((kinds == kind) & ~layout.is_only_child[nodes])
        root = roots[int(kind)]
        u[here, :, : root.shape[1]] = root
        u[here, :, preference_column(scales)] *= np.sqrt(stretch[here])[:, None]
    return u


def preference_column(scales: ScaleSet) -> int:
    """Give the column of a root that holds the static son-preference effect (z, or x without orders)."""
    return 1 if scales.n_factors == 3 else 0


def pass_down(layout: Layout, passed: Passed) -> tuple[FloatArray, FloatArray, tuple[Posterior, ...], Posterior]:
    """Give posterior means and covariances of all inner nodes and the root.

    Returns:
        means, shape (slots, state); covariances, shape (slots, state, state); the tiers' posteriors in the
        layout's order; and the root's.
    """
    size = passed.size
    mean, cov = np.zeros((layout.n_slots, size)), np.zeros((layout.n_slots, size, size))
    top = passed.top.descend(np.zeros((1, size)), np.zeros((1, size, size)))
    mean[-1], cov[-1] = top.mean[0], top.cov[0]
    posteriors = []
    for nodes, local in zip(reversed(layout.tiers), reversed(passed.tiers), strict=True):
        above = layout.parent_slots(nodes)
        posterior = local.descend(mean[above], cov[above])
        mean[layout.slots[nodes]], cov[layout.slots[nodes]] = posterior.mean, posterior.cov
        posteriors.append(posterior)
    return mean, cov, tuple(reversed(posteriors)), top
