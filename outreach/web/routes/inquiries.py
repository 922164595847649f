"""Inquiries: figures for everybody of the office; the list, one inquiry and the telephone note for the coordinator."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from outreach.charts.chart import Chart, Row
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.intervals import wilson
from outreach.report import Period
from outreach.tracker import attribution, casework, figures, inbox, privacy, queries
from outreach.tracker.cases import facts
from outreach.tracker.casework import OpenInquiry
from outreach.tracker.heard import offering
from outreach.tracker.inbox import After, Chosen
from outreach.tracker.intake import Incoming
from outreach.tracker.letters import seeing
from outreach.tracker.lexicon import sources, topics
from outreach.tracker.phone_note import parse_line
from outreach.tracker.places import read_places
from outreach.tracker.same import finding
from outreach.web import access, heardform, notices, periods, samefamily
from outreach.web.drawn import drawn
from outreach.web.fields import Choices, FieldShown, Filled, draw, read, told
from outreach.web.visit import here, me, now, role, words

pages = Blueprint("inquiries", __name__)

Answer = str | tuple[str, int] | Response
_SHOWN = "families.inquiry"
_TICKED = 30  # more than the list has
_PERHAPS = 3  # so many that may be the same family stand beside an inquiry


@dataclass(frozen=True)
class Filter:
    """The list's address."""

    unanswered: bool = False
    period: str | None = None
    country: str | None = None
    topic: str | None = None
    place: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class Note:
    """A telephone call in one line."""

    line: str = field(default="", metadata=told(max=4000, autocomplete="off"))
    answered: bool = False
    arrived: str = "phone"  # unless the line itself says how they came


@dataclass(frozen=True)
class Correction:
    """With what a person links an inquiry: `unknown`, `said-<source>` or `touch-<number>`."""

    source: str


@dataclass(frozen=True)
class Tie:
    """Which family an inquiry is of."""

    household: int = field(metadata=told(low=1))


@dataclass(frozen=True)
class Erasing:
    """The record's own number, typed again."""

    confirm: str = field(metadata=told(max=12, autocomplete="off"))


@pages.get("/inquiries")
def index() -> Answer:
    """The coordinator's list; everybody else, and who asks for it, sees the figures."""
    if role() not in access.SEES_FAMILIES or request.args.get("view") == "figures":
        return _figures()
    app, t = here(), words()
    choices = _filter_choices()
    filled = read(Filter, request.args, t, "families.filter", choices=choices)
    chosen = filled.value or Filter()
    after = After.parse(request.args.get("before", ""))
    with app.store.reading() as session:
        listed = inbox.page(session, _chosen(chosen), after)
        waiting = queries.unanswered(session)
        oldest = queries.waiting_since(session)
    page = render_template(
        "pages/inquiries/index.html",
        listed=listed,
        first_page=after is None,
        waiting=waiting,
        oldest=oldest,
        fields=filled.fields,
        set=_set(filled.fields),
        mailbox=bool(app.settings.mail.inquiry_box),
    )
    return page if filled.value is not None else (page, 422)


def _figures() -> Answer:
    app, t, zone = here(), words(), here().settings.zone
    today = local_day(now(), zone)
    asked = request.args.get("period", "")
    trouble = ""
    period = Period.of_year(today.year, zone)
    if asked:
        try:
            period = periods.read(asked, zone)
        except OutreachError as error:
            trouble = t.error(error)
    since, until = period.moments()
    last = max(period.first, min(period.last, today))
    with app.store.reading() as session:
        counts = queries.counts_by_source(session, since, until)
        weeks = figures.by_week(session, max(period.first, last - timedelta(weeks=53)), last, zone)
        countries = figures.by_country(session, since, until)
        subjects = figures.by_topic(session, since, until)
        eligible = facts.eligible(session)
    total = sum(count.count for count in counts)
    chart = Chart(
        "days",
        "families.figures.weeks",
        "families.figures.week",
        "report.column.inquiries",
        tuple(Row(week.monday, week.count) for week in weeks),
        unit="inquiries",
    )
    page = render_template(
        "pages/inquiries/figures.html",
        period=period,
        periods=periods.offered(t, today, zone, period.name),
        called=periods.called(t, period),
        trouble=trouble,
        counts=counts,
        total=total,
        limits=wilson,
        unknown=counts[-1].count if counts else 0,
        chart=drawn(chart, t) if total else None,
        countries=countries,
        topics=subjects,
        eligible=eligible,
    )
    return (page, 422) if trouble else page


@pages.get("/inquiries/new")
def new() -> str:
    """An empty line for the next call, or for who stands at the door."""
    arrived = "walk_in" if request.args.get("arrived") == "walk_in" else "phone"
    empty = Note(arrived=arrived)
    return _note_page(draw(Note, words(), "families.note", value=empty, choices=_arrived_choices()))


