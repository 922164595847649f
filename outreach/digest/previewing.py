"""The mail as it would be: looked at, or sent to whoever asks, and counted nowhere.

Its links are a preview's too. Where a mail has the token of a reader's own mail, it has the word `preview`, which the
pages answer with their own preview; the token of the subscription is real where the mail goes to its reader, else the
same word. Nobody judges by a preview.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.mail import Receipt, message_id
from outreach.core.mail_mould import Mould
from outreach.digest.composing import Composed
from outreach.digest.editions import Slots
from outreach.digest.facts import Digest
from outreach.digest.making import read, write
from outreach.digest.names import domain_of, sender_of
from outreach.digest.planning import plan_of
from outreach.people.models import COMMS, PARTNER, User
from outreach.subscribers import days, subscriptions
from outreach.subscribers.links import links_of
from outreach.subscribers.models import DigestRun
from outreach.subscribers.subscriptions import Seen

# What stands where a token would, and opens the pages' preview.
NOWHERE = "preview"


@dataclass(frozen=True)
class Reading:
    """A mail as `planning.Owed` asks for it, of somebody who is not owed one just now."""

    language: str
    zone: str
    role: str | None
    topics: tuple[int, ...]
    places: tuple[str, ...]
    tiers: tuple[str, ...]
    senses: tuple[str, ...]
    day: date
    covers_from: datetime
    covers_until: datetime
    missed: int = 0
    late: bool = False


def preview(
    app: App, day: date | None = None, mail: str | None = None, role: str | None = None
) -> tuple[Digest, Composed]:
    """What that reader would get, or got, on a day: now if no day is given. Nothing is sent or written.

    `mail` None is the first reader. Somebody who is no reader is shown the office's own mail of everything, `role` (an
    account's, or else the comms officer's) deciding what of its business.
    """
    now = app.clock.now()
    with app.store.reading() as session:
        reader = _reader(session, mail)
        told = _narrow(session, _told(app, session, reader, now, day, role), reader.mail if reader else mail)
    return _written(app, told, now, Slots(NOWHERE, NOWHERE))


def send_me(app: App, now: datetime, mail: str, role: str | None = None, language: str | None = None) -> Receipt:
    """Sends the mail of this moment to one address, marked as a preview; it is no run and is not kept.

    Asks the network: no transaction may be open. Raises as `Line.send` does.
    """
    with app.store.reading() as session:
        reader = _reader(session, mail)
        told = _narrow(session, _told(app, session, reader, now, None, role), mail)
    if reader is None and language is not None:
        told = replace(told, language=language)
    token = links_of(app.seal).reader_token(reader.id, reader.nonce) if reader is not None else NOWHERE
    _, composed = _written(app, told, now, Slots(NOWHERE, token))
    words = app.texts.in_language(told.language)
    mould = Mould.cast(text=composed.text, html=composed.html, pictures=composed.pictures, mark=secrets.token_hex(16))
    parcel = mould.parcel(
        message_id=message_id("preview", now.isoformat(), secrets.token_hex(8), domain=domain_of(app)),
        sender=sender_of(app, told.language),
        to=mail,
        subject=words("digest.preview.subject", subject=composed.subject),
        date=now.astimezone(app.settings.zone),
    )
    with app.mailer.line() as line:
        return line.send(parcel)


def _written(app: App, told: Reading, now: datetime, slots: Slots) -> tuple[Digest, Composed]:
    plan = replace(plan_of(told, now), may_judge=False)
    made = write(app, plan, read(app, now, [plan])[plan.since, plan.until], slots)
    return made.digest, made.composed


def _reader(session: Session, mail: str | None) -> Seen | None:
    seen = subscriptions.all_seen(session)
    if mail is None:
        return min((one for one in seen if one.state == "on"), key=lambda one: one.id, default=None)
    wanted = mail.strip().lower()
    return next((one for one in seen if one.mail == wanted), None)


def _told(
    app: App, session: Session, reader: Seen | None, now: datetime, day: date | None, role: str | None
) -> Reading:
    told = app.settings
    if reader is None:
        zone, language = told.office.zone, told.digest.language or told.office.language
        rhythm = days.Rhythm(told.digest.at, zone, "daily")
        since, until = _span(rhythm, now, day)
        wanted = day or local_day(now, ZoneInfo(zone))
        return Reading(language, zone, role or COMMS, (), (), (), (), wanted, since, until)
    rhythm = days.Rhythm(reader.at, reader.zone, reader.rhythm, reader.weekday)
    since, until = _span(rhythm, now, day)
    wanted = day or local_day(now, ZoneInfo(reader.zone))
    run = session.scalar(select(DigestRun).where(DigestRun.subscription_id == reader.id, DigestRun.day == day))
    if run is not None and run.status != "skipped":
        since, until = run.covers_from, run.covers_until
    return Reading(
        reader.language, reader.zone, None if reader.disabled else reader.role, reader.topics, reader.places,
        reader.tiers, reader.senses, wanted, since, until,
    )  # fmt: skip


def _narrow(session: Session, told: Reading, mail: str | None) -> Reading:
    """A partner's mail is about their own place, whatever was asked for; as `runs.ready` has it."""
    if told.role != PARTNER:
        return told
    own = session.scalar(select(User.place).where(User.mail == (mail or "").strip().lower()))
    return replace(told, places=(own or "-",))


def _span(rhythm: days.Rhythm, now: datetime, day: date | None) -> tuple[datetime, datetime]:
    """The time a mail of that day tells: a day, or a week, up to its hour, or up to now where that is to come."""
    until = min(days.moment(day, rhythm.at, ZoneInfo(rhythm.zone)), now) if day is not None else now
    return until - timedelta(days=7 if rhythm.rhythm == "weekly" else 1), until
