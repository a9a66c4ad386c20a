"""Measures of one world: the engine's answer and the comparators' beside the truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from simulation.answers import CRITERIA, TIERS, Answer, Course
from simulation.comparators.method import Estimated
from simulation.tallies import Tally
from simulation.truth import GROUPS, Truth
from tianping.srb import scoring

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ENGINE = "engine"
#: The order group that signals are about, whichever it is in a world.
ASKED = "asked"
ALERT_AT, MARGIN, NORMAL_UPPER = np.log([1.15, 1.05, 1.07])
LIMIT = {"level": ALERT_AT, "difference": MARGIN}
_HALF = stats.norm.ppf(0.95)
#: Log odds of probabilities are kept between these.
_LOG_ODDS = 25.0


def log_odds(p: FloatArray) -> FloatArray:
    """Give log odds, finite at 0 and 1."""
    return np.clip(special.logit(p), -_LOG_ODDS, _LOG_ODDS)


def measure_estimates(tally: Tally, answer: Answer, truth: Truth) -> None:
    """Add errors and coverage of the engine's estimates now, and of its courses over the periods."""
    for group in truth.groups:
        k = GROUPS.index(group)
        told = Estimated(answer.mean[:, k], answer.lower[:, k], answer.upper[:, k])
        places = truth.place | {"stepped": truth.is_on[:, -1]}
        for name in (group, ASKED)[: 1 + (group == truth.asked)]:
            measure_accuracy(tally, ENGINE, name, told, truth.now(group), places, sd=answer.sd[:, k])
        for kind, course in answer.courses.items():
            for name in (group, ASKED)[: 1 + (group == truth.asked)]:
                _course(tally, kind, name, course, truth, k)


def measure_accuracy(
    tally: Tally,
    method: str,
    group: str,
    told: Estimated,
    true: FloatArray,
    places: dict[str, BoolArray],
    *,
    sd: FloatArray | None = None,
) -> None:
    """Add square errors, coverage, width and continuous ranked probability score of estimates of now."""
    spread = (told.upper - told.lower) / (2 * _HALF) if sd is None else sd
    for place, members in places.items():
        rows = members & ~np.isnan(true) & ~np.isnan(told.log_srb)
        error = told.log_srb[rows] - true[rows]
        name = (method, "now", group, place)
        tally.add_mean("error2", *name, of=error**2)
        tally.add_mean("inside", *name, of=(told.lower[rows] <= true[rows]) & (true[rows] <= told.upper[rows]))
        tally.add_mean("width", *name, of=told.upper[rows] - told.lower[rows])
        tally.add_mean("crps", *name, of=_crps(error, spread[rows]))


def _crps(error: FloatArray, sd: FloatArray) -> FloatArray:
    """Give the continuous ranked probability score of a Gaussian forecast (Gneiting and Raftery 2007)."""
    z = error / sd
    return sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))


def _course(tally: Tally, kind: str, name: str, course: Course, truth: Truth, k: int) -> None:
    mean, lower, upper, true = (part[..., k] for part in (course.mean, course.lower, course.upper, truth.log_srb))
    for place, members in (truth.place | {"stepped": truth.stepped}).items():
        kept = members[:, None] & ~np.isnan(true) & ~np.isnan(mean)
        tally.add_mean("error2", ENGINE, kind, name, place, of=(mean[kept] - true[kept]) ** 2)
        tally.add_mean(
            "inside", ENGINE, kind, name, place, of=(lower[kept] <= true[kept]) & (true[kept] <= upper[kept])
        )


def measure_still(tally: Tally, method: str, told: Estimated, truth: Truth) -> None:
    """Add the square errors of an estimate of every period, to set beside those of the engine's smoothed course."""
    error = truth.log_srb[..., GROUPS.index(truth.asked)] - told.log_srb[:, None]
    for place, members in (("lowest", truth.place["lowest"]), ("stepped", truth.stepped)):
        kept = members[:, None] & ~np.isnan(error)
        tally.add_mean("error2", method, "smoothed", ASKED, place, of=error[kept] ** 2)


