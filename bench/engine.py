"""The engine's tasks, each run in a process of its own: `python -m bench.engine TASK FOLDER`.

A task writes `TASK.json` (CPU seconds by stage) into the folder, and estimates or scores as the peers do.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable
from functools import partial
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
_KEPT = "kept.pickle"


class Stages:
    """CPU seconds of this process by stage."""

    def __init__(self) -> None:
        self._last = time.process_time()
        self.seconds: dict[str, float] = {}
        self.notes: list[str] = []

    def lap(self, name: str) -> None:
        """Close a stage."""
        now = time.process_time()
        self.seconds[name], self._last = now - self._last, now

    def note(self, run: srb.Run) -> None:
        """Tell where a run's CPU seconds went."""
        self.notes.append(", ".join(f"{name} {value:.3f} s" for name, value in run.diagnostics.seconds.items()))


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
    stages.note(result.last.run)
    course = srb.smoothed(result.last.fitted)
    stages.lap("course")
    write_estimates(folder / "engine_scratch.estimates.csv", *_half_yearly(len(births.boys), course))
    stages.lap("write")


def month_before(folder: Path, stages: Stages) -> None:
    """Estimate the month before the last with nothing known, and keep what the last month's run may start from."""
    births = Births.load(folder)
    counts = make_counts(births)
    stages.lap("read")
    result = tianping.estimate(counts, as_of=period(births.n_months - 2))
    stages.lap("fit")
    (folder / _KEPT).write_bytes(pickle.dumps(result.last.fitted.warm))


def before_the_last_month(folder: Path, stages: Stages) -> None:
    """Keep what the last month's run may start from; write the model as arrays, without the areas above townships."""
    month_before(folder, stages)
    describe(make_counts(Births.load(folder)), srb.Settings(), 0.0, with_areas=False).save(folder / "model.npz")
    stages.lap("write")


def _half_yearly(n: int, course: srb.History) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the townships' means over half-years; the ends of the intervals are averaged, which widens them a little."""
    mean, lower, upper = (
        half_years(array[-n:, _THREE_ORDERS].transpose(0, 2, 1))
        for array in (course.log_mean, course.log_lower, course.log_upper)
    )
    return mean, lower, upper


def monthly(folder: Path, stages: Stages, *, with_leaves: bool, repeats: int = _REPEATS) -> None:
    """Estimate the last month from what was kept, joint draws included: the first run, then the median of more.

    Args:
        folder: where the births lie.
        stages: CPU seconds.
        with_leaves: whether to start from what the month before knew of the leaves, or from its scales alone.
        repeats: runs after the first.
    """
    counts = make_counts(Births.load(folder))
    kept: srb.Warm = pickle.loads((folder / _KEPT).read_bytes())
    warm = kept if with_leaves else srb.Warm(kept.phi, kept.names)
    stages.lap("read")
    result = tianping.estimate(counts, warm=warm)
    stages.lap("first")
    seconds = [stages.seconds["first"]]
    for _ in range(repeats):
        started = time.process_time()
        result = tianping.estimate(counts, warm=warm)
        seconds.append(time.process_time() - started)
    stages.lap("repeats")
    stages.note(result.last.run)
    stages.seconds["fit"] = float(np.median(seconds[1:] or seconds))


def flags(folder: Path, stages: Stages) -> None:
    """Evaluate every third month with the data to it, each from where the last ended, at the first one's scales."""
    births = Births.load(folder)
    counts = make_counts(births)
    n = len(births.boys)
    stages.lap("read")
    warm: srb.Warm | None = None
    evaluations = []
    for month in evaluated_months(births.n_months):
        result = tianping.estimate(counts, as_of=period(month), warm=warm)
        warm = result.last.fitted.warm
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


TASKS: dict[str, Callable[[Path, Stages], None]] = {
    "engine_scratch": from_scratch,
    "engine_kept": before_the_last_month,
    "engine_monthly": partial(monthly, with_leaves=False),
    "engine_monthly_on_top": partial(monthly, with_leaves=True),
    "engine_flags": flags,
    "engine_agreement": agreement,
    "engine_nation_scratch": month_before,
    "engine_nation_monthly": partial(monthly, with_leaves=False, repeats=0),
    "engine_nation_monthly_on_top": partial(monthly, with_leaves=True, repeats=0),
}


def main(name: str, folder: Path) -> None:
    """Run one task."""
    stages = Stages()
    TASKS[name](folder, stages)
    versions = {"tianping": tianping.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    told = {"stages": stages.seconds, "versions": versions, "notes": stages.notes}
    (folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
