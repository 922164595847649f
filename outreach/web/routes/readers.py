"""Settings, readers: who gets the morning mail, how today's fared, and addresses that take no mail any more."""

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.postbox import stops
from outreach.subscribers import days, runs, subscriptions
from outreach.subscribers.models import STATUSES
from outreach.subscribers.subscriptions import Seen
from outreach.web import fields, notices, readerform
from outreach.web.fields import FieldShown
from outreach.web.readerform import TEXTS, NamedWish, NewReader
from outreach.web.visit import here, me, now, number_in, words

pages = Blueprint("readers", __name__, url_prefix="/settings/readers")

Answer = str | tuple[str, int] | Response
_HISTORY = 30
_PAGE = 100
_LONGEST = 200


@pages.get("")
def index() -> str:
    """Everybody on the list, mails that wait for a person, and stopped addresses."""
    sought, first = " ".join(request.args.get("q", "").split())[:_LONGEST], number_in("after") or 0
    with here().store.reading() as session:
        every = subscriptions.all_seen(session)
        waiting = runs.needs_person(session)
        stopped = stops.all_stopped(session)
    rows = [one for one in every if sought.casefold() in f"{one.name} {one.mail}".casefold()]
    known = {one.id: one for one in every}
    return render_template(
        "pages/readers/index.html",
        rows=rows[first : first + _PAGE],
        every=len(every),
        lately=_lately(every),
        runs=[(run, known[run.subscription_id]) for run in waiting if run.subscription_id in known],
        stopped=stopped,
        sought=sought,
        rhythm_told=readerform.rhythm_told,
        older=url_for(".index", q=sought or None, after=first + _PAGE) if len(rows) > first + _PAGE else "",
        newer=url_for(".index", q=sought or None, after=max(first - _PAGE, 0) or None) if first else "",
    )


@pages.get("/new")
def new() -> str:
    """The form of somebody who has no account."""
    app, t = here(), words()
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t)
    blank = readerform.addressed(readerform.first_wish(app.settings))
    return _new(fields.draw(NewReader, t, TEXTS, value=blank, choices=choices))


@pages.post("/new")
def create() -> Answer:
    """Puts somebody on the list; the next morning mail is their first."""
    app, t = here(), words()
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t)
    filled = readerform.fit(fields.read(NewReader, request.form, t, TEXTS, choices=choices), t)
    if filled.value is None:
        return _new(filled.fields), 422
    given = filled.value
    try:
        with app.store.transaction() as session:
            number = subscriptions.add(session, now(), readerform.asked_of(given, given.mail, given.name), me().actor)
    except OutreachError as error:
        return _new(filled.with_error("mail", t.error(error)).fields), 422
    notices.tell("mails.told.added", name=given.name)
    return redirect(url_for(".one", reader_id=number), 303)


@pages.get("/<int:reader_id>")
def one(reader_id: int) -> str:
    """One reader: the form, and the last mails."""
    return _one(_reader(reader_id), None)


@pages.post("/<int:reader_id>")
def change(reader_id: int) -> Answer:
    """Another name, hour, rhythm, language or choice."""
    app, t, held = here(), words(), _reader(reader_id)
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t, held)
    filled = readerform.fit(fields.read(NamedWish, request.form, t, TEXTS, choices=choices), t)
    if filled.value is None:
        return _one(held, filled.fields), 422
    asked = readerform.asked_of(filled.value, held.mail, filled.value.name, user_id=held.user_id)
    try:
        with app.store.transaction() as session:
            subscriptions.change(session, now(), reader_id, asked, me().actor)
    except OutreachError as error:
        return _one(held, filled.with_error("name", t.error(error)).fields), 422
    notices.tell("mails.told.changed", name=asked.name)
    return redirect(url_for(".one", reader_id=reader_id), 303)


@pages.post("/<int:reader_id>/switch")
def switch(reader_id: int) -> Response:
    """On or off, as the button says: pressed twice it is not pressed back."""
    held, do = _reader(reader_id), request.form.get("do")
    if do not in {"on", "off"}:
        abort(400)
    with here().store.transaction() as session:
        subscriptions.switch(session, now(), reader_id, do == "on", me().actor)
    notices.tell(f"mails.told.{do}_other", name=held.name or held.mail)
    return redirect(url_for(".one", reader_id=reader_id), 303)


