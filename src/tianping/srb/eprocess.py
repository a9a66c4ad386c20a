"""The guaranteed tier: e-processes against "SRB at most c in every period", whatever the past."""

from __future__ import annotations

import numpy as np

from tianping.srb.results import FloatArray, IntArray

#: Alternatives as multiples of the null, equally weighted (112, 120, 130 and 145 against 107), always above it: with
#: one below, SRB under both would give an expectation over 1. And the hazard with which one may begin, per period.
ALTERNATIVES = np.array([1.12, 1.20, 1.30, 1.45]) / 1.07
HAZARD = 1.0 / 60.0


def current_e_values(boys: IntArray, girls: IntArray, null_srb: float) -> FloatArray:
    """Give the e-value at the last period of each area.

    E = Σ_k g_k R_k + rem, where R_k ← (R_k + rem·h)·LR(s_k) and rem ← rem·(1 − h): a mixture, over alternatives
    and over when they begin, of likelihood ratios against SRB = c. Each factor has expectation at most 1 given
    everybody's past when SRB ≤ c, so E is an e-value at any one look; running maxima are not.

    Args:
        boys: births of boys by period of registration where known, else of birth, shape (areas, periods).
        girls: likewise for girls.
        null_srb: c, boys per girl.
    """
    srb = null_srb * ALTERNATIVES
    log_boy = np.log(srb / (1 + srb)) - np.log(null_srb / (1 + null_srb))
    log_girl = np.log(1 / (1 + srb)) - np.log(1 / (1 + null_srb))
    n, periods = boys.shape
    log_run = np.full((n, len(ALTERNATIVES)), -np.inf)
    log_rest = 0.0
    for t in range(periods):
        gain = boys[:, t, None] * log_boy + girls[:, t, None] * log_girl
        log_run = np.logaddexp(log_run, log_rest + np.log(HAZARD)) + gain
        log_rest += np.log1p(-HAZARD)
    top = np.maximum(log_run.max(1), log_rest)
    total = np.exp(log_run - top[:, None]).mean(1) + np.exp(log_rest - top)
    return np.exp(np.minimum(np.log(total) + top, 700.0))
