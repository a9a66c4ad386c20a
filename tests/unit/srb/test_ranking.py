"""Ranks on draws made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.ranking import rank_areas, rankability


def ranked(draws, interval=0.9):
    draws = np.asarray(draws, dtype=float)
    return rank_areas("township", "2+", np.arange(len(draws)), draws, interval)


def test_certain_order():
    """Twelve areas far apart: ranks are certain, four are high and four are low."""
    draws = np.arange(12.0)[:, None] + 0.001 * np.random.default_rng(0).standard_normal((12, 200))
    found = ranked(draws)
    expected = np.arange(12, 0, -1)
    for ranks in (found.expected_rank, found.rank_lower, found.rank_upper):
        np.testing.assert_array_equal(ranks, expected)
    np.testing.assert_array_equal(found.p_worst_decile, expected <= 2)  # the ceil(12 / 10) highest
    assert found.group == ("low",) * 4 + ("indistinguishable",) * 4 + ("high",) * 4
    assert found.rankability == pytest.approx(1, abs=1e-4)


def test_two_draws_by_hand():
    found = ranked([[3, 1], [2, 2], [1, 3]])
    np.testing.assert_array_equal(found.expected_rank, [2, 2, 2])
    np.testing.assert_array_equal(found.rank_lower, [1, 2, 1])
    np.testing.assert_array_equal(found.rank_upper, [3, 2, 3])
    np.testing.assert_array_equal(found.p_worst_decile, [0.5, 0, 0.5])
    assert found.group == ("indistinguishable",) * 3
    assert found.rankability == 0


def test_areas_that_nothing_tells_apart():
    found = ranked(np.random.default_rng(1).standard_normal((30, 2000)))
    assert set(found.group) == {"indistinguishable"}
    assert found.rankability < 0.01
    np.testing.assert_allclose(found.expected_rank, 15.5, atol=1.0)
    np.testing.assert_allclose(found.p_worst_decile, 0.1, atol=0.03)


def test_ranks_of_every_draw_are_a_permutation():
    found = ranked(np.random.default_rng(2).standard_normal((7, 100)))
    assert found.expected_rank.sum() == pytest.approx(28)
    assert found.p_worst_decile.sum() == pytest.approx(1)
    assert (found.rank_lower <= found.expected_rank).all()
    assert (found.expected_rank <= found.rank_upper).all()


def test_what_areas_share_does_not_count():
    rng = np.random.default_rng(3)
    own = np.linspace(0, 1, 9)[:, None] + 0.2 * rng.standard_normal((9, 500))
    shared = 10 * rng.standard_normal(500)
    assert rankability(own + shared) == pytest.approx(rankability(own))
    assert ranked(own + shared).group == ranked(own).group


def test_rankability_is_the_real_share_of_the_spread():
    """Means with variance 1, draws with variance 1/3 around them: three quarters are real."""
    rng = np.random.default_rng(4)
    means = rng.standard_normal(400)
    means = (means - means.mean()) / means.std()
    draws = means[:, None] + rng.standard_normal((400, 1500)) / np.sqrt(3)
    assert rankability(draws) == pytest.approx(0.75, abs=0.01)


def test_one_area_alone_has_no_spread():
    assert rankability(np.ones((1, 10))) == 0
    assert rankability(np.ones((3, 10))) == 0
