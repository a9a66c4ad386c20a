"""The stable tables of an assessment: one function for each file, columns and order fixed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from tianping.observatory.missing.assessment import Assessment
from tianping.observatory.missing.gaps import Gaps, Mortality
from tianping.observatory.missing.splitting import SpanPieces
from tianping.srb.decomposition import PIECES, Piece
from tianping.srb.delays import DELAY_GROUPS, DelayFit
from tianping.srb.nowcast import Nowcast
from tianping.terms import AreaTree

MISSING_PIECES = (
    *("area_code", "level", "period", "method", "route", "piece", "reference", "interval"),
    *("missing", "lower", "upper", "band_lower", "band_upper", "note"),
)
NOWCAST = (
    *("area_code", "level", "period", "known_boys", "known_girls", "boys", "boys_lower", "boys_upper"),
    *("girls", "girls_lower", "girls_upper", "observed_srb", "srb", "srb_lower", "srb_upper", "interval"),
)
TIMELINESS = ("area_code", "level", "order_group", "sex", "share_late", "lag50", "lag90", "longest")
REGISTRATION_GAP = (
    *("area_code", "level", "period", "boys_register", "girls_register", "boys_second", "girls_second"),
    *("gap", "sd_lowest", "sd_highest", "lower", "upper", "interval", "is_signal", "held_back"),
)
INFANT_MORTALITY = (
    *("area_code", "level", "period", "boys_born", "girls_born", "boys_died", "girls_died"),
    *("boys_rate", "girls_rate", "ratio", "ratio_lower", "ratio_upper", "interval"),
)
_SEXES = ("m", "f")
_ALL = DELAY_GROUPS.index("all")

Array = np.ndarray[Any, Any]
Columns = dict[str, Any]


def tables(assessment: Assessment, level: str = "all") -> dict[str, pa.Table]:
    """Give the tables by file name, those that there is something to tell of; `level` keeps one level's areas."""
    areas = np.array([i for i, a in enumerate(assessment.tree.areas) if level in ("all", a.level)], dtype=np.int64)
    found = {"missing_pieces.csv": missing_pieces(assessment, areas)}
    if assessment.nowcast is not None:
        found["nowcast.csv"] = nowcast_table(assessment.nowcast, assessment.question.interval, areas)
    if assessment.delays is not None:
        found["timeliness.csv"] = timeliness(assessment.delays, areas)
    if assessment.gaps is not None:
        found["registration_gap.csv"] = registration_gap(assessment, assessment.gaps, areas)
    if assessment.mortality is not None:
        found["infant_mortality.csv"] = infant_mortality_table(assessment, assessment.mortality, areas)
    return found


def missing_pieces(assessment: Assessment, areas: Array) -> pa.Table:
    """Give the table of `missing_pieces.csv`: a row for each area, span, method, route and piece."""
    question = assessment.question
    parts = []
    for span in assessment.spans:
        for name in PIECES:
            piece, told = span.pieces.get(name), _told(span, name, areas)
            if piece is None and name == "unsplit":
                continue
            columns: Columns = dict(_codes(assessment.tree, areas)) | {
                "period": [span.span] * len(areas),
                "method": [span.method] * len(areas),
                "route": [span.route] * len(areas),
                "piece": [name] * len(areas),
                "reference": [question.reference.name] * len(areas),
                "interval": np.full(len(areas), question.interval),
                "note": np.where(told, "", span.why.get(name, "")),
            }
            columns |= {end: _numbers(_ends(piece, end, areas), 2) for end in MISSING_PIECES[8:13]}
            keep = told if name == "unsplit" else np.ones(len(areas), dtype=bool)
            parts.append(pa.table({key: pa.array(columns[key]) for key in MISSING_PIECES}).filter(pa.array(keep)))
    return pa.concat_tables(parts)


def _ends(piece: Piece | None, name: str, areas: Array) -> Array:
    return np.full(len(areas), np.nan) if piece is None else getattr(piece, name)[areas]


def _told(span: SpanPieces, name: str, areas: Array) -> Array:
    return ~np.isnan(_ends(span.pieces.get(name), "missing", areas))


def nowcast_table(nowcast: Nowcast, interval: float, areas: Array) -> pa.Table:
    """Give the table of `nowcast.csv`: a row for each area and unfinished period."""
    boys, girls = nowcast.known[areas][..., 0], nowcast.known[areas][..., 1]
    periods = [str(period) for period in nowcast.periods]
    columns: Columns = {name: np.repeat(texts, len(periods)) for name, texts in _codes(nowcast.tree, areas).items()}
    columns |= {"period": np.tile(np.array(periods), len(areas)), "known_boys": boys, "known_girls": girls}
    for at, sex in enumerate(("boys", "girls")):
        columns |= {sex: nowcast.expected[areas][..., at]}
        columns |= {f"{sex}_lower": nowcast.lower[areas][..., at], f"{sex}_upper": nowcast.upper[areas][..., at]}
    observed = np.where(girls > 0, 100.0 * boys / np.maximum(girls, 1), np.nan)
    columns |= {"observed_srb": observed, "srb": nowcast.srb[areas], "interval": np.full(boys.shape, interval)}
    columns |= {"srb_lower": nowcast.srb_lower[areas], "srb_upper": nowcast.srb_upper[areas]}
    return _flat(NOWCAST, columns)


