"""Reference packs, normal bands and limits on births: what ships, and what is said about what does not."""

from __future__ import annotations

import math

import pytest

from tianping.locale import LANGUAGES, text
from tianping.rulebook.loading import in_force, load_rules, rule_names
from tianping.rulebook.min_births import minimum_births
from tianping.rulebook.references import normal_band, reference, reference_names
from tianping.srb.settings import Settings
from tianping.terms import Period, RuleError


def test_the_default_reference_is_eastern_asia() -> None:
    pack = reference()
    assert (pack.name, pack.ratio, pack.lower, pack.upper, pack.level) == ("eastern-asia", 1.063, 1.054, 1.072, 0.95)
    assert "PNAS 2019" in pack.source


def test_every_reference_is_a_plausible_ratio_inside_its_interval_with_titles() -> None:
    assert len(reference_names()) == 13
    for name in reference_names():
        pack = reference(name)
        assert 1.0 <= pack.lower < pack.ratio < pack.upper <= 1.1
        assert math.isclose(pack.ratio - pack.lower, pack.upper - pack.ratio, abs_tol=0.0021)
        assert all(text(pack.title_key, language) for language in LANGUAGES)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(RuleError) as told:
        reference("atlantis")
    assert told.value.key == "reference_unknown"
    assert "eastern-asia" in str(told.value.values["known"])
    with pytest.raises(RuleError, match="band_unknown"):
        normal_band("atlantis")
    with pytest.raises(RuleError, match="rule_file_unknown"):
        load_rules("atlantis")


def test_both_normal_bands_are_shown_beside_each_other() -> None:
    national, interagency = normal_band(), normal_band("interagency")
    assert (national.lower, national.upper) == (103, 107)
    assert (interagency.lower, interagency.upper) == (102, 106)


@pytest.mark.parametrize(("on", "told"), [(None, "new"), ("2030-06", "new"), ("2030-05", "old"), ("1999", "old")])
def test_a_rule_counts_from_its_month_until_the_next(on: str | None, told: str) -> None:
    entries = [{"valid_from": None, "is": "old"}, {"valid_from": "2030-06", "is": "new"}]
    assert in_force(entries, Period.parse(on) if on else None, "rule")[0]["is"] == told


def test_a_date_before_the_first_rule_is_an_error() -> None:
    with pytest.raises(RuleError, match="rule_not_yet"):
        in_force([{"valid_from": "2030-06"}], Period(2030, 5), "rule")


def test_limits_on_births() -> None:
    limits = minimum_births()
    assert [limits.may_print_point(births) for births in (0, 99, 100, 144)] == [False, False, True, True]
    assert [limits.ranking_form(share) for share in (0.0, 0.49, 0.5, 0.69, 0.7, 1.0)] == [
        "groups",
        "groups",
        "order_with_intervals",
        "order_with_intervals",
        "table",
        "table",
    ]


def test_the_engine_asks_by_default_what_the_rulebook_says() -> None:
    settings, rules = Settings(), load_rules("signals/s5")["versions"][-1]
    pack = reference()
    assert (settings.reference.name, settings.reference.ratio) == (pack.name, pack.ratio)
    assert (settings.reference.lower, settings.reference.upper) == (pack.lower, pack.upper)
    assert settings.normal_upper == normal_band().upper
    assert settings.alert_at == rules["alert_at"]["value"]
    assert settings.margin == rules["margin"]["value"]
    assert settings.fdr_alert == rules["level_false_share"]["value"] == rules["difference_false_share"]["value"]


def test_every_rule_file_is_found_and_read() -> None:
    assert {"redline", "references", "bands", "min_births", "signals/s5", "signals/tiers"} <= set(rule_names())
    assert all(load_rules(name)["title"] for name in rule_names())
