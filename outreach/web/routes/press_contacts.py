"""Media contacts: who they are, what they got and wrote, who gets nothing, who is one person, what a person may ask."""

import json
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.contacts import asking, editing, exporting, history, lists, merging, reading, stopping
from outreach.pressroom.contacts.draft import FIELDS
from outreach.pressroom.contacts.merging import Side
from outreach.pressroom.contacts.reading import Chosen, ContactSeen
from outreach.sheets import FORMATS
from outreach.tracker.places import read_places
from outreach.web import contactform, drawn, fields, notices
from outreach.web.contactform import FILTER_TEXTS, TEXTS, ContactForm, Filters
from outreach.web.fields import FieldShown
from outreach.web.visit import HIGHEST, here, me, now, number_in, words

pages = Blueprint("press_contacts", __name__, url_prefix="/press/contacts")

Answer = str | tuple[str, int] | AnyResponse
_PAGE = 100
_MOST_IDS = 2_000
_JOINED = "list-"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@pages.get("")
def index() -> str:
    """All contacts, found by what they are and how they stand."""
    t, first = words(), number_in("after") or 0
    with here().store.reading() as session:
        every = reading.every(session)
        known = lists.all_lists(session, every)
        filled, found = _found(session, every, known)
    day = _today()
    return render_template(
        "pages/press_contacts/index.html",
        rows=found[first : first + _PAGE],
        found=len(found),
        every=len(every),
        stale=sum(one.stale(day) and not one.proposed(day) for one in every),
        proposed=sum(one.proposed(day) for one in every),
        stopped=sum(one.stopped_at is not None for one in every),
        today=day,
        filters=filled,
        set=contactform.in_force(filled),
        deeds=[
            {"value": "confirm", "label": t("contacts.do.confirm_all")},
            *(
                {"value": f"{_JOINED}{one.id}", "label": t("contacts.do.join", name=one.name)}
                for one in known[:40]
                if one.rule is None
            ),
        ],
        exports=[(one, f"{url_for('.table')}?{urlencode({'format': one, **_asked(filled)})}") for one in FORMATS],
        why_told=contactform.why_told,
        **_around(filled, first, len(found)),
    )


@pages.post("/several")
def several() -> AnyResponse:
    """Something done with the contacts that are marked: looked at today, or put on a list."""
    numbers = [one for one in request.form.getlist("id", type=int)[:_MOST_IDS] if 0 < one <= HIGHEST]
    action = request.form.get("action", "")
    if not numbers:
        notices.tell("contacts.told.none_marked", tone="person")
        return redirect(url_for(".index"), 303)
    with here().store.transaction() as session:
        if action == "confirm":
            count = editing.confirm(session, numbers, _today())
            audit.write(session, now(), me().actor, "confirm", "contact", None, count=count)
            notices.tell("contacts.told.confirmed_many", count=count)
        elif action.startswith(_JOINED) and action.removeprefix(_JOINED).isdecimal():
            list_id = int(action.removeprefix(_JOINED)[:9])
            seen = lists.one_list(session, list_id)
            if seen is None:
                abort(404)
            count = lists.join(session, now(), list_id, numbers)
            audit.write(session, now(), me().actor, "join", "contact_list", list_id, count=count)
            notices.tell("contacts.told.joined", count=count, name=seen.name)
        else:
            abort(400)
    return redirect(url_for(".index"), 303)


@pages.get("/new")
def new() -> str:
    """The form of a new contact."""
    t = words()
    return _form(fields.draw(ContactForm, t, TEXTS, choices=_offered()), None)


