"""`./tp bench`: run the engine and every installed peer on the same births and write the page of the benchmark."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.measuring import Usage, measure
from bench.record import Record, Row, read_row
from bench.table import page, seconds
from bench.tasks import AGREEMENT, NATION, PLOT, ROOT, SCRATCH, TASKS, Task, missing_peers

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_PREPARED_IN = 600


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for."""
    asked = _parse(arguments)
    if asked.what == "scaling":
        from bench.scaling import run_scaling

        run_scaling(asked.work / "scaling", ROOT, asked.most, _environment(), say)
        return
    tasks = [task for task in TASKS if _is_asked(task, asked)]
    missing = missing_peers(tasks)
    if asked.measured:
        missing |= {
            f"{task.label or task.name}": f"./tp bench --only {task.name}"
            for task in tasks
            if not _is_kept(task, asked)
        }
        tasks = [task for task in tasks if _is_kept(task, asked)]
    load = os.getloadavg()[0]
    _prepare(tasks, asked)
    rows = [row for task in tasks if task.needs not in missing for row in _measured(task, asked)]
    record = _judged(rows, missing, load, asked)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "benchmarks.json").write_text(record.to_json(), encoding="utf-8")
    (asked.out / "benchmarks.md").write_text(page(record, _growth()), encoding="utf-8")
    say(f"written: {asked.out / 'benchmarks.md'}, {asked.out / 'benchmarks.json'}")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./tp bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("all", "scaling"), default="all")
    parser.add_argument("--only", nargs="+", metavar="TASK", help="names of tasks, or beginnings of names")
    parser.add_argument("--again", nargs="+", metavar="TASK", help="measure these again; all others stand as measured")
    parser.add_argument("--measured", action="store_true", help="run nothing: write the page of what was measured")
    parser.add_argument("--trial", action="store_true", help="a world of 120 townships, to try the benchmark itself")
    parser.add_argument("--seed", type=int, default=1, help="seed of the world")
    parser.add_argument("--limits", type=float, default=1.0, metavar="FACTOR", help="times the limits of CPU seconds")
    parser.add_argument("--most", type=int, default=100_000, help="areas of the largest tree of `scaling`")
    parser.add_argument("--work", type=Path, default=ROOT / "out" / "bench", help="folder for births and answers")
    parser.add_argument(
        "--out", type=Path, help="folder for the page; docs/reference, the work folder with --trial or --only"
    )
    asked = parser.parse_args(arguments)
    asked.work = asked.work / "trial" if asked.trial else asked.work
    whole = not (asked.trial or asked.only)
    asked.out = asked.out or (ROOT / "docs" / "reference" if whole else asked.work)
    return asked


def say(told: str) -> None:
    """Tell the person who waits."""
    sys.stderr.write(f"{told}\n")
    sys.stderr.flush()


def _is_asked(task: Task, asked: argparse.Namespace) -> bool:
    if asked.trial and task.question == NATION:
        return False
    return not asked.only or any(task.name.startswith(name) for name in asked.only)


def _kept(task: Task, asked: argparse.Namespace) -> Path:
    return _folder(task, asked) / f"{task.name}.usage.json"


def _is_kept(task: Task, asked: argparse.Namespace) -> bool:
    return _kept(task, asked).exists()


def _environment() -> dict[str, str]:
    return {**_ONE_THREAD, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def _folder(task: Task, asked: argparse.Namespace) -> Path:
    return Path(asked.work / f"{task.world}-{asked.seed}")


def _prepare(tasks: Sequence[Task], asked: argparse.Namespace) -> None:
    """Draw the worlds that are needed; one that is there stays where only some tasks are run."""
    for world in dict.fromkeys(task.world for task in tasks):
        folder = asked.work / f"{world}-{asked.seed}"
        if (folder / "truth.npz").exists() and (asked.only or asked.again or asked.measured):
            continue
        size = "trial" if asked.trial and world == "province" else world
        say(f"drawing the world of size {size}")
        command = [sys.executable, "-m", "bench.prepare", size, str(asked.seed), str(folder)]
        folder.mkdir(parents=True, exist_ok=True)
        tables = [] if world == "nation" else ["tables"]
        usage = measure([*command, *tables], folder / "prepare.log", _PREPARED_IN, _environment())
        if usage.outcome != "finished":
            raise SystemExit(f"the world could not be drawn: {folder / 'prepare.log'}")


def _measured(task: Task, asked: argparse.Namespace) -> Iterator[Row]:
    """Run one task, or take its earlier measurement where only others are asked for again."""
    folder = _folder(task, asked)
    kept = _kept(task, asked)
    again = asked.again and any(task.name.startswith(name) for name in asked.again)
    if (asked.again or asked.measured) and kept.exists() and not again:
        yield read_row(task, Usage(**json.loads(kept.read_text(encoding="utf-8"))), folder)
        return
    for left in folder.glob(f"{task.name}.*"):
        left.unlink()
    for left_folder in ("run", "cache") if task.name == "command_scratch" else ():
        shutil.rmtree(folder / left_folder, ignore_errors=True)
    say(f"{task.name} ...")
    usage = measure(task.arguments(folder), folder / f"{task.name}.log", task.limit * asked.limits, _environment())
    kept.write_text(json.dumps(asdict(usage)), encoding="utf-8")
    say(f"{task.name}: {usage.outcome}, {seconds(usage.cpu)} CPU s, {usage.peak_mb:,.0f} MB")
    yield read_row(task, usage, folder)


def _judged(rows: Sequence[Row], missing: dict[str, str], load: float, asked: argparse.Namespace) -> Record:
    """Compare with the truth; only here are the arrays loaded."""
    from bench import judging
    from bench.world import SIZES, Births, Truth

    folder = asked.work / f"province-{asked.seed}"
    judged = [_with_judgement(row, folder, judging) for row in rows if row.question]
    world: dict[str, Any] = {"seed": asked.seed}
    if (folder / "truth.npz").exists():
        births, truth = Births.load(folder), Truth.load(folder)
        judged += [
            Row("raw", label, SCRATCH, accuracy=asdict(judging.judge_estimates(estimates, births, truth)))
            for label, estimates in judging.by_hand_estimates(births)
        ]
        judged += [
            Row("raw", label, "", lists=asdict(judging.judge_scores(scores, truth)))
            for label, scores in judging.by_hand_scores(births)
        ]
        world |= asdict(SIZES["trial" if asked.trial else "province"])
        world |= {"births": int(births.boys.sum() + births.girls.sum()), "prevalence": judging.prevalence(truth)}
    county = asked.work / f"county-{asked.seed}"
    has_both = {row.name for row in rows if row.question == AGREEMENT and row.usage and row.usage.outcome == "finished"}
    agreement = judging.judge_agreement(county, "nuts_agreement") if len(has_both) == 2 else {}
    return Record(_machine(load), world, tuple(judged), missing, {k: asdict(v) for k, v in agreement.items()})


def _with_judgement(row: Row, folder: Path, judging: Any) -> Row:
    accuracy, lists = judging.judge_file(folder, row.name)
    return replace(row, accuracy=asdict(accuracy) if accuracy else None, lists=asdict(lists) if lists else None)


def _growth() -> str:
    return PLOT if (ROOT / "docs" / "images" / PLOT).exists() else ""


def _machine(load: float) -> dict[str, Any]:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "unknown processor",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {"cores": len(os.sched_getaffinity(0)), "processor": processor, "memory_gb": memory, "load": load}


if __name__ == "__main__":
    main(sys.argv[1:])
