"""Help pages, written from the catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tianping.cli.layout import listed, paragraph
from tianping.locale import text


def group_page(commands: Iterable[str], params: Sequence[Any], language: str) -> str:
    """Give the page of all commands."""
    names = [(name, text(f"cli.command.{name}.short", language)) for name in commands]
    return _page(
        [
            paragraph(text("cli.page.about", language)),
            _part("usage", text("cli.page.usage_group", language), language),
            _part("commands", listed(names), language),
            _part("options", _options(params, language), language),
            paragraph(text("cli.page.more", language)),
        ]
    )


def command_page(name: str, params: Sequence[Any], language: str) -> str:
    """Give the page of one command."""
    arguments = [param for param in params if param.param_type_name == "argument"]
    pieces = [f"{param.metavar}{' ...' if param.nargs == -1 else ''}" for param in arguments]
    pieces += [_written(param) for param in params if param.param_type_name == "option" and param.required]
    usage = " ".join(["tianping", name, *pieces, text("cli.page.options_sign", language)])
    told = [(str(param.metavar), text(f"cli.argument.{param.name}", language)) for param in arguments]
    examples = text(f"cli.command.{name}.examples", language).rstrip().replace("\n", "\n  ")
    return _page(
        [
            paragraph(text(f"cli.command.{name}.about", language)),
            _part("usage", f"  {usage}", language),
            _part("arguments", listed(told), language) if told else "",
            _part("options", _options(params, language), language),
            _part("examples", f"  {examples}", language),
        ]
    )


def _options(params: Sequence[Any], language: str) -> str:
    options = [param for param in params if param.param_type_name == "option" and not param.hidden]
    return listed([(_written(option), _meaning(option, language)) for option in options])


def _written(option: Any) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag else f"{names} {option.metavar}"


def _meaning(option: Any, language: str) -> str:
    meaning = text(f"cli.option.{option.name}", language)
    if option.required:
        return meaning + text("cli.page.required", language)
    if option.is_flag or not option.default:
        return meaning
    value = f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
    return meaning + text("cli.page.default", language, value=value)


def _part(name: str, body: str, language: str) -> str:
    return f"{text(f'cli.page.{name}', language)}\n{body}"


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"
