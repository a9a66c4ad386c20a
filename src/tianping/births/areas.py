"""Areas files, and finding an area by what a births file writes."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tianping.births.findings import FindingLog
from tianping.births.guard import ContentGuard
from tianping.births.layout import Layout, find_layout
from tianping.births.readings import Reading, is_note, is_total, read_period, unusable
from tianping.births.sources import file_name, open_source
from tianping.births.vocabulary import fold, header_role
from tianping.terms import Area, AreaTree, Finding, Period

_ROLES = ("code", "name", "level", "parent", "valid_from", "valid_until")
#: Lengths of China's division codes; a shorter one stands for the longer one that ends in noughts.
_CODE_LENGTHS = (6, 9, 12)


@dataclass(frozen=True)
class AreaTable:
    """Areas as read from a file.

    Attributes:
        tree: the areas that form a tree.
        findings: what was found about the file.
        outside: codes that the file holds but that hang on no area of the tree; births there cannot be placed.
    """

    tree: AreaTree
    findings: tuple[Finding, ...] = ()
    outside: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class _Row:
    row: int
    cells: Mapping[str, str]

    def cell(self, role: str) -> str:
        return self.cells.get(role, "")


def read_areas(source: Any, *, strict: bool = False) -> AreaTable:
    """Read `area_code, name, level, parent_code [, valid_from, valid_until]` into a tree of any depth.

    Rows that cannot be placed are left out, told in the findings and kept as `outside`.

    Args:
        source: path of a CSV, XLSX or Parquet file, an Arrow table, a data frame, or an `AreaTree`.
        strict: refuse the file when a finding is at error level.

    Raises:
        InputRefusedError: when the file cannot be used at all, or has an error and `strict` is set.
        RedLineError: when the file carries something about an individual.
    """
    if isinstance(source, AreaTable):
        return source
    if isinstance(source, AreaTree):
        return AreaTable(source)
    log = FindingLog(file_name(source))
    opened = open_source(source, "areas", log)
    layout = find_layout(opened.preview(), "areas", log)
    if "code" not in layout.columns:
        log.refuse("header_missing", row=layout.row + 1, missing="area_code")
    rows = list(_rows(opened.chunks(layout.row, len(layout.headers), frozenset()), layout, log))
    placed, outside = _placed(rows, layout, log)
    if not placed:
        log.refuse("nothing_usable")
    unnamed = sum(not row.cell("level") for row, _ in placed)
    if unnamed:
        log.add("areas_level_missing", count=unnamed)
    tree = AreaTree.of(_area(row, layout, log, depth) for row, depth in placed)
    return AreaTable(tree, log.close(strict=strict), outside)


def flat_areas(codes: Iterable[str], file: str) -> AreaTable:
    """Give a tree of one level from the codes that a births file itself uses."""
    log = FindingLog(file)
    areas = [Area(code, code, "area") for code in codes]
    log.add("areas_from_file", count=len(areas))
    return AreaTable(AreaTree.of(areas), log.findings)


def _rows(chunks: Iterable[Any], layout: Layout, log: FindingLog) -> Iterable[_Row]:
    names = {position for position, header in enumerate(layout.headers) if _is_place(header)}
    guard = ContentGuard(layout.headers, places=names)
    for chunk in chunks:
        for ragged in chunk.ragged:
            guard.check_text(ragged.text, None, ragged.row)
            log.add("file_cut_off" if ragged.is_cut else "row_ragged", row=ragged.row, n_headers=len(layout.headers))
        for at, column in enumerate(chunk.columns):
            encoded = column.dictionary_encode()
            guard.check(at, encoded.dictionary.to_pylist(), encoded.indices.to_numpy(), chunk.row)
        cells = {role: chunk.columns[at].to_pylist() for role, at in layout.columns.items()}
        for i, row in enumerate(chunk.row.tolist()):
            told = {role: _fold_cell(role, values[i]) for role, values in cells.items()}
            if any(told.values()):
                yield _Row(row, told)


def _fold_cell(role: str, text: str) -> str:
    return fold_code(text) if role in ("code", "parent") else text.strip()


def _is_place(header: str) -> bool:
    role = header_role(header, "areas")
    return role is not None and role[1] in ("code", "name")


def _placed(rows: list[_Row], layout: Layout, log: FindingLog) -> tuple[list[tuple[_Row, int]], frozenset[str]]:
    """Give the rows that hang on the tree with their depth, and the codes of the others."""
    first: dict[str, _Row] = {}
    missing = [row.row for row in rows if not row.cell("code")]
    twice = []
    for row in rows:
        code = row.cell("code")
        if code in first:
            twice.append(row.row)
        elif code:
            first[code] = row
    depth = _depths({code: row.cell("parent") for code, row in first.items()})
    orphans = [first[code].row for code, found in depth.items() if found == _ORPHAN]
    cycles = [first[code].row for code, found in depth.items() if found == _CYCLE]
    for code, found, role in (
        ("areas_code_missing", missing, "code"),
        ("areas_code_twice", twice, "code"),
        ("areas_parent_unknown", orphans, "parent"),
        ("areas_parent_cycle", cycles, "parent"),
    ):
        if found:
            log.add(code, row=min(found), column=layout.header(role), count=len(found))
    placed = [(row, depth[code]) for code, row in first.items() if depth[code] >= 0]
    return placed, frozenset(code for code, found in depth.items() if found < 0)


_ORPHAN, _CYCLE = -1, -2


def _depths(parents: Mapping[str, str]) -> dict[str, int]:
    """Give each code's steps from the top, or that its chain of parents breaks off or comes back to itself."""
    children: defaultdict[str, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        children[parent].append(code)
    depth: dict[str, int] = dict.fromkeys(children[""], 0)
    waiting = deque(depth)
    while waiting:
        parent = waiting.popleft()
        for code in children[parent]:
            depth[code] = depth[parent] + 1
            waiting.append(code)
    for code in parents:
        if code not in depth:
            depth[code] = _ORPHAN if _breaks_off(code, parents) else _CYCLE
    return depth


def _breaks_off(code: str, parents: Mapping[str, str]) -> bool:
    passed = set()
    while code in parents and code not in passed:
        passed.add(code)
        code = parents[code]
    return code not in parents


def _area(row: _Row, layout: Layout, log: FindingLog, depth: int) -> Area:
    code = row.cell("code")
    return Area(
        code,
        row.cell("name") or code,
        row.cell("level") or f"level {depth + 1}",
        row.cell("parent"),
        _validity(row, "valid_from", layout, log),
        _validity(row, "valid_until", layout, log),
    )


def _validity(row: _Row, role: str, layout: Layout, log: FindingLog) -> Period | None:
    text = row.cell(role)
    dated = read_period(text) if text else None
    if text and dated is None:
        log.add("areas_validity_unreadable", row=row.row, column=layout.header(role))
    return dated.period if dated else None


def fold_code(text: str) -> str:
    """Fold a code's spelling; a spreadsheet's decimal nought is taken off, its case is kept."""
    plain = fold(text)
    if plain == text.strip().casefold():
        plain = text.strip()
    return plain.removesuffix(".0") if plain.removesuffix(".0").isdecimal() else plain


class AreaIndex:
    """Finds the area that a cell means, by code or by name."""

    def __init__(self, areas: AreaTable) -> None:
        self._areas = areas
        self._positions = areas.tree.positions

    @cached_property
    def _by_name(self) -> dict[str, int]:
        """Position by folded name; −1 where several areas share it."""
        names = [fold(area.name) for area in self._areas.tree.areas]
        n = Counter(names)
        return {name: at if n[name] == 1 else -1 for at, name in enumerate(names)}

    @cached_property
    def _by_complete_code(self) -> dict[str, int]:
        """Position by code without leading noughts and with those at its end; −1 where several areas share it."""
        found: dict[str, int] = {}
        for at, code in enumerate(self._areas.tree.codes):
            for written in _written_codes(code):
                found[written] = -1 if found.get(written, at) != at else at
        return found

    def find(self, text: str) -> Reading:
        """Give the position of the area, a total, or why it cannot be found."""
        code = fold_code(text)
        if not code:
            return unusable("area_missing")
        if code in self._positions:
            return Reading(self._positions[code])
        if fold(text) in self._by_name:
            at = self._by_name[fold(text)]
            return Reading(at, "area_by_name") if at >= 0 else unusable("area_ambiguous")
        at = self._by_complete_code.get(code, -1)
        if at >= 0:
            return Reading(at, "area_code_completed")
        return self._not_an_area(text, code)

    def _not_an_area(self, text: str, code: str) -> Reading:
        other = row_kind(text)
        if other is not None:
            return other
        return unusable("area_outside_tree" if code in self._areas.outside else "area_unknown")


def row_kind(text: str) -> Reading | None:
    """Say what the first cell of a row makes of it when it names no area: a total, a remark, the header again."""
    plain = fold(text)
    total = is_total(plain)
    if total is not None:
        return Reading(total)
    role = header_role(text, "births")
    if role is not None and role[1] in ("area", "area_name"):
        return Reading(None, "header_repeated")
    return Reading(None, "note") if is_note(plain) else None


def _written_codes(code: str) -> Iterable[str]:
    """Give the ways in which a code of digits gets shortened: leading noughts lost, noughts at the end left out."""
    if not code.isdecimal():
        return
    yield code.lstrip("0") or "0"
    for longer in _CODE_LENGTHS:
        if len(code) < longer and len(code) in _CODE_LENGTHS:
            yield code.ljust(longer, "0")
        elif len(code) > longer and len(code) in _CODE_LENGTHS and not code[longer:].strip("0"):
            yield code[:longer]
