"""Files larger than one block: row numbers hold, a cut is noticed, and memory keeps to what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tianping.births import csv_files, read_births
from tianping.births.findings import SEVERITIES
from tianping.locale import LANGUAGES, catalogue

N = 5_000
ROWS = [f"t{i % 40:02d},{2000 + i // 480}-{i // 40 % 12 + 1:02d},{i % 7},{i % 5}" for i in range(N)]
HEADER = "area_code,period,boys,girls"


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "_BLOCK", 4_000)


def test_rows_are_numbered_across_blocks(tmp_path: Path) -> None:
    rows = list(ROWS)
    rows[1_499] = "t01,2000-01,1"
    rows[3_998] = rows[3_998].rsplit(",", 2)[0] + ",-1,1"
    (tmp_path / "births.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    table = read_births(tmp_path / "births.csv")
    found = {one.code: (one.row, one.count) for one in table.findings}
    assert found["row_ragged"] == (1_501, 1)
    assert found["count_negative"] == (4_000, 1)


def test_a_large_file_cut_in_half(tmp_path: Path) -> None:
    whole = "\n".join([HEADER, *ROWS]) + "\n"
    half = whole[: whole.index("\n", len(whole) // 2) + 8]
    (tmp_path / "births.csv").write_text(half)
    table = read_births(tmp_path / "births.csv")
    found = {one.code: one.row for one in table.findings}
    lines = half.split("\n")
    assert found["file_cut_off"] == len(lines)
    assert table.n_births == sum(int(n) for line in lines[1:-1] for n in line.split(",")[2:])


def test_every_finding_has_its_texts_in_every_language() -> None:
    for language in LANGUAGES:
        told = {key.split(".")[1] for key in catalogue(language) if key.startswith("findings.")}
        assert set(SEVERITIES) <= told
