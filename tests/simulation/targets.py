"""The rows of the report: what is to be reached, what was measured, and what to call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from simulation import worlds
from simulation.comparators import METHODS, peers
from simulation.measures import ENGINE
from simulation.pooling import Figure, OfShape, Pool
from simulation.truth import GROUPS
from simulation.walks import ORACLE

#: Coverage of 90 % intervals has to lie between these.
BAND = (0.88, 0.92)
KINDS = ("now", "filtered", "smoothed")
#: Shapes whose reporters invent outright; elsewhere some only smooth in part, or copy.
INVENTING = ("invented", "product-province")


class Verdict(StrEnum):
    """What a figure and its interval say about a limit."""

    REACHED = "reached"
    REACHED_WITHIN_ERROR = "reached_within_error"
    SHORT_WITHIN_ERROR = "short_within_error"
    SHORT = "short"
    NOT_MEASURED = "not_measured"


class Standing(StrEnum):
    """Where a shape's coverage lies."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    CANNOT_TELL = "cannot_tell"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class Limit:
    """Values between `lowest` and `highest` reach it."""

    lowest: float = -np.inf
    highest: float = np.inf

    def missed_by(self, value: float) -> float:
        """Give the distance of a value from the limit, 0 inside."""
        return max(self.lowest - value, value - self.highest, 0.0)


@dataclass(frozen=True)
class Row:
    """One quantity.

    Attributes:
        key: names its text.
        figure: what was measured.
        reach: what is to be reached; None for a quantity that is only told.
        stretch: what would be better still.
        decimals: decimals of its figures.
        values: what its text is filled with.
    """

    key: str
    figure: Figure
    reach: Limit | None = None
    stretch: Limit | None = None
    decimals: int = 3
    values: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Say whether it is reached, and whether the interval leaves that open."""
        if self.reach is None or np.isnan(self.figure.value):
            return Verdict.NOT_MEASURED
        ends = self.figure.interval
        if self.reach.missed_by(self.figure.value) > 0:
            within = any(self.reach.missed_by(end) == 0 for end in ends) or _spans(ends, self.reach)
            return Verdict.SHORT_WITHIN_ERROR if within else Verdict.SHORT
        return Verdict.REACHED if all(self.reach.missed_by(end) == 0 for end in ends) else Verdict.REACHED_WITHIN_ERROR


def _spans(ends: tuple[float, float], limit: Limit) -> bool:
    return ends[0] < limit.lowest and ends[1] > limit.highest


def standing(found: OfShape, band: tuple[float, float] = BAND) -> Standing:
    """Say whether a shape's coverage is inside the band, outside, or cannot be told from these worlds."""
    if np.isnan(found.value):
        return Standing.NOT_MEASURED
    if np.isnan(found.lower):
        return Standing.CANNOT_TELL
    if found.lower >= band[0] and found.upper <= band[1]:
        return Standing.INSIDE
    return Standing.OUTSIDE if found.upper < band[0] or found.lower > band[1] else Standing.CANNOT_TELL


def rows(pool: Pool) -> list[Row]:
    """Give all rows in the order of the report."""
    return [*_accuracy(pool), *_coverage(pool), *_lists(pool), *_quiet(pool), *_ranking(pool), *_others(pool)]


def best_peer(pool: Pool, place: str, shapes: Sequence[str] | None = None, kind: str = "now") -> str | None:
    """Give the comparator of least error, of those that estimate."""
    errors = {name: pool.relative_error(name, ENGINE, place, shapes, kind).value for name in comparators_of(pool)}
    known = {name: value for name, value in errors.items() if not np.isnan(value)}
    return min(known, key=lambda name: known[name]) if known else None


def best_finder(pool: Pool) -> str | None:
    """Give the comparator of highest recall at a realised false share of 10 %."""
    found = {name: pool.averaged(f"recall/level/{name}/lowest").value for name in comparators_of(pool)}
    known = {name: value for name, value in found.items() if not np.isnan(value)}
    return max(known, key=lambda name: known[name]) if known else None


def comparators_of(pool: Pool) -> list[str]:
    """Give the comparators that say anything in these records: those that run here first, then peers from files."""
    told = {name for record in pool.records for name in record["scores"]} - {ENGINE}
    return [name for name in METHODS if name in told] + sorted(told - set(METHODS))


def peers_not_run(pool: Pool) -> list[str]:
    """Give R's packages that no file speaks for."""
    return [name for name in peers.NAMED if name not in comparators_of(pool)]


def stepping(pool: Pool) -> list[str]:
    """Give the shapes whose townships step."""
    name = f"error2/{ENGINE}/now/asked/stepped"
    return [shape for shape in pool.shapes if pool.of_shape(name, shape).n_worlds]


def _accuracy(pool: Pool) -> Iterator[Row]:
    """Compare with the method of least error over all areas; in townships with a step also with the best one there."""
    steps = stepping(pool)
    for kind in ("smoothed", "now"):
        peer = best_peer(pool, "lowest", kind=kind)
        yield _relative(pool, "rmse", kind, "lowest", pool.shapes, peer, Limit(highest=0.95), Limit(highest=0.90))
        yield _relative(pool, "rmse_stepped", kind, "stepped", steps, peer, Limit(highest=0.82))
        there = best_peer(pool, "stepped", steps, kind) if steps else None
        if there != peer:
            yield _relative(pool, "rmse_stepped_best", kind, "stepped", steps, there)


