"""Places as tiles of one size, each beside its true neighbours: no coast lines, no large empty districts that shout."""

from dataclasses import dataclass

from outreach.charts import wording
from outreach.charts.canvas import Layer, Plot, Written, layer, pixels, texts
from outreach.charts.chart import Chart
from outreach.charts.measure import shortened, wrapped
from outreach.charts.palette import INK, LIGHT, PAPER, QUIET
from outreach.core.text import Words

_TALL, _WIDEST, _GAP, _PAD = 66.0, 132.0, 4.0, 6.0
_NAME, _NUMBER, _LINE = 11.0, 17.0, 14.0
_TONE = "lake"
# The lightest and the fullest tint on which ink keeps 4.5:1, by day and by night.
_FAINT, _FULL = 0.08, 0.42


@dataclass(frozen=True)
class Box:
    """A tile in pixels of the field."""

    x: float
    y: float
    width: float
    height: float


def boxes(chart: Chart, across: float) -> dict[str, Box]:
    """Where every tile stands; tiles do not grow beyond a size that a name fills."""
    left = min((x for _, x, _ in chart.grid), default=0)
    top = min((y for _, _, y in chart.grid), default=0)
    columns = max((x - left for _, x, _ in chart.grid), default=0) + 1
    wide = min(across / columns, _WIDEST)
    return {
        name: Box((x - left) * wide, (y - top) * _TALL, wide - _GAP, _TALL - _GAP) for name, x, y in chart.grid
    }


def tiles(chart: Chart, words: Words, across: float) -> Plot:
    """The kind `tiles`: in each tile its name and its number."""
    placed = boxes(chart, across)
    highest = max((row.value or 0 for row in chart.known), default=0) or 1
    layers: list[Layer] = []
    for row in chart.rows:
        box = placed[str(row.at)]
        share = (row.value or 0) / highest
        edges = [{"x": box.x, "x2": box.x + box.width, "y": box.y, "y2": box.y + box.height}]
        ends = {"x": pixels("x"), "x2": {"field": "x2"}, "y": pixels("y"), "y2": {"field": "y2"}}
        opacity = round(_FAINT + (_FULL - _FAINT) * share, 3) if row.value else 0
        layers += layer("rect", edges, ends, color=LIGHT[_TONE], opacity=opacity)
        layers += layer("rect", edges, ends, color=LIGHT[PAPER], fillOpacity=0, stroke=LIGHT[QUIET], strokeOpacity=0.35)
        lines = _names(wording.place(row.at, chart.step, words), box.width - 2 * _PAD)
        names = [Written(box.x + _PAD, box.y + 13 + _LINE * n, line) for n, line in enumerate(lines)]
        layers += texts(names, size=_NAME)
        number = "–" if row.value is None else wording.number(row.value, chart.unit, words)
        at = Written(box.x + box.width - _PAD, box.y + box.height - 14, number)
        layers += texts([at], align="right", size=_NUMBER, bold=True, tone=INK if row.value else QUIET)
    tall = max((box.y + box.height for box in placed.values()), default=0)
    used = max((box.x + box.width for box in placed.values()), default=0)
    return Plot(used, tall, 0, across - used, 1, 2, tuple(layers))


def _names(name: str, room: float) -> list[str]:
    """A name in two lines at the most."""
    lines = wrapped(name, room, _NAME)
    return lines if len(lines) < 3 else [lines[0], shortened(" ".join(lines[1:]), room, _NAME)]
