"""The study's own machinery: figures that are known beforehand come out, an interrupted study goes on."""

import json
from dataclasses import replace

import numpy as np
import pytest

from conventions import text_checks
from simulation import answers, comparators, report, running, study, targets, truth, worlds
from simulation.comparators import oracle, peers
from simulation.measures import ENGINE
from simulation.pooling import Figure, OfShape, Pool
from simulation.tallies import Tally, histogram
from simulation.targets import Limit, Row, Standing, Verdict
from simulation.walks import looks, steps_found
from simulation.wording import LANGUAGES, texts


def record(shape, seed, **sums):
    """Make a record of a world with some sums and nothing else."""
    plain = {name.replace("__", "/"): value for name, value in sums.items()}
    return {"shape": shape, "seed": seed, "deep": False, "walks": False, "sums": plain, "scores": {}, "asked": 10}


# --- pooling -----------------------------------------------------------------------------------------------------


def test_pooling_adds_sums_and_averaging_counts_shapes_alike():
    pool = Pool(
        [record("large", 1, share=(90, 100)), record("large", 2, share=(80, 100)), record("one", 1, share=(0, 1))]
    )
    assert pool.pooled("share").value == pytest.approx(170 / 201)
    assert pool.averaged("share").value == pytest.approx(0.85 / 2)
    assert pool.averaged("share").n_worlds == 3


def test_the_interval_of_many_worlds_is_that_of_their_mean():
    rng = np.random.default_rng(3)
    values = rng.normal(size=200)
    pool = Pool([record("one", seed, mean=(value, 1)) for seed, value in enumerate(values)])
    lower, upper = pool.pooled("mean").interval
    assert (upper - lower) / 2 == pytest.approx(1.645 * values.std(ddof=1) / np.sqrt(200), rel=0.1)


def test_one_world_of_each_shape_has_no_interval():
    pool = Pool([record("one", 1, share=(1, 2)), record("two", 1, share=(1, 2))])
    assert np.isnan(pool.pooled("share").interval).all()


def test_a_figure_of_one_world_among_many_has_no_interval_either():
    worlds_of = [record("one", seed, share=(seed, 9)) for seed in (1, 2, 3)]
    worlds_of[0]["sums"]["deep"] = (1, 2)
    pool = Pool(worlds_of)
    for found in (pool.pooled("deep"), pool.averaged("deep"), pool.pooled("deep").map(np.sqrt)):
        assert np.isnan(found.interval).all()
    assert not np.isnan(pool.averaged("share").interval).any()


def test_a_share_of_one_is_no_surer_than_its_count():
    pool = Pool([record("single", seed, share=(1, 1)) for seed in range(20)])
    found = pool.of_shape("share", "single")
    assert found.value == 1
    assert found.value - found.lower == pytest.approx(1.729 * np.sqrt(0.09 / 20), rel=0.01)


def test_one_threshold_for_all_worlds_keeps_the_pooled_false_share():
    scores = {"engine": histogram(np.array([5.0, 4, 3, 2, 1, 0.5]), np.array([1, 1, 0, 1, 0, 0], dtype=bool))}
    pool = Pool([record("one", seed) | {"scores": scores} for seed in (1, 2)])
    assert pool.common_threshold("engine", 0.10).value == pytest.approx(2 / 3)
    assert pool.common_threshold("engine", 0.25).value == 1


# --- verdicts ----------------------------------------------------------------------------------------------------


def figure(value, lower, upper):
    return Figure(value, np.linspace(lower, upper, 1001), 20)


@pytest.mark.parametrize(
    ("value", "lower", "upper", "verdict"),
    [
        (0.90, 0.885, 0.915, Verdict.REACHED),
        (0.90, 0.80, 0.99, Verdict.REACHED_WITHIN_ERROR),
        (0.87, 0.85, 0.89, Verdict.SHORT_WITHIN_ERROR),
        (0.87, 0.80, 0.99, Verdict.SHORT_WITHIN_ERROR),
        (0.85, 0.84, 0.86, Verdict.SHORT),
        (0.97, 0.96, 0.98, Verdict.SHORT),
        (np.nan, np.nan, np.nan, Verdict.NOT_MEASURED),
    ],
)
def test_verdicts_follow_from_figure_interval_and_limit(value, lower, upper, verdict):
    assert Row("coverage", figure(value, lower, upper), Limit(0.88, 0.92)).verdict is verdict


@pytest.mark.parametrize(
    ("lower", "upper", "standing"),
    [
        (0.885, 0.915, Standing.INSIDE),
        (0.86, 0.90, Standing.CANNOT_TELL),
        (0.80, 0.87, Standing.OUTSIDE),
        (0.93, 1.00, Standing.OUTSIDE),
        (np.nan, np.nan, Standing.CANNOT_TELL),
    ],
)
def test_a_shape_is_in_the_band_out_of_it_or_cannot_be_told(lower, upper, standing):
    assert targets.standing(OfShape(0.9, lower, upper, 20)) is standing


# --- truth, comparators, steps -----------------------------------------------------------------------------------


def test_a_difference_is_that_to_the_rest_of_the_parent():
    tree = worlds.tree.grow(("county", "town"), (3,))
    plan = worlds.Plan(tree, np.ones((3, 30, 3)), np.zeros((3, 30, 3)) + np.array([0.3, 0.1, 0.2])[:, None, None])
    world = worlds.draw("three", 1, plan, np.random.default_rng(1))
    difference = truth.truth_of(world).difference
    assert np.isnan(difference[0]).all()
    assert difference[1:, 3] == pytest.approx([0.15, -0.15, 0.0])


