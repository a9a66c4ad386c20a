"""Peers that run elsewhere, such as R's packages: what they said of a world, read from a file.

A peer's file is `peers/PEER/SHAPE-SEED.csv` in the study's folder, with the columns `area_code, score` (higher is
worse, at the world's last period, from data up to it) and, where the peer has them, `flagged` (0 or 1) and
`log_srb, lower, upper` (90 %). Areas that it does not name got no answer. `--export` writes the worlds for peers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.comparators.method import BoolArray, Estimated, FloatArray
from simulation.worlds import World

#: R's packages that the report names even when they did not run.
NAMED = ("glmer", "bam", "categoricalCUSUM")


def answers(folder: Path, world: World) -> Iterator[tuple[str, FloatArray, BoolArray | None, Estimated | None]]:
    """Give each peer's name, scores, flags and estimates for a world, where there is a file."""
    for path in sorted(folder.glob(f"*/{world.name}-{world.seed}.csv")):
        table = pd.read_csv(path, dtype={"area_code": str}).set_index("area_code").reindex(world.plan.tree.codes)
        flagged = (table.flagged.fillna(0).to_numpy() > 0) if "flagged" in table else None
        estimated = Estimated(*table[["log_srb", "lower", "upper"]].to_numpy().T) if "log_srb" in table else None
        yield path.parent.name, table.score.to_numpy(dtype=np.float64), flagged, estimated
