"""FR_ORD: whether boys of later orders are entered as first births."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import IntArray, Reports
from tianping.srb.forensics.tables import Strata
from tianping.srb.forensics.tails import reach
from tianping.srb.results import BoolArray, FloatArray


def order_shift(reports: Reports, limits: Limits, inflation: FloatArray) -> tuple[Answer, Answer]:
    """Ask whether boys stand among first births too often: for girls' share there, and for what it was before.

    Whoever enters boys of order two as first births lowers the SRB of later births and raises that of first ones.
    Nature does not do that and neither does selection, which raises the SRB of later births. A change in the mix of
    orders touches both sexes alike and shows in neither part.
    """
    window = limits.order_window if reports.is_monthly else max(1, limits.order_window // 12)
    return _level(reports, limits, inflation, window), _jump(reports, limits, inflation, window)


def _level(reports: Reports, limits: Limits, inflation: FloatArray, window: int) -> Answer:
    """Hold the odds of sex and order in the window against nature's and the peers' together."""
    boys, girls = reports.by_order(slice(-window, None))
    peers_boys, peers_girls = reports.of_peers(boys), reports.of_peers(girls)
    bound = np.maximum(limits.natural_order_ratio, np.exp(_log_odds(peers_boys, peers_girls)[0]))
    # Where the peers have no births of one kind, nature alone is the bound.
    complete = (np.minimum(peers_boys, peers_girls) > 0).all(1)
    bound = np.where(complete, bound, limits.natural_order_ratio)
    strata = Strata(boys[:, :1], boys.sum(1, keepdims=True), girls[:, :1], girls.sum(1, keepdims=True))
    detectable = bound * np.exp(strata.detectable_log_odds(inflation, limits))
    return answer(
        "FR_ORD",
        "level",
        _askable(reports, limits, boys + girls),
        p=strata.p_more(inflation, bound),
        effect=strata.odds_ratio,
        detectable=detectable,
        n=(boys + girls).sum(1),
        statistic=strata.excess(bound)[0],
        can_tell=detectable <= limits.order_of_note,
    )


def _jump(reports: Reports, limits: Limits, inflation: FloatArray, window: int) -> Answer:
    """Hold the change of these odds from the periods before against the peers' change."""
    before, now = slice(None, -window), slice(-window, None)
    parts = {span: reports.by_order(cut) for span, cut in (("before", before), ("now", now))}
    change, variance = np.zeros((2, len(reports)))
    for span, sign in (("now", 1.0), ("before", -1.0)):
        boys, girls = parts[span]
        own, own_variance = _log_odds(boys, girls)
        theirs, their_variance = _log_odds(reports.of_peers(boys), reports.of_peers(girls))
        change += sign * (own - theirs)
        variance += own_variance + their_variance
    sd = np.sqrt(variance * inflation)
    earlier, later = (boys + girls for boys, girls in (parts["before"], parts["now"]))
    alone = np.bincount(reports.group, minlength=1)[reports.group] < 2
    detectable = np.exp(reach(limits) * sd)
    return answer(
        "FR_ORD",
        "jump",
        _askable(
            reports,
            limits,
            later,
            ("no_earlier_periods", (len(reports.periods) < 2 * window) | (earlier.sum(1) < limits.least_births)),
            ("no_peers", alone),
        ),
        p=ndtr(-change / sd),
        effect=np.exp(change),
        detectable=detectable,
        n=later.sum(1),
        statistic=change / sd,
        can_tell=detectable <= limits.order_of_note,
    )


def _log_odds(boys: FloatArray, girls: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give the log odds ratio of sex and order with its variance, half a birth added to each cell (Haldane 1956)."""
    (b1, b2), (g1, g2) = (boys + 0.5).T, (girls + 0.5).T
    return np.log(b1 * g2 / (b2 * g1)), 1.0 / b1 + 1.0 / b2 + 1.0 / g1 + 1.0 / g2


def _askable(reports: Reports, limits: Limits, births: FloatArray, *others: tuple[str, BoolArray]) -> IntArray:
    later_told = reports.births[..., 1:3].sum((1, 2)) > 0
    few = births.sum(1) < limits.least_births
    return reasons(len(reports), ("orders_not_told", ~later_told), ("few_births", few), *others)
