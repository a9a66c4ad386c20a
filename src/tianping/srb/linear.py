"""Functionals of some nodes as linear functions of their parent's state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.propagate import Local
from tianping.srb.results import FloatArray, IntArray

#: Share of its parent from which on a node is all there is.
_WHOLE = 1.0 - 1e-6


@dataclass(frozen=True)
class Linear:
    """Functionals of some nodes given their parent's state u: a + b·u plus independent noise.

    Attributes:
        constant: a, shape (nodes, functionals).
        slope: b, shape (nodes, functionals, state).
        noise: variance of the noise, shape (nodes, functionals).
    """

    constant: FloatArray
    slope: FloatArray
    noise: FloatArray

    @classmethod
    def empty(cls, n: int, functionals: int, state: int) -> Linear:
        """Give zeros for `n` nodes."""
        return cls(np.zeros((n, functionals)), np.zeros((n, functionals, state)), np.zeros((n, functionals)))

    def moments(self, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give means and variances when u has these moments (arrays per node)."""
        centre = self.constant + (self.slope @ mean[..., None])[..., 0]
        spread = ((self.slope @ cov) * self.slope).sum(-1)
        return centre, spread + self.noise

    def put(self, where: IntArray | slice, other: Linear) -> None:
        """Write other nodes' functionals into these."""
        self.constant[where], self.slope[where], self.noise[where] = other.constant, other.slope, other.noise

    def take(self, where: IntArray | slice, q: int | None = None) -> Linear:
        """Take some nodes, and of them the first `q` functionals."""
        return Linear(self.constant[where][:, :q], self.slope[where][:, :q], self.noise[where][:, :q])

    def minus(self, other: Linear) -> Linear:
        """Subtract functionals whose noise is independent."""
        return Linear(self.constant - other.constant, self.slope - other.slope, self.noise + other.noise)

    def rest(self, own: Linear, share: FloatArray) -> Linear:
        """Give the functionals of all that parents hold besides some nodes, these being the parents' per node.

        Args:
            own: the nodes' functionals.
            share: their weights in their parents' means, shape (nodes, functionals); NaN comes of a whole.
        """
        left = np.where(share < _WHOLE, 1.0 - share, np.nan)
        return Linear(
            (self.constant - share * own.constant) / left,
            (self.slope - share[..., None] * own.slope) / left[..., None],
            np.maximum(self.noise - share**2 * own.noise, 0.0) / left**2,
        )


def given_parent(local: Local, rows: FloatArray, constant: FloatArray, noise: FloatArray) -> Linear:
    """Turn functionals constant + rows·u + noise of the nodes' own states into ones of their parents' states.

    Args:
        local: the nodes' local systems.
        rows: shape (nodes, functionals, state).
        constant: shape (nodes, functionals).
        noise: variance of independent noise, same shape.
    """
    on_eps = rows @ local.u
    return Linear(
        constant + (on_eps @ local.alone[..., None])[..., 0],
        rows - on_eps @ local.gain,
        noise + ((on_eps @ local.cov) * on_eps).sum(-1),
    )
