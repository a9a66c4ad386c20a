"""The drawing kit of the charts: small shapes, areas that link, and the frame around a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tianping.documents.charts.inputs import Head
from tianping.documents.charts.theme import FONT, INK, MUTED, TEXT_SIZE
from tianping.documents.content import Chart, Table
from tianping.documents.markup import Attribute, Markup, element, join, number

#: Above so many links a drawing keeps them out of the tab order; the table beside it has the same ones.
_MOST_TAB_STOPS = 60


def label(
    x: float,
    y: float,
    text: str,
    *,
    size: float = TEXT_SIZE,
    anchor: str = "start",
    fill: str = INK,
    weight: str | None = None,
    halo: str | None = None,
) -> Markup:
    """Write a text; `halo` paints its outline below the letters, so that lines do not cross them."""
    halo_attributes: dict[str, Attribute] = (
        {"stroke": halo, "stroke_width": 2.5, "stroke_linejoin": "round", "paint_order": "stroke"} if halo else {}
    )
    return element(
        "text",
        text,
        x=x,
        y=y,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        fill=fill,
        font_weight=weight,
        **halo_attributes,
    )


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1.0, dash: str | None = None
) -> Markup:
    """Draw a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str | None = None) -> Markup:
    """Draw a rectangle."""
    return element(
        "rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), fill=fill, stroke=stroke, class_="mark"
    )


def path_data(points: Iterable[tuple[float, float]], *, closed: bool = False, decimals: int = 1) -> str:
    """Write points as the data of a path."""
    written = "L".join(f"{number(x, decimals)} {number(y, decimals)}" for x, y in points)
    return f"M{written}{'Z' if closed else ''}" if written else ""


def line_path(
    points: Sequence[tuple[float, float]], stroke: str, width: float = 1.5, dash: str | None = None
) -> Markup:
    """Draw a line through points."""
    return element(
        "path",
        d=path_data(points),
        fill="none",
        stroke=stroke,
        stroke_width=width,
        stroke_dasharray=dash,
        stroke_linejoin="round",
    )


def band_path(lower: Sequence[tuple[float, float]], upper: Sequence[tuple[float, float]], fill: str) -> Markup:
    """Fill what lies between two lines."""
    return element("path", d=path_data([*upper, *reversed(lower)], closed=True), fill=fill)


def dots(points: Iterable[tuple[float, float]], radius: float, fill: str) -> Markup:
    """Draw many equal dots as one path, which keeps thousands of them small."""
    data = "".join(f"M{number(x, 1)} {number(y, 1)}h0" for x, y in points)
    return element("path", d=data, stroke=fill, stroke_width=2 * radius, stroke_linecap="round", fill="none")


def area_mark(shape: str, told: str, href: str = "", *, in_tab_order: bool = True) -> Markup:
    """Give a shape its text for the pointer and, where it leads somewhere, its link."""
    titled = element("g", element("title", told), Markup(shape))
    if not href:
        return titled
    return element("a", titled, href=href, aria_label=told, tabindex=None if in_tab_order else -1)


def links_in_tab_order(hrefs: Iterable[str]) -> bool:
    """Whether a drawing's links may all be tab stops."""
    return sum(bool(href) for href in hrefs) <= _MOST_TAB_STOPS


def drawing(
    head: Head,
    kind: str,
    size: tuple[float, float],
    parts: Iterable[str],
    description: str,
    table: Table,
    notes: tuple[str, ...] = (),
) -> Chart:
    """Put the parts of a drawing into its frame and give it with its words and numbers."""
    width, height = size
    body = join(parts)
    svg = element(
        "svg",
        element("title", head.title, id=f"{head.key}-title"),
        element("desc", description, id=f"{head.key}-desc"),
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width, 1)} {number(height, 1)}",
        width=number(width, 1),
        height=number(height, 1),
        class_=f"chart {kind}",
        role="group" if "<a " in body else "img",
        aria_labelledby=f"{head.key}-title",
        aria_describedby=f"{head.key}-desc",
        font_family=FONT,
        font_size=TEXT_SIZE,
        fill=INK,
    )
    return Chart(head.key, str(svg), head.title, description, table, width, height, notes)


def axis_caption(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    """Name an axis."""
    return label(x, y, text, anchor=anchor, fill=MUTED)
