"""Upright bars over time: one bar a day with its number on it, or bars made of series, named beside the last one."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from outreach.charts import wording
from outreach.charts.canvas import (
    SIZE,
    Layer,
    Plot,
    Written,
    inside,
    layer,
    linear,
    rules,
    second_line,
    texts,
    widest,
)
from outreach.charts.chart import Chart
from outreach.charts.measure import apart, shortened, width
from outreach.charts.palette import INK, LIGHT, LINE, PAPER, QUIET, tones
from outreach.core.text import Words

_HEIGHT = {"days": 120.0, "stacked": 200.0}
_FAINT = 0.65
_LABEL_GAP = 18
_NAME_START = 26
_SWATCH = 8


@dataclass(frozen=True)
class _Field:
    """The days and where they stand: `slot` pixels each, values up to `highest` over `height` pixels."""

    days: tuple[date, ...]
    inner: float
    height: float
    highest: float

    @property
    def slot(self) -> float:
        return self.inner / len(self.days)

    def middle(self, day: date) -> float:
        return (self.days.index(day) + 0.5) * self.slot

    def y(self, value: float) -> float:
        return self.height * (1 - value / self.highest)


@dataclass(frozen=True)
class _Part:
    """One part of one bar, from `low` to `high`."""

    day: date
    series: str
    low: float
    high: float


def columns(chart: Chart, words: Words, across: float) -> Plot:
    """The kinds `days` and `stacked`."""
    names = [wording.said(name, words) for name in chart.series] if chart.kind == "stacked" else []
    right = min(widest(names) + _NAME_START + 4, across * 0.38) if names else 0
    parts = _parts(chart)
    sums = _sums(chart)
    days = tuple(day for day in chart.places if isinstance(day, date))
    field = _Field(days, across - right, _HEIGHT[chart.kind], max(sums.values(), default=0) or 1)
    layers = [
        *_bars(chart, field, parts),
        *rules([(0, field.height, field.inner, field.height)], tone=LINE),
        *_numbers(chart, words, field, sums),
        *_under(chart, words, field),
    ]
    if names:
        layers += _beside(chart, field, parts, [shortened(name, right - _NAME_START, SIZE) for name in names])
    return Plot(field.inner, field.height, 0, right, 18, 40 if chart.step != "year" else 22, tuple(layers))


def _sums(chart: Chart) -> dict[date, float]:
    """What every day's bar comes to; a day without a known value has none."""
    sums: dict[date, float] = {}
    for row in chart.known:
        if isinstance(row.at, date):
            sums[row.at] = sums.get(row.at, 0) + (row.value or 0)
    return sums


def _parts(chart: Chart) -> list[_Part]:
    """Every part of every bar, one on the other in the order of the series."""
    tops: dict[date, float] = {}
    parts = []
    for series in chart.series:
        for row in chart.known:
            if row.series == series and isinstance(row.at, date) and row.value:
                low = tops.get(row.at, 0.0)
                tops[row.at] = low + row.value
                parts.append(_Part(row.at, series, low, tops[row.at]))
    return parts


def _bars(chart: Chart, field: _Field, parts: list[_Part]) -> list[Layer]:
    tone = tones(chart.series, dict(chart.tones))
    half = min(field.slot * 0.38, 24) / field.slot
    up = {"y": linear("low", field.highest), "y2": {"field": "high"}}
    along = {"x": linear("left", len(field.days)), "x2": {"field": "right"}}
    # A line of paper between the parts tells them apart where tones do not.
    edge = {"stroke": LIGHT[PAPER], "strokeWidth": 1} if chart.kind == "stacked" else {}
    layers: list[Layer] = []
    for series in chart.series:
        for strong in (False, True):
            values = [
                {"left": middle - half, "right": middle + half, "low": part.low, "high": part.high}
                for part in parts
                if part.series == series and (part.day == chart.emphasis) == strong
                for middle in [field.days.index(part.day) + 0.5]
            ]
            faint = chart.kind == "days" and chart.emphasis is not None and not strong
            look = {"color": LIGHT[tone[series]], "opacity": _FAINT if faint else 1, **edge}
            layers += layer("rect", values, {**along, **up}, **look)
    return layers


