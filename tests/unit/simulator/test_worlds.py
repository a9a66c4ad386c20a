"""Worlds are what their scenarios say: trees, births, ratios, and counts drawn from the truth that is told."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.simulator import World, packaged_scenario, scenario_names, simulate
from tianping.simulator.draws import EFFECTS
from tianping.simulator.forest import grow
from tianping.simulator.scenario import CHANGES, DRIFTS, Areas, Level
from tianping.simulator.streams import Streams
from tianping.simulator.troubles import TROUBLES
from tianping.terms import InputError
from unit.simulator.scenarios import scenario, smaller, world


def share_boys(made: World) -> np.ndarray:
    return 1 / (1 + np.exp(-made.log_srb))


def surplus(made: World) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boys born beyond their expectation, the binomial variance, births; each cell with births."""
    births = (made.born_boys + made.born_girls)[..., :3]
    p = share_boys(made)
    here = births > 0
    return (made.born_boys[..., :3] - births * p)[here], (births * p * (1 - p))[here], births[here]


@costly(6)
@given(
    numbers=st.lists(st.integers(1, 40), min_size=1, max_size=4).map(sorted),
    unevenness=st.sampled_from([0.0, 0.5, 2.0]),
    share_leaves=st.sampled_from([0.0, 0.3]),
    seed=st.integers(0, 1000),
)
def test_trees_have_the_areas_asked_for(numbers: list[int], unevenness: float, share_leaves: float, seed: int) -> None:
    levels = tuple(Level(name=f"level {i}", n=n, share_leaves=share_leaves) for i, n in enumerate(numbers))
    areas = Areas(levels=levels, unevenness=unevenness)
    forest = grow(areas, Streams(seed))
    assert [int((forest.tree.depth == depth).sum()) for depth in range(len(numbers))] == numbers
    assert len(forest.leaves) == areas.n_leaves
    last = forest.homes(f"level {len(numbers) - 1}")
    assert (np.sort(last.home[last.home >= 0]) == np.arange(numbers[-1])).all()
    assert (forest.homes("level 0").home >= 0).all()


def test_births_have_the_season_growth_and_years_that_the_scenario_says() -> None:
    made = world(
        "  season: {swing: 0.2, peak: 9}\n  growth_per_year: -0.1\n  years: [{year: 2022, factor: 1.5}]",
        n_months=48,
        townships=100,
        size=60,
    )
    month = (2 + np.arange(48)) % 12 + 1
    year = 2021 + (2 + np.arange(48)) // 12
    expected = 6000 * (1 + 0.2 * np.cos(2 * np.pi * (month - 9) / 12)) * np.exp(-0.1 * np.arange(48) / 12)
    expected = expected * np.where(year == 2022, 1.5, 1)
    z = ((made.born_boys + made.born_girls).sum((0, 2)) - expected) / np.sqrt(expected)
    assert abs(z).max() < 4
    assert 0.5 < (z**2).mean() < 1.6


def test_orders_have_their_mix_and_it_shifts() -> None:
    made = world(
        '  order_mix: {"1": 0.5, "2": 0.4, "3+": 0.1}\n  order_mix_per_year: {"2": -0.5}',
        n_months=25,
        townships=100,
        size=100,
    )
    births = (made.born_boys + made.born_girls).sum(0)[:, :3]
    weights = np.array([0.5, 0.4 * np.exp(-1.0), 0.1])
    np.testing.assert_allclose(births[0] / births[0].sum(), [0.5, 0.4, 0.1], atol=0.02)
    np.testing.assert_allclose(births[24] / births[24].sum(), weights / weights.sum(), atol=0.02)


def test_counts_are_drawn_from_the_truth_that_is_told() -> None:
    made = world(
        "  season: {swing: 0.1, peak: 10}",
        """  gradient: {"2": 0.1, "3+": 0.3}
  season: {swing: 0.05, peak: 6}
  effects:
    - {level: county, draw: {kind: student, scale: 0.1, df: 3}}
    - {level: township, draw: {kind: mixed, share: 0.3, some: {kind: uniform, low: 0.2, high: 0.6}}, orders: {"3+": 1}}
  drifts: [{kind: random_walk, level: township, sd_per_month: 0.03}]
  changes: [{kind: step, where: {share: 0.3}, start: {kind: fixed, value: 9}, to: {kind: fixed, value: 180}}]""",
        n_months=48,
        counties=10,
        townships=200,
    )
    beyond, variance, _ = surplus(made)
    n = len(beyond)
    assert abs(beyond.sum() / np.sqrt(variance.sum())) < 4
    assert abs((beyond**2 / variance).mean() - 1) < 4 * np.sqrt(2.5 / n)
    # High and low ratios are met alike: the truth explains all there is.
    births = (made.born_boys + made.born_girls)[..., :3]
    for part in np.array_split(np.argsort(made.log_srb.ravel()), 8):
        expected = (births * share_boys(made)).ravel()[part].sum()
        spread = np.sqrt((births * share_boys(made) * (1 - share_boys(made))).ravel()[part].sum())
        assert abs(made.born_boys[..., :3].ravel()[part].sum() - expected) < 4.5 * spread