def measure_lists(tally: Tally, answer: Answer, truth: Truth, *, knows_strong: bool) -> None:
    """Add what the engine's lists hold, at the lowest level and above it."""
    k = GROUPS.index(truth.asked)
    for criterion in CRITERIA:
        value = truth.now(truth.asked) if criterion == "level" else truth.difference[:, k]
        p = answer.p[criterion][:, k]
        for place, members in truth.place.items():
            rows = members & ~np.isnan(value) & ~np.isnan(p)
            true = value[rows] > LIMIT[criterion]
            for height, tier in enumerate(TIERS if knows_strong else TIERS[:-1]):
                flagged = answer.tier[criterion][rows, k] >= height
                measure_list(tally, (criterion, tier, ENGINE, place), flagged, true)
                tally.add_mean("expected", criterion, tier, ENGINE, place, of=1 - p[rows][flagged])
            measure_ranked(tally, (criterion, ENGINE, place), log_odds(p[rows]), true)
            tally.add_probabilities(
                "p_above_alert" if criterion == "level" else "p_difference", place, claimed=p[rows], happened=true * 1.0
            )
    value = truth.now(truth.asked)
    rows = truth.place["above"] & ~np.isnan(value)
    measure_list(
        tally, ("level", "guaranteed", ENGINE, "above"), answer.guaranteed[rows, k], value[rows] > NORMAL_UPPER
    )


def measure_list(tally: Tally, name: tuple[str, str, str, str], flagged: BoolArray, true: BoolArray) -> None:
    """Add one list: false among flagged, found among true, false among asked, and the world's own false share."""
    false = int((flagged & ~true).sum())
    tally.add("false", *name, of=false, among=int(flagged.sum()))
    tally.add("found", *name, of=int((flagged & true).sum()), among=int(true.sum()))
    tally.add("flagged", *name, of=int(flagged.sum()), among=flagged.size)
    tally.add("alarms", *name, of=false, among=flagged.size)
    tally.add("fdr", *name, of=false / max(int(flagged.sum()), 1), among=flagged.size > 0)


def measure_ranked(tally: Tally, name: tuple[str, str, str], scores: FloatArray, true: BoolArray) -> None:
    """Add the recall of the longest list from the top whose false share is at most 10 %."""
    known = ~np.isnan(scores)
    if true.any() and known.any():
        found = scoring.recall_at_fdp(scores[known], true[known], 0.10)
        tally.add("recall", *name, of=found.recall * true[known].sum() / true.sum())


def measure_bottom(tally: Tally, method: str, scores: FloatArray, true: FloatArray, rows: BoolArray) -> None:
    """Add how many of the ten highest scores are truly in the worst decile; for probabilities also what they claim."""
    kept = rows & ~np.isnan(scores) & ~np.isnan(true)
    if kept.sum() > 1 and np.ptp(true[kept]) > 0:
        found = scoring.purity(scores[kept], true[kept])
        tally.add("purity", method, of=found.purity)
        if method == ENGINE:
            tally.add("claimed", method, of=found.claimed)
            tally.add("surprise", method, of=found.claimed - found.purity)


def measure_ranking(tally: Tally, answer: Answer, truth: Truth) -> None:
    """Add what the ranking of the lowest level is worth, and what its probabilities claim."""
    k, true, rows = GROUPS.index(truth.asked), truth.now(truth.asked), truth.place["lowest"]
    p = answer.p_worst[:, k]
    measure_bottom(tally, ENGINE, p, true, rows)
    kept = rows & ~np.isnan(p) & ~np.isnan(true)
    if kept.sum() > 1:
        worst = scoring.worst_decile(true[kept])
        tally.add_probabilities("p_worst_decile", "lowest", claimed=p[kept], happened=worst)
        listed = np.zeros(kept.sum(), dtype=bool)
        listed[np.argsort(-p[kept], kind="stable")[: min(scoring.BOTTOM, -(-int(kept.sum()) // 10))]] = True
        tally.add_mean("purity", "published", of=worst[listed & answer.told_high[kept, k]])


def measure_changes(tally: Tally, answer: Answer, truth: Truth) -> None:
    """Add what the probabilities of a step claim, where a step that began within the data may be on."""
    rows = truth.place["lowest"] & ~np.isnan(answer.p_changed) & ~truth.fabricated
    began_before = truth.is_on[:, 0] & truth.is_on.all(axis=1)
    rows &= ~began_before
    happened = truth.is_on[rows, -1] * 1.0
    tally.add_probabilities("p_changed", "lowest", claimed=answer.p_changed[rows], happened=happened)


def measure_fabricated(tally: Tally, answer: Answer, truth: Truth) -> None:
    """Add fabricated reporters found and honest ones asked to check."""
    for name, members in (("fabricated", truth.fabricated), ("honest", truth.honest)):
        tally.add_mean("checked", name, of=answer.checked[members])
