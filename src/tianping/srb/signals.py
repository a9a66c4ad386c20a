"""Signals of one evaluation: which areas meet a criterion, with a controlled share of false ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tianping.srb.cohorts import Cohorts, running_forecast
from tianping.srb.eprocess import current_e_values
from tianping.srb.fdr import bayes_fdr, closed_e_bh
from tianping.srb.results import BoolArray, Estimates, FloatArray, IntArray, Signal
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS, AreaTree, Counts

#: Criterion and the probability it goes by.
CRITERIA = {"level": "p_above_alert", "difference": "p_difference"}


def find_signals(counts: Counts, estimates: Estimates, settings: Settings) -> tuple[Signal, ...]:
    """Give all signals at the end of the counts.

    Families are the areas of one level, for one order group and criterion. Tiers nest; each area's row names the
    highest. `strong` is not given here: it needs earlier evaluations.
    """
    families = level_families(counts)
    found = [
        signal
        for order_group in ORDER_GROUPS
        for areas in families.values()
        for criterion, attribute in CRITERIA.items()
        for signal in _tiers(areas, order_group, criterion, estimates.column(attribute, order_group), settings)
    ]
    return (*found, *_guaranteed(counts, families, settings))


def level_families(counts: Counts) -> dict[str, IntArray]:
    """Give the areas of each level, positions in the tree."""
    names = np.array([area.level for area in counts.tree.areas])
    return {level: np.flatnonzero(names == level) for level in counts.tree.levels}


def _tiers(areas: IntArray, order_group: str, criterion: str, p: FloatArray, settings: Settings) -> list[Signal]:
    tier: dict[int, tuple[str, float]] = {}
    for name, q in (("watch", settings.fdr_watch), ("alert", settings.fdr_alert)):
        listed, share = bayes_fdr(p[areas], q)
        tier.update({int(area): (name, share) for area in areas[listed]})
    return [
        Signal(area, order_group, criterion, name, float(p[area]), share, float("nan"))
        for area, (name, share) in sorted(tier.items())
    ]


def e_values(
    counts: Counts,
    order_group: str,
    null_srb: float,
    forecasts: Sequence[FloatArray] = (),
    cohorts: Cohorts | None = None,
) -> FloatArray:
    """Give the current e-value of every area that has others below it, NaN for the rest; shape (areas,).

    Births enter by the period in which they were registered where that is known, after the first year, else as known
    now. Bets are laid on fixed alternatives, on a running forecast made from the same births, and on those given.

    Args:
        counts: the births.
        order_group: order group.
        null_srb: SRB of the null, boys per 100 girls.
        forecasts: further forecasts of log SRB, for instance `engine_forecast`, shape (areas, periods).
        cohorts: what `Cohorts.of(counts)` gives, when several order groups are asked about.
    """
    cohorts = cohorts or Cohorts.of(counts)
    boys, girls = cohorts.of_group(order_group)
    ratio = null_srb / 100.0
    running = running_forecast(boys, girls, cohorts.parent, ratio, cohorts.months)
    bets = (running, *(log_srb[cohorts.areas] for log_srb in forecasts))
    e = np.full(len(counts.tree), np.nan)
    e[cohorts.areas] = current_e_values(boys, girls, ratio, bets, first=cohorts.first, months=cohorts.months)
    return e


def _guaranteed(counts: Counts, families: dict[str, IntArray], settings: Settings) -> list[Signal]:
    """Give the guaranteed tier at every level above the leaves."""
    found: list[Signal] = []
    cohorts = Cohorts.of(counts)
    if not len(cohorts.areas):
        return found
    nan = float("nan")
    for order_group in ORDER_GROUPS:
        e = e_values(counts, order_group, settings.guaranteed_null, cohorts=cohorts)
        for areas in families.values():
            above = areas[~counts.tree.is_leaf[areas]]
            listed = above[closed_e_bh(e[above], settings.guaranteed_alpha)]
            found += [Signal(int(a), order_group, "level", "guaranteed", nan, nan, float(e[a])) for a in listed]
    return found


def without(signals: Sequence[Signal], out: BoolArray, tree: AreaTree, alpha: float) -> tuple[Signal, ...]:
    """Take areas off all lists.

    Who is taken off a guaranteed list may be just those who were right. A list that loses some is therefore drawn up
    anew from those left, all other e-values of its family taken as nought: they stay e-values, and so the promise.

    Args:
        signals: the signals of one run.
        out: areas to take off, shape (areas,).
        tree: the areas.
        alpha: false-discovery rate of the guaranteed tier.
    """
    left = [signal for signal in signals if not out[signal.area]]
    lost = {_family(s, tree) for s in signals if out[s.area] and s.tier == "guaranteed"}
    for family in lost:
        listed = [signal for signal in left if signal.tier == "guaranteed" and _family(signal, tree) == family]
        above = [area for area, is_leaf in zip(tree.areas, tree.is_leaf, strict=True) if not is_leaf]
        e = np.zeros(sum(area.level == family[0] for area in above))
        e[: len(listed)] = [signal.e_value for signal in listed]
        dropped = {id(signal) for signal, keep in zip(listed, closed_e_bh(e, alpha), strict=False) if not keep}
        left = [signal for signal in left if id(signal) not in dropped]
    return tuple(left)


def _family(signal: Signal, tree: AreaTree) -> tuple[str, str]:
    return tree.areas[signal.area].level, signal.order_group
