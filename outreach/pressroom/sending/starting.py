"""A sending begins: its editions are rendered with nothing locked, then kept with a mail for each recipient at once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.mail_message import message_id
from outreach.core.text import LANGUAGES
from outreach.core.wake import wake
from outreach.pressroom import texts
from outreach.pressroom.models import Release, ReleaseMail, Sending
from outreach.pressroom.outputs import merging
from outreach.pressroom.outputs.pictures import showable
from outreach.pressroom.sending import editions, making, planning
from outreach.pressroom.sending.editions import Rendered
from outreach.pressroom.sending.planning import Wanted
from outreach.pressroom.sending.whom import SINGLE, Addressee
from outreach.pressroom.texts import Said
from outreach.pressroom.writing import editing

_AT_ONCE = 1_000


@dataclass(frozen=True)
class _Read:
    """A release as it was read to be rendered."""

    release: Release
    told: tuple[Said, ...]
    wanted: Wanted
    going: tuple[Addressee, ...]


def start(app: App, sending_id: int, by: str) -> None:
    """Has a draft sent, at once or from its moment on. `by` is whoever presses the button.

    Raises OutreachError `pressmail.missing`, `pressmail.started`, `pressmail.sender` where the office sends from
    another domain by now, `pressmail.barred.changed` where the release was changed in this moment, and whatever
    `planning.trouble` finds. Nothing has begun then.
    """
    del by  # the caller writes the trail
    read = _read(app, sending_id)
    begins = planning.begins_at(app.clock.now(), read.wanted.due_at)
    spoken = {one.language for one in read.going}
    made = [
        editions.render(app, read.release, said, read.wanted, begins, _leaves(read.going))
        for said in read.told
        if said.language in spoken
    ]
    for one in made:
        editions.keep_files(editions.folder_of(app.settings), one)
    with app.store.transaction() as session:
        _begin(app, session, app.clock.now(), sending_id, made)


def test(app: App, release_id: int, wanted: Wanted, mail: str, by: str) -> None:
    """Sends one mail of it to `mail`, in the release's own language and with that reader's name: a look, no sending.

    Raises OutreachError `release.missing`, of a greeting's fields, and as the mailer does.
    """
    del by
    now, zone = app.clock.now(), app.settings.zone
    with app.store.reading() as session:
        release = session.get(Release, release_id)
        told = texts.all_said(session, release_id)
        if release is None or not told:
            raise OutreachError("release.missing", id=release_id)
        said = next((one for one in told if one.language == LANGUAGES[0]), told[0])
        said = showable(session, said, local_day(now, zone))
        session.expunge_all()
    begins = planning.begins_at(now, wanted.due_at)
    made = editions.cast_new(editions.render(app, release, said, wanted, begins, leaves=False), now)
    t = app.texts.in_language(made.language)
    reader = Addressee(mail, wanted.sender_name, "", "", made.language, None, None, None)
    known = message_id("press test", secrets.token_hex(16), domain=making.domain_of(app))
    parcel = making.Making(app, wanted.sender_name, app.settings.mail.sender, wanted.reply_to).parcel(
        made, making.Owed(0, 0, mail, made.language, _fields(app, reader), known, 0, None, None),
        subject=t("pressmail.test.subject", subject=made.subject),
    )  # fmt: skip
    with app.mailer.line() as line:
        line.send(parcel)


def _read(app: App, sending_id: int) -> _Read:
    now, zone = app.clock.now(), app.settings.zone
    today = local_day(now, zone)
    with app.store.reading() as session:
        sending = session.get(Sending, sending_id)
        if sending is None:
            raise OutreachError("pressmail.missing")
        release = session.get(Release, sending.release_id)
        if release is None:
            raise OutreachError("release.missing", id=sending.release_id)
        wanted = planning.wanted_of(sending)
        going = _going(session, now, sending, release, wanted, app, today)[0]
        told = tuple(showable(session, one, today) for one in texts.all_said(session, release.id))
        session.expunge_all()
    return _Read(release, told, wanted, tuple(going))


def _going(
    session: Session, now: datetime, sending: Sending, release: Release, wanted: Wanted, app: App, today: date
) -> tuple[list[Addressee], list[Addressee]]:
    """Who gets it and who does not; raises what keeps it from being started."""
    if sending.state != "draft":
        raise OutreachError("pressmail.started")
    if sending.sender_mail.rpartition("@")[2].lower() != making.domain_of(app).lower():
        # Who gets it would see a name that the sending domain does not vouch for, and their mail server a forgery.
        raise OutreachError("pressmail.sender", domain=making.domain_of(app))
    found = planning.addressees(session, release, wanted, today, sending.id)
    going = [one for one in found if one.reason is None]
    trouble = planning.trouble(session, now, release, wanted, going, app.settings.zone)
    if trouble is not None:
        raise trouble
    return going, [one for one in found if one.reason is not None]


def _begin(app: App, session: Session, now: datetime, sending_id: int, made: Sequence[Rendered]) -> None:
    sending = planning.hold(session, sending_id)
    release = editing.hold(session, sending.release_id)
    wanted, today = planning.wanted_of(sending), local_day(now, app.settings.zone)
    going, skipped = _going(session, now, sending, release, wanted, app, today)
    there = {one.said.language: one for one in made}
    stands = {said.language: said.revision for said in texts.all_said(session, release.id)}
    if not {one.language for one in going} <= there.keys() or any(
        stands.get(language) != one.said.revision for language, one in there.items()
    ):
        raise OutreachError("pressmail.barred.changed")
    for one in made:
        editions.keep(session, planning.begins_at(now, wanted.due_at), sending_id, one)
    rows = [_row(app, sending, one) for one in (*going, *skipped)]
    for first in range(0, len(rows), _AT_ONCE):
        session.execute(insert(ReleaseMail), rows[first : first + _AT_ONCE])
    if wanted.due_at is not None and wanted.due_at > now:
        sending.state = "ready"
    else:
        sending.state, sending.started_at = "going", now
        wake(session, "mail", "press-mail")
    session.flush()


def _row(app: App, sending: Sending, one: Addressee) -> dict[str, object]:
    known = message_id(
        "press", sending.made_at.isoformat(), str(sending.id), one.mail or f"#{one.contact_id}",
        domain=making.domain_of(app),
    )  # fmt: skip
    merge = _fields(app, one)
    if one.thread:
        merge["thread"] = one.thread
    if one.subscriber_id is not None:
        merge["subscriber"] = str(one.subscriber_id)
    return {
        "sending_id": sending.id,
        "contact_id": one.contact_id,
        "list_id": one.list_id,
        "mail": one.mail or f"#{one.contact_id}",
        "language": one.language,
        "merge": merge,
        "message_id": known,
        "status": "due" if one.reason is None else "skipped",
        "attempts": 0,
        "error_key": one.reason,
        "error_facts": {} if one.reason is not None else None,
    }


def _fields(app: App, one: Addressee) -> dict[str, str]:
    """The recipient's words for each field, by the field's own name."""
    values = merging.fields(one, app.texts.in_language(one.language))
    return {name: values[typed] for typed, name in merging.typed_names().items()}


def _leaves(going: Sequence[Addressee]) -> bool:
    return any(one.group != SINGLE for one in going)
