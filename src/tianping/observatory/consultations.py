"""Signal S5: what an area's successive evaluations add up to, with the probabilities behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tianping.observatory.evaluations import Evaluation
from tianping.observatory.sampling import unasked
from tianping.observatory.tallies import Book
from tianping.rulebook.signals import Decision, Scope, SignalRules, decide
from tianping.rulebook.signals import Evaluation as Asked
from tianping.srb.fdr import bayes_fdr
from tianping.srb.lifting import Lift, lift
from tianping.srb.results import BoolArray, FloatArray
from tianping.terms import AreaTree


@dataclass(frozen=True)
class Consultation:
    """What stands about one area and order group after the last evaluation.

    Attributes:
        area: position in the tree.
        order_group: order group.
        scope: which question the area is asked.
        decision: what the evaluations add up to.
        p_level: P(SRB > alert_at) at the last evaluation.
        p_difference: P(log SRB − log SRB of the rest of the parent > log margin); NaN where there is no rest.
        false_share: expected false share of the list that the scope goes by; NaN when nobody is on it.
        n_listed: areas on that list.
        min_detectable_srb: smallest SRB that the window's births would show.
        lift: what would bring its level below what the rules let stand.
    """

    area: int
    order_group: str
    scope: Scope
    decision: Decision
    p_level: float
    p_difference: float
    false_share: float
    n_listed: int
    min_detectable_srb: float
    lift: Lift


@dataclass(frozen=True)
class _Lists:
    """Of one evaluation and order group: who is on which list, and the lists' expected false shares by area."""

    level: BoolArray
    level_share: FloatArray
    difference: BoolArray
    difference_share: FloatArray


def consult(
    evaluations: Sequence[Evaluation], areas: Sequence[int], order_group: str, scope: Scope, rules: SignalRules
) -> tuple[Consultation, ...]:
    """Decide for areas of one scope from successive evaluations, oldest first."""
    last = _lists(evaluations[-1], order_group, rules)
    return tuple(
        _consultation(evaluations[-1], last, asked, area, order_group, scope, rules)
        for area, asked in zip(areas, courses(evaluations, areas, order_group, rules), strict=True)
    )


def courses(
    evaluations: Sequence[Evaluation], areas: Sequence[int], order_group: str, rules: SignalRules
) -> tuple[tuple[Asked, ...], ...]:
    """Give what successive evaluations say about each of some areas, oldest first: what the rules decide from."""
    lists = [_lists(evaluation, order_group, rules) for evaluation in evaluations]
    books = [Book(evaluation.fitted.problem.counts) for evaluation in evaluations]
    told = list(zip(evaluations, lists, books, strict=True))
    return tuple(
        tuple(_asked(evaluation, listed, book, area, order_group) for evaluation, listed, book in told)
        for area in areas
    )


def _consultation(
    evaluation: Evaluation,
    last: _Lists,
    asked: Sequence[Asked],
    area: int,
    order_group: str,
    scope: Scope,
    rules: SignalRules,
) -> Consultation:
    run = evaluation.run
    above = scope is Scope.COUNTY_AND_ABOVE
    level = np.array([other.level == run.tree.areas[area].level for other in run.tree.areas])
    listed = (last.level if above else last.difference) & level
    return Consultation(
        area,
        order_group,
        scope,
        decide(asked, scope, rules),
        asked[-1].p_level,
        asked[-1].p_difference,
        float((last.level_share if above else last.difference_share)[area]),
        int(listed.sum()),
        asked[-1].min_detectable_srb,
        lift(run.estimates, area, order_group, run.window, evaluation.fitted.settings, rules.leave_below),
    )


def _asked(evaluation: Evaluation, told: _Lists, book: Book, area: int, order_group: str) -> Asked:
    e = evaluation.run.estimates
    unknown = book.share_order_unknown(area, evaluation.run.window)
    return Asked(
        p_level=float(e.column("p_above_alert", order_group)[area]),
        p_difference=float(e.column("p_difference", order_group)[area]),
        level_flagged=bool(told.level[area]),
        difference_flagged=bool(told.difference[area]),
        min_detectable_srb=float(e.column("min_detectable_srb", order_group)[area]),
        share_order_unknown=0.0 if np.isnan(unknown) else unknown,
        chosen_by_outcome=bool(unasked(evaluation.run)[area]),
    )


def _lists(evaluation: Evaluation, order_group: str, rules: SignalRules) -> _Lists:
    run = evaluation.run
    level = _listed(run.estimates.column("p_above_alert", order_group), run.tree, rules.level_false_share)
    difference = _listed(run.estimates.column("p_difference", order_group), run.tree, rules.difference_false_share)
    return _Lists(*level, *difference)


def _listed(p: FloatArray, tree: AreaTree, false_share: float) -> tuple[BoolArray, FloatArray]:
    """List by families, the areas of one level; give the list's expected false share for each area of the family."""
    levels = np.array([area.level for area in tree.areas])
    listed = np.zeros(len(tree), dtype=bool)
    shares = np.full(len(tree), np.nan)
    for level in tree.levels:
        family = np.flatnonzero(levels == level)
        listed[family], shares[family] = bayes_fdr(p[family], false_share)
    return listed, shares
