"""What is said about the codes of a line list: refusals first, then each kind of finding with examples of its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tianping.births.counting.codes import Codes, Meanings
from tianping.births.counting.groups import JOINT, SEPARATOR
from tianping.births.counting.line_lists import LineList
from tianping.births.counting.notes import Notes
from tianping.births.counting.places import EXAMPLES, Search, look_for
from tianping.births.guard import ContentGuard
from tianping.births.staging import Database
from tianping.births.vocabulary import fold

#: A text that is told: digits, as many as a division code has. Others might be words that nobody should read.
_LONGEST_CODE = 12

Searches = dict[tuple[str, str], Search]


def refuse_content(name: str, texts: Sequence[str], known: Collection[str], lists: Sequence[LineList]) -> None:
    """Refuse a column whose texts tell something about an individual.

    Raises:
        RedLineError: `content_refused`, with the first place of the first such text.
    """
    at = ContentGuard((), known=known).refused(0, texts)
    if at is None:
        return
    search = Search((name,), [texts[at]])
    look_for([search], lists)
    place = search.first
    header = header_of(name, lists)
    ContentGuard([f"{header} ({place.file})" if place.file else header]).check_text(texts[at], 0, place.row)


def note_codes(database: Database, meanings: Meanings, lists: Sequence[LineList], notes: Notes) -> None:
    """Note what the codes say, and the rows reported before they happened."""
    codes, n_blank = meanings.codes, _n_blank_rows(database, meanings)
    searches = {(one.name, issue): Search((one.name,), texts) for one in codes for issue, texts in one.issues.items()}
    early = Search(("reported", "period"), [JOINT.join(pair[:2]) for pair in meanings.early])
    # Where the period is told by year and month, a blank row has one cell more.
    blank = Search(meanings.fields, [JOINT * n for n in (len(codes) - 1, len(codes)) if n_blank])
    look_for([*searches.values(), early, blank], lists)
    if n_blank:
        notes.of(blank.first.file or lists[0].name).add("blank_rows", row=blank.first.row, count=n_blank)
    for one in codes:
        for issue, texts in one.issues.items():
            n = one.count(texts) - (n_blank if "" in texts else 0)
            if n:
                _note(one.name, issue, n, searches[one.name, issue], lists, notes)
        _name_codes(one, n_blank, searches, lists, notes)
    n_early = sum(n for *_, n in meanings.early)
    if n_early:
        _note("reported", "reported_impossible", n_early, early, lists, notes)


def _n_blank_rows(database: Database, meanings: Meanings) -> int:
    if not all("" in one.n_rows for one in meanings.codes):
        return 0
    # A blank period of a year and a month holds the sign between them.
    nothing = [SEPARATOR * (len(meanings.fields) - 2), JOINT + SEPARATOR * (len(meanings.fields) - 2)]
    query = "SELECT coalesce(sum(n), 0)::BIGINT FROM groups WHERE area = '' AND rest IN (?, ?)"
    (n,) = database.execute(query, nothing).fetchall()[0]
    return int(n)


def _note(name: str, issue: str, n: int, search: Search, lists: Sequence[LineList], notes: Notes) -> None:
    log, row = notes.of(search.first.file or lists[0].name), search.first.row
    log.add(issue, row=row, column=header_of(name, lists), count=n, births=n)


def _name_codes(one: Codes, n_blank: int, searches: Searches, lists: Sequence[LineList], notes: Notes) -> None:
    """Name the codes behind a column's findings, each with its rows and the first place; words are not repeated."""
    told, n_texts = [], 0
    for issue, texts in one.issues.items():
        places = searches[one.name, issue].places
        named = [text for text in texts if text or one.n_rows[text] > n_blank]
        n_texts += len(named)
        found = [(text, places[text]) for text in named[:EXAMPLES] if text in places]
        told += [f"{_told(text)} ×{one.n_rows[text]:,} ({place.file}:{place.row})" for text, place in found]
    if told:
        column = header_of(one.name, lists)
        notes.of(lists[0].name).add("codes_named", column=column, count=n_texts, examples="; ".join(told))


def _told(text: str) -> str:
    plain = fold(text)
    return f"“{plain}”" if plain.isdecimal() and len(plain) <= _LONGEST_CODE else "“…”" if plain else "“”"


def header_of(name: str, lists: Sequence[LineList]) -> str:
    """Give the header of a counted column as the first file with it writes it."""
    roles = ("period", "year", "month") if name == "period" else (name,)
    return next((header for one in lists if (header := one.layout.header(*roles))), name)
