"""The limits of a funnel are those of the binomial distribution."""

import numpy as np
import pytest
from scipy import stats

from tianping.documents.charts import beyond_limits, binomial_limits

REFERENCE = 106.3
SHARE = REFERENCE / (100 + REFERENCE)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("births", [1, 2, 7, 46, 133, 500])
def test_verdicts_are_exact_tail_probabilities_and_agree_with_the_lines(births: int, level: float) -> None:
    boys = np.arange(births + 1.0)
    tail = (1 - level) / 2
    above = stats.binom.sf(boys - 1, births, SHARE) < tail
    below = stats.binom.cdf(boys, births, SHARE) < tail
    expected = above.astype(int) - below.astype(int)
    assert (beyond_limits(boys, births - boys, REFERENCE, level) == expected).all()

    lower, upper = binomial_limits(np.array([float(births)]), REFERENCE, level)
    with np.errstate(divide="ignore"):
        srb = 100 * boys / (births - boys)
    assert ((srb > upper).astype(int) - (srb < lower).astype(int) == expected).all()


def test_large_numbers_approach_the_normal_distribution() -> None:
    lower, upper = binomial_limits(np.array([1e6]), REFERENCE, 0.95)
    half = stats.norm.ppf(0.975) * 2 / np.sqrt(1e6)
    assert upper[0] == pytest.approx(REFERENCE * np.exp(half), rel=2e-4)
    assert lower[0] == pytest.approx(REFERENCE * np.exp(-half), rel=2e-4)


def test_overdispersion_widens_the_limits_most_where_births_are_many() -> None:
    births = np.array([50.0, 50_000.0])
    plain = binomial_limits(births, REFERENCE, 0.95)[1]
    wide = binomial_limits(births, REFERENCE, 0.95, overdispersion=0.001)[1]
    assert (wide > plain).all()
    assert (wide / plain)[1] > (wide / plain)[0]


def test_an_area_without_births_lies_within() -> None:
    assert beyond_limits(np.zeros(1), np.zeros(1), REFERENCE, 0.95)[0] == 0
