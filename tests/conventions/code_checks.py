"""Checks on Python code. Each takes one file and gives what is wrong with it, as sentences with their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from conventions.sources import Source

LONGEST_FUNCTION = 60
LONGEST_FILE = 600

CLOCKS = frozenset(
    {
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
        "time.localtime",
        "time.gmtime",
        "time.ctime",
        "pandas.Timestamp.now",
        "pandas.Timestamp.today",
        "pandas.Timestamp.utcnow",
    }
)
#: Parts that may read the clock and talk to the terminal.
DOORS = frozenset({"cli"})
FILES = frozenset(
    {"open", "io.open", "os.open", "pathlib.Path", "numpy.load", "numpy.loadtxt", "numpy.fromfile", "numpy.memmap"}
)
_CHINESE = re.compile(
    "[\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef


def oversized(source: Source) -> Iterator[str]:
    """Files and functions longer than the limits."""
    lines = source.text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{source.path} has {lines} lines"
    for node in source.nodes:
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{source.at(node)} {node.name} has {length} lines"


def dotted(node: ast.AST, names: Mapping[str, str]) -> str:
    """The dotted name that an expression stands for, aliases resolved; empty for anything else."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


def _calls(node: ast.AST, name: str, names: Mapping[str, str]) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and dotted(node.func, names) == name


def _is_now(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in ("now", "today")


def clock_reads(source: Source) -> Iterator[str]:
    """Reads of the clock outside the doors, called or only named, under whatever alias."""
    if source.package in DOORS:
        return
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if f"{node.module}.{alias.name}" in CLOCKS:
                    yield f"{source.at(node)} imports {node.module}.{alias.name}"
        elif isinstance(node, ast.Attribute) and (name := dotted(node, source.names)) in CLOCKS:
            yield f"{source.at(node)} names {name}"
        elif _calls(node, "numpy.datetime64", source.names) and any(map(_is_now, node.args)):
            yield f"{source.at(node)} asks numpy.datetime64 for the time"


def _public(node: ast.Module | ast.ClassDef, name: str = "") -> Iterator[tuple[Definition, str]]:
    for child in node.body:
        if isinstance(child, Definition) and not child.name.startswith("_"):
            path = f"{name}.{child.name}".lstrip(".")
            yield child, path
            if isinstance(child, ast.ClassDef):
                yield from _public(child, path)


def undocumented(source: Source) -> Iterator[str]:
    """Public modules, classes and functions without a docstring whose first sentence ends with a period."""
    for node, name in [(source.tree, "the module"), *_public(source.tree)]:
        told = ast.get_docstring(node)
        first = " ".join((told or "").split("\n\n")[0].split())
        if not re.match(r".+?\.(\s|$)", first):
            yield f"{source.at(node)} {name}: {'its first sentence has no period' if told else 'no docstring'}"


def chinese(source: Source) -> Iterator[str]:
    """Lines of code or template that hold a Chinese character or full-width mark."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if _CHINESE.search(line):
            yield f"{source.path}:{number} holds Chinese"


def _is_broad(node: ast.expr | None, names: Mapping[str, str]) -> bool:
    if node is None:
        return True
    if isinstance(node, ast.Tuple):
        return any(_is_broad(element, names) for element in node.elts)
    return dotted(node, names).removeprefix("builtins.") in ("Exception", "BaseException")


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def broad_excepts(source: Source) -> Iterator[str]:
    """Handlers and suppressions that swallow whatever comes; one that cleans up and raises again does not."""
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type, source.names) and not _raises_again(node):
            yield f"{source.at(node)} catches everything"
        elif _calls(node, "contextlib.suppress", source.names) and any(
            _is_broad(arg, source.names) for arg in node.args
        ):
            yield f"{source.at(node)} suppresses everything"


def terminal_talk(source: Source) -> Iterator[str]:
    """Prints and uses of the standard streams outside the doors."""
    if source.package in DOORS:
        return
    for node in source.nodes:
        name = dotted(node, source.names) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name in ("print", "sys.stdout", "sys.stderr", "builtins.print"):
            yield f"{source.at(node)} uses {name}"


def file_use(source: Source) -> Iterator[str]:
    """Files opened in the engine or the terms."""
    if source.package not in ("srb", "terms"):
        return
    for node in source.nodes:
        name = dotted(node, source.names) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name in FILES:
            yield f"{source.at(node)} uses {name}"


def import_cycles(edges: Mapping[str, set[str]]) -> list[tuple[str, ...]]:
    """Groups of modules that import each other, each group sorted; `edges` maps a module to those it imports."""
    reach = {module: _reachable(module, edges) for module in edges}
    groups = {tuple(sorted(other for other in reach[module] if module in reach.get(other, ()))) for module in edges}
    return sorted(group for group in groups if group)


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(edges.get(start, ()))
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += edges.get(module, ())
    return seen
