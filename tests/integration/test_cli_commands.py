"""The other commands: what they say to people and to machines, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integration.cli_cases import CHINESE, ENGLISH, county, many_towns, tianping
from tianping.srb.direct import births_needed

IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
SLIP = "T2,2024-03,1,-4,5,2024-03\n"


def test_check_tells_each_finding_with_its_place(tmp_path: Path) -> None:
    births, areas = county(tmp_path, extra=SLIP)
    answer = tianping("check", births, "--areas", areas)
    assert answer.code == 1
    assert "ERROR  births.csv, row 29, column boys" in answer.out
    assert "births.csv can be used" in answer.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["areas.csv", "births.csv"]


def test_check_is_quiet_about_a_good_file(tmp_path: Path) -> None:
    births, areas = county(tmp_path)
    answer = tianping("check", births, "--areas", areas, "--json")
    assert (answer.code, answer.document["findings"], answer.document["usable"]) == (0, [], True)
    assert (answer.document["first_period"], answer.document["last_period"]) == ("2024-01", "2024-03")


@pytest.mark.parametrize(("strict", "usable"), [((), True), (("--strict",), False)])
def test_strict_makes_a_file_with_errors_unusable(tmp_path: Path, strict: tuple[str, ...], usable: bool) -> None:
    births, areas = county(tmp_path, extra=SLIP)
    answer = tianping("check", births, "--areas", areas, "--json", *strict)
    assert (answer.code, answer.document["usable"]) == (1, usable)


def test_months_to_come_are_errors(tmp_path: Path) -> None:
    births, areas = county(tmp_path, extra="T1,2199-01,1,5,5,2199-01\n")
    answer = tianping("check", births, "--areas", areas, "--json")
    assert answer.code == 1
    assert "period_future" in {finding["code"] for finding in answer.document["findings"]}


def test_check_reports_on_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    answer = tianping("check", empty)
    assert answer.code == 2
    assert "ERROR  empty.csv" in answer.out
    assert tianping("check", empty, "--json").document["exit_code"] == 2


@pytest.mark.parametrize("environment", [ENGLISH, CHINESE])
def test_explain_speaks_the_environments_language(tmp_path: Path, environment: dict[str, str]) -> None:
    births, areas = many_towns(tmp_path, years=(2024,))
    answer = tianping("explain", births, "N007", "N", "--areas", areas, environment=environment)
    assert answer.code == 0
    assert answer.out.count("N007") == answer.out.count("North") == 1
    assert bool(IDEOGRAPH.search(answer.out)) == (environment is CHINESE)


def test_explain_gives_sentences_to_machines(tmp_path: Path) -> None:
    births, areas = many_towns(tmp_path, years=(2024,))
    births.write_text(births.read_text(encoding="utf-8") + "X,2024,4,5\n", encoding="utf-8")
    asked = ("--areas", areas, "--order-group", "all", "--as-of", "2024", "--json")
    answer = tianping("explain", births, "N007", *asked)
    (area,) = answer.document["areas"]
    assert (answer.code, answer.document["as_of"], area["area_code"]) == (1, "2024", "N007")
    assert any("N007, all births" in sentence for sentence in area["sentences"])
    told = " ".join(area["sentences"])
    months = re.search(r"counts of the (\d+) months", told)
    assert months is not None
    assert f"The model's mean over the same {months[1]} months is " in told
    assert "Estimated level in 2024: " in told


def test_power_tells_what_330_births_can_show() -> None:
    document = tianping("power", "--births", "330", "--json").document
    assert document["min_detectable_srb"] == pytest.approx(140, abs=0.5)
    assert [figure["srb"] for figure in document["ratios"]] == list(range(110, 165, 5))
    assert [figure["births_needed"] for figure in document["ratios"]] == [
        -int(-births_needed(figure["srb"], 1.063) // 1) for figure in document["ratios"]
    ]
    at_140 = next(figure for figure in document["ratios"] if figure["srb"] == 140)
    assert at_140["power"] == pytest.approx(0.8, abs=0.01)


def test_power_for_one_ratio_and_another_reference() -> None:
    answer = tianping("power", "--births", "5000", "--srb", "115", "--reference", "hong-kong")
    assert answer.code == 0
    assert re.search(r"115 +\d+% +[\d,]+\n", answer.out)
    assert "108.1 (hong-kong)" in answer.out
    assert tianping("power", "--births", "2", "--json").document["min_detectable_srb"] is None


def test_references_lists_the_packs_with_intervals_and_sources() -> None:
    answer = tianping("references")
    assert answer.code == 0
    assert re.search(r"eastern-asia +eastern Asia +106\.3 +105\.4–107\.2\n", answer.out)
    document = tianping("references", "--json").document
    assert document["default"] == "eastern-asia"
    assert all(pack["lower"] < pack["ratio"] < pack["upper"] and pack["source"] for pack in document["references"])


ESTIMATES = (
    "area_code,name,level,order_group,as_of,known_on,estimand,window_months,n_boys,n_girls,observed_srb,srb,srb_lower,"
    "srb_upper,interval,log_srb_mean,log_srb_sd,p_above_normal,p_above_alert,p_difference,p_changed,changed_period,"
    "min_detectable_srb,note\n"
)
SIGNALS = "area_code,level,order_group,as_of,criterion,tier,p,expected_false_share,e_value,reason\n"


@pytest.fixture
def scored(tmp_path: Path) -> tuple[Path, Path]:
    """A run of two areas, one of them truly high, and its truth."""
    for kind in ("now", "window"):
        rows = [
            f"{code},{code},town,all,2024,,{kind},12,60,50,120,{srb},100,130,0.9,0,0.05,{p},{p},,,,140,\n"
            for code, srb, p in (("A", 118, 0.9), ("B", 105, 0.1))
        ]
        with (tmp_path / "estimates.csv").open("a", encoding="utf-8") as file:
            file.writelines([ESTIMATES, *rows] if kind == "now" else rows)
    (tmp_path / "signals.csv").write_text(SIGNALS + "A,town,all,2024,level,alert,0.9,0.1,,\n", encoding="utf-8")
    truth = tmp_path / "truth.csv"
    truth.write_text("area_code,period,order_group,srb\nA,2024,all,120\nB,2024,all,104\n", encoding="utf-8")
    return tmp_path, truth


def test_score_tells_figures_and_what_was_left_out(scored: tuple[Path, Path]) -> None:
    answer = tianping("score", *scored)
    assert answer.code == 0
    assert "RMSE" in answer.out
    assert "share of the list that is right" in tianping("score", *scored, "--each-as-of").out
    assert "2 of the run's 2 areas have a truth" in answer.out
    assert "--areas" in answer.out, "without parents no difference is scored"


def test_score_asks_what_the_run_was_asked(scored: tuple[Path, Path]) -> None:
    run, truth = scored
    assert tianping("score", run, truth, "--json").document["question"]["alert_at"] == 115
    told = '{"engine": {"name": "tianping"}, "settings": {"alert_at": 125, "margin": 1.1, "normal_upper": 107}}'
    (run / "run.json").write_text(told, encoding="utf-8")
    assert tianping("score", run, truth, "--json").document["question"]["alert_at"] == 125


def test_score_names_a_missing_file(tmp_path: Path) -> None:
    answer = tianping("score", tmp_path, tmp_path / "truth.csv")
    assert answer.code == 2
    assert "estimates.csv" in answer.err
