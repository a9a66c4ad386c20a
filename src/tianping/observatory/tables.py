"""The stable tables: one function for each file, columns and order fixed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tianping import srb
from tianping.observatory.evaluations import Evaluated, Evaluation
from tianping.srb.results import ESTIMANDS, FloatArray
from tianping.terms import ORDER_GROUPS

ESTIMATES = (
    *("area_code", "name", "level", "order_group", "as_of", "known_on", "estimand", "window_months"),
    *("n_boys", "n_girls", "observed_srb", "srb", "srb_lower", "srb_upper", "interval", "log_srb_mean", "log_srb_sd"),
    *("p_above_normal", "p_above_alert", "p_difference", "p_changed", "changed_period", "min_detectable_srb", "note"),
)
SIGNALS = (
    *("area_code", "level", "order_group", "as_of", "criterion", "tier", "p", "expected_false_share", "e_value"),
    "reason",
)
RANKING = (
    *("as_of", "level", "order_group", "area_code", "expected_rank", "rank_lower", "rank_upper", "p_worst_decile"),
    "group",
)
HISTORY = ("area_code", "order_group", "period", "kind", "srb", "srb_lower", "srb_upper")
MISSING_BIRTHS = ("area_code", "period", "method", "reference", "missing", "lower", "upper")

_PROBABILITY, _RATIO, _LOG = 6, 4, 6
#: A step is named only where it is likelier than this.
_NAMED_CHANGE = 0.05


def estimates(result: Evaluated) -> pa.Table:
    """Give the table of `estimates.csv`: a row for each evaluation, area, order group and estimand."""
    return pa.concat_tables([_estimates(result, evaluation) for evaluation in result.evaluations])


def _estimates(result: Evaluated, evaluation: Evaluation) -> pa.Table:
    run = evaluation.run
    areas = shown(result, run)
    n, groups, kinds = len(areas), len(ORDER_GROUPS), len(ESTIMANDS)
    rows = np.repeat(areas, groups * kinds)
    group = np.tile(np.repeat(np.arange(groups), kinds), n)
    kind = np.tile(np.arange(kinds), n * groups)
    e = run.estimates

    def by_estimand(values: FloatArray) -> FloatArray:
        return values[kind, rows, group]

    boys, girls = e.n_boys[rows, group], e.n_girls[rows, group]
    months = 1 if run.as_of.is_month else 12
    p_changed = e.p_changed[rows]
    columns: dict[str, Any] = {
        "area_code": _texts([area.code for area in run.tree.areas], rows),
        "name": _texts([area.name for area in run.tree.areas], rows),
        "level": _texts([area.level for area in run.tree.areas], rows),
        "order_group": _texts(ORDER_GROUPS, group),
        "as_of": _same(str(run.as_of), len(rows)),
        "known_on": _same("" if evaluation.known_on is None else str(evaluation.known_on), len(rows)),
        "estimand": _texts(ESTIMANDS, kind),
        "window_months": pa.array(np.full(len(rows), run.window * months)),
        "n_boys": pa.array(boys),
        "n_girls": pa.array(girls),
        "observed_srb": _numbers(100.0 * boys / np.where(girls > 0, girls, np.nan), _RATIO),
        "srb": _numbers(100.0 * np.exp(by_estimand(e.log_mean)), _RATIO),
        "srb_lower": _numbers(100.0 * np.exp(by_estimand(e.log_lower)), _RATIO),
        "srb_upper": _numbers(100.0 * np.exp(by_estimand(e.log_upper)), _RATIO),
        "interval": pa.array(np.full(len(rows), result.settings.interval)),
        "log_srb_mean": _numbers(by_estimand(e.log_mean), _LOG),
        "log_srb_sd": _numbers(by_estimand(e.log_sd), _LOG),
        "p_above_normal": _numbers(by_estimand(e.p_above_normal), _PROBABILITY),
        "p_above_alert": _numbers(by_estimand(e.p_above_alert), _PROBABILITY),
        "p_difference": _numbers(by_estimand(e.p_difference), _PROBABILITY),
        "p_changed": _numbers(p_changed, _PROBABILITY),
        "changed_period": _changed_periods(evaluation, rows, p_changed),
        "min_detectable_srb": _numbers(e.min_detectable_srb[rows, group], _RATIO),
        "note": _notes(result, evaluation, rows, group),
    }
    return pa.table({name: columns[name] for name in ESTIMATES})


def shown(result: Evaluated, run: srb.Run) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Give the positions of the areas that the tables show."""
    keep = [i for i, area in enumerate(run.tree.areas) if result.level in ("all", area.level)]
    return np.array(keep, dtype=np.int64)


def _changed_periods(evaluation: Evaluation, rows: np.ndarray[Any, Any], p: FloatArray) -> pa.Array:
    periods = [str(period) for period in evaluation.fitted.problem.counts.periods]
    at = evaluation.run.estimates.changed_at[rows]
    named = np.nan_to_num(p) > _NAMED_CHANGE
    return _texts([*periods, ""], np.where(named & (at >= 0), at, len(periods)))


def _notes(
    result: Evaluated, evaluation: Evaluation, rows: np.ndarray[Any, Any], group: np.ndarray[Any, Any]
) -> pa.Array:
    """Say in fixed words what a reader must know about a row: `;` between them."""
    e = evaluation.run.estimates
    births = (e.n_boys + e.n_girls)[rows, group]
    unanswered = np.isnan(e.log_mean[0, rows, group])
    alone = np.isnan(e.min_detectable_srb[rows, group])
    blunt = alone | (e.min_detectable_srb[rows, group] > result.settings.alert_at + 25.0)
    words = ("order_not_recorded", "no_births", "cannot_tell_alone")
    flags = np.stack([unanswered, ~unanswered & (births == 0), ~unanswered & (births > 0) & blunt], axis=1)
    choice = np.where(flags.any(1), flags.argmax(1), len(words))
    return _texts([*words, ""], choice)