@pages.post("/new")
def create() -> Answer:
    """Keeps a new contact."""
    t = words()
    filled = fields.read(ContactForm, request.form, t, TEXTS, choices=_offered())
    if filled.value is None:
        return _form(filled.fields, None), 422
    asked = contactform.draft_of(filled.value)
    try:
        with here().store.transaction() as session:
            number = editing.add(session, now(), asked, me().actor, here().seal, _today())
            audit.write(session, now(), me().actor, "add", "contact", number)
    except OutreachError as error:
        return _form(filled.with_error(contactform.place_of(error), t.error(error)).fields, None), 422
    notices.tell("contacts.told.added")
    return redirect(url_for(".one", contact_id=number), 303)


@pages.get("/<int:contact_id>")
def one(contact_id: int) -> str | AnyResponse:
    """Everything known of one contact; one that was merged leads to whom it has become."""
    app, t = here(), words()
    with app.store.reading() as session:
        known = reading.merges(session)
        numbers = reading.below(known, contact_id)
        rows = {row.id: row for row in reading.some(session, numbers)}
        seen = rows.get(contact_id)
        if seen is None:
            abort(404)
        if seen.merged_into is not None:
            return redirect(url_for(".one", contact_id=reading.keeper(session, contact_id)))
        every_list = lists.of_contact(session, seen)
        mails = history.mails(session, numbers)
        written = history.written(session, now(), seen)
        merged = merging.merged_of(known, rows, contact_id)
    chart = history.by_month(written, now(), app.settings.zone) if written else None
    return render_template(
        "pages/press_contacts/one.html",
        one=seen,
        today=_today(),
        lists=every_list,
        mails=mails,
        written=written,
        merged=merged,
        chart=drawn.drawn(chart, t) if chart is not None else None,
        why_told=contactform.why_told,
    )


@pages.get("/<int:contact_id>/edit")
def edit(contact_id: int) -> str:
    """A contact's form."""
    seen = _held(contact_id)
    draft = editing.draft_of(seen)
    shown = fields.draw(ContactForm, words(), TEXTS, value=contactform.typed(draft), choices=_offered(seen))
    return _form(shown, seen)


@pages.post("/<int:contact_id>/edit")
def change(contact_id: int) -> Answer:
    """Other fields."""
    t, seen = words(), _held(contact_id)
    filled = fields.read(ContactForm, request.form, t, TEXTS, choices=_offered(seen))
    if filled.value is None:
        return _form(filled.fields, seen), 422
    try:
        with here().store.transaction() as session:
            if editing.change(session, now(), contact_id, contactform.draft_of(filled.value), here().seal):
                audit.write(session, now(), me().actor, "change", "contact", contact_id)
    except OutreachError as error:
        return _form(filled.with_error(contactform.place_of(error), t.error(error)).fields, seen), 422
    notices.tell("contacts.told.changed")
    return redirect(url_for(".one", contact_id=contact_id), 303)


@pages.post("/<int:contact_id>/confirm")
def confirm(contact_id: int) -> AnyResponse:
    """Somebody has looked today: the address is right."""
    _held(contact_id)
    with here().store.transaction() as session:
        editing.confirm(session, [contact_id], _today())
        audit.write(session, now(), me().actor, "confirm", "contact", contact_id)
    notices.tell("contacts.told.confirmed")
    return redirect(url_for(".one", contact_id=contact_id), 303)


