"""Signals of one evaluation: which areas meet a criterion, with a controlled share of false ones."""

from __future__ import annotations

import numpy as np

from tianping.srb.eprocess import current_e_values
from tianping.srb.fdr import bayes_fdr, e_bh
from tianping.srb.results import Estimates, FloatArray, IntArray, Signal
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS, Counts, group_channels

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


def e_values(counts: Counts, order_group: str, null_srb: float) -> FloatArray:
    """Give every area's current e-value, counts entering by the period of their registration where known.

    Args:
        counts: the births.
        order_group: order group.
        null_srb: SRB of the null, boys per 100 girls.
    """
    boys = counts.boys if counts.registered_boys is None else counts.registered_boys
    girls = counts.girls if counts.registered_girls is None else counts.registered_girls
    channels = list(group_channels(order_group))
    return current_e_values(
        np.asarray(counts.tree.sum_up(boys[..., channels].sum(2))),
        np.asarray(counts.tree.sum_up(girls[..., channels].sum(2))),
        null_srb / 100.0,
    )


def _guaranteed(counts: Counts, families: dict[str, IntArray], settings: Settings) -> list[Signal]:
    """Give the guaranteed tier at every level above the leaves."""
    found = []
    for order_group in ORDER_GROUPS:
        e = e_values(counts, order_group, settings.guaranteed_null)
        for areas in families.values():
            above = areas[~counts.tree.is_leaf[areas]]
            if not len(above):
                continue
            for area in above[e_bh(e[above], settings.guaranteed_alpha)]:
                nan = float("nan")
                found.append(Signal(int(area), order_group, "level", "guaranteed", nan, nan, float(e[area])))
    return found
