"""The one expression that counts, written in Ibis, so that every engine that Ibis speaks can work it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def equal_rows(rows: Any, columns: Mapping[str, str]) -> Any:
    """Give the expression for the different rows of an Ibis table: a column for each role, and `n`, how many are equal.

    `columns` gives the table's column for each role.
    """
    return rows.group_by(**{role: rows[column] for role, column in columns.items()}).aggregate(n=rows.count())
