"""What worked: which outreach lies before inquiries, families and returns, how sure that is, and what it took."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from outreach.core.clock import local_day
from outreach.sheets import FORMATS
from outreach.tracker.credit import spending
from outreach.tracker.credit.journeys import Journeys, gather
from outreach.tracker.credit.paths import UNKNOWN
from outreach.tracker.credit.spending import Spent
from outreach.tracker.credit.whatif import what_if
from outreach.tracker.credit.worked import ENDS, MEASURES, Line, Worked, worked
from outreach.tracker.places import read_places
from outreach.web import access, periods, worked_charts, worked_sheet
from outreach.web.drawn import drawn
from outreach.web.euro import euro, hours
from outreach.web.visit import here, now, role, words
from outreach.web.worked_form import Shown, read

pages = Blueprint("worked", __name__)

_LINES = 50
_COUNTRIES = 20
_COSTS = 50
_PARTS = 20  # touches that may be taken away together
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class _Read:
    """What an address asks for and what the store has of it."""

    shown: Shown
    journeys: Journeys
    spent: tuple[Spent, ...]


@pages.get("/reports/worked")
def show() -> str:
    """The page."""
    found, t = _read(), words()
    told = worked(found.journeys, found.shown.wanted)
    flow, shares = worked_charts.flow(told.flow), worked_charts.shares(told)
    costs = [] if found.shown.narrowed else spending.costs(found.journeys, found.spent)
    by_country = spending.by_country(found.journeys, found.spent) if costs else []
    return render_template(
        "pages/worked/show.html",
        shown=found.shown,
        told=told,
        called=periods.called(t, found.shown.period),
        lines=told.lines[:_LINES],
        more=max(len(told.lines) - _LINES, 0),
        flow=drawn(flow, t) if flow.known else None,
        shares=drawn(shares, t) if shares else None,
        weeks=drawn(worked_charts.weeks(told.lag), t, width=640) if told.lag else None,
        countries=told.countries[:_COUNTRIES],
        compared=_compared(told),
        paths=[([_called(told, name) for name in one.names], one.count) for one in told.ways.often],
        costs=costs[:_COSTS],
        by_country=by_country,
        formats=FORMATS,
        measures=MEASURES,
        parts=[line.named for line in told.lines if line.named.name != UNKNOWN][:_PARTS],
        chosen=request.args.getlist("without"),
        whatif=what_if(found.journeys, found.shown.wanted, request.args.getlist("without")[:_PARTS]),
        said=lambda named: worked_sheet.said(t, named),
        euro=lambda cents: euro(t, round(cents)),
        hours=lambda minutes: hours(t, round(minutes)),
        opens=role() in access.SEES_FAMILIES,
    )


@pages.get("/reports/worked/records")
def records() -> str:
    """The inquiries or families behind a number, for those who may open them."""
    found = _read()
    end, name = request.args.get("of", ""), request.args.get("name", "")
    if end not in ENDS:
        abort(404)
    told = worked(found.journeys, found.shown.wanted)
    line = next((one for one in told.lines if one.named.name == name), None)
    if line is None:
        abort(404)
    numbers = line.records.get(end, ())
    inquiries = end == ENDS[0]
    return render_template(
        "pages/worked/records.html",
        called=periods.called(words(), found.shown.period),
        line=worked_sheet.said(words(), line.named),
        numbers=numbers,
        of="inquiry" if inquiries else "household",
        endpoint="inquiries.one" if inquiries else "families.one",
        argument="inquiry_id" if inquiries else "household_id",
        kept=found.shown.kept,
    )


@pages.get("/reports/worked/table")
def table() -> Response:
    """The same as a table for a spreadsheet; figures and names of outreach alone."""
    found, t = _read(), words()
    told = worked(found.journeys, found.shown.wanted)
    wanted = request.args.get("format", "")
    wanted = wanted if wanted in FORMATS else FORMATS[0]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"worked.{wanted}"
        worked_sheet.write(t, wanted, target, told, periods.called(t, found.shown.period))
        data = target.read_bytes()
    answer = Response(data, content_type=_TYPES[wanted])
    name = f"{t('worked.sheet.file')}-{found.shown.period.name.replace('..', '_')}.{wanted}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _read() -> _Read:
    app = here()
    zone, days = app.settings.zone, app.settings.inquiries.link_days
    places = read_places(app.office.places).municipalities
    with app.store.reading() as session:
        known = [(str(number), name) for number, name in spending.offered(session)]
        shown = read(request.args, words(), local_day(now(), zone), zone, days, known, places)
        journeys = gather(session, shown.asked)
        spent = spending.spent(session, shown.asked.first, shown.asked.last)
    return _Read(shown, journeys, tuple(spent))


def _compared(told: Worked) -> list[tuple[Line, list[float | None]]]:
    """The first lines beside what each model says of them."""
    return [
        (line, [None if one.off else one.credit.get(line.named.name, 0.0) for one in told.compared])
        for line in told.lines[:10]
    ]


def _called(told: Worked, name: str) -> str:
    named = next(one.named for one in told.lines if one.named.name == name)
    return worked_sheet.said(words(), named)
