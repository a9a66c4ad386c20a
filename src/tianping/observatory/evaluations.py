"""Evaluations: what the data say at one or several dates."""

from __future__ import annotations

from dataclasses import dataclass

from tianping import srb
from tianping.terms import Finding, Period


@dataclass(frozen=True)
class Evaluation:
    """What the data say at one `as_of`.

    Attributes:
        run: the engine's run, tiers by persistence included.
        fitted: the fitted model behind it.
        known_on: last period of registration whose births count; None when all that is known.
        findings: which births were not used because of the dates.
    """

    run: srb.Run
    fitted: srb.Fitted
    known_on: Period | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Evaluated:
    """Successive evaluations and what was asked of them.

    Attributes:
        evaluations: one for each `as_of`, in order.
        settings: what was asked.
        level: level whose areas the tables show; `all` for every one.
        digest: digest of the births behind it; empty when counts were given.
        histories: the course of SRB up to the last `as_of`; empty unless asked for.
    """

    evaluations: tuple[Evaluation, ...]
    settings: srb.Settings
    level: str = "all"
    digest: str = ""
    histories: tuple[srb.History, ...] = ()

    @property
    def last(self) -> Evaluation:
        """The newest evaluation."""
        return self.evaluations[-1]
