"""Morning mails: what they said, searched; what one would get now; one's own hour, rhythm and topics."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.digest import editions, previewing
from outreach.digest.editions import Listed, Slots
from outreach.digest.previewing import NOWHERE
from outreach.people import audit
from outreach.subscribers import days, subscriptions
from outreach.subscribers.subscriptions import Seen
from outreach.web import fields, mailpage, notices, readerform
from outreach.web.fields import FieldShown
from outreach.web.readerform import TEXTS, Wish
from outreach.web.visit import here, language, me, now, number_in, only_place, words

pages = Blueprint("digests", __name__, url_prefix="/digests")

Answer = str | tuple[str, int] | Response
_PAGE = 50
# A partner's editions are sought among this many of the latest.
_SIFTED = 500
_LONGEST = 200


@pages.get("")
def index() -> str:
    """Past mails, the newest first, or those in which every word stands."""
    sought, before = " ".join(request.args.get("q", "").split())[:_LONGEST], number_in("before")
    with here().store.reading() as session:
        if only_place() is None:
            rows = editions.listed(session, sought, before, _PAGE + 1, for_office=True)
        else:
            found = editions.listed(session, sought, before, _SIFTED, for_office=False)
            rows = [one for one in found if _may_read(one)]
    more = len(rows) > _PAGE
    return render_template(
        "pages/digests/index.html",
        rows=rows[:_PAGE],
        sought=sought,
        older=url_for(".index", q=sought or None, before=rows[_PAGE - 1].id) if more else "",
        newer=url_for(".index", q=sought or None) if before is not None else "",
    )


@pages.get("/latest")
def latest() -> Response:
    """Leads to the newest mail, in the reader's language if there is one; else to the empty archive."""
    with here().store.reading() as session:
        if only_place() is None:
            found = editions.latest(session, True, language())
        else:
            theirs = (one for one in editions.listed(session, "", None, _SIFTED, for_office=False) if _may_read(one))
            found = next(theirs, None)
    return redirect(url_for(".one", edition_id=found.id) if found is not None else url_for(".index"), 303)


@pages.get("/<int:edition_id>")
def one(edition_id: int) -> Response:
    """One mail as its readers got it, but for their own links."""
    with here().store.reading() as session:
        found = editions.one(session, edition_id)
        kept = editions.load(session, edition_id) if found is not None and _may_read(found) else None
    if kept is None:
        abort(404)
    html = mailpage.indoors(kept.composed.html, kept.slots, url_for(".one", edition_id=edition_id))
    return mailpage.shown(html, kept.composed.pictures)


@pages.get("/preview")
def preview() -> Answer:
    """What would come now, or would have come on a day; and the button that sends it."""
    if not _has_a_mail():
        return _first_choose()
    today = local_day(now(), here().settings.zone)
    return render_template("pages/digests/preview.html", day=_day(today), today=today)


@pages.get("/preview/mail")
def preview_mail() -> Answer:
    """The mail that this person would get, as a document of its own; nothing is sent or kept."""
    if not _has_a_mail():
        return _first_choose()
    today = local_day(now(), here().settings.zone)
    asked = _day(today)
    _, composed = previewing.preview(here(), asked if asked != today else None, me().mail, me().role)
    back = url_for(".preview", day=asked.isoformat())
    return mailpage.shown(mailpage.indoors(composed.html, Slots(NOWHERE, NOWHERE), back), composed.pictures)


@pages.post("/preview/send")
def send() -> Response:
    """Sends this person the mail of right now; it takes the place of none."""
    if not _has_a_mail():
        return _first_choose()
    try:
        previewing.send_me(here(), now(), me().mail, me().role, me().language)
    except OutreachError as error:
        notices.tell("mails.told.not_sent", tone="trouble", reason=words().error(error))
        return redirect(url_for(".preview"), 303)
    with here().store.transaction() as session:
        audit.write(session, now(), me().actor, "send", "digest")
    notices.tell("mails.told.sent_me", mail=me().mail)
    return redirect(url_for(".preview"), 303)


@pages.get("/mine")
def mine() -> str:
    """One's own mail: when it comes, what it tells, how the last one fared."""
    return _mine(None)


@pages.post("/mine")
def save() -> Answer:
    """Keeps what was chosen; who had no mail before gets one from now on."""
    app, t, place = here(), words(), only_place()
    with app.store.reading() as session:
        held = subscriptions.of_user(session, me().user_id)
        choices = readerform.offered(session, app, t, held, place)
    filled = readerform.fit(fields.read(Wish, request.form, t, TEXTS, choices=choices), t)
    if filled.value is None:
        return _mine(filled.fields), 422
    asked = readerform.asked_of(filled.value, me().mail, me().name, user_id=me().user_id, place=place)
    try:
        with app.store.transaction() as session:
            if held is None:
                subscriptions.add(session, now(), asked, me().actor)
            else:
                subscriptions.change(session, now(), held.id, asked, me().actor)
    except OutreachError as error:
        return _mine(filled.with_error("at", t.error(error)).fields), 422
    notices.tell("mails.told.saved" if held is not None else "mails.told.begun")
    return redirect(url_for(".mine"), 303)


@pages.post("/mine/switch")
def switch() -> Response:
    """On or off, as the button says: pressed twice it is not pressed back."""
    do = request.form.get("do")
    if do not in {"on", "off"}:
        abort(400)
    with here().store.transaction() as session:
        held = subscriptions.of_user(session, me().user_id)
        if held is not None:
            subscriptions.switch(session, now(), held.id, do == "on", me().actor)
    if held is None:
        abort(404)
    notices.tell(f"mails.told.{do}")
    return redirect(url_for(".mine"), 303)


def _mine(sent: Sequence[FieldShown] | None) -> str:
    app, t, place = here(), words(), only_place()
    with app.store.reading() as session:
        held = subscriptions.of_user(session, me().user_id)
        choices = readerform.offered(session, app, t, held, place)
    shown = sent if sent is not None else fields.draw(Wish, t, TEXTS, value=_value(held, place), choices=choices)
    when, what = readerform.parted(shown)
    return render_template(
        "pages/digests/mine.html",
        held=held,
        when=when,
        what=what,
        next_at=days.next_at(readerform.rhythm_of(held), now()) if held is not None and held.state == "on" else None,
        own_zone=readerform.zone_of(held) if held is not None else app.settings.zone,
    )


def _value(held: Seen | None, place: str | None) -> Wish:
    if held is not None:
        return readerform.wish_of(held)
    return readerform.first_wish(here().settings, me().language, place)


def _has_a_mail() -> bool:
    """Whether there is a mail that this person may see before it comes: a partner's only once it tells of its own
    place alone.
    """
    place = only_place()
    if place is None:
        return True
    with here().store.reading() as session:
        held = subscriptions.of_user(session, me().user_id)
    return held is not None and held.places == (place,)


def _first_choose() -> Response:
    notices.tell("mails.told.first_choose", tone="person")
    return redirect(url_for(".mine"), 303)


def _may_read(edition: Listed) -> bool:
    """A partner reads what tells of its own place alone; others read all."""
    place = only_place()
    return place is None or (not edition.office and [*edition.choice.get("places", ())] == [place])


def _day(today: date) -> date:
    """The day that the address asks for, no later than today."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return min(max(asked, date(today.year - 3, 1, 1)), today)
