"""What commands write: results on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

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


class ProgressBar:
    """A bar on standard error that grows while something is done, on a terminal; elsewhere lines, where asked for."""

    _COLUMNS = 40
    _STEP = 10

    def __init__(self, *, asked: bool = False) -> None:
        self._on_terminal = sys.stderr.isatty()
        self._shown = asked or self._on_terminal
        self._told = -1

    def tell(self, share: float) -> None:
        """Show the share that is done, from 0 to 1; never less than was shown before."""
        percent = min(100, int(share * 100))
        step = 1 if self._on_terminal else self._STEP
        if not self._shown or percent // step <= self._told // step:
            return
        self._told = percent
        if not self._on_terminal:
            typer.echo(f"{percent}%", err=True)
            return
        filled = self._COLUMNS * percent // 100
        bar = "#" * filled + "." * (self._COLUMNS - filled)
        typer.echo(f"\r[{bar}] {percent:3d}%", nl=percent == 100, err=True)


def say_files(written: Iterable[object], language: str) -> None:
    """Say where the files that were written are."""
    say(text("cli.demo.files", language))
    for file in written:
        say(f"  {file}")
