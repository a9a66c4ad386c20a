"""Every kind of spoilt table: what is found, what still counts, and that nothing refused is repeated.

`pytest -v tests/unit/births/test_hostile_files.py` lists the cases; with `-rP` it prints what each one said.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.births import BirthTable, InputRefusedError, read_births
from tianping.locale import LANGUAGES
from tianping.observatory.findings import error_text, finding_text
from tianping.terms import Finding, Period, RedLineError, Severity, TianpingError

HOSTILE = yaml.safe_load((Path(__file__).parent / "data" / "hostile.yaml").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["id"]) for case in HOSTILE["cases"]]
#: An error-free file, one with warnings only, one with errors, one unreadable and one beyond the red line.
STRICT = ("plain_wide", "chinese_long_gb18030", "duplicates", "header_missing", "name_column")
TODAY = Period(2025, 6)


def write(case: dict[str, Any], folder: Path) -> tuple[Path, Path]:
    births, areas = folder / "births.csv", folder / "areas.csv"
    areas.write_text(case.get("areas", HOSTILE["areas"]), encoding="utf-8")
    content = case.get("text", case.get("bytes")).encode(case.get("encoding", "utf-8"))
    births.write_bytes(content[: len(content) - case.get("cut", 0)])
    return births, areas


def say(told: list[str]) -> str:
    """Print the sentences, so that `-rP` shows them, and give them back."""
    sys.stdout.write("\n".join(told) + "\n")
    return "\n".join(told)


def sentences(findings: tuple[Finding, ...]) -> list[str]:
    return [
        f"[{found.severity}] {' '.join(finding_text(found, language))}" for language in LANGUAGES for found in findings
    ]


def by_code(findings: tuple[Finding, ...]) -> dict[str, list[int]]:
    rows: defaultdict[str, list[Finding]] = defaultdict(list)
    for found in findings:
        rows[found.code].append(found)
    return {code: [min(one.row for one in found), sum(one.count for one in found)] for code, found in rows.items()}


@pytest.mark.parametrize("case", [case for case in CASES if "births" in case.values[0]])
def test_good_rows_go_on_and_the_findings_say_what_was_left_out(case: dict[str, Any], tmp_path: Path) -> None:
    births, areas = write(case, tmp_path)
    table = read_births(births, areas=areas, on_or_before=TODAY)
    said = say(sentences(table.findings))
    found, expected = by_code(table.findings), case.get("found", {})
    assert table.n_births == case["births"]
    assert {code: found.get(code) for code in expected} == expected
    heavy = {found.code for found in table.findings if found.severity is not Severity.INFO}
    assert heavy <= set(expected)
    assert not [value for value in case.get("secret", ()) if value in said + repr(table.findings)]
    if "counted" in case:
        counts = table.counts()
        assert int(counts.boys.sum() + counts.girls.sum()) == case["counted"]


@pytest.mark.parametrize("case", [case for case in CASES if "refused" in case.values[0]])
def test_a_file_that_cannot_be_used_says_why(case: dict[str, Any], tmp_path: Path) -> None:
    births, areas = write(case, tmp_path)
    with pytest.raises(InputRefusedError) as refusal:
        read_births(births, areas=areas, on_or_before=TODAY)
    say(sentences(refusal.value.findings) + [error_text(refusal.value, language) for language in LANGUAGES])
    errors = [found.code for found in refusal.value.findings if found.severity is Severity.ERROR]
    assert errors == case["refused"]


@pytest.mark.parametrize("case", [case for case in CASES if "red_line" in case.values[0]])
def test_the_red_line_refuses_the_whole_file_and_names_the_column(case: dict[str, Any], tmp_path: Path) -> None:
    births, areas = write(case, tmp_path)
    with pytest.raises(RedLineError) as refusal:
        read_births(births, areas=areas, on_or_before=TODAY)
    said = say([error_text(refusal.value, language) for language in LANGUAGES])
    assert [refusal.value.key, refusal.value.values["column"]] == case["red_line"]
    assert not [value for value in case.get("secret", ()) if value in said + str(refusal.value)]


def outcome(path: Path, areas: Path, *, strict: bool) -> BirthTable | TianpingError:
    try:
        return read_births(path, areas=areas, on_or_before=TODAY, strict=strict)
    except TianpingError as error:
        return error


@pytest.mark.parametrize("case", [case for case in CASES if case.id in STRICT])
def test_strict_refuses_exactly_what_has_an_error(case: dict[str, Any], tmp_path: Path) -> None:
    births, areas = write(case, tmp_path)
    easy, strict = (outcome(births, areas, strict=strict) for strict in (False, True))
    if isinstance(easy, BirthTable) and all(found.severity is not Severity.ERROR for found in easy.findings):
        assert isinstance(strict, BirthTable)
        assert strict.digest == easy.digest
    elif isinstance(easy, BirthTable):
        assert isinstance(strict, InputRefusedError)
        assert strict.findings == easy.findings
    else:
        assert isinstance(strict, type(easy))
        assert strict.key == easy.key


@costly(15)
@given(st.data())
def test_any_damage_gives_a_table_or_one_of_our_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    case = data.draw(st.sampled_from([case.values[0] for case in CASES if case.values[0].get("text")]))
    births, areas = write(case, tmp_path_factory.mktemp("damaged"))
    content = births.read_bytes()
    at = data.draw(st.integers(0, len(content)))
    patch = data.draw(st.sampled_from([b"", b'"', b"\r", b"\n", b",", b"\x00", b"\xff", b"-", b"\xe4\xb8"]))
    births.write_bytes(content[:at] + patch + content[at + data.draw(st.sampled_from([0, 1, 40])) :])
    result = outcome(births, areas, strict=False)
    if isinstance(result, BirthTable):
        counts = result.counts()
        assert result.is_weighted or counts.boys.sum() + counts.girls.sum() <= result.n_births
    else:
        assert isinstance(result, InputRefusedError | RedLineError)


def test_a_character_that_ends_with_the_file_is_told(tmp_path: Path) -> None:
    """The bytes fit GB18030 until the very last one."""
    births = tmp_path / "births.csv"
    births.write_bytes(b"area_code,period,boys,girls\n998,2024-01,10\xff9\n")
    refused = outcome(births, None, strict=False)
    assert isinstance(refused, InputRefusedError)
    assert "encoding_unreadable" in str(refused)
