"""The pack linter: every shipped rule file passes, every planted fault is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tianping.rulebook.loading import load_rules, rule_names
from tianping.rulebook.packs import check_pack, lint_pack
from tianping.terms import RuleError

RULES = yaml.safe_load((Path(__file__).parent / "data" / "packs.yaml").read_text(encoding="utf-8"))


def sound_pack() -> dict[str, Any]:
    """A pack with nothing wrong, to plant faults in."""
    return {
        "title": "rulebook.bands.title",
        "author": "A. Author",
        "next_review": "2027-01",
        "mark": "P",
        "reference": "default",
        "versions": [{"valid_from": None, "limit": {"value": 3, "unit": "days"}}],
        "rules": [{"subject": "facility", "act": "notice"}, {"subject": "area", "follows": "consultation"}],
        "natural_persons": [{"field": "a.b", "purpose": "p", "basis": "b", "erasure_term": "12 months"}],
    }


def keys(pack: dict[str, Any]) -> list[str]:
    return [problem.key for problem in lint_pack("planted", pack)]


def test_a_sound_pack_passes() -> None:
    assert keys(sound_pack()) == []
    check_pack("planted", sound_pack())


@pytest.mark.parametrize("name", rule_names())
def test_every_shipped_rule_file_passes(name: str) -> None:
    assert lint_pack(name, load_rules(name)) == ()


@pytest.mark.parametrize("reason", RULES["refused"])
def test_a_rule_across_the_red_line_is_refused(reason: str) -> None:
    for planted in RULES["refused"][reason]:
        pack = sound_pack() | {"rules": [planted], "unit": "days"}
        with pytest.raises(RuleError) as told:
            check_pack("planted", pack)
        assert (told.value.key, told.value.values["reason"]) == ("pack_crosses_red_line", reason), planted
        assert told.value.values["pack"] == "planted"


def test_a_lawful_rule_passes() -> None:
    for planted in RULES["accepted"]:
        assert keys(sound_pack() | {"rules": [planted], "unit": "days"}) == [], planted


def test_a_rule_cannot_be_split_over_a_list_to_get_through() -> None:
    split = {"whom": "pregnant women", "acts": ["notice", {"kind": "fine"}]}
    assert set(keys(sound_pack() | {"scheme": split})) == {"pack_crosses_red_line"}


FAULTS: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("pack_field_missing", lambda pack: pack.pop("author")),
    ("pack_field_missing", lambda pack: pack.pop("next_review")),
    ("pack_field_missing", lambda pack: pack.pop("title")),
    ("pack_field_missing", lambda pack: pack["versions"][0].pop("valid_from")),
    ("pack_field_missing", lambda pack: pack["natural_persons"][0].pop("erasure_term")),
    ("pack_title_unknown", lambda pack: pack.update(title="rulebook.nowhere")),
    ("pack_review_unreadable", lambda pack: pack.update(next_review="soon")),
    ("pack_dated_badly", lambda pack: pack["versions"][0].update(valid_from="spring")),
    ("pack_unit_missing", lambda pack: pack["versions"][0]["limit"].pop("unit")),
    ("pack_unit_missing", lambda pack: pack.update(limits=[1, 2])),
    ("pack_source_missing", lambda pack: pack.pop("mark")),
    ("pack_source_missing", lambda pack: pack.pop("reference")),
    ("pack_mark_unknown", lambda pack: pack.update(mark="Q")),
    ("pack_proposal_as_law", lambda pack: pack["versions"][0]["limit"].update(quote_as_law=True)),
    ("pack_subject_unknown", lambda pack: pack["rules"][0].update(subject="couple")),
    ("pack_follows_unknown", lambda pack: pack["rules"][1].update(follows="yellow_card")),
    ("pack_cites_repealed", lambda pack: pack.update(basis=load_rules("redline")["repealed"][0]["text"])),
]


@pytest.mark.parametrize(("key", "plant"), FAULTS)
def test_a_planted_fault_is_named(key: str, plant: Callable[[dict[str, Any]], object]) -> None:
    pack = sound_pack()
    plant(pack)
    assert set(keys(pack)) == {key} or (key == "pack_mark_unknown" and key in keys(pack))


def test_the_law_itself_may_be_quoted() -> None:
    pack = sound_pack() | {"mark": "L", "quote_as_law": True}
    assert keys(pack) == []


def test_a_text_may_be_cited_until_it_is_repealed() -> None:
    later = load_rules("redline")["repealed"][1]
    assert keys(sound_pack() | {"basis": later["text"], "next_review": "2026-03"}) == []
    assert keys(sound_pack() | {"basis": later["text"], "next_review": later["since"]}) == ["pack_cites_repealed"]
