"""What the engine says of a world through its public interface, on the world's axes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import tianping
from simulation.truth import GROUPS
from simulation.worlds import World
from tianping import srb
from tianping.births import BirthTable
from tianping.observatory.results import Result

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

CRITERIA = ("level", "difference")
#: Tiers that nest, lowest first; `guaranteed` stands apart.
TIERS = ("watch", "alert", "strong")
#: Months of reports that the forensic tests are shown.
CHECKED_MONTHS = 24
#: Looks that tier `strong` needs: two of the last three.
LOOKS = 3


@dataclass(frozen=True)
class Course:
    """The course of log SRB, arrays of shape (areas, periods, order groups)."""

    mean: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Answer:
    """One look; arrays of shape (areas, order groups) unless said otherwise.

    Attributes:
        mean: posterior mean of log SRB now.
        sd: its posterior standard deviation.
        lower: lower end of the 90 % interval.
        upper: upper end.
        p: P(SRB > 115) by criterion `level`, P(difference > margin) by `difference`.
        p_changed: probability that a step is on, shape (areas,).
        p_worst: probability of being in the worst decile; NaN where not ranked.
        told_high: whether the ranking tells the area from the lower ones.
        tier: highest nesting tier by criterion: -1 none, else the position in `TIERS`.
        guaranteed: areas of the guaranteed tier.
        checked: reporters that the forensic tests ask to check their first two years, shape (areas,).
        courses: `smoothed` and, where asked for, `filtered`.
        cpu: CPU seconds of one estimate, reading left out.
    """

    mean: FloatArray
    sd: FloatArray
    lower: FloatArray
    upper: FloatArray
    p: dict[str, FloatArray]
    p_changed: FloatArray
    p_worst: FloatArray
    told_high: BoolArray
    tier: dict[str, IntArray]
    guaranteed: BoolArray
    checked: BoolArray
    courses: dict[str, Course]
    cpu: float


def ask(world: World, *, filtered: bool = False, looks: int = 1, smoothed: bool = True) -> Answer:
    """Ask the engine at the last period, from what was reported by then.

    With several looks the last ones are walked through, so that tier `strong` can arise.
    """
    births = read(world)
    periods = world.plan.periods
    first, last = periods[max(0, len(periods) - looks)], periods[-1]
    started = time.process_time()
    if first == last:
        result = tianping.estimate(births, as_of=last, known_on=last)
    else:
        result = tianping.estimate(births, as_of=f"{first}..{last}")
    cpu = (time.process_time() - started) / len(result.evaluations)
    fitted = result.last.fitted
    histories = ([srb.smoothed(fitted)] if smoothed else []) + ([srb.filtered(fitted)] if filtered else [])
    return _answer(world, result, histories, cpu, checked(world, births))


def checked(world: World, births: BirthTable) -> BoolArray:
    """Ask the forensic tests whom they ask to check the first two years of reports, shape (areas,)."""
    periods = world.plan.periods
    until = periods[min(len(periods), CHECKED_MONTHS // (12 if world.plan.yearly else 1)) - 1]
    found = tianping.examine_reports(births, as_of=until)
    areas = [area.code for area in found.tree.areas]
    listed = {areas[row] for row in found.examination.reports.areas[found.examination.check]}
    return np.array([code in listed for code in world.plan.tree.codes])


def walk(world: World, times: Sequence[int]) -> list[Answer]:
    """Ask the engine at several periods, each with the data up to it and the scales of the look before."""
    births, warm, answers = read(world), None, []
    for position in times:
        period = world.plan.periods[position]
        result = tianping.estimate(births, as_of=period, known_on=period, warm=warm)
        warm = result.last.fitted.warm
        answers.append(_answer(world, result, [], 0.0, np.zeros(len(world.plan.tree.codes), dtype=bool)))
    return answers


def read(world: World) -> BirthTable:
    """Read the world's births and areas as files are read."""
    return tianping.read_births(world.births, areas=world.areas)


def _answer(world: World, result: Result, histories: Sequence[srb.History], cpu: float, checked: BoolArray) -> Answer:
    run = result.last.run
    position = {area.code: k for k, area in enumerate(run.tree.areas)}
    rows = np.array([position[code] for code in world.plan.tree.codes])
    told, now = run.estimates, 0
    tier, guaranteed = _tiers(run)
    p_worst, told_high = _ranked(run)
    return Answer(
        mean=told.log_mean[now][rows],
        sd=told.log_sd[now][rows],
        lower=told.log_lower[now][rows],
        upper=told.log_upper[now][rows],
        p={"level": told.p_above_alert[now][rows], "difference": told.p_difference[now][rows]},
        p_changed=told.p_changed[rows],
        p_worst=p_worst[rows],
        told_high=told_high[rows],
        tier={criterion: heights[rows] for criterion, heights in tier.items()},
        guaranteed=guaranteed[rows],
        checked=checked,
        courses={history.kind: _course(history, rows) for history in histories},
        cpu=cpu,
    )


def _course(history: srb.History, rows: IntArray) -> Course:
    return Course(*(np.moveaxis(part[rows], 1, 2) for part in (history.log_mean, history.log_lower, history.log_upper)))


def _tiers(run: srb.Run) -> tuple[dict[str, IntArray], BoolArray]:
    shape = run.estimates.log_mean.shape[1:]
    tier = {criterion: np.full(shape, -1) for criterion in CRITERIA}
    guaranteed = np.zeros(shape, dtype=bool)
    for signal in run.signals:
        place = signal.area, _group(signal.order_group)
        if signal.tier == "guaranteed":
            guaranteed[place] = True
        else:
            heights = tier[signal.criterion]
            heights[place] = max(heights[place], TIERS.index(signal.tier))
    return tier, guaranteed


def _ranked(run: srb.Run) -> tuple[FloatArray, BoolArray]:
    shape = run.estimates.log_mean.shape[1:]
    p_worst, told_high = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    for ranking in run.rankings:
        p_worst[ranking.areas, _group(ranking.order_group)] = ranking.p_worst_decile
        told_high[ranking.areas, _group(ranking.order_group)] = [name == "high" for name in ranking.group]
    return p_worst, told_high


def _group(name: str) -> int:
    return GROUPS.index(name)
