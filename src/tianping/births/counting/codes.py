"""From what the cells of a line list say to what is written: each different text of a column is read once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from tianping.births.areas import AreaIndex, AreaTable, fold_code, row_kind
from tianping.births.coding import Field, PeriodReader, each
from tianping.births.counting.groups import SEPARATOR
from tianping.births.readings import SEXES, Reading, read_order, read_sex, unusable
from tianping.births.staging import Database
from tianping.terms import ORDERS, InputError, Period

#: A column with more different texts than these holds no codes.
_MOST_TEXTS = 1_000_000

Write = Callable[[Reading, str], str | None]


@dataclass(frozen=True)
class Codes:
    """What the different texts of a column mean.

    Attributes:
        name: the column.
        n_rows: how many rows have each text.
        written: how each usable text is written; None for nothing.
        issues: the texts that make each finding, in the order of their rows, most first.
        left_out: the texts whose rows are left out.
    """

    name: str
    n_rows: Mapping[str, int]
    written: Mapping[str, str | None]
    issues: Mapping[str, Sequence[str]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    @property
    def is_as_written(self) -> bool:
        """Whether every text is written as it stands."""
        return not self.left_out and all(text == written for text, written in self.written.items())

    @property
    def is_one_to_one(self) -> bool:
        """Whether no two texts are written alike."""
        return len(set(self.written.values())) == len(self.written)

    def count(self, texts: Sequence[str]) -> int:
        """Give the rows that have one of these texts."""
        return sum(self.n_rows[text] for text in texts)


@dataclass(frozen=True)
class Meanings:
    """What all texts mean.

    Attributes:
        fields: the fields that the files have, the area first.
        codes: what the texts of each field mean.
        is_one_to_one: whether no two groups of equal rows are written alike.
        early: reported period, period and rows of combinations reported before they happened.
    """

    fields: tuple[str, ...]
    codes: tuple[Codes, ...]
    is_one_to_one: bool
    early: tuple[tuple[str, str, int], ...]

    @property
    def area(self) -> Codes:
        """What the texts of the areas mean."""
        return self.codes[0]

    @property
    def n_rows(self) -> int:
        """All rows, those that are left out included."""
        return sum(self.area.n_rows.values())


def different_texts(database: Database, name: str) -> dict[str, int]:
    """Give the different texts of a column of `groups` with their rows, most first.

    Raises:
        InputError: `line_list_no_codes`.
    """
    texts = f"SELECT {name} AS text, sum(n)::BIGINT AS n FROM groups GROUP BY 1"
    found = database.execute(f"SELECT text, n FROM ({texts}) ORDER BY n DESC, text LIMIT {_MOST_TEXTS + 1}").fetchall()
    if len(found) > _MOST_TEXTS:
        raise InputError("line_list_no_codes", n=_MOST_TEXTS)
    return dict(found)


def taken_apart(rest: Mapping[str, int], fields: Sequence[str]) -> dict[str, dict[str, int]]:
    """Give the different texts of each joined field with their rows, most first."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in fields}
    for text, n in rest.items():
        for name, part in zip(fields, _parts(text, fields), strict=True):
            counted[name][part] += n
    return {name: dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))) for name, found in counted.items()}


def put_together(database: Database, area: Codes, others: Sequence[Codes], rest: Mapping[str, int]) -> Meanings:
    """Make the tables `codes_area` and `codes_rest` of how usable texts are written, a column for each joined field.

    A reported period before the birth's own is written as none; periods compare as they are written, a month with the
    year that it belongs to.
    """
    names = [one.name for one in others]
    written: dict[str, tuple[str | None, ...]] = {}
    early = []
    for text, n in rest.items():
        parts = dict(zip(names, _parts(text, names), strict=True))
        if any(parts[one.name] in one.left_out for one in others):
            continue
        told = {one.name: one.written[parts[one.name]] for one in others}
        reported, period = told.get("reported"), told["period"]
        if reported and period and reported < period:
            early.append((parts["reported"], parts["period"], n))
            told["reported"] = None
        written[text] = tuple(told.values())
    columns: dict[str, list[str | None]] = {"text": list(written)}
    columns |= {name: [told[at] for told in written.values()] for at, name in enumerate(names)}
    _register(database, "codes_rest", columns)
    _register(database, "codes_area", {"text": list(area.written), "written": list(area.written.values())})
    is_one_to_one = area.is_one_to_one and len(set(written.values())) == len(written)
    return Meanings((area.name, *names), (area, *others), is_one_to_one, tuple(early))


