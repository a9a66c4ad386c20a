"""The bulletin and the demonstration from the command line, to pages and workbooks that can be opened."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from integration.cli_cases import AREAS, CHINESE, TOWNS, Answer, county, rows_of, tianping

IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
NAMES = "area_code,name\nC,Example County\nT1,Upper\nT2,Lower\nT3,River\n"


def monthly(folder: Path, months: int = 3) -> tuple[Path, Path]:
    """Write some months of births around June 2025, a few unlike the others."""
    lines = ["area_code,period,birth_order,boys,girls,reported_period"]
    for at, month in enumerate(f"2025-{n:02d}" for n in range(7 - months, 7)):
        for town, name in enumerate(TOWNS):
            lines += [f"{name},{month},{order},{30 + town + at},{28 + at},{month}" for order in ("1", "2")]
    births, areas = folder / "births.csv", folder / "areas.csv"
    births.write_text("\n".join(lines) + "\n", encoding="utf-8")
    areas.write_text(AREAS, encoding="utf-8")
    return births, areas


class _Tags(HTMLParser):
    """Collects a page's elements and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def read_page(path: Path) -> tuple[str, _Tags]:
    page, tags = path.read_text(encoding="utf-8"), _Tags()
    tags.feed(page)
    return page, tags


def test_both_languages_as_pages_and_workbooks(tmp_path: Path) -> None:
    births, areas = monthly(tmp_path)
    (tmp_path / "names.csv").write_text(NAMES, encoding="utf-8")
    out = tmp_path / "brief"
    answer = tianping("bulletin", births, "--areas", areas, "--names", tmp_path / "names.csv", "--out", out)
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in out.iterdir()) == [
        f"bulletin-2025-06.{language}.{kind}" for language in ("en", "zh") for kind in ("html", "xlsx")
    ]
    assert "Example County" in answer.out
    page, tags = read_page(out / "bulletin-2025-06.en.html")
    assert "Example County" in page
    assert "script" not in tags.tags
    assert all(address.startswith("#") for address in tags.addresses)
    workbook = openpyxl.load_workbook(out / "bulletin-2025-06.zh.xlsx", read_only=True)
    assert len(workbook.sheetnames) > 4


@pytest.fixture(scope="module")
def with_a_slip(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """Pages in both languages on births with a row in error, asked for where the environment is Chinese."""
    folder = tmp_path_factory.mktemp("slip")
    births, areas = county(folder, extra="T2,2024-03,1,-4,5,2024-03\n")
    asked = ("--areas", areas, "--out", folder / "out", "--lang", "both")
    return folder / "out", tianping("bulletin", births, *asked, environment=CHINESE)


def test_the_language_spoken_is_the_environments_and_the_pages_those_asked_for(
    with_a_slip: tuple[Path, Answer], tmp_path: Path
) -> None:
    assert IDEOGRAPH.search(with_a_slip[1].out)
    births, areas = monthly(tmp_path)
    asked = ("--areas", areas, "--out", tmp_path / "out", "--lang", "en", "--json")
    told = tianping("bulletin", births, *asked, environment=CHINESE).document
    assert not IDEOGRAPH.search(" ".join([told["title"], *told["found"]]))
    assert {Path(name).name for name in told["files"]} == {"bulletin-2025-06.en.html", "bulletin-2025-06.en.xlsx"}


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    births, areas = monthly(tmp_path)
    out = ("--out", tmp_path / "out")
    assert "NOWHERE" in tianping("bulletin", births, "--areas", areas, "--county", "NOWHERE", *out).err
    answer = tianping("bulletin", births, *out)
    assert answer.code == 2
    assert "--areas" in answer.err
    unit = tianping("bulletin", births, "--areas", areas, "--county", "T1", *out)
    assert (unit.code, "T1" in unit.err) == (2, True)
    later = tianping("bulletin", births, "--areas", areas, "--as-of", "2025-12", *out)
    assert (later.code, "2025-06" in later.err) == (2, True)
    by_year = tmp_path / "years.csv"
    by_year.write_text("area_code,period,boys,girls\nT1,2024,50,48\n", encoding="utf-8")
    yearly = tianping("bulletin", by_year, "--areas", areas, *out)
    assert yearly.code == 2
    assert "month" in yearly.err
    assert not (tmp_path / "out").exists()


def test_rows_in_error_are_left_out_and_told_on_the_page(with_a_slip: tuple[Path, Answer]) -> None:
    out, answer = with_a_slip
    assert answer.code == 1
    page, _ = read_page(out / "bulletin-2024-03.en.html")
    assert "Negative" in page or "negative" in page


@pytest.mark.slow
def test_the_demonstration_shows_a_census_and_a_county(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    answer = tianping("demo", "--out", out, "--json")
    assert answer.code == 0, answer.err
    census, invented = answer.document["parts"]
    assert any("117.96" in line for line in census["found"])
    assert any("114.2" in line for line in invented["found"])
    for name in ("atlas.zh.html", "atlas.en.html", "bulletin-2025-06.zh.html", "bulletin-2025-06.en.xlsx"):
        assert (out / name).stat().st_size > 10_000
    _, tags = read_page(out / "atlas.en.html")
    assert all(address.startswith("#") for address in tags.addresses)
    assert len(rows_of(out / "atlas-tables" / "ranking.csv")) == 31 + 341 + 2857
    assert {row["as_of"] for row in rows_of(out / "bulletin-tables" / "ranking.csv")} >= {"2024-12", "2025-06"}
    truth = rows_of(out / "county" / "truth.csv")
    assert {row["srb"] for row in truth if row["area_code"] == "T11"} == {"106"}
