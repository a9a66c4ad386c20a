"""Which steps are considered, and how likely they are beforehand: a chain that goes on and off, counted out."""

from __future__ import annotations

import numpy as np
import pytest

from tianping.srb.steps import StepPrior, make_stretches

ONSET, ENDING, STANDING = 1 / 900, 1 / 120, 0.05


def prior(leaves=1):
    return StepPrior(STANDING, np.full(leaves, ONSET), ENDING, np.full(3, 1 / 3))


def chain(first, stop, periods, onset=ONSET, ending=ENDING):
    """Give the odds, against no step, of one step that is on in [first, stop) of a chain over these periods."""
    on = (1 - ending) ** (stop - first - 1) * (ending if stop < periods else 1.0)
    if first == 0:
        return STANDING / (1 - STANDING) * on
    never = (1 - onset) ** (periods - 1)
    return onset * (1 - onset) ** (first - 1) * on * (1 - onset) ** max(periods - 1 - stop, 0) / never


@pytest.mark.parametrize("periods", [1, 2, 7, 12])
def test_odds_of_every_step_on_a_full_grid(periods):
    stretches = make_stretches(periods, 1, 10)
    assert stretches.cuts.tolist() == list(range(periods + 1))
    found = np.exp(stretches.log_prior(prior()))[0]
    expected = [
        chain(stretches.cuts[a], stretches.cuts[b], periods)
        for a, b in zip(stretches.start, stretches.end, strict=True)
    ]
    assert len(found) == periods * (periods + 1) // 2
    np.testing.assert_allclose(found, expected, rtol=1.5 * ONSET)


def test_years_carry_twelve_months_of_hazard():
    stretches = make_stretches(4, 12, 10)
    found = np.exp(stretches.log_prior(prior()))[0]
    cuts = stretches.cuts
    for k, (a, b) in enumerate(zip(stretches.start, stretches.end, strict=True)):
        assert found[k] == pytest.approx(chain(cuts[a], cuts[b], 4, 12 * ONSET, 12 * ENDING), rel=20 * ONSET)


@pytest.mark.parametrize(("periods", "leaves", "most"), [(60, 10, 47), (120, 10, 47), (120, 40_000, 26)])
def test_a_coarse_grid_keeps_the_odds_of_any_change(periods, leaves, most):
    """What is lost are steps that begin and end between two cuts, which lie the further apart the longer ago."""
    stretches = make_stretches(periods, 1, leaves)
    assert len(stretches.cuts) <= most
    assert np.diff(stretches.cuts)[-6:].tolist() == [1] * 6
    odds = np.exp(stretches.log_prior(prior()))[0]
    on, change = stretches.is_on > 0, stretches.is_change > 0
    every = [(a, b) for a in range(1, periods) for b in range(a + 1, periods + 1)]
    for still in (True, False):
        expected = sum(chain(a, b, periods) for a, b in every if (b == periods) == still)
        assert odds[change & (on == still)].sum() == pytest.approx(expected, rel=0.07 if still else 0.13)


def test_each_leaf_has_its_own_hazard():
    stretches = make_stretches(3, 1, 2)
    odds = np.exp(stretches.log_prior(StepPrior(STANDING, np.array([ONSET, 5 * ONSET]), ENDING, np.full(3, 1 / 3))))
    ratio = odds[1] / odds[0]
    np.testing.assert_allclose(ratio[stretches.is_change > 0], 5, rtol=0.02)
    np.testing.assert_allclose(ratio[stretches.is_change == 0], 1)
