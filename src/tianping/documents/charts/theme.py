"""How charts look: colours, sizes and the stylesheet they share with the page around them."""

from __future__ import annotations

INK = "#1b1b1b"
MUTED = "#595959"
RULE = "#d4d4d4"
PAPER = "#ffffff"
#: Band of normal values behind the marks.
NORMAL_BAND = "#eef2ea"
#: Marks that the data cannot tell apart.
GREY_MARK = "#8f8f8f"
GREY_BAR = "#c4c4c4"
GREY_FILL = "#e3e3e3"
HATCH = "#b3b3b3"
#: Fill of areas inside the normal band that the data do tell apart.
NORMAL_FILL = "#fffdf5"
#: Marks that stand out above and below, strongly and less so.
ABOVE_MARK = "#a34400"
ABOVE_LIGHT = "#e89f57"
BELOW_MARK = "#1f5f99"
BELOW_LIGHT = "#8fb8da"
#: Width of a drawing, in pixels: nearly that of the page, so that letters stay readable on A4.
WIDTH = 800.0
#: Fills above the normal band, from near to far. Lightness falls evenly, so the order survives a grey copy.
ABOVE_FILLS = ("#f6c690", "#e89f57", "#cf7429", "#a34a0e", "#6b2a05")
#: Fills below it, from near to far; drawn with lines, so that a grey copy cannot confuse them with those above.
BELOW_FILLS = ("#9dc0de", "#3f76aa")

FONT = (
    "system-ui, 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans', 'DejaVu Sans', sans-serif"
)
TEXT_SIZE = 11.5
SMALL_SIZE = 10.5

#: Rules for charts in a page; the drawings carry the same as attributes and stand without them.
STYLESHEET = """
svg.chart { display: block; max-width: 100%; height: auto; }
svg.chart a:hover .mark, svg.chart a:focus .mark { stroke: #1b1b1b; stroke-width: 1.5; }
svg.chart a:focus { outline: 2px solid #1f5f99; outline-offset: 1px; }
svg.chart.spark { display: inline-block; max-width: none; min-width: 0; vertical-align: middle; }
@media print { svg.chart { break-inside: avoid; } }
"""
