"""Files that come with the package: real counts for the atlas, the demonstration county."""

from __future__ import annotations

import csv
from importlib.resources import files

import pyarrow as pa

_DATA = files("tianping").joinpath("data")


def bundled_text(folder: str, name: str) -> str:
    """Give a bundled file's text."""
    return _DATA.joinpath(folder, name).read_text(encoding="utf-8")


def bundled_table(folder: str, name: str) -> pa.Table:
    """Give a bundled CSV file as a table of texts."""
    return texts_table(bundled_text(folder, name))


def bundled_names(folder: str, name: str = "names.en.csv") -> dict[str, str]:
    """Give the names of a bundled table's areas by code, their English ones unless another file is named."""
    table = bundled_table(folder, name)
    return dict(zip(table["area_code"].to_pylist(), table["name"].to_pylist(), strict=True))


def texts_table(text: str) -> pa.Table:
    """Read CSV text into a table whose columns are all texts."""
    header, *rows = csv.reader(text.splitlines())
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(header, columns, strict=True)})
