"""The page of the benchmark, written from a record and nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from bench.record import Record, Row
from bench.tasks import AGREEMENT, COMMAND, MONTHLY, NATION, SCRATCH

_PAGE = Path(__file__).with_name("page.md")
_USED = ("process, CPU s", "wall s", "peak MB")


def page(record: Record, growth: str = "") -> str:
    """Write the page; sections without anything to show are left out.

    Args:
        record: what was measured.
        growth: name of the plot of growth among the images, empty where there is none.
    """
    shown = {
        "machine": _machine(record),
        "scratch": _scratch(record),
        "monthly": _monthly(record),
        "lists": _lists(record),
        "agreement": _agreement(record),
        "command": _command(record),
        "nation": _nation(record),
        "growth": growth,
        "not_run": _not_run(record),
        "details": _details(record),
    }
    sections = _PAGE.read_text(encoding="utf-8").split("\n## ")
    kept = [section for section in sections if not any(f"${name}" in section and not shown[name] for name in shown)]
    return Template("\n## ".join(kept).rstrip("\n") + "\n").substitute(shown)


def _machine(record: Record) -> str:
    m, w = record.machine, record.world
    told = f"Machine: {m['cores']} cores, {m['processor']}, {m['memory_gb']:.0f} GB; load at the start {m['load']:.1f}."
    if "townships" not in w:
        return told
    return (
        f"{told} World: {w['townships']:,} townships in {w['counties']} counties, {w['months']} months, three birth "
        f"orders, {w['births']:,} births, seed {w['seed']}; the SRB of order 2 and higher is above 115 in "
        f"{w['prevalence']:.1%} of the township-months judged."
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(header) + " |", "|" + "---|" * len(header), *body]) if body else ""


def seconds(value: float) -> str:
    """Write seconds with as many digits as mean something."""
    return f"{value:.3f}" if value < 1 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def figure(value: Any, digits: int = 3) -> str:
    """Write a figure, a dash where there is none."""
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def fit_text(row: Row) -> str:
    """Say how long one fit takes, or that it failed or did not finish."""
    if row.usage is None:
        return "–"
    if row.fit is not None:
        return seconds(row.fit)
    return "failed" if row.usage.outcome == "failed" else f"did not finish in {row.usage.cpu:,.0f} s"


def ratio_text(row: Row, engine: Row | None) -> str:
    """Say how many times the engine's CPU seconds a fit takes; at least, where it did not finish."""
    if engine is None or not engine.fit or row.usage is None or (row.fit is None and row.usage.outcome == "failed"):
        return "–"
    ratio = row.fit_at_least / engine.fit
    return f"{'' if row.fit is not None else '> '}{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def _usage(row: Row) -> list[str]:
    if row.usage is None:
        return ["–", "–", "–"]
    ended = "" if row.usage.outcome == "finished" else f" ({row.usage.outcome.replace('_', ' ')})"
    return [f"{seconds(row.usage.cpu)}{ended}", seconds(row.usage.wall), f"{row.usage.peak_mb:,.0f}"]


def _engine(rows: Iterable[Row]) -> Row | None:
    return next((row for row in rows if row.name.startswith("engine")), None)


def _scratch(record: Record) -> str:
    rows = record.of(SCRATCH)
    engine = _engine(rows)
    body = []
    for row in rows:
        after = sum(row.stages.get(stage, 0.0) for stage in ("course", "intervals"))
        timed = [fit_text(row), ratio_text(row, engine), seconds(after) if after else "–", *_usage(row)]
        body.append([row.label, *timed, *_accuracy(row.accuracy), row.remark])
    timed_by = ("fit, CPU s", "ratio", "course and intervals, CPU s", *_USED)
    return _table(("method", *timed_by, "RMSE", "RMSE, step", "coverage", "coverage, step", "remark"), body)


def _accuracy(told: Mapping[str, float] | None) -> list[str]:
    if told is None:
        return ["–"] * 4
    sampled = f" ({told['n_intervals']} cells)" if 0 < told["n_intervals"] < told["n"] else ""
    rmse = [figure(told["rmse"], 4), figure(told["rmse_step"])]
    return [*rmse, figure(told["coverage"]) + sampled, figure(told["coverage_step"])]


def _monthly(record: Record) -> str:
    rows = record.of(MONTHLY)
    engine = _engine(rows)
    body = []
    for row in rows:
        answered = "–"
        if row.answers is not None and engine is not None and engine.fit:
            answered = f"{row.answers / engine.fit:,.1f}×"
        timed = [fit_text(row), ratio_text(row, engine), figure(row.answers, 2), answered, str(row.evaluations)]
        body.append([row.label, *timed, *_usage(row), row.remark])
    timed_by = ("fit of one month, CPU s", "ratio", "fit and answers, CPU s", "ratio", "fits", *_USED)
    return _table(("method", *timed_by, "remark"), body)


def _lists(record: Record) -> str:
    body = []
    for row in record.rows:
        if told := row.lists:
            own = [f"{told['flagged']:.1f}", figure(told["precision"]), figure(told["recall"])]
            body.append([row.label, str(told["months"]), *own, figure(told["matched_recall"]), row.remark])
    own_rule = ("flagged each time", "precision", "recall")
    return _table(("method", "evaluations", *own_rule, "recall at false share 10 %", "remark"), body)


def _agreement(record: Record) -> str:
    body = []
    for place, told in record.agreement.items():
        extremes = f"{told['lowest']:.2f}–{told['highest']:.2f}"
        body.append([place, figure(told["rms"]), figure(told["ratio"]), extremes, str(told["n"])])
    header = ("areas", "RMS difference of means, posterior sd", "median ratio of sd", "lowest and highest", "log SRBs")
    seen = [f"- {row.label}: {fit_text(row)} CPU s. {', '.join(row.notes)}".rstrip() for row in record.of(AGREEMENT)]
    return "\n".join([_table(header, body), "", *seen]) if body else ""


def _command(record: Record) -> str:
    return _table(("run", *_USED, "remark"), [[row.label, *_usage(row), row.remark] for row in record.of(COMMAND)])


def _nation(record: Record) -> str:
    body = [[row.label, fit_text(row), *_usage(row), row.remark] for row in record.of(NATION)]
    return _table(("run", "fit, CPU s", *_USED, "remark"), body)


def _not_run(record: Record) -> str:
    def reason(how: str) -> str:
        return "not measured" if how.startswith("./tp bench") else "not installed"

    return "\n".join(f"- {name}: {reason(how)}. `{how}`" for name, how in record.not_run.items())


def _details(record: Record) -> str:
    versions: dict[str, str] = {}
    for row in record.rows:
        versions |= row.versions
    told = [f"{name} {versions[name]}" for name in sorted(versions, key=str.lower)]
    notes = [f"- {row.label}: {'; '.join(row.notes)}" for row in record.rows if row.notes and row.question != AGREEMENT]
    return "\n".join([f"{', '.join(told)}.", "", *notes]).rstrip() if told else ""
