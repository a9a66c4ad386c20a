"""Charts and maps, drawn as SVG by this package itself.

Each chart is asked for with its input (`charts.inputs`) and comes back as a `Chart`: the drawing, the same in
words, and the numbers behind it.
"""

from tianping.documents.charts.boundaries import parse_boundaries, read_boundaries
from tianping.documents.charts.caterpillar import draw_caterpillar
from tianping.documents.charts.choropleth import Match, draw_choropleth, match_boundaries
from tianping.documents.charts.funnel import draw_funnel
from tianping.documents.charts.inputs import (
    AreaEstimate,
    Benchmarks,
    Boundaries,
    Caterpillar,
    Choropleth,
    Funnel,
    FunnelPoint,
    Head,
    OrderGradient,
    OrderSeries,
    Sparkline,
    Standing,
    Strip,
    StripPoint,
    TileGroup,
    TileMap,
    Trend,
    TrendPoint,
)
from tianping.documents.charts.limits import beyond_limits, binomial_limits
from tianping.documents.charts.missing_split import MissingSplit, SplitPiece, draw_missing_split
from tianping.documents.charts.nowcast import NowcastCourse, NowcastPeriod, draw_nowcast
from tianping.documents.charts.order_gradient import draw_order_gradient
from tianping.documents.charts.sparkline import draw_sparkline
from tianping.documents.charts.strip import draw_strip
from tianping.documents.charts.theme import STYLESHEET
from tianping.documents.charts.tile_map import draw_tile_map
from tianping.documents.charts.trend import draw_trend

__all__ = [
    "STYLESHEET",
    "AreaEstimate",
    "Benchmarks",
    "Boundaries",
    "Caterpillar",
    "Choropleth",
    "Funnel",
    "FunnelPoint",
    "Head",
    "Match",
    "MissingSplit",
    "NowcastCourse",
    "NowcastPeriod",
    "OrderGradient",
    "OrderSeries",
    "Sparkline",
    "SplitPiece",
    "Standing",
    "Strip",
    "StripPoint",
    "TileGroup",
    "TileMap",
    "Trend",
    "TrendPoint",
    "beyond_limits",
    "binomial_limits",
    "draw_caterpillar",
    "draw_choropleth",
    "draw_funnel",
    "draw_missing_split",
    "draw_nowcast",
    "draw_order_gradient",
    "draw_sparkline",
    "draw_strip",
    "draw_tile_map",
    "draw_trend",
    "match_boundaries",
    "parse_boundaries",
    "read_boundaries",
]
