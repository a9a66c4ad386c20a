"""Files appear whole or not at all, also when the process dies at any step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tianping.observatory.whole_files import StagedFiles

NAMES = ("a.csv", "b.csv", "run.json")

#: Writes three files over those of an earlier run and dies, as by kill -9, at a given step.
DYING = """
import os, sys
from pathlib import Path
from tianping.observatory.whole_files import StagedFiles

folder, steps = Path(sys.argv[1]), int(sys.argv[2])

def counted(step):
    def instead(*given, **named):
        global steps
        steps -= 1
        if steps < 0:
            os._exit(9)
        return step(*given, **named)
    return instead

os.fsync = counted(os.fsync)
Path.replace = counted(Path.replace)
with StagedFiles(folder) as staged:
    for name in ("a.csv", "b.csv", "run.json"):
        staged.add(name, [b"new " * 1000, name.encode()])
    staged.publish()
"""


def content(name: str, age: str) -> bytes:
    return f"{age} ".encode() * 1000 + name.encode()


def write(folder: Path, age: str) -> None:
    with StagedFiles(folder) as staged:
        for name in NAMES:
            staged.add(name, [f"{age} ".encode() * 1000, name.encode()])
        staged.publish()


@pytest.mark.parametrize("steps", range(8))
def test_a_killed_run_leaves_only_whole_files(tmp_path: Path, steps: int) -> None:
    write(tmp_path, "old")
    died = subprocess.run([sys.executable, "-c", DYING, str(tmp_path), str(steps)], check=False)
    assert died.returncode == (9 if steps < 7 else 0)
    found = {name: (tmp_path / name).read_bytes() for name in NAMES}
    ages = ["new" if found[name] == content(name, "new") else "old" for name in NAMES]
    assert found == {name: content(name, age) for name, age in zip(NAMES, ages, strict=True)}
    assert ages == sorted(ages), "files change in their order, the confirming one last"
    write(tmp_path, "next")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES), "nothing is left of the killed run"
    assert (tmp_path / "run.json").read_bytes() == content("run.json", "next")


def fail_half_way(folder: Path) -> None:
    with StagedFiles(folder) as staged:
        staged.add("a.csv", [b"new"])
        staged.add("b.csv", (b"%d" % (1 // (1 - at)) for at in range(3)))


def test_an_error_leaves_the_earlier_files_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "old")
    with pytest.raises(ZeroDivisionError):
        fail_half_way(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        name: content(name, "old") for name in NAMES
    }


def test_files_of_an_earlier_run_that_this_one_lacks_are_taken_away_and_others_stay(tmp_path: Path) -> None:
    write(tmp_path, "old")
    (tmp_path / "notes.txt").write_text("mine")
    with StagedFiles(tmp_path) as staged:
        staged.add("a.csv", [b"new"])
        staged.add("run.json", [b"new"])
        staged.publish(instead_of=NAMES)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "notes.txt", "run.json"]


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    with StagedFiles(tmp_path / "deep" / "er") as staged:
        digest = staged.add("a.csv", [b"a", b"b", b"c"])
    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
