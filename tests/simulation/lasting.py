"""What two thresholds do to signals: how often they begin, how long they stand, how long wrongly.

    PYTHONPATH=tests .venv/bin/python tests/simulation/lasting.py reform --first 30

A world is looked at every month from `--first` on. The same evaluations are decided twice: as the rules are, and as if
whatever does not cross were clear. Wrong is an area-month of a signal whose true ratio is not above 115.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tianping
from simulation import worlds
from simulation.worlds import ORDER_GROUPS, World
from tianping.observatory.consultations import courses
from tianping.observatory.evaluations import Evaluation
from tianping.rulebook.signals import Evaluation as Asked
from tianping.rulebook.signals import Scope, SignalState, decide, held_back, signal_rules

GROUP = "2+"
ALERT_AT = np.log(1.15)


def walked(world: World, first: int) -> list[Evaluation]:
    """Evaluate each month from the first, scales taken over from the month before."""
    counts = tianping.read_births(world.births, areas=world.areas).counts()
    told: list[Evaluation] = []
    for period in world.plan.periods[first:]:
        warm = told[-1].fitted.warm if told else None
        told.append(tianping.estimate(counts, as_of=period, warm=warm).last)
    return told


def one_threshold(asked: Asked, scope: Scope) -> Asked:
    """Let whatever does not cross be clear."""
    return replace(asked, p_level=0.0) if held_back(asked, scope, signal_rules()) else asked


def measure(world: World, first: int) -> dict[str, np.ndarray]:
    """Give, for two thresholds and for one: signals, areas with one, area-months, and those of them that are wrong."""
    told = walked(world, first)
    tree = told[0].run.tree
    true = worlds.true_log_srb(world.plan)[:, first:, list(ORDER_GROUPS).index(GROUP)]
    place = {code: at for at, code in enumerate(world.plan.tree.codes)}
    sums = {"two thresholds": np.zeros(4, dtype=int), "one threshold": np.zeros(4, dtype=int)}
    for area, course in enumerate(courses(told, range(len(tree)), GROUP, signal_rules())):
        scope = Scope.BELOW_COUNTY if tree.is_leaf[area] else Scope.COUNTY_AND_ABOVE
        flat = [one_threshold(asked, scope) for asked in course]
        for name, asked in (("two thresholds", course), ("one threshold", flat)):
            states = [decide(asked[:n], scope).state for n in range(1, len(asked) + 1)]
            stands = np.array([state is SignalState.SIGNAL for state in states])
            begins = int((stands & ~np.concatenate(([False], stands[:-1]))).sum())
            wrong = stands & ~(true[place[tree.codes[area]]] > ALERT_AT)
            sums[name] += begins, begins > 0, stands.sum(), wrong.sum()
    return sums


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Compare signals with two thresholds and with one.")
    parser.add_argument("world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=36, help="first month that is looked at, from 0")
    asked = parser.parse_args(arguments)
    for name, (begun, areas, months, wrong) in measure(worlds.make(asked.world, asked.seed), asked.first).items():
        sys.stdout.write(f"{name}: {begun} signals in {areas} areas, {months} area-months, {wrong} of them wrong\n")


if __name__ == "__main__":
    main(sys.argv[1:])