@pages.post("/inquiries/new")
def create() -> Answer:
    """Shows what was understood of a line, or, told to save, takes it in.

    The line travels in the form's body alone: an address is kept in histories and logs.
    """
    app, t = here(), words()
    filled = read(Note, request.form, t, "families.note", choices=_arrived_choices())
    given = filled.value
    incoming: Incoming | None = None
    if given is not None:
        try:
            incoming = parse_line(given.line, read_places(app.office.places), given.arrived or "phone")
        except OutreachError as error:
            filled = filled.with_error("line", t.error(error))
    if request.headers.get("HX-Request"):
        return render_template("pages/inquiries/understood.html", incoming=incoming)
    if given is None or incoming is None:
        return _note_page(filled.fields), 422
    if request.form.get("do") != "save":
        return _note_page(filled.fields, incoming)
    with app.store.transaction() as session:
        ticked = offering.chosen(session, request.form.getlist("ticked")[:_TICKED], heardform.decoys())
        incoming = replace(incoming, ticked=ticked)
        received = casework.note(session, now(), me().actor, app.seal, incoming, answered=given.answered)
        perhaps = finding.of_inquiry(session, received.inquiry_id, _PERHAPS) if received.new else []
    _forget()
    number = str(received.inquiry_id)
    notices.tell("families.told.noted" if received.new else "families.told.known", number=number)
    samefamily.tell(perhaps)
    return redirect(url_for(".index"), 303)


@pages.get("/inquiries/<int:inquiry_id>")
def one(inquiry_id: int) -> Answer:
    """One inquiry with its words; opening it is written down."""
    return one_page(inquiry_id)


@pages.post("/inquiries/<int:inquiry_id>/answered")
def answered(inquiry_id: int) -> Answer:
    """The family has its answer; with `undo` it waits for it after all."""
    back = "undo" in request.args
    with here().store.transaction() as session:
        _there(queries.one(session, inquiry_id) is not None)
        deed = casework.reopen if back else casework.answer
        deed(session, now(), me().actor, inquiry_id)
    _forget()
    if back:
        notices.tell("families.told.reopened", number=str(inquiry_id))
    else:
        undo = url_for(".answered", inquiry_id=inquiry_id, undo=1)
        notices.tell("families.told.answered", undo=undo, number=str(inquiry_id))
    return redirect(url_for(".index"), 303)


