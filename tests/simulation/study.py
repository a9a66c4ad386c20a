"""One world of the validation study: made, estimated, compared, measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from simulation import answers, comparators, measures, worlds
from simulation.answers import Answer
from simulation.comparators import peers
from simulation.comparators.method import BoolArray, Estimated
from simulation.measures import ENGINE
from simulation.tallies import Tally, histogram
from simulation.truth import GROUPS, Truth, truth_of
from simulation.walks import measure_walk
from simulation.worlds import World

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """A world to be run, and how deeply.

    Attributes:
        shape: name of the world's shape.
        seed: its seed.
        deep: whether the filtered course and tier `strong` are judged too.
        walks: whether the whole course is looked at online, where the world has steps.
    """

    shape: str
    seed: int
    deep: bool = False
    walks: bool = False

    @property
    def name(self) -> str:
        """Name of the world."""
        return f"{self.shape}-{self.seed}"


def run(task: Task, peers_folder: Path) -> dict[str, Any]:
    """Run one world; what stops it is part of the record."""
    record: dict[str, Any] = {"shape": task.shape, "seed": task.seed, "deep": task.deep, "walks": task.walks}
    try:
        world = worlds.make(task.shape, task.seed)
        told = answers.ask(world, filtered=task.deep, looks=answers.LOOKS if task.deep else 1)
        found = measured(world, told, peers_folder, deep=task.deep, walks=task.walks)
    except Exception as error:  # noqa: BLE001 - a study reports what failed and goes on
        return record | {"failed": f"{type(error).__name__}: {error}"}
    return record | found


def measured(
    world: World, told: Answer, peers_folder: Path, *, deep: bool = False, walks: bool = False
) -> dict[str, Any]:
    """Measure the engine's answer and the comparators; give sums, and scores counted by bin."""
    tally, truth = Tally(), truth_of(world)
    measures.measure_estimates(tally, told, truth)
    measures.measure_lists(tally, told, truth, knows_strong=deep)
    measures.measure_ranking(tally, told, truth)
    measures.measure_fabricated(tally, told, truth)
    if world.plan.changed is not None:
        measures.measure_changes(tally, told, truth)
        if walks and world.plan.log_srb_without_step is not None:
            measure_walk(tally, world, truth)
    tally.add("cpu", ENGINE, of=told.cpu)
    rows = asked_rows(truth)
    true = truth.now(truth.asked)[rows] > measures.ALERT_AT
    scores = {ENGINE: measures.log_odds(told.p["level"][rows, GROUPS.index(truth.asked)])}
    for name, values, flagged, estimated in _others(world, truth, peers_folder):
        measure_other(tally, truth, name, values, flagged, estimated)
        scores[name] = values[rows]
    counted = {name: histogram(np.nan_to_num(values, nan=-np.inf), true) for name, values in scores.items()}
    return {"sums": tally.sums, "scores": counted, "asked": int(rows.sum())}


def asked_rows(truth: Truth) -> BoolArray:
    """Give the areas of the lowest level that have a truth, shape (areas,)."""
    return truth.place["lowest"] & ~np.isnan(truth.now(truth.asked))


def measure_other(
    tally: Tally,
    truth: Truth,
    name: str,
    scores: FloatArray,
    flagged: BoolArray | None,
    estimated: Estimated | None,
) -> None:
    """Add what a comparator says of the lowest level."""
    rows, now = asked_rows(truth), truth.now(truth.asked)
    true = now[rows] > measures.ALERT_AT
    measures.measure_ranked(tally, ("level", name, "lowest"), scores[rows], true)
    measures.measure_bottom(tally, name, scores, now, rows)
    if flagged is not None:
        measures.measure_list(tally, ("level", "alert", name, "lowest"), flagged[rows], true)
    if estimated is not None:
        places = {"lowest": rows, "stepped": rows & truth.is_on[:, -1]}
        measures.measure_accuracy(tally, name, measures.ASKED, estimated, now, places)
        if name in comparators.METHODS and comparators.METHODS[name].is_still:
            measures.measure_still(tally, name, estimated, truth)


def _others(
    world: World, truth: Truth, peers_folder: Path
) -> Iterator[tuple[str, FloatArray, BoolArray | None, Estimated | None]]:
    births, last = comparators.known(world, truth.asked), world.plan.n_periods - 1
    for method in comparators.METHODS.values():
        scores = method.scores(births, [last])[:, 0]
        yield (
            method.name,
            scores,
            None if method.flags is None else method.flags(births, scores),
            None if method.estimates is None else method.estimates(births, last),
        )
    yield from peers.answers(peers_folder, world)