def signals(result: Evaluated) -> pa.Table:
    """Give the table of `signals.csv`."""
    rows: list[tuple[Any, ...]] = []
    for evaluation in result.evaluations:
        run = evaluation.run
        for signal in run.signals:
            area = run.tree.areas[signal.area]
            if result.level in ("all", area.level):
                rows.append(
                    (
                        *(area.code, area.level, signal.order_group, str(run.as_of), signal.criterion, signal.tier),
                        *(_rounded(signal.p), _rounded(signal.expected_false_share)),
                        None if np.isnan(signal.e_value) else float(f"{signal.e_value:.6g}"),
                        reason(signal, result.settings),
                    )
                )
    return _from_rows(SIGNALS, rows, {"p": pa.float64(), "expected_false_share": pa.float64(), "e_value": pa.float64()})


def reason(signal: srb.Signal, settings: srb.Settings) -> str:
    """Give the condition a signal meets, in symbols that need no translation."""
    if signal.tier == "guaranteed":
        null, alpha = settings.guaranteed_null, settings.guaranteed_alpha
        return f"closed e-BH, SRB <= {null:g} in every period rejected, FDR <= {alpha:g} at this look"
    asked = f"P(SRB > {settings.alert_at:g})"
    if signal.criterion == "difference":
        asked = f"P(SRB / SRB of rest of parent > {settings.margin:g})"
    limit = settings.fdr_watch if signal.tier == "watch" else settings.fdr_alert
    lasting = f", <= {settings.fdr_strong:g} repeatedly, agreed above" if signal.tier == "strong" else ""
    return f"{asked} = {signal.p:.3f}, Bayes-FDR <= {limit:g}{lasting}"


def ranking(result: Evaluated) -> pa.Table:
    """Give the table of `ranking.csv`."""
    parts = []
    for evaluation in result.evaluations:
        codes = evaluation.run.tree.codes
        for ranks in evaluation.run.rankings:
            if result.level not in ("all", ranks.level):
                continue
            n = len(ranks.areas)
            columns: dict[str, Any] = {
                "as_of": _same(str(evaluation.run.as_of), n),
                "level": _same(ranks.level, n),
                "order_group": _same(ranks.order_group, n),
                "area_code": _texts(codes, ranks.areas),
                "expected_rank": _numbers(ranks.expected_rank, 2),
                "rank_lower": pa.array(ranks.rank_lower),
                "rank_upper": pa.array(ranks.rank_upper),
                "p_worst_decile": _numbers(ranks.p_worst_decile, _PROBABILITY),
                "group": pa.array(list(ranks.group)),
            }
            parts.append(pa.table({name: columns[name] for name in RANKING}))
    return pa.concat_tables(parts) if parts else _from_rows(RANKING, [], {})


def history(result: Evaluated) -> pa.Table:
    """Give the table of `history.csv`."""
    run = result.last.run
    areas = shown(result, run)
    parts = []
    for course in result.histories:
        n, groups, periods = len(areas), len(ORDER_GROUPS), len(course.periods)
        columns: dict[str, Any] = {
            "area_code": _texts(run.tree.codes, np.repeat(areas, groups * periods)),
            "order_group": _texts(ORDER_GROUPS, np.tile(np.repeat(np.arange(groups), periods), n)),
            "period": _texts([str(period) for period in course.periods], np.tile(np.arange(periods), n * groups)),
            "kind": _same(course.kind, n * groups * periods),
            "srb": _numbers(100.0 * np.exp(course.log_mean[areas]).ravel(), _RATIO),
            "srb_lower": _numbers(100.0 * np.exp(course.log_lower[areas]).ravel(), _RATIO),
            "srb_upper": _numbers(100.0 * np.exp(course.log_upper[areas]).ravel(), _RATIO),
        }
        parts.append(pa.table({name: columns[name] for name in HISTORY}))
    return pa.concat_tables(parts) if parts else _from_rows(HISTORY, [], {})


def missing_births(result: Evaluated) -> pa.Table:
    """Give the table of `missing_births.csv`, at the last evaluation."""
    run = result.last.run
    areas = shown(result, run)
    parts = []
    for span in run.missing:
        columns: dict[str, Any] = {
            "area_code": _texts(run.tree.codes, areas),
            "period": _same(span.period, len(areas)),
            "method": _same(span.method, len(areas)),
            "reference": _same(result.settings.reference.name, len(areas)),
            "missing": _numbers(span.missing[areas], 2),
            "lower": _numbers(span.lower[areas], 2),
            "upper": _numbers(span.upper[areas], 2),
        }
        parts.append(pa.table({name: columns[name] for name in MISSING_BIRTHS}))
    return pa.concat_tables(parts)


def _numbers(values: FloatArray, decimals: int) -> pa.Array:
    """Give rounded numbers, null where NaN; no minus zero."""
    return pa.array(np.round(values, decimals) + 0.0, from_pandas=True)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(value, _PROBABILITY)


def _texts(names: Any, which: np.ndarray[Any, Any]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32()), pa.array(list(names), pa.string())).cast(
        pa.string()
    )


def _same(value: str, n: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), n)


def _from_rows(names: tuple[str, ...], rows: list[tuple[Any, ...]], types: dict[str, pa.DataType]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    fields = [pa.array(column, types.get(name, pa.string())) for name, column in zip(names, columns, strict=True)]
    return pa.table(fields, names=list(names))
