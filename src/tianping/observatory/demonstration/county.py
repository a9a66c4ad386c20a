"""The demonstration county, ready to be estimated and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from tianping.births import BirthTable, read_areas, read_births
from tianping.observatory.bundled import bundled_names, bundled_table
from tianping.observatory.demonstration.generator import generate_reports, truth
from tianping.observatory.demonstration.scenario import scenario

_FOLDER = "demo_county"


@dataclass(frozen=True)
class Demonstration:
    """An invented county whose truth is known.

    Attributes:
        births: its births as reported.
        reports: the table they were read from.
        truth: what is true of it: area_code, period, order_group, srb, fabricated, changed_period.
        english_names: English names of its areas by code.
        county_code: code of the county.
        seed: seed of the reports; None for the bundled ones.
    """

    births: BirthTable
    reports: pa.Table
    truth: pa.Table
    english_names: Mapping[str, str]
    county_code: str = "T00"
    seed: int | None = None


def bundled_county() -> Demonstration:
    """Give the bundled county."""
    return _demonstration(bundled_table(_FOLDER, "births_reported.csv"), None)


def generated_county(seed: int) -> Demonstration:
    """Make the county's reports anew from a seed."""
    return _demonstration(generate_reports(scenario(), seed), seed)


def _demonstration(reports: pa.Table, seed: int | None) -> Demonstration:
    areas = read_areas(bundled_table(_FOLDER, "areas.csv"))
    births = read_births(reports, areas=areas)
    return Demonstration(births, reports, truth(scenario()), bundled_names(_FOLDER), seed=seed)
