"""Columns side by side, each the whole of what it counts, and ribbons from every part to the same part further on.

Every column is as tall as the others, whatever it counts: heights are shares, and the number on each part is its own.
"""

from dataclasses import dataclass
from itertools import pairwise

from outreach.charts import wording
from outreach.charts.canvas import SIZE, Layer, Plot, Written, layer, linear, rules, texts, widest
from outreach.charts.chart import At, Chart
from outreach.charts.measure import apart, shortened
from outreach.charts.palette import INK, LIGHT, QUIET, tones
from outreach.core.text import Words

_HEIGHT = 260.0
_BAR = 16.0
_HEAD = 56
_STEPS = 12
_LABEL_GAP = 18
_NAME_START = 24
_FAINT = 0.35


@dataclass(frozen=True)
class _Part:
    """A part of a column, from `low` to `high` of its whole (0 to 1, from above)."""

    low: float
    high: float
    value: float


def flow(chart: Chart, words: Words, across: float) -> Plot:
    """The kind `flow`."""
    names = [wording.said(name, words) for name in chart.series]
    right = min(widest(names) + _NAME_START + 4, across * 0.4)
    inner = across - right
    columns = _columns(chart)
    gap = (inner - _BAR) / max(len(columns) - 1, 1)
    lefts = [gap * place for place in range(len(columns))]
    layers = [
        *_ribbons(chart, list(columns.values()), lefts, inner),
        *_bars(chart, list(columns.values()), lefts, inner),
        *_heads(chart, words, columns, lefts),
        *_beside(chart, [*columns.values()][-1], inner, [shortened(name, right - _NAME_START, SIZE) for name in names]),
    ]
    return Plot(inner, _HEIGHT, 0, right, _HEAD, 6, tuple(layers))


def _columns(chart: Chart) -> dict[At, dict[str, _Part]]:
    """Every column's parts in the order of the series; none in a column of nothing."""
    columns: dict[At, dict[str, _Part]] = {}
    for at in chart.places:
        values = {row.series: row.value or 0.0 for row in chart.known if row.at == at}
        whole, top = sum(values.values()), 0.0
        columns[at] = {}
        for series in chart.series:
            if whole and values.get(series):
                share = values[series] / whole
                columns[at][series] = _Part(top, top + share, values[series])
                top += share
    return columns


def _bars(chart: Chart, columns: list[dict[str, _Part]], lefts: list[float], inner: float) -> list[Layer]:
    tone = tones(chart.series, dict(chart.tones))
    layers: list[Layer] = []
    for series in chart.series:
        values = [
            {"left": left, "right": left + _BAR, "low": 1 - parts[series].low, "high": 1 - parts[series].high}
            for parts, left in zip(columns, lefts, strict=True)
            if series in parts
        ]
        sides = {"x": linear("left", inner), "x2": {"field": "right"}, "y": linear("low", 1), "y2": {"field": "high"}}
        layers += layer("rect", values, sides, color=LIGHT[tone[series]])
    return layers


def _ribbons(chart: Chart, columns: list[dict[str, _Part]], lefts: list[float], inner: float) -> list[Layer]:
    """From a part's right edge to the same part's left edge; a part that ends has no ribbon."""
    tone = tones(chart.series, dict(chart.tones))
    layers: list[Layer] = []
    for (one, begin), (other, end) in pairwise(zip(columns, lefts, strict=True)):
        for series in chart.series:
            if series not in one or series not in other:
                continue
            values = []
            for step in range(_STEPS + 1):
                along = step / _STEPS
                bent = along * along * (3 - 2 * along)
                low = one[series].low + (other[series].low - one[series].low) * bent
                high = one[series].high + (other[series].high - one[series].high) * bent
                x = begin + _BAR + (end - begin - _BAR) * along
                values.append({"x": round(x, 2), "low": 1 - low, "high": 1 - high})
            sides = {"x": linear("x", inner), "y": linear("low", 1), "y2": {"field": "high"}}
            layers += layer("area", values, sides, color=LIGHT[tone[series]], opacity=_FAINT)
    return layers


def _heads(chart: Chart, words: Words, columns: dict[At, dict[str, _Part]], lefts: list[float]) -> list[Layer]:
    """What each column counts, and how many there are, over it."""
    names = [wording.place(at, chart.step, words) for at in columns]
    # Names that would run into each other stand by turns in two lines.
    turns = 15 if len(lefts) > 1 and widest(names) + 6 > lefts[1] - lefts[0] else 0
    layers: list[Layer] = []
    for place, (parts, left) in enumerate(zip(columns.values(), lefts, strict=True)):
        x, align = (left, "left") if place == 0 else (left + _BAR / 2, "center")
        whole = wording.number(sum(part.value for part in parts.values()), chart.unit, words)
        layers += texts([Written(x, -32 - turns * (place % 2), names[place])], tone=QUIET, align=align)
        layers += texts([Written(x, -14, whole)], tone=INK, align=align, bold=True)
    return layers


def _beside(chart: Chart, last: dict[str, _Part], inner: float, names: list[str]) -> list[Layer]:
    """The series' names right of the last column, each tied to its part; one that is missing there keeps its place."""
    tone = tones(chart.series, dict(chart.tones))
    wanted, top = [], 0.0
    for place, series in enumerate(chart.series):
        part = last.get(series)
        # Parts of no height would lie on each other: a hair apart keeps the order.
        wanted.append(_HEIGHT * ((part.low + part.high) / 2 if part else top) + place * 0.01)
        top = part.high if part else top
    placed = apart(wanted, _LABEL_GAP, 6, _HEIGHT - 6)
    ties = [(inner + 2, wanted[n], inner + 9, placed[n]) for n, series in enumerate(chart.series) if series in last]
    layers = rules(ties, tone=QUIET)
    for series, y, name in zip(chart.series, placed, names, strict=True):
        layers += rules([(inner + 15, y - 4, inner + 15, y + 4)], tone=tone[series], strokeWidth=8)
        layers += texts([Written(inner + _NAME_START, y, name)])
    return layers
