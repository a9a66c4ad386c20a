"""The lists an area is on, in sentences: why, on which evidence, how many are wrong, and what would lift it."""

from __future__ import annotations

import math

import numpy as np

from tianping import srb
from tianping.locale import text
from tianping.observatory.evaluations import Evaluated
from tianping.rulebook.signals import signal_rules
from tianping.srb.direct import observed_srb
from tianping.srb.lifting import lift

#: Tiers that nest, lowest first.
_TIERS = ("watch", "alert", "strong")


def signal_sentences(result: Evaluated, area: int, group: str, language: str) -> list[str]:
    """Give the sentences about all lists that an area is on, or the one that says it is on none."""
    own = [signal for signal in result.last.run.signals if (signal.area, signal.order_group) == (area, group)]
    if not own:
        return [text("explain.no_signal", language)]
    told: list[str] = []
    for signal in own:
        if signal.tier == "guaranteed":
            told.append(_guaranteed(result, signal, language))
            continue
        told.append(_listed(result, signal, language))
        if signal.tier == "strong":
            told.append(text("explain.lasting", language))
        told.append(_evidence(result, signal, language))
        told += _lift(result, signal, language)
    return told


def chances(p: float) -> str:
    """Write a probability as chances in 100, never as certainty."""
    if p < 0.01:
        return "<1"
    return ">99" if p > 0.99 else str(round(100 * p))


def _guaranteed(result: Evaluated, signal: srb.Signal, language: str) -> str:
    """Give the promise of the guaranteed tier, word for word, and how births entered."""
    settings = result.settings
    registered = result.last.fitted.problem.counts.registered_boys is not None
    return text(
        "explain.guaranteed",
        language,
        e_value=signal.e_value,
        null=settings.guaranteed_null,
        alpha=settings.guaranteed_alpha,
        basis=text(f"explain.guaranteed_{'registered' if registered else 'as_known'}", language),
    )


def _listed(result: Evaluated, signal: srb.Signal, language: str) -> str:
    """Say which list, for which probability, and how many on it are expected to be wrong."""
    run, settings = result.last.run, result.settings
    level = run.tree.areas[signal.area].level
    tiers = _TIERS[_TIERS.index(signal.tier) :]
    n = sum(
        (s.criterion, s.order_group, run.tree.areas[s.area].level) == (signal.criterion, signal.order_group, level)
        and s.tier in tiers
        for s in run.signals
    )
    return text(
        f"explain.signal_{signal.criterion}",
        language,
        tier=text(f"explain.tier.{signal.tier}", language),
        chances=chances(signal.p),
        alert_at=settings.alert_at,
        margin=100.0 * (settings.margin - 1.0),
        n=n,
        wrong=signal.expected_false_share * n,
    )


def _evidence(result: Evaluated, signal: srb.Signal, language: str) -> str:
    """Give the counts that speak: against the reference by level, against the areas beside it by difference."""
    run = result.last.run
    boys, girls = (run.estimates.column(name, signal.order_group) for name in ("n_boys", "n_girls"))
    b, g = int(boys[signal.area]), int(girls[signal.area])
    fields = {"months": run.window_months, "boys": b, "girls": g}
    if signal.criterion == "level":
        ratio = result.settings.reference.ratio
        expected = (b + g) * ratio / (1 + ratio)
        return text("explain.evidence_level", language, **fields, reference=100 * ratio, expected=expected)
    parent = int(run.tree.parent[signal.area])
    around = np.array([parent]) if parent >= 0 else np.flatnonzero(run.tree.parent < 0)
    rest_boys, rest_girls = int(boys[around].sum()) - b, int(girls[around].sum()) - g
    return text(
        "explain.evidence_difference",
        language,
        **fields,
        srb=observed_srb(b, g),
        rest_boys=rest_boys,
        rest_girls=rest_girls,
        rest_srb=observed_srb(rest_boys, rest_girls),
    )


def _lift(result: Evaluated, signal: srb.Signal, language: str) -> list[str]:
    """Say what would bring the probability of the level below the limit at which a signal is left."""
    if signal.criterion != "level":
        return []
    run, settings, limit = result.last.run, result.settings, signal_rules().leave_below
    needed = lift(run.estimates, signal.area, signal.order_group, run.window, settings, limit)
    told = []
    if math.isfinite(needed.periods) and needed.births:
        told.append(
            text(
                f"explain.lift_{'months' if run.as_of.is_month else 'years'}",
                language,
                births=needed.births,
                periods=math.ceil(needed.periods),
                reference=100 * settings.reference.ratio,
                limit=round(100 * limit),
            )
        )
    if needed.girls:
        told.append(text("explain.lift_girls", language, girls=needed.girls, alert_at=settings.alert_at))
    return told
