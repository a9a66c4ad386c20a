"""Reporters do what their troubles say, where and when they say it, and to nobody else."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.simulator import World
from tianping.terms import Counts, Period
from unit.simulator.scenarios import world

#: A trouble in two townships, for every kind.
TROUBLES = {
    "smooth": "target: 106",
    "omit": "boys: 0.5",
    "swap": "boys: 0.5",
    "relabel": "share: 0.5",
    "late": "girls: 0.5, share_never: 0.5",
    "copy": "share: 0.5",
    "heap": "share: 1",
    "move": "boys: 0.5",
    "missing": "share: 0.5",
    "unordered": "boys: 0.5",
    "migrate": "boys: 0.5",
}


def troubled(kind: str, settings: str, **numbers: int) -> World:
    return world("", "", f"{{kind: {kind}, {settings}}}", **numbers)


def reported(made: World) -> np.ndarray:
    """Births reported by the end, shape (2, leaves, months, 4): boys, girls."""
    counts = made.counts()
    return np.stack([counts.boys[made.leaves], counts.girls[made.leaves]])


def born(made: World) -> np.ndarray:
    return np.stack([made.born_boys, made.born_girls])


@pytest.mark.parametrize("kind", TROUBLES)
def test_a_trouble_changes_its_own_returns_from_its_month_on_and_no_others(kind: str) -> None:
    plain = world()
    made = troubled(kind, f"where: {{n: 2}}, since: 7, until: 18, {TROUBLES[kind]}")
    np.testing.assert_array_equal(born(plain), born(made))
    concerned = {event.area for event in made.events} | {event.other_area for event in made.events if kind == "migrate"}
    others = [i for i, leaf in enumerate(made.leaves) if leaf not in concerned]
    assert len(others) >= 8
    np.testing.assert_array_equal(reported(made)[:, others], born(made)[:, others])
    assert (reported(made) != born(made)).any()
    np.testing.assert_array_equal(reported(made)[:, :, :6], born(made)[:, :, :6])
    np.testing.assert_array_equal(reported(made)[:, :, 19:], born(made)[:, :, 19:])
    assert {event.kind for event in made.events} == {kind}
    assert made.fabricated.sum() == (2 if kind in ("smooth", "copy") else 0)


def test_a_trouble_more_leaves_the_others_as_they_were() -> None:
    one = world("", "", "{kind: omit, where: {n: 3}, boys: 0.5}")
    two = world("", "", "{kind: swap, where: {codes: [B01]}, girls: 0.4}, {kind: omit, where: {n: 3}, boys: 0.5}")
    np.testing.assert_array_equal(reported(one)[:, 1:], reported(two)[:, 1:])
    assert (reported(one)[:, 0] != reported(two)[:, 0]).any()


@pytest.mark.parametrize(("ratio", "tolerance"), [(0.0, 0.0), (0.4, 0.08), (1.0, 0.15)])
def test_smoothed_figures_vary_as_little_as_asked(ratio: float, tolerance: float) -> None:
    made = troubled("smooth", f"variance_ratio: {ratio}", n_months=60, townships=30, size=100)
    boys, girls = reported(made).sum(3)
    np.testing.assert_array_equal(boys + girls, born(made).sum((0, 3)))
    share = 1.06 / 2.06
    found = ((boys - (boys + girls) * share) ** 2 / ((boys + girls) * share * (1 - share))).mean()
    # Rounding to whole births adds a twelfth of a birth at most.
    assert abs(found - ratio) < tolerance + 0.01


def test_figures_drawn_up_have_the_ratio_wanted() -> None:
    boys, girls = reported(troubled("smooth", "target: 120", size=200)).sum(3)
    np.testing.assert_allclose(boys / girls, 1.2, atol=0.015)


def test_boys_are_left_out_in_the_months_named_only() -> None:
    made = troubled("omit", 'boys: {"2": 0.5}, months: [12]', townships=50)
    left_out = born(made) - reported(made)
    december = (2 + np.arange(24)) % 12 == 11
    assert left_out[1].sum() == left_out[0][:, ~december].sum() == left_out[0][..., [0, 2]].sum() == 0
    assert abs(left_out[0][:, december, 1].sum() / born(made)[0][:, december, 1].sum() - 0.5) < 0.06


def test_nothing_is_lost_where_births_are_only_entered_otherwise() -> None:
    swapped = troubled("swap", "boys: 0.5")
    np.testing.assert_array_equal(reported(swapped).sum(0), born(swapped).sum(0))
    relabelled = troubled("relabel", "share: 0.5, sex: both")
    np.testing.assert_array_equal(reported(relabelled).sum(3), born(relabelled).sum(3))
    unordered = troubled("unordered", "boys: 0.5, girls: 1")
    np.testing.assert_array_equal(reported(unordered).sum(3), born(unordered).sum(3))
    assert (reported(unordered)[1][..., :3] == 0).all()
    moved = troubled("move", "girls: 0.5, months: [1], by: -2")
    np.testing.assert_array_equal(reported(moved).sum(2), born(moved).sum(2))
    assert set(np.flatnonzero((reported(moved) != born(moved)).any((0, 1, 3)))) == {8, 10, 20, 22}
    migrated = troubled("migrate", "where: {n: 3}, boys: 1, girls: 1")
    np.testing.assert_array_equal(reported(migrated).sum(1), born(migrated).sum(1))
    gone = [i for i, leaf in enumerate(migrated.leaves) if leaf in {event.area for event in migrated.events}]
    assert (reported(migrated)[:, gone].sum() == 0) or len({e.other_area for e in migrated.events} & set(gone)) > 0


def test_copies_are_copies() -> None:
    own = troubled("copy", "share: 1, lag: 12")
    np.testing.assert_array_equal(reported(own)[:, :, 12:], reported(own)[:, :, :12])
    other = troubled("copy", "where: {n: 1}, share: 1, source: neighbour, lag: 0")
    here, there = (
        int(np.flatnonzero(other.leaves == area)[0]) for area in (other.events[0].area, other.events[0].other_area)
    )
    np.testing.assert_array_equal(reported(other)[:, here], born(other)[:, there])


def test_heaped_figures_end_in_the_digits_asked_for() -> None:
    assert (reported(troubled("heap", "share: 1, base: 10")) % 10 == 0).all()
    some = reported(troubled("heap", "share: 0.5, base: 10", townships=50))[..., 0] % 10 == 0
    assert abs(some.mean() - 0.55) < 0.05


@pytest.mark.parametrize("caught_up", ["false", "true"])
def test_months_without_a_return_are_empty_and_caught_up_where_asked(caught_up: str) -> None:
    made = troubled("missing", f"share: 0.3, run: 2, caught_up: {caught_up}", n_months=120, townships=30)
    assert abs((~made.filed).mean() - 0.3) < 0.04
    assert (reported(made)[:, ~made.filed] == 0).all()
    closed = np.array([np.flatnonzero(row)[-1] + 1 for row in made.filed])
    for leaf, end in enumerate(closed):
        whole = reported(made)[:, leaf, :end].sum() == born(made)[:, leaf, :end].sum()
        assert whole == (caught_up == "true")


def test_late_births_are_known_when_they_are_reported() -> None:
    made = troubled("late", 'girls: {"2": 0.5}, shortest: 2, longest: 4, share_never: 0.2', townships=60)
    late, n = made.late, made.born_girls[:, :20, 1].sum()
    assert set(late.reported - late.month) == {2, 3, 4}
    assert (late.boys.sum(), set(late.order)) == (0, {1})
    assert abs(late.girls[late.month < 20].sum() / n - 0.4) < 0.03
    assert abs(made.girls[:, :20, 1].sum() / n - 0.5) < 0.03
    june = Period(2022, 6)
    as_known: Counts = made.counts(as_of=june, known_on=june)
    known = made.girls[:, :16].sum() + late.girls[(late.reported <= 15) & (late.month <= 15)].sum()
    assert as_known.girls.sum() == known < made.counts(as_of=june).girls.sum()
    assert as_known.registered_girls is not None
    assert as_known.registered_girls.sum() == known
    assert len(as_known.periods) == 16


def test_returns_in_time_have_no_second_layout() -> None:
    assert world().counts().registered_boys is None


def test_an_area_that_ends_is_reported_and_true_as_a_part_of_its_neighbour() -> None:
    size = "start: {kind: fixed, value: 1}, to: {kind: fixed, value: 150}"
    step = f"  changes: [{{kind: step, where: {{codes: [B1]}}, {size}}}]"
    made = world("", step, "{kind: merge, where: {codes: [B1]}, since: 13}", counties=1, townships=3)
    (end,) = (event for event in made.events if event.kind == "merge")
    here, there = (int(np.flatnonzero(made.leaves == area)[0]) for area in (end.area, end.other_area))
    assert made.tree.areas[end.area].valid_until == made.periods[12]
    assert (reported(made)[:, here, 12:].sum(), made.filed[here].sum()) == (0, 12)
    np.testing.assert_array_equal(reported(made).sum(1), born(made).sum(1))
    np.testing.assert_array_equal(reported(made)[:, there, 12:], born(made)[:, [here, there], 12:].sum(1))
    truth = made.true_log_srb("2")
    np.testing.assert_allclose(truth[end.area, :12], np.log(1.5))
    assert np.isnan(truth[end.area, 12:]).all()
    np.testing.assert_allclose(truth[end.other_area, :12], np.log(1.06))
    share = (1.5 / 2.5 + 1.06 / 2.06) / 2
    np.testing.assert_allclose(truth[end.other_area, 12:], np.log(share / (1 - share)))
    assert len(np.unique(truth[0].round(12))) == 1


def test_one_area_of_a_county_stays_where_all_are_to_end() -> None:
    made = world("", "", "{kind: merge, since: 13}", counties=2, townships=8)
    assert len(made.merged) == 6
    assert (reported(made)[..., 12:, :].sum((0, 2, 3)) > 0).sum() == 2
