"""What the engine promises, seen in small worlds with fixed seeds: bounds so wide that only a fault breaks them."""

import numpy as np
import pytest

from simulation import worlds
from simulation.study import compared, figures, public_api
from simulation.worlds import places
from simulation.worlds.tree import grow
from tianping.observatory.scoring import score_tables


def scored(world):
    tables = public_api(world, world.plan.periods[-1], history=False)
    return score_tables(
        tables["estimates"], tables["signals"], world.truth, ranking=tables["ranking"], areas=world.areas
    )


def some_counties(excess_of_county, seed):
    """Make a world of eighteen counties of twelve townships whose excess from the second birth on is told by county."""
    rng = np.random.default_rng(seed)
    tree = grow(("province", "county", "township"), (18, 12))
    amount = np.asarray(excess_of_county)[tree.above("county")]
    return worlds.draw("some counties", seed, places.steady(rng, tree, amount[:, None] * places.SAME_FROM_TWO), rng)


@pytest.fixture(scope="module")
def two_kinds():
    world = some_counties([0.25, 0, 0] * 6, seed=5)
    return world, figures(scored(world), world), {row["method"]: row for row in compared(world)}


def test_estimates_are_nearer_than_raw_rates(two_kinds):
    _, engine, simple = two_kinds
    assert engine["rmse"] < simple["raw"]["rmse"] / 2


def test_intervals_hold_the_truth(two_kinds):
    _, engine, _ = two_kinds
    assert engine["cover"] >= 0.75


def test_lists_are_seldom_wrong_and_find_more_than_simple_rules(two_kinds):
    _, engine, simple = two_kinds
    assert engine["n_flagged"] > 0
    assert engine["fdp"] <= 0.25
    assert engine["recall@10"] >= max(simple[method]["recall@10"] for method in simple)


def test_where_nothing_is_wrong_nobody_is_alerted():
    world = some_counties(np.zeros(18), seed=6)
    found = scored(world)
    for group in ("1", "2", "3+", "2+", "all"):
        assert not found.value("level.alert", "n_flagged", group) > 0
        assert not found.value("difference.alert", "n_flagged", group) > 0
    assert found.value("now", "coverage", "2+") >= 0.75


def test_in_a_county_of_twelve_the_one_far_out_is_found_and_no_other():
    found = scored(worlds.make("twelve", 1))
    for criterion in ("level", "difference"):
        assert found.value(f"{criterion}.alert", "recall", "2+", level="township") == 1
        assert found.value(f"{criterion}.alert", "false_discovery_proportion", "2+", level="township") == 0


def test_in_a_county_of_twelve_all_alike_nobody_differs():
    found = scored(worlds.make("twelve-alike", 1))
    assert found.value("difference.alert", "n_flagged", "2+", level="township") == 0
    assert found.value("now", "coverage", "2+", level="township") >= 0.75


def test_a_single_area_has_an_honest_interval():
    found = scored(worlds.make("single", 1))
    assert sum(found.value("now", "coverage", group) for group in worlds.ORDER_GROUPS) >= 3
