"""FR_XSRC and FR_COH: whether two counts of the same births tell the same of the sexes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from tianping.srb.forensics.answers import Answer, answer, reasons, silent
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray
from tianping.srb.forensics.tails import reach
from tianping.srb.registration_gap import sex_gap
from tianping.srb.results import BoolArray, FloatArray

#: Two counts of all births differ by no chance; the least that they are held to differ by keeps a ratio defined.
_LEAST_SD = 1e-6


@dataclass(frozen=True)
class Pairs:
    """The same births counted twice; every array has shape (units,), 0 where one of the counts is missing.

    Attributes:
        boys: boys in the first count.
        girls: girls in it.
        other_boys: boys in the second count.
        other_girls: girls in it.
    """

    boys: IntArray
    girls: IntArray
    other_boys: IntArray
    other_girls: IntArray

    @property
    def is_there(self) -> BoolArray:
        """Whether both counts hold both sexes."""
        parts = (self.boys, self.girls, self.other_boys, self.other_girls)
        found: BoolArray = np.min(np.stack(parts), axis=0) > 0
        return found


def log_gap(pairs: Pairs, completeness: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give G = ln[(f_A / m_A) / (f_B / m_B)] with its largest and its smallest standard deviation.

    Both count the same births, so their errors are shared as far as they overlap. How far is not known: each sex's
    overlap is at most the smaller count, and at least what is left when each count holds a share `completeness` of
    all births (`srb.registration_gap` tells the variance).
    """
    first = np.stack([pairs.boys, pairs.girls], axis=-1).astype(np.float64)
    second = np.stack([pairs.other_boys, pairs.other_girls], axis=-1).astype(np.float64)
    smaller = np.minimum(first, second)
    found = sex_gap(first, second, both=np.clip(first + second - smaller / completeness, 0.0, smaller))
    return found.gap, np.maximum(found.sd_highest, _LEAST_SD), sex_gap(first, second).sd_lowest


def source_gap(pairs: Pairs | None, n_units: int, limits: Limits, inflation: FloatArray) -> Answer:
    """Ask whether two sources of the same births give girls the same share; the p-value holds for every overlap.

    Negative: fewer girls in the first count, that which the estimates use.
    """
    if pairs is None:
        return silent("FR_XSRC", "sources", reasons(n_units, ("one_source", True)))
    gap, sd, _ = log_gap(pairs, limits.source_completeness)
    sd = sd * np.sqrt(inflation)
    detectable = reach(limits) * sd
    return answer(
        "FR_XSRC",
        "sources",
        reasons(n_units, ("one_source", ~pairs.is_there), ("few_girls", _few_girls(pairs, limits))),
        p=2.0 * ndtr(-np.abs(gap) / sd),
        effect=gap,
        detectable=detectable,
        n=np.minimum(pairs.girls, pairs.other_girls),
        statistic=gap / sd,
        can_tell=detectable <= limits.gap_of_note,
    )


def cohort_growth(later: Pairs | None, n_units: int, limits: Limits, inflation: FloatArray) -> Answer:
    """Ask whether more girls are counted at a later age than were registered at birth, beside the same for boys.

    A cohort loses members by death and gains them only by moving in, which boys do likewise: the gap is taken
    against them. Where no more girls are counted than registered, nothing is found.

    Args:
        later: children counted later (first), and registered births of the same cohorts (second).
        n_units: number of units.
        limits: what is asked.
        inflation: by how much the variance exceeds the binomial one.
    """
    if later is None:
        return silent("FR_COH", "girls", reasons(n_units, ("no_later_counts", True)))
    gap, sd, _ = log_gap(later, limits.source_completeness)
    sd = sd * np.sqrt(inflation)
    detectable = reach(limits) * sd
    return answer(
        "FR_COH",
        "girls",
        reasons(n_units, ("no_later_counts", ~later.is_there), ("few_girls", _few_girls(later, limits))),
        p=np.where(later.girls > later.other_girls, ndtr(-gap / sd), 1.0),
        effect=gap,
        detectable=detectable,
        n=np.minimum(later.girls, later.other_girls),
        statistic=gap / sd,
        can_tell=detectable <= limits.gap_of_note,
    )


def _few_girls(pairs: Pairs, limits: Limits) -> BoolArray:
    few: BoolArray = np.minimum(pairs.girls, pairs.other_girls) < limits.least_girls
    return few
