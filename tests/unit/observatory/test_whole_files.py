"""Files appear whole or not at all, also when the process dies at any step."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tianping.observatory.whole_files import StagedFiles, check_writable, unusable
from tianping.terms import InputError

NAMES = ("a.csv", "b.csv", "run.json")

STEPS = 7
#: Over an earlier run's three files writes new ones in one folder for each step, and dies there as by kill -9.
DYING = """
import os, sys
from pathlib import Path
from tianping.observatory.whole_files import StagedFiles

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
for folder in sys.argv[1:]:
    if os.fork() == 0:
        steps = int(Path(folder).name)
        with StagedFiles(Path(folder)) as staged:
            for name in ("a.csv", "b.csv", "run.json"):
                staged.add(name, [b"new " * 1000, name.encode()])
            staged.publish()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[int]]:
    """Folders in which a run was killed at successive steps, and the exit codes."""
    root = tmp_path_factory.mktemp("killed")
    folders = [root / str(step) for step in range(STEPS + 1)]
    for folder in folders:
        write(folder, "old")
    ended = subprocess.run([sys.executable, "-c", DYING, *folders], capture_output=True, text=True, check=True)
    return folders, [int(line) for line in ended.stdout.split()]


def content(name: str, age: str) -> bytes:
    return f"{age} ".encode() * 1000 + name.encode()


def write(folder: Path, age: str) -> None:
    with StagedFiles(folder) as staged:
        for name in NAMES:
            staged.add(name, [f"{age} ".encode() * 1000, name.encode()])
        staged.publish()


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_a_killed_run_leaves_only_whole_files(killed: tuple[list[Path], list[int]], step: int) -> None:
    folder, code = killed[0][step], killed[1][step]
    assert code == (9 if step < STEPS else 0)
    found = {name: (folder / name).read_bytes() for name in NAMES}
    ages = ["new" if found[name] == content(name, "new") else "old" for name in NAMES]
    assert found == {name: content(name, age) for name, age in zip(NAMES, ages, strict=True)}
    assert ages == sorted(ages), "files change in their order, the confirming one last"
    write(folder, "next")
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES), "nothing is left of the killed run"
    assert (folder / "run.json").read_bytes() == content("run.json", "next")


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


def test_a_place_that_cannot_be_a_folder_is_refused_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place in (tmp_path / "file", tmp_path / "file" / "run"):
        with pytest.raises(InputError, match="out_folder_not_a_folder"):
            check_writable(place)
    check_writable(tmp_path / "new" / "run")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOTDIR, "out_folder_not_a_folder"),
        (errno.EROFS, "out_folder_not_writable"),
        (errno.ENOSPC, "out_folder_full"),
        (errno.EIO, "out_folder_unusable"),
    ],
)
def test_what_the_system_says_becomes_an_error_of_ours(tmp_path: Path, number: int, key: str) -> None:
    assert unusable(tmp_path, OSError(number, "said by the system")).key == key
