"""Findings about data: values, not exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing found about the data.

    The three sentences (what, why, what to do) are catalogue texts `findings.<code>.what`, `.why`, `.todo`,
    filled from `values`. A refused value is never among them.

    Attributes:
        code: the finding's name in the catalogues, for instance `negative_count`.
        severity: info, warning or error.
        file: the file's name as given, without its folder; empty for tables from Python.
        row: first row concerned, counted as in the file (header is row 1); 0 when no row is meant.
        column: the column concerned as written in the file; empty when none is meant.
        count: how many rows are concerned.
        values: what fills the sentences.
    """

    code: str
    severity: Severity
    file: str = ""
    row: int = 0
    column: str = ""
    count: int = 1
    values: Mapping[str, object] = field(default_factory=dict)
