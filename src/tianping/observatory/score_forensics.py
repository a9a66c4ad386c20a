"""Figures of the list of units that are asked to check their reports, held against the reports that are invented."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tianping.observatory.score_figures import ALL, Figure
from tianping.observatory.score_inputs import Truth
from tianping.observatory.score_sheet import BoolArray, Sheet
from tianping.srb import scoring

#: Test that looks for invented figures; the list asks for other things too.
_INVENTED = "FR_DISP"
_CHECK = "check"


def forensic_figures(forensics: Sheet, truth: Truth) -> Iterator[Figure]:
    """Give how many invented reports are among the units asked, and how many honest ones, at each level and in all.

    `forensics.check` is the list as it stands; `forensics.dispersion` those of it that are asked for FR_DISP. Units
    without a truth are left out.

    Raises:
        InputError: a column is missing or a cell is unreadable.
    """
    forensics.require("area_code", "level", "test", "verdict", "unit_check")
    codes, unit = forensics.named("area_code")
    levels, level = forensics.named("level")
    test, verdict = (np.array(forensics.texts(column)) for column in ("test", "verdict"))
    lists = {"check": forensics.flags("unit_check"), "dispersion": (test == _INVENTED) & (verdict == _CHECK)}
    position = {code: at for at, code in enumerate(truth.codes)}
    rows = np.array([position.get(code, -1) for code in codes], dtype=np.int64)
    invented = truth.fabricated[rows]
    level_of = np.zeros(len(codes), dtype=np.int64)
    level_of[unit] = level
    for at, name in enumerate((ALL, *levels)):
        chosen = (rows >= 0) & (np.ones(len(codes), dtype=bool) if name == ALL else level_of == at - 1)
        for subject, on in lists.items():
            yield from _figures(name, f"forensics.{subject}", _any(on, unit, len(codes))[chosen], invented[chosen])


def _any(rows: BoolArray, unit: np.ndarray, n: int) -> BoolArray:
    """Say of which units any row holds."""
    return np.bincount(unit[rows], minlength=n) > 0


def _figures(level: str, subject: str, listed: BoolArray, invented: BoolArray) -> Iterator[Figure]:
    if not len(listed):
        return
    found = scoring.detection(listed, invented)
    honest = ~invented
    measures = {
        "n_true": found.n_true,
        "n_flagged": found.n_flagged,
        "precision": found.precision,
        "recall": found.recall,
        "false_discovery_proportion": found.false_discovery_proportion,
        "honest_flagged": float(listed[honest].mean()) if honest.any() else scoring.NAN,
    }
    for measure, value in measures.items():
        yield Figure(ALL, level, "all", subject, measure, float(value), found.n)
