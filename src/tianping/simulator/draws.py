"""Distributions that a scenario can name."""

from __future__ import annotations

import csv
from abc import abstractmethod
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from tianping.simulator.settings import Settings, number, one_of
from tianping.terms import InputError

FloatArray = npt.NDArray[np.float64]

_LARGE = 1e6


@dataclass(frozen=True, kw_only=True)
class Draw(Settings):
    """A distribution of numbers."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw `n` numbers; how much of the stream that takes does not depend on the parameters."""


@dataclass(frozen=True, kw_only=True)
class Fixed(Draw):
    """Always the same number."""

    value: float = number(lowest=-_LARGE, highest=_LARGE)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:  # noqa: ARG002 - nothing is random
        """Give the number `n` times."""
        return np.full(n, self.value)


@dataclass(frozen=True, kw_only=True)
class Uniform(Draw):
    """All numbers of a range alike."""

    low: float = number(lowest=-_LARGE, highest=_LARGE)
    high: float = number(lowest=-_LARGE, highest=_LARGE)

    def check_together(self, place: str) -> None:
        """Refuse a range that runs backwards."""
        _check_range(self.low, self.high, place)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw between the ends."""
        return self.low + (self.high - self.low) * rng.random(n)


@dataclass(frozen=True, kw_only=True)
class LogUniform(Draw):
    """All numbers of a range alike on the logarithmic scale."""

    low: float = number(lowest=1e-3, highest=_LARGE)
    high: float = number(lowest=1e-3, highest=_LARGE)

    def check_together(self, place: str) -> None:
        """Refuse a range that runs backwards."""
        _check_range(self.low, self.high, place)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw between the ends."""
        return self.low * (self.high / self.low) ** rng.random(n)


@dataclass(frozen=True, kw_only=True)
class Normal(Draw):
    """The normal distribution."""

    mean: float = number(0.0, lowest=-_LARGE, highest=_LARGE)
    sd: float = number(lowest=0, highest=_LARGE)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from it."""
        return self.mean + self.sd * rng.standard_normal(n)


@dataclass(frozen=True, kw_only=True)
class Student(Draw):
    """Student's distribution, for tails heavier than normal; `scale` is not its standard deviation."""

    mean: float = number(0.0, lowest=-_LARGE, highest=_LARGE)
    scale: float = number(lowest=0, highest=_LARGE)
    df: float = number(lowest=1, highest=1000)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from it."""
        return self.mean + self.scale * rng.standard_t(self.df, n)


@dataclass(frozen=True, kw_only=True)
class Laplace(Draw):
    """The double exponential distribution: most areas near the mean, a few far away."""

    mean: float = number(0.0, lowest=-_LARGE, highest=_LARGE)
    scale: float = number(lowest=0, highest=_LARGE)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from it."""
        return self.mean + self.scale * rng.laplace(size=n)


@dataclass(frozen=True, kw_only=True)
class LogNormal(Draw):
    """Numbers whose logarithms are normal."""

    median: float = number(lowest=1e-3, highest=_LARGE)
    sigma: float = number(lowest=0, highest=3)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from it."""
        return self.median * np.exp(self.sigma * rng.standard_normal(n))


@dataclass(frozen=True, kw_only=True)
class Pareto(Draw):
    """A power law between two ends: many small, a few very large."""

    low: float = number(lowest=1e-3, highest=_LARGE)
    high: float = number(lowest=1e-3, highest=_LARGE)
    alpha: float = number(lowest=0.1, highest=10)

    def check_together(self, place: str) -> None:
        """Refuse a range that runs backwards."""
        _check_range(self.low, self.high, place)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from it."""
        beyond = (self.low / self.high) ** self.alpha
        return self.low * (1 - (1 - beyond) * rng.random(n)) ** (-1 / self.alpha)


@dataclass(frozen=True, kw_only=True)
class Census(Draw):
    """Sizes spread as those of China's counties: children aged 0 in the census of 2010, scaled to a mean."""

    mean: float = number(lowest=1e-3, highest=_LARGE)

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from the spread of the counties, between which sizes are filled in."""
        spread = _county_sizes()
        return self.mean * np.interp(rng.random(n), np.linspace(0, 1, len(spread)), spread)


#: Distributions of sizes, which are never negative.
SIZES: dict[str, type[Settings]] = {
    "fixed": Fixed,
    "uniform": Uniform,
    "log_uniform": LogUniform,
    "log_normal": LogNormal,
    "pareto": Pareto,
    "census": Census,
}
#: Distributions of one piece.
_PLAIN: dict[str, type[Settings]] = {
    "fixed": Fixed,
    "uniform": Uniform,
    "normal": Normal,
    "student": Student,
    "laplace": Laplace,
}


@dataclass(frozen=True, kw_only=True)
class Mixed(Draw):
    """A share of all from one distribution, the rest from another (0 when left out)."""

    share: float = number(lowest=0, highest=1)
    some: Draw = one_of(_PLAIN)
    rest: Draw = one_of(_PLAIN, Fixed(value=0.0))

    def sample(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Draw from both and choose."""
        chosen = rng.random(n) < self.share
        some, rest = self.some.sample(n, rng), self.rest.sample(n, rng)
        return np.where(chosen, some, rest)


#: Distributions of effects, which may be negative.
EFFECTS: dict[str, type[Settings]] = {**_PLAIN, "mixed": Mixed}


@cache
def _county_sizes() -> FloatArray:
    """Sorted children aged 0 of each county, as multiples of their mean."""
    table = files("tianping").joinpath("data", "china_2010_age0", "children.csv").read_text(encoding="utf-8")
    children: dict[str, int] = {}
    for row in csv.DictReader(table.splitlines()):
        children[row["area_code"]] = children.get(row["area_code"], 0) + int(row["boys"]) + int(row["girls"])
    sizes = np.sort(np.array(list(children.values()), dtype=np.float64))
    return sizes / sizes.mean()


def _check_range(low: float, high: float, place: str) -> None:
    if low > high:
        raise InputError("scenario_range_reversed", place=place, low=f"{low:g}", high=f"{high:g}")
