"""Expected births of each leaf, month and order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.simulator.draws import FloatArray
from tianping.simulator.forest import IntArray
from tianping.simulator.scenario import Scenario, Season
from tianping.simulator.settings import TOLD
from tianping.simulator.streams import Streams
from tianping.terms import InputError, Period

_MOST = 1e7
Rows = slice | IntArray


@dataclass(frozen=True)
class Rates:
    """Expected births in factors, so that no array over all cells is kept.

    Attributes:
        size: expected births of a month at the world's beginning, shape (leaves,).
        growth: growth of the logarithm a month, shape (leaves,).
        month: season and years, as a factor, shape (months,).
        mix: weights of the orders, shape (leaves, 3).
        mix_growth: growth of their logarithm a month, shape (3,).
    """

    size: FloatArray
    growth: FloatArray
    month: FloatArray
    mix: FloatArray
    mix_growth: FloatArray

    def expected(self, leaves: Rows = slice(None), months: slice = slice(None)) -> FloatArray:
        """Give expected births, shape (leaves, months, 3)."""
        time = np.arange(len(self.month), dtype=np.float64)[months]
        mix = self.mix[leaves][:, None, :] * np.exp(time[:, None] * self.mix_growth)
        all_orders = self.size[leaves][:, None] * np.exp(np.outer(self.growth[leaves], time)) * self.month[months]
        return mix * (all_orders / mix.sum(2))[..., None]


def rates_of(scenario: Scenario, n_leaves: int, streams: Streams) -> Rates:
    """Draw sizes, growths and mixes.

    Raises:
        InputError: `scenario_births_beyond` for a month with more births than a machine's numbers hold.
    """
    births = scenario.births
    size = births.size.sample(n_leaves, streams.of("births", "size"))
    growth = births.growth_per_year + births.growth_sd * streams.of("births", "growth").standard_normal(n_leaves)
    mix = np.log(np.maximum(births.order_mix, 1e-300))
    apart = streams.of("births", "mix").standard_normal((n_leaves, len(TOLD)))
    rates = Rates(
        size=size,
        growth=growth / 12,
        month=months_factor(scenario),
        mix=np.exp(mix + apart * births.order_mix_sd),
        mix_growth=np.array(births.order_mix_per_year) / 12,
    )
    last = len(rates.month) - 1
    highest = float((size * np.exp(np.maximum(rates.growth * last, 0))).max() * rates.month.max())
    if (size < 0).any() or not highest <= _MOST:
        raise InputError("scenario_births_beyond", place="births", most=f"{_MOST:g}")
    return rates


def wave(season: Season, first: Period, n_months: int) -> FloatArray:
    """Give swing·cos(2π(month − peak)/12) in each month, shape (months,)."""
    month = (first.month - 1 + np.arange(n_months)) % 12 + 1
    return season.swing * np.cos(2 * np.pi * (month - season.peak) / 12)


def months_factor(scenario: Scenario) -> FloatArray:
    """Give the season and the years of births as a factor, shape (months,)."""
    factor = 1 + wave(scenario.births.season, scenario.first, scenario.n_months)
    years = (scenario.first.ordinal + np.arange(scenario.n_months)) // 12
    for entry in scenario.births.years:
        factor = np.where(years == entry.year, factor * entry.factor, factor)
    return factor
