"""A simulated world as a folder of files: births as reported, areas, the truth, and what is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import tianping
from tianping.observatory.csv_text import csv_chunks
from tianping.observatory.files import areas_table
from tianping.observatory.whole_files import StagedFiles, check_writable, unusable
from tianping.simulator import World, scenario_text
from tianping.terms import ORDER_GROUPS, ORDERS, InputError

WORLD = "world.json"
#: Every file of a world, in the order in which they are written; `world.json` comes last.
WORLD_NAMES = ("births.csv", "areas.csv", "truth.csv", "events.csv", "scenario.yaml", WORLD)

IntArray = npt.NDArray[np.int64]
Births = npt.NDArray[np.int32] | IntArray
Progress = Callable[[str], None]

_LEAVES_AT_A_TIME = 1000
_TRUTHS_AT_A_TIME = 200_000
_SEPARATOR = " "


def check_world_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written to, or that holds a file under one of a world's names.

    Raises:
        InputError: `world_folder_in_use`, `out_folder_not_a_folder` or `out_folder_not_writable`.
    """
    check_writable(folder)
    if there := [name for name in WORLD_NAMES if (folder / name).exists()]:
        raise InputError("world_folder_in_use", folder=str(folder), files=", ".join(there))


def write_world(world: World, folder: str | Path, progress: Progress | None = None) -> dict[str, Any]:
    """Write a world's files and give what `world.json` says; nothing that exists is overwritten.

    Each file appears whole or not at all. `progress` is told each file before it is written.

    Raises:
        InputError: what `check_world_folder` raises, or `whole_files.unusable` gives.
    """
    place = Path(folder)
    check_world_folder(place)
    tables: dict[str, Iterable[pa.Table]] = {
        "births.csv": _births(world),
        "areas.csv": [_areas(world)],
        "truth.csv": _truth(world),
        "events.csv": [_events(world)],
    }
    try:
        with StagedFiles(place) as staged:
            files = []
            for name, parts in tables.items():
                if progress is not None:
                    progress(name)
                counted = _Counted(parts)
                files.append({"name": name, "sha256": staged.add(name, _one_file(counted)), "n_rows": counted.n_rows})
            staged.add("scenario.yaml", [scenario_text(world.scenario).encode()])
            document = _document(world, files)
            staged.add(WORLD, [(json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()])
            staged.publish()
    except OSError as error:
        raise unusable(place, error) from error
    return document


class _Counted:
    """Tables whose rows are counted as they go by."""

    def __init__(self, tables: Iterable[pa.Table]) -> None:
        self._tables = tables
        self.n_rows = 0

    def __iter__(self) -> Iterator[pa.Table]:
        for table in self._tables:
            self.n_rows += table.num_rows
            yield table


def _one_file(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """Write tables of the same columns one after the other, under one header."""
    for i, table in enumerate(tables):
        header, *lines = csv_chunks(table)
        if i == 0:
            yield header
        yield from lines


def _areas(world: World) -> pa.Table:
    """Give the areas, with their ends where some end."""
    table = areas_table(world.tree)
    if not world.merged:
        return table
    ends = [None if area.valid_until is None else str(area.valid_until) for area in world.tree.areas]
    return table.append_column("valid_until", pa.array(ends, pa.string()))


def _births(world: World) -> Iterator[pa.Table]:
    """Give the returns, a row for each cell, and after them the births reported late."""
    names, late = _Names(world), world.late
    for begin in range(0, len(world.leaves), _LEAVES_AT_A_TIME):
        block = slice(begin, begin + _LEAVES_AT_A_TIME)
        boys, girls = world.boys[block], world.girls[block]
        told = np.broadcast_to(world.filed[block][..., None], boys.shape).copy()
        told[..., -1] &= (boys[..., -1] + girls[..., -1]) > 0
        leaf, month, order = np.nonzero(told)
        yield names.births(leaf + begin, month, order, boys[told], girls[told], month)
    if len(late.leaf):
        yield names.births(late.leaf, late.month, late.order, late.boys, late.girls, late.reported)


class _Names:
    """Rows of births with the names of their areas, months and orders."""

    def __init__(self, world: World) -> None:
        self._leaves = pa.array([world.tree.codes[position] for position in world.leaves], pa.string())
        self._months = pa.array([str(period) for period in world.periods], pa.string())
        self._orders = pa.array([*ORDERS[:-1], ""], pa.string())
        self._with_reports = len(world.late.leaf) > 0

    def births(
        self, leaf: IntArray, month: IntArray, order: IntArray, boys: Births, girls: Births, reported: IntArray
    ) -> pa.Table:
        columns = {
            "area_code": self._leaves.take(pa.array(leaf)),
            "period": self._months.take(pa.array(month)),
            "birth_order": self._orders.take(pa.array(order)),
            "boys": pa.array(boys, pa.int64()),
            "girls": pa.array(girls, pa.int64()),
        }
        if self._with_reports:
            columns["reported_period"] = self._months.take(pa.array(reported))
            columns["late"] = pa.array((reported > month).astype(np.int8))
        return pa.table(columns)


def _truth(world: World) -> Iterator[pa.Table]:
    """Give the truth month by month: areas in the order of the tree, for each its order groups."""
    n_areas, n_groups, n_months = len(world.tree), len(ORDER_GROUPS), len(world.periods)
    codes, groups = pa.array(world.tree.codes, pa.string()), pa.array(ORDER_GROUPS, pa.string())
    months = [str(period) for period in world.periods]
    changed = np.full((n_areas, n_months), -1, dtype=np.int64)
    changed[world.leaves] = world.changed
    step = max(1, _TRUTHS_AT_A_TIME // (n_areas * n_groups))
    for begin in range(0, n_months, step):
        stretch = slice(begin, min(begin + step, n_months))
        log_srb = np.stack([world.true_log_srb(group, stretch) for group in ORDER_GROUPS], axis=2).transpose(1, 0, 2)
        month, area, group = (place.ravel() for place in np.indices(log_srb.shape))
        srb = np.round(100 * np.exp(log_srb.ravel()), 5)
        table = pa.table(
            {
                "area_code": codes.take(pa.array(area)),
                "period": pa.array(months, pa.string()).take(pa.array(month + begin)),
                "order_group": groups.take(pa.array(group)),
                "srb": pa.array(srb),
                "fabricated": pa.array(world.fabricated.astype(np.int8)[area]),
                "changed_period": _month_or_empty(months, changed[area, month + begin]),
            }
        )
        yield table.filter(pa.array(np.isfinite(srb)))


def _events(world: World) -> pa.Table:
    """Give what was planted, a row for each event."""
    events, months = world.events, [str(period) for period in world.periods]
    return pa.table(
        {
            "event": pa.array(range(1, len(events) + 1), pa.int64()),
            "kind": pa.array([event.kind for event in events], pa.string()),
            "area_code": _code_or_empty(world, [event.area for event in events]),
            "first_period": _month_or_empty(months, np.array([event.first for event in events], dtype=np.int64)),
            "last_period": _month_or_empty(months, np.array([event.last for event in events], dtype=np.int64)),
            "orders": pa.array([_SEPARATOR.join(event.orders) for event in events], pa.string()),
            "size": pa.array(np.round([event.size for event in events], 6).astype(np.float64)),
            "other_area_code": _code_or_empty(world, [event.other_area for event in events]),
        }
    )


def _month_or_empty(months: Sequence[str], places: IntArray) -> pa.Array:
    return pa.array(months, pa.string()).take(pa.array(places, mask=places < 0))


def _code_or_empty(world: World, positions: Sequence[int]) -> pa.Array:
    return pa.array([world.tree.codes[position] if position >= 0 else None for position in positions], pa.string())


def _document(world: World, files: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Give what `world.json` says: what the files hold, and what it takes to make them again."""
    return {
        "format": 1,
        "seed": world.seed,
        "version": tianping.__version__,
        "numpy": np.__version__,
        "n_areas": len(world.tree),
        "n_leaves": len(world.leaves),
        "first_period": str(world.periods[0]),
        "last_period": str(world.periods[-1]),
        "n_born": int(world.born_boys.sum(dtype=np.int64) + world.born_girls.sum(dtype=np.int64)),
        "n_reported": int(
            sum(part.sum(dtype=np.int64) for part in (world.boys, world.girls, world.late.boys, world.late.girls))
        ),
        "n_events": len(world.events),
        "files": list(files),
    }
