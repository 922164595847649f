"""How families heard: lines of one inquiry added and taken back, and the ledger of a period with its two columns."""

import csv
import io
from dataclasses import dataclass, field

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import links
from outreach.charts.chart import Chart, Row
from outreach.core.cells import harmless
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.people import audit
from outreach.report import Period
from outreach.tracker import queries
from outreach.tracker.heard import agreeing, coming, decoys, noting, offering, reading, settling
from outreach.tracker.heard.agreeing import VERDICTS, Share
from outreach.tracker.heard.offering import Choice
from outreach.tracker.heard.reading import Both, LineSeen
from outreach.web import heardform, notices, periods
from outreach.web.drawn import Drawn, drawn
from outreach.web.fields import Choices, FieldShown, Filled, draw, read
from outreach.web.fields import told as how
from outreach.web.routes.inquiries import one_page
from outreach.web.visit import here, me, now, words

pages = Blueprint("heard", __name__)

Answer = str | tuple[str, int] | Response
_PAGE = 50
_TICKED = 30
DECOY = "decoy"
_CHART = 520  # pixels: it stands beside the sentences


@dataclass(frozen=True)
class Filter:
    """The ledger's address: a period, and one of the verdicts or `decoy`."""

    period: str | None = None
    verdict: str | None = None


@dataclass(frozen=True)
class Noted:
    """What a person adds: own words as they were said, a tracked code or a word that was said aloud."""

    words: str = field(default="", metadata=how(max=200, autocomplete="off"))
    code: str = field(default="", metadata=how(max=100, autocomplete="off"))


@pages.get("/inquiries/heard")
def index() -> Answer:
    """Rows of a period with both columns; how often they agree, and what ticks are worth."""
    t = words()
    period, filled, trouble = _asked()
    every = _rows(period)
    verdict = filled.value.verdict if filled.value else None
    shown = [row for row in every if _fits(row, verdict)]
    page = max(request.args.get("page", 1, type=int) or 1, 1)
    agreed = agreeing.rate(row.agreement for row in every)
    chose = decoys.reliability(row.decoy for row in every if row.ticked)
    html = render_template(
        "pages/heard/index.html",
        rows=shown[(page - 1) * _PAGE : page * _PAGE],
        count=len(shown),
        every=len(every),
        page=page,
        more=len(shown) > page * _PAGE,
        fields=filled.fields,
        set=[
            {"name": one.name, "value": "", "label": dict(one.choices).get(str(one.value), "")}
            for one in filled.fields
            if one.name == "verdict" and one.value and not one.error
        ],
        period=period,
        called=periods.called(t, period),
        agreed=agreed,
        chose=chose,
        counts={name: sum(row.agreement.verdict == name for row in every) for name in VERDICTS},
        chart=_chart(t, agreed, chose),
        kept={"period": period.name, **({"verdict": verdict} if verdict else {})},
    )
    return (html, 422) if trouble else html


@pages.get("/inquiries/heard/table")
def table() -> Answer:
    """The same rows for a spreadsheet; nobody's words, names or contacts."""
    t = words()
    period, filled, trouble = _asked()
    if trouble or filled.value is None:
        return Response((trouble or t("heard.table.trouble")) + "\n", status=422, mimetype="text/plain")
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(
        t(key)
        for key in (
            "heard.column.inquiry", "heard.column.day", "heard.column.arrived", "heard.side.said", "heard.side.tracked",
            "heard.column.verdict", "heard.column.level", "heard.column.decoy",
        )
    )  # fmt: skip
    for row in _rows(period):
        if _fits(row, filled.value.verdict):
            writer.writerow(harmless(cell) for cell in _cells(t, row))
    answer = Response("\N{BYTE ORDER MARK}" + sheet.getvalue(), mimetype="text/csv")
    name = f"{t('heard.table.file')}-{period.name.replace('..', '_')}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get("/inquiries/<int:inquiry_id>/heard")
def new(inquiry_id: int) -> Answer:
    """The list to tick, and their own words; nothing of the inquiry is opened."""
    return _add_page(inquiry_id, draw(Noted, words(), "heard.add"))


@pages.post("/inquiries/<int:inquiry_id>/heard")
def add(inquiry_id: int) -> Answer:
    """Adds what they say, and perhaps a code they told."""
    app, t, at = here(), words(), now()
    filled = read(Noted, request.form, t, "heard.add")
    given = filled.value
    trouble = ""
    if given is not None:
        with app.store.transaction() as session:
            seen = queries.one(session, inquiry_id)
            if seen is None or seen.erased:
                abort(404)
            ticked = offering.chosen(session, request.form.getlist("ticked")[:_TICKED], heardform.decoys())
            code = links.code_of(session, given.code) if given.code else None
            if given.code and code is None:
                trouble = t("heard.error.code")
            elif not (given.words or ticked or code):
                trouble = t("heard.error.nothing")
            else:
                noting.said(session, at, app.seal, inquiry_id, words=given.words, choices=ticked, by=me().actor)
                if code is not None:
                    way = coming.of_code(session, code, spoken=code != given.code)
                    noting.tracked(session, at, inquiry_id, [way], by=me().actor)
                audit.write(session, at, me().actor, "note", "inquiry", inquiry_id)
                settling.settle(session, at, inquiry_id, app.settings.inquiries.link_days, corrected=False)
    if trouble or given is None:
        return _add_page(inquiry_id, filled.fields, trouble), 422
    notices.tell("heard.told.added", number=str(inquiry_id))
    return redirect(url_for("inquiries.one", inquiry_id=inquiry_id) + "#heard", 303)


