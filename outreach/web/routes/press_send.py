"""A release goes out: the form, who would get it while one types, a trial to oneself, and the draft that is kept."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.pressroom.contacts import lists, reading
from outreach.pressroom.contacts.lists import ListSeen
from outreach.pressroom.contacts.reading import Chosen, ContactSeen
from outreach.pressroom.models import Release
from outreach.pressroom.outputs import merging, previewing
from outreach.pressroom.public import subscribing
from outreach.pressroom.sending import planning, starting
from outreach.pressroom.sending.planning import Foreseen, Wanted
from outreach.pressroom.sending.whom import Addressee
from outreach.pressroom.writing.reading import ReleaseSeen
from outreach.web import notices, sendingform, sendingpage
from outreach.web.fields import Choices
from outreach.web.releasepage import seen, today, words_in
from outreach.web.sendingform import Asked
from outreach.web.visit import HIGHEST, here, me, now, number_in, words

pages = Blueprint("press_send", __name__, url_prefix="/press/releases/<int:release_id>/send")

Answer = str | tuple[str, int] | AnyResponse
_FOUND, _PREVIEWED, _SKIPPED = 12, 100, 100
_LONGEST = 100


@dataclass(frozen=True)
class Copy:
    """Somebody's greeting as they will read it; `whole` leads to the whole letter."""

    recipient: Addressee
    hello: str
    whole: str


@dataclass(frozen=True)
class Offered:
    """What can be chosen at this moment: lists, contacts (chosen ones first, then found ones), subscribers."""

    lists: tuple[ListSeen, ...]
    chosen: tuple[ContactSeen, ...]
    found: tuple[ContactSeen, ...]
    subscribers: int

    def choices(self) -> dict[str, Choices]:
        """Values and labels, as the form's fields take them."""
        t = words()
        return {
            "lists": [(str(one.id), t("pressmail.form.list", name=one.name, count=one.members)) for one in self.lists],
            "contacts": [(str(one.id), contact_label(one)) for one in (*self.chosen, *self.found)],
        }


@pages.get("")
def show(release_id: int) -> Answer:
    """The form of a new sending, or of a draft that is not sent yet."""
    release, draft = _release(release_id), number_in("sending")
    with here().store.reading() as session:
        wanted = _draft(session, release_id, draft) if draft is not None else None
        wanted = wanted or sendingform.first(me().name, me().mail, release.languages)
        offered = _offered(session, wanted.contacts, "")
    asked = sendingform.draw(wanted, words(), release.languages, offered.choices(), here().settings.zone)
    return _page(release, asked, offered, draft)


@pages.post("/look")
def look(release_id: int) -> Answer:
    """Who would get what is typed, and whom a search finds; keeps nothing."""
    release = _release(release_id)
    asked, offered = _typed(release)
    return _page(release, asked, offered, _draft_number())


@pages.post("/test")
def test(release_id: int) -> Answer:
    """Sends the mail as it would be to whoever presses the button, and to nobody else."""
    release = _release(release_id)
    asked, offered = _typed(release)
    if asked.wanted is None:
        return _page(release, asked, offered, _draft_number()), 422
    try:
        starting.test(here(), release_id, asked.wanted, me().mail, me().actor)
    except OutreachError as error:
        return _page(release, asked, offered, _draft_number(), words().error(error)), 422
    with here().store.transaction() as session:
        audit.write(session, now(), me().actor, "test", "release", release_id)
    notices.tell("pressmail.told.tested", mail=me().mail)
    return _page(release, asked, offered, _draft_number())


@pages.post("")
def keep(release_id: int) -> Answer:
    """Keeps what is typed as a draft, and leads to the page that says what will happen."""
    app, release, draft = here(), _release(release_id), _draft_number()
    asked, offered = _typed(release)
    if asked.wanted is None:
        return _page(release, asked, offered, draft), 422
    with app.store.reading() as session:
        known = draft is not None and _draft(session, release_id, draft) is not None
        foreseen = planning.foresee(session, now(), release_id, asked.wanted, today(), app.settings.zone)
    if foreseen.trouble is not None:
        return _page(release, asked, offered, draft, words().error(foreseen.trouble)), 422
    try:
        with app.store.transaction() as session:
            if known and draft is not None:
                planning.change(session, now(), draft, asked.wanted)
                number = draft
            else:
                sender = app.settings.mail.sender
                number = planning.plan(session, now(), release_id, asked.wanted, me().actor, sender=sender).id
            audit.write(session, now(), me().actor, "plan", "sending", number)
    except OutreachError as error:
        return _page(release, asked, offered, draft, words().error(error)), 422
    return redirect(url_for("press_sendings.confirm", sending_id=number), 303)


