"""What a test says of a unit, as a sentence."""

from __future__ import annotations

import math

from tianping.locale import text
from tianping.srb.forensics import REASONS, Answer, Examination, Verdict

#: p-values below are not written out.
_TINY = 1e-4


def told_of(found: Examination, at: int, unit: int, language: str) -> str:
    """Tell what one answer says of one unit.

    Args:
        found: the examination.
        at: position of the answer.
        unit: position of the unit.
        language: `zh_Hans` or `en`.
    """
    one, verdict = found.answers[at], found.verdict(at, unit)
    fields = {"name": test_name(one, language)}
    match verdict:
        case Verdict.NOT_ASKED:
            fields["reason"] = reason_text(int(one.reason[unit]), language)
            return text("forensics.told.not_asked", language, **fields)
        case Verdict.CHECK | Verdict.NOT_BINOMIAL:
            fields |= {"found": _found(one, unit, language), "p": p_text(float(one.p[unit]), language)}
            return text("forensics.told.found", language, **fields)
    plain = "" if math.isfinite(one.detectable[unit]) else "_plain"
    if verdict is Verdict.UNREMARKABLE:
        fields["p"] = p_text(float(one.p[unit]), language)
    if not plain:
        fields["measure"] = _measure(one, float(one.detectable[unit]), language)
    return text(f"forensics.told.{verdict}{plain}", language, **fields)


def test_name(one: Answer, language: str) -> str:
    """Name a test with its code."""
    return text("forensics.told.name", language, name=text(f"{_key(one, part=False)}.name", language), code=one.test)


def asks(one: Answer, language: str) -> str:
    """Say what a part of a test asks."""
    return text(f"{_key(one)}.asks", language)


def reason_text(reason: int, language: str) -> str:
    """Say why something was not asked."""
    return text(f"forensics.reason.{REASONS[reason]}", language)


def p_text(p: float, language: str) -> str:
    """Write a p-value: two digits that tell, and none that pretend."""
    if p < _TINY:
        return text("forensics.told.tiny", language)
    return text("forensics.told.p", language, p=f"{p:.2g}" if p < 0.1 else f"{p:.2f}")


def _found(one: Answer, unit: int, language: str) -> str:
    measure = _measure(one, float(one.effect[unit]), language)
    return text(f"{_key(one)}.found", language, measure=measure, n=f"{int(one.n[unit]):,}")


def _measure(one: Answer, value: float, language: str) -> str:
    if not math.isfinite(value):
        return text("forensics.told.beyond_measure", language)
    return text(f"{_key(one)}.measure", language, value=value, points=100.0 * value)


def _key(one: Answer, *, part: bool = True) -> str:
    return f"forensics.{one.test.lower()}" + (f".{one.part}" if part else "")
