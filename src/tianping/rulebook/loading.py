"""Read the rule files that lie beside this module."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tianping.terms import RuleError


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
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded
