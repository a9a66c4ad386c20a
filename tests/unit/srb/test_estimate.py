"""What `srb.estimate` promises on small inputs, whatever they are."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from tianping import srb
from tianping.srb import search
from tianping.srb.settings import Settings
from tianping.terms import ORDER_GROUPS, Area, AreaTree, Counts, InputError
from unit.srb import small

SETTINGS = Settings(n_draws=300)
ALL, SECOND_UP = ORDER_GROUPS.index("all"), ORDER_GROUPS.index("2+")
PROBABILITIES = ("p_above_normal", "p_above_alert", "p_difference", "p_changed")


@pytest.fixture(autouse=True)
def coarse_integration(monkeypatch):
    """Average over few values of the scales: the promises are the same and the tests are quick."""
    monkeypatch.setattr(search, "_FIRST_POINTS", 4)
    monkeypatch.setattr(search, "_SECOND_POINTS", 2)


def estimated(counts, settings=SETTINGS):
    return srb.estimate(counts, settings)[0]


def county(n=4, months=8, **how):
    return small.counts(small.county(n), n=months, **{"births": 60, "excess": {"C01": (0.4, 3)}, **how})


@cache
def estimated_county():
    return estimated(county())


def with_births(cells, parents=small.TREES["one"], first="2024-01", n=1):
    """Make counts out of {code: (boys, girls)} by channel, all in the last period."""
    tree = small.forest(parents)
    boys, girls = np.zeros((2, len(tree), n, 4), dtype=np.int64)
    for code, (b, g) in cells.items():
        boys[tree.positions[code], -1], girls[tree.positions[code], -1] = b, g
    return Counts(tree, small.periods(first, n), boys, girls)


def assert_sound(run, groups=slice(None)):
    """Numbers are finite, intervals are in order, probabilities are probabilities."""
    e = run.estimates
    for name in ("log_mean", "log_sd", "log_lower", "log_upper", "p_above_normal", "p_above_alert"):
        assert np.isfinite(getattr(e, name)[:, :, groups]).all(), name
    assert (e.log_sd[:, :, groups] > 0).all()
    assert (e.log_lower < e.log_mean)[:, :, groups].all()
    assert (e.log_mean < e.log_upper)[:, :, groups].all()
    for name in PROBABILITIES:
        values = getattr(e, name)
        assert ((values >= 0) & (values <= 1) | np.isnan(values)).all(), name
    assert (e.p_above_alert <= e.p_above_normal)[:, :, groups].all()
    for missing in run.missing:
        assert (missing.lower <= missing.missing).all()
        assert (missing.missing <= missing.upper).all()


def assert_same(one, other, order=slice(None)):
    for field in fields(one.estimates):
        found, expected = getattr(other.estimates, field.name), getattr(one.estimates, field.name)
        axis = 1 if found.ndim == 3 else 0
        np.testing.assert_array_equal(found, np.take(expected, np.arange(found.shape[axis])[order], axis))


def test_permuting_areas_permutes_results():
    counts = county()
    order = np.array([3, 0, 4, 2, 1])
    tree = AreaTree.of(counts.tree.areas[i] for i in order)
    shuffled = replace(counts, tree=tree, boys=counts.boys[order], girls=counts.girls[order])
    one, other = estimated_county(), estimated(shuffled)
    for field in fields(one.estimates):
        expected = np.take(
            getattr(one.estimates, field.name), order, 1 if field.name[:4] in ("log_", "p_ab", "p_di") else 0
        )
        np.testing.assert_allclose(getattr(other.estimates, field.name), expected, rtol=1e-6, atol=1e-8)
    for a, b in zip(one.missing, other.missing, strict=True):
        np.testing.assert_allclose(b.missing, a.missing[order], rtol=1e-6)


def test_the_same_input_and_seed_give_the_same_bytes():
    one, other = estimated_county(), estimated(county())
    assert_same(one, other)
    assert one.signals == other.signals
    for a, b in zip(one.rankings, other.rankings, strict=True):
        np.testing.assert_array_equal(a.expected_rank, b.expected_rank)
        assert a.group == b.group
    assert one.diagnostics.hyper == other.diagnostics.hyper


def test_codes_and_names_are_labels_only():
    counts = county()
    renamed = [
        Area(f"x{area.code}", "?", area.level, area.parent_code and f"x{area.parent_code}")
        for area in counts.tree.areas
    ]
    assert_same(estimated_county(), estimated(replace(counts, tree=AreaTree.of(renamed))))


def test_an_empty_area_changes_little_and_is_no_surer_than_its_parent():
    counts = county()
    tree = AreaTree.of([*counts.tree.areas, Area("C99", "C99", "level1", "C")])
    more = [np.concatenate([a, np.zeros_like(a[:1])]) for a in (counts.boys, counts.girls)]
    one, other = estimated_county(), estimated(Counts(tree, counts.periods, *more))
    assert_sound(other)
    np.testing.assert_allclose(other.estimates.log_mean[:, :-1], one.estimates.log_mean, atol=0.02)
    np.testing.assert_allclose(other.estimates.log_sd[:, :-1], one.estimates.log_sd, atol=0.02)
    assert (other.estimates.log_sd[:, -1] >= other.estimates.log_sd[:, 0]).all()
    assert (other.estimates.n_boys[-1] == 0).all()
    assert np.isnan(other.estimates.min_detectable_srb[-1]).all()


@pytest.mark.parametrize("before", [1, 5])
def test_empty_periods_before_the_data_change_little(before):
    counts = county(months=8)
    periods = tuple(counts.periods[0].shift(k) for k in range(-before, 8))
    more = [np.pad(a, ((0, 0), (before, 0), (0, 0))) for a in (counts.boys, counts.girls)]
    one, other = estimated_county(), estimated(Counts(counts.tree, periods, *more))
    assert_sound(other)
    np.testing.assert_allclose(other.estimates.log_mean[0], one.estimates.log_mean[0], atol=0.04)
    np.testing.assert_allclose(other.estimates.log_sd[0], one.estimates.log_sd[0], rtol=0.25)
    np.testing.assert_array_equal(other.estimates.n_boys, one.estimates.n_boys)


@pytest.mark.parametrize("orders", [True, False])
def test_periods_after_the_data_widen_the_interval(orders):
    counts = county(orders=orders, excess={})
    later = counts.until(counts.periods[-1].shift(30))
    one, other = estimated(counts).estimates, estimated(later).estimates
    assert (other.log_sd[0, :, ALL] > one.log_sd[0, :, ALL]).all()
    assert np.isfinite(other.log_mean[:, :, ALL]).all()
    assert (other.n_boys == 0).all()


def test_without_orders_only_all_is_answered():
    run = estimated(county(orders=False))
    assert_sound(run, [ALL])
    others = [g for g in range(len(ORDER_GROUPS)) if g != ALL]
    for name in ("log_mean", "log_sd", "log_lower", "log_upper", "p_above_normal", "p_above_alert", "p_difference"):
        assert np.isnan(getattr(run.estimates, name)[:, :, others]).all()
    assert {ranking.order_group for ranking in run.rankings} == {"all"}
    assert {signal.order_group for signal in run.signals} <= {"all"}


def test_one_area():
    run = estimated(small.counts(small.TREES["one"], n=3, births=200))
    assert_sound(run)
    assert np.isnan(run.estimates.p_difference).all()
    assert run.rankings == ()


def test_no_births_are_refused():
    with pytest.raises(InputError) as refused:
        estimated(small.counts(small.TREES["forest"], n=3, births=0))
    assert refused.value.key == "no_births"


@pytest.mark.parametrize(
    ("boys", "girls"),
    [
        ([40, 30, 10, 0], [0, 0, 0, 0]),
        ([0, 0, 0, 0], [40, 30, 10, 0]),
        ([0, 1, 0, 0], [0, 0, 0, 0]),
        ([0, 0, 0, 1], [0, 0, 0, 0]),
        ([5_000_000] * 4, [4_700_000] * 4),
    ],
    ids=["no girls", "no boys", "one birth", "one birth of unknown order", "ten million births"],
)
def test_any_counts_give_finite_numbers(boys, girls):
    run, fitted = srb.estimate(with_births({"A": (boys, girls)}, small.TREES["forest"], n=2), SETTINGS)
    assert_sound(run, slice(None) if fitted.problem.counts.has_orders else [ALL])
    for history in (srb.smoothed(fitted), srb.filtered(fitted)):
        assert np.isfinite(history.log_mean[:, ALL, -1]).all()


def test_ten_million_births_leave_little_doubt():
    run = estimated(with_births({"A": ([5_310_000, 0, 0, 0], [5_000_000, 0, 0, 0])}))
    assert run.estimates.log_mean[0, 0, 0] == pytest.approx(np.log(1.062), abs=0.003)
    assert run.estimates.log_sd[0, 0, 0] < 0.005


def test_births_of_the_window_by_hand():
    counts = small.counts(small.TREES["irregular"], "2021-01", 30, births=5, own=("C2",))
    e = estimated(counts).estimates
    at = counts.tree.positions
    boys, girls = counts.boys[:, 6:].sum(1), counts.girls[:, 6:].sum(1)  # the last 24 of 30 months
    c2 = boys[at["C2"]] + boys[at["T3"]]
    assert e.n_boys[at["C2"]].tolist() == [c2[0], c2[1], c2[2], c2[1] + c2[2], c2.sum()]
    below = [at[code] for code in ("T1", "T2", "T3", "D", "C2")]
    assert e.n_girls[at["P"], ALL] == girls[below].sum()
    assert e.n_girls[at["Z"], SECOND_UP] == girls[at["Z"], 1:3].sum()


def test_more_births_of_one_ratio_give_a_narrower_interval():
    widths = []
    for births in (10, 1000, 100_000):
        e = estimated(with_births({"A": ([0, 12 * births, 0, 0], [0, 10 * births, 0, 0])})).estimates
        widths.append((e.log_upper - e.log_lower)[0, 0, 1])
    assert (np.diff(widths) < 0).all()
    assert widths[-1] < 0.02


@pytest.mark.parametrize("srb_per_girl", [3.0, 0.5])
def test_plenty_of_births_carry_a_far_ratio_through(srb_per_girl):
    girls = 40_000
    births = ([0, round(srb_per_girl * girls), 0, 0], [0, girls, 0, 0])
    e = estimated(with_births({"A": births}, small.TREES["forest"])).estimates
    true = np.log(srb_per_girl)
    assert e.log_lower[0, 0, 1] < true < e.log_upper[0, 0, 1]
    assert e.log_mean[0, 0, 1] == pytest.approx(true, abs=0.03)


def test_a_large_county_without_imbalance_stays_unflagged():
    run = estimated(small.counts(small.county(8), n=6, births=800, seed=3))
    assert run.signals == ()
    assert (run.estimates.p_above_alert[0, :, ALL] < 0.15).all()
    assert {group for ranking in run.rankings for group in ranking.group} == {"indistinguishable"}


def test_one_township_far_out_is_flagged_and_no_other():
    run = estimated(small.counts(small.county(8), n=6, births=300, excess={"C03": (0.6, 0)}, seed=3))
    alerts = {s.area for s in run.signals if (s.criterion, s.tier, s.order_group) == ("difference", "alert", "2+")}
    assert alerts == {4}
    ranking = next(r for r in run.rankings if (r.level, r.order_group) == ("level1", "2+"))
    assert ranking.areas[np.argmin(ranking.expected_rank)] == 4
    assert ranking.p_worst_decile[3] > 0.9


def test_missing_births_follow_a_change_of_the_order_mix():
    """Where third births grow from 5 to 15 %, and only order makes the ratio, early years miss fewer girls."""
    mix = np.array([[0.65, 0.30, 0.05, 0]] * 3 + [[0.50, 0.35, 0.15, 0]] * 3)
    births = np.round(200_000 * mix).astype(np.int64)[None]
    ratio = 1.063 * np.exp([0, 0.08, 0.25, 0])
    boys = np.round(births * ratio / (1 + ratio)).astype(np.int64)
    counts = Counts(small.forest(small.TREES["one"]), small.periods("2018", 6), boys, births - boys)
    observed = {
        str(period): boys[0, t].sum() / 1.063 - (births - boys)[0, t].sum() for t, period in enumerate(counts.periods)
    }
    found = {m.period: m for m in estimated(counts).missing if m.method == "boys_fixed"}
    assert observed["2018"] < 0.6 * observed["2023"]
    for period, expected in observed.items():
        assert found[period].missing[0] == pytest.approx(expected, rel=0.03)
    assert found["2018..2023"].missing[0] == pytest.approx(sum(observed.values()), rel=0.03)


def test_a_clear_change_is_dated():
    run = estimated(small.counts(small.county(5), n=9, births=600, excess={"C02": (0.5, 5)}, seed=2))
    township = run.tree.positions["C02"]
    assert run.estimates.p_changed[township] > 0.95
    assert run.estimates.changed_at[township] == 5
    others = [i for i in np.flatnonzero(run.tree.is_leaf) if i != township]
    assert (run.estimates.p_changed[others] < 0.2).all()
    assert np.isnan(run.estimates.p_changed[0])
    assert run.estimates.changed_at[0] == -1


def test_an_inner_area_that_counts_for_itself_is_in_its_own_figures():
    without = small.counts(small.TREES["irregular"], n=3, births=100)
    boys, girls = without.boys.copy(), without.girls.copy()
    c2 = without.tree.positions["C2"]
    boys[c2], girls[c2] = 400, 200
    one, other = estimated(without).estimates, estimated(replace(without, boys=boys, girls=girls)).estimates
    assert other.log_mean[0, c2, ALL] > one.log_mean[0, c2, ALL] + 0.2
    assert other.n_boys[c2, ALL] == one.n_boys[c2, ALL] + 3 * 4 * 400
