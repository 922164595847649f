"""A chart as a page holds it: the picture for a desk and one for a telephone, what it says, and its numbers."""

from dataclasses import dataclass

from markupsafe import Markup

from outreach.charts import picture, telling
from outreach.charts.chart import Chart
from outreach.charts.spec import PAGE, PHONE
from outreach.core.text import Words


@dataclass(frozen=True)
class Drawn:
    """What components/chart.html asks for."""

    svg: Markup
    described: str
    table: tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
    caption: str


def drawn(chart: Chart, words: Words, *, width: int = PAGE) -> Drawn:
    """Draws a chart; the first one of a process takes half a second, so no transaction may be open."""
    told = telling.table(chart, words)
    wide = picture.svg(chart, words, width=width, titled=False)
    narrow = picture.svg(chart, words, width=PHONE, titled=False)
    return Drawn(wide + narrow, telling.described(chart, words), (told.head, told.rows), told.caption)
