"""Running many worlds on few cores, so that an interrupted study goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from simulation import study, worlds
from simulation.study import Task

ROOT = Path(__file__).resolve().parents[2]
#: What the figures depend on; a record made by anything else is not taken for one of this study.
_ENGINE = (
    *(f"src/tianping/{part}" for part in ("srb", "births", "terms", "rulebook")),
    *(f"src/tianping/observatory/{name}.py" for name in ("estimating", "examining", "sampling", "strong")),
)
_MEASURES = ("answers", "measures", "study", "tallies", "truth", "walks")
_STUDY = (
    "src/tianping/simulator",
    "src/tianping/data/scenarios",
    *(f"tests/simulation/{part}" for part in ("worlds", "comparators")),
    *(f"tests/simulation/{name}.py" for name in _MEASURES),
)
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
#: A world of steps is looked at online for so many seeds, others deeply for so many.
DEEP_SEEDS, WALK_SEEDS = 2, 10


@dataclass(frozen=True)
class Plan:
    """What a study runs.

    Attributes:
        tasks: the worlds, in the order in which they are run: seed by seed, so that a study cut short is even.
        folder: where records are kept.
        processes: worlds run at the same time.
        budget: CPU minutes after which no world is begun; None without a limit.
    """

    tasks: tuple[Task, ...]
    folder: Path
    processes: int
    budget: float | None


def tasks_of(shapes: Sequence[str], seeds: int, *, deep: int = DEEP_SEEDS, walks: int = WALK_SEEDS) -> tuple[Task, ...]:
    """Lay out the worlds of some shapes, seed by seed."""
    return tuple(
        Task(shape, seed, deep=seed <= deep, walks=seed <= walks) for seed in range(1, seeds + 1) for shape in shapes
    )


@cache
def digest(*places: str) -> str:
    """Give a digest of the code in some files and folders, as it was when first asked: what runs was loaded then."""
    hashed = hashlib.sha256()
    for place in places:
        whole = ROOT / place
        if not whole.exists():
            raise FileNotFoundError(whole)
        for path in [whole] if whole.is_file() else sorted(whole.rglob("*")):
            if path.suffix in (".py", ".yaml"):
                hashed.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()[:12]


def engine_digest() -> str:
    """Give the digest of the engine and of what feeds it."""
    return digest(*_ENGINE)


def study_digest() -> str:
    """Give the digest of worlds, comparators and measures."""
    return digest(*_STUDY)


def records_of(plan: Plan) -> list[dict[str, Any]]:
    """Give the records of the plan's worlds that this engine and this study made; the deepest where there are two."""
    marks = {"engine": engine_digest(), "study": study_digest()}
    found: dict[str, dict[str, Any]] = {}
    wanted = {task.name for task in plan.tasks}
    for record in _lines(plan.folder / "worlds.jsonl"):
        name = f"{record['shape']}-{record['seed']}"
        if name in wanted and all(record[key] == mark for key, mark in marks.items()):
            before = found.get(name)
            if before is None or _depth(record) >= _depth(before):
                found[name] = record
    return [found[task.name] for task in plan.tasks if task.name in found]


def run_all(plan: Plan, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Run what is not done yet and give all records; progress is told line by line."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    done = {f"{record['shape']}-{record['seed']}": record for record in records_of(plan)}
    todo = [task for task in plan.tasks if task.name not in done or _depth(done[task.name]) < (task.deep + task.walks)]
    tell(f"{len(plan.tasks)} worlds, {len(plan.tasks) - len(todo)} done before")
    marks = {"engine": engine_digest(), "study": study_digest()}
    progress = _Progress(len(todo), plan.processes, tell)
    with (plan.folder / "worlds.jsonl").open("a", encoding="utf-8") as out:
        for record in _finished(replace(plan, tasks=tuple(todo))):
            out.write(json.dumps(record | marks) + "\n")
            out.flush()
            progress.add(record)
    return records_of(plan)


def _finished(plan: Plan) -> Iterator[dict[str, Any]]:
    """Run worlds, never more at a time than processes, and give each record when it is there."""
    for name in _THREADS:
        os.environ[name] = "1"
    waiting, spent = list(plan.tasks)[::-1], 0.0
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(plan.processes, mp_context=context) as pool:
        running: set[Future[dict[str, Any]]] = set()
        while running or waiting:
            while waiting and len(running) < plan.processes:
                running.add(pool.submit(timed, waiting.pop(), plan.folder / "peers"))
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ready:
                record = future.result()
                spent += record["seconds"]
                yield record
            if plan.budget is not None and spent >= 60 * plan.budget:
                waiting.clear()


def timed(task: Task, peers_folder: Path) -> dict[str, Any]:
    """Run one world and add its CPU seconds."""
    started = time.process_time()
    return study.run(task, peers_folder) | {"seconds": round(time.process_time() - started, 3)}


def export(plan: Plan) -> None:
    """Write births, areas and truth of every world, for peers that run elsewhere."""
    for task in plan.tasks:
        worlds.make(task.shape, task.seed).write(plan.folder / "worlds" / task.name)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read the records of a file; a last line that was cut off by an interruption is none."""
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                if number < len(lines):
                    sys.stderr.write(f"{path.name}:{number} is no record and is left out\n")


def _depth(record: dict[str, Any]) -> int:
    return int(record["deep"]) + int(record["walks"])


class _Progress:
    """Tells how far a study is and when it will end at the pace of the worlds so far."""

    def __init__(self, n: int, processes: int, tell: Callable[[str], None]) -> None:
        self._n, self._processes, self._tell = n, processes, tell
        self._done, self._cpu, self._started = 0, 0.0, time.monotonic()

    def add(self, record: dict[str, Any]) -> None:
        """Count one record."""
        self._done += 1
        self._cpu += record["seconds"]
        elapsed = time.monotonic() - self._started
        left = elapsed / self._done * (self._n - self._done)
        told = record.get("failed") or f"{record['seconds']:.1f} CPU s"
        self._tell(
            f"{self._done}/{self._n} {record['shape']}-{record['seed']}: {told}; "
            f"{self._cpu / 60:.1f} CPU min, {left / 60:.0f} min left"
        )
