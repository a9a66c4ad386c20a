"""The engine's model as plain arrays, so that another program can draw from exactly the same model.

Only the prior and the questions are taken from the engine: tree, scales with their priors, covariance roots, basis, the
hypotheses on steps and which means of log SRB are reported. The likelihood and all inference are the other program's.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.world import FloatArray, IntArray
from tianping import srb
from tianping.srb.fit import Problem, initial_condition, pose
from tianping.srb.layout import LEAF, ROOT, Layout
from tianping.srb.questions import Questions, ask
from tianping.srb.steps import SIZES
from tianping.terms import Counts

_PRIOR_POINTS = 8


@dataclass(frozen=True)
class ModelArrays:
    """A model of log SRB in arrays; states are factor-major over knots, as everywhere in the engine.

    Attributes:
        boys: shape (leaves, periods, channels).
        births: same shape.
        origin: log of the reference ratio.
        loadings: channels by factors.
        steps: effect of a step on each channel.
        hats: periods by knots.
        tempering: divisor of each cell's log-likelihood, 1 without over-dispersion.
        prior_sd: root mean square of each standard deviation under its prior.
        scale_class: class of nodes of each standard deviation.
        prior_points: some values of the logarithms of the standard deviations, shape (points, standard deviations).
        prior_values: the engine's log prior density there, to see that the other program has the same.
        loading_prior: mean and sd of the normal prior of order 3+'s loading.
        node_parent: parent of each inner node among the inner nodes, which stand from the root down; −1 for the root.
        node_kind: class of each inner node.
        leaf_parent: inner node above each leaf.
        roots: unit columns of the covariance roots by class at loading 0, shape (classes, state, columns).
        roots_slope: what one unit of loading adds to them.
        scale_of: which standard deviation multiplies each column, −1 for none, shape (classes, columns).
        cuts: grid of period boundaries.
        start: first cut of each stretch.
        end: last cut of each stretch.
        log_prior: log prior of each stretch relative to no step, shape (leaves, stretches).
        sizes: standard deviations of the classes of step sizes.
        size_shares: their probabilities.
        time_weights: weights of the periods in each functional, shape (functionals, periods).
        mix: weights of the channels, shape (leaves, functionals, channels).
        above: weights of the leaves in each area's mean, shape (areas, leaves, functionals).
    """

    boys: FloatArray
    births: FloatArray
    origin: float
    loadings: FloatArray
    steps: FloatArray
    hats: FloatArray
    tempering: FloatArray
    prior_sd: FloatArray
    scale_class: IntArray
    prior_points: FloatArray
    prior_values: FloatArray
    loading_prior: FloatArray
    node_parent: IntArray
    node_kind: IntArray
    leaf_parent: IntArray
    roots: FloatArray
    roots_slope: FloatArray
    scale_of: IntArray
    cuts: IntArray
    start: IntArray
    end: IntArray
    log_prior: FloatArray
    sizes: FloatArray
    size_shares: FloatArray
    time_weights: FloatArray
    mix: FloatArray
    above: FloatArray

    def save(self, path: Path) -> None:
        """Write all arrays to one file."""
        np.savez(path, **vars(self))


def describe(counts: Counts, settings: srb.Settings, overdispersion: float, *, with_areas: bool = True) -> ModelArrays:
    """Take the model out of the engine.

    Args:
        counts: the births; all of known order.
        settings: what is asked.
        overdispersion: intra-class correlation of the births in a cell, as the engine estimated it.
        with_areas: whether the weights of the leaves in all areas' means are wanted; large with many leaves.
    """
    problem = pose(counts, settings)
    prior = initial_condition(problem).prior
    known = problem.cells.births.sum((0, 1)) > 0
    nodes = _from_the_root(problem.layout)
    place = np.full(len(problem.layout.parent), -1)
    place[nodes] = np.arange(len(nodes))
    births = problem.cells.births[..., known]
    questions = ask(problem, settings)
    reported = slice(0, questions.n_estimands)
    points, values = _prior_at_points(problem)
    roots, roots_slope, scale_of = _roots(problem)
    return ModelArrays(
        problem.cells.boys[..., known],
        births,
        problem.origin,
        problem.channels.loadings[known],
        problem.channels.steps[known],
        problem.basis.hats,
        1.0 + np.maximum(births - 1.0, 0.0) * overdispersion,
        np.array([scale.prior_sd for scale in problem.scales.scales]),
        np.array([scale.kind for scale in problem.scales.scales]),
        points,
        values,
        _loading_prior(problem),
        np.append(-1, place[problem.layout.parent[nodes[1:]]]),
        problem.layout.kind[nodes],
        place[problem.layout.parent[problem.layout.leaves]],
        roots,
        roots_slope,
        scale_of,
        problem.stretches.cuts,
        problem.stretches.start,
        problem.stretches.end,
        problem.stretches.log_prior(prior),
        SIZES,
        prior.sizes,
        questions.time_weights()[reported],
        questions.mix[:, reported][..., known],
        _weights_above(problem.layout, questions)[..., reported] if with_areas else np.zeros((0, 0, 0)),
    )


def _from_the_root(layout: Layout) -> IntArray:
    return np.concatenate([[layout.root], *reversed(layout.tiers)]).astype(np.int64)


def _prior_at_points(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Give the log prior density at some values of the standard deviations, the loading at its start."""
    phi = np.tile(problem.scales.start(), (_PRIOR_POINTS, 1))
    k = len(problem.scales.scales)
    phi[:, :k] += np.random.default_rng(1).normal(0.0, 0.7, (_PRIOR_POINTS, k))
    return phi[:, :k], np.array([problem.scales.log_prior(point)[0] for point in phi])


