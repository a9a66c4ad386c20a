"""Findings and errors in sentences for people."""

from __future__ import annotations

from tianping.locale import text
from tianping.terms import Finding, RedLineError, TianpingError


def finding_text(finding: Finding, language: str) -> tuple[str, str, str]:
    """Give what was found, why it matters and what to do, in a language.

    Raises:
        RuleError: `language_unknown`, or `text_missing` for a code without texts.
    """
    values = {**finding.values, "row": finding.row, "column": finding.column, "count": finding.count}
    what, why, todo = (text(f"findings.{finding.code}.{part}", language, **values) for part in ("what", "why", "todo"))
    return what, why, todo


def error_text(error: TianpingError, language: str) -> str:
    """Give an error's sentences in a language; the red line's reasons are told in words.

    Raises:
        RuleError: `language_unknown`, or `text_missing` for a key without text.
    """
    values = dict(error.values)
    if isinstance(error, RedLineError):
        values["reason"] = text(f"rulebook.redline.{values['reason']}", language)
    return text(f"errors.{error.key}", language, **values)
