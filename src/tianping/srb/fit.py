"""Fitting at given scales: sweeps over the tree and the leaves' steps until they agree."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tianping.srb.basis import Basis, make_basis
from tianping.srb.common import Common, Slope, learn_months, size_of, tilted
from tianping.srb.layout import LEAF, LOWER, Layout, lay_out
from tianping.srb.observations import (
    Cells,
    Channels,
    LeafInformation,
    Working,
    collect,
    collect_pull,
    estimate_overdispersion,
    joined,
    leaf_cells,
    linearise,
    make_channels,
)
from tianping.srb.propagate import (
    Local,
    Passed,
    Posterior,
    leaf_chunks,
    pass_down,
    pass_up,
    preference_column,
)
from tianping.srb.results import FloatArray
from tianping.srb.scales import ScaleSet, choose_scales
from tianping.srb.settings import Settings
from tianping.srb.steps import (
    SIZES,
    StepEvidence,
    StepPosterior,
    StepPrior,
    Stretches,
    make_stretches,
    step_evidence,
    weigh_steps,
)
from tianping.terms import Counts

#: Prior monthly hazard of a change in one area, and of its end; prior share of standing deviations.
_ONSET, _ENDING, _STANDING = 1.0 / 900.0, 1.0 / 120.0, 0.05
#: Pseudo-counts behind the prior when rates are estimated from many areas.
_ONSET_AREAS, _STANDING_AREAS, _SIZE_AREAS = 0.5, 20.0, 10.0
_HIGHEST_ONSET = 0.02
_EM_ROUNDS = 30
_TAIL_DF = 3.0
#: Below this many leaves scales are integrated over instead of set to their mode, and rates stand at their priors.
FEW_LEAVES = 60


@dataclass(frozen=True)
class Problem:
    """What does not change during a run.

    Attributes:
        counts: the births.
        layout: the model's tree.
        cells: the leaves' births.
        channels: how birth orders load on effects.
        basis: time.
        scales: which scales there are.
        stretches: which steps are considered.
        size: log births of each leaf around their mean, shape (leaves,).
        origin: log of the reference ratio; states are relative to it.
    """

    counts: Counts
    layout: Layout
    cells: Cells
    channels: Channels
    basis: Basis
    scales: ScaleSet
    stretches: Stretches
    size: FloatArray
    origin: float

    @property
    def months(self) -> int:
        """Months covered."""
        return len(self.counts.periods) * self.basis.months_per_period


def pose(counts: Counts, settings: Settings) -> Problem:
    """Set up the problem of a run."""
    layout = lay_out(counts)
    channels = make_channels(counts, settings.orders_from)
    basis = make_basis(counts.periods)
    cells = leaf_cells(counts, layout, channels)
    kinds = {int(kind) for kind in layout.kind[:-1]}
    return Problem(
        counts,
        layout,
        cells,
        channels,
        basis,
        choose_scales(basis, channels.n_factors, kinds),
        make_stretches(len(counts.periods), basis.months_per_period, len(layout.leaves)),
        size_of(cells),
        float(np.log(settings.reference.ratio)),
    )


@dataclass(frozen=True)
class Condition:
    """What the sweeps carry from one to the next.

    Attributes:
        working: the linearised likelihood.
        path: expected step of each leaf in each period, shape (leaves, periods).
        stretch: variance multipliers of the inner nodes' son-preference effects, shape (slots,).
        prior: how often steps happen and how large they are.
        overdispersion: intra-class correlation of births in a cell.
        doubt: Σ over the leaves of the variance that doubt about steps gives their standardised deviations, by
            column of the leaves' root, shape (columns,): spread that the expected steps alone do not show.
        common: what all areas have in common beside the tree.
    """

    working: Working
    path: FloatArray
    stretch: FloatArray
    prior: StepPrior
    overdispersion: float
    doubt: FloatArray
    common: Common


def initial_condition(problem: Problem) -> Condition:
    """Start at the pooled SRB of each channel, without steps."""
    boys = problem.cells.boys.sum((0, 1))
    girls = problem.cells.births.sum((0, 1)) - boys
    pseudo = 100.0  # births at the reference ratio, so that few births do not set the point of linearisation
    share = np.exp(problem.origin) / (1.0 + np.exp(problem.origin))
    eta = np.log((boys + pseudo * share) / (girls + pseudo * (1.0 - share)))
    n = len(problem.layout.leaves)
    return Condition(
        linearise(problem.cells, eta, problem.origin, 0.0),
        np.zeros((n, len(problem.counts.periods))),
        np.ones(problem.layout.n_slots),
        StepPrior(_STANDING, np.full(n, _ONSET), _ENDING, np.full(len(SIZES), 1.0 / len(SIZES))),
        0.0,
        np.zeros(problem.scales.n_columns(LEAF)),
        Common.none(*problem.cells.births.shape[1:]),
    )


@dataclass(frozen=True)
class Inner:
    """Posterior of the inner nodes for one condition.

    Attributes:
        passed: the upward pass.
        information: the leaves' likelihood with expected steps and the slope on size taken out.
        mean: state means, shape (slots, state).
        cov: state covariances, shape (slots, state, state).
        tiers: posteriors tier by tier.
        top: posterior of the root.
    """

    passed: Passed
    information: LeafInformation
    mean: FloatArray
    cov: FloatArray
    tiers: tuple[Posterior, ...]
    top: Posterior


def inner_posterior(problem: Problem, phi: FloatArray, condition: Condition) -> Inner:
    """Pass up and down once."""
    return inner_given(problem, phi, condition, information_of(problem, condition))


def information_of(problem: Problem, condition: Condition) -> LeafInformation:
    """Collect the leaves' likelihood, expected steps and the slope on size taken out; it does not depend on scales."""
    working = condition.working
    parts = [
        collect(
            Working(working.weight[which], working.pull[which]),
            working.pull[which] - step_pull(problem, condition, which),
            problem.channels,
            problem.basis,
        )
        for which in leaf_chunks(problem.layout)
    ]
    information = joined(parts)
    return tilted(information, tilt(problem, condition))[0] if condition.common.slope else information


