"""What one world adds to the study: sums whose ratios are the figures, so that worlds can be pooled and resampled."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

#: Scores are counted in bins of a tenth between these, those beyond in the outer ones.
LOWEST, HIGHEST, WIDTH = -12.0, 28.0, 0.1
N_BINS = round((HIGHEST - LOWEST) / WIDTH)
#: Bins of probabilities.
N_PROBABILITY_BINS = 10


class Tally:
    """Numerators and denominators by name; a name is its parts joined by slashes."""

    def __init__(self) -> None:
        self.sums: dict[str, tuple[float, float]] = {}

    def add(self, *name: object, of: float, among: float = 1.0) -> None:
        """Add to a numerator and a denominator; nothing happens where the denominator is 0 or the figure undefined."""
        if among > 0 and np.isfinite(of):
            key = "/".join(map(str, name))
            before = self.sums.get(key, (0.0, 0.0))
            self.sums[key] = (round(before[0] + float(of), 9), round(before[1] + float(among), 9))

    def add_mean(self, *name: object, of: npt.NDArray[np.generic]) -> None:
        """Add values whose mean is the figure."""
        self.add(*name, of=float(of.sum()), among=of.size)

    def add_probabilities(self, *name: object, claimed: FloatArray, happened: FloatArray) -> None:
        """Add probabilities and what happened, bin by bin: `happened` and `claimed` are means over each bin."""
        place = np.minimum((claimed * N_PROBABILITY_BINS).astype(np.int64), N_PROBABILITY_BINS - 1)
        n = np.bincount(place, minlength=N_PROBABILITY_BINS)
        for what, values in (("happened", happened), ("claimed", claimed)):
            total = np.bincount(place, values, minlength=N_PROBABILITY_BINS)
            for k in np.flatnonzero(n):
                self.add(*name, what, k, of=total[k], among=n[k])


def histogram(scores: FloatArray, true: BoolArray) -> dict[str, dict[str, int]]:
    """Count the scores of true and of other areas by bin, empty bins left out."""
    place = np.clip((scores - LOWEST) / WIDTH, 0, N_BINS - 1).astype(np.int64)
    return {
        name: {str(k): int(n) for k, n in enumerate(np.bincount(place[kind], minlength=N_BINS)) if n}
        for name, kind in (("true", true), ("other", ~true))
    }
