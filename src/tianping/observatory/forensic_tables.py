"""The stable table of the forensic tests, and their summary by unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tianping.srb.forensics import REASONS, Examination
from tianping.terms import AreaTree, Period

FORENSICS = (
    *("area_code", "name", "level", "as_of", "known_on", "test", "part", "verdict", "reason", "n", "statistic", "p"),
    *("effect", "detectable", "unit_p", "unit_check"),
)
_DIGITS = 6


def forensics(found: Examination, tree: AreaTree, as_of: Period, known_on: Period | None) -> pa.Table:
    """Give the table of `forensics.csv`: a row for each reporting unit and part of a test."""
    units, parts = len(found.reports), len(found.answers)
    rows = np.repeat(np.arange(units), parts)
    areas = [tree.areas[at] for at in found.reports.areas]

    def of_units(values: list[Any]) -> list[Any]:
        return [values[unit] for unit in rows]

    def of_answers(name: str) -> np.ndarray[Any, Any]:
        return np.stack([getattr(one, name) for one in found.answers], axis=1).ravel()

    asked = of_answers("reason") == 0
    columns: dict[str, Any] = {
        "area_code": of_units([area.code for area in areas]),
        "name": of_units([area.name for area in areas]),
        "level": of_units([area.level for area in areas]),
        "as_of": [str(as_of)] * len(rows),
        "known_on": ["" if known_on is None else str(known_on)] * len(rows),
        "test": [one.test for one in found.answers] * units,
        "part": [one.part for one in found.answers] * units,
        "verdict": [str(found.verdict(at, unit)) for unit in range(units) for at in range(parts)],
        "reason": [REASONS[at] for at in of_answers("reason")],
        "n": pa.array(of_answers("n"), mask=~asked),
        **{name: _numbers(of_answers(name)) for name in ("statistic", "p", "effect", "detectable")},
        "unit_p": _numbers(found.p[rows]),
        "unit_check": pa.array(found.check.astype(np.int64)[rows]),
    }
    return pa.table({name: columns[name] for name in FORENSICS})


def named_parts(found: Examination, unit: int) -> list[str]:
    """Give the tests that a unit is asked to check its reports for, as `FR_DISP.months`."""
    return [f"{one.test}.{one.part}" for at, one in enumerate(found.answers) if one.counts and found.named[unit, at]]


def summary(found: Examination, tree: AreaTree) -> dict[str, object]:
    """Give the list of units as plain values: each that was asked, its p-value, and what it is asked to check."""
    p = _numbers(found.p).to_pylist()
    return {
        "false_discovery_rate": found.limits.false_discovery_rate,
        "n_units": len(found.reports),
        "n_asked": found.n_asked,
        "n_check": int(found.check.sum()),
        "units": [
            {
                "area_code": tree.areas[area].code,
                "p": p[unit],
                "check": bool(found.check[unit]),
                "tests": "; ".join(named_parts(found, unit)),
            }
            for unit, area in enumerate(found.reports.areas)
            if p[unit] is not None
        ],
    }


def _numbers(values: np.ndarray[Any, Any]) -> pa.Array:
    """Give numbers with six digits that tell, null where there is none or no bound."""
    return pa.array([float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None for value in values], pa.float64())
