"""`tianping explain`: areas' numbers in sentences."""

from __future__ import annotations

from typing import Annotated

import typer

from tianping.cli.asking import Asked, estimate_asked
from tianping.cli.findings import count_sentence, has_errors
from tianping.cli.layout import paragraph
from tianping.cli.options import (
    REFERENCE,
    SEED,
    AlertAt,
    AreasFile,
    AsOf,
    BirthsFile,
    Delays,
    Interval,
    Json,
    KnownOn,
    Language,
    Margin,
    OrdersFrom,
    Progress,
    ReferenceName,
    Seed,
)
from tianping.cli.outcome import ExitCode
from tianping.cli.reading import read_table
from tianping.cli.speaking import ProgressLines, say, say_json


def explain(
    file: BirthsFile,
    code: Annotated[list[str], typer.Argument(metavar="CODE")],
    areas: AreasFile = None,
    order_group: Annotated[str | None, typer.Option("--order-group", metavar="GROUP")] = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    interval: Interval = 0.9,
    alert_at: AlertAt = 115.0,
    margin: Margin = 1.05,
    orders_from: OrdersFrom = 2,
    delays: Delays = "on",
    reference: ReferenceName = REFERENCE,
    seed: Seed = SEED,
    progress: Progress = False,
    json: Json = False,
    lang: Language = "",
) -> int:
    """Read births, estimate, and explain the areas asked about; nothing is written."""
    lines = ProgressLines(lang, asked=progress)
    births = read_table(file, areas, lines)
    asked = Asked(*(as_of, known_on, reference, alert_at, margin, interval, orders_from, seed), delays=delays == "on")
    result, _ = estimate_asked(births, asked, lines)
    told = {area: result.explain(area, lang, order_group) for area in code}
    exit_code = ExitCode.ERRORS_FOUND if has_errors(births.findings) else ExitCode.FINE
    if json:
        records = [{"area_code": area, "sentences": list(sentences)} for area, sentences in told.items()]
        say_json({"exit_code": exit_code, "as_of": str(result.last.run.as_of), "areas": records})
        return exit_code
    for sentences in told.values():
        say("\n".join(map(paragraph, sentences)) + "\n")
    say(count_sentence(births.findings, lang))
    return exit_code
