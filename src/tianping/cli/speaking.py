"""What commands write: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import typer

from tianping.locale import text


def say(line: str = "") -> None:
    """Write for people."""
    typer.echo(line)


def say_json(document: Mapping[str, object]) -> None:
    """Write a document for machines."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


class ProgressLines:
    """Lines on standard error about what is being done, where somebody sees them or asked for them."""

    def __init__(self, language: str, *, asked: bool = False) -> None:
        self._language = language
        self._shown = asked or sys.stderr.isatty()

    def say(self, key: str, **values: object) -> None:
        """Write a line of the catalogue."""
        if self._shown:
            typer.echo(text(key, self._language, **values), err=True)
