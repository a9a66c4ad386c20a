"""What an estimate gives: tables, draws, explanations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tianping.observatory import explaining, tables
from tianping.observatory.evaluations import Evaluated


@dataclass(frozen=True)
class Result(Evaluated):
    """Evaluations with the tables of the stable files, draws and explanations."""

    @cached_property
    def estimates(self) -> pa.Table:
        """The table of `estimates.csv`."""
        return tables.estimates(self)

    @cached_property
    def signals(self) -> pa.Table:
        """The table of `signals.csv`."""
        return tables.signals(self)

    @cached_property
    def ranking(self) -> pa.Table:
        """The table of `ranking.csv`."""
        return tables.ranking(self)

    @cached_property
    def missing_births(self) -> pa.Table:
        """The table of `missing_births.csv`."""
        return tables.missing_births(self)

    @cached_property
    def history(self) -> pa.Table:
        """The table of `history.csv`; empty unless the history was asked for."""
        return tables.history(self)

    def draws(self, order_group: str = "2+", n: int = 1000, estimand: str = "now") -> npt.NDArray[np.float64]:
        """Give joint posterior draws of log SRB at the last `as_of`, shape (areas, n)."""
        return self.last.fitted.draws(order_group, n, estimand)

    def explain(self, area_code: str, language: str = "en", order_group: str | None = None) -> tuple[str, ...]:
        """Give the sentences that tell an official what an area's numbers mean.

        Raises:
            InputError: `area_unknown` or `order_group_unknown`.
        """
        return explaining.explain(self, area_code, language, order_group)