@pages.post("/inquiries/<int:inquiry_id>/correct")
def correct(inquiry_id: int) -> Answer:
    """Links an inquiry with what a person says."""
    t = words()
    with here().store.transaction() as session:
        _there(queries.one(session, inquiry_id) is not None)
        touches = queries.touches(session, inquiry_id)
        choices = _source_choices(touches)
        filled = read(Correction, request.form, t, _SHOWN, choices={"source": choices})
        if filled.value is not None:
            way, _, rest = filled.value.source.partition("-")
            kinds = {str(touch.touch_id): touch.kind for touch in touches}
            attribution.correct(
                session,
                now(),
                me().actor,
                inquiry_id,
                kinds[rest] if way == "touch" else way,
                touch_id=int(rest) if way == "touch" else None,
                said=rest if way == "said" else None,
            )
    if filled.value is None:
        return one_page(inquiry_id, filled), 422
    notices.tell("families.told.corrected", number=str(inquiry_id))
    return redirect(url_for(".one", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/family")
def family(inquiry_id: int) -> Answer:
    """Ties an inquiry to a family by its number; with `untie` it is of none."""
    t = words()
    untie = "untie" in request.form
    filled = read(Tie, MultiDict({"household": "1"}) if untie else request.form, t, _SHOWN)
    try:
        with here().store.transaction() as session:
            _there(queries.one(session, inquiry_id) is not None)
            if untie:
                casework.untie(session, now(), me().actor, inquiry_id)
            elif filled.value is not None:
                casework.tie(session, now(), me().actor, inquiry_id, filled.value.household)
    except OutreachError as error:
        filled = filled.with_error("household", t.error(error))
    if filled.value is None:
        return one_page(inquiry_id, filled), 422
    notices.tell("families.told.untied" if untie else "families.told.tied", number=str(inquiry_id))
    return redirect(url_for(".one", inquiry_id=inquiry_id), 303)


@pages.post("/inquiries/<int:inquiry_id>/erase")
def erase(inquiry_id: int) -> Answer:
    """Erases what is personal, once the number has been typed again."""
    app, t = here(), words()
    filled = read(Erasing, request.form, t, _SHOWN)
    if filled.value is not None and filled.value.confirm != str(inquiry_id):
        filled = filled.with_error("confirm", t("families.erase.other", number=str(inquiry_id)))
    try:
        with app.store.transaction() as session:
            _there(queries.one(session, inquiry_id) is not None)
            if filled.value is not None:
                privacy.erase(session, now(), me().actor, inquiry_id)
    except OutreachError as error:
        filled = filled.with_error("confirm", t.error(error))
    if filled.value is None:
        return one_page(inquiry_id, filled), 422
    privacy.clear(app)
    notices.tell("families.told.erased", number=str(inquiry_id))
    return redirect(url_for(".one", inquiry_id=inquiry_id), 303)


def _arrived_choices() -> dict[str, Choices]:
    t = words()
    return {"arrived": [(name, t(f"tracker.arrived.{name}")) for name in ("phone", "walk_in")]}


def _note_page(fields: tuple[FieldShown, ...], incoming: Incoming | None = None) -> str:
    with here().store.reading() as session:
        # The inquiry has no number yet: one list a day, so that it stays while the line is typed.
        heard = heardform.picker(session, f"{local_day(now(), here().settings.zone)}")
    given = request.form.getlist("ticked")
    return render_template("pages/inquiries/new.html", fields=fields, incoming=incoming, heard=heard, given=given)


def one_page(
    inquiry_id: int, *sent: Filled[Correction] | Filled[Tie] | Filled[Erasing], heard_trouble: str = ""
) -> str:
    """One inquiry's page; `sent` are its forms that did not fit. Every drawing of it is a look."""
    app, t = here(), words()
    with app.store.transaction() as session:
        opened = casework.open_inquiry(session, now(), me().actor, app.seal, inquiry_id)
        perhaps = samefamily.of_inquiry(session, opened.seen, _PERHAPS) if opened is not None else []
        letters = seeing.count_of(session, inquiry_id)
    if opened is None:
        abort(404)
    heard = heardform.columns(opened.heard, heard_trouble)
    fields = {
        one.name: one
        for form, more in ((Correction, {"source": _source_choices(opened.touches)}), (Tie, {}), (Erasing, {}))
        for one in draw(form, t, _SHOWN, choices=more)
    }
    fields["source"] = replace(fields["source"], value=_standing(opened))
    fields |= {one.name: one for filled in sent for one in filled.fields}
    return render_template(
        "pages/inquiries/one.html", inquiry=opened, fields=fields, perhaps=perhaps, heard=heard, letters=letters
    )


def _standing(opened: OpenInquiry) -> str:
    """The choice that holds now."""
    held = next((answer for answer in opened.answers if answer.standing), None)
    if held is None or held.rule == "unknown":
        return "unknown"
    if held.rule == "said":
        return f"said-{held.evidence.get('source')}"
    name = "post" if held.rule == "link" else "url"
    for touch in opened.touches:
        if touch.kind == held.rule and touch.label.get(name) == held.evidence.get(name):
            return f"touch-{touch.touch_id}"
    return "unknown"


def _source_choices(touches: list[queries.TouchSeen] | tuple[queries.TouchSeen, ...]) -> Choices:
    """Unknown, then what lies before the inquiry, then what people say."""
    t = words()
    seen = [
        (
            f"touch-{touch.touch_id}",
            t(
                f"families.touch.{touch.kind}",
                title=str(touch.label.get("post") or touch.label.get("title") or ""),
                where=str(touch.label.get("channel") or touch.label.get("outlet") or ""),
            ),
        )
        for touch in touches
        if touch.kind in {"link", "coverage"}
    ]
    told_by = [
        (f"said-{name}", t("families.touch.said", title=t(f"tracker.source.{name}"), where="")) for name in sources()
    ]
    return [("unknown", t("tracker.rule.unknown")), *seen, *told_by]


def _filter_choices() -> dict[str, Choices]:
    app, t = here(), words()
    today = local_day(now(), app.settings.zone)
    asked = request.args.get("period", "")
    every = [("", t("families.filter.any"))]
    return {
        "period": [*every, *periods.offered(t, today, app.settings.zone, asked)],
        "country": [*every, *((code, t.country(code)) for code in app.office.host_countries)],
        "topic": [*every, *((name, t(f"tracker.topic.{name}")) for name in topics())],
        "place": [*every, *((name, name) for name in read_places(app.office.places).municipalities)],
        "source": [*every, *((name, t(f"families.filter.source.{name}")) for name in ("known", "unknown"))],
    }


def _chosen(asked: Filter) -> Chosen:
    since, until = periods.read(asked.period, here().settings.zone).moments() if asked.period else (None, None)
    return Chosen(asked.unanswered, since, until, asked.country, asked.topic, asked.place, asked.source)


def _set(fields: tuple[FieldShown, ...]) -> list[dict[str, str]]:
    """The chips: what is in force, by its label."""
    chips = []
    for one in fields:
        if one.value and not one.error:
            value = one.label if one.kind == "checkbox" else dict(one.choices).get(str(one.value), "")
            chips.append({"name": one.name, "value": "", "label": value})
    return chips


def _there(exists: bool) -> None:
    if not exists:
        abort(404)


def _forget() -> None:
    current_app.extensions["outreach.attention"].forget()
