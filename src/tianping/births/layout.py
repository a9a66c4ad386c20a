"""Where a table's header stands, and which column plays which part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tianping.births.findings import FindingLog
from tianping.births.guard import refuse_headers
from tianping.births.vocabulary import header_role
from tianping.rulebook.redline import ignored_columns

#: Roles whose merged cells stand for all their rows; a merged count would be counted twice.
_KEYS = ("area", "area_name", "period", "year", "month", "birth_order", "sex")
#: Known and not read, because it follows from the reported period.
_UNUSED_ROLES = ("late",)
#: What a table without a header is asked for.
_WANTED = {"births": "area_code, period, birth_order, boys, girls", "areas": "area_code, name, level, parent_code"}


@dataclass(frozen=True)
class Layout:
    """A table's header as understood.

    Attributes:
        row: position of the header row in the preview, from 0.
        headers: the headers as written; columns without one are empty.
        columns: position of each role's column.
    """

    row: int
    headers: tuple[str, ...]
    columns: Mapping[str, int]

    def header(self, *roles: str) -> str:
        """Give the headers of these roles as written, those that the table has."""
        return " + ".join(self.headers[self.columns[role]] for role in roles if role in self.columns)

    @property
    def fill(self) -> frozenset[int]:
        """Columns in which a merged cell stands for all its rows."""
        return frozenset(position for role, position in self.columns.items() if role in _KEYS)

    @property
    def counting(self) -> str:
        """How births are told: `wide` (boys and girls side by side), `long` or `line_list` (one row per birth)."""
        if "boys" in self.columns:
            return "wide"
        return "long" if "count" in self.columns else "line_list"


def find_layout(preview: Sequence[Sequence[str]], table: str, log: FindingLog) -> Layout:
    """Find the header among the first rows.

    Raises:
        RedLineError: `column_refused`.
        InputRefusedError: `file_empty`, `header_missing`, `header_merged` or `header_twice`.
    """
    if not any(any(cell.strip() for cell in row) for row in preview):
        log.refuse("file_empty")
    row = max(range(len(preview)), key=lambda at: (_n_roles(preview[at], table), -at))
    if _n_roles(preview[row], table) < 2:
        refuse_headers(preview[0], table, echo=False)
        log.refuse("header_missing", row=1, missing=_WANTED[table])
    headers = _widened(preview, row)
    refuse_headers(headers, table)
    if table == "births" and any(_is_header_too(preview[at], preview[row]) for at in _neighbours(preview, row)):
        log.refuse("header_merged", row=row + 1)
    _check_twice(headers, table, row, log)
    columns = _columns(headers, table)
    if row:
        log.add("lines_above_header", row=1, count=row)
    _note_unread(headers, columns, log)
    return Layout(row, headers, {role: at for role, at in columns.items() if role not in _UNUSED_ROLES})


def birth_layout(preview: Sequence[Sequence[str]], log: FindingLog, *, needs_area: bool) -> Layout:
    """Find the header of a births table and check that it tells area, period and births.

    Raises:
        RedLineError: `column_refused`.
        InputRefusedError: as `find_layout`, and `layout_unclear`.
    """
    layout = find_layout(preview, "births", log)
    roles = _settle(dict(layout.columns))
    missing = _missing(roles, needs_area)
    if missing:
        log.refuse("header_missing", row=layout.row + 1, missing=", ".join(missing))
    if "boys" in roles and "sex" in roles:
        log.refuse("layout_unclear", row=layout.row + 1, column=layout.header("boys", "girls", "sex"))
    return Layout(layout.row, layout.headers, roles)


def _settle(roles: dict[str, int]) -> dict[str, int]:
    """Give ambiguous headers the part that the others leave to them."""
    if "month" in roles and "year" not in roles and "period" not in roles:
        roles["period"] = roles.pop("month")
    if "period" in roles:
        roles.pop("year", None)
        roles.pop("month", None)
    if "area" not in roles and "area_name" in roles:
        roles["area"] = roles["area_name"]
    roles.pop("area_name", None)
    if "boys" in roles and "girls" in roles:
        if "count" in roles:
            roles.setdefault("total", roles["count"])
        roles.pop("count", None)
    elif "count" not in roles and "total" in roles and "sex" in roles:
        roles["count"] = roles.pop("total")
    if "boys" not in roles:
        roles.pop("total", None)
        roles.pop("unknown_sex", None)
    return roles


def _missing(roles: Mapping[str, int], needs_area: bool) -> list[str]:
    missing = [] if "area" in roles or not needs_area else ["area_code"]
    if not {"period", "year"} & {*roles}:
        missing.append("period")
    if "boys" in roles or "girls" in roles:
        missing += [role for role in ("boys", "girls") if role not in roles]
    elif "sex" not in roles:
        missing.append("sex" if "count" in roles else "boys, girls")
    return missing


def _widened(preview: Sequence[Sequence[str]], row: int) -> tuple[str, ...]:
    """Give the headers, with nameless columns where most rows below are wider: those are looked at too."""
    headers = tuple(" ".join(cell.split()) for cell in preview[row])
    widths = Counter(len(below) for below in preview[row + 1 :])
    common = max(widths, key=lambda width: widths[width], default=0)
    is_usual = widths[common] * 2 > widths.total()
    return headers + ("",) * (common - len(headers)) if is_usual else headers


def _neighbours(preview: Sequence[Sequence[str]], row: int) -> list[int]:
    return [at for at in (row - 1, row + 1) if 0 <= at < len(preview)]


def _is_header_too(row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row beside the header continues it; a row of data names one sex at most."""
    return sum(header_role(cell, "births") is not None for cell in row) >= 2 and list(row) != list(header)


def _n_roles(row: Sequence[str], table: str) -> int:
    return len({found[1] for cell in row if (found := header_role(cell, table))})


def _columns(headers: Sequence[str], table: str) -> dict[str, int]:
    """Give each role the column whose header the vocabulary prefers."""
    found = sorted((*role, at) for at, header in enumerate(headers) if (role := header_role(header, table)))
    return {role: at for _, role, at in reversed(found)}


def _check_twice(headers: Sequence[str], table: str, row: int, log: FindingLog) -> None:
    for header, n in Counter(headers).items():
        if n > 1 and header_role(header, table):
            log.refuse("header_twice", row=row + 1, column=header)


def _note_unread(headers: Sequence[str], columns: Mapping[str, int], log: FindingLog) -> None:
    passed_over = () if "reported" in columns else _UNUSED_ROLES
    read = {at for role, at in columns.items() if role not in passed_over}
    unread = [header for at, header in enumerate(headers) if header and at not in read]
    facilities = {found.header for found in ignored_columns(unread)}
    for code, found in (
        ("facility_column_unread", [header for header in unread if header in facilities]),
        ("columns_unread", [header for header in unread if header not in facilities]),
    ):
        if found:
            log.add(code, column=", ".join(found), count=len(found))