def _parts(text: str, fields: Sequence[str]) -> list[str]:
    """Give the joined cells of a group.

    Raises:
        InputError: `line_list_no_codes` when a cell holds what stands between them.
    """
    parts = text.split(SEPARATOR)
    if len(parts) != len(fields):
        raise InputError("line_list_no_codes", n=_MOST_TEXTS)
    return parts


def _register(database: Database, table: str, columns: Mapping[str, Sequence[str | None]]) -> None:
    texts = pa.table({name: pa.array(told, pa.string()) for name, told in columns.items()})
    database.register("reading", texts)
    database.execute(f"CREATE TABLE {table} AS SELECT * FROM reading")
    database.unregister("reading")


def readers(areas: AreaTable | None, periods: PeriodReader) -> dict[str, tuple[Field, Write]]:
    """Give, for each column, how its texts are read and how what they say is written."""
    index = None if areas is None else AreaIndex(areas)
    codes = () if areas is None else areas.tree.codes
    month = {"is_month": True}
    return {
        "area": (
            Field("area", ("area",), each(_own_area if index is None else index.find)),
            lambda found, text: fold_code(text) if index is None else codes[_whole(found)],
        ),
        "period": (
            Field("period", ("period", "year", "month"), periods.read),
            lambda found, _: str(Period.from_ordinal(_whole(found), is_month=periods.is_month)),
        ),
        "birth_order": (
            Field("birth_order", ("birth_order",), each(read_order)),
            lambda found, _: ORDERS[min(_whole(found), 3) - 1],
        ),
        "sex": (Field("sex", ("sex",), each(read_sex)), lambda found, _: SEXES[_whole(found)]),
        "reported": (
            Field("reported", ("reported",), periods.read_reported),
            lambda found, _: None if found.code is None else str(Period.from_ordinal(_whole(found), **month)),
        ),
        "source": (Field("source", ("source",), each(lambda _: Reading(0))), lambda _, text: text.strip() or None),
    }


def read_codes(name: str, n_rows: Mapping[str, int], read: Field, write: Write) -> Codes:
    """Read the different texts of a column."""
    written: dict[str, str | None] = {}
    issues: defaultdict[str, list[str]] = defaultdict(list)
    left_out = set()
    texts = list(n_rows)
    for text, found in zip(texts, read.read(texts, list(n_rows.values())), strict=True):
        issue = _issue(found)
        if issue:
            issues[issue].append(text)
        if _is_counted(found):
            written[text] = write(found, text)
        else:
            left_out.add(text)
    return Codes(name, n_rows, written, issues, frozenset(left_out))


def _own_area(text: str) -> Reading:
    """Read a code where no areas file says which there are."""
    if text.isascii() and text.isdecimal():
        return Reading(0)
    return row_kind(text) or (Reading(0) if fold_code(text) else unusable("area_missing"))


def _issue(found: Reading) -> str | None:
    """Name the finding that a text makes; a row of sums and a remark are no births."""
    if found.issue == "note":
        return "note_rows"
    return "totals_rows" if found.code is not None and found.code < -1 else found.issue


def _is_counted(found: Reading) -> bool:
    if _issue(found) in ("note_rows", "totals_rows", "header_repeated"):
        return False
    return found.usable


def _whole(found: Reading) -> int:
    if found.code is None:
        raise ValueError("a text without a meaning is not written")
    return int(found.code)
