"""What the checks look at: the library's modules, the tracked files, the catalogues."""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tianping"


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the repository and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree, walked once for all checks."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for, dotted."""
        names: dict[str, str] = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    names[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return names

    @property
    def package(self) -> str:
        """The part of the library that it belongs to, such as `births`; empty for the top module and outside."""
        parts = Path(self.path).parts
        return parts[2] if len(parts) > 3 and parts[:2] == ("src", "tianping") else ""

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def planted(code: str, path: str = "src/tianping/births/planted.py") -> Source:
    """A made-up file to plant a violation in."""
    return Source(path, code)


def _read(paths: list[Path]) -> tuple[Source, ...]:
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(paths))


@cache
def library() -> tuple[Source, ...]:
    return _read(list(PACKAGE.rglob("*.py")))


def suite() -> tuple[Source, ...]:
    """The tests and the benchmark; not kept, for so many trees weigh on all that comes after."""
    return _read([path for folder in ("tests", "bench") for path in (ROOT / folder).rglob("*.py")])


@cache
def templates() -> tuple[Source, ...]:
    endings = ("*.html", "*.css", "*.svg", "*.js")
    return _read([path for ending in endings for path in PACKAGE.rglob(ending)])


@cache
def tracked() -> tuple[Source, ...]:
    """All text files under version control; in an unpacked archive, all files that it holds."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:
        paths = [path for folder in ("src", "tests", "bench", "docs") for path in (ROOT / folder).rglob("*")]
    found = []
    for path in paths:
        if path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                found.append(Source(path.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")))
    return tuple(found)
