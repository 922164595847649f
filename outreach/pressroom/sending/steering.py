"""What a person does to a sending: pauses it, lets it go on, calls it off, tries a mail again, says what is in doubt.

`by` is who does it; the caller writes the trail's line.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.postbox import stops
from outreach.pressroom.models import ReleaseMail, Sending
from outreach.pressroom.sending import planning, recording
from outreach.pressroom.sending.recording import CANCELLED


def pause(session: Session, now: datetime, sending_id: int, by: str) -> Sending:
    """Nothing more of it goes out until somebody lets it go on; a mail that is under way ends.

    Raises OutreachError `pressmail.missing`, `pressmail.not_now` for one that neither goes nor waits for its moment.
    """
    del now, by
    sending = _in(session, sending_id, "going", "ready")
    sending.state = "paused"
    session.flush()
    return sending


def go_on(session: Session, now: datetime, sending_id: int, by: str) -> Sending:
    """Lets a paused one go on, at once: what waited for the relay is tried again. Raises as `pause`."""
    del by
    sending = _in(session, sending_id, "paused")
    sending.state = "going" if sending.started_at is not None else "ready"
    session.execute(
        update(ReleaseMail)
        .where(ReleaseMail.sending_id == sending_id, ReleaseMail.status == "due")
        .values(next_try_at=None)
        .execution_options(synchronize_session=False)
    )
    recording.finish(session, now, sending)
    session.flush()
    return sending


def cancel(session: Session, now: datetime, sending_id: int, by: str) -> Sending:
    """Calls off whatever of it is not out. Raises as `pause`; one that is done cannot be called off."""
    del by
    sending = _in(session, sending_id, "draft", "ready", "going", "paused")
    sending.state, sending.ended_at = "cancelled", now
    recording.finish(session, now, sending)
    session.flush()
    return sending


def again(session: Session, now: datetime, mail_id: int, by: str) -> ReleaseMail:
    """Tries a mail that failed once more, under its own name.

    Raises OutreachError `pressmail.mail.missing`, `pressmail.mail.not_failed`, `pressmail.mail.cancelled` where the
    sending was called off, or `pressmail.mail.stopped` while its address gets no mail of ours.
    """
    del now, by
    sending, mail = _mail(session, mail_id)
    if mail.status != "failed":
        raise OutreachError("pressmail.mail.not_failed")
    if sending.state == "cancelled":
        raise OutreachError("pressmail.mail.cancelled")
    if stops.is_stopped(session, [mail.mail]):
        raise OutreachError("pressmail.mail.stopped")
    mail.status, mail.attempts, mail.next_try_at, mail.error_key, mail.error_facts = "due", 0, None, None, None
    _reopen(sending)
    session.flush()
    return mail


def settle(session: Session, now: datetime, mail_id: int, was_sent: bool, by: str) -> ReleaseMail:
    """A person, or a look into the copies, says whether a doubtful mail went out; what did not is sent, once more.

    Raises OutreachError `pressmail.mail.missing` or `pressmail.mail.not_open`.
    """
    del by
    sending, mail = _mail(session, mail_id)
    if mail.status != "unconfirmed":
        raise OutreachError("pressmail.mail.not_open")
    mail.next_try_at = mail.error_key = mail.error_facts = None
    if was_sent:
        mail.status, mail.sent_at = "sent", mail.claimed_at or now
    elif sending.state == "cancelled":
        mail.status, mail.error_key, mail.error_facts = "skipped", CANCELLED, {}
    else:
        mail.status = "due"
        _reopen(sending)
    session.flush()
    return mail


def _reopen(sending: Sending) -> None:
    if sending.state == "done":
        sending.state, sending.ended_at = "going", None


def _in(session: Session, sending_id: int, *states: str) -> Sending:
    sending = planning.hold(session, sending_id)
    if sending.state not in states:
        raise OutreachError("pressmail.not_now", state_key=f"pressmail.state.{sending.state}")
    return sending


def _mail(session: Session, mail_id: int) -> tuple[Sending, ReleaseMail]:
    number = session.scalar(select(ReleaseMail.sending_id).where(ReleaseMail.id == mail_id))
    if number is None:
        raise OutreachError("pressmail.mail.missing")
    sending = planning.hold(session, number)
    mail = session.get(ReleaseMail, mail_id, with_for_update=True, populate_existing=True)
    if mail is None:
        raise OutreachError("pressmail.mail.missing")
    return sending, mail
