"""How an area differs from the rest of its parent."""

from __future__ import annotations

import numpy as np

from tianping.srb.answers import Answers, Linear
from tianping.srb.fit import Problem
from tianping.srb.mixtures import Mixture
from tianping.srb.questions import Questions
from tianping.srb.results import FloatArray, IntArray

_WHOLE = 1.0 - 1e-6
#: Least variance of a difference, as a part of the area's own: linear algebra must not promise certainty.
_LEAST = 0.05


def leaf_differences(problem: Problem, questions: Questions, answers: Answers) -> Mixture:
    """Give log SRB of each leaf minus that of the rest of its parent, for all estimands; NaN without a rest."""
    q = questions.n_estimands
    nodes = problem.layout.leaves
    own = _first(answers.leaf_linear, q)
    own_moments, moments = _moments(problem, questions, answers, nodes, own)
    leaves = answers.leaves
    shift = (moments[0] - own_moments[0])[..., None]
    change = (moments[1] - own_moments[1])[..., None]
    variance = leaves.sd[:, :q] ** 2
    return Mixture(leaves.weight, leaves.mean[:, :q] + shift, np.sqrt(np.maximum(variance + change, _LEAST * variance)))


def inner_differences(problem: Problem, questions: Questions, answers: Answers) -> Mixture:
    """Give the same for the inner nodes, by slot; NaN at the root and without a rest."""
    q, layout = questions.n_estimands, problem.layout
    mean, sd = np.full((layout.n_slots, q), np.nan), np.full((layout.n_slots, q), np.nan)
    for nodes in layout.tiers:
        slots = layout.slots[nodes]
        own = _first(answers.inner_linear.take(slots), q)
        _, moments = _moments(problem, questions, answers, nodes, own)
        mean[slots], sd[slots] = moments[0], np.sqrt(moments[1])
    return Mixture(np.ones((layout.n_slots, 1, 1)), mean[..., None], sd[..., None])


def _first(linear: Linear, q: int) -> Linear:
    return Linear(linear.constant[:, :q], linear.slope[:, :q], linear.noise[:, :q])


def _moments(
    problem: Problem, questions: Questions, answers: Answers, nodes: IntArray, own: Linear
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Give mean and variance of the nodes' own functionals and of their differences."""
    layout, q = problem.layout, own.constant.shape[1]
    above = layout.parent_slots(nodes)
    parent = _first(answers.below.take(above), q)
    share = questions.shares(layout, nodes)[:, :q]
    left = np.where(share < _WHOLE, 1.0 - share, np.nan)
    difference = Linear(
        (own.constant - parent.constant) / left,
        (own.slope - parent.slope) / left[..., None],
        own.noise + np.maximum(parent.noise - share**2 * own.noise, 0.0) / left**2,
    )
    mean, cov = answers.state.mean[above], answers.state.cov[above]
    return own.moments(mean, cov), difference.moments(mean, cov)
