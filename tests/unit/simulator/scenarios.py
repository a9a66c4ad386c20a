"""Small scenarios for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tianping.simulator import Scenario, World, parse_scenario, simulate
from tianping.simulator.scenario import Level
from tianping.simulator.where import Where

PLAIN = """
first: 2021-03
n_months: {n_months}
areas:
  levels:
    - {{name: county, n: {counties}}}
    - {{name: township, n: {townships}}}
births:
  size: {{kind: fixed, value: {size}}}
{births}
sex_ratio:
  natural: 106
{sex_ratio}
reporters: [{reporters}]
"""


def scenario(
    births: str = "",
    sex_ratio: str = "",
    reporters: str = "",
    *,
    n_months: int = 24,
    counties: int = 2,
    townships: int = 12,
    size: float = 40,
) -> Scenario:
    """A plain world; the texts are lines of YAML below `births` and `sex_ratio`, and members of `reporters`."""
    told: dict[str, Any] = {"births": births, "sex_ratio": sex_ratio, "reporters": reporters}
    filled = PLAIN.format(n_months=n_months, counties=counties, townships=townships, size=size, **told)
    return parse_scenario(filled, "test.yaml")


def world(*lines: str, seed: int = 1, **numbers: Any) -> World:
    return simulate(scenario(*lines, **numbers), seed)


def smaller(found: Scenario, leaves: int = 24) -> Scenario:
    """The same shape with fewer areas: levels shrink in proportion, numbers of chosen areas to one."""
    largest = max(level.n for level in found.areas.levels)
    scale = min(1.0, leaves / largest)
    levels = tuple(replace(level, n=_shrunk(level, scale)) for level in found.areas.levels)
    ratio = replace(
        found.sex_ratio,
        changes=tuple(replace(change, where=_fewer(change.where)) for change in found.sex_ratio.changes),
    )
    reporters = tuple(replace(trouble, where=_fewer(trouble.where)) for trouble in found.reporters)
    areas = replace(found.areas, levels=levels)
    return replace(found, areas=areas, sex_ratio=ratio, reporters=reporters)


def _shrunk(level: Level, scale: float) -> int:
    return max(1, round(level.n * scale))


def _fewer(where: Where) -> Where:
    clustered = None if where.clustered is None else replace(where.clustered, n=1)
    if where.n is not None or where.share < 1:
        return replace(where, n=1, share=1.0, clustered=clustered)
    return where
