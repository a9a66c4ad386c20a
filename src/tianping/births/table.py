"""Births as read: cells with the date on which each became known, and the counts that they make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tianping.births.findings import SEVERITIES
from tianping.births.readings import SEXES
from tianping.terms import (
    ORDERS,
    Area,
    AreaTree,
    Counts,
    DelayCells,
    DelayCounts,
    Finding,
    InputError,
    Period,
    period_range,
)

#: Columns of the cells; they are sorted by area, period, birth_order, sex, reported_period and source.
COLUMNS = ("area_code", "period", "birth_order", "sex", "reported_period", "source", "births")

IntArray = npt.NDArray[np.int64]

_MONTHS = 12
#: Boys and girls come before the unknown sex.
_SEXES_TOLD = SEXES.index("unknown")


def cells_schema(*, is_weighted: bool) -> pa.Schema:
    """Give the types of the cells.

    `birth_order` is a position in `terms.ORDERS`, `sex` one of m, f, unknown; `reported_period` and `source` may be
    null; `births` is whole unless the table is weighted.
    """
    kinds = (pa.string(), pa.string(), pa.int8(), pa.string(), pa.string(), pa.string())
    return pa.schema(zip(COLUMNS, (*kinds, pa.float64() if is_weighted else pa.int64()), strict=True))


@dataclass(frozen=True)
class KnownCounts:
    """Counts as they were known at a date.

    Attributes:
        counts: what the engine is given.
        findings: which rows were not used because of the date.
        births_after_as_of: births of later periods, left out.
        births_after_known_on: births reported later, left out.
    """

    counts: Counts
    findings: tuple[Finding, ...]
    births_after_as_of: int
    births_after_known_on: int


@dataclass(frozen=True)
class BirthTable:
    """Cells of births with their areas.

    Attributes:
        tree: the areas.
        cells: an Arrow table with the schema of `cells_schema`; only areas that count for themselves have cells.
        is_monthly: whether the periods are months rather than years.
        is_weighted: whether a weight column multiplied the counts, so that cells need not be whole numbers.
        findings: what was found while reading.
        file: the file's name, empty for a table from Python.
    """

    tree: AreaTree
    cells: pa.Table
    is_monthly: bool
    is_weighted: bool = False
    findings: tuple[Finding, ...] = ()
    file: str = ""

    @cached_property
    def digest(self) -> str:
        """Give the SHA-256 of areas and cells, in hexadecimal; file, findings and storage have no part in it."""
        hashed = hashlib.sha256(self.description.encode())
        for name in COLUMNS:
            for part in _canonical_bytes(self.cells[name]):
                hashed.update(len(part).to_bytes(8, "little"))
                hashed.update(part)
        return hashed.hexdigest()

    @cached_property
    def description(self) -> str:
        """Give all but the cells as JSON, the same for the same content."""
        areas = [
            [
                area.code,
                area.name,
                area.level,
                area.parent_code,
                str(area.valid_from or ""),
                str(area.valid_until or ""),
            ]
            for area in self.tree.areas
        ]
        told = {"areas": areas, "is_monthly": self.is_monthly, "is_weighted": self.is_weighted}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def described(cls, description: str, cells: pa.Table) -> BirthTable:
        """Make a table from its description and its cells."""
        told = json.loads(description)
        tree = AreaTree.of(_area(*row) for row in told["areas"])
        return cls(tree, cells, told["is_monthly"], told["is_weighted"])

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """All periods from the first to the last with cells."""
        ends = pc.min_max(self.cells["period"]).as_py()
        return period_range(Period.parse(ends["min"]), Period.parse(ends["max"]))

    @cached_property
    def n_births(self) -> int:
        """All births in the cells, unknown sexes included, rounded where the table is weighted."""
        return round(pc.sum(self.cells["births"]).as_py() or 0)

    @cached_property
    def has_reported_periods(self) -> bool:
        """Whether any cell says when it was reported."""
        return self.cells["reported_period"].null_count < len(self.cells)

    def counts(self, as_of: Period | None = None, known_on: Period | None = None) -> Counts:
        """Give the counts of `known`."""
        return self.known(as_of, known_on).counts

    def known(self, as_of: Period | None = None, known_on: Period | None = None) -> KnownCounts:
        """Give the counts up to `as_of` as they were known on `known_on` (a month's close, or a year's).

        Cells without a reported period count as known in their own period. Unknown sexes are not among the
        counts. Where several sources tell the same area and period, the source with the most births counts.
        `registered_*` lay the same births out by reported period; those reported after the last period have no
        place there.

        Raises:
            InputError: `as_of_before_data` or `period_kinds_mixed`.
        """
        axes = self._axes
        periods = self._periods_to(as_of)
        last = periods[-1]
        is_later = axes.is_chosen & (axes.period >= len(periods))
        is_unknown = np.zeros_like(is_later)
        if known_on is not None:
            is_unknown = axes.is_chosen & ~is_later & (axes.known_month > known_on.last_month.ordinal)
        use = axes.is_chosen & ~is_later & ~is_unknown
        findings = (
            *self._beyond(last),
            *self._left_out("after_as_of", is_later, last),
            *self._left_out("after_known_on", is_unknown, known_on),
        )
        counts = self._dense(use, periods, self._delays(known_on))
        return KnownCounts(counts, findings, axes.births_in(is_later), axes.births_in(is_unknown))

    def in_time(self, as_of: Period | None = None, known_on: Period | None = None) -> Counts | None:
        """Give those of the counts of `known` that were known at the close of their own period.

        None where no cell says when it was reported.

        Raises:
            InputError: `as_of_before_data` or `period_kinds_mixed`.
        """
        if not self.has_reported_periods:
            return None
        axes, periods = self._axes, self._periods_to(as_of)
        own = self.periods[0].ordinal + axes.period
        closes = own if self.is_monthly else 12 * own + 11
        if known_on is not None:
            closes = np.minimum(closes, known_on.last_month.ordinal)
        use = axes.is_chosen & (axes.period < len(periods)) & (axes.known_month <= closes)
        return self._dense(use, periods)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources, the one with the most births first; empty where none is told."""
        by_source = self.cells.group_by("source").aggregate([("births", "sum")]).to_pylist()
        told = [(-row["births_sum"], row["source"]) for row in by_source if row["source"] is not None]
        return tuple(name for _, name in sorted(told))

    def of_source(self, source: str, as_of: Period | None = None) -> Counts:
        """Give the counts that one source tells, whether or not another one counts in its place.

        Raises:
            InputError: `as_of_before_data` or `period_kinds_mixed`.
        """
        periods = self._periods_to(as_of)
        told = pc.fill_null(pc.equal(self.cells["source"], source), fill_value=False).to_numpy()
        return self._dense(told & (self._axes.period < len(periods)), periods)

    def _periods_to(self, as_of: Period | None) -> tuple[Period, ...]:
        last = self.periods[-1] if as_of is None else as_of
        if last.is_month != self.is_monthly:
            raise InputError("period_kinds_mixed", first=str(self.periods[0]), last=str(last))
        if last < self.periods[0]:
            raise InputError("as_of_before_data", as_of=str(last), first=str(self.periods[0]))
        return period_range(self.periods[0], last)

    def _beyond(self, last: Period) -> Iterable[Finding]:
        if last > self.periods[-1]:
            values = {"limit": str(last), "last": str(self.periods[-1])}
            yield Finding("as_of_after_data", SEVERITIES["as_of_after_data"], self.file, values=values)

    def _left_out(self, code: str, rows: npt.NDArray[np.bool_], limit: Period | None) -> Iterable[Finding]:
        if rows.any():
            values = {"births": self._axes.births_in(rows), "limit": str(limit)}
            yield Finding(code, SEVERITIES[code], self.file, count=int(rows.sum()), values=values)

    def _delays(self, known_on: Period | None) -> DelayCounts | None:
        """Collect what was known of delays on `known_on`; a year of registrations that is not over tells nothing."""
        if not self.has_reported_periods:
            return None
        axes = self._axes
        last_month = int(axes.known_month[axes.is_chosen].max())
        if known_on is not None:
            last_month = min(last_month, known_on.last_month.ordinal)
        last = Period.from_ordinal(last_month, is_month=True)
        if not self.is_monthly:
            last = Period(last.year if last.month == _MONTHS else last.year - 1)
        if last < self.periods[0]:
            return None
        use = axes.is_chosen & (axes.sex < _SEXES_TOLD) & (axes.known_month <= last.last_month.ordinal)
        reported = axes.reported_in(self.periods[0])
        cells = DelayCells(axes.area, axes.period, reported, axes.order, axes.sex, axes.births)
        return DelayCounts.collect(cells.where(use), len(self.tree), self.periods[0], last)

    def _dense(
        self, use: npt.NDArray[np.bool_], periods: tuple[Period, ...], delays: DelayCounts | None = None
    ) -> Counts:
        axes = self._axes
        shape = (len(self.tree), len(periods), len(ORDERS))

        def laid_out(period: IntArray, sex: int) -> IntArray:
            rows = use & (axes.sex == sex) & (period < len(periods))
            at = np.ravel_multi_index((axes.area[rows], period[rows], axes.order[rows]), shape)
            flat = np.bincount(at, weights=axes.births[rows], minlength=int(np.prod(shape)))
            return np.rint(flat).astype(np.int64).reshape(shape)

        boys, girls = laid_out(axes.period, 0), laid_out(axes.period, 1)
        if not self.has_reported_periods:
            return Counts(self.tree, periods, boys, girls)
        reported = axes.reported_in(self.periods[0])
        return Counts(self.tree, periods, boys, girls, laid_out(reported, 0), laid_out(reported, 1), delays)

    @cached_property
    def told(self) -> npt.NDArray[np.bool_]:
        """Whether each area has a cell in each period, one that says nought included; shape (areas, periods)."""
        told = np.zeros((len(self.tree), len(self.periods)), dtype=bool)
        told[self._axes.area, self._axes.period] = True
        return told

    @cached_property
    def births_of_overlap(self) -> int:
        """Births that do not count because another source tells the same area and period."""
        return self._axes.births_in(~self._axes.is_chosen)

    @cached_property
    def _axes(self) -> _Axes:
        return _Axes.of(self)


