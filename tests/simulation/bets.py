"""What the guaranteed tier finds with different bets and lists: the figures of decision 0009.

    PYTHONPATH=tests .venv/bin/python tests/simulation/bets.py            thirteen worlds, some minutes
    PYTHONPATH=tests .venv/bin/python tests/simulation/bets.py --engine spells pockets

Counties of worlds, births of order two and higher, looked at half-way and at the end. Found is the share of counties
whose true ratio then stands above 107 (above 115) that are listed; wrong are those listed whose expected ratio was
above 107 in no month. With `--engine` the engine's own forecast, renewed every year, takes the running forecast's place
in one row: a run of the engine for each year.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tianping
from simulation import worlds
from simulation.worlds import ORDER_GROUPS, World
from tianping.srb import eprocess
from tianping.srb.cohorts import Cohorts, running_forecast
from tianping.srb.fdr import closed_e_bh, e_bh
from tianping.srb.forecasts import engine_forecast
from tianping.srb.results import FloatArray
from tianping.terms import Counts

WORLDS = (
    *("spells", "pockets", "two-kinds", "slow-rise", "spreading", "reform", "gradient", "firsts-too", "late", "paired"),
    *("ten-years", "thirds-far-out", "great-and-small"),
)
LISTS: dict[str, Callable[[FloatArray, float], np.ndarray]] = {"e-BH": e_bh, "closed e-BH": closed_e_bh}
GROUP, NULL, ALPHA = "2+", 1.07, 0.10


def bets(counts: Counts, cohorts: Cohorts, *, engine: bool) -> Iterator[tuple[str, FloatArray]]:
    """Give e-values of the areas above the leaves for each way of betting."""
    boys, girls = cohorts.of_group(GROUP)
    running = running_forecast(boys, girls, cohorts.parent, NULL)
    start = eprocess.FROM_START
    eprocess.FROM_START = eprocess.HAZARD
    yield "alternatives that begin by hazard", eprocess.current_e_values(boys, girls, NULL)
    eprocess.FROM_START = start
    yield "alternatives, perhaps from the start", eprocess.current_e_values(boys, girls, NULL)
    yield "and a running forecast", eprocess.current_e_values(boys, girls, NULL, (running,))
    if engine:
        own = engine_forecast(counts, GROUP)[cohorts.areas]
        yield "and the engine's forecast instead", eprocess.current_e_values(boys, girls, NULL, (own,))
        yield "and both", eprocess.current_e_values(boys, girls, NULL, (running, own))


def found(world: World, *, engine: bool) -> Iterator[dict[str, object]]:
    """Give what each bet and list finds among the counties of a world."""
    births = tianping.read_births(world.births, areas=world.areas).counts()
    true = worlds.true_log_srb(world.plan)[..., list(ORDER_GROUPS).index(GROUP)]
    place = {code: at for at, code in enumerate(world.plan.tree.codes)}
    for n in (len(births.periods) // 2, len(births.periods)):
        counts = births.until(births.periods[n - 1])
        cohorts = Cohorts.of(counts)
        is_county = np.array([counts.tree.areas[a].level == "county" for a in cohorts.areas])
        at = [place[counts.tree.codes[a]] for a in cohorts.areas[is_county]]
        now, ever = true[at, n - 1], (true[at, :n] > np.log(NULL)).any(axis=1)
        for bet, e in bets(counts, cohorts, engine=engine):
            for name, rule in LISTS.items():
                listed = rule(e[is_county], ALPHA)
                above, high = now > np.log(NULL), now > np.log(1.15)
                yield {
                    "bet": bet,
                    "list": name,
                    "listed": listed.sum(),
                    "wrong": (listed & ~ever).sum(),
                    "above": above.sum(),
                    "found": (listed & above).sum(),
                    "high": high.sum(),
                    "found high": (listed & high).sum(),
                }


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Compare bets and lists of the guaranteed tier.")
    parser.add_argument("worlds", nargs="*", help="names of worlds; thirteen when none is given")
    parser.add_argument("--seeds", type=int, default=1, help="seeds 1 to N of each world")
    parser.add_argument("--engine", action="store_true", help="bet on the engine's own forecast too")
    asked = parser.parse_args(arguments)
    rows = [
        row
        for name in asked.worlds or WORLDS
        for seed in range(1, asked.seeds + 1)
        for row in found(worlds.make(name, seed), engine=asked.engine)
    ]
    sums = pd.DataFrame(rows).groupby(["bet", "list"], sort=False).sum()
    sums["share found"] = (sums["found"] / sums["above"]).round(3)
    sums["share of high"] = (sums["found high"] / sums["high"]).round(3)
    sys.stdout.write(sums.to_string() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
