"""The report's texts: one key, two languages, in YAML beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

LANGUAGES = ("en", "zh_Hans")
DASH = "\N{EN DASH}"


@cache
def texts(language: str) -> dict[str, str]:
    """Give all texts of a language by their dotted key."""
    content = (Path(__file__).parent / "texts" / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flat(yaml.safe_load(content), ""))


def say(key: str, language: str, /, **values: object) -> str:
    """Give a text, filled with values."""
    return texts(language)[key].format(**values)


def told(value: float, decimals: int = 3) -> str:
    """Write a figure; a dash where there is none."""
    return DASH if np.isnan(value) else f"{value:.{decimals}f}"


def told_interval(ends: tuple[float, float], decimals: int = 3) -> str:
    """Write an interval; a dash where there is none."""
    return DASH if np.isnan(ends).any() else f"[{told(ends[0], decimals)}; {told(ends[1], decimals)}]"


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in tree.items():
        pairs.extend(_flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", str(value))])
    return pairs
