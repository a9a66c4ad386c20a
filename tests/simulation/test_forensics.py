"""Fabricated reports among honest ones: how many are found, how many honest units are listed, whether p-values hold."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pytest

from tianping.rulebook.forensics import forensic_limits
from tianping.srb.forensics import Examination, Limits, Reports, examine
from tianping.terms import Period, period_range

pytestmark = pytest.mark.slow

UNITS, PER_AREA, FABRICATED, STEPS = 1200, 12, 24, 48
MIX = np.array([0.55, 0.35, 0.10])
LOADING = np.array([0.0, 1.0, 1.5])
SHARE = 1.06 / 2.06


@dataclass(frozen=True)
class Country:
    """A country of reporting units.

    Attributes:
        months: months of births.
        variance: variance of fabricated reports, divided by the binomial one.
        clustering: intra-class correlation of honest births in a cell.
    """

    months: int = 24
    variance: float = 0.12**2
    clustering: float = 0.0

    def drawn(self, seed: int) -> tuple[Reports, np.ndarray]:
        """Draw the reports and which units fabricated them."""
        rng = np.random.default_rng(seed)
        births = self._births(rng)
        p = self._shares(rng)
        boys = rng.binomial(births, p)
        chosen = rng.choice(UNITS, FABRICATED, replace=False)
        of_them = births[chosen]
        scatter = np.sqrt(self.variance * of_them / 4) * rng.standard_normal(of_them.shape)
        smooth = np.floor(of_them * SHARE + scatter + rng.random(of_them.shape))
        boys[chosen] = np.clip(smooth, 0, of_them).astype(np.int64)
        sexes = [np.pad(sex, ((0, 0), (0, 0), (0, 1))) for sex in (boys, births - boys)]
        punctual = 1 - rng.beta(0.5, 10, UNITS)[:, None, None]
        late = [sex - rng.binomial(sex, np.broadcast_to(punctual, sex.shape)) for sex in sexes]
        start = Period(2024, 1)
        periods = period_range(start, start.shift(self.months - 1))
        units = np.arange(UNITS)
        reports = Reports(units, units // PER_AREA, periods, *sexes, *late)
        return reports, np.isin(units, chosen)

    def _births(self, rng: np.random.Generator) -> np.ndarray:
        mean = np.exp(rng.uniform(np.log(5), np.log(60), UNITS))
        season = 1 + 0.1 * np.cos(2 * np.pi * np.arange(self.months) / 12)
        return rng.poisson(mean[:, None, None] * season[:, None] * MIX)

    def _shares(self, rng: np.random.Generator) -> np.ndarray:
        """Give shares of boys: places differ, some prefer sons at later orders, a few step up."""
        base = np.log(1.055) + rng.normal(0, 0.03, UNITS)
        preference = rng.normal(0, 0.025, UNITS) + (rng.random(UNITS) < 0.08) * rng.uniform(0.05, 0.14, UNITS)
        log_srb = (
            np.broadcast_to(base[:, None, None], (UNITS, self.months, 3)) + (preference[:, None] * LOADING)[:, None]
        )
        for unit in rng.choice(UNITS, STEPS, replace=False):
            log_srb[unit, rng.integers(3, self.months - 3) :, 1:] = np.log(rng.uniform(1.25, 1.6))
        p = 1 / (1 + np.exp(-log_srb))
        if not self.clustering:
            return p
        strength = (1 - self.clustering) / self.clustering
        return rng.beta(p * strength, (1 - p) * strength)


#: country, seeds, least share of fabricated units found: what is promised first, then floors under what was measured
COUNTRIES = [
    (Country(), range(4), 0.95),
    (Country(clustering=0.02), range(2), 0.95),
    (Country(months=12), range(2), 0.60),
    (Country(variance=0.4), range(2), 0.05),
    (Country(months=60, variance=0.4), range(2), 0.50),
]


@pytest.mark.parametrize(("country", "seeds", "least"), COUNTRIES)
def test_fabricated_units_are_found_and_honest_ones_are_not(country: Country, seeds: range, least: float) -> None:
    limits = Limits(**forensic_limits())
    examinations, fabricated = [], []
    for seed in seeds:
        reports, chosen = country.drawn(seed)
        examinations.append(examine(reports, limits, seed=seed))
        fabricated.append(chosen)
    chosen = np.concatenate(fabricated)
    listed = np.concatenate([found.check for found in examinations])
    sys.stdout.write(f"{country}: found {listed[chosen].mean():.1%}, honest listed {listed[~chosen].mean():.2%}\n")
    assert listed[chosen].mean() >= least
    assert listed[~chosen].mean() <= 0.005
    _p_values_hold(examinations, ~chosen)


def _p_values_hold(examinations: list[Examination], honest: np.ndarray) -> None:
    """No part that counts gives small p-values more often than it says, beyond the error of so many draws."""
    for at, one in enumerate(examinations[0].answers):
        if not one.counts:
            continue
        p = np.concatenate([found.answers[at].p for found in examinations])[honest]
        p = p[~np.isnan(p)]
        for level in (0.05, 0.01, 0.001):
            allowed = level * len(p) + 3.5 * np.sqrt(level * len(p)) + 1
            assert (p <= level).sum() <= allowed, (one.test, one.part, level)
