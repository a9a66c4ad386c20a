"""Worlds that differ in where the imbalance sits and at which birth order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulation.worlds.people import expected_births, natural, sizes
from simulation.worlds.tree import Tree, grow
from simulation.worlds.world import Plan

FloatArray = npt.NDArray[np.float64]
Generator = np.random.Generator

MONTHS = 60
#: Excess of first, second and third-or-higher births, as multiples of an area's own.
RISING = np.array([0.0, 0.6, 1.0])
SAME_FROM_TWO = np.array([0.0, 1.0, 1.0])


def counties(rng: Generator, n: int, mean_townships: float = 12.0) -> Tree:
    """Grow province, counties and townships; a county has 1 to 60 townships, most have few."""
    return grow(
        ("province", "county", "township"),
        (n, lambda k: np.clip(np.round(rng.gamma(1.8, mean_townships / 1.8, k)), 1, 60).astype(np.int64)),
    )


def steady(rng: Generator, tree: Tree, excess: FloatArray, median: float = 16.0, spread: float = 0.8, **more) -> Plan:
    """Plan a monthly world whose excess, shape (leaves, orders), does not change over time."""
    births = expected_births(rng, sizes(rng, len(tree.leaves), median, spread), MONTHS, **more)
    log_srb = np.broadcast_to((natural(rng) + excess)[:, None, :], births.shape)
    return Plan(tree, births, log_srb)


def quiet(rng: Generator) -> Plan:
    """No imbalance anywhere, and no area differs from another."""
    tree = counties(rng, 40)
    return steady(rng, tree, np.zeros((len(tree.leaves), 3)))


def nearly_quiet(rng: Generator) -> Plan:
    """Areas differ by half a per cent; two townships stand at about 140 from the second birth on."""
    tree = counties(rng, 40)
    excess = 0.005 * rng.standard_normal((len(tree.leaves), 1)) * np.ones(3)
    excess[rng.choice(len(tree.leaves), 2, replace=False)] += 0.29 * SAME_FROM_TWO
    return steady(rng, tree, excess)


def pockets(rng: Generator) -> Plan:
    """Heavy tails, clustered: a tenth of the counties hold most of it, a few far-out townships lie elsewhere."""
    tree = counties(rng, 30, 14)
    county = tree.above("county")
    bad = rng.random(county.max() + 1) < 0.1
    bad[rng.integers(len(bad))] = True
    amount = np.where(bad[county], rng.gamma(1.2, 0.22, len(county)), 0.0)
    lone = rng.random(len(county)) < 0.02
    amount = amount + lone * 0.08 * (1 + rng.pareto(2.2, len(county)))
    return steady(rng, tree, np.minimum(amount, 0.9)[:, None] * RISING)


def two_kinds(rng: Generator) -> Plan:
    """Counties of two kinds with nothing between: three in ten well above normal, the others normal."""
    tree = counties(rng, 36)
    county = tree.above("county")
    kind = rng.random(county.max() + 1) < 0.3
    amount = 0.2 * kind[county] + 0.015 * rng.standard_normal(len(county))
    return steady(rng, tree, amount[:, None] * SAME_FROM_TWO)


def thirds_far_out(rng: Generator) -> Plan:
    """Second births normal, third and higher births far out (Korea about 1985)."""
    tree = counties(rng, 32)
    amount = rng.gamma(4, 0.11, len(tree.leaves))
    return steady(rng, tree, amount[:, None] * np.array([0.0, 0.02, 1.0]))


def seconds_far_out(rng: Generator) -> Plan:
    """Third births normal, second births far out: a first girl allows one more birth and no further."""
    tree = counties(rng, 32)
    county = tree.above("county")
    amount = rng.gamma(3, 0.06, county.max() + 1)[county] + 0.03 * rng.standard_normal(len(county))
    return steady(rng, tree, amount[:, None] * np.array([0.0, 1.0, 0.05]), mix=(0.58, 0.36, 0.06))


def firsts_too(rng: Generator) -> Plan:
    """First births raised as well, about half as much as second ones (China about 2010)."""
    tree = counties(rng, 32)
    county = tree.above("county")
    amount = 0.12 + 0.07 * rng.standard_normal(county.max() + 1)[county] + 0.04 * rng.standard_normal(len(county))
    return steady(rng, tree, amount[:, None] * np.array([0.55, 1.0, 1.6]), mix=(0.65, 0.29, 0.06))


def gradient(rng: Generator) -> Plan:
    """Four levels; provinces and prefectures lie on a slope, townships of one county are all alike."""
    tree = grow(
        ("nation", "province", "prefecture", "county", "township"),
        (4, 5, 5, lambda n: rng.integers(6, 19, n)),
    )
    province, prefecture, county = (tree.above(level) for level in ("province", "prefecture", "county"))
    slope = np.linspace(0, 0.14, province.max() + 1)[province] + np.linspace(-0.03, 0.03, 5)[prefecture % 5]
    amount = np.maximum(slope + 0.03 * rng.standard_normal(county.max() + 1)[county], 0)
    return steady(rng, tree, amount[:, None] * np.array([0.1, 1.0, 1.5]))


def at_the_line(rng: Generator) -> Plan:
    """Every area close to 115, half of them above: the hardest place for a list that must not be wrong."""
    tree = counties(rng, 30)
    county = tree.above("county")
    amount = np.log(1.15 / 1.055) + 0.02 * rng.standard_normal(county.max() + 1)[county]
    amount = amount + 0.01 * rng.standard_normal(len(county))
    return steady(rng, tree, amount[:, None] * SAME_FROM_TWO)


def low_side(rng: Generator) -> Plan:
    """Skewed downwards: some areas count too few boys from the second birth on, none counts too many."""
    tree = counties(rng, 32)
    amount = np.where(rng.random(len(tree.leaves)) < 0.15, -np.minimum(rng.gamma(2, 0.07, len(tree.leaves)), 0.3), 0.0)
    return steady(rng, tree, amount[:, None] * SAME_FROM_TWO)


def great_and_small(rng: Generator) -> Plan:
    """A few great towns and hundreds of hamlets; the smaller the place, the higher its ratio."""
    tree = counties(rng, 36)
    size = sizes(rng, len(tree.leaves), 6.0, 1.6)
    remote = -(np.log(size) - np.log(6.0)) / 1.6
    amount = np.maximum(0.05 + 0.06 * remote + 0.04 * rng.standard_normal(len(size)), 0)
    births = expected_births(rng, size, MONTHS)
    log_srb = np.broadcast_to((natural(rng) + amount[:, None] * RISING)[:, None, :], births.shape)
    return Plan(tree, births, log_srb)


def hamlets(rng: Generator) -> Plan:
    """Villages with about one birth a month, below townships; a few bad townships, villages within them alike."""
    tree = grow(("county", "township", "village"), (45, lambda n: rng.integers(8, 25, n)))
    township = tree.above("township")
    amount = np.where(rng.random(township.max() + 1) < 0.15, 0.25, 0.02)[township]
    return steady(rng, tree, amount[:, None] * SAME_FROM_TWO, median=1.2, spread=0.6)


def twelve(rng: Generator) -> Plan:
    """One county of twelve townships over two years; one stands at 200 from the second birth on."""
    return _small_county(rng, odd=np.log(2.0 / 1.12))


def twelve_alike(rng: Generator) -> Plan:
    """One county of twelve townships over two years, all raised alike."""
    return _small_county(rng, odd=0.0)


def _small_county(rng: Generator, odd: float) -> Plan:
    tree = grow(("county", "township"), (12,))
    births = expected_births(rng, sizes(rng, 12, 42.0, 0.5), 24, mix=(0.52, 0.42, 0.06))
    excess = np.tile([0.0, 0.06, 0.15], (12, 1))
    excess[rng.integers(12)] += odd * SAME_FROM_TWO
    return Plan(tree, births, np.broadcast_to((natural(rng) + excess)[:, None, :], births.shape), first_year=2024)


def single(rng: Generator) -> Plan:
    """One area, nothing above it and nothing beside it, three years."""
    tree = grow(("county",), ())
    births = expected_births(rng, np.array([220.0]), 36)
    excess = np.abs(rng.normal(0, 0.12)) * RISING
    return Plan(tree, births, np.broadcast_to((natural(rng) + excess)[None, None, :], births.shape), first_year=2022)


def census(rng: Generator) -> Plan:
    """One count of about three thousand counties in prefectures and provinces, no birth order, skewed upwards."""
    tree = grow(
        ("nation", "province", "prefecture", "county"),
        (31, lambda n: rng.integers(1, 21, n), lambda n: rng.integers(3, 16, n)),
    )
    province, prefecture = tree.above("province"), tree.above("prefecture")
    amount = (
        rng.gamma(2, 0.035, province.max() + 1)[province]
        + 0.03 * rng.standard_normal(prefecture.max() + 1)[prefecture]
        + rng.gamma(1.2, 0.03, len(province))
    )
    births = sizes(rng, len(province), 3900.0, 0.9)[:, None, None] * np.ones(3) / 3
    log_srb = np.log(1.06) + np.broadcast_to(amount[:, None, None], births.shape)
    return Plan(tree, births, log_srb, first_year=2010, yearly=True, ordered=False)