@pytest.fixture(scope="module")
def stepping():
    """A world of steps, small: four counties."""
    world = worlds.make("spells", 1)
    return world, comparators.known(world, "2+")


@pytest.mark.parametrize("name", sorted(comparators.METHODS))
def test_a_method_looks_at_no_later_birth(stepping, name):
    _, births = stepping
    method, last = comparators.METHODS[name], 40
    later = np.arange(births.boys.shape[1]) > last
    other = replace(births, boys=np.where(later, 99.0, births.boys), girls=np.where(later, 1.0, births.girls))
    one, two = (method.scores(part, [last])[:, 0] for part in (births, other))
    assert np.array_equal(one, two, equal_nan=True)
    assert (~np.isnan(one)).sum() >= births.leaves.sum()


def test_the_oracle_sees_what_is_there(stepping):
    world, _ = stepping
    on = world.plan.changed[:, -1] >= 0
    scores = oracle.scores(world)[:, -1]
    assert scores[on].mean() > scores[~on].mean() + 2


def test_steps_are_found_by_alarms_in_their_first_two_years_while_they_last():
    changed = np.full((203, 60), -1)
    changed[0, 20:50] = 20
    changed[1, 22:60] = 22
    changed[2, 40:60] = 40
    times = np.array(looks(60))
    scores = np.zeros((203, len(times)))
    scores[0, times == 53] = 9
    scores[1, times == 44] = 9
    assert steps_found(scores + np.linspace(0, 1, 203)[:, None] * 1e-3, times, changed) == (1, 2)


def test_a_peer_is_read_from_its_file(tmp_path):
    world = worlds.make("twelve", 1)
    code = world.plan.tree.codes[3]
    (tmp_path / "glmer").mkdir()
    (tmp_path / "glmer" / "twelve-1.csv").write_text(f"area_code,score,flagged\n{code},2.5,1\n", encoding="utf-8")
    ((name, scores, flagged, estimated),) = peers.answers(tmp_path, world)
    assert (name, estimated) == ("glmer", None)
    assert flagged.sum() == 1
    assert scores[3] == 2.5
    assert np.isnan(scores).sum() == len(scores) - 1


# --- running and reporting ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A study of one world, run, and interrupted while the next record was written."""
    folder = tmp_path_factory.mktemp("study")
    tasks = running.tasks_of(["single"], 1, deep=0, walks=0)
    marks = {"engine": running.engine_digest(), "study": running.study_digest()}
    world = worlds.make("single", 1)
    found = study.measured(world, answers.ask(world, smoothed=False), folder / "peers")
    line = json.dumps(record("single", 1) | found | marks | {"seconds": 1.0})
    (folder / "worlds.jsonl").write_text(line + "\n" + line[:40], encoding="utf-8")
    return running.Plan(tasks, folder, 1, None)


def test_a_study_cut_short_goes_on_where_it_stopped(plan):
    told = []
    assert len(running.run_all(plan, told.append)) == 1
    assert told == ["1 worlds, 1 done before"]


def test_records_of_another_engine_are_not_taken(plan, tmp_path):
    text = (plan.folder / "worlds.jsonl").read_text(encoding="utf-8")
    (tmp_path / "worlds.jsonl").write_text(text.replace(running.engine_digest(), "another"), encoding="utf-8")
    assert running.records_of(replace(plan, folder=tmp_path)) == []


def test_seeds_come_one_after_the_other_so_that_a_short_study_is_even():
    assert [task.name for task in running.tasks_of(["a", "b"], 2)] == ["a-1", "b-1", "a-2", "b-2"]


def test_a_world_that_fails_is_told_and_is_part_of_no_figure(monkeypatch, tmp_path):
    def fails(*_, **__):
        raise ValueError("no births")

    monkeypatch.setattr(answers, "ask", fails)
    failed = study.run(study.Task("single", 1), tmp_path)
    assert failed["failed"] == "ValueError: no births"
    pool = Pool([failed, record("one", 1, share=(1, 2))])
    assert (len(pool.records), len(pool.failed)) == (1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_tells_every_row_and_every_shortfall(plan, tmp_path, language):
    pool = Pool(running.records_of(plan))
    report.write(pool, report.Provenance("e", "s", 2, 1, "./tp simulate"), tmp_path)
    name = "validation-report.md" if language == "en" else "validation-report.zh-Hans.md"
    written = (tmp_path / name).read_text(encoding="utf-8")
    rows = targets.rows(pool)
    short = [row for row in rows if row.verdict in (Verdict.SHORT, Verdict.SHORT_WITHIN_ERROR)]
    assert len(rows) > 40
    assert written.count("\n- ") >= len(short)
    assert set(texts(language)) == set(texts("en"))
    for picture in (tmp_path / "validation-report").glob("*.svg"):
        assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_the_report_speaks_both_languages_with_the_same_fields():
    chinese, english = texts("zh_Hans"), texts("en")
    assert list(text_checks.unmatched_keys(chinese, english)) == []
    assert list(text_checks.unmatched_fields(chinese, english)) == []
    assert all(f"method.{name}" in english for name in (ENGINE, "oracle", *comparators.METHODS))


def test_sums_without_a_denominator_are_left_out():
    tally = Tally()
    tally.add("nothing", of=0, among=0)
    tally.add("undefined", of=float("nan"))
    tally.add("half", of=1, among=2)
    tally.add("half", of=0, among=2)
    assert tally.sums == {"half": (1.0, 4.0)}