@pages.post("/<int:reader_id>/links")
def renew(reader_id: int) -> Response:
    """New links from the next mail on; all that were sent before open nothing any more."""
    held = _reader(reader_id)
    with here().store.transaction() as session:
        subscriptions.fresh_links(session, now(), reader_id, me().actor)
    notices.tell("mails.told.renewed", name=held.name or held.mail)
    return redirect(url_for(".one", reader_id=reader_id), 303)


@pages.post("/<int:reader_id>/remove")
def remove(reader_id: int) -> Response:
    """Takes a reader off the list, with what became of their mails."""
    held = _reader(reader_id)
    if request.form.get("confirm") != "1":
        notices.tell("mails.told.confirm", tone="person")
        return redirect(url_for(".one", reader_id=reader_id), 303)
    try:
        with here().store.transaction() as session:
            subscriptions.remove(session, now(), reader_id, me().actor, here().settings.digest.recipients)
    except OutreachError as error:
        notices.tell("mails.told.refused", tone="person", reason=words().error(error))
        return redirect(url_for(".one", reader_id=reader_id), 303)
    notices.tell("mails.told.removed", name=held.name or held.mail)
    return redirect(url_for(".index"), 303)


@pages.post("/free")
def free() -> Response:
    """Has an address tried again that took no mail."""
    mail = request.form.get("mail", "")[:254]
    with here().store.transaction() as session:
        done = stops.free(session, mail)
        if done:
            audit.write(session, now(), me().actor, "free", "address")
    notices.tell("mails.told.freed" if done else "mails.told.not_stopped", tone="done" if done else "person", mail=mail)
    return redirect(url_for(".index"), 303)


@pages.post("/settle")
def settle() -> Response:
    """A mail that may be out: a person has looked whether it arrived, or wants it sent again."""
    arrived, numbers = request.form.get("arrived"), request.form.getlist("id", type=int)
    if arrived not in {"yes", "no"} or not numbers:
        abort(400)
    try:
        with here().store.transaction() as session:
            runs.settle(session, now(), numbers, arrived == "yes")
            audit.write(session, now(), me().actor, "confirm", "digest", numbers[0], count=len(numbers))
    except OutreachError:
        # Somebody was quicker; what they decided stands.
        notices.tell("today.told.nothing", tone="person")
    else:
        notices.tell("today.told.arrived" if arrived == "yes" else "today.told.again")
    current_app.extensions["outreach.attention"].forget()
    return redirect(url_for(".index"), 303)


def _lately(every: Sequence[Seen]) -> list[tuple[str, int]]:
    """How the mails of the latest day fare: each state with the number of readers, those that ended well first."""
    latest = max((one.last_day for one in every if one.last_day is not None), default=None)
    counts = Counter(one.last_status for one in every if one.last_day is not None and one.last_day == latest)
    order = ("sent", *(status for status in STATUSES if status != "sent"))
    return [(status, counts[status]) for status in order if counts[status]]


def _reader(reader_id: int) -> Seen:
    with here().store.reading() as session:
        seen = subscriptions.one(session, reader_id)
    if seen is None:
        abort(404)
    return seen


def _new(shown: Sequence[FieldShown]) -> str:
    when, what = readerform.parted(shown)
    return render_template("pages/readers/new.html", when=when, what=what)


def _one(held: Seen, sent: Sequence[FieldShown] | None) -> str:
    app, t = here(), words()
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t, held)
        past = runs.history(session, held.id, _HISTORY)
    value = readerform.named(readerform.wish_of(held), held.name)
    shown = sent if sent is not None else fields.draw(NamedWish, t, TEXTS, value=value, choices=choices)
    when, what = readerform.parted(shown)
    return render_template(
        "pages/readers/one.html",
        held=held,
        when=when,
        what=what,
        past=past,
        next_at=days.next_at(readerform.rhythm_of(held), now()) if held.state == "on" else None,
        own_zone=readerform.zone_of(held),
        rhythm_told=readerform.rhythm_told,
    )
