"""The validation study: the engine and simple comparators over simulated worlds, with Monte-Carlo errors.

    .venv/bin/python tests/simulation/study.py --seeds 2 --out out/study.csv spells pockets

Signals, recall and purity are those of the lowest level, for births of order two and higher (all births where order
is not told).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tianping
from simulation import comparators, worlds
from simulation.worlds import World
from tianping.observatory.scoring import Score, score_tables

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ENGINE = "engine"
#: What a table shows, in this order.
COLUMNS = ("rmse", "cover", "above", "fdp", "recall", "recall@10", "purity", "claimed", "cpu")


@dataclass(frozen=True)
class Study:
    """What a study measured.

    Attributes:
        runs: one row per world, seed and method.
        coverage: coverage of the engine's intervals, one row per world, seed, kind, order group and level, with n.
        failures: runs that stopped with an error, world, seed and what it said.
    """

    runs: pd.DataFrame
    coverage: pd.DataFrame
    failures: tuple[tuple[str, int, str], ...]

    def by_world(self) -> pd.DataFrame:
        """Give the mean of each figure by world and method and, where seeds allow, its Monte-Carlo error."""
        grouped = self.runs.groupby(["world", "method"], sort=False)[list(COLUMNS)]
        error = (grouped.std() / np.sqrt(grouped.count())).add_suffix(" se")
        return grouped.mean().join(error)

    def pooled(self, n_resamples: int = 2000, seed: int = 1) -> pd.DataFrame:
        """Give figures pooled over all runs with a 90 % interval from resampling worlds.

        The false-discovery proportion pools lists (all wrong ones over all listed); the others are means over worlds.
        """
        rng = np.random.default_rng(seed)
        rows = []
        for method, runs in self.runs.groupby("method", sort=False):
            by_world = runs.groupby("world", sort=False)
            means = by_world[list(COLUMNS)].mean().to_numpy()
            counts = by_world[["n_false", "n_flagged"]].sum().to_numpy()
            everything = np.arange(len(means))
            drawn = rng.integers(len(means), size=(n_resamples, len(means)))
            middle, spread = _pool(means, counts, everything), _pool(means, counts, drawn)
            lower, upper = pd.DataFrame(spread).quantile([0.05, 0.95]).to_numpy()
            rows.extend(zip([method] * len(COLUMNS), COLUMNS, middle, lower, upper, strict=True))
        return pd.DataFrame(rows, columns=["method", "figure", "value", "lower", "upper"])

    def coverage_pooled(self) -> pd.DataFrame:
        """Give coverage pooled over all runs by kind, order group and whether areas are leaves."""
        table = self.coverage.assign(inside=self.coverage.coverage * self.coverage.n)
        sums = table.groupby(["kind", "order_group", "place"], sort=False)[["inside", "n"]].sum()
        return (sums.inside / sums.n).unstack("order_group").round(3)


def study(names: Sequence[str], seeds: Sequence[int], *, history: bool = False) -> Study:
    """Run the engine and the comparators over worlds and seeds, at each world's last period.

    With `history`, the intervals of the whole course are scored too, which costs a second run of each world.
    """
    runs, coverage, failures = [], [], []
    for name in names:
        for seed in seeds:
            world = worlds.make(name, seed)
            keys = {"world": name, "seed": seed}
            runs.extend(keys | row for row in compared(world))
            try:
                row, covered = measured(world, history=history)
            except Exception as error:  # noqa: BLE001 - a study reports what failed and goes on
                failures.append((name, seed, f"{type(error).__name__}: {error}"))
                continue
            runs.append(keys | row)
            coverage.extend(keys | line for line in covered)
    return Study(pd.DataFrame(runs), pd.DataFrame(coverage), tuple(failures))


def public_api(world: World, as_of: str, *, history: bool) -> dict[str, pa.Table]:
    """Run the world through the public interface, with what was reported by then."""
    births = tianping.read_births(world.births, areas=world.areas)
    result = tianping.estimate(births, as_of=as_of, known_on=as_of, history=history)
    tables = {"estimates": result.estimates, "signals": result.signals, "ranking": result.ranking}
    return tables | {"history": result.history} if history else tables


def measured(world: World, *, history: bool) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Run and score the engine; give its figures and its coverage by kind, order group and level.

    The CPU seconds are those of reading and estimating at one period; the course over time is a run of its own.
    """
    as_of = world.plan.periods[-1]
    started = time.process_time()
    tables = public_api(world, as_of, history=False)
    cpu = time.process_time() - started
    course = public_api(world, as_of, history=True)["history"] if history else None
    score = score_tables(
        tables["estimates"],
        tables["signals"],
        world.truth,
        ranking=tables["ranking"],
        history=course,
        areas=world.areas,
    )
    return figures(score, world) | {"method": ENGINE, "cpu": cpu}, covered(score, world)


