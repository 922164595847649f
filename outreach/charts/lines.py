"""Series over time as lines, each named with its last number at its end; a rate's interval lies behind it as a band.

Of `points` the first series is drawn as points between their limits instead: each week is a week of its own.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from outreach.charts import wording
from outreach.charts.canvas import NARROW, SIZE, Layer, Plot, Written, layer, linear, rules, second_line, texts, widest
from outreach.charts.chart import Chart, Row
from outreach.charts.measure import apart, shortened, ticks, width
from outreach.charts.palette import DASHES, LIGHT, QUIET, tones
from outreach.core.text import Words

_LABEL_GAP = 18
_LABEL_START = 20
# More points than this would be a chain of beads.
_POINTS = 13


@dataclass(frozen=True)
class _Field:
    """The days, `step` pixels apart from the left edge on, and values up to `highest` over `height` pixels."""

    days: tuple[date, ...]
    inner: float
    left: float
    height: float
    highest: float

    @property
    def step(self) -> float:
        return self.inner / max(len(self.days) - 1, 1)

    def y(self, value: float) -> float:
        return self.height * (1 - value / self.highest)


def lines(chart: Chart, words: Words, across: float) -> Plot:
    """The kinds `lines` and `points`."""
    marks = ticks(max((row.high if row.high is not None else row.value or 0 for row in chart.known), default=0))
    scale = [wording.number(mark, chart.unit, words) for mark in marks]
    left = widest(scale) + 8
    ends = {name: row for name in chart.series if (row := _end(chart, name)) is not None}
    named = [_named(row, chart, words, across * 0.42 - _LABEL_START - 4) for row in ends.values()]
    right = widest(named) + _LABEL_START + 4
    days = tuple(day for day in chart.places if isinstance(day, date))
    field = _Field(days, across - left - right, left, 180.0 if across < NARROW else 220.0, marks[-1])

    layers = rules([(0, field.y(mark), field.inner, field.y(mark)) for mark in marks])
    heights = [Written(-8, field.y(mark), text) for mark, text in zip(marks, scale, strict=True)]
    layers += texts(heights, align="right", tone=QUIET)
    tone = tones(chart.series, dict(chart.tones))
    # What lies behind comes first: the points are the matter.
    for place, name in reversed([*enumerate(chart.series)]) if chart.kind == "points" else enumerate(chart.series):
        draw = _whiskers if chart.kind == "points" and place == 0 else _line
        layers += draw(chart, name, field, LIGHT[tone[name]], list(DASHES[place % len(DASHES)]))
    layers += _names(field, list(ends.values()), named, tone)
    layers += _under(chart, words, field)
    return Plot(field.inner, field.height, left, right, 10, 40 if chart.step != "year" else 24, tuple(layers))


def _end(chart: Chart, name: str) -> Row | None:
    """The last known row of a series."""
    return max((row for row in chart.known if row.series == name), key=lambda row: str(row.at), default=None)


def _named(end: Row, chart: Chart, words: Words, room: float) -> str:
    """A series and its last number; where both do not fit the name is shortened, never the number."""
    last = wording.number(end.value or 0, chart.unit, words)
    if not end.series:
        return last
    return f"{shortened(wording.said(end.series, words), room - width(f' {last}', SIZE), SIZE)} {last}"


def _whiskers(chart: Chart, name: str, field: _Field, color: str, _dash: list[int]) -> list[Layer]:
    """Points, each on the line between its limits."""
    at = {day: n for n, day in enumerate(field.days)}
    values = [
        {"n": at[row.at], "value": row.value, "low": row.low, "high": row.high}
        for row in chart.known
        if row.series == name and isinstance(row.at, date)
    ]
    sure = [value for value in values if value["low"] is not None and value["high"] is not None]
    x, y = linear("n", max(len(field.days) - 1, 1)), linear("value", field.highest)
    limits = {"x": x, "y": linear("low", field.highest), "y2": {"field": "high"}}
    return [
        *layer("rule", sure, limits, color=color, opacity=0.55, strokeWidth=2, strokeCap="round"),
        *layer("point", values, {"x": x, "y": y}, color=color, filled=True, size=46, opacity=1),
    ]


def _line(chart: Chart, name: str, field: _Field, color: str, dash: list[int]) -> list[Layer]:
    """The band, the line and its points; days without a value break it."""
    rows = {row.at: row for row in chart.rows if row.series == name}
    values: list[dict[str, Any]] = []
    for n, day in enumerate(field.days):
        row = rows.get(day) or Row(day, None)
        values.append({"n": n, "value": row.value, "low": row.low, "high": row.high})
    known = [value for value in values if value["value"] is not None]
    band = [value for value in known if value["low"] is not None and value["high"] is not None]
    points = known if len(values) <= _POINTS else [v for v in known if v is known[-1] or _alone(values, v["n"])]
    x, y = linear("n", max(len(values) - 1, 1)), linear("value", field.highest)
    limits = {"x": x, "y": linear("low", field.highest), "y2": {"field": "high"}}
    return [
        *layer("area", band, limits, color=color, opacity=0.16),
        *layer("line", values, {"x": x, "y": y}, color=color, strokeWidth=2, strokeDash=dash, strokeJoin="round"),
        *layer("point", points, {"x": x, "y": y}, color=color, filled=True, size=28, opacity=1),
    ]


def _alone(values: list[dict[str, Any]], n: int) -> bool:
    """Whether a value stands between two gaps, where there is no line to see it by."""
    return all(value["value"] is None for value in (*values[max(n - 1, 0) : n], *values[n + 1 : n + 2]))


def _names(field: _Field, ends: list[Row], named: list[str], tone: dict[str, str]) -> list[Layer]:
    """Names right of the lines' ends, pushed apart, each tied to its end in its own tone."""
    wanted = [field.y(row.value or 0) for row in ends]
    placed = apart(wanted, _LABEL_GAP, 0, field.height)
    layers: list[Layer] = []
    for row, y_end, y in zip(ends, wanted, placed, strict=True):
        x_end = field.days.index(row.at) * field.step if isinstance(row.at, date) else field.inner
        layers += rules([(x_end + 5, y_end, field.inner + _LABEL_START - 4, y)], tone=tone[row.series], strokeWidth=1.2)
    texts_at = [Written(field.inner + _LABEL_START, y, name) for name, y in zip(named, placed, strict=True)]
    return [*layers, *texts(texts_at)]


def _under(chart: Chart, words: Words, field: _Field) -> list[Layer]:
    """Days under the points, as many as fit, the last among them; months or years below where they change."""
    pairs = wording.axis(field.days, chart.step, words)
    step, count, height = field.step, len(field.days), field.height
    every = max(1, -int(-(widest([first for first, _ in pairs]) + 8) // step))
    shown = [n for n in range(count) if (n - count + 1) % every == 0]
    small = [(n * step, height, n * step, height + 4) for n in shown]
    firsts = [Written(n * step, height + 14, pairs[n][0]) for n in shown]
    starts = [n * step - 8 for n in range(count)]
    seconds = second_line(starts, [second for _, second in pairs], height + 31, -field.left, field.inner + 24)
    return [*rules(small), *texts(firsts, align="center", tone=QUIET), *seconds]
