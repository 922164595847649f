"""A chart as a Vega-Lite description: plain values, from the chart and the reader's language alone."""

from typing import Any

from outreach.charts.canvas import Plot, Written, sheet, texts
from outreach.charts.chart import Chart
from outreach.charts.columns import columns
from outreach.charts.flow import flow
from outreach.charts.lines import lines
from outreach.charts.lying import lying
from outreach.charts.measure import wrapped
from outreach.charts.palette import QUIET
from outreach.charts.tiles import tiles
from outreach.core.text import Words

# Pixels across: a page's column, a mail, a telephone.
PAGE, MAIL, PHONE = 900, 560, 340

_KINDS = {
    "days": columns,
    "stacked": columns,
    "lines": lines,
    "points": lines,
    "bars": lying,
    "intervals": lying,
    "tiles": tiles,
    "flow": flow,
}


def spec(chart: Chart, words: Words, *, width: int = PAGE, titled: bool = True) -> dict[str, Any]:
    """The description of a picture so many pixels wide; its height follows from what is in it.

    `titled=False` leaves the title to the page around it. A chart without a known value says so in words.
    """
    plot = _KINDS[chart.kind](chart, words, width) if chart.known else _empty(words, width)
    return sheet(chart, words, plot, titled=titled)


def _empty(words: Words, width: int) -> Plot:
    lines = [Written(0, 20 + 17 * n, line) for n, line in enumerate(wrapped(words("chart.empty"), width))]
    return Plot(width, 23 + 17 * len(lines), 0, 0, 0, 0, tuple(texts(lines, tone=QUIET)))