def test_the_truth_of_groups_and_larger_areas_is_that_of_their_expected_births() -> None:
    made = world("", '  gradient: {"2": 0.1, "3+": 0.4}', townships=6)
    boys = np.array([0.55, 0.35, 0.1]) * share_boys(made)[0, 0]
    girls = np.array([0.55, 0.35, 0.1]) - boys
    for group, orders in (("1", [0]), ("2+", [1, 2]), ("all", [0, 1, 2])):
        expected = np.log(boys[orders].sum() / girls[orders].sum())
        np.testing.assert_allclose(made.true_log_srb(group), expected, rtol=1e-12)
    np.testing.assert_allclose(made.true_log_srb("2", slice(3, 5))[0], np.log(1.06) + 0.1)


@pytest.mark.parametrize(
    ("births", "sex_ratio", "inflation"),
    [
        ("", "  overdispersion: 0.1", lambda n: 1 + 0.1 * (n - 1)),
        ("  share_multiple: 0.5\n  multiple_alike: 1", "", lambda _: 1.5),
        ("  share_multiple: 0.5\n  multiple_alike: 0", "", lambda _: 1.0),
    ],
)
def test_sexes_vary_more_than_chance_where_births_cluster(births: str, sex_ratio: str, inflation: object) -> None:
    beyond, variance, n = surplus(world(births, sex_ratio, n_months=60, townships=100))
    found = (beyond**2).sum() / variance.sum()
    expected = (inflation(n) * variance).sum() / variance.sum()  # type: ignore[operator]
    assert abs(found / expected - 1) < 0.04


@pytest.mark.parametrize(
    ("births", "ratio"),
    [("", 1.0), ("  dispersion: 0.25", 1 + 0.25 * 40), ("  share_multiple: 0.5", 1.5)],
)
def test_births_vary_as_the_scenario_says(births: str, ratio: float) -> None:
    made = world(births, n_months=60, townships=100)
    total = (made.born_boys + made.born_girls).sum(2)
    assert abs(total.var() / total.mean() / ratio - 1) < 0.08
    assert abs(total.mean() / 40 - 1) < 0.03


def test_effects_and_drifts_have_the_spread_that_they_say() -> None:
    made = world(
        "",
        """  effects: [{level: township, draw: {kind: normal, sd: 0.2}, orders: {"1": 1}}]
  drifts:
    - {kind: ar1, level: township, persistence: 0.9, sd: 0.1, orders: {"2": 1}}
    - {kind: random_walk, level: all, sd_per_month: 0.02, orders: {"3+": 1}}""",
        n_months=60,
        townships=400,
        size=0.1,
    )
    first, second, third = np.moveaxis(made.log_srb - np.log(1.06), 2, 0)
    assert abs(first[:, 0].std() / 0.2 - 1) < 0.1
    assert (np.ptp(first, axis=1) == 0).all()
    assert abs(second.std() / 0.1 - 1) < 0.08
    assert abs(np.corrcoef(second[:, :-1].ravel(), second[:, 1:].ravel())[0, 1] - 0.9) < 0.02
    assert (np.ptp(third, axis=0) == 0).all()
    assert 0.01 < np.diff(third[0]).std() < 0.03


def changes(lines: str, **numbers: int) -> World:
    return world("", f"  changes: [{{start: {{kind: fixed, value: 7}}, {lines}}}]", size=0.1, **numbers)


def test_steps_ramps_and_humps_have_their_shapes() -> None:
    by = "by: {kind: fixed, value: 0.3}, lasts: {kind: fixed, value: 6}"
    excess = {kind: changes(f"kind: {kind}, {by}").log_srb - np.log(1.06) for kind in ("step", "ramp", "hump")}
    step, ramp, hump = (excess[kind][0, :, 1] for kind in ("step", "ramp", "hump"))
    np.testing.assert_allclose(step, np.where((np.arange(24) >= 6) & (np.arange(24) < 12), 0.3, 0), atol=1e-12)
    np.testing.assert_allclose(ramp[5:19] / 0.3 * 12, [0, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 5], atol=1e-9)
    np.testing.assert_allclose(ramp[-1], 0, atol=1e-12)
    assert (hump[[5, 12]] == 0).all()
    assert hump[8] == pytest.approx(0.3 * np.sin(np.pi * 2.5 / 6))
    assert (excess["step"][:, :, 0] == 0).all()


