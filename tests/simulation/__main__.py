"""The validation study: run simulated worlds, pool their figures, write the report.

    ./tp simulate                      every shape, twenty seeds; about an hour on two cores
    ./tp simulate --quick              a dozen shapes, five seeds; about five minutes
    ./tp simulate --shapes spells,quiet --seeds 5 --report out/study

What is done is kept: the same command goes on where it stopped, or only writes the report again.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from simulation import report, running, worlds
from simulation.pooling import Pool
from simulation.running import Plan

#: Shapes of the quick study: each family, the hard ones first.
QUICK = (
    "quiet",
    "nearly-quiet",
    "pockets",
    "two-kinds",
    "thirds-far-out",
    "at-the-line",
    "slow-rise",
    "spells",
    "spreading",
    "paired",
    "invented",
    "twelve",
    "single",
    "product-province",
)
EVERY = (*worlds.NAMES, *worlds.PACKAGED)
SEEDS, QUICK_SEEDS = 20, 5
DOCUMENTED = running.ROOT / "docs" / "reference"


def main(arguments: list[str]) -> int:
    """Run the study; 1 when a world stopped with an error, else 0."""
    asked = _options().parse_args(arguments)
    shapes = _shapes(asked)
    seeds = asked.seeds or (QUICK_SEEDS if asked.quick else SEEDS)
    depth = {"deep": 0, "walks": 2} if asked.quick else {"deep": asked.deep, "walks": asked.walks}
    plan = Plan(running.tasks_of(shapes, seeds, **depth), asked.out, asked.processes, asked.budget)
    if asked.export:
        running.export(plan)
        return 0
    pool = Pool(running.run_all(plan, lambda told: print(told, file=sys.stderr, flush=True)))  # noqa: T201
    if not pool.records:
        print("no world was run", file=sys.stderr)  # noqa: T201
        return 1
    is_whole = not (asked.quick or asked.shapes or asked.seeds or asked.budget)
    folder = asked.report or (DOCUMENTED if is_whole else asked.out)
    command = " ".join(["./tp simulate", *arguments])
    marks = running.engine_digest(), running.study_digest()
    report.write(pool, report.Provenance(*marks, os.cpu_count() or 1, asked.processes, command), folder)
    print(f"report in {folder}/validation-report.md", file=sys.stderr)  # noqa: T201
    return 1 if pool.failed else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./tp simulate", description="Validate the engine on simulated worlds.")
    parser.add_argument("--quick", action="store_true", help="a dozen shapes, five seeds: about five minutes")
    parser.add_argument("--shapes", help="names of shapes, with commas; all when left out")
    parser.add_argument("--seeds", type=int, help=f"seeds 1 to N of each shape; {SEEDS} when left out")
    parser.add_argument("--budget", type=float, help="CPU minutes after which no further world is begun")
    parser.add_argument("--deep", type=int, default=running.DEEP_SEEDS, help="seeds whose filtered course is judged")
    parser.add_argument("--walks", type=int, default=running.WALK_SEEDS, help="seeds whose steps are looked for online")
    parser.add_argument("--processes", type=int, default=2, help="worlds run at the same time, one thread each")
    parser.add_argument("--out", type=Path, default=running.ROOT / "out" / "study", help="folder of what was measured")
    parser.add_argument("--report", type=Path, help="folder of the report; that of the references for the whole study")
    parser.add_argument("--export", action="store_true", help="write the worlds for peers to OUT/worlds, run nothing")
    return parser


def _shapes(asked: argparse.Namespace) -> tuple[str, ...]:
    if not asked.shapes:
        return QUICK if asked.quick else EVERY
    shapes = tuple(asked.shapes.split(","))
    unknown = sorted(set(shapes) - set(EVERY))
    if unknown:
        raise SystemExit(f"unknown: {', '.join(unknown)}; there are {', '.join(EVERY)}")
    return shapes


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
