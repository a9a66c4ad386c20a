"""Measures of how well estimates, signals and rankings agree with a known truth.

Pure functions: arrays in, frozen result out. They know nothing of areas or periods; who pools what is the
caller's choice. Entries must be complete: leave out what has no truth before asking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.terms import InputError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

NAN = float("nan")
#: A published bottom list never holds more than this many areas.
BOTTOM = 10
#: Differences of log SRB below this are ties.
_TIE = 1e-9


@dataclass(frozen=True)
class Accuracy:
    """How near the estimates come and how honest their intervals are.

    Attributes:
        n: number of estimates; with 0 every other figure is NaN.
        rmse: root mean square error of log SRB.
        bias: mean error of log SRB, estimate minus truth.
        coverage: share of intervals that hold the truth.
        width: mean width of the intervals, in log SRB.
    """

    n: int
    rmse: float
    bias: float
    coverage: float
    width: float


@dataclass(frozen=True)
class Detection:
    """What a list of flagged areas found.

    Attributes:
        n: areas asked about.
        n_true: areas that truly meet the criterion.
        n_flagged: areas on the list.
        n_found: areas on the list that truly meet the criterion.
    """

    n: int
    n_true: int
    n_flagged: int
    n_found: int

    @property
    def precision(self) -> float:
        """Share of the list that is right; NaN for an empty list."""
        return self.n_found / self.n_flagged if self.n_flagged else NAN

    @property
    def recall(self) -> float:
        """Share of the true ones that the list holds; NaN when there are none."""
        return self.n_found / self.n_true if self.n_true else NAN

    @property
    def false_discovery_proportion(self) -> float:
        """Share of the list that is wrong; 0 for an empty list."""
        return 1 - self.n_found / self.n_flagged if self.n_flagged else 0.0


@dataclass(frozen=True)
class RankedRecall:
    """How far one may walk down a list before too many on it are wrong.

    Attributes:
        recall: share of the true ones found by the longest list that keeps the limit; NaN when none is true.
        n_flagged: length of that list.
        threshold: lowest probability on it; NaN for an empty list.
    """

    recall: float
    n_flagged: int
    threshold: float


@dataclass(frozen=True)
class Purity:
    """What the published bottom list is worth.

    Attributes:
        k: length of the list.
        purity: share of the list that is truly in the worst decile.
        claimed: what its probabilities promise, their mean.
        chance: what a list drawn by lot would reach.
    """

    k: int
    purity: float
    claimed: float
    chance: float


@dataclass(frozen=True)
class Calibration:
    """How far probabilities agree with what happens; bins without entries hold NaN.

    Attributes:
        n: number of probabilities; with 0 every other figure is NaN.
        brier: mean square difference of probability and outcome.
        error: mean distance of claim and share over the bins, weighted by entries.
        bin_n: entries of each bin, shape (bins,).
        bin_claimed: mean probability of each bin, shape (bins,).
        bin_happened: share that happened in each bin, shape (bins,).
    """

    n: int
    brier: float
    error: float
    bin_n: IntArray
    bin_claimed: FloatArray
    bin_happened: FloatArray


def accuracy(estimate: FloatArray, truth: FloatArray, lower: FloatArray, upper: FloatArray) -> Accuracy:
    """Compare estimates of log SRB and their intervals with the truth; all of shape (n,).

    Raises:
        InputError: `scores_shape`, `scores_incomplete`.
    """
    _check(estimate, truth, lower, upper)
    if not len(truth):
        return Accuracy(0, NAN, NAN, NAN, NAN)
    error = estimate - truth
    inside = (lower <= truth) & (truth <= upper)
    return Accuracy(
        n=len(truth),
        rmse=float(np.sqrt(np.mean(error**2))),
        bias=float(np.mean(error)),
        coverage=float(np.mean(inside)),
        width=float(np.mean(upper - lower)),
    )


def detection(flagged: BoolArray, true: BoolArray) -> Detection:
    """Count what a list of flagged areas found; both of shape (n,).

    Raises:
        InputError: `scores_shape`.
    """
    _check(flagged, true)
    return Detection(len(true), int(true.sum()), int(flagged.sum()), int((flagged & true).sum()))


def recall_at_fdp(p: FloatArray, true: BoolArray, limit: float = 0.10) -> RankedRecall:
    """Rank all areas by `p`, highest first, and give the longest list whose wrong share is at most `limit`.

    Areas with the same `p` stand or fall together, so the order of the input does not matter.

    Raises:
        InputError: `scores_shape`, `scores_incomplete`.
    """
    _check(p, true)
    order = np.argsort(-p, kind="stable")
    ranked, found = p[order], np.cumsum(true[order])
    length = np.arange(1, len(p) + 1)
    ends = np.append(ranked[1:] < ranked[:-1], True)[: len(p)]
    allowed = ends & (length - found <= limit * length + _TIE)
    n_true = int(true.sum())
    if not allowed.any():
        return RankedRecall(0.0 if n_true else NAN, 0, NAN)
    last = int(np.flatnonzero(allowed)[-1])
    return RankedRecall(float(found[last] / n_true) if n_true else NAN, last + 1, float(ranked[last]))


def worst_decile(log_srb: FloatArray) -> FloatArray:
    """Give each area's membership in the ceil(n/10) highest, shape (n,).

    It is 0 or 1; areas tied at the edge share what is left of the decile, so that it always adds up.
    """
    return _top(log_srb, -(-len(log_srb) // 10))


def purity(p_worst: FloatArray, log_srb: FloatArray) -> Purity:
    """Ask how many of the highest `p_worst` are truly in the worst decile; both of shape (n,).

    The list holds ten areas, or the decile's own number where that is smaller, so that 1 can be reached.

    Raises:
        InputError: `scores_shape`, `scores_incomplete`.
    """
    _check(p_worst, log_srb)
    n = len(p_worst)
    if not n:
        return Purity(0, NAN, NAN, NAN)
    decile = -(-n // 10)
    k = min(BOTTOM, decile)
    # Areas tied at the edge of the list are told apart by lot: this is the expected overlap.
    listed = _top(p_worst, k)
    return Purity(
        k=k,
        purity=float(listed @ worst_decile(log_srb) / k),
        claimed=float(listed @ p_worst / k),
        chance=decile / n,
    )


def calibration(p: FloatArray, happened: FloatArray, bins: int = 10) -> Calibration:
    """Compare probabilities with what happened (0, 1 or a share between), in bins of equal width; shape (n,).

    Raises:
        InputError: `scores_shape`, `scores_incomplete`, `probability_outside`.
    """
    _check(p, happened)
    if ((p < 0) | (p > 1)).any():
        raise InputError("probability_outside", lowest=float(p.min()), highest=float(p.max()))
    place = np.minimum((p * bins).astype(np.int64), bins - 1)
    n = np.bincount(place, minlength=bins)
    total = np.maximum(n, 1)
    claimed = np.where(n > 0, np.bincount(place, p, minlength=bins) / total, np.nan)
    share = np.where(n > 0, np.bincount(place, happened, minlength=bins) / total, np.nan)
    if not len(p):
        return Calibration(0, NAN, NAN, n, claimed, share)
    return Calibration(
        n=len(p),
        brier=float(np.mean((p - happened) ** 2)),
        error=float(np.nansum(n * np.abs(claimed - share)) / len(p)),
        bin_n=n,
        bin_claimed=claimed,
        bin_happened=share,
    )


def _top(values: FloatArray, k: int) -> FloatArray:
    """Give membership in the `k` highest values; ties at the edge share the places that are left."""
    if not k:
        return np.zeros(len(values))
    edge = np.partition(values, len(values) - k)[len(values) - k]
    above = values > edge + _TIE
    tied = ~above & (values >= edge - _TIE)
    share: FloatArray = above + tied * ((k - above.sum()) / tied.sum())
    return share


def _check(*arrays: npt.NDArray[np.generic]) -> None:
    shapes = [array.shape for array in arrays]
    if any(shape != shapes[0] or len(shape) != 1 for shape in shapes):
        raise InputError("scores_shape", shapes=", ".join(map(str, shapes)))
    for array in arrays:
        if array.dtype.kind == "f" and np.isnan(array).any():
            raise InputError("scores_incomplete", n=int(np.isnan(array).sum()))
