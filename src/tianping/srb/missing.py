"""Missing female births from the model's estimates."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from tianping.srb.direct import reference_log_sd
from tianping.srb.results import FloatArray, MissingBirths
from tianping.srb.settings import Settings

#: The two definitions in use; they differ by a factor of about two.
METHODS = ("boys_fixed", "total_fixed")


def missing_births(
    name: str, births: FloatArray, log_mean: FloatArray, log_sd: FloatArray, settings: Settings
) -> tuple[MissingBirths, ...]:
    """Give the missing female births of every area for one span, by both methods.

    With n births, SRB s = e^θ and reference r: boys fixed n/(1+s)·(s/r − 1); total fixed n/(1+r) − n/(1+s).
    The interval carries θ's uncertainty and the reference's (one reference for all areas); ends come from the
    first derivatives. Nothing is cut off at zero, so that areas add up.

    Args:
        name: the span.
        births: births in it, shape (areas,).
        log_mean: posterior mean of the span's log SRB, shape (areas,).
        log_sd: its standard deviation, shape (areas,).
        settings: reference and interval.
    """
    s, r = np.exp(log_mean), settings.reference.ratio
    reference_sd = reference_log_sd(settings.reference)
    z = float(ndtri(0.5 + settings.interval / 2))
    share = s / (1.0 + s)
    curve = births * share * (1.0 - share)
    by_method = {
        "boys_fixed": (births / (1.0 + s) * (s / r - 1.0), curve * (1.0 + 1.0 / r), births * share / r),
        "total_fixed": (births / (1.0 + r) - births / (1.0 + s), curve, births * r / (1.0 + r) ** 2),
    }
    found = []
    for method in METHODS:
        point, by_log_srb, by_log_reference = by_method[method]
        half = z * np.hypot(by_log_srb * log_sd, by_log_reference * reference_sd)
        found.append(MissingBirths(name, method, point, point - half, point + half))
    return tuple(found)
