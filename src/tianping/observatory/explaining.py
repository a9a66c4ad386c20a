"""An area's numbers in sentences that an official can check and repeat."""

from __future__ import annotations

import numpy as np

from tianping import srb
from tianping.documents.numbers import format_period
from tianping.locale import text
from tianping.observatory.evaluations import Evaluated
from tianping.observatory.signalled import chances, signal_sentences
from tianping.srb.direct import births_needed, direct_interval, observed_srb
from tianping.terms import ORDER_GROUPS, InputError

_CERTAIN = 0.95


def explain(result: Evaluated, area_code: str, language: str, order_group: str | None = None) -> tuple[str, ...]:
    """Give the sentences about one area and order group (`2+` where orders are known, else `all`).

    Raises:
        InputError: `area_unknown` or `order_group_unknown`.
    """
    evaluation = result.last
    run, tree = evaluation.run, evaluation.run.tree
    if area_code not in tree.positions:
        raise InputError("area_unknown", code=area_code)
    group = order_group or ("2+" if evaluation.fitted.problem.counts.has_orders else "all")
    if group not in ORDER_GROUPS:
        raise InputError("order_group_unknown", order_group=group, known=", ".join(ORDER_GROUPS))
    area = tree.positions[area_code]
    births = int(run.estimates.column("n_boys", group)[area] + run.estimates.column("n_girls", group)[area])
    told = [_what(result, area, group, language)]
    told.append(_direct(result, area, group, language) if births else text("explain.no_births", language))
    if np.isnan(run.estimates.column("log_mean", group)[area]):
        return (*told, text("explain.not_recorded", language))
    told += [_window(result, area, group, language), _model(result, area, group, language)]
    told += [_alone(result, area, group, births, language)]
    told += [
        sentence for sentence in (_change(result, area, language), _rank(result, area, group, language)) if sentence
    ]
    told += signal_sentences(result, area, group, language)
    told.append(text("explain.not_evidence", language))
    return tuple(told)


def _group_name(group: str, language: str) -> str:
    return text(f"explain.order_group.{group.replace('+', '_plus')}", language)


def _what(result: Evaluated, area: int, group: str, language: str) -> str:
    run = result.last.run
    return text(
        "explain.what",
        language,
        name=run.tree.areas[area].name,
        group=_group_name(group, language),
        as_of=str(run.as_of),
        months=run.window_months,
    )


def _direct(result: Evaluated, area: int, group: str, language: str) -> str:
    e = result.last.run.estimates
    boys, girls = int(e.column("n_boys", group)[area]), int(e.column("n_girls", group)[area])
    interval = direct_interval(boys, girls)
    if girls == 0:
        return text("explain.direct_no_girls", language, boys=boys, lower=interval.lower)
    return text(
        "explain.direct",
        language,
        boys=boys,
        girls=girls,
        srb=observed_srb(boys, girls),
        lower=interval.lower,
        upper=interval.upper,
    )


def _model(result: Evaluated, area: int, group: str, language: str) -> str:
    run, settings = result.last.run, result.settings
    e = run.estimates
    srb_, lower, upper = _modelled(run, area, group, "now")
    return text(
        "explain.model",
        language,
        as_of=format_period(run.as_of, language),
        srb=srb_,
        lower=lower,
        upper=upper,
        interval=round(100 * settings.interval),
        chances=chances(float(e.column("p_above_alert", group)[area])),
        alert_at=settings.alert_at,
        normal_chances=chances(float(e.column("p_above_normal", group)[area])),
        normal=settings.normal_upper,
    )


def _window(result: Evaluated, area: int, group: str, language: str) -> str:
    """Give the model's mean over the months counted, which is what the direct ratio is to be compared with."""
    run = result.last.run
    srb_, lower, upper = _modelled(run, area, group, "window")
    interval = round(100 * result.settings.interval)
    months = run.window_months
    return text("explain.window", language, months=months, srb=srb_, interval=interval, lower=lower, upper=upper)


def _modelled(run: srb.Run, area: int, group: str, estimand: str) -> tuple[float, float, float]:
    """Give an estimate and the ends of its interval, boys per 100 girls."""
    logs = [run.estimates.column(name, group, estimand)[area] for name in ("log_mean", "log_lower", "log_upper")]
    mean, lower, upper = (100.0 * float(np.exp(value)) for value in logs)
    return mean, lower, upper


def _alone(result: Evaluated, area: int, group: str, births: int, language: str) -> str:
    """Say what the area's own births can show, and whether the estimate tells it from normal."""
    e, settings = result.last.run.estimates, result.settings
    detectable = float(e.column("min_detectable_srb", group)[area])
    p_normal = float(e.column("p_above_normal", group)[area])
    key = "explain.above_normal" if p_normal >= _CERTAIN else "explain.cannot_tell"
    needed = births_needed(settings.alert_at, settings.reference.ratio)
    if np.isnan(detectable):
        return text(f"{key}_few", language, births=births, needed=needed, alert_at=settings.alert_at)
    return text(key, language, births=births, detectable=detectable, needed=needed, alert_at=settings.alert_at)


def _change(result: Evaluated, area: int, language: str) -> str:
    e = result.last.run.estimates
    p = float(e.p_changed[area])
    if np.isnan(p):
        return ""
    if p < 0.5:
        return text("explain.no_change", language, chances=chances(p))
    period = result.last.fitted.problem.counts.periods[int(e.changed_at[area])]
    return text("explain.change", language, chances=chances(p), period=str(period))


def _rank(result: Evaluated, area: int, group: str, language: str) -> str:
    for ranking in result.last.run.rankings:
        if ranking.order_group == group and area in ranking.areas:
            at = int(np.flatnonzero(ranking.areas == area)[0])
            return text(
                f"explain.rank_{ranking.group[at]}",
                language,
                lower=int(ranking.rank_lower[at]),
                upper=int(ranking.rank_upper[at]),
                n=len(ranking.areas),
                interval=round(100 * result.settings.interval),
            )
    return ""
