"""How the cost grows with the number of areas: a series of runs from a hundred to a hundred thousand, and its plot."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench.measuring import measure
from bench.scaling_plot import Point, plot
from bench.tasks import PLOT

_LIMIT = 1200
_STEPS = (100, 316, 1000, 3162, 10_000, 31_623, 100_000)


def run_scaling(work: Path, root: Path, most: int, env: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Measure every size up to `most` and write `docs/images/linear-cost.svg` with its numbers beside it."""
    work.mkdir(parents=True, exist_ok=True)
    points: list[Point] = []
    for n in (size for size in _STEPS if size <= most):
        out = work / f"{n}.json"
        command = [sys.executable, "-m", "bench.scaling_run", str(n), str(out)]
        usage = measure(command, work / f"{n}.log", _LIMIT, env)
        if usage.outcome != "finished":
            say(f"{n:,} areas: {usage.outcome.replace('_', ' ')} in {usage.cpu:,.0f} CPU s")
            break
        told = json.loads(out.read_text(encoding="utf-8"))
        points.append(Point(n, told["scratch"], told["monthly"]))
        say(f"{n:,} areas: {told['scratch']:.2f} CPU s from scratch, {told['monthly']:.2f} a month")
    _write(root, points)


def _write(root: Path, points: Sequence[Point]) -> None:
    images = root / "docs" / "images"
    (images / PLOT).write_text(plot(points), encoding="utf-8")
    numbers = json.dumps([vars(point) for point in points], indent=1) + "\n"
    (images / PLOT).with_suffix(".json").write_text(numbers, encoding="utf-8")
