"""Nowcast by sex: what is to come is foreseen with honest intervals, and parts add up."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.nowcast import complete, nowcast
from unit.srb.registrations import draw_registrations, mixed_delay
from unit.srb.small import TREES, county

LATE_GIRLS = np.stack([mixed_delay(0.95), mixed_delay(0.65)])


def newest(born, tree, n):
    """All births that come to be registered, boys and girls of the newest periods, sums included."""
    return tree.sum_up(born)[:, -n:]


def test_parts_add_up_in_every_draw():
    counts, _ = draw_registrations(TREES["irregular"], LATE_GIRLS, n=20, births=20)
    found = complete(counts, n_draws=50)
    leaves = np.where(found.tree.is_leaf[:, None, None, None], found.to_come, 0.0)
    np.testing.assert_allclose(found.tree.sum_up(leaves), found.to_come)
    known = np.stack([counts.boys.sum(-1), counts.girls.sum(-1)], axis=2)
    np.testing.assert_array_equal(found.known, found.tree.sum_up(known)[:, -8:])


def test_with_many_births_the_true_numbers_are_met():
    counts, born = draw_registrations({"A": ""}, LATE_GIRLS, births=100_000, seed=3)
    found = nowcast(complete(counts, n_draws=400))
    truth = newest(born, counts.tree, len(found.periods))
    np.testing.assert_allclose(found.expected, truth, rtol=0.015)
    assert found.known[0, -1, 1] < 0.7 * truth[0, -1, 1]
    assert found.longest == 24


def test_nothing_is_to_come_where_nothing_was_ever_late():
    counts, _ = draw_registrations(county(2), np.array([1.0]), n=20, births=30)
    found = nowcast(complete(counts, n_draws=100))
    assert (found.expected - found.known).max() < 0.5
    np.testing.assert_array_equal(found.lower, found.known)


def test_without_reports_there_is_no_nowcast():
    assert complete(draw_registrations({"A": ""}, LATE_GIRLS, n=11)[0]) is None


@pytest.mark.slow
def test_intervals_hold_the_births_as_often_as_they_say():
    """90 % intervals of girls and boys of the newest months, townships and county, townships differing."""
    rng, hits = np.random.default_rng(11), {"township": [], "county": []}
    for seed in range(60):
        soon = np.stack([rng.beta(38, 2, 9), rng.beta(14, 6, 9)], axis=1)
        law = np.array([[mixed_delay(share) for share in sexes] for sexes in soon])
        counts, born = draw_registrations(county(8), law, births=60, seed=seed)
        found = nowcast(complete(counts, n_draws=300, seed=seed))
        truth = newest(born, counts.tree, len(found.periods))
        inside = (found.lower <= truth) & (truth <= found.upper)
        for name, areas in (("township", slice(1, None)), ("county", slice(0, 1))):
            hits[name].append(inside[areas, -6:].mean())
    assert 0.87 < np.mean(hits["township"]) < 0.96  # counts are whole numbers: a closed interval holds more than 90 %
    assert 0.86 < np.mean(hits["county"]) < 0.95