def _loading_prior(problem: Problem) -> FloatArray:
    """Read mean and sd of the loading's normal prior off its gradient, which is linear."""
    if not problem.scales.has_loading:
        return np.array([0.0, 1.0])
    phi = problem.scales.start()
    slopes = []
    for value in (0.0, 1.0):
        phi[-1] = value
        slopes.append(problem.scales.log_prior(phi)[1][-1])
    precision = slopes[0] - slopes[1]
    return np.array([slopes[0] / precision, precision**-0.5])


def _roots(problem: Problem) -> tuple[FloatArray, FloatArray, IntArray]:
    """Give unit columns of all classes, what a unit of loading adds, and each column's scale."""
    scales, state = problem.scales, problem.channels.n_factors * problem.basis.n_knots
    kinds = sorted({int(kind) for kind in problem.layout.kind})

    def root(kind: int, phi: FloatArray) -> FloatArray:
        return scales.top_root(phi) if kind == ROOT else scales.root_of(kind, phi)

    def at(kind: int, loading: float) -> FloatArray:
        phi = np.zeros(scales.n_parameters)
        if scales.has_loading:
            phi[-1] = loading
        return root(kind, phi)

    width = max(at(kind, 0.0).shape[1] for kind in kinds)
    flat, slope = np.zeros((ROOT + 1, state, width)), np.zeros((ROOT + 1, state, width))
    scale_of = np.full((ROOT + 1, width), -1)
    for kind in kinds:
        columns = at(kind, 0.0).shape[1]
        flat[kind, :, :columns] = at(kind, 0.0)
        slope[kind, :, :columns] = at(kind, 1.0) - at(kind, 0.0)
        for position, where in zip(*scales.columns(kind), strict=True):
            scale_of[kind, where] = position
        _check(problem, kind, root, flat[kind, :, :columns], slope[kind, :, :columns], scale_of[kind, :columns])
    return flat, slope, scale_of


def _check(problem: Problem, kind: int, root, flat: FloatArray, slope: FloatArray, scale_of: IntArray) -> None:  # type: ignore[no-untyped-def]
    """Refuse a model whose roots are not columns times scales, linear in the loading."""
    phi = problem.scales.start()
    scale = np.where(scale_of >= 0, np.exp(phi[scale_of]), 1.0)
    loading = phi[-1] if problem.scales.has_loading else 0.0
    if not np.allclose(root(kind, phi), (flat + loading * slope) * scale):
        raise ValueError(f"the covariance roots of class {kind} have another form now")


def _weights_above(layout: Layout, questions: Questions) -> FloatArray:
    """Give each leaf's weight in the mean of every area that contains it (itself, for a leaf)."""
    weights = np.zeros((layout.n_areas, len(layout.leaves), questions.leaf_weight.shape[1]))
    for i, leaf in enumerate(layout.leaves):
        if leaf < layout.n_areas:
            weights[leaf, i] = 1.0
        node = layout.parent[leaf]
        while node != layout.root:
            weights[node, i] = questions.leaf_weight[i]
            node = layout.parent[node]
    total = weights.sum(1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)


def is_leaf_area(counts: Counts, settings: srb.Settings) -> np.ndarray:
    """Say which areas are leaves of the model."""
    layout = pose(counts, settings).layout
    return layout.kind[: layout.n_areas] == LEAF
