"""Answers of one point of the scales: marginals, aggregates and differences of every node."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tianping.srb.fit import Condition, Following, Inner, Problem, inner_posterior, leaf_batch
from tianping.srb.layout import group_starts
from tianping.srb.leaves import Differing, LeafAnswers, answer_leaves, months_noise
from tianping.srb.linear import Linear, given_parent
from tianping.srb.mixtures import Mixture, stack
from tianping.srb.propagate import leaf_chunks
from tianping.srb.questions import Questions
from tianping.srb.results import FloatArray, IntArray
from tianping.srb.search import Point
from tianping.srb.steps import SIZES


@dataclass(frozen=True)
class Answers:
    """Answers at one point of the scales.

    Attributes:
        leaves: marginals of the leaves' leading functionals (`Questions.n_mixed`), components on the last axis,
            shapes (leaves, 1, components) and (leaves, functionals, components).
        differences: the same for what `Questions.n_compared` says to compare with the rest of the parent; NaN
            without a rest.
        leaf_moments: mean and variance of all the leaves' functionals, each (leaves, functionals).
        inner: mean and variance of the inner nodes' functionals, each (slots, functionals).
        leaf_slopes: slopes of the leaves' leading functionals on their parent's state,
            shape (leaves, functionals, state).
        inner_linear: the inner nodes' functionals given their parent (the root: given nothing), by slot.
        below: the inner nodes' functionals given their own state, by slot.
        state: the inner nodes' posterior.
        p_changed: probability that a change is on at the end, shape (leaves,).
        changed_at: period of its likeliest beginning, shape (leaves,).
        following: what a further pass would start from.
    """

    leaves: Mixture
    differences: Mixture
    leaf_moments: tuple[FloatArray, FloatArray]
    inner: tuple[FloatArray, FloatArray]
    leaf_slopes: npt.NDArray[np.float32]
    inner_linear: Linear
    below: Linear
    state: Inner
    p_changed: FloatArray
    changed_at: IntArray
    following: Condition


def answer(
    problem: Problem, questions: Questions, point: Point, n_components: int, *, learn_rates: bool = False
) -> Answers:
    """Answer all questions at one point of the scales.

    Args:
        problem: the problem.
        questions: what is asked.
        point: the scales and where their sweeps ended.
        n_components: step hypotheses kept apart in each leaf's mixture.
        learn_rates: whether `following` has learnt how often steps happen.
    """
    layout = problem.layout
    n_components = min(n_components, len(SIZES) * len(problem.stretches.start))
    state = inner_posterior(problem, point.phi, point.condition)
    below = Linear.empty(layout.n_slots, len(questions.span), state.passed.size)
    slopes = np.empty((len(layout.leaves), questions.n_mixed, state.passed.size), dtype=np.float32)
    following = Following(problem, point.condition, learn_rates=learn_rates)
    children = np.bincount(layout.parent_slots(np.arange(layout.root)), minlength=layout.n_slots)
    parts: list[LeafAnswers] = []
    differences: dict[int, Mixture] = {}
    waiting: list[tuple[Differing, IntArray]] = []
    for which in leaf_chunks(layout):
        above = layout.parent_slots(layout.leaves[which])
        batch = leaf_batch(problem, state, point.condition, which, with_support=learn_rates)
        following.take(batch)
        part, differing = answer_leaves(problem, questions, batch, n_components)
        slopes[which] = part.linear.slope[:, : questions.n_mixed]
        _gather(below, part.linear, part.share, above)
        parts.append(replace(part, linear=part.linear.take(slice(0, 0))))
        if (np.bincount(above)[above] == children[above]).all():
            differences[which.start] = differing.mixture(state, above, below)
        else:  # a difference from the rest of the parent needs all that the parent holds
            waiting.append((differing, above))
    inner_linear = _climb(problem, questions, state, below)
    inner_mean, inner_variance = below.moments(state.mean, state.cov)
    for differing, above in waiting:
        differences[differing.batch.which.start] = differing.mixture(state, above, below)
    return Answers(
        stack([part.mixture for part in parts]),
        stack([differences[part.which.start] for part in parts]),
        (np.concatenate([part.mean for part in parts]), np.concatenate([part.variance for part in parts])),
        (inner_mean, inner_variance + months_noise(questions, point.condition.common.noise)),
        slopes,
        inner_linear,
        below,
        state,
        np.concatenate([part.p_changed for part in parts]),
        np.concatenate([part.changed_at for part in parts]),
        following.condition(state),
    )


def _gather(below: Linear, linear: Linear, share: FloatArray, slots: IntArray) -> None:
    """Add children's functionals, weighted by their shares, to their parents'; children come grouped."""
    to, starts = group_starts(slots)
    below.constant[to] += np.add.reduceat(share * linear.constant, starts, axis=0)
    below.slope[to] += np.add.reduceat(share[..., None] * linear.slope, starts, axis=0)
    below.noise[to] += np.add.reduceat(share**2 * linear.noise, starts, axis=0)


def _climb(problem: Problem, questions: Questions, state: Inner, below: Linear) -> Linear:
    """Carry functionals from the lower inner nodes to the higher ones."""
    layout = problem.layout
    inner = Linear.empty(*below.slope.shape)
    for nodes, local in zip(layout.tiers, state.passed.tiers, strict=True):
        slots = layout.slots[nodes]
        own = below.take(slots)
        given = given_parent(local, own.slope, own.constant, own.noise)
        inner.put(slots, given)
        _gather(below, given, questions.shares(layout, nodes), layout.parent_slots(nodes))
    return inner


def inner_differences(problem: Problem, questions: Questions, answers: Answers) -> Mixture:
    """Give the inner nodes' differences from the rest of their parent, by slot; NaN at the root, without a rest."""
    q, layout = questions.n_estimands, problem.layout
    mean, sd = np.full((layout.n_slots, q), np.nan), np.full((layout.n_slots, q), np.nan)
    for nodes in layout.tiers:
        slots, above = layout.slots[nodes], layout.parent_slots(nodes)
        own = answers.inner_linear.take(slots, q)
        rest = answers.below.take(above, q).rest(own, questions.shares(layout, nodes)[:, :q])
        moments = own.minus(rest).moments(answers.state.mean[above], answers.state.cov[above])
        mean[slots], sd[slots] = moments[0], np.sqrt(moments[1])
    return Mixture(np.ones((layout.n_slots, 1, 1)), mean[..., None], sd[..., None])
