"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

from tianping.storage import PART, flush_folder
from tianping.terms import InputError

_MODE = 0o644


class StagedFiles:
    """Files of one folder, written beside their names until all of them are whole.

    Used as a context: what is not published when it ends leaves no trace. Each name changes at once from its earlier
    file to its new one, also when the process is killed; the last one staged is the last one published.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder and make it where it is missing.

        Raises:
            OSError: when it cannot be made or written to.
        """
        self._folder = folder
        self._staged: dict[str, Path] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for left_by_a_killed_run in folder.glob(f".*{PART}"):
            left_by_a_killed_run.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def add(self, name: str, chunks: Iterable[bytes]) -> str:
        """Write a file to the disk under another name; give the SHA-256 of its bytes, in hexadecimal."""
        digest = hashlib.sha256()
        with NamedTemporaryFile(dir=self._folder, prefix=f".{name}.", suffix=PART, delete=False) as file:
            self._staged[name] = Path(file.name)
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        self._staged[name].chmod(_MODE)
        return digest.hexdigest()

    def publish(self, *, instead_of: Iterable[str] = ()) -> None:
        """Give all files their names and take away the others of an earlier run, named in `instead_of`."""
        *first, last = self._staged
        for name in first:
            self._rename(name)
        for name in instead_of:
            if name not in self._staged and name != last:
                (self._folder / name).unlink(missing_ok=True)
        self._rename(last)
        flush_folder(self._folder)
        self._staged.clear()

    def _rename(self, name: str) -> None:
        self._staged[name].replace(self._folder / name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take away what was not published."""
        for part in self._staged.values():
            part.unlink(missing_ok=True)


def check_writable(folder: Path) -> None:
    """Refuse a folder that cannot be made or written to, before any work is done for it.

    Raises:
        InputError: `out_folder_not_a_folder` or `out_folder_not_writable`.
    """
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        raise InputError("out_folder_not_a_folder", folder=str(folder))
    if not os.access(existing, os.W_OK):
        raise InputError("out_folder_not_writable", folder=str(folder))


def unusable(folder: Path, error: OSError) -> InputError:
    """Turn what the system said about a folder into an error of ours."""
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return InputError("out_folder_not_a_folder", folder=str(folder))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError("out_folder_not_writable", folder=str(folder))
    if error.errno == errno.ENOSPC:
        return InputError("out_folder_full", folder=str(folder))
    return InputError("out_folder_unusable", folder=str(folder), reason=error.strerror or str(error))
