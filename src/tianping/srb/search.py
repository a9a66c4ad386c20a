"""Finding the scales: the posterior mode where areas are many, integration where they are few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import logsumexp

from tianping.srb.carrying import Carried, resume
from tianping.srb.fit import (
    FEW_LEAVES,
    Condition,
    Problem,
    information_of,
    initial_condition,
    inner_given,
    learn_slope,
    pose,
    relinearise,
    sweep,
)
from tianping.srb.layout import LEAF, ROOT
from tianping.srb.observations import LeafInformation
from tianping.srb.propagate import Local, leaf_chunks, pass_up
from tianping.srb.results import FloatArray
from tianping.srb.settings import Settings
from tianping.srb.steps import MANY_LEAVES, StepPrior
from tianping.terms import AreaTree, Counts

_FIRST_POINTS, _SECOND_POINTS = 64, 32
#: Points lighter than this part of an even share are left out.
_NEGLIGIBLE = 0.4
_SAMPLED_LEAVES = 1500


@dataclass(frozen=True)
class Point:
    """One value of the scales with its weight.

    Attributes:
        phi: the scales.
        weight: posterior weight, 0–1.
        condition: where the sweeps ended at these scales.
    """

    phi: FloatArray
    weight: float
    condition: Condition


@dataclass(frozen=True)
class Warm:
    """What an earlier run knows of the scales.

    Attributes:
        phi: their mode or mean.
        names: names of the scales, to see that they fit.
        carried: what an earlier run of the same areas, with as many periods or fewer, knows of the leaves: with it
            one pass does for a month that comes on top.
    """

    phi: FloatArray
    names: tuple[str, ...]
    carried: Carried | None = None


def find_points(problem: Problem, settings: Settings, warm: Warm | None = None) -> tuple[Point, ...]:
    """Give the scales to average over, with weights that add to one.

    Few leaves: integration. Many: the mode. Very many: the mode found on a random sample of whole families.
    """
    n = len(problem.layout.leaves)
    if n < FEW_LEAVES:
        return _integrate(problem, settings.seed)
    names = tuple(problem.scales.named(problem.scales.start()))
    if warm is not None and warm.names == names:
        if warm.carried is not None and warm.carried.fits(problem):
            return (Point(warm.phi, 1.0, resume(problem, warm.phi, warm.carried)),)
        return (_settle(problem, warm.phi, initial_condition(problem)),)
    if n <= MANY_LEAVES:
        return (_settle(problem, _mode(problem).phi, initial_condition(problem)),)
    sampled = _mode(pose(sample_families(problem, settings.seed), settings))
    rates = sampled.condition.prior
    condition = initial_condition(problem)
    prior = StepPrior(rates.standing, np.full(n, float(np.median(rates.onset))), rates.ending, rates.sizes)
    return (_settle(problem, sampled.phi, replace(condition, prior=prior)),)


def _mode(problem: Problem) -> Point:
    """Alternate between the scales' mode and the steps."""
    phi, condition = problem.scales.start(), initial_condition(problem)
    for _ in range(3):
        phi = climb(problem, phi, condition)
        condition = learn_slope(problem, phi, condition)
        condition = sweep(problem, phi, condition, learn_rates=True, with_doubt=True).condition
        condition = relinearise(problem, phi, condition)
    return Point(phi, 1.0, condition)


def _settle(problem: Problem, phi: FloatArray, condition: Condition) -> Point:
    """Sweep at given scales until steps and linearisation agree; the same scales give the same, however found."""
    condition = learn_slope(problem, phi, condition)
    condition = sweep(problem, phi, condition, learn_rates=True).condition
    condition = relinearise(problem, phi, condition)
    return Point(phi, 1.0, sweep(problem, phi, condition, learn_rates=True).condition)


def sample_families(problem: Problem, seed: int) -> Counts:
    """Give the births of a random sample of parents with all their leaves, and of what lies above them."""
    layout, counts = problem.layout, problem.counts
    parents = np.unique(layout.parent[layout.leaves])
    order = np.random.default_rng(seed).permutation(parents)
    sizes = np.bincount(layout.parent[layout.leaves], minlength=len(layout.parent))[order]
    chosen = set(order[: int(np.searchsorted(np.cumsum(sizes), _SAMPLED_LEAVES)) + 1].tolist())
    keep = np.zeros(len(counts.tree), dtype=bool)
    inside = [parent in chosen for parent in layout.parent[layout.leaves].tolist()]
    keep[layout.leaf_areas[np.array(inside)]] = True
    for depth in range(int(counts.tree.depth.max()), 0, -1):
        here = np.flatnonzero(keep & (counts.tree.depth == depth))
        keep[counts.tree.parent[here]] = True
    kept = np.flatnonzero(keep)
    tree = AreaTree.of(counts.tree.areas[i] for i in kept)
    delays = None if counts.delays is None else counts.delays.of_areas(kept)
    return Counts(tree, counts.periods, counts.boys[kept], counts.girls[kept], delays=delays)


