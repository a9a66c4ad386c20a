"""What a run hands to the next run of the same areas: steps, rates, and the months it has read already."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tianping.srb.common import Common, learn_new_months
from tianping.srb.fit import Condition, Problem, initial_condition, relinearise
from tianping.srb.layout import LEAF
from tianping.srb.observations import Cells, Working, linearise
from tianping.srb.results import BoolArray, FloatArray, IntArray
from tianping.srb.steps import StepPrior
from tianping.terms import ORDER_GROUPS, Period

#: Order group by which a channel's log SRB goes (unknown order: all).
_GROUP_OF_CHANNEL = ("1", "2", "3+", "all")
#: Periods on top beyond which one pass would not do.
_MOST_ON_TOP = 3
#: Runs that may append one after the other before all periods are linearised anew.
_MOST_APPENDED = 12
#: Periods below which all are linearised anew: what is learnt from them is not settled yet, and it costs little.
_FEW_PERIODS = 24


@dataclass(frozen=True)
class Carried:
    """What a run knows that the next run of the same areas starts from.

    Attributes:
        leaf_areas: area of each leaf, to see that they are the same, shape (leaves,).
        first: first period.
        path: expected step of each leaf in each period, shape (leaves, periods).
        stretch: variance multipliers of the inner nodes' effects, shape (slots,).
        prior: how often steps happen and how large they are.
        overdispersion: intra-class correlation of births in a cell.
        common: what all areas have in common.
        working: the likelihood of all periods read, linearised.
        marks: what tells whether a period's births have changed since, shape (periods, marks).
        now: log SRB of each leaf and channel at the last period, relative to the log reference.
        appended: how many runs in succession have kept the earlier periods' linearisation.
    """

    leaf_areas: IntArray
    first: Period
    path: FloatArray
    stretch: FloatArray
    prior: StepPrior
    overdispersion: float
    common: Common
    working: Working
    marks: FloatArray
    now: FloatArray
    appended: int

    @classmethod
    def of(cls, problem: Problem, condition: Condition, means: FloatArray, before: Carried | None = None) -> Carried:
        """Take what can be carried from where a run ended.

        Args:
            problem: the run's problem.
            condition: what a further pass would start from.
            means: posterior means of the leaves' functionals, the last period's by order group first.
            before: what the run itself started from, if anything.
        """
        groups = [ORDER_GROUPS.index(_GROUP_OF_CHANNEL[channel]) for channel in problem.channels.used]
        appended = before is not None and before.kept(problem) is not None
        return cls(
            problem.layout.leaf_areas,
            problem.counts.periods[0],
            condition.path,
            condition.stretch,
            condition.prior,
            condition.overdispersion,
            condition.common,
            condition.working,
            marks_of(problem.cells),
            means[:, groups],
            before.appended + 1 if before is not None and appended else 0,
        )

    def fits(self, problem: Problem) -> bool:
        """Say whether a problem has the same leaves and inner nodes, and at most a few periods on top."""
        layout, periods = problem.layout, problem.counts.periods
        on_top = len(periods) - self.path.shape[1]
        same = np.array_equal(self.leaf_areas, layout.leaf_areas) and len(self.stretch) == layout.n_slots
        return same and self.first == periods[0] and 0 <= on_top <= _MOST_ON_TOP

    def kept(self, problem: Problem) -> BoolArray | None:
        """Say which periods of a problem need not be read again, shape (periods,); None when all are read anew.

        They are read anew when a year of appending has passed, when there are few, or when not even half of them could
        be kept.
        """
        n = len(problem.counts.periods)
        usable = self.fits(problem) and self.now.shape[1] == len(problem.channels.used)
        if not usable or n < _FEW_PERIODS or self.appended >= _MOST_APPENDED:
            return None
        same = np.zeros(n, dtype=bool)
        marks = marks_of(problem.cells)[: len(self.marks)]
        same[: len(marks)] = np.isclose(marks, self.marks, rtol=1e-11, atol=0.0).all(1)
        return same if 2 * same.sum() >= n else None


def marks_of(cells: Cells) -> FloatArray:
    """Give sums over the leaves, each with a weight of its own, that tell whether a period's births have changed."""
    n, periods, _ = cells.births.shape
    weight = np.asarray(1.0 + np.random.default_rng(0).random(n), dtype=float)
    parts = [cells.boys, cells.births, cells.offset, cells.noise]
    return np.concatenate([_weighed(weight, np.asarray(part), periods) for part in parts], axis=1)


def _weighed(weight: FloatArray, values: FloatArray, periods: int) -> FloatArray:
    """Sum over the leaves, shape (periods, channels); what is the same in all cells says nothing."""
    if values.ndim < 3:
        return np.zeros((periods, 0))
    found: FloatArray = (weight @ values.reshape(len(weight), -1)).reshape(values.shape[1:])
    return found


def resume(problem: Problem, phi: FloatArray, carried: Carried) -> Condition:
    """Start where a run of the same areas ended; steps that were on go on in new periods.

    The run has to fit (`Carried.fits`). Periods whose births are as they were keep their linearisation, so that a month
    on top is all that is read;
    otherwise all are linearised anew.
    """
    more = len(problem.counts.periods) - carried.path.shape[1]
    path = np.pad(carried.path, ((0, 0), (0, more)), mode="edge")
    kept = carried.kept(problem)
    if kept is not None:
        return _append(problem, carried, path, kept)
    condition = initial_condition(problem)
    common = replace(condition.common, slope=carried.common.slope)
    condition = replace(condition, path=path, stretch=carried.stretch, prior=carried.prior, common=common)
    return relinearise(problem, phi, condition)


def _append(problem: Problem, carried: Carried, path: FloatArray, kept: BoolArray) -> Condition:
    """Keep what was read and linearise the other periods where the last one stood."""
    more = len(kept) - len(carried.marks)
    common = replace(
        carried.common,
        months=np.pad(carried.common.months, ((0, more), (0, 0))),
        noise=np.pad(carried.common.noise, ((0, more), (0, 0))),
    )
    weight, pull = (np.pad(a, ((0, 0), (0, more), (0, 0))) for a in (carried.working.weight, carried.working.pull))
    new, last = np.flatnonzero(~kept), len(carried.marks) - 1
    fitted = (carried.now - carried.common.months[last])[:, None, :]
    read = linearise(problem.cells.at(new), problem.origin + fitted, problem.origin, carried.overdispersion)
    common = learn_new_months(read, fitted, common, new)
    weight[:, new], pull[:, new] = read.weight, read.pull - read.weight * common.months[new]
    doubt = np.zeros(problem.scales.n_columns(LEAF))
    working = Working(weight, pull)
    return Condition(working, path, carried.stretch, carried.prior, carried.overdispersion, doubt, common)
