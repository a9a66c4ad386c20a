"""What must hold of the demonstration county, and of the places that once misled the press.

Given columns about individuals, then a file is refused whole. Given a year of evaluations, then nobody but the township
with a real step is listed. Given villages put together by the sex of their births, then no signal is asked of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml

import tianping
from tianping.births import read_births
from tianping.observatory.consultations import consult
from tianping.observatory.demonstration import bundled_county
from tianping.observatory.findings import error_text, finding_text
from tianping.rulebook.signals import Scope, SignalState, signal_rules
from tianping.terms import Area, AreaTree, Counts, Period, RedLineError

DATA = Path(__file__).parent / "data"
REFUSED = yaml.safe_load((DATA / "refused_columns.yaml").read_text(encoding="utf-8"))
UTTARKASHI = yaml.safe_load((DATA / "uttarkashi_2019.yaml").read_text(encoding="utf-8"))
VILLAGES = UTTARKASHI["villages"]


@pytest.mark.parametrize("given", REFUSED, ids=[given["reason"] for given in REFUSED])
def test_a_file_about_individuals_is_refused_naming_the_column_and_echoing_no_value(given: dict[str, str]) -> None:
    columns = {"area_code": ["T01"], "period": ["2025-06"], "sex": ["F"], given["header"]: [given["value"]]}
    with pytest.raises(RedLineError) as refusal:
        read_births(pa.table(columns))
    assert refusal.value.values["reason"] == given["reason"]
    for language in ("zh_Hans", "en"):
        told = error_text(refusal.value, language)
        assert given["header"] in told
        assert given["value"] not in told + str(refusal.value)


@pytest.mark.parametrize(
    "months",
    [
        pytest.param("2025-10..2025-12", id="the last quarter"),
        pytest.param("2024-12..2025-12", id="a year", marks=pytest.mark.slow),
    ],
)
def test_evaluations_list_nobody_but_the_township_with_a_real_step(months: str) -> None:
    """Each month as known at its own close."""
    county = bundled_county()
    result = tianping.estimate(county.births, as_of=months)
    tree = county.births.tree
    townships = [at for at, area in enumerate(tree.areas) if area.level == "township"]
    standing: dict[str, set[SignalState]] = {}
    for n in range(1, len(result.evaluations) + 1):
        for group in ("1", "2+"):
            told = consult(result.evaluations[:n], townships, group, Scope.BELOW_COUNTY, signal_rules())
            for one in told:
                if one.decision.state is not SignalState.NONE:
                    standing.setdefault(tree.codes[one.area], set()).add(one.decision.state)
    assert standing == {"T06": {SignalState.OBSERVED, SignalState.SIGNAL}}


def counts_of(villages: Sequence[dict[str, Any]], *, grouped: bool) -> Counts:
    """Lay the groups' births over their villages, as evenly as whole numbers allow."""
    areas, births = [Area("D", "Uttarkashi", "district")], []
    for group in villages:
        if grouped:
            areas.append(Area(group["group"], group["group"], "group", "D"))
        parent = group["group"] if grouped else "D"
        sexes = [0] * group["boys"] + [1] * group["girls"]
        for number, part in enumerate(np.array_split(np.array(sexes), group["villages"])):
            areas.append(Area(f"{group['group']}-{number:03d}", "", "village", parent))
            births.append((areas[-1].code, int((part == 0).sum()), int((part == 1).sum())))
    tree = AreaTree.of(areas)
    boys, girls = np.zeros((2, len(tree), 1, 4), dtype=np.int64)
    for code, n_boys, n_girls in births:
        boys[tree.positions[code], 0, 3], girls[tree.positions[code], 0, 3] = n_boys, n_girls
    return Counts(tree, (Period(2019),), boys, girls)


def test_villages_without_girls_are_no_signal_in_their_district() -> None:
    result = tianping.estimate(counts_of(VILLAGES, grouped=False))
    assert result.signals.num_rows == 0
    district = result.estimates.slice(0, 10).to_pylist()[-2]
    assert (district["n_boys"], district["n_girls"]) == (294, 268)
    assert round(district["observed_srb"], 1) == 109.7


def test_villages_put_together_by_their_outcome_are_told_as_selective_sampling() -> None:
    result = tianping.estimate(counts_of(VILLAGES, grouped=True))
    assert result.signals.num_rows == 0
    (finding,) = result.last.findings
    for language, word in UTTARKASHI["told"].items():
        assert word in " ".join(finding_text(finding, language)), language
    everywhere = range(len(result.last.run.tree))
    for scope in Scope:
        told = consult(result.evaluations, everywhere, "all", scope, signal_rules())
        assert {one.decision.state for one in told} == {SignalState.NONE}
