"""What the links of a morning mail open, without a sign-in: the mail, a verdict, one's own settings, the way out.

The token in the address is the key and the proof of a form alike: nobody else's page knows it. A GET changes nothing,
for programs that check mail follow links. Nothing here shows an address whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from outreach.core.errors import OutreachError
from outreach.core.text import LANGUAGES, Words
from outreach.digest import editions
from outreach.digest.previewing import NOWHERE
from outreach.people import audit, users
from outreach.people.models import PARTNER
from outreach.postbox.stops import masked
from outreach.subscribers import days, subscriptions
from outreach.subscribers.links import MailLink, links_of
from outreach.subscribers.subscriptions import Seen
from outreach.web import access, fields, mailpage, readerform
from outreach.web.fields import FieldShown
from outreach.web.readerform import TEXTS, Wish
from outreach.web.visit import here, language, now
from scrapers import queries as heard
from scrapers import verdicts
from scrapers.models import SENSES
from scrapers.queries import MentionRow
from scrapers.verdicts import State

pages = Blueprint("reader_links", __name__)

Answer = str | tuple[str, int] | Response
# What a mail offers to say; on the page, as at the desk, there is more.
_VERDICTS = ("relevant", "irrelevant", "wrong_sense")
_BATCH = 32


@dataclass(frozen=True)
class Asked:
    """A mention that a mail asks about: who may say something of it, and what has been said."""

    link: MailLink
    actor: str
    mention: MentionRow
    state: State


@pages.after_request
def _quietly(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@pages.get("/d/<token>")
def mail(token: str) -> Answer:
    """The mail in a browser, as its reader got it."""
    if token == NOWHERE:
        return _preview()
    links = links_of(here().seal)
    with here().store.reading() as session:
        link = links.read_mail(session, now(), token)
        kept = editions.load(session, link.edition_id) if link is not None and link.edition_id is not None else None
        seen = subscriptions.one(session, link.subscription_id) if link is not None else None
    if kept is None or seen is None:
        abort(404)
    html = mailpage.filled(kept.composed.html, kept.slots, token, links.reader_token(seen.id, seen.nonce))
    return mailpage.shown(html, kept.composed.pictures)


@pages.get("/d/<token>/judge/<int:mention_id>")
def judge(token: str, mention_id: int) -> Answer:
    """Asks once more, with one button."""
    verdict = request.args.get("verdict", "")
    if verdict not in _VERDICTS:
        abort(404)
    asked = _asked(token, mention_id)
    if isinstance(asked, MailLink):
        return _page("closed", asked.language), 403
    return _page("judge", asked.link.language, asked=asked, verdict=verdict, senses=_senses(asked.state.sense))


@pages.post("/d/<token>/judge/<int:mention_id>")
def say(token: str, mention_id: int) -> Answer:
    """Gives the verdict, or takes it back; the same again changes nothing and says so."""
    do, sense = request.form.get("verdict", ""), request.form.get("sense") or None
    if do not in {*_VERDICTS, "undo"} or (sense is not None and (do != "wrong_sense" or sense not in SENSES)):
        abort(400)
    asked = _asked(token, mention_id)
    if isinstance(asked, MailLink):
        return _page("closed", asked.language), 403
    if do == "undo":
        return _undone(asked, request.form.get("batch", "")[:_BATCH])
    with here().store.transaction() as session:
        batch = verdicts.judge(session, now(), asked.actor, [mention_id], do, sense)
        if batch.ids:
            said = {"sense": sense} if sense is not None else {}
            audit.write(session, now(), asked.actor, "judge", "mention", mention_id, verdict=do, via="mail", **said)
    done = batch if batch.ids else None
    return _page("judged", asked.link.language, asked=asked, verdict=do, sense=sense, batch=done)


@pages.get("/subscription/<token>")
def settings(token: str) -> Answer:
    """The reader's own settings."""
    if token == NOWHERE:
        return _preview()
    return _settings(_reader(token), token, None)


@pages.post("/subscription/<token>")
def save(token: str) -> Answer:
    """Keeps what was chosen."""
    app, seen = here(), _reader(token)
    t = _words(seen.language)
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t, seen, _place(seen))
    filled = readerform.fit(fields.read(Wish, request.form, t, TEXTS, choices=choices), t)
    if filled.value is None:
        return _settings(seen, token, filled.fields), 422
    asked = readerform.asked_of(filled.value, seen.mail, seen.name, user_id=seen.user_id, place=_place(seen))
    try:
        with app.store.transaction() as session:
            subscriptions.change(session, now(), seen.id, asked, _actor(seen))
    except OutreachError as error:
        return _settings(seen, token, filled.with_error("at", t.error(error)).fields), 422
    return _settings(_reader(token), token, None, told="mails.told.saved")