def test_a_step_to_a_ratio_reaches_it_and_is_told() -> None:
    made = changes("kind: step, where: {n: 3}, to: {kind: fixed, value: 150}")
    stepped = {event.area for event in made.events}
    rows = [i for i, leaf in enumerate(made.leaves) if leaf in stepped]
    assert len(rows) == 3
    np.testing.assert_allclose(made.log_srb[rows, 6:, 1:], np.log(1.5))
    assert (made.changed[rows, 6:] == 6).all()
    assert (made.changed[rows, :6] == -1).all()
    assert (np.delete(made.changed, rows, axis=0) == -1).all()
    assert {(event.first, event.last, event.orders) for event in made.events} == {(6, -1, ("2", "3+"))}
    assert {round(event.size, 6) for event in made.events} == {round(float(np.log(1.5 / 1.06)), 6)}


def test_a_change_spreads_within_its_county_and_not_before_it_began() -> None:
    spread = "spread: {within: county, share: 1, months: 3}"
    made = changes(f"kind: step, where: {{n: 1}}, by: {{kind: fixed, value: 0.2}}, {spread}", townships=20)
    parents = {int(made.tree.parent[event.area]) for event in made.events}
    assert len(parents) == 1
    assert len({event.area for event in made.events}) == len(made.events) > 5
    assert made.events[0].first == min(event.first for event in made.events) == 6
    assert max(event.first for event in made.events) > 6


def test_chosen_areas_cluster_and_lie_within_their_bounds() -> None:
    clustered = "where: {n: 8, clustered: {level: county, n: 2, share: 0.75}}, by: {kind: fixed, value: 0.2}"
    made = changes(f"kind: step, {clustered}", counties=10, townships=100)
    counties = np.bincount([made.tree.parent[event.area] for event in made.events])
    assert counties.sum() == 8
    assert np.sort(counties)[-2:].sum() >= 6
    with pytest.raises(InputError, match="scenario_too_few_areas"):
        changes("kind: step, where: {n: 1, min_births: 50}, by: {kind: fixed, value: 0.2}")
    with pytest.raises(InputError, match="scenario_code_unknown"):
        changes("kind: step, where: {codes: [Z9]}, by: {kind: fixed, value: 0.2}")
    named = changes("kind: step, where: {codes: [A1, B03]}, by: {kind: fixed, value: 0.2}")
    assert [named.tree.codes[event.area] for event in named.events] == ["A1", "B03"]


def test_what_is_planted_in_one_area_moves_no_other() -> None:
    quiet, stepped = (
        world("", "  changes: [" + step + "]")
        for step in ("", "{kind: step, where: {n: 1}, start: {kind: fixed, value: 5}, by: {kind: fixed, value: 0.5}}")
    )
    row = int(np.flatnonzero(stepped.leaves == stepped.events[0].area)[0])
    total = quiet.born_boys + quiet.born_girls
    np.testing.assert_array_equal(total, stepped.born_boys + stepped.born_girls)
    assert (np.delete(quiet.born_boys, row, 0) == np.delete(stepped.born_boys, row, 0)).all()
    assert (quiet.born_boys[row] != stepped.born_boys[row]).any()


def test_truth_stays_between_10_and_1000() -> None:
    made = world("", "  effects: [{level: township, draw: {kind: fixed, value: 9}}]")
    np.testing.assert_allclose(made.log_srb, np.log(10))


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_beyond_its_range_is_refused(seed: int) -> None:
    with pytest.raises(InputError, match="setting_out_of_range"):
        simulate(scenario(), seed)


def test_births_that_no_count_can_hold_are_refused() -> None:
    with pytest.raises(InputError, match="scenario_births_beyond"):
        world("  growth_per_year: 1", n_months=240, size=1000)


# --- scenarios that come with the product ------------------------------------------------------------------------


@pytest.mark.parametrize("name", scenario_names())
def test_a_packaged_scenario_makes_a_world_and_is_told_in_both_languages(name: str) -> None:
    found = packaged_scenario(name)
    made = simulate(smaller(found), 2)
    assert (made.born_boys + made.born_girls).sum() > 0
    assert all((found.title.en, found.title.zh_Hans, found.description.en, found.description.zh_Hans))
    planted = bool(found.sex_ratio.changes or found.reporters)
    assert bool(made.events) == planted


def test_packaged_scenarios_show_everything_that_can_be_planted() -> None:
    folder = files("tianping").joinpath("data", "scenarios")
    told = "".join(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8") for name in scenario_names())
    kinds = [*EFFECTS, *DRIFTS, *CHANGES, *TROUBLES, "log_uniform", "log_normal", "pareto", "census"]
    assert [kind for kind in kinds if not re.search(rf"kind: {kind}\b", told)] == []
