"""Settings, retention: the rules in words, and what becomes a figure in the days and months to come."""

from flask import Blueprint, render_template

from outreach.charts.chart import Chart, Row
from outreach.tracker.retention import holds
from outreach.tracker.retention.anonymous import SHARED
from outreach.tracker.retention.preview import NEAR, Preview, preview
from outreach.web import privacydesk
from outreach.web.drawn import drawn
from outreach.web.visit import here, now, words

pages = Blueprint("retention", __name__)

_NUMBERS = 24  # of a day that stand one by one


@pages.get("/settings/retention")
def show() -> str:
    """Numbers and days; whose they are is told on the cases' own pages."""
    app, t = here(), words()
    with app.store.reading() as session:
        told = preview(session, now(), app.settings.inquiries.keep_months)
        held = holds.held(session, privacydesk.today())
    chart = _chart(told)
    return render_template(
        "pages/privacy/retention.html",
        told=told,
        held=held,
        days=NEAR,
        most=_NUMBERS,
        shared=SHARED,
        keep_months=app.settings.inquiries.keep_months,
        chart=drawn(chart, t, width=640) if any(row.value for row in chart.rows) else None,
    )


def _chart(told: Preview) -> Chart:
    rows = [
        Row(month.first, count, series)
        for month in told.months
        for series, count in (
            ("privacy.retention.families", month.households), ("privacy.retention.inquiries", month.inquiries)
        )
    ]  # fmt: skip
    return Chart(
        "stacked", "privacy.retention.months", "privacy.retention.month", "privacy.retention.records",
        tuple(rows), step="month",
    )  # fmt: skip
