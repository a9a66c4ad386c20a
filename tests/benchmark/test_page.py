"""The benchmark's page says what was measured: ratios, limits that were hit, peers that are not there."""

from __future__ import annotations

import json

import pytest

from bench.measuring import Usage
from bench.record import Record, Row
from bench.scaling_plot import Point, plot
from bench.table import page
from bench.tasks import AGREEMENT, MONTHLY, SCRATCH, TASKS

ACCURACY = {"rmse": 0.0431, "rmse_step": 0.103, "coverage": 0.9, "coverage_step": 0.8, "n": 100, "n_intervals": 30}
MACHINE = {"cores": 2, "processor": "P", "memory_gb": 24.0, "load": 0.5}


def used(outcome="finished", cpu=10.0):
    return Usage(outcome, cpu, 12.0, 300.0, 600.0)


def record(*rows, not_run=None, agreement=None):
    return Record(MACHINE, {"seed": 1}, rows, not_run or {}, agreement or {})


def engine(fit=2.0, question=SCRATCH):
    return Row("engine_x", "**engine**", question, usage=used(), stages={"fit": fit}, accuracy=ACCURACY)


def line_of(text, label):
    return [
        cell.strip()
        for cell in next(line for line in text.splitlines() if line.startswith(f"| {label}")).split("|")[1:-1]
    ]


def test_a_ratio_compares_one_fit_with_the_engines_of_the_same_question():
    peer = Row("peer", "peer", MONTHLY, usage=used(), stages={"fit": 60.0, "answers": 6.0}, evaluations=3)
    text = page(record(engine(), engine(0.5, MONTHLY), peer))
    assert line_of(text, "peer")[1:6] == ["20.0", "40×", "22.00", "44.0×", "3"]


def test_who_does_not_finish_gets_a_least_ratio_and_the_limit_that_was_hit():
    stopped = Row("slow", "slow", SCRATCH, usage=used("did_not_finish", 601.0), stages={"read": 3.0})
    assert line_of(page(record(engine(), stopped)), "slow")[1:3] == ["did not finish in 601 s", "> 300×"]


def test_who_fitted_and_was_stopped_later_keeps_the_fit():
    stopped = Row("slow", "slow", SCRATCH, usage=used("did_not_finish", 601.0), stages={"fit": 100.0})
    cells = line_of(page(record(engine(), stopped)), "slow")
    assert cells[1:3] == ["100", "50×"]
    assert cells[4] == "601 (did not finish)"


def test_who_fails_gets_no_ratio():
    failed = Row("broken", "broken", SCRATCH, usage=used("failed"))
    assert line_of(page(record(engine(), failed)), "broken")[1:3] == ["failed", "–"]


def test_coverage_of_a_sample_of_cells_says_how_many():
    assert line_of(page(record(engine())), r"**engine**")[9] == "0.900 (30 cells)"


def test_peers_that_are_not_there_are_named_with_the_way_to_get_them():
    assert "- lme4: not installed. `apt-get x`" in page(record(engine(), not_run={"lme4": "apt-get x"}))


def test_a_section_without_anything_to_show_is_left_out():
    text = page(record(engine()))
    assert "## From scratch" in text
    assert "## Not run" not in text
    assert "$" not in text
    assert "How cost grows" not in text
    assert "(../images/x.svg)" in page(record(engine()), "x.svg")


def test_agreement_is_shown_with_what_the_sampler_said():
    told = {"rms": 0.05, "ratio": 1.01, "lowest": 0.9, "highest": 1.1, "n": 280}
    nuts = Row("nuts", "NUTS", AGREEMENT, usage=used(), stages={"fit": 5.0}, notes=("smallest_ess 900",))
    text = page(record(nuts, agreement={"all": told}))
    assert line_of(text, "all") == ["all", "0.050", "1.010", "0.90–1.10", "280"]
    assert "- NUTS: 5.0 CPU s. smallest_ess 900" in text


def test_what_is_not_a_number_stands_as_null():
    row = Row("raw", "raw", SCRATCH, accuracy={**ACCURACY, "coverage": float("nan")})
    told = json.loads(record(row).to_json())
    assert told["rows"][0]["accuracy"]["coverage"] is None


def test_names_of_tasks_are_unique_and_none_is_the_beginning_of_a_file_of_another():
    names = [task.name for task in TASKS]
    assert len(set(names)) == len(names)


def test_the_plot_of_growth_holds_both_courses_and_needs_two_sizes():
    svg = plot([Point(100, 1.0, 0.1), Point(1000, 9.0, 1.0)])
    assert svg.startswith("<svg")
    assert "from scratch" in svg
    assert "1,000" in svg
    with pytest.raises(ValueError, match="two sizes"):
        plot([Point(100, 1.0, 0.1)])
