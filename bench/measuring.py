"""Running one method in a process of its own and reading what it used.

CPU seconds are user and system time of the process and all it waited for, as the kernel counted them. Peak memory is
the largest resident set among them; as a new process counts its parent's memory before it starts, whoever measures
stays small and imports nothing large.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: A process that waits gets this much wall time for each CPU second that it may use.
_WALL_PER_CPU = 6.0
#: Seconds of wall time that any process gets.
_LEAST_WALL = 60.0


@dataclass(frozen=True)
class Usage:
    """What a process used.

    Attributes:
        outcome: `finished`, `did_not_finish` (stopped at its limit) or `failed`.
        cpu: CPU seconds, user and system.
        wall: seconds on the clock.
        peak_mb: largest resident set, MB of 10⁶ bytes.
        limit: CPU seconds that it was allowed.
    """

    outcome: str
    cpu: float
    wall: float
    peak_mb: float
    limit: float


def measure(command: Sequence[str], log: Path, limit: float, env: Mapping[str, str] | None = None) -> Usage:
    """Run a command to its end or to its limit.

    Args:
        command: program and arguments.
        log: file for what it prints.
        limit: CPU seconds after which it is stopped.
        env: variables set besides the present ones.
    """
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    whole = max(1, int(limit + 0.5))
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (whole, whole + 5))
    watch = threading.Timer(max(_LEAST_WALL, _WALL_PER_CPU * limit), os.killpg, (process.pid, signal.SIGKILL))
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    watch.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    return Usage(
        _outcome(process.returncode), used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024 / 1e6, float(limit)
    )


def _outcome(code: int) -> str:
    if code == 0:
        return "finished"
    return "did_not_finish" if code in (-signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGXCPU) else "failed"
