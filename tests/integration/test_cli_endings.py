"""How commands end: exit codes, errors in both languages, help, nothing loaded in vain."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from integration.cli_cases import CHINESE, ENGLISH, county, tianping
from tianping.cli import references
from tianping.cli.main import COMMANDS

IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
#: A made-up number with a right check digit, of no living person: region 110101, born in 1900.
NUMBER = "110101190001010011"


def check_digit(number: str) -> str:
    weights = [2 ** (17 - at) % 11 for at in range(17)]
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11]


#: given a command line, what standard error names
WRONG = [
    (("estimte",), "estimte"),
    (("check",), "FILE"),
    (("check", "a.csv", "--starct"), "--starct"),
    (("check", "no-such.csv"), "no-such.csv"),
    (("check", "a.csv", "b.csv"), "b.csv"),
    (("power", "--births"), "--births"),
    (("power", "--births", "many"), "--births"),
    (("power", "--births", "0"), "births"),
    (("power", "--births", "5", "--reference", "atlantis"), "atlantis"),
    (("references", "--lang", "tlh"), "tlh"),
    (("estimate", "a.csv"), "--out"),
    (("estimate", "no-such.csv", "--out", "run"), "no-such.csv"),
]


@pytest.mark.parametrize("environment", [ENGLISH, CHINESE])
@pytest.mark.parametrize(("arguments", "named"), WRONG)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    named: str,
    environment: dict[str, str],
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = tianping(*arguments, environment=environment)
    assert (answer.code, answer.out) == (2, "")
    assert named in answer.err
    assert "Traceback" not in answer.err
    assert bool(IDEOGRAPH.search(answer.err)) == (environment is CHINESE)


#: given --as-of and other options, the error
WRONG_QUESTIONS = [
    (("--as-of", "2023-12"), "as_of_before_data"),
    (("--as-of", "June"), "period_unreadable"),
    (("--as-of", "2024-03..2024-01"), "as_of_backwards"),
    (("--as-of", "2024"), "period_kinds_mixed"),
    (("--level", "village"), "level_unknown"),
    (("--interval", "90"), "setting_out_of_range"),
    (("--orders-from", "4"), "setting_out_of_range"),
]


@pytest.mark.parametrize(("options", "key"), WRONG_QUESTIONS)
def test_a_question_that_cannot_be_answered_ends_with_2(tmp_path: Path, options: tuple[str, ...], key: str) -> None:
    births, areas = county(tmp_path)
    answer = tianping("estimate", births, "--areas", areas, "--out", tmp_path / "run", "--json", *options)
    assert (answer.code, answer.document["error"], answer.err) == (2, key, "")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["check", "estimate", "explain"])
def test_the_red_line_ends_with_3_names_the_column_and_repeats_no_value(tmp_path: Path, command: str) -> None:
    births, areas = county(tmp_path)
    header, *rows = births.read_text(encoding="utf-8").splitlines()
    secret = NUMBER[:17] + check_digit(NUMBER[:17])
    births.write_text(f"{header},ID number\n" + "".join(f"{row},{secret}\n" for row in rows), encoding="utf-8")
    more = {"check": [], "estimate": ["--out", tmp_path / "run"], "explain": ["C"]}[command]
    for environment in (ENGLISH, CHINESE):
        answer = tianping(command, births, *more, "--areas", areas, environment=environment)
        assert answer.code == 3
        assert "ID number" in answer.err
        assert secret not in answer.out + answer.err
    assert not (tmp_path / "run").exists()


def test_a_value_that_crosses_the_red_line_is_told_to_machines_without_it(tmp_path: Path) -> None:
    births, areas = county(tmp_path)
    secret = NUMBER[:17] + check_digit(NUMBER[:17])
    text = births.read_text(encoding="utf-8").replace("reported_period", "source")
    births.write_text(text.replace("2024-02\n", f"{secret}\n", 1), encoding="utf-8")
    answer = tianping("check", births, "--areas", areas, "--json")
    assert (answer.code, answer.document["exit_code"], answer.document["error"]) == (3, 3, "content_refused")
    assert secret not in answer.out + answer.err


def test_a_fault_of_ours_ends_with_70_and_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "reference_names", lambda: 1 / 0)
    answer = tianping("references")
    assert (answer.code, answer.out) == (70, "")
    assert "ZeroDivisionError" in answer.err


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_page_is_in_the_language_asked_for(command: str, language: str) -> None:
    answer = tianping(*([command] if command else []), "--lang", language, "--help")
    assert answer.code == 0
    assert bool(IDEOGRAPH.search(answer.out)) == (language == "zh_Hans")
    if command:
        assert f"  tianping {command} " in answer.out, "an example"
    else:
        assert all(f"  {name} " in answer.out for name in COMMANDS)


def test_the_bare_command_shows_its_help_and_the_version_is_told() -> None:
    assert tianping().out == tianping("--help").out
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", tianping("--version").out)


def test_help_loads_no_table_and_no_number_library() -> None:
    code = (
        "import sys; from tianping.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'scipy', 'pyarrow', 'duckdb', 'rich', 'openpyxl'} & set(sys.modules)\n"
        "sys.exit(' '.join(sorted(heavy)) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stderr == ""
    assert ended.returncode == 0
    assert "estimate" in ended.stdout


def test_the_installed_command_ends_with_the_same_codes(tmp_path: Path) -> None:
    program = [str(Path(sys.executable).parent / "tianping")]
    good = subprocess.run([*program, "references", "--json"], capture_output=True, text=True, check=False)
    assert (good.returncode, json.loads(good.stdout)["default"]) == (0, "eastern-asia")
    bad = subprocess.run([*program, "check", "no-such.csv"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "no-such.csv" in bad.stderr