@dataclass(frozen=True)
class _Axes:
    """The cells as positions; every array has shape (cells,)."""

    area: IntArray
    period: IntArray
    order: IntArray
    sex: IntArray
    births: npt.NDArray[np.float64]
    known_month: IntArray
    is_chosen: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, table: BirthTable) -> _Axes:
        cells = table.cells
        first = table.periods[0].ordinal
        area = _mapped(cells["area_code"], table.tree.positions.__getitem__)
        period = _mapped(cells["period"], lambda text: Period.parse(text).ordinal - first)
        known = pc.coalesce(cells["reported_period"], cells["period"])
        births = cells["births"].to_numpy().astype(np.float64)
        return cls(
            area,
            period,
            cells["birth_order"].to_numpy().astype(np.int64),
            _mapped(cells["sex"], SEXES.index),
            births,
            _mapped(known, lambda text: Period.parse(text).last_month.ordinal),
            _chosen_source(cells["source"], area * len(table.periods) + period, births),
        )

    def births_in(self, rows: npt.NDArray[np.bool_]) -> int:
        return round(float(self.births[rows].sum()))

    def reported_in(self, first: Period) -> IntArray:
        """Give the position of the period in which each cell became known, none before its own."""
        known = self.known_month if first.is_month else self.known_month // 12
        return np.maximum(known - first.ordinal, self.period)