def tilt(problem: Problem, condition: Condition, which: slice = slice(None)) -> FloatArray:
    """Give the part of some leaves' states that goes with their size, shape (leaves, state)."""
    return condition.common.slope * problem.size[which, None] * problem.scales.preference_direction


def inner_given(problem: Problem, phi: FloatArray, condition: Condition, information: LeafInformation) -> Inner:
    """Pass up and down once with the leaves' likelihood already collected."""
    passed = pass_up(problem.layout, information, problem.scales, phi, condition.stretch)
    mean, cov, tiers, top = pass_down(problem.layout, passed)
    return Inner(passed, information, mean, cov, tiers, top)


def step_pull(problem: Problem, condition: Condition, which: slice = slice(None)) -> FloatArray:
    """Give the part of the pull that expected steps explain, shape (leaves, periods, channels)."""
    return condition.working.weight[which] * problem.channels.steps * condition.path[which][..., None]


@dataclass(frozen=True)
class LeafBatch:
    """Posterior of a batch of leaves.

    Attributes:
        which: the leaves.
        local: their local systems, expected steps taken out.
        own: what their own expected steps took out of h, shape (leaves, state).
        tilt: part of their states that goes with size, shape (leaves, state).
        mean: state means given everybody else's expected steps and none of their own, shape (leaves, state).
        cov: state covariances, shape (leaves, state, state).
        evidence: what their births say about steps.
        seen: couplings with a step times the state covariances, shape (leaves, cuts, state).
        steps: posterior over their steps.
        common: what all areas have in common beside the tree.
        log_gain: log evidence of the births with the leaf's steps over that with the expected ones taken out,
            shape (leaves,).
    """

    which: slice
    local: Local
    own: FloatArray
    tilt: FloatArray
    mean: FloatArray
    cov: FloatArray
    evidence: StepEvidence
    seen: FloatArray
    steps: StepPosterior
    common: Common
    log_gain: FloatArray


