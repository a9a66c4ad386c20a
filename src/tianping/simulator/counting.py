"""Births drawn from the truth, each leaf from streams of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tianping.simulator.draws import FloatArray
from tianping.simulator.rates import Rates
from tianping.simulator.scenario import Births, Scenario
from tianping.simulator.settings import TOLD
from tianping.simulator.streams import Streams
from tianping.terms import ORDERS

CountArray = npt.NDArray[np.int32]
Progress = Callable[[int, int], None]

#: Leaves counted between two words of progress.
_BLOCK = 512


def count(
    scenario: Scenario, rates: Rates, log_srb: FloatArray, streams: Streams, progress: Progress | None = None
) -> tuple[CountArray, CountArray]:
    """Draw boys and girls as born, shape (leaves, months, 4), the last axis `ORDERS`."""
    n_leaves, n_months, _ = log_srb.shape
    boys, girls = (np.zeros((n_leaves, n_months, len(ORDERS)), dtype=np.int32) for _ in range(2))
    for begin in range(0, n_leaves, _BLOCK):
        block = slice(begin, min(begin + _BLOCK, n_leaves))
        expected = rates.expected(block)
        share_boys = 1 / (1 + np.exp(-log_srb[block]))
        for leaf in range(block.start, block.stop):
            drawn = _leaf(scenario, expected[leaf - begin], share_boys[leaf - begin], leaf, streams)
            boys[leaf, :, : len(TOLD)], girls[leaf, :, : len(TOLD)] = drawn
        if progress is not None:
            progress(block.stop, n_leaves)
    return boys, girls


def _leaf(
    scenario: Scenario, expected: FloatArray, share_boys: FloatArray, leaf: int, streams: Streams
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw the births of one leaf; arrays of shape (months, 3)."""
    births = scenario.births
    if births.dispersion:
        factor = streams.of("dispersion", leaf).gamma(1 / births.dispersion, births.dispersion, len(expected))
        expected = expected * factor[:, None]
    single = streams.of("births", leaf).poisson(expected * (1 - births.share_multiple))
    rng = streams.of("sexes", leaf)
    if overdispersion := scenario.sex_ratio.overdispersion:
        strength = (1 - overdispersion) / overdispersion
        share_boys = rng.beta(share_boys * strength, (1 - share_boys) * strength)
    boys = rng.binomial(single, share_boys)
    girls = single - boys
    if births.share_multiple:
        paired = _pairs(births, expected, share_boys, streams.of("pairs", leaf))
        boys, girls = boys + paired[0], girls + paired[1]
    return boys, girls


def _pairs(
    births: Births, expected: FloatArray, share_boys: FloatArray, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draw the boys and girls of births in pairs, whose sexes agree more often than those of strangers."""
    pairs = rng.poisson(expected * births.share_multiple / 2)
    share_girls = 1 - share_boys
    alike = births.multiple_alike * share_boys * share_girls
    both_boys = rng.binomial(pairs, share_boys**2 + alike)
    others = np.maximum(1 - share_boys**2 - alike, 1e-12)
    both_girls = rng.binomial(pairs - both_boys, np.minimum((share_girls**2 + alike) / others, 1.0))
    mixed = pairs - both_boys - both_girls
    return 2 * both_boys + mixed, 2 * both_girls + mixed
