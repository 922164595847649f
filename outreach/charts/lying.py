"""Names down the side: lying bars with their number, and rates as points between their limits."""

from outreach.charts import wording
from outreach.charts.canvas import SIZE, Layer, Plot, Written, inside, layer, linear, rules, texts, widest
from outreach.charts.chart import Chart, Row
from outreach.charts.measure import shortened, ticks
from outreach.charts.palette import LIGHT, LINE, QUIET, tones
from outreach.core.text import Words

_ROW, _ROW_UNDER_NAME = 28.0, 46.0
_BAR = 16.0
_FAINT = 0.65
_GAP = 10


def lying(chart: Chart, words: Words, across: float) -> Plot:
    """The kinds `bars` and `intervals`. Names stand left of the marks, or over them where they would take the room."""
    rows = chart.rows
    names = [wording.place(row.at, chart.step, words) for row in rows]
    said = [wording.limits(row, chart.unit, words) for row in rows]
    bold = chart.emphasis is not None
    beside, number = widest(names, bold=bold) + _GAP, widest(said, bold=bold) + _GAP
    over = beside > across * 0.36 or across - beside - number < 120
    intervals = chart.kind == "intervals"
    # With the names above, an interval's number goes up to its name: the marks get the whole width.
    left = 0.0 if over else beside
    right = 12.0 if over and intervals else number
    inner, tall = across - left - right, _ROW_UNDER_NAME if over else _ROW
    height = tall * max(len(rows), 1)
    middles = [tall * n + (tall - _BAR / 2 - 6 if over else tall / 2) for n in range(len(rows))]
    marks = ticks(max((row.high if row.high is not None else row.value or 0 for row in chart.known), default=0))
    top = marks[-1] if intervals else max((row.value or 0 for row in chart.known), default=0) or 1

    layers: list[Layer] = []
    if intervals:
        layers += _scale(chart, words, marks, inner, height, left, right)
    elif not over:
        layers += rules([(0, 0, 0, height)], tone=LINE)
    for place, row in enumerate(rows):
        layers += _mark(chart, row, middles[place], height, top)
        strong = row.at == chart.emphasis
        name_y = middles[place] - _BAR / 2 - 11 if over else middles[place]
        room = across - number if over and intervals else across if over else left - _GAP
        layers += texts([Written(-left, name_y, shortened(names[place], room, SIZE, bold=strong))], bold=strong)
        if intervals:
            at = Written(across - left, name_y, said[place])
            layers += texts([at], align="right", bold=strong)
        else:
            end = inner * (row.value or 0) / top
            layers += texts([Written(end + 6, middles[place], said[place])], bold=strong)
    return Plot(inner, height, left, right, 0, 24 if intervals else 4, tuple(layers))


def _mark(chart: Chart, row: Row, middle: float, height: float, top: float) -> list[Layer]:
    """The bar of a row, or its point between its limits; nothing for an unknown one."""
    if row.value is None:
        return []
    fixed = dict(chart.tones)
    tone = fixed.get(row.series) or fixed.get(str(row.at)) or tones(("",), {})[""]
    faint = chart.emphasis is not None and row.at != chart.emphasis
    color, opacity = LIGHT[tone], _FAINT if faint else 1
    share = (height - middle) / height
    place = {"value": row.value, "low": row.low, "high": row.high, "from": 0, "y": share}
    x, y = linear("value", top), linear("y", 1)
    if chart.kind == "bars":
        half = _BAR / 2 / height
        sides = {**place, "y": share - half, "y2": share + half}
        ends = {"x": linear("from", top), "x2": {"field": "value"}, "y": y, "y2": {"field": "y2"}}
        return layer("rect", [sides] if row.value else [], ends, color=color, opacity=opacity)
    limits = {"x": linear("low", top), "x2": {"field": "high"}, "y": y}
    known = [place] if row.low is not None and row.high is not None else []
    return [
        *layer("rule", known, limits, color=color, opacity=opacity, strokeWidth=3, strokeCap="round"),
        *layer("point", [place], {"x": x, "y": y}, color=color, filled=True, size=90, opacity=1),
    ]


def _scale(
    chart: Chart, words: Words, marks: list[float], inner: float, height: float, left: float, right: float
) -> list[Layer]:
    """Marks of the axis under the rows, as many as fit, and their lines through them."""
    said = [wording.number(mark, chart.unit, words) for mark in marks]
    every = max(1, -int(-(widest(said) + 12) // (inner / max(len(marks) - 1, 1))))
    places = [inner * mark / marks[-1] for mark in marks]
    shown = range(0, len(marks), every)
    lines = rules([(places[n], 0, places[n], height) for n in shown])
    written = [Written(inside(places[n], said[n], -left, inner + right), height + 14, said[n]) for n in shown]
    return [*lines, *texts(written, align="center", tone=QUIET)]
