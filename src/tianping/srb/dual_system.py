"""Dual-system estimates of births by sex: the births that neither of two lists holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.results import FloatArray
from tianping.terms import InputError


@dataclass(frozen=True)
class TwoLists:
    """Births on two lists of the same areas, periods and sexes; all of one shape.

    Attributes:
        first: births on the first list, the register.
        second: births on the second.
        both: births on both, as matched by whoever may match them; only their number comes here.
    """

    first: FloatArray
    second: FloatArray
    both: FloatArray

    def __post_init__(self) -> None:
        """Refuse more matches than births.

        Raises:
            InputError: `matched_exceeds_lists`.
        """
        if (self.both > np.minimum(self.first, self.second)).any():
            raise InputError("matched_exceeds_lists")


def chapman(lists: TwoLists) -> FloatArray:
    """Give Chapman's estimate of all births, (a + 1)(b + 1)/(c + 1) − 1, for independent lists.

    Source: Chandrasekar & Deming 1949; Chapman 1951.
    """
    total: FloatArray = (lists.first + 1.0) * (lists.second + 1.0) / (lists.both + 1.0) - 1.0
    return total


def draw_all_births(lists: TwoLists, odds_ratio: FloatArray, n_draws: int, seed: int) -> FloatArray:
    """Draw all births, on either list or neither, of the lists' shape with the draws as last axis.

    The births on neither list are negative binomial: of those that are not on the first, a share q is on the second,
    and q's odds are those of the births on the first list (Beta with Jeffreys' prior) divided by the odds ratio. An
    odds ratio above one says that who is on one list is likelier on the other too; then more are on neither.

    Args:
        lists: the lists.
        odds_ratio: dependence of the lists, broadcastable to their shape.
        n_draws: number of draws.
        seed: seed; the same seed gives comparable draws for another odds ratio.
    """
    rng = np.random.default_rng(seed)
    shape = (*lists.both.shape, n_draws)
    only_first, only_second = lists.first - lists.both, lists.second - lists.both
    odds = rng.gamma((lists.both + 0.5)[..., None], size=shape) / rng.gamma((only_first + 0.5)[..., None], size=shape)
    on_neither_per_second = np.asarray(odds_ratio, dtype=float)[..., None] / odds
    neither = rng.poisson(rng.gamma((only_second + 0.5)[..., None], size=shape) * on_neither_per_second)
    listed = lists.first + only_second
    total: FloatArray = listed[..., None] + neither
    return total
