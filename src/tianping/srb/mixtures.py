"""Mixtures of normal distributions, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from tianping.srb.results import FloatArray

_HALVINGS = 26


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
        """Give the quantiles at `p`, without the last axis, by bisection to about 1e-7 of the bracket."""
        ends = self.mean + self.sd * ndtri(p)
        used = np.broadcast_to(self.weight > 1e-7, ends.shape)
        low = np.where(used, ends, np.inf).min(-1)
        high = np.where(used, ends, -np.inf).max(-1)
        if self.mean.shape[-1] == 1:
            return low
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            below = 1.0 - self.above(middle[..., None]) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return 0.5 * (low + high)


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
