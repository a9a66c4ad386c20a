"""The bound: somebody who knows every area's ratio without its step, the sizes that steps have, and nothing else."""

from __future__ import annotations

import numpy as np

from simulation.comparators.charts import HAZARD
from simulation.comparators.method import FloatArray
from simulation.worlds import World

#: Sizes that steps have in these worlds, as differences of log SRB.
_SIZES = (0.15, 0.25, 0.35, 0.45)


def scores(world: World) -> FloatArray:
    """Give the log odds of a step in every period, by the mixture over its sizes and starts, shape (leaves, periods).

    This is the Shiryaev-Roberts statistic (best in mean delay among charts with the same false alarms), with the true
    base line of every order in place of an estimated one.

    Raises:
        ValueError: the world does not tell its ratios without steps.
    """
    if world.plan.log_srb_without_step is None:
        raise ValueError(f"{world.name} does not tell its ratios without steps")
    odds = np.exp(world.plan.log_srb_without_step)
    running = np.full((len(_SIZES), *world.boys.shape[:2]), -np.inf)
    value = np.full((len(_SIZES), world.boys.shape[0]), -np.inf)
    n = world.boys + world.girls
    for size, rows in zip(_SIZES, range(len(_SIZES)), strict=True):
        ratio = world.boys * size - n * np.log((1 + odds * np.exp(size)) / (1 + odds))
        # A step acts from the second birth on.
        of_period = ratio[..., 1:].sum(axis=2)
        for time in range(of_period.shape[1]):
            value[rows] = np.logaddexp(value[rows], np.log(HAZARD)) + of_period[:, time]
            running[rows, :, time] = value[rows]
    return np.logaddexp.reduce(running, axis=0) - np.log(len(_SIZES))
