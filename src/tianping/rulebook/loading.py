"""Read the rule files that lie beside this module, as they stood at a date."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tianping.locale import YAML_LOADER
from tianping.terms import Period, RuleError


@cache
def rule_names() -> tuple[str, ...]:
    """Give the names of all rule files, without ending, folders with a slash (`signals/s5`)."""
    root = files(__package__)
    names = [entry.name for entry in root.iterdir() if entry.name.endswith(".yaml")]
    for folder in (entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("_")):
        names += [f"{folder.name}/{entry.name}" for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return tuple(sorted(name.removesuffix(".yaml") for name in names))


def load_rules(name: str) -> dict[str, Any]:
    """Give the content of a rule file as a fresh dictionary.

    Raises:
        RuleError: `rule_file_unknown`.
    """
    if name not in rule_names():
        raise RuleError("rule_file_unknown", name=name, known=", ".join(rule_names()))
    return copy.deepcopy(_parsed(name))


@cache
def _parsed(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=YAML_LOADER
    )
    return loaded


def in_force(
    entries: Sequence[Mapping[str, Any]], on: Period | None, name: str
) -> tuple[Mapping[str, Any], Period | None]:
    """Give the entry that counts at `on` (the newest without it) and the month from which it does.

    An entry whose `valid_from` is null counts from the beginning.

    Raises:
        RuleError: `rule_not_yet` when all entries begin later than `on`.
    """
    dated = [(Period.parse(entry["valid_from"]) if entry["valid_from"] else None, entry) for entry in entries]
    begun = [(start, entry) for start, entry in dated if on is None or start is None or start <= on]
    if not begun:
        first = min(start for start, _ in dated if start is not None)
        raise RuleError("rule_not_yet", name=name, on=str(on), first=str(first))
    start, entry = max(begun, key=lambda pair: (pair[0] is not None, pair[0] or Period(1)))
    return entry, start


def values_in_force(name: str, on: Period | None = None) -> dict[str, Any]:
    """Give the numbers of a versioned rule file at `on`, by name and without their units.

    Raises:
        RuleError: `rule_file_unknown` or `rule_not_yet`.
    """
    entry, _ = in_force(load_rules(name)["versions"], on, name)
    return {key: tree["value"] for key, tree in entry.items() if isinstance(tree, Mapping)}
