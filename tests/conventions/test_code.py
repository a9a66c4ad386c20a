"""House rules on code, each proved by its own planted violation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest
import yaml

from conventions import code_checks as checks
from conventions.sources import PACKAGE, ROOT, Source, library, planted, suite, templates, tracked

PLANTED = yaml.safe_load((Path(__file__).parent / "data" / "planted.yaml").read_text(encoding="utf-8"))
Check = Callable[[Source], Iterator[str]]

LIBRARY_CHECKS: list[Check] = [
    checks.oversized,
    checks.clock_reads,
    checks.undocumented,
    checks.broad_excepts,
    checks.terminal_talk,
    checks.file_use,
]


@pytest.mark.parametrize("check", LIBRARY_CHECKS, ids=lambda check: check.__name__)
def test_the_library_keeps_the_house_rules(check: Check) -> None:
    assert [problem for source in library() for problem in check(source)] == []


def test_code_and_templates_hold_no_chinese() -> None:
    sources = (*library(), *suite(), *templates())
    assert [problem for source in sources for problem in checks.chinese(source)] == []


def test_tests_keep_the_limits_too() -> None:
    assert [problem for source in suite() for problem in checks.oversized(source)] == []


DOCUMENTED = '"""This module."""\n'
LONG = "def long():\n" + "    pass\n" * 60
JUST = "def just():\n" + "    pass\n" * 59

#: check, code, how many problems it must find
PLANTS: list[tuple[Check, str, int]] = [
    (checks.oversized, JUST, 0),
    (checks.oversized, LONG, 1),
    (checks.oversized, "class A:\n" + "".join(f"    {line}\n" for line in LONG.splitlines()), 1),
    (checks.oversized, "x = 1\n" * 600, 0),
    (checks.oversized, "x = 1\n" * 601, 1),
    (checks.clock_reads, "from datetime import datetime\ndatetime.now()\n", 1),
    (checks.clock_reads, "from datetime import datetime as d\nstamp = d.now\n", 1),
    (checks.clock_reads, "import datetime as dt\ndt.datetime.utcnow()\n", 1),
    (checks.clock_reads, "import datetime\ndatetime.date.today()\n", 1),
    (checks.clock_reads, "from time import time\n", 1),
    (checks.clock_reads, "import time as t\nt.time_ns()\n", 1),
    (checks.clock_reads, "import numpy as np\nnp.datetime64('now')\n", 1),
    (checks.clock_reads, "import pandas as pd\npd.Timestamp.now()\n", 1),
    (
        checks.clock_reads,
        "import time\nfrom datetime import date\ntime.process_time()\ndate(2025, 6, 1)\nsome.now()\n",
        0,
    ),
    (checks.undocumented, DOCUMENTED, 0),
    (checks.undocumented, "x = 1\n", 1),
    (checks.undocumented, DOCUMENTED + "def public():\n    pass\n", 1),
    (checks.undocumented, DOCUMENTED + "def public():\n    '''Does it'''\n", 1),
    (checks.undocumented, DOCUMENTED + "def public():\n    '''Do it.'''\n", 0),
    (checks.undocumented, DOCUMENTED + "def _own():\n    pass\n", 0),
    (checks.undocumented, DOCUMENTED + "class A:\n    '''An a.'''\n    def public(self):\n        pass\n", 1),
    (checks.undocumented, DOCUMENTED + "class _A:\n    def public(self):\n        pass\n", 0),
    (checks.broad_excepts, "try:\n    pass\nexcept:\n    pass\n", 1),
    (checks.broad_excepts, "try:\n    pass\nexcept Exception as error:\n    pass\n", 1),
    (checks.broad_excepts, "try:\n    pass\nexcept (ValueError, BaseException):\n    pass\n", 1),
    (checks.broad_excepts, "from contextlib import suppress as s\nwith s(Exception):\n    pass\n", 1),
    (checks.broad_excepts, "try:\n    pass\nexcept BaseException:\n    tidy()\n    raise\n", 0),
    (checks.broad_excepts, "try:\n    pass\nexcept (ValueError, KeyError):\n    pass\n", 0),
    (checks.terminal_talk, "print('x')\n", 1),
    (checks.terminal_talk, "import sys\nsys.stderr.write('x')\n", 1),
    (checks.terminal_talk, "from sys import stdout as out\nout.write('x')\n", 1),
    (checks.terminal_talk, "say = print\n", 1),
    (checks.terminal_talk, "logger.info('x')\n", 0),
]


@pytest.mark.parametrize(("check", "code", "found"), PLANTS)
def test_a_planted_violation_is_found(check: Check, code: str, found: int) -> None:
    assert len(list(check(planted(code)))) == found


def test_the_doors_may_read_the_clock_and_talk() -> None:
    door = planted("from datetime import datetime\nprint(datetime.now())\n", "src/tianping/cli/planted.py")
    assert [*checks.clock_reads(door), *checks.terminal_talk(door)] == []


@pytest.mark.parametrize(("part", "found"), [("terms", 1), ("srb", 1), ("births", 0)])
def test_a_file_opened_in_the_engine_is_found(part: str, found: int) -> None:
    code = planted("from pathlib import Path as P\nP('x')\n", f"src/tianping/{part}/planted.py")
    assert len(list(checks.file_use(code))) == found
    assert len(list(checks.file_use(planted("open('x')\n", f"src/tianping/{part}/planted.py")))) == found


def test_chinese_in_code_is_found() -> None:
    assert len(list(checks.chinese(planted(PLANTED["chinese_code"])))) == 1
    assert list(checks.chinese(planted("label = 'sex ratio \u00d7 100 \u2014 \u201cx\u201d'\n"))) == []


# --- directions of imports ---------------------------------------------------------------------------------------

CONTRACTS = {
    "Data goes straight down": ("births/planted.py", "import tianping.documents\n"),
    "The engine and the terms know no files, tables or databases": ("srb/planted.py", "import csv\n"),
    "The simulator knows nothing of the engine it judges": ("simulator/planted.py", "import tianping.srb\n"),
    "The library knows no web framework and no network": ("observatory/planted.py", "import urllib.request\n"),
}


def _broken_contracts(folder: Path) -> set[str]:
    """Names of the contracts that a copy of the library breaks."""
    command = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    told = subprocess.run(
        [sys.executable, "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = told.stdout.splitlines()
    assert any("Contracts:" in line for line in lines), told.stderr
    return {line.removesuffix(" BROKEN").strip() for line in lines if line.endswith(" BROKEN")}


def test_imports_go_one_way_and_each_contract_bites(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "src" / "tianping", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert _broken_contracts(tmp_path) == set()
    for place, code in CONTRACTS.values():
        (tmp_path / "src" / "tianping" / place).write_text(code, encoding="utf-8")
    assert _broken_contracts(tmp_path) == set(CONTRACTS)


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = grimp.build_graph("tianping", cache_dir=None)
    edges = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    assert checks.import_cycles(edges) == []


def test_a_planted_circle_is_found() -> None:
    assert checks.import_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [("a", "b", "c")]
    assert checks.import_cycles({"a": {"a"}}) == [("a",)]
    assert checks.import_cycles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_nothing_tracked_is_empty_of_purpose() -> None:
    """A package, a folder or a file is created when its first real line is written."""
    empty = [source.path for source in tracked() if not source.text.strip() and not source.path.endswith("py.typed")]
    assert empty == []
