"""The model's scales (hyper-parameters), their priors, and the square roots of prior covariances made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaincinv, gammaln, ndtri

from tianping.srb.basis import Basis
from tianping.srb.layout import LEAF, LOWER, ROOT, UPPER
from tianping.srb.results import FloatArray, IntArray

#: Months over which an inner area's drift forgets itself; a leaf's drift walks this long to its standard deviation.
_DRIFT_MONTHS = 36.0
_TOP_DRIFT_MONTHS = 60.0
#: Root mean square of each standard deviation under its prior, log SRB. Areas' static effects on second births 0.05
#: (township and county spread in populations with a skewed SRB), order 3+'s own part twice as much; effects on all
#: births, which selection hardly makes where orders are told, half as much.
_PRIOR_SD = {"x": 0.025, "z": 0.05, "z3": 0.10, "drift_x": 0.02, "drift_z": 0.03}
_PRIOR_SD_WITHOUT_ORDERS = {"x": 0.05, "drift_x": 0.03}
#: A class's variance is shared out among its effects by a Dirichlet distribution with this parameter.
_SHARE = 0.5
#: Fixed standard deviations of the topmost node around the reference by factor, with and without orders: wide enough
#: for every national level on record (China 2005 stood 0.10 above its baseline, Korea's third births in 1993 0.66).
_TOP_SD, _TOP_SD_WITHOUT_ORDERS = (0.05, 0.15, 0.25), (0.10,)
#: At the top, order 3+ moves by this much on its own for each unit of order 2.
_TOP_OWN_DRIFT = 1.3
#: Order 3+ follows order 2 with this loading (mean, sd of a normal prior).
_LOADING_PRIOR = (1.2, 0.5)
_LOWEST, _HIGHEST = 0.0005, 0.6


@dataclass(frozen=True)
class Scale:
    """One standard deviation: which class of nodes, which kind of effect.

    Attributes:
        kind: class of nodes.
        effect: `x`, `z`, `z3`, `drift_x` or `drift_z`.
        prior_sd: root mean square of the standard deviation under its prior.
    """

    kind: int
    effect: str
    prior_sd: float

    @property
    def name(self) -> str:
        """Name used in `run.json`."""
        return f"{('leaf', 'lower', 'upper', 'top')[self.kind]}_{self.effect}"


@dataclass(frozen=True)
class ScaleSet:
    """Which scales a run has, and how effects act on the state.

    Attributes:
        scales: the standard deviations to estimate.
        basis: the basis.
        n_factors: 1 or 3.
        decay: square root of the inner areas' drifts' correlation between knots.
        walk: square root of the covariance of the leaves' drifts, random walks from the first knot on.
        top_decay: the same for the topmost node, which forgets more slowly.
    """

    scales: tuple[Scale, ...]
    basis: Basis
    n_factors: int
    decay: FloatArray
    walk: FloatArray
    top_decay: FloatArray

    @property
    def has_loading(self) -> bool:
        """Whether order 3+ exists and its loading on order 2 is estimated (the last parameter)."""
        return self.n_factors == 3

    @property
    def n_parameters(self) -> int:
        """Number of parameters: log standard deviations, then the loading."""
        return len(self.scales) + int(self.has_loading)

    def start(self) -> FloatArray:
        """Give the starting point of the search: half of each prior's scale."""
        logs = [np.log(0.5 * scale.prior_sd) for scale in self.scales]
        return np.array([*logs, *([_LOADING_PRIOR[0]] if self.has_loading else [])])

    def bounds(self) -> list[tuple[float, float]]:
        """Give the bounds of the search."""
        limits = [(np.log(_LOWEST), np.log(_HIGHEST))] * len(self.scales)
        return [*limits, *([(-1.0, 4.0)] if self.has_loading else [])]

    @cached_property
    def _classes(self) -> tuple[tuple[IntArray, FloatArray], ...]:
        """Each class's scales (positions) and their largest mean squares, reached when one has all the variance."""
        kinds = np.array([scale.kind for scale in self.scales])
        squares = np.array([scale.prior_sd for scale in self.scales]) ** 2
        found = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
        return tuple((here, squares[here] * len(here)) for here in found)

    def log_prior(self, phi: FloatArray) -> tuple[float, FloatArray]:
        """Give the log prior density of `phi` (log standard deviations, loading), and its gradient.

        The variances of a class of nodes, each over its own mean square, have a sum V whose root is half-normal, and
        are shares of it that follow a Dirichlet distribution: many effects do not add up to a large spread just
        because they are many. The loading is normal. The density is that of log standard deviations, so its mode
        keeps away from zero: what the data say nothing about does not come out as certainty.
        """
        value, gradient = 0.0, np.zeros(len(phi))
        for here, squares in self._classes:
            k = len(here)
            log_part = 2.0 * phi[here] - np.log(squares)
            part = np.exp(log_part)
            total, power = part.sum(), k * _SHARE - 0.5
            value += _SHARE * log_part.sum() - power * np.log(total) - 0.5 * total
            value += k * np.log(2.0) - 0.5 * np.log(2.0 * np.pi) + gammaln(k * _SHARE) - k * gammaln(_SHARE)
            gradient[here] = 2.0 * _SHARE - (2.0 * power / total + 1.0) * part
        if self.has_loading:
            mean, sd = _LOADING_PRIOR
            value += -0.5 * ((phi[-1] - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2.0 * np.pi)
            gradient[-1] = -(phi[-1] - mean) / sd**2
        return float(value), gradient

    def from_uniform(self, u: FloatArray) -> FloatArray:
        """Turn points of the unit cube, shape (points, dimensions of the cube), into draws from the prior."""
        phi = np.empty((len(u), self.n_parameters))
        for number, (here, squares) in enumerate(self._classes):
            total = ndtri(0.5 + 0.5 * u[:, self.n_parameters + number]) ** 2
            gamma = gammaincinv(_SHARE, u[:, here])
            share = gamma / gamma.sum(1, keepdims=True)
            phi[:, here] = 0.5 * np.log(np.maximum(total[:, None] * share * squares, _LOWEST**2))
        if self.has_loading:
            phi[:, -1] = _LOADING_PRIOR[0] + _LOADING_PRIOR[1] * ndtri(u[:, self.n_parameters - 1])
        return phi

    @property
    def n_uniform(self) -> int:
        """Dimensions of the cube that `from_uniform` takes: a class's total comes besides its shares."""
        return self.n_parameters + len(self._classes)

    def named(self, phi: FloatArray) -> dict[str, float]:
        """Give the parameters by name."""
        named = {scale.name: float(np.exp(value)) for scale, value in zip(self.scales, phi, strict=False)}
        return {**named, **({"loading_3plus": float(phi[-1])} if self.has_loading else {})}

    def from_named(self, known: Mapping[str, float]) -> FloatArray:
        """Give the parameters from those of another run by name; one it did not have stands where the search starts."""
        named = {**self.named(self.start()), **known}
        logs = [np.log(named[scale.name]) for scale in self.scales]
        return np.array([*logs, *([named["loading_3plus"]] if self.has_loading else [])])

    def columns(self, kind: int) -> tuple[tuple[int, ...], tuple[slice, ...]]:
        """Give a class's scales (positions) and the columns of its root that each of them multiplies."""
        positions = tuple(i for i, scale in enumerate(self.scales) if scale.kind == kind)
        slices, at = [], self.n_factors if kind == ROOT else 0
        for i in positions:
            slices.append(slice(at, at + self._width(self.scales[i])))
            at = slices[-1].stop
        return positions, tuple(slices)

    def n_columns(self, kind: int) -> int:
        """Give the number of columns of a class's root."""
        return sum(self._width(self.scales[i]) for i in self.columns(kind)[0])

    def _width(self, scale: Scale) -> int:
        """Give the number of columns that a scale multiplies."""
        if not scale.effect.startswith("drift"):
            return 1
        if scale.kind == LEAF:
            return self.walk.shape[1]
        own = scale.kind == ROOT and scale.effect == "drift_z"
        return self.basis.n_knots * (2 if own else 1)

    def root_of(self, kind: int, phi: FloatArray) -> FloatArray:
        """Give U with prior covariance U Uᵀ of a node's deviation from its parent, shape (state, columns)."""
        loading = float(phi[-1]) if self.has_loading else 0.0
        parts = [np.exp(phi[i]) * self._unit(self.scales[i], loading) for i in self.columns(kind)[0]]
        return np.concatenate(parts, axis=1)

    def _unit(self, scale: Scale, loading: float) -> FloatArray:
        """Give the unit-scale columns of an effect."""
        time = np.ones((self.basis.n_knots, 1))
        if scale.effect.startswith("drift"):
            time = self.walk if scale.kind == LEAF else self.decay
        if self.n_factors == 1:
            return time
        act = {"x": (1.0, 0.0, 0.0), "z": (0.0, 1.0, loading), "z3": (0.0, 0.0, 1.0)}[
            scale.effect.removeprefix("drift_")
        ]
        return _spread(act, time)

    @cached_property
    def preference_direction(self) -> FloatArray:
        """The state of one unit more of son preference at all times, shape (state,)."""
        act = (1.0,) if self.n_factors == 1 else (0.0, 1.0, _LOADING_PRIOR[0])
        return _spread(act, np.ones((self.basis.n_knots, 1)))[:, 0]

    def top_root(self, phi: FloatArray) -> FloatArray:
        """Give the square root of the prior covariance of the topmost node around the reference.

        How far its level may lie from the reference is fixed, how much it moves is estimated. What raises second
        births raises third births too; those move on their own besides.
        """
        flat = np.ones((self.basis.n_knots, 1))
        loading = _LOADING_PRIOR[0]
        acts = [(1.0,)] if self.n_factors == 1 else [(1.0, 0.0, 0.0), (0.0, 1.0, loading), (0.0, 0.0, 1.0)]
        sds = _TOP_SD_WITHOUT_ORDERS if self.n_factors == 1 else _TOP_SD
        parts = [sd * _spread(act, flat) for sd, act in zip(sds, acts, strict=True)]
        for i in self.columns(ROOT)[0]:
            sd = np.exp(phi[i])
            if self.scales[i].effect == "drift_x":
                parts.append(sd * _spread(acts[0], self.top_decay))
            else:
                parts.append(sd * _spread(acts[1], self.top_decay))
                parts.append(_TOP_OWN_DRIFT * sd * _spread(acts[2], self.top_decay))
        return np.concatenate(parts, axis=1)


def _spread(act: tuple[float, ...], time: FloatArray) -> FloatArray:
    """Give the columns of an effect that acts on the factors with these weights, shape (state, columns)."""
    return np.concatenate([weight * time for weight in act], axis=0)


def choose_scales(basis: Basis, n_factors: int, kinds: set[int]) -> ScaleSet:
    """Choose the scales of a run: drifts need several periods, order effects need orders."""
    effects = ["x"] if n_factors == 1 else ["x", "z", "z3"]
    drifts = [] if basis.n_knots == 1 else (["drift_x"] if n_factors == 1 else ["drift_x", "drift_z"])
    priors = _PRIOR_SD_WITHOUT_ORDERS if n_factors == 1 else _PRIOR_SD
    scales = []
    for kind in (LEAF, LOWER, UPPER):
        if kind in kinds:
            own = drifts[-1:] if kind == LEAF else drifts
            scales += [Scale(kind, effect, priors[effect]) for effect in [*effects, *own]]
    scales += [Scale(ROOT, effect, priors[effect]) for effect in drifts]
    return ScaleSet(
        tuple(scales),
        basis,
        n_factors,
        basis.decay_root(_DRIFT_MONTHS),
        basis.walk_root(_DRIFT_MONTHS),
        basis.decay_root(_TOP_DRIFT_MONTHS),
    )
