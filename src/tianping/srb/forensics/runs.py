"""FR_SEQ: whether the leading sex changes from month to month too often."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import gammaln

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import Reports
from tianping.srb.forensics.tails import reach
from tianping.srb.results import FloatArray

#: Periods led by either sex below which the order of the leads says nothing.
_LEAST_LEADS = 3


def alternation(reports: Reports, limits: Limits) -> Answer:
    """Ask whether runs of periods with more boys, or with more girls, are too many (Wald & Wolfowitz 1940).

    Whoever makes up in one month for the last one alternates. Too few runs are not asked: any lasting change of the
    true ratio makes them few. Exact, given how many periods each sex leads; periods of equal numbers are left out.
    """
    lead = np.sign(reports.boys.sum(2) - reports.girls.sum(2))
    n_boys, n_girls = (lead > 0).sum(1), (lead < 0).sum(1)
    runs = np.array([_runs(row[row != 0]) for row in lead], dtype=np.int64)
    n = (n_boys + n_girls).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 1.0 + 2.0 * n_boys * n_girls / n
        sd = np.sqrt((expected - 1.0) * (expected - 2.0) / (n - 1.0))
    p = np.array([_p_runs(int(r), int(b), int(g)) for r, b, g in zip(runs, n_boys, n_girls, strict=True)])
    detectable = 1.0 + reach(limits) * sd / expected
    return answer(
        "FR_SEQ",
        "runs",
        reasons(
            len(reports),
            ("few_births", reports.births.sum((1, 2)) < limits.least_births),
            ("few_periods", n < limits.least_periods),
            ("one_sex_leads", np.minimum(n_boys, n_girls) < _LEAST_LEADS),
        ),
        p=p,
        effect=runs / expected,
        detectable=detectable,
        n=n_boys + n_girls,
        statistic=runs.astype(np.float64),
        can_tell=detectable <= limits.runs_of_note,
    )


def _runs(leads: FloatArray) -> int:
    return int((np.diff(leads) != 0).sum()) + 1 if len(leads) else 0


@lru_cache(maxsize=4096)
def _p_runs(runs: int, n_boys: int, n_girls: int) -> float:
    """Give the probability of at least so many runs among so many leads of either sex."""
    if min(n_boys, n_girls) < 1:
        return 1.0
    r = np.arange(max(runs, 2), 2 * min(n_boys, n_girls) + 2)
    k = (r // 2).astype(np.float64)
    even = np.log(2.0) + _log_choose(n_boys - 1, k - 1) + _log_choose(n_girls - 1, k - 1)
    one = _log_choose(n_boys - 1, k) + _log_choose(n_girls - 1, k - 1)
    other = _log_choose(n_boys - 1, k - 1) + _log_choose(n_girls - 1, k)
    logs = np.where(r % 2 == 0, even, np.logaddexp(one, other)) - _log_choose(n_boys + n_girls, np.array(float(n_boys)))
    return float(min(np.exp(logs).sum(), 1.0))


def _log_choose(n: int, k: FloatArray) -> FloatArray:
    within = (k >= 0) & (k <= n)
    safe = np.where(within, k, 0)
    return np.where(within, gammaln(n + 1.0) - gammaln(safe + 1.0) - gammaln(n - safe + 1.0), -np.inf)
