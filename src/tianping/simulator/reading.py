"""Scenarios from YAML: whatever the schema does not know is refused with its place, and written out again in full."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml

from tianping.locale import YAML_LOADER
from tianping.simulator.scenario import Scenario
from tianping.simulator.settings import TOLD, Rule, Settings, check_value, defaults_of, rules_of
from tianping.terms import InputError, Period

_ENDING = ".yaml"
_KIND = "kind"
#: YAML's tags of nothing, and of yes and no.
_EMPTY, _FLAG = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool")

_SettingsKind = TypeVar("_SettingsKind", bound=Settings)


@cache
def scenario_names() -> tuple[str, ...]:
    """Give the names of the scenarios that come with the product."""
    entries = files("tianping").joinpath("data", "scenarios").iterdir()
    return tuple(sorted(entry.name.removesuffix(_ENDING) for entry in entries if entry.name.endswith(_ENDING)))


@cache
def packaged_scenario(name: str) -> Scenario:
    """Read a scenario that comes with the product.

    Raises:
        InputError: `scenario_unknown`.
    """
    if name not in scenario_names():
        raise InputError("scenario_unknown", name=name, known=", ".join(scenario_names()))
    entry = files("tianping").joinpath("data", "scenarios", f"{name}{_ENDING}")
    return parse_scenario(entry.read_text(encoding="utf-8"), f"{name}{_ENDING}")


def read_scenario(name_or_file: str | Path) -> Scenario:
    """Read a scenario: a file where there is one under this path, else one that comes with the product.

    Raises:
        InputError: `scenario_unknown`, or what `parse_scenario` raises.
    """
    path = Path(name_or_file)
    if not path.is_file():
        return packaged_scenario(str(name_or_file))
    try:
        return parse_scenario(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise InputError("scenario_unreadable", place=path.name, reason="UTF-8") from error


def parse_scenario(text: str, file: str) -> Scenario:
    """Read a scenario from YAML; `file` is the name that errors give.

    Raises:
        InputError: `scenario_unreadable` for what is no YAML, and an error beginning with `scenario_` and telling line
            and path for whatever the schema does not allow.
    """
    try:
        node = yaml.compose(text, Loader=YAML_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = file if mark is None else f"{file}:{mark.line + 1}"
        raise InputError(
            "scenario_unreadable", place=place, reason=getattr(error, "problem", None) or "YAML"
        ) from error
    if node is None:
        raise InputError("scenario_mapping_needed", place=file)
    return _section(Scenario, node, _Place(file, ""))


def scenario_text(scenario: Scenario) -> str:
    """Write a scenario out in full, defaults included; reading it gives the same scenario."""
    told: str = yaml.safe_dump(_plain(scenario), sort_keys=False, allow_unicode=True, width=110)
    return told


@dataclass(frozen=True)
class _Place:
    """Where a node stands: file and path of keys."""

    file: str
    path: str

    def below(self, key: str | int) -> _Place:
        step = f"[{key}]" if isinstance(key, int) else f".{key}"
        return _Place(self.file, (self.path + step).lstrip("."))

    def told(self, node: yaml.Node) -> str:
        return f"{self.file}:{node.start_mark.line + 1} {self.path}".rstrip()


def _section(kind: type[_SettingsKind], node: yaml.Node, at: _Place, *, skip: str = "") -> _SettingsKind:
    """Read a section; `skip` is the key that has already told its kind."""
    rules, defaults = rules_of(kind), defaults_of(kind)
    nodes = {key: child for key, child in _mapping(node, at).items() if key != skip}
    for key, child in nodes.items():
        if key not in rules:
            raise InputError("scenario_key_unknown", place=at.below(key).told(child), known=", ".join(rules))
    for key in rules:
        if key not in nodes and key not in defaults:
            raise InputError("scenario_key_missing", place=at.told(node), name=key)
    values = {key: _value(rules[key], child, at.below(key)) for key, child in nodes.items()}
    try:
        return kind(**values)
    except InputError as error:
        raise InputError(error.key, **{**error.values, "place": at.told(node)}) from error


def _mapping(node: yaml.Node, at: _Place) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise InputError("scenario_mapping_needed", place=at.told(node))
    found: dict[str, yaml.Node] = {}
    for key, child in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name in found:
            raise InputError("scenario_key_twice", place=at.below(name).told(key))
        found[name] = child
    return found


def _value(rule: Rule, node: yaml.Node, at: _Place) -> Any:
    if rule.optional and node.tag == _EMPTY:
        return None
    value = _READERS[rule.kind](rule, node, at)
    check_value(rule, value, at.told(node))
    return value


def _plain_scalar(node: yaml.Node) -> str:
    """Give a scalar's text where it stands without quotation marks; empty otherwise."""
    return str(node.value) if isinstance(node, yaml.ScalarNode) and not node.style else ""