def _mapped(column: pa.ChunkedArray, code: Any) -> IntArray:
    """Give a whole number for each text, worked out once for each different text."""
    encoded = column.combine_chunks().dictionary_encode()
    codes = np.array([code(text) for text in encoded.dictionary.to_pylist()], dtype=np.int64)
    return codes[encoded.indices.to_numpy()]


def _chosen_source(source: pa.ChunkedArray, place: IntArray, births: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Choose one source for each area and period: of those that tell it, the one with the most births in all."""
    encoded = pc.fill_null(source, "").combine_chunks().dictionary_encode()
    if len(encoded.dictionary) <= 1:
        return np.ones(len(place), dtype=bool)
    at = encoded.indices.to_numpy()
    names = np.array(encoded.dictionary.to_pylist())
    order = np.lexsort((names, -np.bincount(at, weights=births, minlength=len(names))))
    rank = np.argsort(order)[at]
    best = np.full(int(place.max()) + 1, len(names), dtype=np.int64)
    np.minimum.at(best, place, rank)
    chosen: npt.NDArray[np.bool_] = rank == best[place]
    return chosen


def _area(code: str, name: str, level: str, parent: str, valid_from: str, valid_until: str) -> Area:
    begins, ends = (Period.parse(text) if text else None for text in (valid_from, valid_until))
    return Area(code, name, level, parent, begins, ends)


def _canonical_bytes(column: pa.ChunkedArray) -> Iterable[bytes]:
    """Give a column as bytes that depend on its values only, not on how they are held."""
    array = column.combine_chunks()
    if not pa.types.is_string(array.type):
        yield array.to_numpy(zero_copy_only=False).tobytes()
        return
    different = sorted(text for text in pc.unique(array).to_pylist() if text is not None)
    yield "\x00".join(different).encode()
    at = pc.index_in(array, value_set=pa.array(different, pa.string())).fill_null(-1)
    yield at.to_numpy(zero_copy_only=False).astype("<i4").tobytes()
