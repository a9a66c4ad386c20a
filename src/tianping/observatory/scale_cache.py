"""Scales of earlier runs kept in a folder, so that a later run can start from them.

A run takes the newest scales that were estimated from data up to its own first period or an earlier one: a walk through
the past never learns from its future. Scales are kept for each shape of areas and each setting that they depend on.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import tianping
from tianping import srb
from tianping.observatory.evaluations import Evaluation
from tianping.observatory.results import Result
from tianping.observatory.whole_files import StagedFiles, unusable
from tianping.terms import AreaTree, InputError, Period

_AT_MODE = "scales_at_mode"


@dataclass(frozen=True)
class KeptScales:
    """Scales found in a folder.

    Attributes:
        as_of: last period of the data that they were estimated from.
        warm: what the engine starts from.
    """

    as_of: Period
    warm: srb.Warm

    def is_used_by(self, evaluation: Evaluation) -> bool:
        """Say whether an evaluation that was given these scales could use them; it estimated its own otherwise."""
        return _has_mode(evaluation) and evaluation.fitted.warm.names == self.warm.names


def find_scales(folder: Path, tree: AreaTree, settings: srb.Settings, first: Period) -> KeptScales | None:
    """Give the newest scales for this shape and these settings, estimated from data up to `first` or earlier.

    Raises:
        InputError: `scales_unreadable` when a file of scales was damaged.
    """
    stem = f"scales-{_fingerprint(tree, settings)}-"
    kept = [(_period(path, stem), path) for path in folder.glob(f"{stem}*.json")]
    usable = [(as_of, path) for as_of, path in kept if as_of.is_month == first.is_month and as_of <= first]
    if not usable:
        return None
    as_of, path = max(usable)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        warm = srb.Warm(np.array(told["phi"], dtype=float), tuple(told["names"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("scales_unreadable", file=str(path)) from error
    return KeptScales(as_of, warm)


def keep_scales(folder: Path, result: Result, given: KeptScales | None = None) -> KeptScales | None:
    """Keep the scales of every evaluation that estimated its own, and give the first of them.

    Where areas are few the engine integrates over the scales, and there is nothing to start from.

    Raises:
        InputError: what `whole_files.unusable` gives.
    """
    fresh = [one for one in result.evaluations if _has_mode(one) and not (given and given.is_used_by(one))]
    if not fresh:
        return None
    key = _fingerprint(result.last.run.tree, result.settings)
    try:
        with StagedFiles(folder) as staged:
            for one in fresh:
                warm = one.fitted.warm
                told = {"names": list(warm.names), "phi": [float(value) for value in warm.phi]}
                staged.add(f"scales-{key}-{one.run.as_of}.json", [json.dumps(told, indent=2).encode()])
            staged.publish()
    except OSError as error:
        raise unusable(folder, error) from error
    warm = fresh[0].fitted.warm  # its scales alone, so that a run goes the same way with those read from the folder
    return KeptScales(fresh[0].run.as_of, srb.Warm(warm.phi, warm.names))


def _has_mode(evaluation: Evaluation) -> bool:
    return _AT_MODE in evaluation.run.diagnostics.notes


def _fingerprint(tree: AreaTree, settings: srb.Settings) -> str:
    """Give a digest of what the scales depend on besides the births: engine, shape of the tree, settings."""
    told = [
        tianping.__version__,
        [[area.code, area.level, area.parent_code] for area in tree.areas],
        [settings.reference.name, settings.reference.ratio, settings.orders_from, settings.delays],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _period(path: Path, stem: str) -> Period:
    return Period.parse(path.stem.removeprefix(stem))
