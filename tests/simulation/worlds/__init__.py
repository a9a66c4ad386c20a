"""Simulated worlds with planted truth, written from demography and not from any model of it.

`make(name, seed)` gives a `World`: births as they would be handed in, the areas file, and a truth file. The same
name and seed give the same world; a seed draws its own tree, sizes, imbalance and births. `NAMES` lists them.
Unless said otherwise: a province of 30 to 40 counties with 1 to 60 townships each, sixty months, three birth orders,
about sixteen births per township and month (log-normal), natural log SRB about log 1.06.

Where the imbalance sits
    quiet               none anywhere
    nearly-quiet        areas differ by half a per cent; two townships stand at 140
    pockets             heavy tails, clustered in a tenth of the counties, a few lone townships
    two-kinds           three counties in ten well above normal, nothing between
    thirds-far-out      second births normal, third and higher far out
    seconds-far-out     third births normal, second far out
    firsts-too          first births raised as well
    gradient            four levels, 1,200 townships, provinces on a slope, townships of a county alike
    at-the-line         every area close to 115, half of them above
    low-side            some areas far below normal, none above
    great-and-small     few great towns, many hamlets, the small ones worse
    hamlets             700 villages with one birth a month below 45 townships
    twelve              one county of twelve townships, two years, one at 200
    twelve-alike        the same, all alike
    single              one area
    census              one count of 3,000 counties, no birth order

When it comes and goes
    slow-rise           counties rise smoothly in their own time, some come down
    spells              townships jump up and fall back, neighbours together
    spreading           steps arrive county after county, half of the townships, for good
    transition          thirty years of yearly counts: rise, plateau, fall
    reform              the excess falls by two thirds everywhere within half a year
    waves               townships swing by themselves
    horse-year          one calendar year stands out everywhere
    second-child        second births jump, the order mix turns, the excess melts
    falling-births      births halve, seasons are strong, the imbalance is still

How births are handed in
    patchy              leaves at different depths, missing months, areas that appear and vanish
    without-order       no birth order
    order-partly-told   a quarter of the births without order
    paired              clumped births: more variance than chance
    late                some births reported late, girls more often
    invented            one reporter in twenty smooths its counts
    years               eight yearly counts of townships
    ten-years           a hundred and twenty months in ten counties

The scenarios that the product packs, `PACKAGED`, are a second family: `product-` and the scenario's name.
"""

from __future__ import annotations

import zlib

import numpy as np

from simulation.worlds import handed_in, packaged, places, times
from simulation.worlds.world import (
    ORDER_GROUPS,
    ORDERS,
    Plan,
    World,
    draw,
    expected_in_window,
    true_log_srb,
)

__all__ = [
    "FAMILIES",
    "NAMES",
    "ORDERS",
    "ORDER_GROUPS",
    "PACKAGED",
    "Plan",
    "World",
    "draw",
    "expected_in_window",
    "family",
    "make",
    "true_log_srb",
]

_PLANS = {
    function.__name__.replace("_", "-"): function
    for function in (
        places.quiet,
        places.nearly_quiet,
        places.pockets,
        places.two_kinds,
        places.thirds_far_out,
        places.seconds_far_out,
        places.firsts_too,
        places.gradient,
        places.at_the_line,
        places.low_side,
        places.great_and_small,
        places.hamlets,
        places.twelve,
        places.twelve_alike,
        places.single,
        places.census,
        times.slow_rise,
        times.spells,
        times.spreading,
        times.transition,
        times.reform,
        times.waves,
        times.horse_year,
        times.second_child,
        times.falling_births,
        handed_in.patchy,
        handed_in.without_order,
        handed_in.order_partly_told,
        handed_in.paired,
        handed_in.late,
        handed_in.invented,
        handed_in.years,
        handed_in.ten_years,
    )
}

#: Names of the worlds written here, and of those that the product's own simulator makes.
NAMES = tuple(_PLANS)
PACKAGED = packaged.NAMES

#: Worlds that are judged as a family of their own, whatever their shape: few areas, and (nearly) nothing to find.
_OWN_FAMILY = dict.fromkeys(("quiet", "nearly-quiet", "product-quiet"), "quiet") | dict.fromkeys(
    ("twelve", "twelve-alike", "single", "product-twelve-leaves", "product-single-leaf"), "small"
)
#: Families in the order of a report: nothing to find, where, when, how handed in, few areas, the product's own.
FAMILIES = ("quiet", "places", "times", "handed_in", "small", "packaged")


def family(name: str) -> str:
    """Give the family of a world."""
    if name in _OWN_FAMILY:
        return _OWN_FAMILY[name]
    return "packaged" if name in PACKAGED else _PLANS[name].__module__.rpartition(".")[2]


def make(name: str, seed: int) -> World:
    """Make the world of this name and seed."""
    if name in PACKAGED:
        return packaged.make(name, seed)
    rng = np.random.default_rng([zlib.crc32(name.encode()), seed])
    return draw(name, seed, _PLANS[name](rng), rng)
