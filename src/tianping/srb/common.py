"""What areas have in common beside their place in the tree: a slope on size, and months that stand out everywhere.

Ratios often go with size: small, remote townships stand higher than the county's seat. And the whole population's
ratio has a season, or jumps within months, faster than the knots of its curve. Both are learnt from all areas
together and taken as known from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tianping.srb.observations import Cells, LeafInformation, Working
from tianping.srb.results import FloatArray, IntArray

#: Prior standard deviation of the slope: log SRB of second births for each unit of log births.
_SLOPE_SD = 0.05
_LARGEST = 2.5
#: Periods with births below which none can stand out.
_FEWEST_MONTHS = 24


@dataclass(frozen=True)
class Common:
    """What all areas have in common beside the tree.

    Attributes:
        slope: change of second births' log SRB with each unit of log births.
        months: deviation of each period and channel in all areas, shape (periods, channels).
        noise: variance of these deviations, same shape.
        spread: variance between the months, shape (channels,).
    """

    slope: float
    months: FloatArray
    noise: FloatArray
    spread: FloatArray

    @classmethod
    def none(cls, periods: int, channels: int) -> Common:
        """Give nothing in common."""
        return cls(0.0, np.zeros((periods, channels)), np.zeros((periods, channels)), np.zeros(channels))


def size_of(cells: Cells) -> FloatArray:
    """Give each leaf's log births around their mean, shape (leaves,); 0 where there are none."""
    births = cells.births.sum((1, 2))
    some = births > 0
    logs = np.log(np.maximum(births, 1.0))
    size: FloatArray = np.where(some, np.clip(logs - logs[some].mean(), -_LARGEST, _LARGEST), 0.0)
    return size


@dataclass(frozen=True)
class Slope:
    """The log evidence as a function of the slope b, exactly: linear·b − ½ curvature·b² and a constant.

    Attributes:
        linear: derivative at zero.
        curvature: minus the second derivative.
    """

    linear: float
    curvature: float

    @classmethod
    def through(cls, at: float, below: float, middle: float, above: float) -> Slope:
        """Find it from the log evidence at −`at`, 0 and `at`."""
        return cls((above - below) / (2.0 * at), (2.0 * middle - above - below) / at**2)

    @property
    def mode(self) -> float:
        """Posterior mode under the prior."""
        return self.linear / (self.curvature + 1.0 / _SLOPE_SD**2)


def tilted(information: LeafInformation, shift: FloatArray) -> tuple[LeafInformation, float]:
    """Take known parts of the leaves' states out of their likelihood.

    Args:
        information: the likelihood.
        shift: the known parts, shape (leaves, state).

    Returns:
        the likelihood of the rest, and the log evidence of the known parts alone.
    """
    pulled = information.times(shift)
    gain = (shift * information.h).sum() - 0.5 * (shift * pulled).sum()
    return information.with_h(information.h - pulled), float(gain)


def learn_months(working: Working, eta: FloatArray, common: Common) -> Common:
    """Estimate how far each period stands out in all areas.

    What is left of all births of a period and channel at the fitted values is shrunk by its own noise; how much
    periods vary comes from all of them, itself shrunk by its standard error, so that noise is not taken for season.

    Args:
        working: the likelihood linearised at `eta`, over-dispersion in it.
        eta: fitted values without the months' deviations, relative to the origin, shape (leaves, periods, channels).
        common: what is known so far; `working`'s pull has had its months taken out.
    """
    weight = working.weight.sum(0)
    left = (working.pull - working.weight * eta).sum(0)
    months, noise, spread = (np.zeros_like(a) for a in (common.months, common.noise, common.spread))
    for channel in range(weight.shape[1]):
        used = weight[:, channel] > 0
        if used.sum() >= _FEWEST_MONTHS:
            w = weight[used, channel]
            residual = left[used, channel] / w + common.months[used, channel]
            months[used, channel], noise[used, channel], spread[channel] = _shrink(residual, w)
    return Common(common.slope, months, noise, spread)


def learn_new_months(read: Working, fitted: FloatArray, common: Common, new: IntArray) -> Common:
    """Estimate how far some periods stand out when it is known how much periods vary.

    Args:
        read: the likelihood of these periods, nothing of them taken as known.
        fitted: fitted values without deviations, relative to the origin, broadcastable to `read`.
        common: what is known of the other periods.
        new: positions of the periods.
    """
    weight = read.weight.sum(0)
    left = (read.pull - read.weight * fitted).sum(0)
    months, noise = common.months.copy(), common.noise.copy()
    kept = common.spread / (common.spread * weight + 1.0)  # of each unit of `left`
    months[new], noise[new] = kept * left, kept
    return Common(common.slope, months, noise, common.spread)


def _shrink(residual: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Shrink residuals with these weights by what exceeds their noise; give them, their variances and the spread."""
    centred = residual - (weight @ residual) / weight.sum()
    excess = float((weight * centred**2).mean()) - 1.0
    if excess <= 0.0:
        return np.zeros_like(residual), np.zeros_like(residual), 0.0
    error = float(np.sqrt(2.0 / len(weight)))
    variance = excess * excess**2 / (excess**2 + error**2) / float(weight.mean())
    kept = variance / (variance + 1.0 / weight)
    return centred * kept, kept / weight, variance
