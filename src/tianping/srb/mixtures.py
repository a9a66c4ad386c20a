"""Mixtures of normal distributions, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from tianping.srb.results import FloatArray

#: Weight below which a component is left out of the bounds of a quantile.
_LIGHT = 1e-7
#: Rounds of the search for quantiles, and the step, in standard deviations, after which it ends: the next would be
#: of the order of its square.
_ROUNDS, _CLOSE = 40, 1e-4


@dataclass(frozen=True)
class Mixture:
    """Many mixtures of normals; the last axis holds the components.

    Attributes:
        weight: component weights, adding to one over the last axis; broadcastable to the other two.
        mean: component means.
        sd: component standard deviations.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    @classmethod
    def normal(cls, mean: FloatArray, variance: FloatArray) -> Mixture:
        """Make mixtures of one component each."""
        return cls(np.ones((len(mean), 1, 1)), mean[..., None], np.sqrt(variance)[..., None])

    def expectation(self) -> FloatArray:
        """Give the means, without the last axis."""
        total: FloatArray = (self.weight * self.mean).sum(-1)
        return total

    def deviation(self) -> FloatArray:
        """Give the standard deviations, without the last axis."""
        centre = self.expectation()[..., None]
        spread: FloatArray = np.sqrt((self.weight * (self.sd**2 + (self.mean - centre) ** 2)).sum(-1))
        return spread

    def above(self, threshold: float | FloatArray) -> FloatArray:
        """Give the probabilities of exceeding a threshold, without the last axis."""
        with np.errstate(divide="ignore", invalid="ignore"):  # questions without an answer carry NaN or no spread
            tail: FloatArray = (self.weight * ndtr((self.mean - threshold) / self.sd)).sum(-1)
        return tail

    def quantile(self, p: float) -> FloatArray:
        """Give the quantiles at `p`, without the last axis, to a millionth of the spread.

        Newton's method on the normal scale, where a mixture that is nearly normal is nearly a straight line; between
        bounds that close in, so that it falls back to halving where it is not.
        """
        if self.mean.shape[-1] == 1:
            return self.mean[..., 0] + self.sd[..., 0] * float(ndtri(p))
        shape = self.mean.shape
        weight = np.broadcast_to(self.weight, shape).reshape(-1, shape[-1])
        return _quantile(weight, self.mean.reshape(weight.shape), self.sd.reshape(weight.shape), p).reshape(shape[:-1])


def _quantile(weight: FloatArray, mean: FloatArray, sd: FloatArray, p: float) -> FloatArray:
    """Give the quantiles of mixtures in rows, shape (mixtures,)."""
    ends = mean + sd * float(ndtri(p))
    used = weight > _LIGHT
    low, high = np.where(used, ends, np.inf).min(-1), np.where(used, ends, -np.inf).max(-1)
    at = (weight * mean).sum(-1)
    at += np.sqrt((weight * (sd**2 + (mean - at[:, None]) ** 2)).sum(-1)) * float(ndtri(p))
    found = at.copy()
    left = np.flatnonzero((low < high) & (sd > 0).all(-1))
    for _ in range(_ROUNDS):
        here = np.clip(at[left], low[left], high[left])
        z = (here[:, None] - mean[left]) / sd[left]
        chance = (weight[left] * ndtr(z)).sum(-1)
        density = (weight[left] * np.exp(-0.5 * z**2) / sd[left]).sum(-1)
        low[left], high[left] = np.where(chance < p, here, low[left]), np.where(chance < p, high[left], here)
        slack = ndtri(np.clip(chance, _LIGHT, 1.0 - _LIGHT))
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            step = (float(ndtri(p)) - slack) * np.exp(-0.5 * slack**2) / density
        following = here + step
        inside = (following >= low[left]) & (following <= high[left])
        at[left] = np.where(inside, following, 0.5 * (low[left] + high[left]))
        found[left] = at[left]
        left = left[np.abs(at[left] - here) > _CLOSE * sd[left].min(-1)]
        if not len(left):
            break
    return found


def join(mixtures: list[tuple[float, Mixture]]) -> Mixture:
    """Mix mixtures of the same things with the weights given."""
    shape = [np.broadcast_shapes(m.weight.shape, m.mean.shape) for _, m in mixtures]
    return Mixture(
        np.concatenate([w * np.broadcast_to(m.weight, s) for (w, m), s in zip(mixtures, shape, strict=True)], axis=-1),
        np.concatenate([m.mean for _, m in mixtures], axis=-1),
        np.concatenate([m.sd for _, m in mixtures], axis=-1),
    )


def stack(mixtures: list[Mixture]) -> Mixture:
    """Put mixtures of different things after one another."""
    return Mixture(
        np.concatenate([m.weight for m in mixtures]),
        np.concatenate([m.mean for m in mixtures]),
        np.concatenate([m.sd for m in mixtures]),
    )
