"""A world's files hold the world: births read back as its counts, truth that scoring reads, how to make it again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from tianping.births import read_births
from tianping.observatory.score_inputs import truth_of
from tianping.observatory.score_sheet import Sheet
from tianping.observatory.world_files import WORLD_NAMES, write_world
from tianping.simulator import World, packaged_scenario, read_scenario, simulate
from tianping.terms import ORDER_GROUPS, InputError, Period
from unit.simulator.scenarios import smaller, world


@pytest.fixture(scope="module")
def troubled() -> World:
    return simulate(smaller(packaged_scenario("all-troubles"), 14), 5)


def test_areas_that_end_read_back_with_their_end(tmp_path: Path) -> None:
    made = world("", "", "{kind: merge, where: {n: 2}, since: 5}", n_months=8)
    write_world(made, tmp_path)
    births = read_births(tmp_path / "births.csv", areas=tmp_path / "areas.csv")
    assert births.tree == made.tree
    assert sum(area.valid_until == made.periods[4] for area in births.tree.areas) == 2
    np.testing.assert_array_equal(births.counts().girls, made.counts().girls)


@pytest.fixture(scope="module")
def folder(troubled: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("world")
    write_world(troubled, place)
    return place


def test_births_read_back_are_the_counts_of_the_world(troubled: World, folder: Path) -> None:
    births = read_births(folder / "births.csv", areas=folder / "areas.csv")
    assert {finding.code for finding in births.findings} <= {"order_unknown", "area_gap"}
    month = Period(2022, 6)
    for known in ({}, {"as_of": month}, {"as_of": month, "known_on": month}):
        read, made = births.counts(**known), troubled.counts(**known)
        assert read.tree == made.tree
        for name in ("boys", "girls", "registered_boys", "registered_girls"):
            np.testing.assert_array_equal(getattr(read, name), getattr(made, name))
        assert read.delays is not None
        assert made.delays is not None
        assert read.delays.last == made.delays.last
        np.testing.assert_array_equal(read.delays.arrived, made.delays.arrived)
        np.testing.assert_array_equal(read.delays.within, made.delays.within)


def test_scoring_reads_the_truth_of_the_world(troubled: World, folder: Path) -> None:
    truth = truth_of(Sheet.read(folder / "truth.csv"))
    order = [truth.codes.index(code) for code in troubled.tree.codes]
    for at, group in enumerate(ORDER_GROUPS):
        np.testing.assert_allclose(truth.log_srb[order][..., at], troubled.true_log_srb(group), atol=1e-6)
    np.testing.assert_array_equal(truth.fabricated[order], troubled.fabricated)
    assert 0 < truth.fabricated.sum() < len(order)
    expected = np.full(truth.changed.shape, -1)
    expected[troubled.leaves] = np.where(troubled.changed >= 0, troubled.changed + truth.first, -1)
    np.testing.assert_array_equal(truth.changed[order], expected)


def test_each_event_is_told_with_place_time_and_size(troubled: World, folder: Path) -> None:
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(troubled.events)
    step = next(row for row in rows if row["kind"] == "step")
    event = next(event for event in troubled.events if event.kind == "step")
    assert step["area_code"] == troubled.tree.codes[event.area]
    assert (step["first_period"], step["orders"]) == (str(troubled.periods[event.first]), "2 3+")
    assert float(step["size"]) == pytest.approx(event.size, abs=1e-6)
    moved = next(row for row in rows if row["kind"] == "migrate")
    assert moved["other_area_code"] in troubled.tree.codes


def test_a_world_is_made_again_from_its_files_byte_by_byte(folder: Path, tmp_path: Path) -> None:
    told = json.loads((folder / "world.json").read_text(encoding="utf-8"))
    write_world(simulate(read_scenario(folder / "scenario.yaml"), told["seed"]), tmp_path)
    for name in WORLD_NAMES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_another_seed_makes_another_world(troubled: World) -> None:
    assert (simulate(troubled.scenario, 6).born_boys != troubled.born_boys).any()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "truth.csv").write_text("mine\n", encoding="utf-8")
    with pytest.raises(InputError, match="world_folder_in_use"):
        write_world(world(n_months=2), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["truth.csv"]
    assert (tmp_path / "truth.csv").read_text(encoding="utf-8") == "mine\n"


def test_areas_that_expect_no_births_have_no_truth(tmp_path: Path) -> None:
    write_world(world(n_months=2, size=0), tmp_path)
    assert (tmp_path / "truth.csv").read_text(encoding="utf-8").count("\n") == 1