@pages.get("/subscription/<token>/off")
def leave(token: str) -> Answer:
    """Asks whether the mail is to stop, with one button."""
    return _leave(_reader(token), token)


@pages.post("/subscription/<token>/off")
def off(token: str) -> Answer:
    """Stops the mail: by the button, or by one click in a mail program (RFC 8058), which has no cookie and no form."""
    _switch(token, on=False)
    return _leave(_reader(token), token)


@pages.post("/subscription/<token>/on")
def on(token: str) -> Answer:
    """Has the mail come again."""
    _switch(token, on=True)
    return _settings(_reader(token), token, None, told="mails.told.on")


def _preview() -> str:
    """The links of a preview that was sent to somebody who is no reader: they say what they would open."""
    return _page("preview", language())


def _switch(token: str, *, on: bool) -> None:
    seen = _reader(token)
    with here().store.transaction() as session:
        subscriptions.switch(session, now(), seen.id, on, _actor(seen))


def _asked(token: str, mention_id: int) -> Asked | MailLink:
    """What the link asks; the bare link where its reader may say nothing (any more)."""
    with here().store.reading() as session:
        link = links_of(here().seal).read_mail(session, now(), token)
        kept = editions.load(session, link.edition_id) if link is not None and link.edition_id is not None else None
        if link is None or kept is None or mention_id not in kept.composed.mentions:
            abort(404)
        may = link.role is not None and link.role in access.roles_of("mention_desk.judge", "POST")
        user = users.one(session, link.user_id) if may and link.user_id is not None else None
        if user is None:
            return link
        mention, states = heard.mention(session, mention_id), verdicts.states(session, [mention_id])
    if mention is None or not states:
        abort(404)
    return Asked(link, user.mail, mention, states[0])


def _undone(asked: Asked, batch: str) -> Answer:
    with here().store.transaction() as session:
        undone = verdicts.undo(session, now(), asked.actor, batch)
        if undone.ids:
            audit.write(session, now(), asked.actor, "undo", "mention", asked.mention.id, count=1, via="mail")
    return _page("undone", asked.link.language, asked=asked, undone=undone)


def _senses(now_said: str) -> Sequence[str]:
    return [sense for sense in SENSES if sense != now_said]


def _reader(token: str) -> Seen:
    with here().store.reading() as session:
        number = links_of(here().seal).read_reader(session, token)
        seen = subscriptions.one(session, number) if number is not None else None
    if seen is None:
        abort(404)
    return seen


def _settings(seen: Seen, token: str, sent: Sequence[FieldShown] | None, told: str = "") -> str:
    app, t = here(), _words(seen.language)
    with app.store.reading() as session:
        choices = readerform.offered(session, app, t, seen, _place(seen))
    shown = sent if sent is not None else fields.draw(Wish, t, TEXTS, value=readerform.wish_of(seen), choices=choices)
    when, what = readerform.parted(shown)
    next_at = days.next_at(readerform.rhythm_of(seen), now()) if seen.state == "on" else None
    return _page(
        "settings", seen.language, seen=seen, token=token, when=when, what=what, told=told, next_at=next_at,
        masked=masked(seen.mail), own_zone=readerform.zone_of(seen),
    )  # fmt: skip


def _leave(seen: Seen, token: str) -> str:
    return _page("leave", seen.language, seen=seen, token=token, masked=masked(seen.mail))


def _actor(seen: Seen) -> str:
    """How the trail names who holds the link: an account by its address, others by their number."""
    return seen.mail if seen.user_id is not None else f"reader:{seen.id}"


def _place(seen: Seen) -> str | None:
    """The one municipality that a partner may read of; None for everybody else."""
    if seen.role != PARTNER or seen.user_id is None:
        return None
    with here().store.reading() as session:
        user = users.one(session, seen.user_id)
    return user.place if user is not None else None


def _words(language: str) -> Words:
    asked = request.args.get("lang", "")
    return here().texts.in_language(asked if asked in LANGUAGES else language)


def _page(name: str, language: str, **facts: object) -> str:
    told: Mapping[str, object] = {"t": _words(language), **facts}
    return render_template(f"pages/reader_links/{name}.html", **told)
