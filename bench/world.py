"""A simulated province with known truth, which the engine and its peers are all given.

Townships in counties in prefectures; months; birth orders 1, 2 and 3+. The log SRB of township i, month t, order o is

    log 1.055 + x_i + L_o (z_i + d_c(t) + d(t)) + [o > 1] step_i [t >= t_i],    L = (0, 1, 1.5)

with x_i the sum of a prefecture's, a county's and its own normal effect (sd .010, .015, .020), z_i a normal effect of
its own (sd .025) and, in 8 % of the counties, a common excess of .05 to .14; d_c and d are first-order autoregressions
of the county and the province (month to month .97, sd .02). In 4 % of the townships the SRB of births of order 2 and
higher jumps to 1.25–1.60 in one month and stays; half of them lie together in a few counties. In 2 % the reporter
invents boys at a ratio of 1.06 with 12 % of a binomial's spread; accuracy leaves those out. Mean births of a township
and month are log-uniform between 5 and 60, fall by 0.4 % a month and have a season; the orders' shares are 55, 35 and
10 %.

Steps never end, nothing is registered late and nobody moves: a world is easier than a country.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
CountArray = npt.NDArray[np.int16]

ORDER_SHARES = np.array([0.55, 0.35, 0.10])
#: Shares of order 2 and 3+ among births of order 2 and higher.
SECOND_UP = ORDER_SHARES[1:] / ORDER_SHARES[1:].sum()
LOADINGS = np.array([0.0, 1.0, 1.5])
NATURAL = 1.055
#: A township-month is truly above when the SRB of births of order 2 and higher is above this.
ALERT = 1.15
FIRST_YEAR = 2020


@dataclass(frozen=True)
class Size:
    """How large a world is.

    Attributes:
        prefectures: number of prefectures.
        counties: number of counties.
        townships: number of townships.
        months: number of months.
    """

    prefectures: int
    counties: int
    townships: int
    months: int


#: The worlds of the benchmark by name.
SIZES = {
    "province": Size(12, 100, 1200, 60),
    "nation": Size(300, 3333, 40_000, 120),
    "trial": Size(2, 10, 120, 48),
    "county": Size(1, 2, 24, 36),
}


@dataclass(frozen=True)
class Births:
    """What every method is given; arrays over townships come first.

    Attributes:
        prefecture_of: prefecture of each county, shape (counties,).
        county_of: county of each township, shape (townships,).
        boys: births of boys, shape (townships, months, orders).
        girls: likewise.
    """

    prefecture_of: IntArray
    county_of: IntArray
    boys: CountArray
    girls: CountArray

    @property
    def n_months(self) -> int:
        """Number of months."""
        return self.boys.shape[1]

    def save(self, folder: Path) -> None:
        """Write all arrays to one file."""
        np.savez(folder / "births.npz", **vars(self))

    @classmethod
    def load(cls, folder: Path) -> Births:
        """Read what `save` wrote."""
        with np.load(folder / "births.npz") as stored:
            return cls(**{name: stored[name] for name in stored})


@dataclass(frozen=True)
class Truth:
    """What only the judge knows.

    Attributes:
        log_srb: log SRB, shape (townships, months, orders).
        step_at: month of the step, −1 without one, shape (townships,).
        fabricated: whether the reporter invents boys, shape (townships,).
    """

    log_srb: FloatArray
    step_at: IntArray
    fabricated: BoolArray

    @property
    def second_up(self) -> FloatArray:
        """Mean log SRB of births of order 2 and higher, shape (townships, months)."""
        return np.asarray(self.log_srb[..., 1:] @ SECOND_UP, dtype=float)

    def save(self, folder: Path) -> None:
        """Write all arrays to one file."""
        np.savez(folder / "truth.npz", **vars(self))

    @classmethod
    def load(cls, folder: Path) -> Truth:
        """Read what `save` wrote."""
        with np.load(folder / "truth.npz") as stored:
            return cls(**{name: stored[name] for name in stored})


def simulate(size: Size, seed: int) -> tuple[Births, Truth]:
    """Draw a world; the same size and seed give the same one."""
    rng = np.random.default_rng([seed, size.townships, size.months])
    prefecture_of = np.sort(np.arange(size.counties) % size.prefectures)
    county_of = np.sort(np.arange(size.townships) % size.counties)
    mean = rng.uniform(np.log(5.0), np.log(60.0), size.townships)
    time = np.arange(size.months)
    course = np.exp(mean[:, None] - 0.004 * time) * (1.0 + 0.1 * np.sin(2.0 * np.pi * time / 12.0))
    births = rng.poisson(course[..., None] * ORDER_SHARES)
    log_srb = _without_steps(size, prefecture_of, county_of, rng)
    step_at = _step_months(size, county_of, rng)
    _add_steps(log_srb, step_at, rng)
    fabricated = np.zeros(size.townships, dtype=bool)
    quiet = np.flatnonzero(step_at < 0)
    fabricated[rng.choice(quiet, max(1, size.townships // 50), replace=False)] = True
    boys = rng.binomial(births, _share(log_srb))
    boys[fabricated] = _invented(births[fabricated], rng)
    girls = births - boys
    given = Births(prefecture_of, county_of, boys.astype(np.int16), girls.astype(np.int16))
    return given, Truth(log_srb, step_at, fabricated)


def _share(log_srb: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-log_srb)), dtype=float)


def _without_steps(size: Size, prefecture_of: IntArray, county_of: IntArray, rng: np.random.Generator) -> FloatArray:
    x = 0.010 * rng.standard_normal(size.prefectures)[prefecture_of] + 0.015 * rng.standard_normal(size.counties)
    own = x[county_of] + 0.020 * rng.standard_normal(size.townships)
    excess = np.where(rng.random(size.counties) < 0.08, rng.uniform(0.05, 0.14, size.counties), 0.0)
    z = excess[county_of] + 0.025 * rng.standard_normal(size.townships)
    preference = z[:, None] + (_drifts(size.counties, size.months, rng)[county_of] + _drifts(1, size.months, rng))
    return np.asarray(np.log(NATURAL) + own[:, None, None] + preference[..., None] * LOADINGS)


def _drifts(n: int, months: int, rng: np.random.Generator, keep: float = 0.97, sd: float = 0.02) -> FloatArray:
    drift = np.empty((n, months))
    drift[:, 0] = sd * rng.standard_normal(n)
    for t in range(1, months):
        drift[:, t] = keep * drift[:, t - 1] + sd * np.sqrt(1.0 - keep**2) * rng.standard_normal(n)
    return drift


def _step_months(size: Size, county_of: IntArray, rng: np.random.Generator) -> IntArray:
    """Choose who steps when: half of them together in few counties, between a fifth and four fifths of the months."""
    n = max(2, size.townships // 25)
    per_county = max(1, size.townships // size.counties * 2 // 3)
    clustered: list[int] = []
    for county in rng.permutation(size.counties):
        if len(clustered) >= n // 2:
            break
        members = rng.permutation(np.flatnonzero(county_of == county))
        clustered += members[: min(per_county, n // 2 - len(clustered))].tolist()
    rest = np.setdiff1d(np.arange(size.townships), clustered)
    chosen = np.concatenate([clustered, rng.choice(rest, n - len(clustered), replace=False)]).astype(int)
    step_at = np.full(size.townships, -1)
    step_at[chosen] = rng.integers(size.months // 5, size.months * 4 // 5, n)
    return step_at


def _add_steps(log_srb: FloatArray, step_at: IntArray, rng: np.random.Generator) -> None:
    for i in np.flatnonzero(step_at >= 0):
        start = step_at[i]
        before = float(log_srb[i, start, 1:] @ SECOND_UP)
        log_srb[i, start:, 1:] += np.log(rng.uniform(1.25, 1.60)) - before


def _invented(births: IntArray, rng: np.random.Generator) -> IntArray:
    p = 1.06 / 2.06
    boys = np.rint(births * p + 0.12 * np.sqrt(births * p * (1.0 - p)) * rng.standard_normal(births.shape))
    return np.clip(boys, 0, births).astype(np.int64)
