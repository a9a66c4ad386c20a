"""What the tiers are worth: precision of watch, alert, strong and guaranteed over a few worlds.

    PYTHONPATH=tests .venv/bin/python tests/simulation/ladder.py --seeds 2 spells pockets late

Each world is looked at in its last three months, each as known at its own close; `strong` needs that. The guaranteed
tier is judged by its own null (no month's expected ratio above 107) and, beside it, by the level now.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tianping
from simulation import worlds
from simulation.worlds import ORDER_GROUPS, World

#: Worlds whose imbalance comes and goes, sits in pockets, is late in coming in, or is nowhere.
WORLDS = ("spells", "pockets", "two-kinds", "slow-rise", "spreading", "late", "at-the-line", "paired", "nearly-quiet")
TIERS = ("watch", "alert", "strong")
GROUP = "2+"
ALERT_AT, MARGIN, NULL = np.log([1.15, 1.05, 1.07])


@dataclass(frozen=True)
class Listed:
    """One area on one list.

    Attributes:
        world: name and seed of the world.
        tier: tier.
        criterion: criterion.
        place: `lowest` level or `above`.
        expected: expected share of false ones that the area adds; NaN for `guaranteed`.
        right: whether it truly meets the criterion now.
        null_broken: whether its expected ratio was above the guaranteed tier's null in any month.
    """

    world: str
    tier: str
    criterion: str
    place: str
    expected: float
    right: bool
    null_broken: bool


def listed(world: World) -> Iterator[Listed]:
    """Give all areas on the lists of a world's last month; a tier's list holds the tiers above it."""
    births = tianping.read_births(world.births, areas=world.areas)
    periods = world.plan.periods
    run = tianping.estimate(births, as_of=f"{periods[-3]}..{periods[-1]}").last.run
    true = worlds.true_log_srb(world.plan)[..., list(ORDER_GROUPS).index(GROUP)]
    place = {code: at for at, code in enumerate(world.plan.tree.codes)}
    excess, broken = _excess(world, true[:, -1]), (true > NULL).any(axis=1)
    for signal in run.signals:
        if signal.order_group != GROUP:
            continue
        at = place[run.tree.codes[signal.area]]
        right = true[at, -1] > ALERT_AT if signal.criterion == "level" else excess[at] > MARGIN
        where = "lowest" if run.tree.is_leaf[signal.area] else "above"
        tiers = TIERS[: TIERS.index(signal.tier) + 1] if signal.tier in TIERS else (signal.tier,)
        for tier in tiers:
            key = f"{world.name} {world.seed}"
            yield Listed(key, tier, signal.criterion, where, 1.0 - signal.p, bool(right), bool(broken[at]))


def _excess(world: World, true: np.ndarray) -> np.ndarray:
    """Give true log SRB less that of the rest of the parent, births of the last two years as weights."""
    tree = world.plan.tree
    weight = tree.sum_up(world.plan.expected[:, -24:, 1:].sum(axis=(1, 2)))
    parent = np.array(tree.parent)
    rest = weight[parent] - weight
    with np.errstate(invalid="ignore", divide="ignore"):
        around = (weight[parent] * true[parent] - weight * true) / rest
    return np.where(parent >= 0, true - around, np.nan)


def table(rows: Sequence[Listed]) -> pd.DataFrame:
    """Give precision by tier, criterion and place, with what the probabilities promised."""
    frame = pd.DataFrame(rows)
    grouped = frame.groupby(["criterion", "place", "tier"])
    told = grouped.agg(
        n=("right", "size"),
        worlds=("world", "nunique"),
        precision=("right", "mean"),
        expected_false=("expected", "mean"),
        null_broken=("null_broken", "mean"),
    )
    return told.round(3)


def main(arguments: Sequence[str]) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure the precision of the tiers on simulated worlds.")
    parser.add_argument("worlds", nargs="*", help="names of worlds; a choice of nine when none is given")
    parser.add_argument("--seeds", type=int, default=1, help="seeds 1 to N of each world")
    asked = parser.parse_args(arguments)
    names = asked.worlds or WORLDS
    rows = [row for name in names for seed in range(1, asked.seeds + 1) for row in listed(worlds.make(name, seed))]
    sys.stdout.write(table(rows).to_string() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
