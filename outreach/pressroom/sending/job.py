"""One look at what is to be sent of releases: what has come due begins, what goes goes on."""

import logging
from contextlib import ExitStack

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.core import presence
from outreach.core.app import App
from outreach.core.errors import OutreachError
from outreach.core.imap import ImapWire
from outreach.core.journal import Journal
from outreach.core.mail import FolderMailer
from outreach.postbox import copies
from outreach.pressroom.models import Release, ReleaseMail, Sending
from outreach.pressroom.sending import barring, planning, recording, steering
from outreach.pressroom.sending.going import Round
from outreach.pressroom.sending.recording import ACTOR

log = logging.getLogger("outreach.pressroom")


def tick(app: App) -> int:
    """One look; how many mails went out. Safe to call from any number of processes at once."""
    look_after(app)
    begin(app)
    with app.store.reading() as session:
        going = _going(session, app)
    if not going:
        return 0
    with ExitStack() as stack:
        token = stack.enter_context(presence.present(app.settings.folder))
        journal = stack.enter_context(Journal.open(app.settings.folder, token))
        went = 0
        for number in going:
            if app.stopping.is_set():
                break
            went += Round(app, number, token, journal).go()
    return went


def look_after(app: App) -> None:
    """Takes up what a sender that is gone left behind."""
    with app.store.reading() as session:
        if session.scalar(select(ReleaseMail.id).where(ReleaseMail.status == "sending").limit(1)) is None:
            return
    with app.store.transaction() as session:
        files = isinstance(app.mailer, FolderMailer)
        swept = recording.sweep(session, app.settings.folder, app.clock.now(), files)
    if swept:
        log.warning("pressmail.swept", extra=swept)


def begin(app: App) -> None:
    """Has those go whose moment has come; one that may not go any more, or says something else by now, is paused."""
    now = app.clock.now()
    due = select(Sending.id).where(Sending.state == "ready", Sending.due_at <= now).order_by(Sending.id)
    with app.store.reading() as session:
        numbers = list(session.scalars(due))
    for number in numbers:
        with app.store.transaction() as session:
            sending = planning.hold(session, number)
            if sending.state != "ready":
                continue
            barred = barring.barred(session, now, sending.release_id, app.settings.zone)
            barred = barred or barring.other_words(session, number)
            if barred is not None:
                recording.pause(session, now, sending, barred)
            else:
                sending.state, sending.started_at = "going", now


def look(app: App, wire: ImapWire | None = None) -> int:
    """Looks into `mail.copy_box` for the last day's mails in doubt; how many were there. Without that mailbox none.

    What is not found may still be under way, and is never sent again by guess: a person decides.
    """
    return sum(_found(app, number) for number in copies.gone_out(app, ReleaseMail, wire))


def _found(app: App, mail_id: int) -> bool:
    try:
        with app.store.transaction() as session:
            steering.settle(session, app.clock.now(), mail_id, True, ACTOR)
    except OutreachError:
        return False  # a person was quicker
    return True


def _going(session: Session, app: App) -> list[int]:
    """The sendings with a mail that may go now, corrections and withdrawals before all else."""
    due = (
        select(ReleaseMail.id)
        .where(
            ReleaseMail.sending_id == Sending.id,
            ReleaseMail.status == "due",
            or_(ReleaseMail.next_try_at.is_(None), ReleaseMail.next_try_at <= app.clock.now()),
        )
        .exists()
    )
    query = select(Sending.id).join(Release, Release.id == Sending.release_id).where(Sending.state == "going", due)
    return list(session.scalars(query.order_by(Release.kind == "release", Sending.id)))
