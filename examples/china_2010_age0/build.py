"""Make the bundled table of children aged 0 in China's counties from the census file of leiii/census.

    python build.py china_census_children_by_sex_area_2010.csv OUT_FOLDER

The source has one row for each area and age group: census_year, level, area_code, province, prefecture, area_name,
age_group, male, female. Kept are the rows of age 0. Counts stand for counties only; a county's prefecture and province
follow from the first four and two digits of its code. Rows without a code (blank lines, and places that have no code
of their own) are left out, so the counties sum to a little less than the nation; `published.csv` keeps the nation's and
the provinces' own rows for comparison.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

YEAR = "2010"
NATION = "000000"
_HERE = Path(__file__).parent

Row = dict[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the source, write `children.csv`, `areas.csv` and `published.csv`, and say what was kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    rows = [row for row in _read(given.source) if row["age_group"] == "0"]
    counties = sorted((row for row in rows if row["level"] == "county"), key=lambda row: row["area_code"])
    above = [row for row in rows if row["level"] in ("nation", "province")]
    given.out.mkdir(parents=True, exist_ok=True)
    _write(given.out / "children.csv", ("area_code", "period", "boys", "girls"), map(_counts, counties))
    _write(given.out / "areas.csv", ("area_code", "name", "level", "parent_code"), _areas(rows, counties))
    _write(given.out / "published.csv", ("area_code", "period", "boys", "girls"), map(_counts, above))
    left_out = sum(row["level"] == "uncoded" for row in rows)
    sys.stdout.write(f"{len(counties)} counties kept, {left_out} rows without a code left out\n")
    return 0


def _counts(row: Row) -> tuple[str, ...]:
    return row["area_code"], YEAR, row["male"], row["female"]


def _areas(rows: Sequence[Row], counties: Sequence[Row]) -> Iterable[tuple[str, ...]]:
    """Give nation, provinces, prefectures that hold counties, and counties; parents before children."""
    names = {row["area_code"]: row["area_name"] for row in rows if row["area_code"]}
    names |= {row["area_code"]: row["name"] for row in _read(_HERE / "added_areas.csv")}
    prefectures = sorted({row["area_code"][:4] + "00" for row in counties})
    provinces = sorted({code[:2] + "0000" for code in prefectures})
    yield NATION, names[NATION], "nation", ""
    yield from ((code, names[code], "province", NATION) for code in provinces)
    yield from ((code, names[code], "prefecture", code[:2] + "0000") for code in prefectures)
    for row in counties:
        yield row["area_code"], row["area_name"].strip(), "county", row["area_code"][:4] + "00"


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    raise SystemExit(main())
