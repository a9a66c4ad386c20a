"""What the forensic tests on reports are asked with."""

from __future__ import annotations

from typing import Any

from tianping.rulebook.loading import values_in_force
from tianping.terms import Period


def forensic_limits(on: Period | None = None) -> dict[str, Any]:
    """Give the limits as they stood at `on`, the newest without it, by the names that `srb.forensics.Limits` has.

    Raises:
        RuleError: `rule_not_yet`.
    """
    values = values_in_force("forensics", on)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
