"""The fact store: read returns, hold counts by release, answer count queries."""

from tianping.births.areas import AreaTable, read_areas
from tianping.births.findings import InputRefusedError
from tianping.births.reading import read_births
from tianping.births.releases import Difference, Release, difference, list_releases, read_release, write_release
from tianping.births.table import BirthTable, KnownCounts

__all__ = [
    "AreaTable",
    "BirthTable",
    "Difference",
    "InputRefusedError",
    "KnownCounts",
    "Release",
    "difference",
    "list_releases",
    "read_areas",
    "read_births",
    "read_release",
    "write_release",
]
