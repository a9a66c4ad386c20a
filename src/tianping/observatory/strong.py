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
    return tuple(replace(run, signals=_raised(run, flagged[: n + 1])) for n, run in enumerate(runs))


def _raised(run: srb.Run, flagged: Sequence[set[_Key]]) -> tuple[srb.Signal, ...]:
    """Give the signals of a run, those that last as `strong` with the expected false share of their own list."""
    alerted = {
        (signal.area, signal.order_group)
        for signal in run.signals
        if signal.criterion == "level" and signal.tier in ("alert", "guaranteed")
    }
    strong = [signal for signal in run.signals if _is_strong(signal, run.tree, flagged, alerted)]
    families: dict[tuple[str, str, str], list[float]] = {}
    for signal in strong:
        families.setdefault(_family(signal, run.tree), []).append(1.0 - signal.p)
    raised = {
        _key(signal): replace(
            signal, tier="strong", expected_false_share=float(np.mean(families[_family(signal, run.tree)]))
        )
        for signal in strong
    }
    return tuple(signal if signal.tier != "alert" else raised.get(_key(signal), signal) for signal in run.signals)


def _is_strong(signal: srb.Signal, tree: AreaTree, flagged: Sequence[set[_Key]], alerted: set[tuple[int, str]]) -> bool:
    if signal.tier != "alert":
        return False
    above = tree.ancestors(signal.area) or (signal.area,)
    agreed = any((area, signal.order_group) in alerted for area in above)
    return strong_tier([_key(signal) in lists for lists in flagged], agreed)


def _key(signal: srb.Signal) -> _Key:
    return signal.area, signal.order_group, signal.criterion


def _family(signal: srb.Signal, tree: AreaTree) -> tuple[str, str, str]:
    return tree.areas[signal.area].level, signal.order_group, signal.criterion


def _strong_lists(run: srb.Run, settings: srb.Settings) -> set[_Key]:
    """Give what is on the lists of tier `strong`'s expected false share."""
    levels = np.array([area.level for area in run.tree.areas])
    found: set[_Key] = set()
    for criterion, attribute in CRITERIA.items():
        for order_group in ORDER_GROUPS:
            p: FloatArray = run.estimates.column(attribute, order_group)
            for level in run.tree.levels:
                areas = np.flatnonzero(levels == level)
                listed, _ = bayes_fdr(p[areas], settings.fdr_strong)
                found.update((int(area), order_group, criterion) for area in areas[listed])
    return found