def contact_label(one: ContactSeen) -> str:
    """A contact in one line: the name, and where they work."""
    return f"{one.name}, {one.outlet}" if one.outlet else one.name


def _release(release_id: int) -> ReleaseSeen:
    if not 0 < release_id <= HIGHEST:
        abort(404)
    return seen(release_id)


def _draft_number() -> int | None:
    found = sendingform.numbers(request.form, "sending", HIGHEST)
    return found[0] if found else None


def _draft(session: Session, release_id: int, sending_id: int) -> Wanted | None:
    found = sendingform.kept(session, sending_id)
    return found[1] if found is not None and found[0] == release_id else None


def _offered(session: Session, chosen: tuple[int, ...], sought: str) -> Offered:
    every = reading.every(session)
    known = {one.id: one for one in every}
    kept = tuple(known[number] for number in chosen if number in known)
    found: tuple[ContactSeen, ...] = ()
    if sought:
        asked, day, taken = Chosen(sought), today(), set(chosen)
        fits = (one for one in every if one.id not in taken and one.stopped_at is None and asked.fits(one, day, None))
        found = tuple(one for one, _ in zip(fits, range(_FOUND), strict=False))
    return Offered(
        tuple(lists.all_lists(session, every)), kept, found, subscribing.counts(session)["confirmed"]
    )


def _typed(release: ReleaseSeen) -> tuple[Asked, Offered]:
    chosen = sendingform.numbers(request.form, "contacts", HIGHEST)
    sought = " ".join(request.form.get("seek", "").split())[:_LONGEST]
    with here().store.reading() as session:
        offered = _offered(session, chosen, sought)
    zone = here().settings.zone
    return sendingform.read(request.form, words(), release.languages, offered.choices(), zone), offered


def _page(release: ReleaseSeen, asked: Asked, offered: Offered, draft: int | None, trouble: str = "") -> str:
    zone = here().settings.zone
    foreseen: Foreseen | None = None
    going: list[Addressee] = []
    to_somebody = asked.wanted is not None and bool(release.about or any(_to(asked.wanted)))
    # The form is there at once; whom it is for is counted right after.
    if asked.wanted is not None and to_somebody and request.method == "POST":
        with here().store.reading() as session:
            foreseen = planning.foresee(session, now(), release.release_id, asked.wanted, today(), zone)
            row = session.get(Release, release.release_id)
            found = planning.addressees(session, row, asked.wanted, today()) if row is not None else []
            going = [one for one in found if one.reason is None and one.contact_id is not None][:_PREVIEWED]
    return render_template(
        "pages/press_sendings/form.html",
        release=release,
        asked=asked,
        offered=offered,
        draft=draft,
        trouble=trouble or _trouble(foreseen),
        foreseen=foreseen,
        counting=to_somebody and foreseen is None,
        names=sendingpage.groups(words(), {one.id: one.name for one in offered.lists}),
        shown=_SKIPPED,
        going=going,
        copy=_copy(release, asked, going),
        sought=request.form.get("seek", ""),
        merge_fields=merging.listed(previewing.Nobody(), words_in(release.language), words()),
    )


def _to(wanted: Wanted) -> tuple[object, ...]:
    return wanted.lists, wanted.contacts, wanted.subscribers


def _trouble(foreseen: Foreseen | None) -> str:
    """What would keep it from going; that nobody would get it is said by the count already."""
    if foreseen is None or foreseen.trouble is None or not foreseen.going:
        return ""
    return words().error(foreseen.trouble)


def _copy(release: ReleaseSeen, asked: Asked, going: list[Addressee]) -> Copy | None:
    """The greeting of the one whose copy is looked at: the one who was chosen, else the first."""
    if not going or asked.wanted is None:
        return None
    picked = sendingform.numbers(request.form, "preview", HIGHEST)
    one = next((one for one in going if one.contact_id in picked), going[0])
    typed = asked.wanted.hello.get(one.language, "")
    hello = merging.merge(typed, merging.fields(one, words_in(one.language)))
    whole = url_for(
        "press_outputs.preview",
        release_id=release.release_id,
        language=one.language,
        contact=one.contact_id,
        hello=typed or None,
    )
    return Copy(one, hello, whole)
