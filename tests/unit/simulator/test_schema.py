"""What the schema allows reads and writes back unchanged; whatever else is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import costly
from tianping.locale import LANGUAGES, text
from tianping.simulator import Scenario, parse_scenario, read_scenario, scenario_text
from tianping.simulator.scenario import CHANGES, DRIFTS, Births, Change, Drift, Effect, SexRatio
from tianping.simulator.settings import Rule, Settings, defaults_of, rules_of
from tianping.simulator.troubles import TROUBLES, Trouble
from tianping.terms import InputError, Period
from unit.simulator.scenarios import scenario


def values(rule: Rule) -> st.SearchStrategy[Any]:
    """Values that a rule allows."""
    numbers = st.floats(rule.lowest, rule.highest) if rule.kind in ("number", "by_order") else st.nothing()
    known: dict[str, st.SearchStrategy[Any]] = {
        "number": numbers,
        "by_order": st.tuples(numbers, numbers, numbers),
        "whole": st.integers(int(rule.lowest), int(rule.highest)),
        "flag": st.booleans(),
        "text": st.sampled_from(["county", "all", "", "1", "null", "a: b", "#x", "{", "\u00e9"]),
        "choice": st.sampled_from(rule.known or ("",)),
        "month": st.builds(Period, st.integers(1000, 9999), st.integers(1, 12)),
        "months": st.lists(st.integers(1, 12), max_size=3).map(tuple),
        "texts": st.lists(st.sampled_from(["A1", "01", "no", " "]), max_size=2).map(tuple),
    }
    found = known.get(rule.kind)
    if found is None:
        sections = st.one_of([made(kind) for kind in rule.sections.values()])
        found = st.lists(sections, max_size=2).map(tuple) if rule.kind == "list" else sections
    return st.one_of(st.none(), found) if rule.optional else found


@st.composite
def made(draw: st.DrawFn, kind: type[Settings]) -> Settings:
    """A section of any content that its rules allow one by one; what they forbid together is drawn anew."""
    rules, defaults = rules_of(kind), defaults_of(kind)
    given_ = {name: draw(values(rule)) for name, rule in rules.items() if name not in defaults or draw(st.booleans())}
    try:
        return kind(**given_)
    except InputError:
        return draw(st.nothing())


#: Every section that can stand in a list, and the key of that list.
MEMBERS = {"effects": Effect, **{kind: CHANGES[kind] for kind in CHANGES}, **DRIFTS, **TROUBLES}


@costly(4)
@given(data=st.data(), births=made(Births), kinds=st.lists(st.sampled_from(sorted(MEMBERS)), max_size=2))
def test_whatever_is_allowed_reads_as_it_was_written(data: st.DataObject, births: Any, kinds: list[str]) -> None:
    members = [data.draw(made(MEMBERS[kind])) for kind in kinds]
    ratio = SexRatio(
        effects=tuple(member for member in members if isinstance(member, Effect)),
        changes=tuple(member for member in members if isinstance(member, Change)),
        drifts=tuple(member for member in members if isinstance(member, Drift)),
    )
    reporters = tuple(member for member in members if isinstance(member, Trouble))
    try:
        whole = Scenario(areas=scenario().areas, births=births, sex_ratio=ratio, reporters=reporters)
    except InputError as error:
        names_a_level = error.key == "scenario_level_unknown"
    else:
        names_a_level = parse_scenario(scenario_text(whole), "written.yaml") == whole
    assert names_a_level


AREAS = "areas: {levels: [{name: town, n: 3}]}\n"

#: what is wrong, error, place that it names
REFUSED = [
    ("areas: {levels: [{name: town, n: 3}], levls: 2}\n", "scenario_key_unknown", "x.yaml:1 areas.levls"),
    (AREAS + "births:\n  season: {swin: 1}\n", "scenario_key_unknown", "x.yaml:3 births.season.swin"),
    (AREAS + "births:\n  season: {swing: 2}\n", "scenario_out_of_range", "x.yaml:3 births.season.swing"),
    (AREAS + "births: {season: {swing: .nan}}\n", "scenario_number_needed", "x.yaml:2 births.season.swing"),
    (AREAS + "births: {season: {swing: nan}}\n", "scenario_out_of_range", "x.yaml:2 births.season.swing"),
    (AREAS + 'births: {season: {swing: "0.1"}}\n', "scenario_number_needed", "x.yaml:2 births.season.swing"),
    (AREAS + "births: {season: 3}\n", "scenario_mapping_needed", "x.yaml:2 births.season"),
    (AREAS + "births: {size: {low: 3, high: 5}}\n", "scenario_key_missing", "x.yaml:2 births.size"),
    (AREAS + "births: {size: {kind: normal, sd: 5}}\n", "scenario_not_a_choice", "x.yaml:2 births.size.kind"),
    (AREAS + "births: {size: {kind: uniform, low: 6, high: 5}}\n", "scenario_range_reversed", "x.yaml:2 births.size"),
    (AREAS + "births: {order_mix: 0}\n", "scenario_no_order", "x.yaml:2 births"),
    (AREAS + "births: {order_mix: {'4': 1}}\n", "scenario_key_unknown", "x.yaml:2 births.order_mix.4"),
    (AREAS + "births: {years: {2024: 1.1}}\n", "scenario_list_needed", "x.yaml:2 births.years"),
    (AREAS + "n_months: 2.5\n", "scenario_whole_number_needed", "x.yaml:2 n_months"),
    (AREAS + "n_months: 2\nn_months: 3\n", "scenario_key_twice", "x.yaml:3 n_months"),
    (AREAS + "first: 2020\n", "scenario_month_needed", "x.yaml:2 first"),
    (AREAS + "title: {en: [a]}\n", "scenario_text_needed", "x.yaml:2 title.en"),
    ("areas: {levels: []}\n", "scenario_out_of_range", "x.yaml:1 areas"),
    ("areas: {levels: [{name: all, n: 1}]}\n", "scenario_level_name", "x.yaml:1 areas"),
    ("areas: {levels: [{name: a, n: 3}, {name: b, n: 2}]}\n", "scenario_tree_shrinks", "x.yaml:1 areas"),
    ("areas: {levels: [{name: a, n: 3}]}\nn_months: 1200\n", None, ""),
    ("areas: {levels: [{name: a, n: 200000}]}\nn_months: 1200\n", "scenario_too_large", "x.yaml:1"),
    ("n_months: 3\n", "scenario_key_missing", "x.yaml:1"),
    ("", "scenario_mapping_needed", "x.yaml"),
    ("- a\n", "scenario_mapping_needed", "x.yaml:1"),
    ("a: [\n", "scenario_unreadable", "x.yaml:2"),
    (
        AREAS + "sex_ratio: {effects: [{level: village, draw: {kind: normal, sd: 0.1}}]}\n",
        "scenario_level_unknown",
        "x.yaml:1",
    ),
    (
        AREAS + "sex_ratio:\n  changes:\n    - {kind: step, start: {kind: fixed, value: 3}}\n",
        "scenario_change_size",
        "x.yaml:4 sex_ratio.changes[0]",
    ),
    (
        AREAS
        + "sex_ratio:\n  changes:\n    - {kind: hump, start: {kind: fixed, value: 3}, by: {kind: fixed, value: 1}}\n",
        "scenario_hump_lasts",
        "x.yaml:4 sex_ratio.changes[0]",
    ),
    (AREAS + "reporters: [{kind: lazy}]\n", "scenario_not_a_choice", "x.yaml:2 reporters[0].kind"),
    (AREAS + "reporters: [{kind: copy, share: 1, lag: 0}]\n", "scenario_no_effect", "x.yaml:2 reporters[0]"),
    (
        AREAS + "reporters: [{kind: late, shortest: 5, longest: 3}]\n",
        "scenario_range_reversed",
        "x.yaml:2 reporters[0]",
    ),
    (AREAS + "reporters: [{kind: merge, since: 5, until: 9}]\n", "scenario_merger_ends", "x.yaml:2 reporters[0]"),
    (AREAS + "reporters: [{kind: omit, since: 5, until: 3}]\n", "scenario_range_reversed", "x.yaml:2 reporters[0]"),
    (AREAS + "reporters: [{kind: omit, months: [13]}]\n", "scenario_out_of_range", "x.yaml:2 reporters[0].months"),
    (
        AREAS + "reporters: [{kind: missing, share: 1, caught_up: 1}]\n",
        "scenario_flag_needed",
        "x.yaml:2 reporters[0].caught_up",
    ),
    (
        AREAS + "reporters: [{kind: omit, where: {n: 1, codes: [A1]}}]\n",
        "scenario_choice_twice",
        "x.yaml:2 reporters[0].where",
    ),
]


@pytest.mark.parametrize(("told", "key", "place"), REFUSED)
def test_what_the_schema_does_not_allow_is_refused_with_its_place(told: str, key: str | None, place: str) -> None:
    if key is None:
        parse_scenario(told, "x.yaml")
        return
    with pytest.raises(InputError) as caught:
        parse_scenario(told, "x.yaml")
    assert (caught.value.key, caught.value.values["place"]) == (key, place)
    for language in LANGUAGES:
        assert place in text(f"errors.{key}", language, **caught.value.values)


def test_settings_made_in_python_are_held_to_the_same_rules() -> None:
    with pytest.raises(InputError, match="scenario_out_of_range"):
        Births(share_multiple=0.9)


def test_a_scenario_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError) as caught:
        read_scenario("no-such-world")
    assert caught.value.key == "scenario_unknown"
    assert "twelve-leaves" in str(caught.value.values["known"])


def test_one_number_stands_for_all_orders_and_an_order_left_out_for_nothing() -> None:
    found = scenario(reporters='{kind: omit, boys: 0.5, girls: {"2": 0.25}}').reporters[0]
    assert (getattr(found, "boys", ()), getattr(found, "girls", ())) == ((0.5, 0.5, 0.5), (0.0, 0.25, 0.0))
