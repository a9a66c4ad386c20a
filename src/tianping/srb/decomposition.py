"""Where the apparent missing girls went: not born, born and not registered, or not registered yet.

With boys m, girls f and a natural ratio r, the girls missing are m/r − f where boys are held fixed (Sen), and
(m + f)/(1 + r) − f = r/(1 + r)·(m/r − f) where all births are. Both are linear in the births, so the girls missing
among the births known split, draw by draw, along the chain known → completed → all births:

    apparent = delay + under-registration + selection
    delay = A(known) − A(completed), under-registration = A(completed) − A(all), selection = A(all) − chance

A(·) being either definition; the chance of the births is taken out of `apparent` and `selection` alike. One draw of the
natural ratio holds for all areas, spans and pieces.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from tianping.srb.direct import reference_log_sd
from tianping.srb.dual_system import TwoLists, draw_all_births
from tianping.srb.missing import METHODS
from tianping.srb.results import FloatArray
from tianping.srb.settings import Reference
from tianping.terms import AreaTree

#: Pieces in the order of the chain. Where a link is not known, its neighbours are told as one: `unsplit`.
PIECES = ("apparent", "delay", "under_registration", "selection", "unsplit")
#: Where a number of all births may come from.
ROUTES = ("none", "dual_system", "cohort")


@dataclass(frozen=True)
class Chain:
    """Births by sex along the chain for one span; the last axes are boys and girls, then draws.

    Attributes:
        known: births known, shape (areas, 2).
        completed: births with those still to be registered, shape (areas, 2, draws); None where delays are not known.
        everybody: all births, registered or not, shape (areas, 2, draws), NaN where an area has no such number; None
            where there is none at all.
    """

    known: FloatArray
    completed: FloatArray | None = None
    everybody: FloatArray | None = None


@dataclass(frozen=True)
class SharedDraws:
    """What all areas, spans and pieces have in common.

    Attributes:
        reference: draws of the natural ratio, boys per girl, shape (draws,).
        chance: standard normal draws of each area's own births' chance, shape (areas, draws).
    """

    reference: FloatArray
    chance: FloatArray

    @classmethod
    def of(cls, reference: Reference, n_areas: int, n_draws: int, seed: int) -> SharedDraws:
        """Draw: the reference by stratified normal draws, so that it brings next to no Monte-Carlo error."""
        rng = np.random.default_rng(seed)
        normal = rng.permutation(ndtri((np.arange(n_draws) + 0.5) / n_draws))
        ratio = np.exp(np.log(reference.ratio) + reference_log_sd(reference) * normal)
        return cls(ratio, rng.standard_normal((n_areas, n_draws)))


def girls_missing(method: str, births: FloatArray, reference: FloatArray) -> FloatArray:
    """Give girls missing, A(births), by a method of `METHODS`.

    Args:
        method: `boys_fixed` or `total_fixed`.
        births: boys and girls on the second axis.
        reference: natural ratio, broadcastable to what is left.
    """
    missing: FloatArray = births[:, 0] / reference - births[:, 1]
    return missing if method == METHODS[0] else missing * reference / (1.0 + reference)


def chance_draws(tree: AreaTree, own: FloatArray, shared: SharedDraws, method: str) -> FloatArray:
    """Draw what the chance of the births' sexes adds to the girls missing; areas add up, shape (areas, draws).

    Args:
        tree: the areas.
        own: births that areas count for themselves, both sexes, shape (areas,).
        shared: the common draws.
        method: a method of `METHODS`.
    """
    r = shared.reference
    per_birth = np.sqrt(r) / (1.0 + r)  # standard deviation of one birth's sex
    girls = tree.sum_up(np.sqrt(own)[:, None] * shared.chance) * per_birth * (1.0 + 1.0 / r)
    return girls if method == METHODS[0] else girls * r / (1.0 + r)


def split(method: str, chain: Chain, reference: FloatArray, chance: FloatArray) -> dict[str, FloatArray]:
    """Split the girls missing, draw by draw; each piece has shape (areas, draws), NaN where it cannot be told.

    `apparent` is the sum of the others given. Where only some links are known, `unsplit` holds what they leave:
    selection and whatever of under-registration and delay could not be told from it.
    """
    apparent = girls_missing(method, chain.known[..., None], reference)
    last, pieces = apparent, {"apparent": apparent - chance}
    if chain.completed is not None:
        following = girls_missing(method, chain.completed, reference)
        pieces["delay"], last = last - following, following
    if chain.everybody is None:
        pieces["unsplit"] = last - chance
        return pieces
    following = girls_missing(method, chain.everybody, reference)
    pieces["under_registration"], pieces["selection"] = last - following, following - chance
    unknown = np.isnan(following)
    pieces["unsplit"] = np.where(unknown, last - chance, np.nan)
    return pieces


@dataclass(frozen=True)
class Dependence:
    """How far the two lists may depend on each other.

    Attributes:
        lowest: lowest odds ratio thought possible; 1 for independent lists.
        highest: highest.
    """

    lowest: float
    highest: float

    def corners(self) -> tuple[FloatArray, ...]:
        """Give odds ratios of boys and girls: first those of the point, then all corners of what is possible."""
        ends = (self.lowest, self.highest)
        return (np.full(2, self.lowest), *(np.array([boys, girls]) for boys in ends for girls in ends))


def everybody_by_lists(lists: TwoLists, dependence: Dependence, n_draws: int, seed: int) -> tuple[FloatArray, ...]:
    """Draw all births for the point and for each corner of the dependence band, each shape (areas, 2, draws)."""
    return tuple(draw_all_births(lists, corner, n_draws, seed) for corner in dependence.corners())


@dataclass(frozen=True)
class Survival:
    """From birth to a later count of the same cohort.

    Attributes:
        lowest: lowest share of boys born who are there to be counted.
        highest: highest.
        ratio_lowest: girls' share over boys', lowest.
        ratio_highest: highest.
    """

    lowest: float
    highest: float
    ratio_lowest: float
    ratio_highest: float


def everybody_by_cohort(later: FloatArray, survival: Survival, n_draws: int, seed: int) -> tuple[FloatArray, ...]:
    """Draw all births from a later count of the cohort: first with survival uniform within its band, then its corners.

    Nothing else is thought unsure: whoever moved in, was counted twice or told a wrong age is taken for born here and
    not registered, so what comes out is the most that under-registration can explain (the argument of Shi & Kennedy
    2016 is an upper bound in this sense).

    Args:
        later: boys and girls counted later, shape (areas, 2), NaN where there is no count.
        survival: from birth to that count, the same for all areas.
        n_draws: number of draws.
        seed: seed.
    """
    rng = np.random.default_rng(seed)
    level = rng.uniform(survival.lowest, survival.highest, n_draws)
    ratio = rng.uniform(survival.ratio_lowest, survival.ratio_highest, n_draws)
    ends = [
        (np.full(n_draws, s), np.full(n_draws, q))
        for s in (survival.lowest, survival.highest)
        for q in (survival.ratio_lowest, survival.ratio_highest)
    ]
    return tuple(later[..., None] / np.stack([s, s * q]) for s, q in [(level, ratio), *ends])


@dataclass(frozen=True)
class Piece:
    """One piece of the girls missing of every area.

    Attributes:
        missing: mean of the draws, shape (areas,): the means of the pieces add up as the draws do; NaN where it cannot
            be told.
        lower: lower ends of the interval.
        upper: upper ends.
        band_lower: lower ends over everything that the sensitivity band allows; as `lower` where nothing does.
        band_upper: upper ends.
    """

    missing: FloatArray
    lower: FloatArray
    upper: FloatArray
    band_lower: FloatArray
    band_upper: FloatArray


def summarise(variants: Sequence[Mapping[str, FloatArray]], interval: float) -> dict[str, Piece]:
    """Sum up the draws of the pieces: the first variant gives point and interval, all of them together the band."""
    tail = (1.0 - interval) / 2
    pieces = {}
    for name, draws in variants[0].items():
        ends = np.stack([np.quantile(one[name], [tail, 1.0 - tail], axis=-1) for one in variants])
        lower, upper = ends[0]
        pieces[name] = Piece(draws.mean(-1), lower, upper, ends[:, 0].min(0), ends[:, 1].max(0))
    return pieces
