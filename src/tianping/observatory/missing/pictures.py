"""The pictures of an assessment."""

from __future__ import annotations

import numpy as np

from tianping.documents.charts import (
    Benchmarks,
    Head,
    MissingSplit,
    NowcastCourse,
    NowcastPeriod,
    SplitPiece,
    draw_missing_split,
    draw_nowcast,
)
from tianping.documents.content import Chart
from tianping.observatory.missing.assessment import Assessment
from tianping.observatory.missing.splitting import SpanPieces
from tianping.observatory.writing import Words
from tianping.rulebook.references import normal_band
from tianping.srb.decomposition import PIECES, Piece
from tianping.srb.nowcast import Nowcast
from tianping.terms import Interval, Period


def told_pieces(span: SpanPieces, area: int) -> list[tuple[str, Piece]]:
    """Give the pieces that can be told of an area, the whole first."""
    pieces = [(name, span.pieces[name]) for name in PIECES if name in span.pieces]
    return [(name, piece) for name, piece in pieces if not np.isnan(piece.missing[area])]


def span_name(span: SpanPieces, words: Words) -> str:
    """Name a span in words."""
    first, _, last = span.span.partition("..")
    return words.span(Period.parse(first), Period.parse(last or first))


def most_bent(nowcast: Nowcast) -> int:
    """Give the area whose newest periods lack the most girls for its boys, in births still to come."""
    to_come = (nowcast.expected - nowcast.known).sum(1)
    ratio = nowcast.known[..., 0].sum(1) / np.maximum(nowcast.known[..., 1].sum(1), 1)
    lacking = to_come[:, 1] * ratio - to_come[:, 0]
    below = nowcast.tree.is_leaf
    return int(np.argmax(np.where(below, lacking, -np.inf)))


def split_picture(assessment: Assessment, span: SpanPieces, area: int, words: Words) -> Chart:
    """Draw how the girls missing of an area split in a span."""
    level = assessment.question.interval
    route, method = (words.text(f"missing.{kind}.{name}") for kind, name in _names(span))
    title = words.text(
        "missing.split.picture",
        area=words.name(assessment.tree.areas[area]),
        span=span_name(span, words),
        method=method,
        route=route,
        reference=assessment.question.reference.name,
    )
    pieces = [
        SplitPiece(
            name,
            words.text(f"missing.piece.{name}"),
            float(piece.missing[area]),
            Interval(float(piece.lower[area]), float(piece.upper[area]), level),
            _band(piece, area, level),
        )
        for name, piece in told_pieces(span, area)
    ]
    return draw_missing_split(
        MissingSplit(Head(f"split-{span.route.replace('_', '-')}", words.language, title), pieces)
    )


def _names(span: SpanPieces) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("route", span.route), ("method_name", span.method)


def _band(piece: Piece, area: int, level: float) -> Interval | None:
    lower, upper = float(piece.band_lower[area]), float(piece.band_upper[area])
    is_wider = lower < piece.lower[area] or upper > piece.upper[area]
    return Interval(lower, upper, level) if is_wider else None


def nowcast_picture(assessment: Assessment, nowcast: Nowcast, area: int, words: Words) -> Chart:
    """Draw the newest periods of an area, as registered and as they will stand."""
    level, band = assessment.question.interval, normal_band()
    title = words.text(
        "missing.nowcast.picture",
        area=words.name(assessment.tree.areas[area]),
        known=words.period(assessment.last),
        longest=nowcast.longest,
    )
    periods = []
    for at, period in enumerate(nowcast.periods):
        (boys, girls), expected = nowcast.known[area, at], nowcast.expected[area, at]
        is_told = bool(np.isfinite([nowcast.srb_lower[area, at], nowcast.srb_upper[area, at]]).all())
        ends = Interval(float(nowcast.srb_lower[area, at]), float(nowcast.srb_upper[area, at]), level)
        periods.append(
            NowcastPeriod(
                str(period),
                100.0 * float(boys) / float(girls) if girls else None,
                float(nowcast.srb[area, at]) if is_told else None,
                ends if is_told else None,
                (int(boys), int(girls)),
                (float(expected[0]), float(expected[1])),
            )
        )
    benchmarks = Benchmarks(100.0 * assessment.question.reference.ratio, band.lower, band.upper, None)
    return draw_nowcast(NowcastCourse(Head(f"nowcast-{area}", words.language, title), benchmarks, periods))
