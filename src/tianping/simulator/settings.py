"""Settings that know what they may be, so that files, code and the reference page are held to one schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from tianping.terms import ORDERS, InputError

#: Birth orders that a world tells apart.
TOLD = ORDERS[:3]

#: One number for each order of `TOLD`.
ByOrder = tuple[float, float, float]


@dataclass(frozen=True)
class Rule:
    """What a setting may be.

    Attributes:
        kind: `number`, `whole`, `flag`, `text`, `month`, `choice`, `by_order`, `settings` (a section), `one_of`
            (a section told by its `kind`), or `list`, `months` and `texts` (several sections, numbers, texts).
        lowest: lowest number.
        highest: highest number.
        known: texts to choose from.
        sections: the kinds of sections by name; under the empty name where there is only one.
        optional: whether it may be left empty.
    """

    kind: str
    lowest: float = 0.0
    highest: float = 0.0
    known: tuple[str, ...] = ()
    sections: Mapping[str, type[Settings]] = field(default_factory=dict)
    optional: bool = False


class Settings:
    """A section of a scenario; its fields are checked when it is made.

    Raises:
        InputError: `scenario_out_of_range` or `scenario_not_a_choice`.
    """

    def __post_init__(self) -> None:
        """Check each field and then what they say together."""
        for name, rule in rules_of(type(self)).items():
            check_value(rule, getattr(self, name), f"{type(self).__name__}.{name}")
        self.check_together(type(self).__name__)

    def check_together(self, place: str) -> None:
        """Refuse fields that are sound alone and wrong together; `place` names the section in the error."""


def rules_of(section: type[Settings]) -> dict[str, Rule]:
    """Give the rule of each field of a section."""
    return {entry.name: entry.metadata["rule"] for entry in _fields(section)}


def defaults_of(section: type[Settings]) -> dict[str, Any]:
    """Give what counts for each field that is left out; fields without a default are not among them."""
    found = {}
    for entry in _fields(section):
        if entry.default is not MISSING:
            found[entry.name] = entry.default
        elif entry.default_factory is not MISSING:
            found[entry.name] = entry.default_factory()
    return found


def check_value(rule: Rule, value: Any, place: str) -> None:
    """Refuse a value outside its range or choices.

    Raises:
        InputError: `scenario_out_of_range` or `scenario_not_a_choice`.
    """
    if value is None and rule.optional:
        return
    if rule.kind in ("number", "whole", "by_order", "months"):
        for number in value if isinstance(value, tuple) else (value,):
            if not rule.lowest <= number <= rule.highest:
                limits = {"lowest": f"{rule.lowest:g}", "highest": f"{rule.highest:g}"}
                raise InputError("scenario_out_of_range", place=place, value=f"{number:g}", **limits)
    elif rule.kind == "choice" and value not in rule.known:
        raise InputError("scenario_not_a_choice", place=place, value=str(value)[:40], known=", ".join(rule.known))


def number(default: float | None = None, *, lowest: float, highest: float, optional: bool = False) -> Any:
    """Declare a number; without a default it must be given, unless it is optional."""
    return _declared(Rule("number", lowest, highest, optional=optional), default)


def whole(default: int | None = None, *, lowest: int, highest: int, optional: bool = False) -> Any:
    """Declare a whole number."""
    return _declared(Rule("whole", lowest, highest, optional=optional), default)


def by_order(default: float | ByOrder, *, lowest: float, highest: float) -> Any:
    """Declare a number for each birth order; files may give one for all."""
    return _declared(
        Rule("by_order", lowest, highest), default if isinstance(default, tuple) else (default, default, default)
    )


def months_of_year() -> Any:
    """Declare months of the year, 1–12; none stands for all."""
    return _declared(Rule("months", 1, 12), ())


def flag(default: bool) -> Any:
    """Declare a yes or no."""
    return _declared(Rule("flag"), default)


def words(default: str | None = None) -> Any:
    """Declare a text."""
    return _declared(Rule("text"), default)


def texts() -> Any:
    """Declare a list of texts, empty when left out."""
    return _declared(Rule("texts"), ())


def month(default: Any) -> Any:
    """Declare a calendar month."""
    return _declared(Rule("month"), default)


def choice(*known: str) -> Any:
    """Declare a choice; the first one counts when it is left out."""
    return _declared(Rule("choice", known=known), known[0])


def section(of: type[Settings], *, optional: bool = False, required: bool = False) -> Any:
    """Declare a section; left out it is the section of all defaults, or none where it is optional."""
    rule = Rule("settings", sections={"": of}, optional=optional)
    return _declared(rule, None) if optional or required else field(default_factory=of, metadata={"rule": rule})


def one_of(kinds: Mapping[str, type[Settings]], default: Settings | None = None, *, optional: bool = False) -> Any:
    """Declare a section of one of several kinds, told by its key `kind`."""
    return _declared(Rule("one_of", sections=kinds, optional=optional), default)


def several(kinds: Mapping[str, type[Settings]]) -> Any:
    """Declare a list of sections, none when left out; with more than one kind each tells its own."""
    return _declared(Rule("list", sections=kinds), ())


def _declared(rule: Rule, default: Any) -> Any:
    if default is None and not rule.optional:
        return field(metadata={"rule": rule})
    return field(default=default, metadata={"rule": rule})


def _fields(section: type[Settings]) -> tuple[Field[Any], ...]:
    return fields(section)  # type: ignore[arg-type]  # every section is a dataclass