def _relative(
    pool: Pool, key: str, kind: str, place: str, shapes: Sequence[str], peer: str | None, *limits: Limit
) -> Row:
    figure = pool.relative_error(ENGINE, peer, place, shapes, kind) if peer and shapes else _nothing()
    return Row(key, figure, *limits, values=(("kind", kind), ("peer", peer or "")))


def _coverage(pool: Pool) -> Iterator[Row]:
    for kind in KINDS:
        for group, place in (*((group, "lowest") for group in GROUPS), ("asked", "above")):
            name = f"inside/{ENGINE}/{kind}/{group}/{place}"
            values = (("kind", kind), ("group", group), ("place", place))
            yield Row("coverage", pool.averaged(name), Limit(*BAND), Limit(0.89, 0.91), values=values)
            yield _out_of_band(pool, name)
    for kind in KINDS:
        limit = (Limit(lowest=0.80), Limit(lowest=0.85)) if kind == "smoothed" else (None, None)
        yield Row(
            "coverage_stepped",
            pool.averaged(f"inside/{ENGINE}/{kind}/asked/stepped"),
            *limit,
            values=(("kind", kind),),
        )


def _out_of_band(pool: Pool, name: str) -> Row:
    """Count the shapes out of the band: their mean may lie in it while some are too wide and others too narrow."""
    found = [pool.of_shape(name, shape) for shape in pool.shapes]
    counts = Counter(standing(one) for one in found)
    figure = Figure(
        float(counts[Standing.OUTSIDE]) if any(one.n_worlds for one in found) else np.nan,
        np.full(1, np.nan),
        sum(one.n_worlds for one in found),
    )
    values = (("inside", str(counts[Standing.INSIDE])), ("unclear", str(counts[Standing.CANNOT_TELL])))
    return Row("coverage_shapes", figure, Limit(highest=0), decimals=0, values=values)


def _lists(pool: Pool) -> Iterator[Row]:
    for criterion in ("level", "difference"):
        for place in ("lowest", "above"):
            name = f"{criterion}/alert/{ENGINE}/{place}"
            values = (("criterion", criterion), ("place", place))
            yield Row("fdp", pool.pooled(f"false/{name}"), Limit(highest=0.12), Limit(highest=0.10), values=values)
            yield Row("fdr", pool.pooled(f"fdr/{name}"), values=values)
            yield Row("expected", pool.pooled(f"expected/{criterion}/alert/{ENGINE}/{place}"), values=values)
            for tier in ("watch", "strong"):
                figure = pool.pooled(f"false/{criterion}/{tier}/{ENGINE}/{place}")
                yield Row("fdp_tier", figure, values=(*values, ("tier", tier)))
    guaranteed = pool.pooled(f"false/level/guaranteed/{ENGINE}/above")
    yield Row("fdp_guaranteed", guaranteed, Limit(highest=0.10))
    finder = best_finder(pool)
    mine = pool.averaged(f"recall/level/{ENGINE}/lowest")
    yield Row("recall", mine)
    if finder is not None:
        theirs = pool.averaged(f"recall/level/{finder}/lowest")
        values = (("peer", finder),)
        yield Row("recall_peer", theirs, values=values)
        ratio = mine.map(lambda a, b: a / b, theirs)
        yield Row("recall_ratio", ratio, Limit(lowest=5), Limit(lowest=10), decimals=2, values=values)
    yield Row("recall_common", pool.common_threshold(ENGINE))


def quiet_shapes(pool: Pool) -> list[str]:
    """Give the shapes with (nearly) nothing to find."""
    return [shape for shape in pool.shapes if worlds.family(shape) == "quiet"]


def _quiet(pool: Pool) -> Iterator[Row]:
    quiet = quiet_shapes(pool)
    for criterion in ("level", "difference"):
        figure = pool.pooled(f"alarms/{criterion}/alert/{ENGINE}/lowest", quiet) if quiet else _nothing()
        per_thousand = figure.map(lambda share: 1000 * share)
        values = (("criterion", criterion),)
        yield Row("quiet", per_thousand, Limit(highest=0.5), Limit(highest=0.1), values=values)
    figure = pool.pooled(f"alarms/level/guaranteed/{ENGINE}/above", quiet) if quiet else _nothing()
    yield Row("quiet_guaranteed", figure.map(lambda share: 1000 * share), Limit(highest=0.0))


def _ranking(pool: Pool) -> Iterator[Row]:
    yield Row("purity", pool.averaged(f"purity/{ENGINE}"), Limit(lowest=0.90), Limit(lowest=0.95))
    yield Row("purity_published", pool.pooled("purity/published"))
    yield Row("claimed", pool.averaged(f"claimed/{ENGINE}"))
    surprise = pool.averaged(f"surprise/{ENGINE}")
    yield Row("surprise", surprise, Limit(-0.03, 0.03))


def _others(pool: Pool) -> Iterator[Row]:
    yield Row("fabricated", pool.pooled("checked/fabricated", INVENTING), Limit(lowest=0.95))
    yield Row("honest", pool.pooled("checked/honest"), Limit(highest=0.005), decimals=4)
    oracle = pool.pooled(f"steps/{ORACLE}")
    yield Row("steps_oracle", oracle)
    yield Row("steps", pool.pooled(f"steps/{ENGINE}"))
    ratio = pool.pooled(f"steps/{ENGINE}").map(lambda a, b: a / b, oracle)
    yield Row("steps_ratio", ratio, Limit(lowest=0.9), Limit(lowest=1.0))


def _nothing() -> Figure:
    return Figure(np.nan, np.full(1, np.nan), 0)
