"""Places put together by their outcome: what is asked of them would always seem extreme, so nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tianping import srb
from tianping.rulebook.selective_sampling import sampling_rules
from tianping.srb.results import BoolArray
from tianping.srb.signals import without
from tianping.terms import AreaTree, Finding, Severity


def unasked(run: srb.Run) -> BoolArray:
    """Give the areas of which no signal is asked, shape (areas,).

    These are areas whose births look chosen by their outcome, the areas beside them (who takes the places without
    girls out of a district leaves the others behind) and all areas below.
    """
    tree, chosen = run.tree, _chosen(run)
    return _at_or_below(tree, chosen | _beside(tree, chosen))


def without_unasked(run: srb.Run, settings: srb.Settings) -> tuple[srb.Run, tuple[Finding, ...]]:
    """Take the signals of unasked areas out of a run and tell it in a finding."""
    chosen = np.flatnonzero(_chosen(run))
    if not len(chosen):
        return run, ()
    out = unasked(run)
    e = run.estimates
    births = e.column("n_boys", "all") + e.column("n_girls", "all")
    most = int(chosen[np.argmax(births[chosen])])
    told = {"area": run.tree.areas[most].code, "births": int(births[most]), "areas_unasked": int(out.sum())}
    finding = Finding("selective_sampling", Severity.WARNING, count=len(chosen), values=told)
    return replace(run, signals=without(run.signals, out, run.tree, settings.guaranteed_alpha)), (finding,)


def _chosen(run: srb.Run) -> BoolArray:
    e = run.estimates
    boys, girls = (e.column(name, "all").astype(np.int64) for name in ("n_boys", "n_girls"))
    return sampling_rules().chosen_by_outcome(boys, girls)


def _beside(tree: AreaTree, chosen: BoolArray) -> BoolArray:
    """Give the areas that share a parent with a chosen one."""
    parents = np.unique(tree.parent[chosen])
    beside: BoolArray = np.isin(tree.parent, parents[parents >= 0])
    return beside


def _at_or_below(tree: AreaTree, areas: BoolArray) -> BoolArray:
    found = areas.copy()
    for at in np.argsort(tree.depth, kind="stable"):
        above = int(tree.parent[at])
        found[at] |= above >= 0 and found[above]
    return found
