"""An event's list: one line a family, kept as it is typed. Made for a telephone held in the other hand."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns import queries as campaigns
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.tracker.bringing import cells, listing, taking
from outreach.tracker.bringing.listing import LineSeen
from outreach.tracker.bringing.places import Atlas
from outreach.tracker.intake import Incoming
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places
from outreach.web import notices
from outreach.web.fields import Choices, FieldShown, draw, read, told
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("events", __name__, url_prefix="/inquiries/event")

Answer = str | tuple[str, int] | Response
_LIST, _LINE, _PASTED = "bringing.event", "bringing.line", "bringing.lines"
_MOST = 200  # lines that are pasted at once
_ONCE = 64


@dataclass(frozen=True)
class NewList:
    """An event and its day."""

    name: str = field(metadata=told(max=200, autocomplete="off"))
    held_on: date = field(metadata=told())
    campaign: str | None = None


@dataclass(frozen=True)
class Line:
    """One family at the stand."""

    name: str = field(default="", metadata=told(max=200, autocomplete="off"))
    contact: str = field(default="", metadata=told(max=400, autocomplete="off"))
    country: str = field(default="", metadata=told(max=80, autocomplete="off"))
    people: str = field(default="", metadata=told(max=40, autocomplete="off"))
    note: str = field(default="", metadata=told(max=4000, autocomplete="off"))


@dataclass(frozen=True)
class Pasted:
    """Several lines at once, as the telephone note is written."""

    lines: str = field(metadata=told("textarea", max=20_000))


@pages.get("")
def show() -> Answer:
    """The lists there are, and a new one."""
    today = local_day(now(), here().settings.zone)
    return _index(draw(NewList, words(), _LIST, value=NewList("", today), choices=_choices()))


@pages.post("")
def create() -> Answer:
    """Begins a list."""
    filled = read(NewList, request.form, words(), _LIST, choices=_choices())
    if filled.value is None:
        return _index(filled.fields), 422
    given = filled.value
    with here().store.transaction() as session:
        number = taking.begin(
            session,
            now(),
            me().actor,
            "event",
            given.name,
            held_on=given.held_on,
            campaign_id=int(given.campaign) if given.campaign else None,
        )
    return redirect(url_for(".one", batch_id=number), 303)


@pages.get("/<int:batch_id>")
def one(batch_id: int) -> Answer:
    """One list: a line to type, and those that are kept."""
    return _page(batch_id)


@pages.post("/<int:batch_id>/line")
def line(batch_id: int) -> Answer:
    """Keeps one line; sent twice it is one. To a script the next empty line is answered, and what was kept."""
    t, quick = words(), bool(request.headers.get("HX-Request"))
    filled = read(Line, request.form, t, _LINE)
    if filled.value is not None and not any((filled.value.name, filled.value.contact, filled.value.note)):
        filled = filled.with_error("name", t("bringing.line.empty"))
    if filled.value is None:
        if quick:
            return _next(batch_id, filled.fields, once=_once())
        return _page(batch_id, line=filled.fields, once=_once()), 422
    incoming = _incoming(filled.value)
    ((number, new),) = _keep(batch_id, [(_once(), incoming)])
    if not quick:
        return redirect(url_for(".one", batch_id=batch_id), 303)
    seen = LineSeen(number, incoming.country, incoming.people, incoming.name or "", incoming.contact or "")
    return _next(batch_id, draw(Line, t, _LINE), kept=seen if new else None)


@pages.post("/<int:batch_id>/lines")
def lines(batch_id: int) -> Answer:
    """Keeps pasted lines, each a family."""
    t, app = words(), here()
    filled = read(Pasted, request.form, t, _PASTED)
    written = [one.strip() for one in (filled.value.lines if filled.value else "").splitlines() if one.strip()]
    if len(written) > _MOST:
        filled = filled.with_error("lines", t("bringing.lines.many", most=_MOST))
    if filled.value is None:
        return _page(batch_id, pasted=filled.fields), 422
    places, found = read_places(app.office.places), []
    for number, text in enumerate(written):
        try:
            found.append((f"{_once()}:{number}", parse_line(text, places)))
        except OutreachError:
            continue  # a line of dashes
    received = _keep(batch_id, found)
    notices.tell("bringing.told.lines", count=sum(new for _, new in received))
    return redirect(url_for(".one", batch_id=batch_id), 303)


def _keep(batch_id: int, said: list[tuple[str, Incoming]]) -> list[tuple[int, bool]]:
    app, received = here(), []
    try:
        with app.store.transaction() as session:
            for once, incoming in said:
                got = taking.line(
                    session, now(), me().actor, app.seal, app.settings.zone, batch_id, once, incoming
                )
                received.append((got.inquiry_id, got.new))
    except OutreachError as error:
        if error.key == "bringing.error.batch":
            abort(404)
        raise
    current_app.extensions["outreach.attention"].forget()
    return received


def _incoming(given: Line) -> Incoming:
    """The line as an inquiry; what is not understood stays in its words."""
    country = Atlas(read_places(here().office.places)).country(given.country) if given.country else None
    people = cells.people(given.people) if given.people else None
    rest = [
        given.note,
        given.country if country is None else "",
        given.people if people is None else "",
    ]
    return Incoming(
        "event",
        country=country,
        people=people,
        name=given.name or None,
        contact=given.contact or None,
        text="\n".join(one for one in rest if one) or None,
    )


def _index(fields: tuple[FieldShown, ...]) -> str:
    with here().store.reading() as session:
        lists = taking.latest(session, "event")
    return render_template("pages/bringing/events.html", fields=fields, lists=lists)


def _page(
    batch_id: int,
    *,
    line: tuple[FieldShown, ...] = (),
    pasted: tuple[FieldShown, ...] = (),
    once: str = "",
) -> str:
    app, t, before = here(), words(), number_in("before")
    with app.store.transaction() as session:
        batch = taking.one(session, batch_id)
        if batch is None or batch.kind != "event":
            abort(404)
        listed = listing.page(session, now(), me().actor, app.seal, batch_id, before)
    return render_template(
        "pages/bringing/event.html",
        batch=batch,
        listed=listed,
        first_page=before is None,
        line=line or draw(Line, t, _LINE),
        pasted=pasted or draw(Pasted, t, _PASTED),
        once=once or secrets.token_hex(16),
        once_pasted=secrets.token_hex(16),
    )


def _next(
    batch_id: int,
    fields: tuple[FieldShown, ...],
    *,
    kept: LineSeen | None = None,
    once: str = "",
) -> str:
    return render_template(
        "pages/bringing/next.html",
        batch_id=batch_id,
        line=fields,
        kept=kept,
        once=once or secrets.token_hex(16),
    )


def _once() -> str:
    """What makes this sending this one, as its form was drawn; one that has none is its own."""
    return request.form.get("once", "")[:_ONCE] or secrets.token_hex(16)


def _choices() -> dict[str, Choices]:
    with here().store.reading() as session:
        running = campaigns.campaigns(session)
    offered = [(str(one.campaign_id), one.name) for one in running]
    return {"campaign": [("", words()("bringing.event.no_campaign")), *offered]}