def _number(_rule: Rule, node: yaml.Node, at: _Place) -> float:
    # YAML 1.1 takes 1e-3 for a text; whoever writes it means a number.
    try:
        return float(_plain_scalar(node))
    except ValueError:
        raise InputError("scenario_number_needed", place=at.told(node)) from None


def _whole(rule: Rule, node: yaml.Node, at: _Place) -> int:
    number = _number(rule, node, at)
    if not number.is_integer():
        raise InputError("scenario_whole_number_needed", place=at.told(node))
    return int(number)


def _flag(_rule: Rule, node: yaml.Node, at: _Place) -> bool:
    if node.tag != _FLAG:
        raise InputError("scenario_flag_needed", place=at.told(node))
    return str(node.value).lower() in ("true", "yes", "on")


def _text(_rule: Rule, node: yaml.Node, at: _Place) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.tag == _EMPTY:
        raise InputError("scenario_text_needed", place=at.told(node))
    return str(node.value)


def _month(rule: Rule, node: yaml.Node, at: _Place) -> Period:
    try:
        period = Period.parse(_text(rule, node, at))
    except InputError:
        raise InputError("scenario_month_needed", place=at.told(node)) from None
    if not period.is_month:
        raise InputError("scenario_month_needed", place=at.told(node))
    return period


def _by_order(rule: Rule, node: yaml.Node, at: _Place) -> tuple[float, ...]:
    if isinstance(node, yaml.ScalarNode):
        return (_number(rule, node, at),) * len(TOLD)
    nodes = _mapping(node, at)
    for key, child in nodes.items():
        if key not in TOLD:
            raise InputError("scenario_key_unknown", place=at.below(key).told(child), known=", ".join(TOLD))
    return tuple(_number(rule, nodes[key], at.below(key)) if key in nodes else 0.0 for key in TOLD)


def _settings(rule: Rule, node: yaml.Node, at: _Place) -> Settings:
    return _section(rule.sections[""], node, at)


def _one_of(rule: Rule, node: yaml.Node, at: _Place) -> Settings:
    kind = _mapping(node, at).get(_KIND)
    if kind is None:
        raise InputError("scenario_key_missing", place=at.told(node), name=_KIND)
    name = _text(rule, kind, at.below(_KIND))
    if name not in rule.sections:
        known = ", ".join(rule.sections)
        raise InputError("scenario_not_a_choice", place=at.below(_KIND).told(kind), value=name[:40], known=known)
    return _section(rule.sections[name], node, at, skip=_KIND)


def _list(rule: Rule, node: yaml.Node, at: _Place) -> tuple[Settings, ...]:
    read = _settings if "" in rule.sections else _one_of
    return tuple(read(rule, child, at.below(i)) for i, child in enumerate(_sequence(node, at)))


def _months(rule: Rule, node: yaml.Node, at: _Place) -> tuple[int, ...]:
    return tuple(_whole(rule, child, at.below(i)) for i, child in enumerate(_sequence(node, at)))


def _texts(rule: Rule, node: yaml.Node, at: _Place) -> tuple[str, ...]:
    return tuple(_text(rule, child, at.below(i)) for i, child in enumerate(_sequence(node, at)))


def _sequence(node: yaml.Node, at: _Place) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise InputError("scenario_list_needed", place=at.told(node))
    return list(node.value)


_READERS: Mapping[str, Callable[[Rule, yaml.Node, _Place], Any]] = {
    "number": _number,
    "whole": _whole,
    "flag": _flag,
    "text": _text,
    "choice": _text,
    "month": _month,
    "by_order": _by_order,
    "settings": _settings,
    "one_of": _one_of,
    "list": _list,
    "months": _months,
    "texts": _texts,
}


def _plain(settings: Settings) -> dict[str, Any]:
    """Give a section as the mapping that reads as it."""
    told = {}
    for name, rule in rules_of(type(settings)).items():
        told[name] = _plain_value(rule, getattr(settings, name))
    return told


def _plain_value(rule: Rule, value: Any) -> Any:
    match rule.kind:
        case "month":
            return str(value)
        case "by_order":
            return dict(zip(TOLD, value, strict=True))
        case "settings" | "one_of":
            return None if value is None else _with_kind(rule, value)
        case "list":
            return [_with_kind(rule, member) for member in value]
        case "months" | "texts":
            return list(value)
        case _:
            return value


def _with_kind(rule: Rule, settings: Settings) -> dict[str, Any]:
    kind = next(name for name, section in rule.sections.items() if section is type(settings))
    return _plain(settings) if not kind else {_KIND: kind, **_plain(settings)}
