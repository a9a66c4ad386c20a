"""Natural sex ratios at birth and the bands called normal, as dated packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tianping.rulebook.loading import in_force, load_rules
from tianping.terms import Period, RuleError


@dataclass(frozen=True)
class ReferencePack:
    """A natural sex ratio at birth, boys per girl, with its uncertainty.

    Attributes:
        name: what users call it, for instance `eastern-asia`.
        ratio: point, boys per girl.
        lower: lower end of the interval.
        upper: upper end.
        level: probability of the interval.
        source: the publication.
        valid_from: first month in which this entry counts; None when nothing came before it.
        title_key: its title in the catalogues.
    """

    name: str
    ratio: float
    lower: float
    upper: float
    level: float
    source: str
    valid_from: Period | None
    title_key: str


@dataclass(frozen=True)
class NormalBand:
    """A range of SRB called normal, boys per 100 girls.

    Attributes:
        name: `national` or `interagency`.
        lower: lower end, boys per 100 girls.
        upper: upper end.
        source: who calls it normal.
        valid_from: first month in which this entry counts; None when nothing came before it.
        title_key: its title in the catalogues.
    """

    name: str
    lower: float
    upper: float
    source: str
    valid_from: Period | None
    title_key: str


def _named(entries: Sequence[Mapping[str, Any]], name: str, unknown_key: str) -> list[Mapping[str, Any]]:
    found = [entry for entry in entries if entry["name"] == name]
    if not found:
        raise RuleError(unknown_key, name=name, known=", ".join(dict.fromkeys(entry["name"] for entry in entries)))
    return found


def reference_names() -> tuple[str, ...]:
    """Give the names of all reference packs, the default first."""
    return tuple(dict.fromkeys(entry["name"] for entry in load_rules("references")["packs"]))


def reference(name: str | None = None, on: Period | None = None) -> ReferencePack:
    """Give the reference pack of a name (the default without one) as it stood at `on`, the newest without it.

    Raises:
        RuleError: `reference_unknown` or `rule_not_yet`.
    """
    rules = load_rules("references")
    name = name or rules["default"]
    entry, valid_from = in_force(_named(rules["packs"], name, "reference_unknown"), on, f"references/{name}")
    return ReferencePack(
        name=name,
        ratio=entry["ratio"],
        lower=entry["lower"],
        upper=entry["upper"],
        level=rules["interval"]["value"],
        source=entry["source"],
        valid_from=valid_from,
        title_key=f"rulebook.references.{name}",
    )


def normal_band(name: str | None = None, on: Period | None = None) -> NormalBand:
    """Give the band called normal, the national one without a name, as it stood at `on`.

    Raises:
        RuleError: `band_unknown` or `rule_not_yet`.
    """
    rules = load_rules("bands")
    name = name or rules["default"]
    entry, valid_from = in_force(_named(rules["bands"], name, "band_unknown"), on, f"bands/{name}")
    return NormalBand(name, entry["lower"], entry["upper"], entry["source"], valid_from, f"rulebook.bands.{name}")
