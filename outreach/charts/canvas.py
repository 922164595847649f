"""The sheet every chart is drawn on: its head, its edges, and the few marks of Vega-Lite that all kinds use.

Every place is reckoned here in pixels and nothing is left to automatic layout: the same picture comes out with any
font, and no label moves because another is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outreach.charts.chart import Chart
from outreach.charts.measure import width as text_width
from outreach.charts.measure import wrapped
from outreach.charts.palette import INK, LIGHT, LINE, QUIET
from outreach.charts.wording import said
from outreach.core.text import Words

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "IBM Plex Sans, Liberation Sans, DejaVu Sans, sans-serif"
NARROW = 480
SIZE, TITLE_SIZE = 12, 14
_TITLE_LINE, _NOTE_LINE, _HEAD_GAP = 20, 17, 10

Layer = dict[str, Any]


@dataclass(frozen=True)
class Plot:
    """The drawn field and what stands around it, in pixels; its layers count from the field's upper left corner."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Written:
    """A text at a place: x and y in pixels of the field, y at the middle of its letters."""

    x: float
    y: float
    text: str


def sheet(chart: Chart, words: Words, plot: Plot, *, titled: bool) -> dict[str, Any]:
    """The whole Vega-Lite description: the head over the field, the layers in it."""
    head: list[Layer] = []
    across = plot.left + plot.width + plot.right
    title = wrapped(said(chart.title, words), across, TITLE_SIZE, bold=True) if titled else []
    note = wrapped(said(chart.note, words), across, SIZE)
    tall = len(title) * _TITLE_LINE + len(note) * _NOTE_LINE
    tall += _HEAD_GAP if tall else 0
    above = -(plot.top + tall)
    lines = [Written(-plot.left, above + _TITLE_LINE * (n + 0.5), line) for n, line in enumerate(title)]
    head += texts(lines, size=TITLE_SIZE, bold=True)
    above += _TITLE_LINE * len(title)
    lines = [Written(-plot.left, above + _NOTE_LINE * (n + 0.5), line) for n, line in enumerate(note)]
    head += texts(lines, tone=QUIET)
    return {
        "$schema": SCHEMA,
        "width": plot.width,
        "height": plot.height,
        "padding": {"left": plot.left, "right": plot.right, "top": plot.top + tall, "bottom": plot.bottom},
        "autosize": {"type": "none"},
        "background": None,
        "config": {"font": FONT, "view": {"stroke": None}, "aria": False, "mark": {"aria": False}},
        "layer": [*head, *plot.layers],
    }


def linear(field: str, highest: float, *, lowest: float = 0) -> Mapping[str, Any]:
    """An encoding that spreads `lowest` to `highest` over the field."""
    scale = {"domain": [lowest, highest], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": None}


def pixels(field: str) -> Mapping[str, Any]:
    """An encoding whose values are pixels already."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def layer(
    mark: str, values: Sequence[Mapping[str, Any]], encoding: Mapping[str, Mapping[str, Any]], **look: Any
) -> list[Layer]:
    """One layer of marks with its own values; none where there are no values."""
    if not values:
        return []
    return [{"data": {"values": list(values)}, "mark": {"type": mark, **look}, "encoding": dict(encoding)}]


def texts(
    lines: Sequence[Written], *, tone: str = INK, align: str = "left", size: float = SIZE, bold: bool = False
) -> list[Layer]:
    """Texts at their places, in one tone and one weight."""
    return layer(
        "text",
        [{"x": round(line.x, 1), "y": round(line.y, 1), "text": line.text} for line in lines if line.text],
        {"x": pixels("x"), "y": pixels("y"), "text": {"field": "text", "type": "nominal"}},
        align=align,
        baseline="middle",
        color=LIGHT[tone],
        fontSize=size,
        fontWeight=600 if bold else 400,
        limit=0,
    )


def rules(ends: Sequence[tuple[float, float, float, float]], *, tone: str = LINE, **look: Any) -> list[Layer]:
    """Straight lines from (x, y) to (x2, y2), in pixels of the field."""
    return layer(
        "rule",
        [dict(zip(("x", "y", "x2", "y2"), (round(end, 1) for end in four), strict=True)) for four in ends],
        {"x": pixels("x"), "y": pixels("y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}},
        color=LIGHT[tone],
        **look,
    )


def inside(middle: float, text: str, lowest: float, highest: float) -> float:
    """Where a centred text may stand so that it stays between two edges, as near to `middle` as that goes."""
    half = text_width(text, SIZE, bold=True) / 2
    return max(min(middle, highest - half), lowest + half)


def second_line(starts: Sequence[float], names: Sequence[str], y: float, lowest: float, highest: float) -> list[Layer]:
    """Months or years under the first of their days; of two that would run into each other the later stays."""
    written: list[Written] = []
    limit = highest
    for start, name in reversed(list(zip(starts, names, strict=True))):
        wide = text_width(name, SIZE)
        at = max(min(start, highest - wide), lowest)
        if name and at + wide <= limit:
            written.append(Written(at, y, name))
            limit = at - 8
    return texts(written, tone=QUIET)


def widest(lines: Sequence[str], *, bold: bool = False) -> float:
    """The width of the longest text, 0 of none."""
    return max((text_width(line, SIZE, bold=bold) for line in lines), default=0)
