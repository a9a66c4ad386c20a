"""A second engine, slow and obvious: one dense covariance over every node and cell, no messages, no knots' bands.

Every quantity follows from textbook conditioning of one joint normal distribution. A node's state is the sum of the
independent deviations of all nodes from itself up to the root; a cell's working value is its state seen through
loadings and hats plus independent noise of variance 1/weight; a step of a leaf is one more normal variable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import logsumexp
from scipy.stats import norm

from tianping.srb.layout import LEAF
from tianping.srb.steps import SIZES


@dataclass(frozen=True)
class Hypothesis:
    """One step of one leaf: when, of which size class, how likely beforehand (odds against no step)."""

    first: int
    stop: int
    sd: float
    log_odds: float


@dataclass(frozen=True)
class Weighed:
    """A hypothesis after the births were seen: its probability and the moments of the step's size."""

    hypothesis: Hypothesis
    probability: float
    mean: float
    variance: float


class Dense:
    """The joint distribution of all states and cells at one value of the scales.

    Cells are ordered by leaf, period and channel; those without births say nothing and are left out of `seen`.
    """

    def __init__(self, problem, phi, condition):
        self.problem, self.phi, self.condition = problem, phi, condition
        self.nodes = len(problem.layout.parent)
        self.weight = condition.working.weight.ravel()
        self.seen = np.flatnonzero(self.weight > 0)
        self.value = condition.working.pull.ravel()[self.seen] / self.weight[self.seen]
        self.expected_steps = (condition.path[..., None] * problem.channels.steps).ravel()

    # -- the prior ---------------------------------------------------------------------------------------------

    def line(self, node):
        """Give the node and all nodes above it."""
        above = [int(node)]
        while self.problem.layout.parent[above[-1]] >= 0:
            above.append(int(self.problem.layout.parent[above[-1]]))
        return above

    def deviation_covariance(self, node):
        """Give the prior covariance of a node's deviation from its parent (of the root: from the reference)."""
        layout, scales = self.problem.layout, self.problem.scales
        if node == layout.root:
            root = scales.top_root(self.phi)
            return root @ root.T
        root = scales.root_of(int(layout.kind[node]), self.phi).copy()
        if layout.kind[node] != LEAF:
            if (layout.parent == layout.parent[node]).sum() == 1:  # all there is below its parent
                return np.zeros((len(root), len(root)))
            names = [scale.effect for scale in scales.scales if scale.kind == layout.kind[node]]
            preference = names.index("z" if "z" in names else "x")  # static effects come first, one column each
            root[:, preference] *= np.sqrt(self.condition.stretch[layout.slots[node]])
        return root @ root.T

    @cached_property
    def states_prior(self):
        """Prior covariance of all nodes' states, shape (nodes, state, nodes, state)."""
        own = [self.deviation_covariance(node) for node in range(self.nodes)]
        size = len(own[0])
        prior = np.zeros((self.nodes, size, self.nodes, size))
        lines = [self.line(node) for node in range(self.nodes)]
        for a in range(self.nodes):
            for b in range(self.nodes):
                for shared in set(lines[a]) & set(lines[b]):
                    prior[a, :, b, :] += own[shared]
        return prior

    @cached_property
    def flat_prior(self):
        """The same with nodes and their states in one axis."""
        n = self.nodes * self.states_prior.shape[1]
        return self.states_prior.reshape(n, n)

    @cached_property
    def design(self):
        """All cells seen from all states, shape (cells, nodes · state)."""
        problem = self.problem
        leaves, (periods, _) = problem.layout.leaves, problem.basis.hats.shape
        block = np.array(
            [
                np.outer(loading, problem.basis.hats[t]).ravel()
                for t in range(periods)
                for loading in problem.channels.loadings
            ]
        )
        design = np.zeros((len(leaves), len(block), self.nodes, block.shape[1]))
        for i, leaf in enumerate(leaves):
            design[i, :, leaf] = block
        return design.reshape(len(leaves) * len(block), -1)

    # -- conditioning --------------------------------------------------------------------------------------------

    @cached_property
    def value_covariance(self):
        """Prior covariance of the seen cells' working values, no step included."""
        design = self.design[self.seen]
        return design @ self.flat_prior @ design.T + np.diag(1.0 / self.weight[self.seen])

    def offset(self, but=None):
        """Give the expected steps in all cells; those of leaf `but` left out."""
        steps = self.expected_steps.reshape(len(self.problem.layout.leaves), -1).copy()
        if but is not None:
            steps[but] = 0.0
        return steps.ravel()

    def log_evidence(self, offset):
        """Give the log evidence of the linearised likelihood with an offset taken out of all cells.

        The likelihood exp(pull·η − ½ weight·η²) is a normal density of the working values but for a factor that is
        added back here; what is left out depends on neither the scales nor the offset.
        """
        value = self.value - offset[self.seen]
        factor = 0.5 * self.weight[self.seen] @ value**2
        return log_density(value, cho_factor(self.value_covariance)) + factor

    @cached_property
    def gain(self):
        """How the states' posterior means follow the working values, shape (nodes · state, seen cells)."""
        design = self.design[self.seen]
        return np.linalg.solve(self.value_covariance, design @ self.flat_prior).T

    @cached_property
    def states_cov(self):
        """Posterior covariance of all states, flat."""
        return self.flat_prior - self.gain @ self.design[self.seen] @ self.flat_prior

    def states_mean(self, offset):
        """Give the posterior mean of all states, flat, when an offset is taken out of the cells."""
        return self.gain @ (self.value - offset[self.seen])

    # -- steps -------------------------------------------------------------------------------------------------------

    def hypotheses(self, leaf):
        """Give every step a leaf may have taken."""
        problem, prior = self.problem, self.condition.prior
        stretches = problem.stretches
        log_prior = stretches.log_prior(prior)[leaf]
        return [
            Hypothesis(
                int(stretches.cuts[stretches.start[k]]),
                int(stretches.cuts[stretches.end[k]]),
                sd,
                log_prior[k] + np.log(share),
            )
            for k in range(len(stretches.start))
            for sd, share in zip(SIZES, prior.sizes, strict=True)
        ]

    def step_in_cells(self, leaf, hypothesis):
        """Give what a unit step adds to every cell."""
        problem = self.problem
        periods = np.arange(len(problem.counts.periods))
        on = (hypothesis.first <= periods) & (periods < hypothesis.stop)
        cells = np.zeros((len(problem.layout.leaves), len(periods), len(problem.channels.steps)))
        cells[leaf] = on[:, None] * problem.channels.steps
        return cells.ravel()

    def weigh(self, leaf):
        """Weigh a leaf's steps, other leaves' steps being what is expected of them.

        Returns:
            the hypotheses weighed, and the log evidence of their mixture over "no step".
        """
        value = self.value - self.offset(but=leaf)[self.seen]
        plain = log_density(value, cho_factor(self.value_covariance))
        found, log_weight = [], []
        for hypothesis in self.hypotheses(leaf):
            step = self.step_in_cells(leaf, hypothesis)[self.seen]
            with_step = cho_factor(self.value_covariance + hypothesis.sd**2 * np.outer(step, step))
            evidence = log_density(value, with_step)
            seen_through = hypothesis.sd**2 * cho_solve(with_step, step)
            found.append((hypothesis, seen_through @ value, hypothesis.sd**2 * (1.0 - seen_through @ step)))
            log_weight.append(evidence - plain + hypothesis.log_odds)
        weight = np.exp(log_weight)
        odds = np.exp([hypothesis.log_odds for hypothesis, _, _ in found])
        total = 1.0 + weight.sum()
        weighed = [Weighed(h, w / total, m, v) for (h, m, v), w in zip(found, weight, strict=True)]
        return weighed, np.log(total / (1.0 + odds.sum()))

    # -- questions --------------------------------------------------------------------------------------------------

    def functional(self, questions, k, leaf):
        """Give functional `k` of one leaf as weights on all cells' log SRB."""
        cells = np.zeros((len(self.problem.layout.leaves), *self.condition.working.weight.shape[1:]))
        time = questions.spans[questions.span[k]].weights
        cells[leaf] = np.outer(time, questions.mix[leaf, k])
        return cells.ravel()

    def leaves_below(self, node):
        """Give the leaves (positions in the layout) that a node is or has below it."""
        return [i for i, leaf in enumerate(self.problem.layout.leaves) if node in self.line(leaf)]

    def aggregate(self, questions, k, node):
        """Give functional `k` of a node: its leaves' functionals weighed by their births; weights on all cells."""
        leaves = self.leaves_below(node)
        weight = questions.leaf_weight[leaves, k]
        return sum(w * self.functional(questions, k, i) for i, w in zip(leaves, weight / weight.sum(), strict=True))

    def without_own_step(self, cells, leaf):
        """Give mean and variance of a weighted sum of cells' log SRB, a leaf without a step, others' as expected."""
        offset = self.offset(but=leaf)
        on_states = cells @ self.design
        return (
            on_states @ self.states_mean(offset) + cells @ offset,
            on_states @ self.states_cov @ on_states,
        )

    def components(self, cells, leaf, weighed, noise=0.0):
        """Give the mixture, over the steps of one leaf, of a weighted sum of cells' log SRB; "no step" first.

        Returns:
            probabilities, means and variances, shape (3, hypotheses + 1); `noise` is added to every variance.
        """
        mean, variance = self.without_own_step(cells, leaf)
        absorbing = cells @ self.design @ self.gain
        parts = [(1.0 - sum(w.probability for w in weighed), mean, variance + noise)]
        for w in weighed:
            step = self.step_in_cells(leaf, w.hypothesis)
            effect = cells @ step - absorbing @ step[self.seen]
            parts.append((w.probability, mean + effect * w.mean, variance + noise + effect**2 * w.variance))
        return np.array(parts).T

    def variance_from_steps(self, questions, k, leaf, weighed):
        """Give how much doubt about its steps adds to the variance of a leaf's functional."""
        parts = self.components(self.functional(questions, k, leaf), leaf, weighed)
        return moments(parts)[1] - parts[2, 0]

    def node_moments(self, cells, noise):
        """Give mean and variance of a weighted sum of cells' log SRB when every leaf's step is the expected one."""
        offset = self.offset()
        on_states = cells @ self.design
        return (
            on_states @ self.states_mean(offset) + cells @ offset,
            on_states @ self.states_cov @ on_states + noise,
        )

    def all_at_once(self, sums):
        """Sum over every combination of all leaves' steps: what the engine's sweeps come near to.

        Args:
            sums: weighted sums of cells' log SRB, shape (sums, cells).

        Returns:
            the log evidence; and of each combination its probability and the sums' means and variances.
        """
        leaves = range(len(self.problem.layout.leaves))
        none = Hypothesis(0, 0, 0.0, 0.0)
        per_leaf = [[none, *self.hypotheses(leaf)] for leaf in leaves]
        moved = [[h.sd * self.step_in_cells(leaf, h) for h in per_leaf[leaf]] for leaf in leaves]
        found = []
        for chosen in product(*(range(len(hypotheses)) for hypotheses in per_leaf)):
            steps = np.stack([moved[leaf][i] for leaf, i in enumerate(chosen)], axis=1)
            seen = steps[self.seen]
            factor = cho_factor(self.value_covariance + seen @ seen.T)
            on_states, on_steps = sums @ self.design, sums @ steps
            with_values = on_states @ self.flat_prior @ self.design[self.seen].T + on_steps @ seen.T
            weights = cho_solve(factor, with_values.T).T
            prior = np.einsum("ij,jk,ik->i", on_states, self.flat_prior, on_states) + (on_steps**2).sum(1)
            odds = sum(per_leaf[leaf][i].log_odds for leaf, i in enumerate(chosen))
            likelihood = log_density(self.value, factor)
            found.append((likelihood + odds, weights @ self.value, prior - (weights * with_values).sum(1)))
        log_weight, mean, variance = (np.array(part) for part in zip(*found, strict=True))
        prior_odds = sum(np.log(sum(np.exp(h.log_odds) for h in hypotheses)) for hypotheses in per_leaf)
        evidence = logsumexp(log_weight)
        return evidence - prior_odds, np.exp(log_weight - evidence), mean, variance

    def rest_of_parent(self, questions, k, node):
        """Give functional `k` of all that a node's parent holds besides the node, as weights on all cells."""
        own = set(self.leaves_below(node))
        rest = [i for i in self.leaves_below(self.problem.layout.parent[node]) if i not in own]
        weight = questions.leaf_weight[rest, k]
        return sum(w * self.functional(questions, k, i) for i, w in zip(rest, weight / weight.sum(), strict=True))


def log_density(value, factor):
    """Give the log density of a normal distribution about zero whose covariance comes as its Cholesky factor."""
    log_det = 2.0 * np.log(np.diag(factor[0])).sum()
    return float(-0.5 * (value @ cho_solve(factor, value) + log_det + len(value) * np.log(2.0 * np.pi)))


def moments(parts):
    """Give mean and variance of a mixture."""
    p, mean, variance = parts
    return p @ mean, p @ (variance + mean**2) - (p @ mean) ** 2


def above(parts, threshold):
    """Give the probability that a mixture exceeds a threshold."""
    p, mean, variance = parts
    return float(p @ norm.sf((threshold - mean) / np.sqrt(variance)))
