"""The large validation study; `./tp simulate` runs it and shows its tables."""

import sys

import pytest

from simulation import worlds
from simulation.study import report, study


@pytest.mark.slow
def test_the_engine_holds_its_promises_over_all_worlds():
    found = study(worlds.NAMES, seeds=(1, 2, 3, 4), history=True)
    sys.stdout.write("\n" + report(found))
    assert not found.failures
    engine = found.pooled().query("method == @ENGINE").set_index("figure")
    assert engine.value["fdp"] <= 0.12
    assert 0.88 <= engine.value["cover"] <= 0.92
    assert engine.value["purity"] >= 0.90
