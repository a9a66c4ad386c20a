"""Tianping: estimate and monitor the sex ratio at birth in many small areas.

    import tianping
    births = tianping.read_births("births.csv", areas="areas.csv")
    result = tianping.estimate(births, as_of="2025-06", reference="eastern-asia")
    result.estimates, result.signals, result.ranking, result.missing_births
    result.draws("2+"), result.explain("421123100")
    tianping.examine_reports(births).table

Names are loaded when first used, so that `import tianping` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tianping.births import read_areas, read_births
    from tianping.observatory.estimating import estimate
    from tianping.observatory.examining import examine_reports
    from tianping.observatory.results import Result
    from tianping.observatory.scoring import score
    from tianping.terms import AreaTree, Counts, Period

__version__ = "0.1.0"

_HOMES = {
    "AreaTree": "tianping.terms",
    "Counts": "tianping.terms",
    "Period": "tianping.terms",
    "Result": "tianping.observatory.results",
    "estimate": "tianping.observatory.estimating",
    "examine_reports": "tianping.observatory.examining",
    "read_areas": "tianping.births",
    "read_births": "tianping.births",
    "score": "tianping.observatory.scoring",
}

__all__ = [
    "AreaTree",
    "Counts",
    "Period",
    "Result",
    "__version__",
    "estimate",
    "examine_reports",
    "read_areas",
    "read_births",
    "score",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the part it lives in."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
