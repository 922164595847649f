"""A year of releases: month by month, how far each came, who printed it; the same as a table."""

import tempfile
from datetime import date
from pathlib import Path

from flask import Blueprint, Response, render_template, request

from outreach.core.clock import local_day
from outreach.pressroom.results import charts, exporting, year
from outreach.sheets import FORMATS
from outreach.web.drawn import drawn
from outreach.web.visit import here, now, words

pages = Blueprint("press_overview", __name__)

_EARLIEST = 2000
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@pages.get("/press")
def index() -> str:
    """The releases of a year, and how often outlets print what they get."""
    t, day = words(), _today()
    with here().store.reading() as session:
        told = year.of_year(session, day, _asked(day), here().settings.zone)
    first = told.first if told.first is not None else day.year
    return render_template(
        "pages/press_results/year.html",
        told=told,
        before=told.year - 1 if told.year > first else None,
        after=told.year + 1 if told.year < day.year else None,
        formats=FORMATS,
        months=drawn(charts.months(told), t) if told.lines else None,
        outlets=drawn(charts.outlets(told), t) if told.groups else None,
        most=year.MOST,
    )


@pages.get("/press/table")
def table() -> Response:
    """The same as a table for a spreadsheet; figures and headlines alone."""
    t, zone, day = words(), here().settings.zone, _today()
    with here().store.reading() as session:
        told = year.of_year(session, day, _asked(day), zone)
    wanted = request.args.get("format", "")
    wanted = wanted if wanted in FORMATS else FORMATS[0]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"releases.{wanted}"
        exporting.write(t, wanted, target, told, zone)
        data = target.read_bytes()
    answer = Response(data, content_type=_TYPES[wanted])
    name = f"{t('pressresult.file')}-{told.year}.{wanted}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked(today: date) -> int:
    """The year that the address names; this one where it names none that could be."""
    asked = request.args.get("year", 0, type=int)
    return asked if _EARLIEST <= asked <= today.year else today.year


def _today() -> date:
    return local_day(now(), here().settings.zone)
