"""`tianping power`: what a number of births can show."""

from __future__ import annotations

from math import ceil, isfinite, isnan
from typing import Annotated

import numpy as np
import typer

from tianping.cli.layout import aligned, paragraph
from tianping.cli.options import REFERENCE, Json, Language, ReferenceName
from tianping.cli.outcome import ExitCode
from tianping.cli.speaking import say, say_json
from tianping.locale import text
from tianping.rulebook.references import reference as reference_pack
from tianping.srb.direct import births_needed, detection_power, min_detectable_srb
from tianping.terms import InputError

_RATIOS = tuple(float(srb) for srb in range(110, 165, 5))


def power(
    births: Annotated[int, typer.Option("--births", metavar="N")],
    srb: Annotated[float | None, typer.Option("--srb", metavar="SRB")] = None,
    reference: ReferenceName = REFERENCE,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Tell the smallest ratio that so many births show, and their power for others."""
    _check("births", births, 1, 10**10)
    if srb is not None:
        _check("srb", srb, 50, 1000)
    pack = reference_pack(reference)
    smallest = float(min_detectable_srb(np.array([births], dtype=float), pack.ratio)[0])
    figures = [_figure(births, ratio, pack.ratio) for ratio in ([srb] if srb is not None else _RATIOS)]
    if json:
        document = {"n_births": births, "reference": pack.name, "reference_srb": round(100 * pack.ratio, 4)}
        smallest_or_none = None if isnan(smallest) else round(smallest, 4)
        say_json({**document, "min_detectable_srb": smallest_or_none, "ratios": figures})
        return ExitCode.FINE
    key = "cli.power.smallest_none" if isnan(smallest) else "cli.power.smallest"
    say(paragraph(text(key, lang, births=births, smallest=smallest, reference=100 * pack.ratio, name=pack.name)))
    say()
    say(_table(figures, lang))
    say()
    say(paragraph(text("cli.power.note", lang)))
    return ExitCode.FINE


def _check(setting: str, value: float, lowest: float, highest: float) -> None:
    if not lowest <= value <= highest:
        raise InputError("setting_out_of_range", setting=setting, value=value, lowest=lowest, highest=highest)


def _figure(births: int, srb: float, reference: float) -> dict[str, float | int | None]:
    needed = births_needed(srb, reference)
    return {
        "srb": srb,
        "power": round(detection_power(births, srb, reference), 6),
        "births_needed": ceil(needed) if isfinite(needed) else None,
    }


def _table(figures: list[dict[str, float | int | None]], language: str) -> str:
    headings = [text(f"cli.power.column.{name}", language) for name in ("srb", "power", "births_needed")]
    rows = [
        [
            f"{figure['srb']:g}",
            f"{100 * (figure['power'] or 0):.0f}%",
            "–" if figure["births_needed"] is None else f"{figure['births_needed']:,}",
        ]
        for figure in figures
    ]
    return aligned(headings, rows, numbers=(0, 1, 2))
