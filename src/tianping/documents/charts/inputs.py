"""What each chart is given: plain values, with names already in the reader's language.

SRB is boys per 100 girls everywhere. A chart decides nothing about an area: whether the data can tell it apart
is said by its `Standing`, which comes from the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tianping.documents.content import check_key
from tianping.terms import Interval


class Standing(StrEnum):
    """What the data can say about an area."""

    TOLD_APART = "told_apart"
    INDISTINGUISHABLE = "indistinguishable"
    NO_DATA = "no_data"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Head:
    """What every chart begins with.

    Attributes:
        key: names the drawing's anchors; lower-case letters, digits and hyphens, unique in a document.
        language: `zh_Hans` or `en`.
        title: the drawing's title.
        what_differs: from what areas are told apart, as a noun phrase in the reader's language ("the normal
            range"); the catalogue's when empty.
    """

    key: str
    language: str
    title: str
    what_differs: str = ""

    def __post_init__(self) -> None:
        """Check the key.

        Raises:
            InputError: `document_key_invalid`.
        """
        check_key(self.key)


@dataclass(frozen=True)
class Benchmarks:
    """Ratios that charts measure against.

    Attributes:
        reference: natural SRB.
        normal_lower: lower end of the national normal band.
        normal_upper: upper end.
        alert_at: SRB of the alert line; None when none is drawn.
    """

    reference: float = 106.3
    normal_lower: float = 103.0
    normal_upper: float = 107.0
    alert_at: float | None = 115.0


@dataclass(frozen=True)
class FunnelPoint:
    """One area of a funnel; its counts must be fit to print."""

    code: str
    name: str
    n_boys: int
    n_girls: int
    href: str = ""


@dataclass(frozen=True)
class Funnel:
    """SRB against births, with the limits of chance around the natural ratio.

    Attributes:
        head: key, language, title.
        points: the areas.
        benchmarks: centre line and normal band.
        overdispersion: intra-class correlation of births; above 0 a second pair of limits allows for it.
        max_labels: at most this many areas outside the limits are named, in the drawing and in words; none when 0.
        counted: what boys and girls together are, as a noun phrase in the reader's language ("children aged 0");
            births when empty.
    """

    head: Head
    points: tuple[FunnelPoint, ...]
    benchmarks: Benchmarks = Benchmarks()
    overdispersion: float = 0.0
    max_labels: int = 12
    counted: str = ""


@dataclass(frozen=True)
class AreaEstimate:
    """An estimate of one area.

    Attributes:
        code: its code.
        name: its name.
        estimate: point; None where there is none.
        interval: its interval; None where there is none.
        standing: what the data can say.
        href: where its mark leads, inside the document (`#anchor`); empty when nowhere.
        group: code of the group it is shown under (tile map); empty when there is one group.
        short_name: what fits into a tile; its first two characters are used when empty and the name is Chinese.
    """

    code: str
    name: str
    estimate: float | None
    interval: Interval | None
    standing: Standing
    href: str = ""
    group: str = ""
    short_name: str = ""


@dataclass(frozen=True)
class Caterpillar:
    """Estimates with their intervals, one line per area.

    Attributes:
        head: key, language, title.
        areas: the areas.
        benchmarks: reference, normal band and alert line.
        by_value: sorted by estimate, highest first; else in the order given.
    """

    head: Head
    areas: tuple[AreaEstimate, ...]
    benchmarks: Benchmarks = Benchmarks()
    by_value: bool = False


@dataclass(frozen=True)
class TrendPoint:
    """One period of a trend.

    Attributes:
        period: `YYYY-MM` or `YYYY`.
        births: births counted; 0 when none or not to be shown.
        observed: raw ratio; None when it is not shown.
        filtered: estimate from data up to that period; None when there is none.
        filtered_interval: its interval.
        smoothed: estimate from all data; None when there is none.
        smoothed_interval: its interval.
    """

    period: str
    births: int = 0
    observed: float | None = None
    filtered: float | None = None
    filtered_interval: Interval | None = None
    smoothed: float | None = None
    smoothed_interval: Interval | None = None


@dataclass(frozen=True)
class Trend:
    """The course of one area over periods.

    Attributes:
        head: key, language, title.
        points: successive periods.
        benchmarks: reference, normal band and alert line.
        changed_period: period of the likeliest step; empty when none is claimed.
    """

    head: Head
    points: tuple[TrendPoint, ...]
    benchmarks: Benchmarks = Benchmarks()
    changed_period: str = ""


@dataclass(frozen=True)
class OrderSeries:
    """Estimates of one area by birth order.

    Attributes:
        name: the area's name.
        estimates: point by order group, in the order drawn (`1`, `2`, `3+`); None where there is none.
        intervals: interval by order group.
        standing: what the data can say, by order group; told apart when an order group is not named.
    """

    name: str
    estimates: Mapping[str, float | None]
    intervals: Mapping[str, Interval | None]
    standing: Mapping[str, Standing]


@dataclass(frozen=True)
class OrderGradient:
    """SRB by birth order, one to four areas side by side."""

    head: Head
    series: tuple[OrderSeries, ...]
    benchmarks: Benchmarks = Benchmarks()


@dataclass(frozen=True)
class TileGroup:
    """Areas shown together in a tile map.

    Attributes:
        code: what the areas' `group` names.
        name: a short name.
        row: groups of the same row stay on one line (for instance a region's name); empty: packed freely.
    """

    code: str
    name: str
    row: str = ""


@dataclass(frozen=True)
class TileMap:
    """A map of equal tiles, made from the list of areas alone.

    Attributes:
        head: key, language, title.
        areas: the areas in the order of their tiles.
        groups: their groups in order; empty when there is one.
        benchmarks: the normal band the colours diverge from.
    """

    head: Head
    areas: tuple[AreaEstimate, ...]
    groups: tuple[TileGroup, ...] = ()
    benchmarks: Benchmarks = Benchmarks()


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Boundaries:
    """Boundaries of areas.

    Attributes:
        shapes: polygons by area code; a polygon is its outer ring and its holes, a ring is (longitude, latitude)
            in degrees or planar coordinates.
        source: who made the layer and under which licence or approval number; printed below the map.
    """

    shapes: Mapping[str, tuple[tuple[Ring, ...], ...]]
    source: str = ""


@dataclass(frozen=True)
class Choropleth:
    """A map of areas with boundaries.

    Attributes:
        head: key, language, title.
        areas: the areas, joined to the boundaries by code.
        boundaries: from `charts.read_boundaries`.
        benchmarks: the normal band the colours diverge from.
    """

    head: Head
    areas: tuple[AreaEstimate, ...]
    boundaries: Boundaries
    benchmarks: Benchmarks = Benchmarks()


@dataclass(frozen=True)
class StripPoint:
    """One period of a strip.

    Attributes:
        period: `YYYY-MM` or `YYYY`.
        births: births.
        deviation: deviation from what is expected, in standard deviations of chance; None without births.
    """

    period: str
    births: int
    deviation: float | None


@dataclass(frozen=True)
class Strip:
    """Deviations by period against the bands within which chance keeps them.

    Attributes:
        head: key, language, title.
        points: successive periods.
    """

    head: Head
    points: tuple[StripPoint, ...]


@dataclass(frozen=True)
class Sparkline:
    """A word-sized trend.

    Attributes:
        head: key, language, title.
        values: successive values; None leaves a gap.
        benchmarks: the normal band behind the line.
    """

    head: Head
    values: tuple[float | None, ...]
    benchmarks: Benchmarks = Benchmarks()
