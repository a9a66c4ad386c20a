"""FR_DIG, last digits: whether they are as evenly spread as those of counted numbers."""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc, chdtri, chndtrinc

from tianping.srb.forensics.answers import Answer, answer, reasons
from tianping.srb.forensics.limits import Limits
from tianping.srb.forensics.reports import Reports

_DIGITS = 10


def last_digits(reports: Reports, limits: Limits) -> Answer:
    """Ask whether the last digits of boys and girls by period and order are equally frequent.

    Only counts of a hundred or more are looked at: the last digits of smaller ones are not even by nature. First
    digits (Benford) are not asked at all, since a unit's counts do not span orders of magnitude.
    """
    cells = np.concatenate([reports.boys, reports.girls], axis=2).reshape(len(reports), -1)
    large = cells >= limits.digit_least_count
    n = large.sum(1)
    seen = np.stack([(large & (cells % _DIGITS == digit)).sum(1) for digit in range(_DIGITS)], axis=1)
    expected = np.maximum(n, 1)[:, None] / _DIGITS
    x2 = ((seen - expected) ** 2 / expected).sum(1)
    critical = _noncentrality(limits)
    detectable = np.sqrt(critical / np.maximum(n, 1))
    return answer(
        "FR_DIG",
        "digits",
        reasons(len(reports), ("small_counts", n < limits.digit_least_cells)),
        p=chdtrc(_DIGITS - 1, x2),
        effect=np.sqrt(x2 / np.maximum(n, 1)),
        detectable=detectable,
        n=n,
        statistic=x2,
        can_tell=detectable <= limits.digit_of_note,
    )


def _noncentrality(limits: Limits) -> float:
    """Give the noncentrality that a chi-square test on nine degrees of freedom shows with the power asked for."""
    return float(chndtrinc(chdtri(_DIGITS - 1, limits.error), _DIGITS - 1, 1.0 - limits.power))
