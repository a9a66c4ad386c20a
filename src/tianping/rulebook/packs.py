"""The pack linter: a rule file says what it is, where its numbers come from, and keeps to the red line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tianping.locale import LANGUAGES, catalogue
from tianping.rulebook.loading import load_rules
from tianping.rulebook.redline import RedLine, shipped
from tianping.terms import InputError, Period, RuleError

#: Marks of provenance: seed article, law read in full, analogy, web page, computed, memory, proposal.
MARKS = frozenset("SLAWCMP")
#: The mark of what may be quoted as law.
LAW = "L"
#: Rule files that state the ban itself and so hold its words.
STATES_THE_BAN = frozenset({"redline"})
_REQUIRED = ("title", "author", "next_review")
_NATURAL_PERSON = ("field", "purpose", "basis", "erasure_term")

Tree = Mapping[str, Any]


def check_pack(name: str, tree: Tree) -> None:
    """Refuse a rule file that breaks a rule for rule files.

    Raises:
        RuleError: the first of `lint_pack`.
    """
    for problem in lint_pack(name, tree):
        raise problem


def lint_pack(name: str, tree: Tree) -> tuple[RuleError, ...]:
    """Give all that is wrong with a rule file, as errors that name the place in it.

    Their keys are `pack_field_missing`, `pack_title_unknown`, `pack_review_unreadable`, `pack_dated_badly`,
    `pack_unit_missing`, `pack_source_missing`, `pack_mark_unknown`, `pack_proposal_as_law`, `pack_subject_unknown`,
    `pack_follows_unknown`, `pack_cites_repealed` and `pack_crosses_red_line`.
    """
    problems = [*_head(tree), *_numbers(tree), *_marks(tree), *_dates(tree), *_subjects(tree), *_natural_persons(tree)]
    if name not in STATES_THE_BAN:
        problems += [*_repealed(tree), *_red_line(tree, shipped())]
    for problem in problems:
        problem.values["pack"] = name
    return tuple(problems)


def _mappings(node: Any, above: tuple[Tree, ...] = (), path: str = "") -> Iterator[tuple[str, Tree, tuple[Tree, ...]]]:
    """Walk all mappings with their place and the mappings that contain them, innermost first."""
    if isinstance(node, Mapping):
        yield path or ".", node, above
        for key, child in node.items():
            yield from _mappings(child, (node, *above), f"{path}/{key}")
    elif isinstance(node, list):
        for i, child in enumerate(node):
            yield from _mappings(child, above, f"{path}/{i}")


def _holds_number(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_holds_number, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _head(tree: Tree) -> Iterator[RuleError]:
    for field in _REQUIRED:
        if not tree.get(field):
            yield RuleError("pack_field_missing", where=".", field=field)
    for language in LANGUAGES:
        if (title := tree.get("title")) and title not in catalogue(language):
            yield RuleError("pack_title_unknown", title=title, language=language)
    if (review := tree.get("next_review")) and not _is_period(review):
        yield RuleError("pack_review_unreadable", review=review)


def _numbers(tree: Tree) -> Iterator[RuleError]:
    for where, node, above in _mappings(tree):
        if any(map(_holds_number, node.values())):
            around = (node, *above)
            if not any("unit" in one for one in around):
                yield RuleError("pack_unit_missing", where=where)
            if not any("mark" in one and ("source" in one or "reference" in one) for one in around):
                yield RuleError("pack_source_missing", where=where)


def _marks(tree: Tree) -> Iterator[RuleError]:
    for where, node, above in _mappings(tree):
        if "mark" in node and node["mark"] not in MARKS:
            yield RuleError("pack_mark_unknown", where=where, mark=node["mark"], known=", ".join(sorted(MARKS)))
        if node.get("quote_as_law"):
            mark = next((one["mark"] for one in (node, *above) if "mark" in one), None)
            if mark != LAW:
                yield RuleError("pack_proposal_as_law", where=where, mark=mark)


def _dates(tree: Tree) -> Iterator[RuleError]:
    for where, node, _ in _mappings(tree):
        for i, entry in enumerate(node.get("versions", ())):
            if "valid_from" not in entry:
                yield RuleError("pack_field_missing", where=f"{where}/versions/{i}", field="valid_from")
        start = node.get("valid_from")
        if start is not None and not _is_period(start):
            yield RuleError("pack_dated_badly", where=where, valid_from=start)


def _is_period(value: object) -> bool:
    try:
        Period.parse(str(value))
    except InputError:
        return False
    return True


def _subjects(tree: Tree) -> Iterator[RuleError]:
    line = load_rules("redline")
    for where, node, _ in _mappings(tree):
        subject = node.get("subject")
        if subject == "area":
            if node.get("follows") not in line["follows_for_area"]:
                yield RuleError("pack_follows_unknown", where=where, follows=node.get("follows"))
        elif subject is not None and subject not in line["subjects"]:
            yield RuleError("pack_subject_unknown", where=where, known=", ".join(line["subjects"]))


def _natural_persons(tree: Tree) -> Iterator[RuleError]:
    for i, entry in enumerate(tree.get("natural_persons", ())):
        for field in _NATURAL_PERSON:
            if not entry.get(field):
                yield RuleError("pack_field_missing", where=f"/natural_persons/{i}", field=field)


def _repealed(tree: Tree) -> Iterator[RuleError]:
    review = str(tree.get("next_review", ""))
    for law in load_rules("redline")["repealed"]:
        if law["text"] in _words(tree) and (
            not _is_period(review) or Period.parse(law["since"]) <= Period.parse(review)
        ):
            yield RuleError("pack_cites_repealed", law=law["text"], since=law["since"])


def _red_line(tree: Tree, line: RedLine) -> Iterator[RuleError]:
    for where, rule in _rules(tree):
        if reason := line.refused_rule(rule):
            yield RuleError("pack_crosses_red_line", where=where, reason=reason)


def _words(node: Any) -> str:
    """Write a node out as words: its keys and values with all that stands below."""
    if isinstance(node, Mapping):
        return " ".join(f"{key} {_words(child)}" for key, child in node.items())
    if isinstance(node, list):
        return " ".join(map(_words, node))
    return str(node)


def _rules(node: Tree, above: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Give every rule as words: a mapping with all below it; the mappings of its lists are rules of their own.

    What a mapping says itself counts for the rules in its lists too.
    """
    lists = {key: child for key, child in node.items() if _is_list_of_rules(child)}
    own = " ".join((above, _words({key: child for key, child in node.items() if key not in lists}))).strip()
    yield path or ".", own
    for key, children in lists.items():
        for i, child in enumerate(children):
            if isinstance(child, Mapping):
                yield from _rules(child, f"{own} {key}", f"{path}/{key}/{i}")
            else:
                yield f"{path}/{key}/{i}", f"{own} {key} {_words(child)}"


def _is_list_of_rules(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(one, Mapping) for one in value)
