"""Steps found over time when every method raises the same number of false alarms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulation import answers, comparators
from simulation.comparators import oracle
from simulation.measures import ENGINE, log_odds
from simulation.tallies import Tally
from simulation.truth import GROUPS, Truth
from simulation.worlds import World

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

ORACLE = "oracle"
#: Months between two looks, and before the first.
_STEP, _BEFORE = 3, 12
#: Months within which a step counts as found, and the share of looks without a step at which alarms are raised.
WITHIN, FALSE_SHARE = 24, 0.005


def looks(n_periods: int) -> tuple[int, ...]:
    """Give the periods that are looked at: every third, the first after a year, the last among them."""
    return tuple(range(n_periods - 1, _BEFORE - 2, -_STEP))[::-1]


def measure_walk(tally: Tally, world: World, truth: Truth) -> None:
    """Add, for the engine, the comparators and the oracle, the steps found within 24 months."""
    times = looks(world.plan.n_periods)
    leaves = world.plan.tree.leaves
    births = comparators.known(world, truth.asked)
    scores = {method.name: method.scores(births, times)[leaves] for method in comparators.METHODS.values()}
    scores[ORACLE] = oracle.scores(world)[:, list(times)]
    for name, values in (scores | _engine(world, times, leaves, truth.asked)).items():
        found, n = steps_found(values, np.array(times), world.plan.changed)
        tally.add("steps", name, of=found, among=n)


def _engine(world: World, times: tuple[int, ...], leaves: IntArray, asked: str) -> dict[str, FloatArray]:
    """Give what of the engine may serve as a score of a step: its estimate and its probabilities."""
    told, k = answers.walk(world, times), GROUPS.index(asked)
    columns = {
        ENGINE: [answer.mean[:, k] for answer in told],
        f"{ENGINE}_p_above": [log_odds(answer.p["level"][:, k]) for answer in told],
        f"{ENGINE}_p_difference": [log_odds(answer.p["difference"][:, k]) for answer in told],
        f"{ENGINE}_p_changed": [log_odds(answer.p_changed) for answer in told],
    }
    return {name: np.stack(parts, axis=1)[leaves] for name, parts in columns.items()}


def steps_found(scores: FloatArray, times: IntArray, changed: IntArray) -> tuple[int, int]:
    """Count steps found and steps looked for.

    An alarm is a score above the threshold that five in a thousand looks at leaves without any step exceed. Looked
    for are steps that began after the first look and a full 24 months before the last; found are those with an alarm
    in these 24 months, while the step is on.

    Args:
        scores: shape (leaves, looks); a method that says nothing has NaN.
        times: period of each look.
        changed: first period of the step that is on, -1 where none, shape (leaves, periods).
    """
    at = changed[:, times]
    quiet = scores[(changed < 0).all(axis=1)]
    spoken = quiet[~np.isnan(quiet)]
    if not spoken.size:
        return 0, len(_starts(times, changed))
    alarm = np.nan_to_num(scores, nan=-np.inf) > np.quantile(spoken, 1 - FALSE_SHARE, method="higher")
    starts = _starts(times, changed)
    found = sum(bool((alarm[leaf] & (at[leaf] == start) & (times < start + WITHIN)).any()) for leaf, start in starts)
    return found, len(starts)


def _starts(times: IntArray, changed: IntArray) -> list[tuple[int, int]]:
    leaf, _ = np.nonzero(changed >= 0)
    pairs = sorted(set(zip(leaf.tolist(), changed[changed >= 0].tolist(), strict=True)))
    return [(leaf, start) for leaf, start in pairs if times[0] <= start <= times[-1] + 1 - WITHIN]
