"""The engine's tasks, each run in a process of its own: `python -m bench.engine TASK FOLDER`.

A task writes `TASK.json` (CPU seconds by stage) into the folder, and estimates or scores as the peers do.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np

import tianping
from bench.answers import write_estimates, write_scores
from bench.model_arrays import describe, is_leaf_area
from bench.months import evaluated_months, half_years
from bench.sharing import areas, period
from bench.world import Births, BoolArray, CountArray, FloatArray, IntArray
from tianping import srb
from tianping.terms import ORDER_GROUPS, Area, AreaTree, Counts, Period

_REPEATS = 5
_THREE_ORDERS = [ORDER_GROUPS.index(group) for group in ("1", "2", "3+")]
_SCALES = "scales.pickle"


class Stages:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self._last = time.process_time()
        self.seconds: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Close a stage."""
        now = time.process_time()
        self.seconds[name], self._last = now - self._last, now


def make_counts(births: Births) -> Counts:
    """Turn births into what the engine is given."""
    tree = AreaTree.of(Area(*row) for row in areas(births))
    first = Period.parse(period(0))
    periods = tuple(first.shift(t) for t in range(births.n_months))
    n_above = len(tree) - len(births.boys)

    def padded(sex: CountArray) -> IntArray:
        """Put the townships' births behind rows of zeros for the areas above them; no birth is of unknown order."""
        out = np.zeros((len(tree), births.n_months, 4), dtype=sex.dtype)
        out[n_above:, :, :3] = sex
        return cast("IntArray", out)  # narrower integers do as well

    return Counts(tree, periods, padded(births.boys), padded(births.girls))


def from_scratch(folder: Path, stages: Stages) -> None:
    """Estimate with nothing known, rankings by joint draws included; then the whole course."""
    births = Births.load(folder)
    counts = make_counts(births)
    stages.lap("read")
    result = tianping.estimate(counts)
    stages.lap("fit")
    _keep(folder, result.last.fitted.warm)
    stages.lap("write")
    course = srb.smoothed(result.last.fitted)
    stages.lap("course")
    write_estimates(folder / "engine_scratch.estimates.csv", *_half_yearly(len(births.boys), course))


def nation_from_scratch(folder: Path, stages: Stages) -> None:
    """Estimate with nothing known, without the course."""
    counts = make_counts(Births.load(folder))
    stages.lap("read")
    result = tianping.estimate(counts)
    stages.lap("fit")
    _keep(folder, result.last.fitted.warm)


def _half_yearly(n: int, course: srb.History) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the townships' means over half-years; the ends of the intervals are averaged, which widens them a little."""
    mean, lower, upper = (
        half_years(array[-n:, _THREE_ORDERS].transpose(0, 2, 1))
        for array in (course.log_mean, course.log_lower, course.log_upper)
    )
    return mean, lower, upper


def _keep(folder: Path, warm: srb.Warm) -> None:
    (folder / _SCALES).write_bytes(pickle.dumps(warm))


def _kept(folder: Path) -> srb.Warm:
    warm: srb.Warm = pickle.loads((folder / _SCALES).read_bytes())
    return warm


def monthly(folder: Path, stages: Stages, repeats: int = _REPEATS) -> None:
    """Estimate the last month from kept scales, joint draws included: the first run, then the median of more."""
    counts = make_counts(Births.load(folder))
    warm = _kept(folder)
    stages.lap("read")
    tianping.estimate(counts, warm=warm)
    stages.lap("first")
    seconds = [stages.seconds["first"]]
    for _ in range(repeats):
        started = time.process_time()
        tianping.estimate(counts, warm=warm)
        seconds.append(time.process_time() - started)
    stages.lap("repeats")
    stages.seconds["fit"] = float(np.median(seconds[1:] or seconds))


def nation_monthly(folder: Path, stages: Stages) -> None:
    """Estimate the last month from kept scales, once."""
    monthly(folder, stages, repeats=0)


def flags(folder: Path, stages: Stages) -> None:
    """Evaluate every third month with the data to that month; the scales are those of the first evaluation."""
    births = Births.load(folder)
    counts = make_counts(births)
    n = len(births.boys)
    stages.lap("read")
    warm, evaluations = None, []
    for month in evaluated_months(births.n_months):
        result = tianping.estimate(counts, as_of=period(month), warm=warm)
        warm = warm or result.last.fitted.warm
        run = result.last.run
        evaluations.append((month, run.estimates.column("p_above_alert", "2+")[-n:], _alerts(run)[-n:]))
    stages.lap("fit")
    write_scores(folder / "engine_flags.scores.csv", evaluations)


def _alerts(run: srb.Run) -> BoolArray:
    """Say which areas are on the list of tier `alert` of the level criterion for births of order 2 and higher."""
    flagged = np.zeros(len(run.tree), dtype=bool)
    for signal in run.signals:
        if (signal.criterion, signal.order_group) == ("level", "2+") and signal.tier in ("alert", "strong"):
            flagged[signal.area] = True
    return flagged


def agreement(folder: Path, stages: Stages) -> None:
    """Estimate a small county and write its answers, and the model itself as arrays for another program."""
    counts = make_counts(Births.load(folder))
    stages.lap("read")
    result = tianping.estimate(counts)
    stages.lap("fit")
    run = result.last.run
    np.savez(
        folder / "agreement.npz",
        log_mean=run.estimates.log_mean,
        log_sd=run.estimates.log_sd,
        is_leaf=is_leaf_area(counts, result.settings),
    )
    describe(counts, result.settings, run.diagnostics.overdispersion).save(folder / "model.npz")


def model(folder: Path, stages: Stages) -> None:
    """Write the model of the province as arrays, without what the areas above the townships report."""
    counts = make_counts(Births.load(folder))
    describe(counts, srb.Settings(), 0.0, with_areas=False).save(folder / "model.npz")
    stages.lap("write")


TASKS: dict[str, Callable[[Path, Stages], None]] = {
    "engine_scratch": from_scratch,
    "engine_monthly": monthly,
    "engine_flags": flags,
    "engine_agreement": agreement,
    "engine_model": model,
    "engine_nation_scratch": nation_from_scratch,
    "engine_nation_monthly": nation_monthly,
}


def main(name: str, folder: Path) -> None:
    """Run one task."""
    stages = Stages()
    TASKS[name](folder, stages)
    versions = {"tianping": tianping.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    told = {"stages": stages.seconds, "versions": versions, "notes": []}
    (folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
