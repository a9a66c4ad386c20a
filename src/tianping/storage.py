"""Files that appear whole or not at all: written beside their name, flushed to the disk, then named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

#: What the name of a file ends with that is not whole yet.
PART = ".tianping-part"


@contextmanager
def whole_file(path: Path, mode: int = 0o644) -> Iterator[Path]:
    """Give a place beside a file to write to.

    What stands there when the block ends takes the file's name at once, also if the process is killed meanwhile;
    when the block raises, nothing is left.

    Raises:
        OSError: when the folder cannot be written to.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=PART, delete=False) as file:
        part = Path(file.name)
    try:
        yield part
        with part.open("r+b") as written:
            os.fsync(written.fileno())
        part.chmod(mode)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def clear_parts(path: Path) -> None:
    """Take away what killed processes left of a file; a living one that writes the same file loses its work."""
    literal = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in path.name)
    for left in path.parent.glob(f".{literal}.*{PART}"):
        left.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
