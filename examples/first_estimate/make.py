"""Make the files of the first tutorial: an invented county of six towns, one of which truly changes.

    python examples/first_estimate/make.py

Town T4's ratio for second and later births rises to 200 from 2024-07 on; all others stay at the county's. Nothing here
is taken from a real place.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
TOWNS = {
    "T1": ("East Gate", 150),
    "T2": ("South River", 110),
    "T3": ("West Bridge", 90),
    "T4": ("Stone Gate", 80),
    "T5": ("High Plain", 50),
    "T6": ("Lotus Field", 25),
}
MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(18)]
SHARES = {"1": 0.52, "2": 0.40, "3+": 0.08}
SRB = {"1": 106, "2": 110, "3+": 115}
CHANGED, CHANGES_IN, CHANGED_SRB = "T4", "2024-07", 200


def main() -> None:
    """Write the areas, the births, and the births as first handed in, with two slips of the pen."""
    generator = np.random.default_rng(20250701)
    rows = ["area_code,period,birth_order,boys,girls"]
    for town, (_, births) in TOWNS.items():
        for month in MONTHS:
            for order, share in SHARES.items():
                changed = town == CHANGED and month >= CHANGES_IN and order != "1"
                srb = CHANGED_SRB if changed else SRB[order]
                n = int(generator.poisson(births * share))
                boys = int(generator.binomial(n, srb / (100 + srb)))
                rows.append(f"{town},{month},{order},{boys},{n - boys}")
    areas = ["area_code,name,level,parent_code", "C,Sample County,county,"]
    areas += [f"{town},{name},town,C" for town, (name, _) in TOWNS.items()]
    write("areas.csv", areas)
    write("births.csv", rows)
    write("births_first_version.csv", with_slips(rows))


def with_slips(rows: list[str]) -> list[str]:
    """Make one count negative and misspell one code."""
    code, month, order, boys, girls = rows[3].split(",")
    negative = f"{code},{month},{order},-{boys},{girls}"
    return [*rows[:3], negative, *rows[4:9], rows[9].replace("T1", "TI", 1), *rows[10:]]


def write(name: str, rows: list[str]) -> None:
    """Write a file beside this script."""
    (HERE / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