def timeliness(delays: DelayFit, areas: Array) -> pa.Table:
    """Give the table of `timeliness.csv`: late shares and lags by area, order group and sex, right-censoring taken out.

    A lag is the least number of periods within which that share of the births is registered.
    """
    share = delays.share()[areas]
    has_orders = delays.births.within[:, :_ALL].any()
    groups = [at for at in range(len(DELAY_GROUPS)) if at == _ALL or has_orders]
    share = share[:, groups]
    shape = share.shape[:3]
    columns: Columns = {
        name: np.repeat(texts, shape[1] * shape[2]) for name, texts in _codes(delays.tree, areas).items()
    }
    columns |= {
        "order_group": np.tile(np.repeat(np.array(DELAY_GROUPS)[groups], shape[2]), shape[0]),
        "sex": np.tile(np.array(_SEXES), shape[0] * shape[1]),
        "share_late": 1.0 - share[..., 0],
        "lag50": (share < 0.5).sum(-1),
        "lag90": (share < 0.9).sum(-1),
        "longest": np.full(shape, delays.longest),
    }
    return _flat(TIMELINESS, columns)


def registration_gap(assessment: Assessment, gaps: Gaps, areas: Array) -> pa.Table:
    """Give the table of `registration_gap.csv`: a row for each area and year that both sources cover."""
    columns = _by_year(assessment, gaps.years, areas)
    columns |= _sexes("register", gaps.register[areas]) | _sexes("second", gaps.second[areas])
    found = gaps.found
    for name in ("gap", "sd_lowest", "sd_highest", "lower", "upper"):
        columns[name] = getattr(found, name)[areas]
    columns["interval"] = np.full(columns["gap"].shape, gaps.rules.interval)
    chosen = [[gaps.decisions[area][at] for at in range(len(gaps.years))] for area in areas]
    columns["is_signal"] = np.array([[int(one.is_signal) for one in row] for row in chosen])
    columns["held_back"] = np.array([[";".join(one.held_back) for one in row] for row in chosen])
    return _flat(REGISTRATION_GAP, columns)


def infant_mortality_table(assessment: Assessment, mortality: Mortality, areas: Array) -> pa.Table:
    """Give the table of `infant_mortality.csv`: counties and above whose deaths are enough for a ratio."""
    columns = _by_year(assessment, mortality.years, areas)
    columns |= _sexes("born", mortality.births[areas]) | _sexes("died", mortality.deaths[areas])
    found = mortality.found
    columns |= {"boys_rate": found.rates[areas][..., 0], "girls_rate": found.rates[areas][..., 1]}
    columns |= {"ratio": found.ratio[areas], "ratio_lower": found.lower[areas], "ratio_upper": found.upper[areas]}
    columns["interval"] = np.full(found.ratio[areas].shape, mortality.rules.interval)
    return _flat(INFANT_MORTALITY, columns).filter(pa.array(mortality.is_asked[areas].ravel()))


def _codes(tree: AreaTree, areas: Array) -> dict[str, Array]:
    chosen = [tree.areas[area] for area in areas]
    return {
        "area_code": np.array([area.code for area in chosen], dtype=object),
        "level": np.array([area.level for area in chosen], dtype=object),
    }


def _by_year(assessment: Assessment, years: Iterable[int], areas: Array) -> Columns:
    names = np.array([str(year) for year in years], dtype=object)
    columns: Columns = {name: np.repeat(texts, len(names)) for name, texts in _codes(assessment.tree, areas).items()}
    return columns | {"period": np.tile(names, len(areas))}


def _sexes(what: str, counts: Array) -> Columns:
    return {f"boys_{what}": counts[..., 0], f"girls_{what}": counts[..., 1]}


def _flat(names: tuple[str, ...], columns: Columns) -> pa.Table:
    return pa.table({name: _array(np.asarray(columns[name]).ravel()) for name in names})


def _array(values: Array) -> pa.Array:
    return _numbers(values, 4) if values.dtype == np.float64 else pa.array(values)


def _numbers(values: Array, decimals: int) -> pa.Array:
    rounded = np.round(values, decimals) + 0.0
    return pa.array(np.where(np.isfinite(rounded), rounded, np.nan), from_pandas=True)
