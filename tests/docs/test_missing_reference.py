"""The reference of `tianping missing` tells every column and every key, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

from docs.test_command_line import REFERENCE, first_cells, json_keys
from integration.cli_cases import AREAS, tianping

MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]


def inputs(folder: Path) -> list[str]:
    """Write births with late girls, a second source, matches, a cohort and deaths; give the options."""
    (folder / "areas.csv").write_text(AREAS, encoding="utf-8")
    rows = [f"T{town},{month},52,{50 - town},{month}" for month in MONTHS for town in (1, 2, 3)]
    rows += [f"T1,{month},0,5,{MONTHS[at + 3]}" for at, month in enumerate(MONTHS[:-3])]
    text = "area_code,period,boys,girls,reported_period\n" + "\n".join(rows) + "\n"
    (folder / "births.csv").write_text(text, encoding="utf-8")
    options = [str(folder / "births.csv"), "--areas", str(folder / "areas.csv")]
    counts = {"second-source": (600, 595), "matched": (580, 540), "cohort": (620, 610), "infant-deaths": (9, 8)}
    for name, (boys, girls) in counts.items():
        lines = [f"T{town},{year},{boys},{girls}" for town in (1, 2, 3) for year in (2023, 2024)]
        text = "area_code,period,boys,girls\n" + "\n".join(lines) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        options += [f"--{name}", str(folder / f"{name}.csv")]
    return options


def test_files_columns_and_keys_are_those_documented(tmp_path: Path) -> None:
    answer = tianping("missing", *inputs(tmp_path), "--out", tmp_path / "out", "--lang", "en", "--json")
    assert answer.code == 0, answer.out
    assert set(answer.document) == json_keys("missing")
    parts = (REFERENCE / "missing.md").read_text(encoding="utf-8").split("\n### `")[1:]
    documented = {part.partition("`")[0]: part for part in parts}
    written = {path.name for path in (tmp_path / "out").iterdir() if path.suffix != ".html"}
    assert written == set(documented)
    for name in written - {"missing.json"}:
        named = [column for cell in first_cells(documented[name]) for column in re.findall(r"`(\w+)`", cell)]
        head = (tmp_path / "out" / name).read_text(encoding="utf-8").partition("\n")[0]
        assert named == head.split(","), name
    told = json.loads((tmp_path / "out" / "missing.json").read_text(encoding="utf-8"))
    assert {cell.strip("`") for cell in first_cells(documented["missing.json"])} == set(told)


def test_a_range_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    asked = [*inputs(tmp_path), "--out", tmp_path / "out"]
    assert tianping("missing", *asked, "--odds-ratio", "3..1").code == 2
    assert "lower first" in tianping("missing", *asked, "--survival", "high").err
    assert tianping("missing", *asked, "--survival", "0.9..1.2").code == 2
    assert not (tmp_path / "out").exists()
