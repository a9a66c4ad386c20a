"""What the tiers promise, over a few worlds; slow."""

import sys

import pytest

from simulation import worlds
from simulation.ladder import WORLDS, listed, table


@pytest.mark.slow
def test_the_higher_the_tier_the_surer_the_list():
    rows = [row for name in WORLDS for row in listed(worlds.make(name, 1))]
    told = table(rows)
    sys.stdout.write("\n" + told.to_string() + "\n")
    lowest = told.loc["level", "lowest"]
    assert lowest.loc["strong", "precision"] >= 0.90
    assert lowest.loc["alert", "precision"] >= 0.80
    assert lowest.loc["strong", "n"] <= lowest.loc["alert", "n"] <= lowest.loc["watch", "n"]
    assert told.loc[("level", "above", "guaranteed"), "null_broken"] >= 0.90
