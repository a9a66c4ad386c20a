"""Whether an area's births look chosen by their outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tianping.rulebook.loading import values_in_force
from tianping.terms import Period


@dataclass(frozen=True)
class SamplingRules:
    """The numbers in force.

    Attributes:
        believable_srb: the most extreme true ratio still believed, boys per 100 girls or girls per 100 boys.
        least_probability: probability below which births of one sex alone are not taken for chance even there.
    """

    believable_srb: float
    least_probability: float

    def chosen_by_outcome(self, boys: npt.NDArray[np.int64], girls: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Say for each area whether its births are of one sex alone and too many for that; any shape."""
        births = boys + girls
        share = self.believable_srb / (100.0 + self.believable_srb)
        one_sex = np.minimum(boys, girls) == 0
        chosen: npt.NDArray[np.bool_] = one_sex & (births * np.log(share) < np.log(self.least_probability))
        return chosen


def sampling_rules(on: Period | None = None) -> SamplingRules:
    """Give the rules as they stood at `on`, the newest without it.

    Raises:
        RuleError: `rule_not_yet`.
    """
    return SamplingRules(**values_in_force("selective_sampling", on))
