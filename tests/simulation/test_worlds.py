"""The simulated worlds themselves: seeds repeat, births follow the truth, the truth follows from the plan."""

import numpy as np
import pytest

from simulation import worlds
from simulation.worlds.tree import grow

SMALL = ("twelve", "single", "census", "transition", "ten-years", "patchy")


@pytest.mark.parametrize("name", SMALL)
def test_the_same_seed_gives_the_same_world(name):
    one, again, other = worlds.make(name, 3), worlds.make(name, 3), worlds.make(name, 4)
    assert one.births.equals(again.births)
    assert one.truth.equals(again.truth)
    assert not one.births.equals(other.births)


def test_births_follow_the_truth():
    """Boys' share of all births of an order lies within five standard errors of what was planted."""
    plan = worlds.make("seconds-far-out", 1).plan
    world = worlds.draw("seconds-far-out", 2, plan, np.random.default_rng(2))
    for order in range(3):
        n = world.boys[..., order].sum() + world.girls[..., order].sum()
        p = 1 / (1 + np.exp(-plan.log_srb[..., order]))
        planted = (plan.expected[..., order] * p).sum() / plan.expected[..., order].sum()
        assert abs(world.boys[..., order].sum() / n - planted) < 5 * 0.5 / np.sqrt(n)
        assert n == pytest.approx(plan.expected[..., order].sum(), rel=0.02)


def test_an_inner_area_is_the_mean_of_its_leaves_by_births_expected():
    tree = grow(("county", "town"), (2,))
    expected = np.zeros((2, 30, 3))
    expected[0], expected[1] = 3.0, 1.0
    log_srb = np.zeros((2, 30, 3))
    log_srb[0, :, 1], log_srb[1, :, 2] = 0.4, 0.2
    truth = worlds.true_log_srb(worlds.Plan(tree, expected, log_srb))
    first, second, third, from_two, together = truth[0, -1]
    assert (first, second, third) == pytest.approx((0.0, 0.3, 0.05))
    assert from_two == pytest.approx(0.175)
    assert together == pytest.approx(0.35 / 3)
    assert truth[1, -1, 3] == pytest.approx(0.2)


def test_the_truth_weighs_orders_by_the_last_two_years():
    tree = grow(("county",), ())
    expected = np.ones((1, 60, 3))
    expected[0, 48:, 1] = 3.0
    log_srb = np.zeros((1, 60, 3))
    log_srb[..., 1] = 0.3
    truth = worlds.true_log_srb(worlds.Plan(tree, expected, log_srb))
    assert truth[0, 40, 3] == pytest.approx(0.15)
    assert truth[0, 59, 3] == pytest.approx(0.3 * 2 / 3)


def test_an_area_that_has_vanished_has_no_truth_and_no_weight():
    tree = grow(("county", "town"), (2,))
    expected = np.ones((2, 12, 3))
    expected[1, 6:] = 0
    log_srb = np.stack([np.zeros((12, 3)), np.full((12, 3), 0.5)])
    truth = worlds.true_log_srb(worlds.Plan(tree, expected, log_srb))
    assert np.isnan(truth[2, 7]).all()
    assert truth[0, 5, 4] == pytest.approx(0.25)
    assert truth[0, 7, 4] == 0


def test_a_step_is_marked_while_it_is_on():
    plan = worlds.make("spells", 1).plan
    on = plan.changed >= 0
    time = np.arange(plan.n_periods)
    assert on.any()
    assert (plan.changed <= time)[on].all()
    before = plan.changed > 0
    leaf, start = np.nonzero(before)[0], plan.changed[before]
    jump = plan.log_srb[leaf, start, 1] - plan.log_srb[leaf, start - 1, 1]
    assert (jump > 0.19).all()


def test_tables_have_their_columns_and_missing_months_no_rows():
    world = worlds.make("patchy", 2)
    assert world.areas.column_names == ["area_code", "name", "level", "parent_code"]
    assert set(world.births.column_names) == {"area_code", "period", "birth_order", "boys", "girls"}
    leaf, month = np.argwhere(world.plan.missing & (world.boys.sum(axis=2) > 0))[0]
    code = world.plan.tree.codes[world.plan.tree.leaves[leaf]]
    handed_in = {(row["area_code"], row["period"]) for row in world.births.to_pylist()}
    assert (code, world.plan.periods[month]) not in handed_in


def test_leaves_lie_at_different_depths_in_the_patchy_world():
    tree = worlds.make("patchy", 2).plan.tree
    assert len({tree.levels[leaf] for leaf in tree.leaves}) > 1


def test_late_reports_add_up_to_the_births():
    world = worlds.make("late", 1)
    births = world.births.to_pandas()
    assert births.boys.sum() == world.boys.sum()
    assert births.girls.sum() == world.girls.sum()
    delayed = births[births.reported_period > births.period]
    assert delayed.girls.sum() / births.girls.sum() == pytest.approx(0.12, abs=0.01)
    assert (births.reported_period >= births.period).all()


def test_pairs_make_counts_vary_more_than_chance():
    plan = worlds.make("paired", 1).plan
    world = worlds.draw("paired", 2, plan, np.random.default_rng(2))
    n = world.boys + world.girls
    p = 1 / (1 + np.exp(-plan.log_srb))
    large = n >= 10
    ratio = ((world.boys - n * p) ** 2 / (np.maximum(n, 1) * p * (1 - p)))[large].mean()
    assert ratio == pytest.approx(1.3, abs=0.05)


def test_invented_reports_keep_the_total_and_lose_the_spread():
    world = worlds.make("invented", 1)
    births = world.births.to_pandas()
    codes = np.array(world.plan.tree.codes)[world.plan.tree.leaves[world.plan.fabricated]]
    mine = births[births.area_code.isin(codes)]
    n = mine.boys + mine.girls
    assert ((mine.boys - n * 1.06 / 2.06) ** 2 / n)[n >= 10].mean() < 0.05
    assert n.sum() == (world.boys + world.girls)[world.plan.fabricated].sum()


def test_a_packaged_scenario_keeps_its_births_and_its_truth():
    world = worlds.make("product-late-girls", 1)
    source, births = world.source, world.births.to_pandas()
    late = births.reported_period > births.period
    assert births.girls.sum() == source.girls.sum() + source.late.girls.sum()
    assert births[late].girls.sum() == source.late.girls.sum() > 0
    truth = worlds.true_log_srb(world.plan)[:, -1, list(worlds.ORDER_GROUPS).index("2+")]
    assert truth == pytest.approx(source.true_log_srb("2+")[:, -1], abs=0.001)


def test_reporters_in_trouble_are_not_taken_for_honest_ones():
    plan = worlds.make("product-smoothed-reporters", 1).plan
    assert 0 < plan.troubled.sum() < len(plan.troubled)
    assert (plan.troubled >= plan.fabricated).all()
    assert worlds.make("product-late-girls", 1).plan.troubled.all()


def test_all_worlds_can_be_listed():
    assert len(worlds.NAMES) >= 20
    assert all(name in (worlds.__doc__ or "") for name in worlds.NAMES)
    assert {worlds.family(name) for name in (*worlds.NAMES, *worlds.PACKAGED)} == set(worlds.FAMILIES)