@pages.post("/<int:contact_id>/stop")
def stop(contact_id: int) -> AnyResponse:
    """Nothing more to this contact, with the reason; or writing again, as the button says."""
    _held(contact_id)
    do = request.form.get("do")
    if do not in {"stop", "resume"}:
        abort(400)
    try:
        with here().store.transaction() as session:
            if do == "stop":
                done = stopping.stop_contact(session, now(), contact_id, request.form.get("why", ""))
            else:
                done = stopping.resume(session, now(), contact_id)
            if done:
                audit.write(session, now(), me().actor, do, "contact", contact_id)
    except OutreachError as error:
        notices.tell("contacts.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell("contacts.told.stopped" if do == "stop" else "contacts.told.resumed")
    return redirect(url_for(".one", contact_id=contact_id), 303)


@pages.post("/<int:contact_id>/moved")
def moved(contact_id: int) -> AnyResponse:
    """Takes the new address that a mailbox told, or leaves the old one."""
    seen, do = _held(contact_id), request.form.get("do")
    if do not in {"take", "leave"} or seen.moved_to is None:
        abort(400)
    try:
        with here().store.transaction() as session:
            row = editing.held(session, contact_id)
            if do == "take":
                asked = replace(editing.draft_of(row), mail=row.moved_to)
                editing.change(session, now(), contact_id, asked, here().seal)
            row.moved_to = None
            audit.write(session, now(), me().actor, "change", "contact", contact_id)
    except OutreachError as error:
        notices.tell("contacts.told.refused", tone="person", reason=words().error(error))
    else:
        notices.tell("contacts.told.changed")
    return redirect(url_for(".one", contact_id=contact_id), 303)


@pages.get("/<int:contact_id>/kept")
def kept(contact_id: int) -> Response:
    """Everything that is kept about one contact, for them: a file of JSON."""
    _held(contact_id)
    with here().store.transaction() as session:
        told = asking.kept(session, now(), contact_id)
        audit.write(session, now(), me().actor, "export", "contact", contact_id)
    data = json.dumps(told, ensure_ascii=False, indent=2)
    return _file(data.encode(), "application/json", f"contact-{contact_id}.json")


@pages.post("/<int:contact_id>/erase")
def erase(contact_id: int) -> AnyResponse:
    """Empties a contact who asked for it."""
    _held(contact_id)
    if request.form.get("confirm") != "1":
        notices.tell("contacts.told.confirm", tone="person")
        return redirect(url_for(".one", contact_id=contact_id), 303)
    with here().store.transaction() as session:
        asking.erase(session, now(), contact_id, here().seal)
        audit.write(session, now(), me().actor, "erase", "contact", contact_id)
    notices.tell("contacts.told.erased")
    return redirect(url_for(".index"), 303)


@pages.get("/duplicates")
def duplicates() -> str:
    """Pairs that may be one person."""
    with here().store.reading() as session:
        found = merging.pairs(session)
    return render_template("pages/press_contacts/duplicates.html", pairs=found, most=merging.MOST_PAIRS)


@pages.get("/pair")
def pair() -> str:
    """Two contacts beside each other, field by field."""
    first, second = _pair(number_in("first"), number_in("second"))
    return render_template(
        "pages/press_contacts/pair.html", first=first, second=second, fields=merging.choices(first, second)
    )


@pages.post("/merge")
def merge() -> AnyResponse:
    """Puts two contacts together as a person chose."""
    first, second = _pair(request.form.get("first", type=int), request.form.get("second", type=int))
    sides = {"first", "second", "both"}
    chosen = {name: request.form.get(f"of_{name}", "") for name in FIELDS}
    picked = {name: cast(Side, side) for name, side in chosen.items() if side in sides}
    try:
        with here().store.transaction() as session:
            stays, goes = merging.merge(session, now(), first.id, second.id, picked)
            audit.write(session, now(), me().actor, "merge", "contact", stays, other=goes)
    except OutreachError as error:
        notices.tell("contacts.told.refused", tone="person", reason=words().error(error))
        return redirect(url_for(".duplicates"), 303)
    notices.tell("contacts.told.merged")
    return redirect(url_for(".one", contact_id=stays), 303)


@pages.post("/apart")
def apart() -> AnyResponse:
    """Keeps that two contacts are two people."""
    first, second = _pair(request.form.get("first", type=int), request.form.get("second", type=int))
    with here().store.transaction() as session:
        merging.apart(session, now(), first.id, second.id, me().actor)
        audit.write(session, now(), me().actor, "apart", "contact", first.id, other=second.id)
    notices.tell("contacts.told.apart")
    return redirect(url_for(".duplicates"), 303)


@pages.post("/<int:contact_id>/part")
def part(contact_id: int) -> AnyResponse:
    """Takes a merge back."""
    other = request.form.get("other", 0, type=int)
    try:
        with here().store.transaction() as session:
            merging.part(session, now(), contact_id, other)
            audit.write(session, now(), me().actor, "split", "contact", contact_id, other=other)
    except OutreachError as error:
        notices.tell("contacts.told.refused", tone="person", reason=words().error(error))
        return redirect(url_for(".index"), 303)
    notices.tell("contacts.told.parted")
    return redirect(url_for(".one", contact_id=contact_id), 303)


@pages.get("/table")
def table() -> Response:
    """The contacts that the filters leave, as a table; and those of one list."""
    t = words()
    with here().store.transaction() as session:
        every = reading.every(session)
        _, rows = _found(session, every, lists.all_lists(session, every))
        audit.write(session, now(), me().actor, "export", "contact", None, count=len(rows))
    wanted = request.args.get("format", "")
    wanted = wanted if wanted in FORMATS else FORMATS[0]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"contacts.{wanted}"
        exporting.write(t, wanted, target, t("contacts.title"), rows)
        data = target.read_bytes()
    return _file(data, _TYPES[wanted], f"{t('contacts.file')}.{wanted}")


def _found(
    session: Session, every: list[ContactSeen], known: list[lists.ListSeen]
) -> tuple[tuple[FieldShown, ...], list[ContactSeen]]:
    t = words()
    offered = contactform.filter_choices(t, reading.choices(every), known)
    filled = fields.read(Filters, request.args, t, FILTER_TEXTS, choices=offered)
    asked = filled.value or Filters()
    chosen = Chosen(
        asked.q, asked.outlet or None, asked.tier or None, asked.language or None, asked.beat or None,
        asked.place or None, int(asked.list) if asked.list else None, asked.state or None,
    )  # fmt: skip
    on_list = {one.id for one in lists.members(session, chosen.list_id)} if chosen.list_id is not None else None
    day = _today()
    return filled.fields, [one for one in every if chosen.fits(one, day, on_list)]


def _around(filled: tuple[FieldShown, ...], first: int, found: int) -> dict[str, str]:
    def at(begin: int) -> str:
        asked = _asked(filled) | ({"after": str(begin)} if begin else {})
        return f"{url_for('.index')}?{urlencode(asked)}"

    return {
        "newer": at(max(first - _PAGE, 0)) if first else "",
        "older": at(first + _PAGE) if found > first + _PAGE else "",
    }


def _asked(filled: tuple[FieldShown, ...]) -> dict[str, str]:
    return {one.name: str(one.value) for one in filled if one.value}


def _form(shown: tuple[FieldShown, ...], held: ContactSeen | None) -> str:
    with here().store.reading() as session:
        outlets = reading.outlets(session)
    return render_template("pages/press_contacts/form.html", fields=shown, held=held, outlets=outlets)


def _offered(held: ContactSeen | None = None) -> dict[str, fields.Choices]:
    municipalities = read_places(here().office.places).municipalities
    return contactform.form_choices(words(), municipalities, held.places if held else ())


def _held(contact_id: int) -> ContactSeen:
    with here().store.reading() as session:
        seen = reading.one(session, contact_id)
    if seen is None or seen.merged_into is not None:
        abort(404)
    return seen


def _pair(first: int | None, second: int | None) -> tuple[ContactSeen, ContactSeen]:
    wanted = [number for number in (first, second) if number and 0 < number <= HIGHEST]
    with here().store.reading() as session:
        known = {one.id: one for one in reading.some(session, wanted) if one.merged_into is None}
    if len(known) != 2 or first is None or second is None:
        abort(404)
    return known[first], known[second]


def _file(data: bytes, kind: str, name: str) -> Response:
    answer = Response(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _today() -> date:
    return local_day(now(), here().settings.zone)
