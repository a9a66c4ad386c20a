"""The command line's door: find the command, run it, turn what happened into an exit code.

Commands live in modules of this package that bear their names, each with a function of that name. A module is loaded
only when its command is asked for, so `tianping --help` costs no more than a page of text.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from tianping import __version__
from tianping.cli.help import command_page, group_page
from tianping.cli.language import language_of
from tianping.cli.options import Language
from tianping.cli.outcome import Outcome

#: The commands in the order of the help page. A new one needs its module, its name here and its texts in `cli.yaml`.
COMMANDS = (
    *("demo", "check", "count", "estimate", "explain", "missing", "bulletin", "forensics", "power", "score"),
    *("simulate", "references"),
)


class Command(TyperCommand):
    """A command whose help page comes from the catalogues."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        formatter.write(command_page(str(self.name), self.get_params(ctx), ctx.obj))


class Group(TyperGroup):
    """All commands, loaded one by one when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the parser's signature
        """Give the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the parser's signature
        """Load a command."""
        if cmd_name not in COMMANDS:
            from tianping.terms import InputError

            raise InputError("command_unknown", command=cmd_name, known=", ".join(COMMANDS))
        return load_command(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help page."""
        formatter.write(group_page(COMMANDS, self.get_params(ctx), ctx.obj))

    def main(self, args: Sequence[str] | None = None, *others: Any, **named: Any) -> NoReturn:
        """Run a command and leave with its exit code."""
        arguments = list(sys.argv[1:] if args is None else args) or ["--help"]
        with Outcome(arguments) as outcome:
            named |= {"standalone_mode": False, "obj": language_of(arguments)}
            outcome.code = super().main(arguments, *others, **named) or 0
        sys.exit(outcome.code)


def load_command(name: str) -> Any:
    """Load a command's module and make a command of its function."""
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, cls=Command)(getattr(import_module(f"tianping.cli.{name}"), name))
    return typer.main.get_command(alone)


app = typer.Typer(cls=Group, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def tianping(
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_show_version)] = False,
    lang: Language = "",
) -> None:
    """Hold what may stand before a command's name; it is heeded before this is called."""


def run() -> None:
    """Run the command line."""
    app(prog_name="tianping")