@pages.post("/inquiries/<int:inquiry_id>/heard/<int:line_id>")
def correct(inquiry_id: int, line_id: int) -> Answer:
    """Takes a line back, perhaps for another one; both stay to be read."""
    app, t, at = here(), words(), now()
    trouble = ""
    try:
        with app.store.transaction() as session:
            if queries.one(session, inquiry_id) is None:
                abort(404)
            instead: tuple[Choice, ...] = offering.chosen(session, [request.form.get("instead", "")], ())
            noting.correct(session, at, me().actor, inquiry_id, line_id, next(iter(instead), None))
            settling.settle(session, at, inquiry_id, app.settings.inquiries.link_days, corrected=True)
    except OutreachError as error:
        trouble = t.error(error)
    if trouble:
        return one_page(inquiry_id, heard_trouble=trouble), 422
    notices.tell("heard.told.corrected", number=str(inquiry_id))
    return redirect(url_for("inquiries.one", inquiry_id=inquiry_id) + "#heard", 303)


def _add_page(inquiry_id: int, shown: tuple[FieldShown, ...], trouble: str = "") -> str:
    with here().store.reading() as session:
        seen = queries.one(session, inquiry_id)
        if seen is None or seen.erased:
            abort(404)
        heard = heardform.picker(session, str(inquiry_id))
    return render_template(
        "pages/heard/add.html",
        inquiry_id=inquiry_id,
        fields=shown,
        heard=heard,
        given=request.form.getlist("ticked"),
        trouble=trouble,
    )


def _asked() -> tuple[Period, Filled[Filter], str]:
    """The period, the filter as it was sent, and what is wrong with it."""
    t, zone = words(), here().settings.zone
    today = local_day(now(), zone)
    year = Period.of_year(today.year, zone)
    asked = request.args.get("period", "")
    choices: dict[str, Choices] = {
        "period": periods.offered(t, today, zone, asked),
        "verdict": [
            ("", t("heard.filter.any")),
            *((name, t(f"heard.verdict.{name}")) for name in VERDICTS),
            (DECOY, t("heard.filter.decoy")),
        ],
    }
    args = request.args.copy()
    args.setdefault("period", year.name)
    filled = read(Filter, args, t, "heard.filter", choices=choices)
    trouble = next((one.error for one in filled.errors), "")
    period = year
    if filled.value is not None and filled.value.period:
        period = periods.read(filled.value.period, zone)
    return period, filled, trouble


def _rows(period: Period) -> list[Both]:
    since, until = period.moments()
    with here().store.reading() as session:
        return reading.period(session, since, until, here().office.portal)


def _fits(row: Both, verdict: str | None) -> bool:
    if verdict == DECOY:
        return row.decoy
    return verdict is None or row.agreement.verdict == verdict


def _chart(t: Words, agreed: Share, chose: Share) -> Drawn | None:
    parts = (("heard.rate.agree", agreed), ("heard.rate.decoy", chose))
    rows = tuple(
        Row(name, round(one.share * 100, 1), "", round(one.low * 100, 1), round(one.high * 100, 1))
        for name, one in parts
        if one.share is not None
    )
    if not rows:
        return None
    told = Chart("intervals", "heard.chart.title", "heard.chart.what", "heard.chart.share", rows, unit="percent")
    return drawn(told, t, width=_CHART)


def _cells(t: Words, row: Both) -> list[str]:
    return [
        str(row.inquiry_id),
        f"{local_day(row.received_at, here().settings.zone):%Y-%m-%d}",
        t(f"tracker.arrived.{row.arrived_by}"),
        "; ".join(_called(t, line) for line in row.said),
        "; ".join(_called(t, line) for line in row.tracked),
        t(f"heard.verdict.{row.agreement.verdict}"),
        t(f"heard.level.{row.agreement.level}") if row.agreement.level else "",
        t("heard.yes") if row.decoy else "",
    ]


def _called(t: Words, line: LineSeen) -> str:
    if line.what in {"words", "source"}:
        return t(f"tracker.source.{line.name}") if line.name else t("heard.what.words")
    if line.what == "person":
        return t("public.ask.person")
    if line.side == "tracked" and line.what not in {"referrer", "utm"}:
        return " · ".join(part for part in (line.campaign, line.channel) if part) or line.name
    return line.campaign or line.name if line.what == "utm" else line.name
