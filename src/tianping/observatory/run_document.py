"""What `run.json` says: where a run's numbers come from and how they came about."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

import tianping
from tianping import srb
from tianping.observatory import forensic_tables
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.finding_records import severities
from tianping.observatory.results import Result
from tianping.rulebook.min_births import minimum_births
from tianping.rulebook.references import reference
from tianping.terms import ORDERS, Counts, Finding

if TYPE_CHECKING:
    from tianping.births import BirthTable
    from tianping.observatory.examining import Examined
    from tianping.observatory.scale_cache import KeptScales

#: Version of the layout of `run.json`; it changes when a key changes its meaning or goes.
FORMAT = 1
ENGINE = "tianping"
ESTIMATED, FINDINGS_ONLY = "estimated", "findings_only"


@dataclass(frozen=True)
class InputFile:
    """A file that a run was made from.

    Attributes:
        role: `births` or `areas`.
        file: its name without its folder.
        sha256: SHA-256 of its bytes, in hexadecimal.
    """

    role: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """What a run is made from beyond what its result holds.

    Attributes:
        births: the births as read.
        inputs: the files behind them.
        findings: all findings about the data.
        as_of: what was asked for, as written; empty for the last period.
        known_on: likewise.
        strict: whether a finding at error level was to stop the run.
        kept: scales of an earlier run that this one was given to start from.
        seconds: seconds by stage.
    """

    births: BirthTable
    inputs: Sequence[InputFile] = ()
    findings: tuple[Finding, ...] = ()
    as_of: str = ""
    known_on: str = ""
    strict: bool = False
    kept: KeptScales | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)


def run_document(
    result: Result | None,
    provenance: Provenance,
    files: Sequence[Mapping[str, object]],
    examined: Examined | None = None,
) -> dict[str, Any]:
    """Give the content of `run.json`; without a result the run stopped at the findings."""
    return {
        "format": FORMAT,
        "outcome": FINDINGS_ONLY if result is None else ESTIMATED,
        "engine": {
            "name": ENGINE,
            "version": tianping.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "inputs": [asdict(one) for one in provenance.inputs],
        "births": _births(provenance.births),
        "settings": _settings(result, provenance),
        "evaluations": [] if result is None else [_evaluation(one, result, provenance) for one in result.evaluations],
        "forensics": None if examined is None else forensic_tables.summary(examined.examination, examined.tree),
        "findings": severities(provenance.findings),
        "files": list(files),
        "seconds": {stage: round(seconds, 3) for stage, seconds in provenance.seconds.items()},
    }


def document_text(document: Mapping[str, object]) -> str:
    """Write a document as JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def share_of_unknown_order(counts: Counts) -> float:
    """Give the share of births whose order is not known, 0–1; 0 without births."""
    by_order = np.asarray(counts.boys).sum((0, 1)) + np.asarray(counts.girls).sum((0, 1))
    total = int(by_order.sum())
    return float(by_order[ORDERS.index("unknown")] / total) if total else 0.0


def late_registration(counts: Counts, settings: srb.Settings) -> str:
    """Say what was done about late registration: `corrected`, `off`, `history_too_short` or `not_reported`."""
    if counts.registered_boys is None:
        return "not_reported"
    if not settings.delays:
        return "off"
    return "history_too_short" if counts.delays is None else "corrected"


def _births(births: BirthTable) -> dict[str, object]:
    return {
        "digest": births.digest,
        "n_births": births.n_births,
        "n_areas": len(births.tree),
        "first_period": str(births.periods[0]),
        "last_period": str(births.periods[-1]),
    }


def _settings(result: Result | None, provenance: Provenance) -> dict[str, object]:
    asked: dict[str, object] = {
        "as_of": provenance.as_of or None,
        "known_on": provenance.known_on or None,
        "strict": provenance.strict,
    }
    if result is None:
        return asked
    plain = asdict(result.settings)
    pack = reference(result.settings.reference.name)
    plain["reference"] |= {"interval": pack.level, "source": pack.source}
    return {
        **asked,
        "level": result.level,
        "history": bool(result.histories),
        **plain,
    }


def _evaluation(evaluation: Evaluation, result: Result, provenance: Provenance) -> dict[str, object]:
    run, counts = evaluation.run, evaluation.fitted.problem.counts
    told, kept = run.diagnostics, provenance.kept
    left_out = {finding.code: finding.values.get("births", 0) for finding in evaluation.findings}
    return {
        "as_of": str(run.as_of),
        "known_on": None if evaluation.known_on is None else str(evaluation.known_on),
        "window_months": run.window * (1 if run.as_of.is_month else 12),
        "n_births": told.n_births,
        "n_births_after_as_of": left_out.get("after_as_of", 0),
        "n_births_after_known_on": left_out.get("after_known_on", 0),
        "share_order_unknown": round(share_of_unknown_order(counts), 6),
        "late_registration": late_registration(counts, result.settings),
        "n_leaves": told.n_leaves,
        "scales_from": str(kept.as_of) if kept is not None and kept.is_used_by(evaluation) else None,
        "scales": {name: round(value, 6) for name, value in told.hyper.items()},
        "overdispersion": round(told.overdispersion, 8),
        "notes": list(told.notes),
        "rankability": [
            {
                "level": ranking.level,
                "order_group": ranking.order_group,
                "n_areas": len(ranking.areas),
                "rankability": None if isnan(ranking.rankability) else round(ranking.rankability, 4),
                "form": minimum_births().ranking_form(ranking.rankability),
            }
            for ranking in run.rankings
            if result.level in ("all", ranking.level)
        ],
        "cpu_seconds": {stage: round(seconds, 3) for stage, seconds in told.seconds.items()},
    }
