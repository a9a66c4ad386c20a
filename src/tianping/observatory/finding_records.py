"""Findings as plain values, for files and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tianping.observatory.findings import finding_text
from tianping.terms import Finding, Severity

#: Columns of `findings.csv`.
FINDINGS = ("code", "severity", "file", "row", "column", "count", "what", "why", "todo")


def finding_record(finding: Finding, language: str) -> dict[str, Any]:
    """Give a finding by the names of `FINDINGS`, its sentences in a language; `row` is None where none is meant."""
    sentences = finding_text(finding, language)
    place = (finding.file, finding.row or None, finding.column, finding.count)
    return dict(zip(FINDINGS, (finding.code, str(finding.severity), *place, *sentences), strict=True))


def severities(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by severity, the heaviest first."""
    n = Counter(finding.severity for finding in findings)
    return {str(severity): n[severity] for severity in reversed(Severity)}
