"""What the engine promises, seen in small worlds with fixed seeds: bounds so wide that only a fault breaks them."""

from pathlib import Path

import numpy as np
import pytest

from simulation import answers, study, worlds
from simulation.measures import ENGINE
from simulation.worlds import places
from simulation.worlds.tree import grow

SIMPLE = ("raw_1", "raw_12", "raw_24", "funnel_12", "funnel_24", "binomial_24")
NOBODY = Path("no peers")


class Measured:
    """Figures of one world."""

    def __init__(self, world):
        self.sums = study.measured(world, answers.ask(world, smoothed=False), NOBODY)["sums"]

    def of(self, name):
        return self.sums.get(name, (0.0, 0.0))[0]

    def share(self, name):
        of, among = self.sums[name]
        return of / among


def some_counties(excess_of_county, seed):
    """Make a world of counties of ten townships whose excess from the second birth on is told by county."""
    rng = np.random.default_rng(seed)
    tree = grow(("province", "county", "township"), (len(excess_of_county), 10))
    amount = np.asarray(excess_of_county)[tree.above("county")]
    return worlds.draw("some counties", seed, places.steady(rng, tree, amount[:, None] * places.SAME_FROM_TWO), rng)


@pytest.fixture(scope="module")
def two_kinds():
    return Measured(some_counties([0.25, 0, 0] * 4, seed=5))


def test_estimates_are_nearer_than_raw_rates(two_kinds):
    error = {name: two_kinds.share(f"error2/{name}/now/asked/lowest") ** 0.5 for name in (ENGINE, "raw_24")}
    assert error[ENGINE] < error["raw_24"] / 2


def test_intervals_hold_the_truth(two_kinds):
    assert two_kinds.share(f"inside/{ENGINE}/now/asked/lowest") >= 0.75


def test_lists_are_seldom_wrong_and_find_more_than_simple_rules(two_kinds):
    assert two_kinds.of(f"flagged/level/alert/{ENGINE}/lowest") > 0
    assert two_kinds.share(f"false/level/alert/{ENGINE}/lowest") <= 0.25
    recall = {name: two_kinds.share(f"recall/level/{name}/lowest") for name in (ENGINE, *SIMPLE)}
    assert recall[ENGINE] >= max(recall.values())


def test_where_nothing_is_wrong_nobody_is_alerted():
    found = Measured(some_counties(np.zeros(12), seed=6))
    for criterion in ("level", "difference"):
        for place in ("lowest", "above"):
            assert found.of(f"flagged/{criterion}/alert/{ENGINE}/{place}") == 0
    assert found.share(f"inside/{ENGINE}/now/asked/lowest") >= 0.75


def test_in_a_county_of_twelve_the_one_far_out_is_found_and_no_other():
    found = Measured(worlds.make("twelve", 1))
    for criterion in ("level", "difference"):
        assert found.share(f"found/{criterion}/alert/{ENGINE}/lowest") == 1
        assert found.share(f"false/{criterion}/alert/{ENGINE}/lowest") == 0


def test_in_a_county_of_twelve_all_alike_nobody_differs():
    found = Measured(worlds.make("twelve-alike", 1))
    assert found.of(f"flagged/difference/alert/{ENGINE}/lowest") == 0
    assert found.share(f"inside/{ENGINE}/now/asked/lowest") >= 0.75


def test_a_single_area_has_an_honest_interval():
    found = Measured(worlds.make("single", 1))
    assert sum(found.of(f"inside/{ENGINE}/now/{group}/lowest") for group in worlds.ORDER_GROUPS) >= 3