def compared(world: World) -> list[dict[str, object]]:
    """Score the comparators."""
    rows, group = [], order_group(world)
    for method in comparators.METHODS:
        started = time.process_time()
        estimates, signals, ranking = comparators.tables(world, world.plan.n_periods - 1, group, method)
        cpu = time.process_time() - started
        score = score_tables(estimates, signals, world.truth, ranking=ranking)
        rows.append(figures(score, world) | {"method": method, "cpu": cpu, "claimed": np.nan})
    return rows


def order_group(world: World) -> str:
    """Give the order group that signals are about."""
    return "2+" if world.plan.ordered else "all"


def lowest(world: World) -> str:
    """Give the level of the deepest leaves."""
    return world.plan.tree.levels[-1]


def figures(score: Score, world: World) -> dict[str, object]:
    """Give the figures of one run at the lowest level."""

    def value(subject: str, measure: str) -> float:
        return score.value(subject, measure, order_group(world), level=lowest(world))

    flagged = value("level.alert", "n_flagged")
    return {
        "rmse": value("now", "rmse"),
        "bias": value("now", "bias"),
        "cover": value("now", "coverage"),
        "above": _mean([line for line in covered(score, world) if _is_above(line, order_group(world))]),
        "n_true": value("level.alert", "n_true"),
        "n_flagged": flagged,
        "n_false": flagged * value("level.alert", "false_discovery_proportion"),
        "fdp": value("level.alert", "false_discovery_proportion"),
        "recall": value("level.alert", "recall"),
        "recall@10": value("level.ranked", "recall_at_fdp"),
        "purity": value("p_worst_decile", "purity"),
        "claimed": value("p_worst_decile", "claimed"),
        "worst decile error": value("p_worst_decile", "calibration_error"),
        "alert error": value("p_above_alert", "calibration_error"),
        "difference fdp": value("difference.alert", "false_discovery_proportion"),
        "difference flagged": value("difference.alert", "n_flagged"),
        "difference recall": value("difference.alert", "recall"),
        "difference recall@10": value("difference.ranked", "recall_at_fdp"),
        "difference error": value("p_difference", "calibration_error"),
    }


def covered(score: Score, world: World) -> list[dict[str, object]]:
    """Give coverage by kind, order group and level, with the number of intervals."""
    return [
        {
            "kind": figure.subject,
            "order_group": figure.order_group,
            "level": figure.level,
            "place": "lowest" if figure.level == lowest(world) else "above",
            "coverage": figure.value,
            "n": figure.n,
        }
        for figure in score.figures
        if figure.measure == "coverage" and figure.as_of == "*" and figure.level != "*"
    ]


def _is_above(line: Mapping[str, object], group: str) -> bool:
    return line["kind"] == "now" and line["place"] == "above" and line["order_group"] == group


def _mean(lines: Sequence[Mapping[str, object]]) -> float:
    if not lines:
        return np.nan
    return float(np.average([line["coverage"] for line in lines], weights=[line["n"] for line in lines]))


def _pool(means: FloatArray, counts: FloatArray, worlds_of: IntArray) -> FloatArray:
    """Give each column's mean over worlds, the false-discovery proportion from pooled lists; shape (..., columns)."""
    chosen = means[worlds_of]
    known = ~np.isnan(chosen)
    n = known.sum(axis=-2)
    pooled = np.where(n > 0, np.where(known, chosen, 0.0).sum(axis=-2) / np.maximum(n, 1), np.nan)
    false, flagged = np.moveaxis(counts[worlds_of].sum(axis=-2), -1, 0)
    pooled[..., COLUMNS.index("fdp")] = false / np.maximum(flagged, 1)
    return pooled


def report(found: Study) -> str:
    """Write the study as text."""
    parts = [found.by_world()[list(COLUMNS)].round(3).to_string()]
    pooled = found.pooled().round(3)
    pooled["told"] = [f"{row.value:.3f} [{row.lower:.3f}; {row.upper:.3f}]" for row in pooled.itertuples()]
    parts.append(pooled.pivot(index="method", columns="figure", values="told")[list(COLUMNS)].to_string())
    if len(found.coverage):
        parts.append(found.coverage_pooled().to_string())
    parts.extend(f"failed: {name}, seed {seed}: {said}" for name, seed, said in found.failures)
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str]) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(description="Validate the engine on simulated worlds.")
    parser.add_argument("worlds", nargs="*", help="names of worlds; all when none is given")
    parser.add_argument("--seeds", type=int, default=1, help="seeds 1 to N of each world")
    parser.add_argument("--history", action="store_true", help="score the course over time too")
    parser.add_argument("--out", type=Path, help="write one row per run to this CSV file, and coverage beside it")
    asked = parser.parse_args(arguments)
    found = study(asked.worlds or worlds.NAMES, range(1, asked.seeds + 1), history=asked.history)
    if asked.out:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        found.runs.to_csv(asked.out, index=False)
        found.coverage.to_csv(asked.out.with_stem(f"{asked.out.stem}_coverage"), index=False)
    sys.stdout.write(report(found))


if __name__ == "__main__":
    main(sys.argv[1:])
