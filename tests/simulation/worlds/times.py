"""Worlds that differ in when the imbalance comes and goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from simulation.worlds.courses import logistic, spell, trapezoid, wave
from simulation.worlds.people import expected_births, natural, sizes
from simulation.worlds.places import MONTHS, RISING, SAME_FROM_TWO, counties
from simulation.worlds.tree import Tree, grow
from simulation.worlds.world import Plan

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Generator = np.random.Generator


def moving(rng: Generator, tree: Tree, excess: FloatArray, births: FloatArray | None = None, **more) -> Plan:
    """Plan a monthly world with this excess, shape (leaves, periods, orders)."""
    if births is None:
        births = expected_births(rng, sizes(rng, len(tree.leaves), 16.0, 0.8), excess.shape[1])
    return Plan(tree, births, natural(rng) + excess, **more)


def stepping(
    rng: Generator, tree: Tree, still: FloatArray, step: FloatArray, start: FloatArray, hit: npt.NDArray[np.bool_]
) -> Plan:
    """Plan a monthly world of a still part, (leaves, 1), and steps, (leaves, periods), from the second birth on."""
    plan = moving(rng, tree, (still + step)[..., None] * SAME_FROM_TWO, changed=_marked(start, (step > 0) * 1.0, hit))
    return replace(plan, log_srb_without_step=plan.log_srb - step[..., None] * SAME_FROM_TWO)


def slow_rise(rng: Generator) -> Plan:
    """Counties rise smoothly, each in its own time; a third of them come down again."""
    tree = counties(rng, 34)
    county = tree.above("county")
    n = county.max() + 1
    up = logistic(MONTHS, rng.uniform(5, 60, n), rng.uniform(3, 8, n))
    down = logistic(MONTHS, rng.uniform(35, 80, n), rng.uniform(3, 8, n)) * (rng.random(n) < 0.35)[:, None]
    amount = (rng.gamma(3, 0.07, n)[:, None] * up * (1 - down))[county]
    amount = amount + 0.02 * rng.standard_normal((len(county), 1))
    return moving(rng, tree, amount[..., None] * RISING)


def spells(rng: Generator) -> Plan:
    """A tenth of the townships jump up, stay for one to four years and fall back; neighbours often together."""
    tree = counties(rng, 40)
    county, n = tree.above("county"), len(tree.leaves)
    of_county = rng.uniform(-6, 58, county.max() + 1)
    together = rng.random(n) < 0.6
    start = np.where(together, of_county[county] + rng.integers(0, 4, n), rng.uniform(-6, 58, n)).round()
    hit = rng.random(n) < np.where(rng.random(county.max() + 1) < 0.25, 0.3, 0.04)[county]
    size = rng.uniform(0.2, 0.5, n) * hit
    on = spell(MONTHS, start, rng.uniform(12, 48, n).round())
    background = 0.025 * rng.standard_normal((n, 1))
    return stepping(rng, tree, background, size[:, None] * on, start, hit)


def spreading(rng: Generator) -> Plan:
    """A practice spreads from one county to the next; in each it takes hold in half of the townships, for good."""
    tree = counties(rng, 36)
    county, n = tree.above("county"), len(tree.leaves)
    arrival = 4 + 2.4 * np.abs(np.arange(county.max() + 1) - rng.integers(county.max() + 1))
    hit = rng.random(n) < 0.5
    start = (arrival[county] + rng.integers(0, 6, n)).round()
    on = spell(MONTHS, start, np.full(n, np.inf))
    amount = rng.gamma(6, 0.03, n)[:, None] * on * hit[:, None]
    return stepping(rng, tree, np.zeros((n, 1)), amount, start, hit)


def transition(rng: Generator) -> Plan:
    """Thirty years of yearly counts: the nation rises, stays and falls; provinces begin at different times."""
    tree = grow(("nation", "province", "county"), (9, lambda n: rng.integers(4, 25, n)))
    province, n_years = tree.above("province"), 30
    n = province.max() + 1
    course = trapezoid(
        n_years, rng.uniform(1, 14, n), rng.uniform(5, 9, n), rng.uniform(2, 6, n), rng.uniform(6, 14, n)
    )
    scale = rng.gamma(4, 0.045, n)[province] * np.exp(0.25 * rng.standard_normal(len(province)))
    births = expected_births(
        rng, sizes(rng, len(province), 1500.0, 0.7), n_years, season=0.0, trend=np.linspace(1.3, 0.7, n_years)
    )
    amount = scale[:, None] * course[province]
    return Plan(
        tree, births, natural(rng) + amount[..., None] * np.array([0.15, 1.0, 2.2]), first_year=1985, yearly=True
    )


def reform(rng: Generator) -> Plan:
    """The excess falls by two thirds everywhere within half a year, at every order."""
    tree = counties(rng, 34)
    county = tree.above("county")
    amount = rng.gamma(3, 0.07, county.max() + 1)[county] * np.exp(0.3 * rng.standard_normal(len(county)))
    left = 1 - 0.66 * np.clip((np.arange(MONTHS) - 38) / 6, 0, 1)
    return moving(rng, tree, (amount[:, None] * left)[..., None] * RISING)


def waves(rng: Generator) -> Plan:
    """Townships swing up and down by themselves, periods of a year and a half to four years, no steps."""
    tree = counties(rng, 34)
    n = len(tree.leaves)
    amount = 0.06 + 0.08 * rng.beta(1.5, 3, n)[:, None] * wave(MONTHS, rng.uniform(18, 48, n), rng.random(n)) * 2
    return moving(rng, tree, amount[..., None] * SAME_FROM_TWO)


def horse_year(rng: Generator) -> Plan:
    """In one calendar year births fall by a fifth and the ratio rises by six per cent everywhere, and no longer."""
    tree = counties(rng, 32)
    year = ((np.arange(MONTHS) >= 36) & (np.arange(MONTHS) < 48)).astype(np.float64)
    births = expected_births(rng, sizes(rng, len(tree.leaves), 16.0, 0.8), MONTHS, trend=1 - 0.2 * year)
    quirk = 0.03 * rng.standard_normal((len(tree.leaves), 1, 1))
    return moving(rng, tree, 0.06 * year[None, :, None] + quirk * SAME_FROM_TWO, births)


def second_child(rng: Generator) -> Plan:
    """Second births jump when they are allowed, most where they had been held back, and the excess melts away."""
    tree = counties(rng, 32)
    county, n = tree.above("county"), len(tree.leaves)
    births = expected_births(rng, sizes(rng, n, 16.0, 0.8), MONTHS, mix=(0.68, 0.28, 0.04))
    jump = 1 + rng.uniform(0.1, 0.9, n)[:, None] * (np.arange(MONTHS) >= 27)
    births[..., 1] *= jump
    amount = rng.gamma(4, 0.06, county.max() + 1)[county][:, None] / jump**1.5
    return moving(rng, tree, amount[..., None] * np.array([0.1, 1.0, 1.2]), births)


def falling_births(rng: Generator) -> Plan:
    """Births fall by half in five years and swing by a fifth with the seasons; the imbalance is mild and still."""
    tree = counties(rng, 32)
    n = len(tree.leaves)
    births = expected_births(
        rng, sizes(rng, n, 24.0, 0.8), MONTHS, season=0.2, trend=np.exp(-0.7 * np.arange(MONTHS) / MONTHS)
    )
    amount = 0.05 + 0.04 * rng.standard_normal(n)
    return moving(rng, tree, amount[:, None, None] * RISING * np.ones((n, MONTHS, 1)), births)


def _marked(start: FloatArray, on: FloatArray, hit: npt.NDArray[np.bool_]) -> IntArray:
    """Give the first period of the step that is on in each cell, the first of the data for one that began before."""
    first = np.maximum(start, 0).astype(np.int64)
    return np.where((on > 0) & hit[:, None], first[:, None], -1)