def leaf_batch(
    problem: Problem, inner: Inner, condition: Condition, which: slice, *, with_support: bool = False
) -> LeafBatch:
    """Give the posterior of some leaves, their own steps included."""
    layout, channels, working = problem.layout, problem.channels, condition.working
    local = Local.of_leaves(inner.information, which, inner.passed.roots[LEAF])
    above = layout.parent_slots(layout.leaves[which])
    with_size = tilt(problem, condition, which)
    taken_out = local.state(inner.mean[above], local.deviation(inner.mean[above])) + with_size
    cov = local.covariance(inner.cov[above])
    own = collect_pull(step_pull(problem, condition, which), channels, problem.basis)
    restored = (cov @ own[..., None])[..., 0]
    mean = taken_out + restored
    evidence = step_evidence(
        working.weight[which],
        working.pull[which],
        channels.loadings,
        channels.steps,
        problem.basis.hats,
        problem.stretches.cuts,
    )
    seen = evidence.coupling @ cov
    prior = replace(condition.prior, onset=condition.prior.onset[which])
    steps = weigh_steps(evidence, mean, seen, problem.stretches, prior, with_support=with_support)
    log_gain = (own * (taken_out + 0.5 * restored)).sum(1) + steps.log_bayes_factor
    return LeafBatch(which, local, own, with_size, mean, cov, evidence, seen, steps, condition.common, log_gain)


@dataclass(frozen=True)
class Swept:
    """Result of one sweep.

    Attributes:
        condition: the next condition.
        log_evidence: log evidence of the births at this point, steps included.
    """

    condition: Condition
    log_evidence: float


def sweep(
    problem: Problem, phi: FloatArray, condition: Condition, *, learn_rates: bool, with_doubt: bool = False
) -> Swept:
    """Pass over the tree and all leaves once and update what the next sweep needs.

    Args:
        problem: the problem.
        phi: the scales.
        condition: where the last sweep ended.
        learn_rates: whether to estimate how often steps happen and the tails of the inner nodes' effects; with
            few areas the prior stands.
        with_doubt: whether to give `Condition.doubt`, which only the search for scales needs.
    """
    inner = inner_posterior(problem, phi, condition)
    following = Following(problem, condition, learn_rates=learn_rates, with_doubt=with_doubt)
    gain = 0.0
    for which in leaf_chunks(problem.layout):
        batch = leaf_batch(problem, inner, condition, which, with_support=learn_rates)
        following.take(batch)
        gain += float(batch.log_gain.sum())
    return Swept(following.condition(inner), inner.passed.log_evidence + gain)


class Following:
    """What a pass over the leaves tells the next one, gathered batch by batch."""

    def __init__(self, problem: Problem, condition: Condition, *, learn_rates: bool, with_doubt: bool = False) -> None:
        self._problem, self._before = problem, condition
        self._learn_rates, self._with_doubt = learn_rates, with_doubt
        self._path = np.empty_like(condition.path)
        self._support = np.empty((len(condition.path), 2, len(SIZES)))
        self._doubt = np.zeros_like(condition.doubt)

    def take(self, batch: LeafBatch) -> None:
        """Take in a batch of leaves."""
        self._path[batch.which] = batch.steps.path(self._path.shape[1])
        if batch.steps.log_support is not None:
            self._support[batch.which] = batch.steps.log_support
        if self._with_doubt:
            self._doubt += step_doubt(batch)

    def condition(self, inner: Inner) -> Condition:
        """Give the condition of the next pass once all leaves are in."""
        following = replace(self._before, path=self._path, doubt=self._doubt)
        if not self._learn_rates:
            return following
        return replace(
            following,
            prior=learn_prior(self._problem, self._support, self._before.prior),
            stretch=learn_stretch(self._problem, inner, self._before.stretch),
        )


def step_doubt(batch: LeafBatch) -> FloatArray:
    """Add up what doubt about steps adds to E[ε²] of the leaves, by column of their root, shape (columns,).

    A step δ in a stretch moves a leaf's standardised deviation by −A⁻¹ Uᵀ w δ, with w its coupling with the state.
    """
    response = batch.evidence.coupling @ (batch.local.u @ batch.local.cov)
    return batch.steps.doubt(response).sum(0)


