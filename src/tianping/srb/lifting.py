"""What would lift a signal by level: how much contrary evidence until its probability falls below a limit."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtri

from tianping.srb.results import Estimates
from tianping.srb.settings import Settings


@dataclass(frozen=True)
class Lift:
    """What would lift a signal by level, all else being equal.

    Attributes:
        births: births at the reference ratio after which P(SRB > alert_at) would be below the limit; 0 where it is or
            nothing is estimated, infinite where alert_at is not above the reference.
        periods: periods that takes at the pace of the window; infinite without births.
        girls: girls that would have to be registered beside the window's births for the counted ratio to fall to
            alert_at; 0 where it is not above.
    """

    births: float
    periods: float
    girls: int


def lift(estimates: Estimates, area: int, order_group: str, window: int, settings: Settings, limit: float) -> Lift:
    """Give what would lift an area's signal by level.

    Args:
        estimates: the estimates at `as_of`.
        area: position in the tree.
        order_group: order group.
        window: periods in the window.
        settings: settings of the run.
        limit: probability below which a level no longer counts as high, 0–1.
    """
    mean, sd, boys, girls = (
        float(estimates.column(name, order_group)[area]) for name in ("log_mean", "log_sd", "n_boys", "n_girls")
    )
    line = settings.alert_at / 100.0
    births = math.inf if math.isfinite(mean) else 0.0
    if births and line > settings.reference.ratio:
        births = births_to_lift(mean, sd, math.log(line), math.log(settings.reference.ratio), limit)
    pace = (boys + girls) / window
    periods = births / pace if pace else math.inf
    return Lift(births, periods if births else 0.0, girls_to_line(int(boys), int(girls), line))


def births_to_lift(log_mean: float, log_sd: float, log_line: float, log_normal: float, limit: float) -> int:
    """Give how many births at a normal ratio bring P(log SRB > line) below the limit; 0 where it is below already.

    The posterior is taken as normal, and further births as evidence on the level that it is about. With information
    A = 1/sd² + n·p·q its mean is normal + (mean − normal) / (sd²·A); the probability is at the limit where
    (line − normal)·A + z·√A = (mean − normal) / sd², z the normal quantile of the limit. As the engine also forgets,
    it gets there with fewer births rather than more.

    Args:
        log_mean: posterior mean of log SRB.
        log_sd: its standard deviation.
        log_line: the line; above the normal ratio.
        log_normal: log of the normal ratio.
        limit: the limit, 0–1.
    """
    z = float(ndtri(limit))
    if log_mean - log_line < z * log_sd:
        return 0
    gap, pull = log_line - log_normal, (log_mean - log_normal) / log_sd**2
    root = (-z + math.sqrt(z * z + 4.0 * gap * pull)) / (2.0 * gap)
    share = float(expit(log_normal))
    return math.ceil((root**2 - 1.0 / log_sd**2) / (share * (1.0 - share)))


def girls_to_line(boys: int, girls: int, line: float) -> int:
    """Give how many more girls bring the counted ratio down to a line, boys per girl; 0 where it is not above."""
    return max(0, math.ceil(np.round(boys / line - girls, 9)))
