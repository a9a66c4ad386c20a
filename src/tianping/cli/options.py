"""Arguments and options that several commands share: one name, one meaning.

What they mean to a reader stands in the catalogues under `cli.argument` and `cli.option`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tianping.cli.language import choose_language
from tianping.locale import LANGUAGES


def _chosen(context: typer.Context, asked: str) -> str:
    """Give the language asked for, else the one that the whole command line speaks."""
    return choose_language(asked) if asked else str(context.obj)


def _on_or_off(asked: str) -> str:
    if asked not in ON_OR_OFF:
        from tianping.terms import InputError

        raise InputError("choice_unknown", choice=asked, known=", ".join(ON_OR_OFF))
    return asked


def _all_chosen(context: typer.Context, asked: str) -> str:
    """Give the languages to write in, the one that the command line speaks first, with a comma between them."""
    if asked != BOTH:
        return choose_language(asked)
    spoken = str(context.obj)
    return ",".join([spoken, *(language for language in LANGUAGES if language != spoken)])


#: What a switch that is on by default may be set to.
ON_OR_OFF = ("on", "off")
#: Asks for documents in every language.
BOTH = "both"

BirthsFile = Annotated[Path, typer.Argument(metavar="FILE")]

AreasFile = Annotated[Path | None, typer.Option("--areas", metavar="FILE")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="P|P..Q")]
KnownOn = Annotated[str | None, typer.Option("--known-on", metavar="P")]
Interval = Annotated[float, typer.Option("--interval", metavar="SHARE")]
AlertAt = Annotated[float, typer.Option("--alert-at", metavar="SRB")]
Margin = Annotated[float, typer.Option("--margin", metavar="RATIO")]
OrdersFrom = Annotated[int, typer.Option("--orders-from", metavar="ORDER")]
Delays = Annotated[str, typer.Option("--delays", metavar="on|off", callback=_on_or_off)]
ReferenceName = Annotated[str, typer.Option("--reference", metavar="NAME")]
Seed = Annotated[int, typer.Option("--seed", metavar="NUMBER")]
Strict = Annotated[bool, typer.Option("--strict")]
Json = Annotated[bool, typer.Option("--json")]
Progress = Annotated[bool, typer.Option("--progress")]
Language = Annotated[str, typer.Option("--lang", metavar="LANGUAGE", callback=_chosen)]
Languages = Annotated[str, typer.Option("--lang", metavar="LANGUAGE|both", callback=_all_chosen)]

#: Defaults that are printed on the help pages.
REFERENCE = "eastern-asia"
SEED = 20250101
