"""Tier `strong`: a flag that lasts while the evidence above agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tianping import srb
from tianping.rulebook.signals import strong_tier
from tianping.srb.fdr import bayes_fdr
from tianping.srb.results import FloatArray
from tianping.srb.signals import CRITERIA
from tianping.terms import ORDER_GROUPS, AreaTree

_Key = tuple[int, str, str]


def with_strong(runs: Sequence[srb.Run], settings: srb.Settings) -> tuple[srb.Run, ...]:
    """Raise alerts that last to `strong`; runs are successive evaluations, oldest first."""
    flagged = [_strong_lists(run, settings) for run in runs]
    raised = []
    for n, run in enumerate(runs):
        alerted = {
            (signal.area, signal.order_group)
            for signal in run.signals
            if signal.criterion == "level" and signal.tier in ("alert", "guaranteed")
        }
        signals = tuple(_raise(signal, run.tree, flagged[: n + 1], alerted) for signal in run.signals)
        raised.append(replace(run, signals=signals))
    return tuple(raised)


def _raise(
    signal: srb.Signal, tree: AreaTree, flagged: Sequence[dict[_Key, float]], alerted: set[tuple[int, str]]
) -> srb.Signal:
    if signal.tier != "alert":
        return signal
    key = (signal.area, signal.order_group, signal.criterion)
    above = tree.ancestors(signal.area) or (signal.area,)
    agreed = any((area, signal.order_group) in alerted for area in above)
    if not strong_tier([key in lists for lists in flagged], agreed):
        return signal
    return replace(signal, tier="strong", expected_false_share=flagged[-1].get(key, signal.expected_false_share))


def _strong_lists(run: srb.Run, settings: srb.Settings) -> dict[_Key, float]:
    """Give what is on the lists of tier `strong`'s expected false share, with that share."""
    levels = np.array([area.level for area in run.tree.areas])
    found: dict[_Key, float] = {}
    for criterion, attribute in CRITERIA.items():
        for order_group in ORDER_GROUPS:
            p: FloatArray = run.estimates.column(attribute, order_group)
            for level in run.tree.levels:
                areas = np.flatnonzero(levels == level)
                listed, share = bayes_fdr(p[areas], settings.fdr_strong)
                found.update({(int(area), order_group, criterion): share for area in areas[listed]})
    return found