def climb(problem: Problem, phi: FloatArray, condition: Condition) -> FloatArray:
    """Find the scales' posterior mode by L-BFGS with the gradient of the evidence.

    For a standard deviation s of coefficients c = s ε the derivative of the log evidence with respect to log s is
    Σ (E[ε²] − 1) over the coefficients (Fisher's identity); the loading's derivative is a difference quotient.
    """
    from scipy.optimize import minimize  # slow to import, and a run that is given its scales never comes here

    doubt = np.zeros_like(phi)
    for position, columns in zip(*problem.scales.columns(LEAF), strict=True):
        doubt[position] = condition.doubt[columns].sum()
    information = information_of(problem, condition)

    def objective(x: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = evidence_with_gradient(problem, x, condition, information)
        prior, prior_gradient = problem.scales.log_prior(x)
        return -(value + prior + float(doubt @ x)), -(gradient + prior_gradient + doubt)

    found = minimize(
        objective,
        phi,
        jac=True,
        method="L-BFGS-B",
        bounds=problem.scales.bounds(),
        options={"maxiter": 40, "ftol": 1e-5},
    )
    best: FloatArray = found.x
    return best


def evidence_with_gradient(
    problem: Problem, phi: FloatArray, condition: Condition, information: LeafInformation
) -> tuple[float, FloatArray]:
    """Give the Gaussian log evidence (expected steps taken out) and its gradient in `phi`.

    Args:
        problem: the problem.
        phi: the scales.
        condition: where the sweeps stand.
        information: `information_of` that condition.
    """
    scales, layout = problem.scales, problem.layout
    inner = inner_given(problem, phi, condition, information)
    gradient = np.zeros(scales.n_parameters)

    def add(kind: int, second: FloatArray) -> None:
        for position, columns in zip(*scales.columns(kind), strict=True):
            gradient[position] += (second[:, columns] - 1.0).sum()

    for which in leaf_chunks(layout):
        local = Local.of_leaves(inner.information, which, inner.passed.roots[LEAF])
        above = layout.parent_slots(layout.leaves[which])
        add(LEAF, local.second_moment(local.deviation(inner.mean[above]), inner.cov[above]))
    for nodes, posterior in zip(layout.tiers, inner.tiers, strict=True):
        kinds = layout.kind[nodes]
        for kind in np.unique(kinds):
            add(int(kind), posterior.second_moment[kinds == kind])
    add(ROOT, inner.top.second_moment)
    if scales.has_loading:
        step = 1e-4
        moved = phi.copy()
        moved[-1] += step
        shifted = pass_up(layout, information, scales, moved, condition.stretch).log_evidence
        gradient[-1] = (shifted - inner.passed.log_evidence) / step
    return inner.passed.log_evidence, gradient


def _integrate(problem: Problem, seed: int) -> tuple[Point, ...]:
    """Average over the scales by adaptive importance sampling.

    First points spread evenly over the prior; second points from a t-distribution fitted to the first; all are
    weighted by prior × evidence over the mixture they came from.
    """
    from scipy.stats import qmc  # slow to import, and many runs never come here

    scales = problem.scales
    condition = initial_condition(problem)
    centre = scales.start()
    condition = relinearise(problem, centre, sweep(problem, centre, condition, learn_rates=False).condition)
    sobol = qmc.Sobol(scales.n_uniform, seed=seed)
    first = scales.from_uniform(np.clip(sobol.random(_FIRST_POINTS), 1e-6, 1.0 - 1e-6))
    tried = [_try(problem, phi, condition) for phi in first]
    evidence = np.array([value for value, _ in tried])
    proposal = _fit_t(first, evidence)
    second = np.clip(proposal.rvs(_SECOND_POINTS, random_state=seed), *np.array(scales.bounds()).T)
    second = second.reshape(_SECOND_POINTS, -1)
    tried += [_try(problem, phi, condition) for phi in second]
    points = np.concatenate([first, second])
    evidence = np.array([value for value, _ in tried])
    log_prior = np.array([scales.log_prior(phi)[0] for phi in points])
    mixture = np.logaddexp(np.log(_FIRST_POINTS) + log_prior, np.log(_SECOND_POINTS) + proposal.logpdf(points))
    log_weight = evidence + log_prior - mixture
    weight = np.exp(log_weight - logsumexp(log_weight))
    kept = weight >= min(_NEGLIGIBLE / len(weight), weight.max())
    weight = np.where(kept, weight, 0.0) / weight[kept].sum()
    return tuple(Point(points[i], float(weight[i]), tried[i][1]) for i in np.flatnonzero(kept))


def _try(problem: Problem, phi: FloatArray, condition: Condition) -> tuple[float, Condition]:
    """Give the log evidence of one value of the scales, steps included, and where a sweep at it ends."""
    swept = sweep(problem, phi, condition, learn_rates=False)
    return swept.log_evidence, swept.condition


def _fit_t(points: FloatArray, evidence: FloatArray) -> Any:
    """Fit a wide t-distribution to points weighted by (tempered) evidence."""
    from scipy.stats import multivariate_t  # slow to import, and many runs never come here

    log_weight = 0.5 * (evidence - evidence.max())
    weight = np.exp(log_weight) / np.exp(log_weight).sum()
    centre = weight @ points
    away = points - centre
    cov = (away * weight[:, None]).T @ away + 0.05 * np.diag(points.var(0)) + 1e-4 * np.eye(points.shape[1])
    return multivariate_t(centre, cov, df=5)