def learn_prior(problem: Problem, log_support: FloatArray, prior: StepPrior) -> StepPrior:
    """Estimate how often steps happen, by expectation–maximisation over the leaves' evidence.

    One rate for all areas, then one for each parent, shrunk to it; shares of standing deviations and of the size
    classes for all. Pseudo-counts keep the prior where areas are few.

    Args:
        problem: the problem.
        log_support: see `StepPosterior`, shape (leaves, 2, sizes).
        prior: the rates so far.
    """
    above = problem.layout.parent_slots(problem.layout.leaves)
    n, slots = len(above), problem.layout.n_slots
    months = np.bincount(above, minlength=slots) * problem.months
    top = np.maximum(log_support.max((1, 2)), 0.0)
    support, none = np.exp(log_support - top[:, None, None]), np.exp(-top)
    for _ in range(_EM_ROUNDS):
        odds = prior.standing / (1.0 - prior.standing)
        rates = np.stack([np.full(n, odds), prior.onset], axis=1)
        share = support * rates[..., None]
        share *= prior.sizes
        share /= (share.sum((1, 2)) + none)[:, None, None]
        changes = share[:, 1].sum(1)
        overall = (1.0 + changes.sum()) / (1.0 / _ONSET + n * problem.months)
        seen = np.bincount(above, changes, minlength=slots)
        onset = np.minimum((_ONSET_AREAS + seen) / (_ONSET_AREAS / overall + months), _HIGHEST_ONSET)
        standing = (_STANDING * _STANDING_AREAS + share[:, 0].sum()) / (_STANDING_AREAS + n)
        sizes = share.sum((0, 1)) + _SIZE_AREAS / len(SIZES)
        prior = StepPrior(min(float(standing), 0.5), onset[above], _ENDING, sizes / sizes.sum())
    return prior


def learn_stretch(problem: Problem, inner: Inner, stretch: FloatArray) -> FloatArray:
    """Estimate each lower node's variance multiplier: Student-t tails with three degrees of freedom."""
    following = stretch.copy()
    column = preference_column(problem.scales)
    for nodes, posterior in zip(problem.layout.tiers, inner.tiers, strict=True):
        lower = problem.layout.kind[nodes] == LOWER
        slots = problem.layout.slots[nodes[lower]]
        size = stretch[slots] * posterior.second_moment[lower, column]
        following[slots] = (_TAIL_DF + size) / (_TAIL_DF + 1.0)
    return following


def relinearise(problem: Problem, phi: FloatArray, condition: Condition) -> Condition:
    """Linearise again at the posterior means; estimate over-dispersion and what months have in common there."""
    inner = inner_posterior(problem, phi, condition)
    channels, hats = problem.channels, problem.basis.hats
    eta = np.empty_like(problem.cells.births)
    for which in leaf_chunks(problem.layout):
        local = Local.of_leaves(inner.information, which, inner.passed.roots[LEAF])
        mean = inner.mean[problem.layout.parent_slots(problem.layout.leaves[which])]
        state = local.state(mean, local.deviation(mean)) + tilt(problem, condition, which)
        factors = state.reshape(len(state), channels.n_factors, -1) @ hats.T
        eta[which] = factors.transpose(0, 2, 1) @ channels.loadings.T
        eta[which] += condition.path[which][..., None] * channels.steps
    np.clip(eta, -1.5, 1.5, out=eta)
    known = (problem.origin + condition.common.months).astype(eta.dtype)
    at = eta + known
    overdispersion = estimate_overdispersion(problem.cells, at)
    working = linearise(problem.cells, at, known, overdispersion)
    if not has_much_in_common(problem):
        return replace(condition, working=working, overdispersion=overdispersion)
    common = learn_months(working, eta, condition.common)
    pull = working.pull + working.weight * (condition.common.months - common.months).astype(eta.dtype)
    return replace(condition, working=Working(working.weight, pull), overdispersion=overdispersion, common=common)


def has_much_in_common(problem: Problem) -> bool:
    """Say whether there are leaves enough to learn from what they have in common."""
    return len(problem.layout.leaves) >= FEW_LEAVES


def learn_slope(problem: Problem, phi: FloatArray, condition: Condition) -> Condition:
    """Estimate how second births' ratio goes with size, by the log evidence, which is quadratic in the slope."""
    if not has_much_in_common(problem):
        return condition
    flat = replace(condition, common=replace(condition.common, slope=0.0))
    plain = information_of(problem, flat)

    def evidence(slope: float) -> float:
        tried = replace(flat, common=replace(flat.common, slope=slope))
        information, gain = tilted(plain, tilt(problem, tried))
        return pass_up(problem.layout, information, problem.scales, phi, condition.stretch).log_evidence + gain

    at = 0.1
    slope = Slope.through(at, evidence(-at), evidence(0.0), evidence(at)).mode
    return replace(condition, common=replace(condition.common, slope=slope))
