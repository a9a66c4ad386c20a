"""How a command ends: its exit code, and what is said when it could not do its work."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Sequence
from enum import IntEnum
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

from tianping.cli.language import language_of

if TYPE_CHECKING:
    from tianping.terms import TianpingError


class ExitCode(IntEnum):
    """Exit codes; they never change their meaning."""

    FINE = 0
    ERRORS_FOUND = 1
    UNUSABLE = 2
    REFUSED = 3
    CRASHED = 70


class Outcome:
    """The context in which a command runs; it tells every error and keeps the exit code.

    An error of ours becomes sentences without a traceback. Any other is a fault of this product: its traceback is
    shown, under a code of its own, so that a crash is never taken for findings.

    Attributes:
        code: the exit code.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self.code = int(ExitCode.FINE)
        self._language = language_of(arguments)
        self._for_machines = "--json" in arguments

    def __enter__(self) -> Self:
        """Make the streams able to write whatever they are given."""
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="replace")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Turn an error into its exit code."""
        if not isinstance(error, Exception):
            return False
        from tianping.terms import RedLineError, TianpingError

        if isinstance(error, typer.TyperException):
            error = _usage_error(error)
        if isinstance(error, TianpingError):
            self.code = ExitCode.REFUSED if isinstance(error, RedLineError) else ExitCode.UNUSABLE
            self._tell(error)
        else:
            self.code = ExitCode.CRASHED
            traceback.print_exception(error)
        return True

    def _tell(self, error: TianpingError) -> None:
        from tianping.cli.findings import findings_text
        from tianping.observatory.finding_records import finding_record
        from tianping.observatory.findings import error_text

        sentence, findings = error_text(error, self._language), getattr(error, "findings", ())
        if self._for_machines:
            records = [finding_record(finding, self._language) for finding in findings]
            told = {"exit_code": self.code, "error": error.key, "message": sentence, "findings": records}
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        if findings:
            typer.echo(findings_text(findings, self._language) + "\n", err=True)
        typer.echo(sentence, err=True)


def _usage_error(error: typer.TyperException) -> TianpingError:
    """Turn what the parser found into an error that both languages can tell."""
    from tianping.terms import InputError

    option = getattr(error, "option_name", "")
    param = getattr(error, "param", None)
    name = "" if param is None else (param.opts[0] if param.param_type_name == "option" else param.metavar)
    match type(error).__name__:
        case "NoSuchOption":
            return InputError("option_unknown", option=option)
        case "BadOptionUsage":
            return InputError("option_without_value", option=option)
        case "MissingParameter":
            return InputError("argument_missing", argument=name)
        case "BadParameter" if name:
            return InputError("argument_unreadable", argument=name)
        case _:
            return InputError("command_line_unreadable", reason=error.format_message())
