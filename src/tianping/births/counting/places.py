"""Where in the files a cell stands that makes a finding: looked for only when there is one."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tianping.births.counting.groups import JOINT
from tianping.births.counting.line_lists import REMOTE, LineList
from tianping.births.findings import FindingLog
from tianping.births.layout import Layout
from tianping.births.sources import open_source

#: How many different texts of a finding are looked for one by one.
EXAMPLES = 5


@dataclass(frozen=True)
class Place:
    """A row of a file."""

    file: str = ""
    row: int = 0


@dataclass
class Search:
    """What is looked for: rows in which these columns, joined, hold one of these texts.

    Attributes:
        roles: the columns.
        texts: the texts, those first that are looked for one by one.
        first: the first row with any of them; its row is 0 until it is found.
        places: the first row of each of the first few.
    """

    roles: tuple[str, ...]
    texts: Sequence[str]
    first: Place = Place()
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to find."""
        return len(self.places) == min(EXAMPLES, len(self.texts))

    def look(self, cells: pa.Array, rows: Any, file: str) -> None:
        """Look at the cells of a stretch."""
        if not pc.any(pc.is_in(cells, value_set=pa.array(self.texts, pa.string()))).as_py():
            return
        for text in self.texts if not self.first.row else self.texts[:EXAMPLES]:
            at = pc.index(cells, text).as_py()
            if at < 0:
                continue
            place = Place(file, int(rows[at]))
            if text in self.texts[:EXAMPLES]:
                self.places.setdefault(text, place)
            if not self.first.row or (self.first.file == file and place.row < self.first.row):
                self.first = place


def look_for(searches: Sequence[Search], lists: Sequence[LineList]) -> None:
    """Find the places of what is looked for, file by file, until all is found; remote paths are not looked through."""
    for line_list in lists:
        for path in (path for path in line_list.paths if REMOTE not in path):
            if all(search.is_over for search in searches):
                return
            _look_through(path, line_list, searches)


def _look_through(path: str, line_list: LineList, searches: Sequence[Search]) -> None:
    layout, name = line_list.layout, Path(path).name
    with _unpacked(path, line_list) as plain:
        source = open_source(plain, "births", FindingLog(name))
        for chunk in source.chunks(layout.row, len(layout.headers), frozenset()):
            for search in searches:
                roles = _present(search.roles, layout)
                if not search.is_over and roles:
                    columns = [chunk.columns[layout.columns[role]] for role in roles]
                    joined = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, JOINT)
                    search.look(joined, chunk.row, name)


def _present(roles: Sequence[str], layout: Layout) -> list[str]:
    """Give the columns of a file that stand for these roles; a file may tell its periods by year and month."""
    present = []
    for role in roles:
        if role == "period" and role not in layout.columns:
            present += [part for part in ("year", "month") if part in layout.columns]
        elif role in layout.columns:
            present.append(role)
        else:
            return []
    return present


@contextmanager
def _unpacked(path: str, line_list: LineList) -> Iterator[str]:
    if not line_list.is_packed:
        yield path
        return
    with TemporaryDirectory(prefix="tianping-") as folder:
        plain = Path(folder) / "unpacked.csv"
        with gzip.open(path) as packed, plain.open("wb") as file:
            shutil.copyfileobj(packed, file)
        yield str(plain)
