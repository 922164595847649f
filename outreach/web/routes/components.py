"""Every component once in each of its states, for those who look after the pages."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import Blueprint, render_template, request

from outreach.charts.chart import Chart, Row
from outreach.charts.picture import svg
from outreach.charts.telling import described, table
from outreach.core.clock import local_day
from outreach.web import fields, notices
from outreach.web.fields import told
from outreach.web.visit import here, now, words

pages = Blueprint("components", __name__)

_TONES = ("quiet", "blue", "done", "person", "critical")
_SHAPES = ("disc", "ring", "half", "square", "frame", "diamond", "triangle", "bar")


@dataclass(frozen=True)
class Sample:
    """A form with a field of every sort."""

    text: str = field(metadata=told(max=40))
    email: str = field(metadata=told("email"))
    password: str = field(metadata=told("password"))
    url: str = field(default="", metadata=told("url"))
    textarea: str = field(default="", metadata=told("textarea", max=400))
    select: str = field(default="b", metadata=told("select"))
    radio: str = field(default="a", metadata=told("radio"))
    choices: tuple[str, ...] = ("a",)
    number: int = field(default=3, metadata=told(low=1, high=9))
    day: date | None = None
    checkbox: bool = True
    file: str = field(default="", metadata=told("file"))


@dataclass(frozen=True)
class Line:
    """A row of the sample table."""

    id: int
    title: str
    count: int
    day: date


@pages.get("/settings/components")
def show() -> str:
    """Tags, badges, tables, filters, forms, dialogs, drawer, toasts, progress, timeline, empty states, charts."""
    t, today = words(), local_day(now(), here().settings.zone)
    offered = [(name, t(f"office.components.choice.{name}")) for name in ("a", "b", "c")]
    choices = {"select": offered, "radio": offered, "choices": offered}
    if request.args.get("toast"):
        notices.tell("office.components.toast", tone="trouble" if request.args["toast"] == "trouble" else "done")
    rows = [
        Line(n, t("office.components.row", number=str(n)), n * 7 % 11, today - timedelta(days=n)) for n in range(1, 6)
    ]
    sort = request.args.get("sort", "title")
    key = sort.removeprefix("-")
    if key in {"title", "count", "day"}:
        rows.sort(key=lambda row: getattr(row, key), reverse=sort.startswith("-"))
    return render_template(
        "pages/components/index.html",
        tones=_TONES,
        shapes=_SHAPES,
        rows=rows,
        sort=sort,
        shown=request.args.getlist("cols") or None,
        fields=fields.draw(Sample, t, "office.components.field", choices=choices),
        wrong=fields.read(Sample, request.args, t, "office.components.field", choices=choices).fields,
        charts=[
            (svg(one, t, titled=False, width=560), described(one, t), table(one, t), one.title)
            for one in _charts(today)
        ],
    )


def _charts(today: date) -> list[Chart]:
    days = [today - timedelta(days=back) for back in range(9, -1, -1)]
    title, day, count = "office.components.chart.days", "today.strip.day", "today.strip.count"
    return [
        Chart("days", title, day, count, tuple(Row(one, n * 5 % 7) for n, one in enumerate(days)), emphasis=today),
        Chart(
            "intervals", "office.components.chart.rates", day, count,
            tuple(Row(name, value, low=low, high=high) for name, value, low, high in (("A", 4, 2, 7), ("B", 6, 5, 8))),
        ),
    ]
