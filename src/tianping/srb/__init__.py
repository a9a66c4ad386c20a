"""The statistics engine: counts in, frozen results out; no files, no clock."""

from tianping.srb.engine import Fitted, estimate
from tianping.srb.history import filtered, smoothed
from tianping.srb.results import Estimates, History, MissingBirths, Ranking, Run, Signal
from tianping.srb.search import Warm
from tianping.srb.settings import Reference, Settings

__all__ = [
    "Estimates",
    "Fitted",
    "History",
    "MissingBirths",
    "Ranking",
    "Reference",
    "Run",
    "Settings",
    "Signal",
    "Warm",
    "estimate",
    "filtered",
    "smoothed",
]
