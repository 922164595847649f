"""Reports: what each is for, one report of a period, the records behind its numbers, and the same as a table."""

from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, Response, abort, render_template, request

from outreach import report
from outreach.core import registry
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES, Words
from outreach.report import Label, Period, Table, Written
from outreach.statements import kinds as statement_kinds
from outreach.tracker.offers import counting
from outreach.tracker.places import read_places
from outreach.web import behind, periods
from outreach.web.drawn import drawn
from outreach.web.fields import Choices, FieldShown, draw, told
from outreach.web.visit import here, now, only_place, role, words

pages = Blueprint("reports", __name__)

Answer = str | tuple[str, int] | Response
# What the office owes comes first; a kind that is not named here stands after these.
_ORDER = ("results", "yearly", "cumulative", "quarterly", "publicity", "stages", "outreach", "municipality")
# Words that stand in the place of a figure.
_FIGURES = ("report.percent", "report.municipality.hidden")
_OF_PLACES = "municipality"
_WORDED = "results"


@dataclass(frozen=True)
class Asked:
    """Which report, as its address says."""

    period: str = field(metadata=told(max=40, autocomplete="off"))
    language: str
    place: str | None = None


@pages.get("/reports")
def index() -> str:
    """The reports this role may read."""
    return render_template(
        "pages/reports/index.html", kinds=_kinds(), offered=_offered(), nowhere=only_place() == ""
    )


@pages.get("/reports/<kind>")
def one(kind: str) -> Answer:
    """One report; with `of` the records behind one of its numbers."""
    asked, fields, trouble = _asked(kind)
    t = words()
    if asked is None:
        return _page(kind, fields, trouble), 422
    if not asked.place and kind == _OF_PLACES:
        return _page(kind, fields, "")
    try:
        written = _written(kind, asked)
    except OutreachError as error:
        return _page(kind, fields, t.error(error)), 422
    name = request.args.get("of")
    if name is not None:
        return _records(written, name)
    return _page(kind, fields, "", written, asked)


@pages.get("/reports/<kind>.csv")
def table(kind: str) -> Answer:
    """The same as a table for a spreadsheet; figures alone."""
    asked, _, trouble = _asked(kind)
    t = words()
    if asked is None:
        return Response(trouble + "\n", status=422, mimetype="text/plain")
    try:
        written = _written(kind, asked)
    except OutreachError as error:
        return Response(t.error(error) + "\n", status=422, mimetype="text/plain")
    text = report.as_csv(written, _speaks(asked.language))
    answer = Response("\N{BYTE ORDER MARK}" + text, mimetype="text/csv")
    name = f"{kind}-{written.period.name.replace('..', '_')}-{asked.language}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(
    kind: str,
    fields: tuple[FieldShown, ...],
    trouble: str,
    written: Written | None = None,
    asked: Asked | None = None,
) -> str:
    speaks = _speaks(asked.language) if asked else words()
    # A picture's own words exist in the pages' languages alone.
    draws = speaks if speaks.language in LANGUAGES else words()
    return render_template(
        "pages/reports/one.html",
        kind=kind,
        kinds=_kinds(),
        fields=fields,
        trouble=trouble,
        written=written,
        asked=asked,
        speaks=speaks,
        told=report.said,
        called=periods.called(words(), written.period) if written else "",
        chart=drawn(written.chart, draws, width=640) if written and written.chart else None,
        offered=_offered(),
        opens=_opens,
        numeric=_numeric,
        given_out=kind in statement_kinds.offered(),
        places=_places() if kind == _OF_PLACES else (),
    )


def _records(written: Written, name: str) -> Answer:
    """The records behind a number, for those who may open them."""
    if name not in written.numbers or not _opens(written, name):
        abort(404)
    numbers = list(written.records[name])
    kind = written.kinds[name]
    if kind == "stage":
        with here().store.reading() as session:
            numbers = counting.households_of(session, numbers)
    endpoint, argument = behind.PAGES["household" if kind == "stage" else kind]
    return render_template(
        "pages/reports/records.html",
        kind=written.kind,
        called=periods.called(words(), written.period),
        count=written.numbers[name],
        numbers=numbers,
        of="household" if kind == "stage" else kind,
        back={one: value for one, value in request.args.items() if one in {"period", "language", "place"}},
        endpoint=endpoint,
        argument=argument,
    )


