"""Exact Gaussian inference on the tree: messages up, posteriors down.

A node's state u is its parent's plus U ε with ε ~ N(0, I). With the likelihood of everything below a node in
information form (J, h), A = I + Uᵀ J U gives all that is needed, and stays well conditioned when a scale
vanishes: the message to the parent is J − J U A⁻¹ Uᵀ J and h − J U A⁻¹ Uᵀ h; the log evidence gains
½ (Uᵀh)ᵀ A⁻¹ Uᵀh − ½ log |A|; and given the parent, ε has mean A⁻¹ Uᵀ (h − J u_parent) and covariance A⁻¹.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tianping.srb.layout import LEAF, Layout, group_starts
from tianping.srb.observations import LeafInformation
from tianping.srb.results import FloatArray, IntArray
from tianping.srb.scales import ScaleSet

_CHUNK = 2048


@dataclass(frozen=True)
class Local:
    """A batch of nodes, each with the likelihood below it and its link to the parent.

    Attributes:
        u: square root of the prior covariance of the deviation, shape (state, columns) or (nodes, state, columns).
        j: precision below, shape (nodes, state, state).
        h: information vector below, shape (nodes, state).
        ju: J U.
        cov: A⁻¹, shape (nodes, columns, columns).
        uh: Uᵀ h.
        log_det: log |A|, shape (nodes,).
    """

    u: FloatArray
    j: FloatArray
    h: FloatArray
    ju: FloatArray
    cov: FloatArray
    uh: FloatArray
    log_det: FloatArray

    @classmethod
    def of(cls, j: FloatArray, h: FloatArray, u: FloatArray) -> Local:
        """Solve the small system of each node."""
        ju = j @ u
        a = np.swapaxes(u, -1, -2) @ ju
        a[:, np.arange(a.shape[1]), np.arange(a.shape[1])] += 1.0
        uh = (np.swapaxes(u, -1, -2) @ h[..., None])[..., 0]
        return cls(
            u, j, h, ju, np.asarray(np.linalg.inv(a), dtype=float), uh, np.asarray(np.linalg.slogdet(a)[1], dtype=float)
        )

    def message(self) -> tuple[FloatArray, FloatArray]:
        """Give the message to the parent: precision and information vector."""
        gain = self.ju @ self.cov
        return (
            self.j - gain @ np.swapaxes(self.ju, -1, -2),
            self.h - (gain @ self.uh[..., None])[..., 0],
        )

    def log_evidence(self) -> float:
        """Give the log evidence gained at these nodes, up to a constant."""
        fit = (self.uh * (self.cov @ self.uh[..., None])[..., 0]).sum()
        return float(0.5 * fit - 0.5 * self.log_det.sum())

    def descend(self, mean: FloatArray, cov: FloatArray) -> Posterior:
        """Give the nodes' posterior from their parents' (arrays already taken per node)."""
        ujt = np.swapaxes(self.ju, -1, -2)
        eps = (self.cov @ (self.uh - (ujt @ mean[..., None])[..., 0])[..., None])[..., 0]
        back = self.cov @ ujt
        keep = np.eye(self.j.shape[-1]) - self.u @ back
        eps_cov = self.cov + back @ cov @ np.swapaxes(back, -1, -2)
        state_cov = self.u @ self.cov @ np.swapaxes(self.u, -1, -2) + keep @ cov @ np.swapaxes(keep, -1, -2)
        second = eps**2 + np.diagonal(eps_cov, axis1=-2, axis2=-1)
        return Posterior(mean + (self.u @ eps[..., None])[..., 0], state_cov, second)


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


def leaf_chunks(layout: Layout) -> Iterator[slice]:
    """Give slices of the leaves small enough to hold full matrices of."""
    for start in range(0, len(layout.leaves), _CHUNK):
        yield slice(start, min(start + _CHUNK, len(layout.leaves)))


def leaf_local(information: LeafInformation, which: slice, u: FloatArray) -> Local:
    """Solve the small systems of some leaves."""
    return Local.of(information.dense(which), information.h[which], u)


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
        local = leaf_local(information, which, roots[LEAF])
        _deliver(local, layout.parent_slots(layout.leaves[which]), j, h)
        evidence += local.log_evidence()
    tiers = []
    for nodes in layout.tiers:
        slots = layout.slots[nodes]
        local = Local.of(j[slots], h[slots], _stretched(layout.kind[nodes], stretch[slots], roots, scales))
        _deliver(local, layout.parent_slots(nodes), j, h)
        evidence += local.log_evidence()
        tiers.append(local)
    top = Local.of(j[-1:], h[-1:], scales.top_root(phi))
    return Passed(roots, tuple(tiers), top, evidence + top.log_evidence())


def _deliver(local: Local, parents: IntArray, j: FloatArray, h: FloatArray) -> None:
    """Add messages to the parents' information; nodes come grouped by parent."""
    to, starts = group_starts(parents)
    j_message, h_message = local.message()
    j[to] += np.add.reduceat(j_message, starts, axis=0)
    h[to] += np.add.reduceat(h_message, starts, axis=0)


def _stretched(kinds: IntArray, stretch: FloatArray, roots: dict[int, FloatArray], scales: ScaleSet) -> FloatArray:
    """Give each inner node's root, its static son-preference column stretched; shape (nodes, state, columns).

    Classes with fewer columns are padded with zero columns, which change nothing.
    """
    width = max(roots[int(kind)].shape[1] for kind in np.unique(kinds))
    u = np.zeros((len(kinds), roots[int(kinds[0])].shape[0], width))
    for kind in np.unique(kinds):
        here = np.flatnonzero(kinds == kind)
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
    size = passed.top.j.shape[-1]
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
