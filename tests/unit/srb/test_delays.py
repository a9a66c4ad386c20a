"""Late registration by sex: the estimator against its textbook form, pooling, and what the engine makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma, polygamma

from drawing import costly
from tianping import srb
from tianping.srb.delays import delay_offsets, fit_delays, log_gamma_moments
from tianping.srb.fit import pose
from tianping.srb.observations import Cells, linearise
from tianping.srb.search import sample_families
from tianping.terms import DelayCounts
from unit.srb.registrations import draw_registrations, mixed_delay
from unit.srb.small import county, forest

LATE_GIRLS = np.stack([mixed_delay(0.98), mixed_delay(0.70)])
TREE = county(3)


def random_delays(seed, codes=TREE, size=40, longest=6):
    rng = np.random.default_rng(seed)
    arrived = rng.integers(0, size, (len(codes), 4, 2, longest + 1))
    arrived[0] = 0
    within = np.cumsum(arrived, axis=-1)
    return DelayCounts(draw_registrations({"A": ""}, LATE_GIRLS, n=18)[0].delays.last, arrived, within)


def product_limit(delays, area, channels, sex):
    """Multiply one minus the reverse hazards, from the longest delay down."""
    share, product = [1.0], 1.0
    for d in range(delays.longest, 0, -1):
        arrived = sum(delays.arrived[area, channel, sex, d] for channel in channels)
        within = sum(delays.within[area, channel, sex, d] for channel in channels)
        product *= 1.0 - arrived / within
        share.insert(0, product)
    return np.array(share)


def test_with_many_births_the_share_is_the_product_limit():
    counts, _ = draw_registrations({"A": ""}, LATE_GIRLS, births=20_000)
    fit = fit_delays(counts.tree, counts.delays)
    for sex in (0, 1):
        oracle = product_limit(counts.delays, 0, [1], sex)
        np.testing.assert_allclose(fit.share()[0, 1, sex], oracle, atol=2e-5)
        np.testing.assert_allclose(fit.share()[0, 1, sex][:13], np.cumsum(LATE_GIRLS[sex]), atol=0.01)


@costly(12)
@given(st.integers(0, 10**6))
def test_shares_rise_to_one_and_stay_probabilities(seed):
    delays = random_delays(seed)
    share = fit_delays(forest(TREE), delays).share()
    assert (np.diff(share, axis=-1) >= 0).all()
    assert (share > 0).all()
    np.testing.assert_array_equal(share[..., -1], 1.0)


@costly(12)
@given(st.integers(0, 10**6), st.permutations([1, 2, 3]))
def test_the_order_of_areas_changes_nothing(seed, order):
    delays = random_delays(seed)
    moved = fit_delays(forest(TREE), delays.of_areas(np.array([0, *order])))
    np.testing.assert_allclose(moved.share()[1:], fit_delays(forest(TREE), delays).share()[order], rtol=1e-9)


@costly(12)
@given(st.integers(0, 10**6))
def test_with_the_sexes_exchanged_the_offset_changes_its_sign(seed):
    counts, _ = draw_registrations(TREE, LATE_GIRLS, n=20, births=15, seed=seed)
    swapped = DelayCounts(counts.delays.last, counts.delays.arrived[:, :, ::-1], counts.delays.within[:, :, ::-1])
    here, there = delay_offsets(counts), delay_offsets(replace(counts, delays=swapped))
    np.testing.assert_allclose(here.offset, -there.offset, atol=1e-9)
    np.testing.assert_allclose(here.noise, there.noise, atol=1e-9)


def test_a_small_area_borrows_from_its_neighbours_and_a_large_one_speaks_for_itself():
    law = np.broadcast_to(LATE_GIRLS, (7, 2, 13)).copy()
    law[[5, 6]] = np.stack([mixed_delay(0.98), mixed_delay(0.98)])
    counts, _ = draw_registrations(county(6), law, births=400)
    few = replace(counts.delays, arrived=counts.delays.arrived.copy(), within=counts.delays.within.copy())
    for values in (few.arrived, few.within):
        values[6] = values[6] // 200
    share = fit_delays(counts.tree, few).share()[:, 1, 1, 0]
    assert share[5] == pytest.approx(0.98, abs=0.01)
    assert share[1] == pytest.approx(0.70, abs=0.02)
    assert 0.70 < share[6] < 0.97


def test_old_cohorts_need_no_correction_and_the_youngest_the_most():
    counts, _ = draw_registrations(TREE, LATE_GIRLS, births=300)
    found = delay_offsets(counts)
    np.testing.assert_array_equal(found.offset[:, : 36 - found.longest], 0.0)
    assert (found.offset[:, -1, 1] > 0.25).all()


def test_the_noise_is_never_less_than_what_shared_errors_do():
    counts, _ = draw_registrations(TREE, LATE_GIRLS, n=30, births=20)
    found = delay_offsets(counts)
    for area in range(len(TREE)):
        variance = found.sd[area, :, 1] ** 2
        shared = np.minimum.outer(variance, variance)  # V falls with age, so V(max) is the smaller of two
        over_orders = np.kron(np.ones((2, 2)), shared)
        slack = np.diag(np.tile(found.noise[area, :, 1], 2)) - over_orders
        assert np.linalg.eigvalsh(slack).min() > -1e-12


@pytest.mark.parametrize("shape", [1e-3, 0.5, 11.9, 12.0, 40.0, 1e6])
def test_logs_of_gamma_variables_have_the_moments_of_the_functions(shape):
    mean, variance = log_gamma_moments(np.array([shape]))
    assert mean[0] == pytest.approx(digamma(shape), abs=1e-8)
    assert variance[0] == pytest.approx(polygamma(1, shape), rel=1e-7)


def test_without_reports_or_history_nothing_is_said():
    short, _ = draw_registrations(TREE, LATE_GIRLS, n=12)
    assert short.delays is None
    assert delay_offsets(short) is None


def test_the_likelihood_hears_the_offset_and_its_doubt():
    boys, births = np.full((1, 2, 1), 60.0), np.full((1, 2, 1), 100.0)
    bent = Cells(boys, births, np.array([[[0.0], [0.3]]]), np.array([[[0.0], [0.05]]]))
    plain, eta = Cells(boys, births), np.full((1, 2, 1), 0.1)
    found, straight = linearise(bent, eta, 0.0, 0.0), linearise(plain, eta + 0.3, 0.3, 0.0)
    np.testing.assert_allclose(found.weight[0, 0], linearise(plain, eta, 0.0, 0.0).weight[0, 0])
    weight = straight.weight[0, 1, 0]
    assert found.weight[0, 1, 0] == pytest.approx(1.0 / (1.0 / weight + 0.05))
    assert found.pull[0, 1, 0] / found.weight[0, 1, 0] == pytest.approx(straight.pull[0, 1, 0] / weight)


def test_a_sample_of_areas_keeps_their_delays():
    counts, _ = draw_registrations(county(4), LATE_GIRLS, n=20, births=20)
    kept = counts.delays.of_areas(np.flatnonzero(counts.tree.is_leaf))
    sample = sample_families(pose(counts, srb.Settings()), seed=1)
    np.testing.assert_array_equal(sample.delays.of_areas(np.flatnonzero(sample.tree.is_leaf)).arrived, kept.arrived)


def now_of(counts, corrected):
    run, _ = srb.estimate(counts, srb.Settings(delays=corrected))
    return run


def suspected(run):
    """Give the areas that the lists of expected false share hold."""
    return {signal.area for signal in run.signals if signal.criterion == "level" and signal.tier != "guaranteed"}


@pytest.mark.slow
@pytest.mark.parametrize("parents", [{"A": ""}, county(4)], ids=["one", "county"])
def test_girls_registered_late_are_no_crisis(parents):
    """Uncorrected the newest months raise a false signal; corrected none, and almost nothing of the bias is left."""
    law = np.stack([mixed_delay(0.99, n=4), mixed_delay(0.6, n=4)])
    counts, _ = draw_registrations(parents, law, n=16, births=1500 / max(len(parents) - 1, 1), seed=5)
    raw, corrected = now_of(counts, corrected=False), now_of(counts, corrected=True)
    assert suspected(raw)
    assert not suspected(corrected)
    truth, estimates = np.log(1.063), corrected.estimates
    now = estimates.column("log_mean", "2+")[0]
    assert estimates.column("log_lower", "2+")[0] < truth < estimates.column("log_upper", "2+")[0]
    assert abs(now - truth) < 0.2 * abs(raw.estimates.column("log_mean", "2+")[0] - truth)


@pytest.mark.slow
def test_reports_without_lateness_change_nothing_of_weight():
    counts, _ = draw_registrations(county(4), np.array([1.0, 0.0]), births=100)
    plain = now_of(counts, corrected=False).estimates
    told = now_of(counts, corrected=True).estimates
    np.testing.assert_allclose(told.log_mean[..., 0, 4], plain.log_mean[..., 0, 4], atol=0.002)


@pytest.mark.slow
def test_the_corrected_ratio_is_unbiased_and_covered():
    """Twenty one-area worlds with a third of the girls late: mean error within its own error, 90 % intervals hold."""
    law, errors, hits = np.stack([mixed_delay(0.98), mixed_delay(0.65)]), [], []
    for seed in range(20):
        counts, _ = draw_registrations({"A": ""}, law, n=30, births=300, srb=1.12, seed=seed)
        estimates = now_of(counts, corrected=True).estimates
        errors.append(estimates.column("log_mean", "2+")[0] - np.log(1.12))
        lower, upper = (estimates.column(end, "2+")[0] for end in ("log_lower", "log_upper"))
        hits.append(lower < np.log(1.12) < upper)
    # The model shrinks to the natural ratio a little: a quarter of the excess is let pass, lateness would be 0.4.
    assert abs(np.mean(errors)) < 2 * np.std(errors) / np.sqrt(20) + 0.25 * np.log(1.12 / 1.063)
    assert np.mean(hits) >= 0.8


@pytest.mark.slow
def test_offsets_are_covered_as_often_as_they_say():
    """90 % intervals of the newest cohorts' offset in counties whose townships differ in their lateness."""
    rng = np.random.default_rng(7)
    hits = []
    for seed in range(60):
        soon = np.stack([np.full(9, 0.97), rng.beta(16, 4, 9)], axis=1)
        law = np.array([[mixed_delay(share) for share in sexes] for sexes in soon])
        counts, _ = draw_registrations(county(8), law, births=60, seed=seed)
        found = delay_offsets(counts)
        for d in (0, 3, 6):
            truth = np.log(law[1:, 0, : d + 1].sum(-1) / law[1:, 1, : d + 1].sum(-1))
            error = found.offset[1:, -1 - d, 1] - truth
            hits.append(np.abs(error) < 1.645 * found.sd[1:, -1 - d, 1])
    assert 0.86 < np.mean(hits) < 0.94