def _opens(written: Written, name: str) -> bool:
    """Whether this role may see which records a number stands on."""
    return behind.opens(role(), written.kinds.get(name))


def _numeric(table: Table, place: int) -> bool:
    """Whether a column holds figures: none of its cells is a word."""
    cells = [row[place] for row in table.rows]
    return place > 0 and all(
        cell is None or isinstance(cell, int) or (isinstance(cell, Label) and cell.key in _FIGURES) for cell in cells
    )


def _written(kind: str, asked: Asked) -> Written:
    app = here()
    period = periods.read(asked.period, app.settings.zone)
    if only_place() is not None and period.kind != "year":
        # Of two spans that differ by a day the difference is somebody's arrival.
        raise OutreachError("reports.error.years")
    place = asked.place if kind == _OF_PLACES else None
    with app.store.reading() as session:
        return report.write(kind, session, app.office, period, asked.language, place)


def _asked(kind: str) -> tuple[Asked | None, tuple[FieldShown, ...], str]:
    """What the address asks for, the form that says so, and what ails it. 404 for what this role may not see."""
    own = only_place()
    if kind not in _kinds():
        abort(404)
    given = request.args.get("place", "").strip() or None
    if own is not None and (not own or given not in {None, own}):
        abort(404)
    t = words()
    zone = here().settings.zone
    asked = Asked(
        request.args.get("period", "").strip() or str(_today().year),
        request.args.get("language", "").strip() or t.language,
        own or given,
    )
    trouble = ""
    try:
        periods.read(asked.period, zone)
    except OutreachError as error:
        trouble = t.error(error)
    languages = _languages(kind)
    if asked.language not in dict(languages):
        trouble = t("reports.error.language", given=asked.language, known=", ".join(dict(languages)))
    places: Choices = [(name, name) for name in _places()]
    if kind == _OF_PLACES and asked.place and asked.place not in dict(places):
        trouble = t("report.error.place", given=asked.place, known=", ".join(dict(places)))
    choices = {"language": languages, "place": [("", t("reports.place.choose")), *places]}
    fields = tuple(
        one
        for one in draw(Asked, t, "reports.asked", value=asked, choices=choices)
        if one.name != "place" or (kind == _OF_PLACES and own is None)
    )
    return (None if trouble else asked), fields, trouble


def _kinds() -> list[str]:
    """The kinds of reports this role may read, in their order."""
    kinds = registry.kinds("outreach.reports")
    if only_place() is not None:
        return [_OF_PLACES]
    known = [kind for kind in _ORDER if kind in kinds]
    return [*known, *sorted(set(kinds) - set(known))]


def _offered() -> Choices:
    """Periods by one press: this year and the last; this quarter and the last, for those who may ask for quarters."""
    t, today, zone = words(), _today(), here().settings.zone
    quarter = Period.of_quarter(today.year, (today.month + 2) // 3, zone)
    offered = [Period.of_year(today.year, zone), Period.of_year(today.year - 1, zone)]
    if only_place() is None:
        offered += [quarter, quarter.before()]
    return [(period.name, periods.called(t, period)) for period in offered]


def _languages(kind: str) -> Choices:
    """Languages a report can be written in: the results sentence in those of the office's wording."""
    t = words()
    offered = [*LANGUAGES, "ru"]
    if kind == _WORDED:
        offered = [name for name in offered if name in here().office.results]
    return [(name, t(f"reports.language.{name}")) for name in offered]


def _places() -> tuple[str, ...]:
    return read_places(here().office.places).municipalities


def _speaks(language: str) -> Words:
    return here().texts.in_language(language)


def _today() -> date:
    return local_day(now(), here().settings.zone)
