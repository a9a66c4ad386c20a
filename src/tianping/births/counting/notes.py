"""What is noted about many files: each finding once, with the first file in which it was made."""

from __future__ import annotations

from dataclasses import replace

from tianping.births.findings import FindingLog
from tianping.terms import Finding, Severity


class Notes:
    """A log for each file, read together as one."""

    def __init__(self) -> None:
        self._logs: dict[str, FindingLog] = {}

    def of(self, file: str) -> FindingLog:
        """Give the log of a file, told by its name."""
        return self._logs.setdefault(file, FindingLog(file))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Give each finding of a kind and column once, rows summed over the files, the heaviest first."""
        merged: dict[tuple[str, str], Finding] = {}
        for log in self._logs.values():
            for found in log.findings:
                before = merged.get((found.code, found.column))
                merged[found.code, found.column] = (
                    found if before is None else replace(before, count=before.count + found.count)
                )
        weights = list(Severity)
        return tuple(sorted(merged.values(), key=lambda found: -weights.index(found.severity)))
