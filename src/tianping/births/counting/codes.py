"""From what the cells of a line list say to what is written: each different text of a column is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from tianping.births.areas import AreaIndex, AreaTable, fold_code, row_kind
from tianping.births.coding import Field, PeriodReader, each
from tianping.births.readings import SEXES, Reading, read_order, read_sex, unusable
from tianping.births.staging import Database
from tianping.terms import ORDERS, InputError, Period

#: A column with more different texts than these holds no codes.
_MOST_TEXTS = 1_000_000
#: Columns of what is counted, in the order in which they are written.
FIELDS = ("area", "period", "birth_order", "sex", "reported", "source")

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


def different_texts(database: Database, name: str) -> dict[str, int]:
    """Give the different texts of a column of `groups` with their rows, most first.

    Raises:
        InputError: `line_list_no_codes`.
    """
    texts = f"SELECT {name} AS text, sum(n)::BIGINT AS n FROM groups GROUP BY 1"
    found = database.execute(f"SELECT text, n FROM ({texts}) ORDER BY n DESC, text LIMIT {_MOST_TEXTS + 1}").fetchall()
    if len(found) > _MOST_TEXTS:
        raise InputError("line_list_no_codes", column=name, n=_MOST_TEXTS)
    return dict(found)


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


def register(database: Database, codes: Codes) -> None:
    """Make the table `codes_<name>` of how each usable text is written."""
    columns = {"text": list(codes.written), "written": list(codes.written.values())}
    database.register("reading", pa.table(columns, schema=pa.schema([("text", pa.string()), ("written", pa.string())])))
    database.execute(f"CREATE TABLE codes_{codes.name} AS SELECT * FROM reading")
    database.unregister("reading")


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
