"""The large validation study; `./tp simulate` runs it and shows its tables."""

import sys

import pytest

from simulation import comparators, worlds
from simulation.study import ENGINE, report, study


@pytest.mark.slow
def test_the_engine_holds_its_promises_over_all_worlds():
    found = study(worlds.NAMES, seeds=(1, 2))
    sys.stdout.write("\n" + report(found))
    assert not found.failures
    value = found.pooled().pivot(index="figure", columns="method", values="value")
    engine = value[ENGINE]
    assert engine["fdp"] <= 0.12
    assert 0.88 <= engine["cover"] <= 0.94
    assert abs(engine["purity"] - engine["claimed"]) <= 0.06
    for method in comparators.METHODS:
        assert engine["rmse"] <= value[method]["rmse"] / 3
        assert engine["recall@10"] >= 2 * value[method]["recall@10"]
        assert engine["purity"] >= 1.4 * value[method]["purity"]
