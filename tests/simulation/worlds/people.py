"""How many births an area has: sizes, order mixes, seasons and trends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

#: Shares of first, second and third-or-higher births where families are of middling size.
MIX = (0.50, 0.38, 0.12)


def sizes(rng: np.random.Generator, n: int, median: float, spread: float) -> FloatArray:
    """Draw births per period of n areas: log-normal with this median and standard deviation of the log."""
    return median * np.exp(spread * rng.standard_normal(n))


def expected_births(
    rng: np.random.Generator,
    size: FloatArray,
    n_periods: int,
    *,
    mix: tuple[float, float, float] = MIX,
    evenness: float = 80.0,
    season: float = 0.06,
    trend: FloatArray | None = None,
) -> FloatArray:
    """Give expected births by area, period and order.

    `evenness` is the Dirichlet concentration of areas' order mixes, `season` the amplitude of a yearly wave,
    `trend` a factor by period.
    """
    shares = rng.dirichlet(np.array(mix) * evenness, len(size))
    time = np.arange(n_periods)
    factor = 1 + season * np.cos(2 * np.pi * (time - 8) / 12)
    if trend is not None:
        factor = factor * trend
    return size[:, None, None] * factor[None, :, None] * shares[:, None, :]


def natural(rng: np.random.Generator, *, level: float = 1.06, by_order: float = 0.004) -> FloatArray:
    """Give the log SRB of undisturbed births by order: a little lower at each higher order, shape (3,)."""
    return np.log(level) + 0.004 * rng.standard_normal() - by_order * np.arange(3)
