"""What one run measured, as it stands in `benchmarks.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.measuring import Usage
from bench.tasks import Task


@dataclass(frozen=True)
class Row:
    """One method's answer to one question.

    Attributes:
        name: name of the task.
        label: what tables call the method.
        question: what it answered.
        remark: what a reader must know.
        usage: what its process used; None for what is computed by hand.
        stages: CPU seconds by stage, read from inside the process.
        evaluations: how many fits `stages` add up.
        versions: versions by name.
        notes: what the method said of itself.
        accuracy: see `judging.Accuracy`.
        lists: see `judging.Lists`.
    """

    name: str
    label: str
    question: str
    remark: str = ""
    usage: Usage | None = None
    stages: Mapping[str, float] = field(default_factory=dict)
    evaluations: int = 1
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    accuracy: Mapping[str, float] | None = None
    lists: Mapping[str, float] | None = None

    @property
    def fit(self) -> float | None:
        """CPU seconds of one fit; None when it did not finish."""
        return self.stages["fit"] / self.evaluations if "fit" in self.stages else None

    @property
    def answers(self) -> float | None:
        """CPU seconds of one fit and the answers drawn from it; None where none were drawn."""
        if self.fit is None or "answers" not in self.stages:
            return None
        return self.fit + self.stages["answers"] / self.evaluations

    @property
    def fit_at_least(self) -> float:
        """CPU seconds that one fit takes at least: all that its process used, where it did not finish."""
        return self.fit if self.fit is not None else (self.usage.cpu if self.usage else 0.0)


@dataclass(frozen=True)
class Record:
    """One run.

    Attributes:
        machine: what it ran on.
        world: what was simulated.
        rows: the answers.
        not_run: peers that are not installed or tasks not measured, with the way to have them.
        agreement: engine against NUTS by kind of area, see `judging.Agreement`.
    """

    machine: Mapping[str, Any]
    world: Mapping[str, Any]
    rows: tuple[Row, ...]
    not_run: Mapping[str, str]
    agreement: Mapping[str, Mapping[str, float]]

    def of(self, question: str) -> tuple[Row, ...]:
        """Give the rows that answer a question."""
        return tuple(row for row in self.rows if row.question == question)

    def to_json(self) -> str:
        """Write it; what is not a number stands as null."""
        return json.dumps(_finite(asdict(self)), indent=1, ensure_ascii=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(member) for member in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def read_row(task: Task, usage: Usage, folder: Path) -> Row:
    """Put together what a task's process used and what it told; it may have told nothing."""
    path = folder / f"{task.name}.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return Row(
        task.name,
        task.label,
        task.question,
        task.remark,
        usage,
        told.get("stages", {}),
        told.get("evaluations", 1),
        told.get("versions", {}),
        tuple(told.get("notes", ())),
    )