def _numbers(chart: Chart, words: Words, field: _Field, sums: dict[date, float]) -> list[Layer]:
    """A number on every bar if all fit, else on the emphasised and on the highest one."""
    shown = {day: wording.number(value, chart.unit, words) for day, value in sums.items()}
    if widest(list(shown.values()), bold=True) + 3 > field.slot:
        chosen = [day for day in shown if day == chart.emphasis]
        top = max(shown, key=lambda day: sums[day])
        if all(abs(field.middle(top) - field.middle(day)) > width(shown[top]) + 8 for day in chosen):
            chosen.append(top)
        shown = {day: shown[day] for day in chosen}
    layers: list[Layer] = []
    for strong in (False, True):
        lines = [
            # A number wider than its bar must not leave the sheet at either end.
            Written(inside(field.middle(day), text, 0, field.inner), field.y(sums[day]) - 9, text)
            for day, text in shown.items()
            if (day == chart.emphasis) == strong
        ]
        layers += texts(lines, align="center", bold=strong, tone=INK if strong or chart.emphasis is None else QUIET)
    return layers


def _under(chart: Chart, words: Words, field: _Field) -> list[Layer]:
    """Days under the bars, every one or every second, third ... so that the emphasised (or last) one is among them."""
    days = field.days
    lines = wording.axis(days, chart.step, words)
    every = max(1, -int(-(widest([first for first, _ in lines], bold=True) + 6) // field.slot))
    fixed = next((n for n, day in enumerate(days) if day == chart.emphasis), len(days) - 1)
    layers: list[Layer] = []
    for strong in (False, True):
        written = [
            Written(inside(field.middle(day), lines[n][0], 0, field.inner), field.height + 12, lines[n][0])
            for n, day in enumerate(days)
            if (n - fixed) % every == 0 and (day == chart.emphasis) == strong
        ]
        layers += texts(written, align="center", bold=strong, tone=INK if strong else QUIET)
    starts = [(n + 0.12) * field.slot for n in range(len(days))]
    return [*layers, *second_line(starts, [second for _, second in lines], field.height + 29, 0, field.inner)]


def _beside(chart: Chart, field: _Field, parts: list[_Part], names: list[str]) -> list[Layer]:
    """The series' names right of the last bar, each tied to its part; one that is missing there keeps its place."""
    last = {part.series: part for part in parts if part.day == field.days[-1]}
    wanted, top = [], 0.0
    for series in chart.series:
        part = last.get(series)
        wanted.append(field.y((part.low + part.high) / 2 if part else top))
        top = part.high if part else top
    # Parts of no height would lie on each other: a hair apart keeps the order of the stack.
    for (n, lower), (_, upper) in pairwise(list(enumerate(wanted))):
        if upper >= lower:
            wanted[n + 1] = lower - 0.01
    placed = apart(wanted, _LABEL_GAP, 6, field.height - 6)
    edge = field.middle(field.days[-1]) + min(field.slot * 0.38, 24) + 2
    ties = [(edge, wanted[n], field.inner + 10, placed[n]) for n, series in enumerate(chart.series) if series in last]
    layers = rules(ties, tone=QUIET)
    tone = tones(chart.series, dict(chart.tones))
    x = field.inner + 12 + _SWATCH / 2
    for series, y in zip(chart.series, placed, strict=True):
        # A part that the last bar lacks would have a name and no tone.
        layers += rules([(x, y - _SWATCH / 2, x, y + _SWATCH / 2)], tone=tone[series], strokeWidth=_SWATCH)
    return [
        *layers,
        *texts([Written(field.inner + _NAME_START, y, name) for name, y in zip(names, placed, strict=True)]),
    ]
