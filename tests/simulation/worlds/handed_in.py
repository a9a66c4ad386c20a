"""Worlds that differ in how births are counted, ordered, reported and lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulation.worlds.people import expected_births, natural, sizes
from simulation.worlds.places import MONTHS, RISING, SAME_FROM_TWO, counties, steady
from simulation.worlds.tree import Tree, grow
from simulation.worlds.world import Plan

Generator = np.random.Generator


def patchy(rng: Generator) -> Plan:
    """Leaves at different depths; months are missing, areas appear, vanish and are empty for years."""
    tree = grow(
        ("province", "prefecture", "county", "township"),
        (8, lambda n: rng.integers(0, 8, n), lambda n: rng.integers(0, 25, n)),
    )
    n = len(tree.leaves)
    births = expected_births(rng, sizes(rng, n, 18.0, 0.9), MONTHS, mix=(0.5, 0.4, 0.1))
    time = np.arange(MONTHS)
    begin = np.where(rng.random(n) < 0.15, rng.integers(6, 50, n), 0)
    end = np.where(rng.random(n) < 0.10, rng.integers(20, 58, n), MONTHS)
    births[~((time >= begin[:, None]) & (time < np.maximum(end, begin + 3)[:, None]))] = 0.0
    excess = _common(rng, tree)
    missing = rng.random((n, MONTHS)) < np.where(rng.random(n) < 0.3, 0.3, 0.02)[:, None]
    log_srb = np.broadcast_to((natural(rng) + excess)[:, None, :], births.shape)
    return Plan(tree, births, log_srb, missing=missing)


def without_order(rng: Generator) -> Plan:
    """Birth order is never told."""
    return replace(_middling(rng), ordered=False)


def order_partly_told(rng: Generator) -> Plan:
    """A quarter of the births come without their order."""
    return replace(_middling(rng), share_unknown_order=0.25)


def paired(rng: Generator) -> Plan:
    """Clumped counts: three births in ten come in pairs of one sex, and months vary more than by chance."""
    return replace(_middling(rng), share_paired=0.3, volume_spread=0.25)


def late(rng: Generator) -> Plan:
    """Some births are reported one to six months late, girls more often than boys."""
    boys = (0.93, 0.04, 0.02, 0.01, 0.0, 0.0, 0.0)
    girls = (0.88, 0.05, 0.03, 0.02, 0.01, 0.0, 0.01)
    plan = _middling(rng)
    return replace(plan, late=(boys, girls), troubled=np.ones(len(plan.tree.leaves), dtype=bool))


def invented(rng: Generator) -> Plan:
    """One reporter in twenty invents a normal ratio every month."""
    plan = _middling(rng)
    fabricated = rng.random(len(plan.tree.leaves)) < 0.05
    return replace(plan, fabricated=fabricated, troubled=fabricated)


def years(rng: Generator) -> Plan:
    """Eight yearly counts of townships by order."""
    tree = counties(rng, 32)
    births = expected_births(rng, sizes(rng, len(tree.leaves), 190.0, 0.8), 8, season=0.0)
    drift = 0.012 * rng.standard_normal((len(tree.leaves), 1)) * np.arange(8)
    excess = _common(rng, tree)[:, None, :] + drift[..., None] * SAME_FROM_TWO
    return Plan(tree, births, natural(rng) + excess, first_year=2017, yearly=True)


def ten_years(rng: Generator) -> Plan:
    """Ten years of months in few counties."""
    tree = counties(rng, 10)
    births = expected_births(rng, sizes(rng, len(tree.leaves), 16.0, 0.8), 120)
    log_srb = np.broadcast_to((natural(rng) + _common(rng, tree))[:, None, :], births.shape)
    return Plan(tree, births, log_srb, first_year=2015)


def _middling(rng: Generator) -> Plan:
    tree = counties(rng, 32)
    return steady(rng, tree, _common(rng, tree))


def _common(rng: Generator, tree: Tree) -> np.ndarray:
    """Give a moderate excess: counties differ, some townships by themselves, shape (leaves, orders)."""
    county = tree.above("county")
    amount = rng.gamma(1.5, 0.05, county.max() + 1)[county] + 0.03 * rng.standard_t(5, len(county))
    return amount[:, None] * RISING
