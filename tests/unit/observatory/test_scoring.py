"""A run's folder beside a truth file: hand-made tables, figures worked out by hand."""

import json
import math

import pytest

from tianping.locale import LANGUAGES
from tianping.observatory.scoring import score
from tianping.terms import InputError

AREAS = "area_code,name,level,parent_code\n1,County,county,\n01,A,town,1\n02,B,town,1\n03,C,town,1\n"
HEADER = (
    "area_code,name,level,order_group,as_of,known_on,estimand,window_months,n_boys,n_girls,observed_srb,srb,srb_lower,"
    "srb_upper,interval,log_srb_mean,log_srb_sd,p_above_normal,p_above_alert,p_difference,p_changed,changed_period,"
    "min_detectable_srb,note"
)
SIGNALS = "area_code,level,order_group,as_of,criterion,tier,p,expected_false_share,e_value,reason"


def estimate(code, srb, lower, upper, *, p_alert=0.5, p_difference="0.5", births=200, as_of="2024-12", **more):
    level, changed = ("county", "") if code == "1" else ("town", more.get("p_changed", "0.1"))
    columns = [code, "x", level, "2+", as_of, as_of, more.get("estimand", "now"), more.get("window", 24)]
    columns += [births // 2, births // 2, 100, srb, lower, upper, 0.9, 0, 0, 0.5, p_alert, p_difference]
    return ",".join(map(str, [*columns, changed, more.get("changed_period", ""), 150, ""]))


def run_folder(folder, estimates, signals=(), **tables):
    texts = {
        "estimates": "\n".join([HEADER, *estimates]),
        "signals": "\n".join([SIGNALS, *signals]),
        "areas": AREAS,
        **tables,
    }
    for name, content in texts.items():
        (folder / f"{name}.csv").write_text(content + "\n", encoding="utf-8")
    return folder


def truth_file(folder, rows, header="area_code,period,order_group,srb"):
    path = folder / "truth.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def three_towns(tmp_path):
    """Three towns: A truly 130, B 106, C 106 with half of the births; the run flags A and B."""
    estimates = [
        estimate("1", 110, 106, 114, p_alert=0.1, p_difference="", births=400),
        estimate("01", 125, 110, 140, p_alert=0.9, p_difference="0.9", births=100, p_changed="0.8"),
        estimate("02", 120, 108, 130, p_alert=0.7, p_difference="0.6", births=100),
        estimate("03", 106, 100, 112, p_alert=0.1, p_difference="0.1", births=200),
    ]
    signals = [
        "01,town,2+,2024-12,level,alert,0.9,0.1,,",
        "02,town,2+,2024-12,level,watch,0.7,0.2,,",
        "01,town,2+,2024-12,difference,strong,0.9,0.1,,",
    ]
    return run_folder(tmp_path, estimates, signals)


TRUTH = ["01,2024-12,2+,130", "02,2024-12,2+,106", "03,2024-12,2+,106"]


def test_estimates_are_held_against_the_truth(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    expected = math.sqrt((math.log(125 / 130) ** 2 + math.log(120 / 106) ** 2) / 3)
    assert found.value("now", "rmse", "2+", level="town") == pytest.approx(expected)
    assert found.value("now", "coverage", "2+") == pytest.approx(2 / 3)
    assert math.isnan(found.value("now", "rmse", "2+", level="county"))
    assert (found.n_areas, found.n_areas_with_truth, found.interval) == (4, 3, 0.9)


def test_tiers_nest(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    assert found.value("level.watch", "n_flagged", "2+") == 2
    assert found.value("level.watch", "false_discovery_proportion", "2+") == 0.5
    assert found.value("level.alert", "false_discovery_proportion", "2+") == 0
    assert found.value("level.alert", "recall", "2+") == 1
    assert found.value("level.strong", "n_flagged", "2+") == 0
    assert found.value("difference.watch", "n_flagged", "2+") == 1


def test_the_alert_level_asked_is_the_one_scored(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH), alert_at=105)
    assert found.value("level.alert", "n_true", "2+") == 3


def test_a_difference_is_from_the_rest_of_the_parent(three_towns, tmp_path):
    # Without A the county stands at 106: A differs by log(130/106). Without B it is the mean of A and C by births.
    truth = truth_file(tmp_path, TRUTH)
    assert score(three_towns, truth).value("difference.alert", "n_true", "2+") == 1
    assert score(three_towns, truth, margin=1.3).value("difference.alert", "n_true", "2+") == 0
    rest_of_b = (100 * math.log(130) + 200 * math.log(106)) / 300
    below = math.exp(math.log(106) - rest_of_b) - 1e-6
    assert score(three_towns, truth, margin=below).value("difference.alert", "n_true", "2+") == 2


def test_the_parent_stands_in_for_a_sister_whose_truth_is_not_told(three_towns, tmp_path):
    whole = (100 * math.log(130) + 300 * math.log(106)) / 400
    rows = [TRUTH[0], f"1,2024-12,2+,{math.exp(whole)}"]
    found = score(three_towns, truth_file(tmp_path, rows), margin=130 / 106 - 1e-6)
    assert found.value("difference.alert", "n_true", "2+") == 1
    found = score(three_towns, truth_file(tmp_path, rows), margin=130 / 106 + 1e-6)
    assert found.value("difference.alert", "n_true", "2+") == 0


def test_no_difference_is_scored_without_parents(three_towns, tmp_path):
    (three_towns / "areas.csv").unlink()
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    assert not found.difference_scored
    assert math.isnan(found.value("difference.alert", "n_true", "2+"))


def test_recall_at_a_false_discovery_limit(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    assert found.value("level.ranked", "recall_at_fdp", "2+") == 1
    assert found.value("level.ranked", "n_flagged", "2+") == 1


def test_invented_reports_are_left_out(three_towns, tmp_path):
    header = "area_code,period,order_group,srb,fabricated,changed_period"
    rows = ["01,2024-12,2+,130,0,2024-03", "02,2024-12,2+,106,1,", "03,2024-12,2+,106,0,"]
    found = score(three_towns, truth_file(tmp_path, rows, header))
    assert found.n_areas_fabricated == 1
    assert found.value("level.watch", "false_discovery_proportion", "2+") == 0
    assert found.value("p_changed", "n_true", "all", level="town") == 1
    assert found.value("p_changed", "recall", "all", level="town") == 1
    assert found.value("p_changed", "precision", "all", level="town") == 1


FORENSICS = """area_code,level,test,part,verdict,unit_check
01,town,FR_DISP,months,unremarkable,1
01,town,FR_ORD,level,check,1
02,town,FR_DISP,months,unremarkable,1
02,town,FR_DISP,cells,check,1
03,town,FR_DISP,months,not_asked,0
"""


def test_invented_reports_are_held_against_the_units_asked_to_check(three_towns, tmp_path):
    (three_towns / "forensics.csv").write_text(FORENSICS, encoding="utf-8")
    rows = ["01,2024-12,2+,130,0", "02,2024-12,2+,106,1", "03,2024-12,2+,106,0"]
    found = score(three_towns, truth_file(tmp_path, rows, "area_code,period,order_group,srb,fabricated"))
    assert found.value("forensics.check", "recall", "all") == 1
    assert found.value("forensics.check", "precision", "all", level="town") == 0.5
    assert found.value("forensics.check", "honest_flagged", "all") == 0.5
    assert found.value("forensics.dispersion", "precision", "all") == 1
    assert found.value("forensics.dispersion", "n_flagged", "all") == 1
    lists = next(block for block in found.blocks("en") if block.name == "lists")
    assert any("invented reports" in cell for row in lists.rows for cell in row)
    silent = score(three_towns, truth_file(tmp_path, TRUTH))
    assert math.isnan(silent.value("forensics.check", "recall", "all"))


def test_the_window_is_the_mean_over_its_periods(tmp_path):
    estimates = [estimate("01", 120, 110, 130, estimand=kind) for kind in ("now", "window")]
    folder = run_folder(tmp_path, estimates)
    months = [f"01,{2023 + k // 12}-{k % 12 + 1:02d},2+,{100 if k < 12 else 144}" for k in range(24)]
    assert score(folder, truth_file(tmp_path, months)).value("window", "rmse", "2+") == pytest.approx(0, abs=1e-12)
    partial = score(folder, truth_file(tmp_path, months[1:]))
    assert math.isnan(partial.value("window", "rmse", "2+"))
    assert partial.value("now", "bias", "2+") == pytest.approx(math.log(120 / 144))


def test_a_walk_may_begin_with_shorter_windows(tmp_path):
    rows = [
        estimate("01", 110, 100, 130, estimand="window", as_of=month, window=window)
        for month, window in (("2024-01", 1), ("2024-02", 2))
    ]
    truth = truth_file(tmp_path, ["01,2024-01,2+,110", "01,2024-02,2+,120"])
    found = score(run_folder(tmp_path, rows), truth)
    assert found.value("window", "bias", "2+", as_of="2024-01") == pytest.approx(0, abs=1e-12)
    assert found.value("window", "bias", "2+", as_of="2024-02") == pytest.approx(-math.log(120 / 110) / 2)
    assert found.window_months == 2


def test_one_evaluation_has_one_window(tmp_path):
    rows = [estimate(code, 110, 100, 130, window=window) for code, window in (("01", 24), ("02", 12))]
    with pytest.raises(InputError) as error:
        score(run_folder(tmp_path, rows), truth_file(tmp_path, TRUTH))
    assert error.value.key == "score_column_varies"


def test_evaluations_are_scored_apart_and_together(tmp_path):
    estimates = [estimate("01", srb, 110, 130, as_of=month) for srb, month in ((120, "2024-11"), (100, "2024-12"))]
    found = score(run_folder(tmp_path, estimates), truth_file(tmp_path, ["01,2024-11,2+,120", "01,2024-12,2+,100"]))
    assert found.value("now", "coverage", "2+", as_of="2024-11") == 1
    assert found.value("now", "coverage", "2+", as_of="2024-12") == 0
    assert found.value("now", "coverage", "2+") == 0.5


def test_history_and_ranking_are_scored_when_they_are_there(three_towns, tmp_path):
    (three_towns / "history.csv").write_text(
        "area_code,order_group,period,kind,srb,srb_lower,srb_upper\n"
        "01,2+,2024-11,smoothed,120,100,125\n01,2+,2024-12,smoothed,120,100,135\n02,2+,2024-12,filtered,106,100,110\n"
    )
    (three_towns / "ranking.csv").write_text(
        "as_of,level,order_group,area_code,expected_rank,rank_lower,rank_upper,p_worst_decile,group\n"
        "2024-12,town,2+,01,1,1,3,0.7,high\n2024-12,town,2+,02,2,1,3,0.2,low\n2024-12,town,2+,03,3,1,3,0.1,low\n"
    )
    header = "area_code,period,order_group,srb,changed_period"
    rows = ["01,2024-11,2+,130,", "01,2024-12,2+,130,2024-12", "02,2024-12,2+,106,", "03,2024-12,2+,106,"]
    found = score(three_towns, truth_file(tmp_path, rows, header))
    assert found.value("smoothed", "coverage", "2+") == 0.5
    assert found.value("smoothed_changed", "coverage", "2+") == 0.5
    assert found.value("filtered", "coverage", "2+") == 1
    assert found.value("p_worst_decile", "purity", "2+", level="town") == 1
    assert found.value("p_worst_decile", "claimed", "2+", level="town") == pytest.approx(0.7)


def test_a_score_is_plain_values_and_a_table_in_both_languages(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["question"]["alert_at"] == 115
    for language in LANGUAGES:
        rows = found.rows(language)
        assert len(rows) == len(found.figures)
        assert {len(row) for row in rows} == {len(found.headings(language))}


def test_the_table_for_people_has_one_row_per_list(three_towns, tmp_path):
    found = score(three_towns, truth_file(tmp_path, TRUTH))
    blocks = {block.name: block for block in found.blocks("en")}
    assert set(blocks) == {"accuracy", "lists", "claims"}
    lists = blocks["lists"]
    watch = next(row for row in lists.rows if row[:3] == ["town", "second and higher", "level: watch or higher"])
    told = dict(zip(lists.headings, watch, strict=True))
    assert (told["true"], told["listed"], told["wrong"]) == ("1", "2", "0.500")
    for block in found.blocks("zh_Hans"):
        assert {len(row) for row in block.rows} == {len(block.headings)}


@pytest.mark.parametrize(
    ("rows", "header", "key", "values"),
    [
        (["01,2024-12,2+,0"], None, "score_srb_not_positive", {"row": 2, "column": "srb"}),
        (["01,2024-12,2+,abc"], None, "score_number_unreadable", {"row": 2}),
        (["01,2024-12,4,100"], None, "score_value_unknown", {"row": 2, "column": "order_group"}),
        (["01,2024-12,2+,100", "01,2024-12,2+,101"], None, "score_row_twice", {"row": 3}),
        (["01,Dec 2024,2+,100"], None, "period_unreadable", {}),
        (["01,2024-12,2+,100", "01,2024,2+,100"], None, "score_periods_mixed", {"column": "period"}),
        (["01,2024,2+,100"], None, "score_periods_of_other_kind", {}),
        (["01,2020-12,2+,100"], None, "score_no_common_period", {"first": "2020-12"}),
        (["99,2024-12,2+,100"], None, "score_no_common_area", {"n": 1}),
        ([",2024-12,2+,100"], None, "score_value_unknown", {"column": "area_code"}),
        (["01,2024-12,100"], "area_code,period,srb", "score_column_missing", {"columns": "order_group"}),
        ([], None, "score_table_empty", {"file": "truth.csv"}),
    ],
)
def test_a_truth_file_that_cannot_be_used_says_why(three_towns, tmp_path, rows, header, key, values):
    path = truth_file(tmp_path, rows, header or "area_code,period,order_group,srb")
    with pytest.raises(InputError) as error:
        score(three_towns, path)
    assert error.value.key == key
    assert values.items() <= error.value.values.items()


def test_a_folder_without_estimates_says_so(tmp_path):
    with pytest.raises(InputError) as error:
        score(tmp_path, truth_file(tmp_path, TRUTH))
    assert error.value.key == "score_file_missing"
