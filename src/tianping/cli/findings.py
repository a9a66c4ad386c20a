"""Findings laid out for people."""

from __future__ import annotations

from collections.abc import Sequence

from tianping.cli.layout import PAGE, wrap
from tianping.locale import text
from tianping.observatory.finding_records import severities
from tianping.observatory.findings import finding_text
from tianping.terms import Finding, Severity

_INDENT = "    "


def has_errors(findings: Sequence[Finding]) -> bool:
    """Say whether a finding is at error level."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def findings_text(findings: Sequence[Finding], language: str) -> str:
    """Give each finding with its place and its sentences."""
    return "\n".join(_block(finding, language) for finding in findings)


def count_sentence(findings: Sequence[Finding], language: str) -> str:
    """Say how many findings of each severity there are."""
    n = severities(findings)
    return text("cli.findings.count", language, errors=n["error"], warnings=n["warning"], remarks=n["info"])


def _block(finding: Finding, language: str) -> str:
    told = text("cli.findings.between_sentences", language).join(finding_text(finding, language))
    head = f"{text(f'cli.findings.severity.{finding.severity}', language)}  {_place(finding, language)}".rstrip()
    return "\n".join([head, *(_INDENT + line for line in wrap(told, PAGE - len(_INDENT)))])


def _place(finding: Finding, language: str) -> str:
    """Say where: file, row, column, and how many rows."""
    parts = [finding.file]
    if finding.row:
        parts.append(text("cli.findings.row", language, row=finding.row))
    if finding.column:
        parts.append(text("cli.findings.column", language, column=finding.column))
    if finding.count > 1:
        parts.append(text("cli.findings.rows", language, count=finding.count))
    return text("cli.findings.between_places", language).join(part for part in parts if part)
