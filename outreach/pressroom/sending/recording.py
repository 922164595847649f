"""Mails of sendings on their way: some are claimed, what became of them is written down, the dead's are looked after.

In each of these the sending is locked before its mails: two processes take turns, and none waits in a ring.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.core import presence
from outreach.core.errors import OutreachError, WireError
from outreach.core.journal import Found, Journal
from outreach.people import audit
from outreach.postbox import stops
from outreach.pressroom.models import ReleaseMail, Sending
from outreach.pressroom.sending import barring, pacing, planning, standing
from outreach.pressroom.sending.making import Owed
from outreach.pressroom.sending.pacing import Room

ACTOR = "press-mail"
WHY = "why"  # the fact of the trail that holds a pause's reason
_OWN = frozenset({WHY, "session", "now", "actor", "action", "subject_kind", "subject_id"})
CANCELLED = "pressmail.skipped.cancelled"
INTERRUPTED = "pressmail.interrupted"
RESTORED = "pressmail.restored"
# 1, 2, 4, 8, 16, then every 30 minutes: the last try is a day after the first.
MOST_TRIES = 52
_LONGEST_WAIT = timedelta(minutes=30)
_DOMAINS = 50  # that one question leaves out


@dataclass(frozen=True)
class Outcome:
    """What became of one claimed mail at `at`: `status` is sent, due (again, at `next_try_at`), failed or unconfirmed.

    `stop`: the relay refused this address for good.
    """

    owed: Owed
    status: str
    at: datetime
    receipt: str = ""
    error_key: str | None = None
    error_facts: Mapping[str, object] = field(default_factory=dict)
    next_try_at: datetime | None = None
    stop: bool = False


def next_try(attempts: int, now: datetime) -> datetime:
    """When a mail is tried again after so many tries."""
    return now + min(timedelta(minutes=2 ** min(max(attempts - 1, 0), 10)), _LONGEST_WAIT)


def judged(error: OutreachError, owed: Owed, at: datetime) -> Outcome:
    """What an error makes of a mail; pure.

    Doubtful: `unconfirmed`. It may pass: `due` again, for a day. Refused for good, or no mail at all: `failed`; and if
    the relay refused the address (stage `recipient`), that address gets nothing any more.
    """
    facts = plain(error.facts)
    if isinstance(error, WireError) and error.ambiguous:
        return Outcome(owed, "unconfirmed", at, "", error.key, facts)
    if isinstance(error, WireError) and not error.permanent:
        tries = owed.attempts + 1
        if tries >= MOST_TRIES and error.facts.get("stage") not in {"connect", "login", "sender"}:
            return Outcome(owed, "failed", at, "", error.key, facts)
        return Outcome(owed, "due", at, "", error.key, facts, next_try(tries, at))
    stop = isinstance(error, WireError) and error.facts.get("stage") == "recipient"
    return Outcome(owed, "failed", at, "", error.key, facts, stop=stop)


def take(
    session: Session, now: datetime, sending_id: int, claimer: str, most: int, zone: ZoneInfo
) -> list[Owed]:
    """Takes up to `most` mails of a sending that are due, as its pace allows; those we won.

    None where it does not go on: what bars the release pauses it, with the reason. Mails whose recipient is not to be
    written to any more are skipped on the way.
    """
    sending = planning.hold(session, sending_id)
    if sending.state != "going":
        return []
    barred = barring.barred(session, now, sending.release_id, zone)
    if barred is not None:
        pause(session, now, sending, barred)
        return []
    room = _room(session, now, sending)
    won: list[Owed] = []
    for numbers in _picked(session, now, sending_id, room, most):
        gone = standing.gone(session, numbers)
        _skip(session, gone)
        won += _claim(session, now, [number for number in numbers if number not in gone], claimer)
        if len(won) >= most:
            break
    if not won:
        finish(session, now, sending)
    return sorted(won, key=lambda one: one.mail_id)


def give_back(session: Session, claimer: str, mail_ids: Sequence[int]) -> None:
    """Claimed mails that were not tried are due as they were before."""
    if not mail_ids:
        return
    session.execute(
        update(ReleaseMail)
        .where(ReleaseMail.id.in_(mail_ids), ReleaseMail.status == "sending", ReleaseMail.claimed_by == claimer)
        .values(status="due", attempts=ReleaseMail.attempts - 1, claimed_by=None, claimed_at=None)
        .execution_options(synchronize_session=False)
    )


def record(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Writes what became of claimed mails; a row that is not `sending` any more stays as it is.

    An address that was refused for good gets nothing from now on.
    """
    if not outcomes:
        return
    facts = ReleaseMail.__table__.c.error_facts.type
    change = (
        update(ReleaseMail)
        .where(ReleaseMail.id == bindparam("number"), ReleaseMail.status == "sending")
        .values(
            status=bindparam("became"),
            sent_at=bindparam("sent"),
            receipt=bindparam("told"),
            error_key=bindparam("error"),
            error_facts=bindparam("facts", type_=facts),
            next_try_at=bindparam("then"),
        )
    )
    # Past the session: a batch is one statement with many values, and its unit of work would ask for each row.
    session.connection().execute(change, [_written(one) for one in outcomes])
    for one in outcomes:
        if one.stop and stops.stop(session, one.at, one.owed.mail, stops.REFUSED, **_answer(one.error_facts)):
            audit.write(session, one.at, ACTOR, "stop", "contact", one.owed.contact_id)


def pause(session: Session, now: datetime, sending: Sending, why: OutreachError) -> None:
    """The program stops a sending, and the trail keeps the reason."""
    if sending.state not in {"going", "ready"}:
        return
    sending.state = "paused"
    told = {name: value for name, value in plain(why.facts).items() if name not in _OWN}
    audit.write(session, now, ACTOR, "pause", "sending", sending.id, **{WHY: why.key}, **told)


def rest(session: Session, sending_id: int, until: datetime) -> None:
    """The relay is not there: nothing of this sending is tried before that moment."""
    session.execute(
        update(ReleaseMail)
        .where(
            ReleaseMail.sending_id == sending_id,
            ReleaseMail.status == "due",
            or_(ReleaseMail.next_try_at.is_(None), ReleaseMail.next_try_at < until),
        )
        .values(next_try_at=until)
        .execution_options(synchronize_session=False)
    )


def tries(session: Session, sending_id: int) -> int:
    """How often the mail of a sending that was tried most, and is due, was tried."""
    most = select(func.max(ReleaseMail.attempts)).where(
        ReleaseMail.sending_id == sending_id, ReleaseMail.status == "due"
    )
    return session.scalar(most) or 1


def finish(session: Session, now: datetime, sending: Sending) -> None:
    """A sending with nothing left to do is done; what is left of one that was called off is skipped."""
    if sending.state == "cancelled":
        _skip_due(session, sending.id)
    if sending.state != "going":
        return
    left = select(ReleaseMail.id).where(
        ReleaseMail.sending_id == sending.id, ReleaseMail.status.in_(("due", "sending"))
    )
    if session.scalar(left.limit(1)) is None:
        sending.state, sending.ended_at = "done", now
        session.flush()


def sweep(session: Session, folder: Path, now: datetime, files: bool = False) -> dict[str, int]:
    """Looks at mails whose sender is gone; how many became what. Its journal tells how far each had come.

    Not handed over: due again, and the try does not count. Taken: sent. Handed over without an answer, or a journal
    that is not there or not whole: unconfirmed, for nobody may guess. With `files` (mail is written as files) due in
    any case: the same file is written once.
    """
    told: Counter[str] = Counter()
    wanted = select(ReleaseMail.sending_id).where(ReleaseMail.status == "sending").distinct()
    for number in sorted(session.scalars(wanted)):
        sending = planning.hold(session, number)
        told += _swept(session, folder, now, files, number)
        finish(session, now, sending)
    return dict(told)


def hold(session: Session, now: datetime) -> None:
    """A restored store: mails that it holds for due may be out without its knowing. Sendings wait for a person, and
    what was under way is in doubt.
    """
    session.execute(
        update(ReleaseMail)
        .where(ReleaseMail.status == "sending")
        .values(status="unconfirmed", error_key=RESTORED, error_facts={})
        .execution_options(synchronize_session=False)
    )
    for sending in session.scalars(select(Sending).where(Sending.state.in_(("going", "ready"))).order_by(Sending.id)):
        pause(session, now, sending, OutreachError(RESTORED))


def plain(facts: Mapping[str, object]) -> dict[str, str | int | None]:
    """Facts as rows keep them."""
    return {name: value if isinstance(value, int) else str(value) for name, value in facts.items()}


def _room(session: Session, now: datetime, sending: Sending) -> Room:
    if not (sending.per_minute or sending.per_domain):
        return pacing.room(0, 0, (), 0)
    begun = select(ReleaseMail.mail, ReleaseMail.claimed_at).where(
        ReleaseMail.sending_id == sending.id, ReleaseMail.claimed_at > now - pacing.WINDOW
    )
    rows = session.execute(begun).all()
    just = sum(at is not None and at > now - pacing.PART for _, at in rows)
    return pacing.room(sending.per_minute, sending.per_domain, [mail for mail, _ in rows], just)


def _picked(
    session: Session, now: datetime, sending_id: int, room: Room, most: int
) -> Iterator[list[int]]:
    """Numbers of due mails that the pace lets go, some at a time, until none is left."""
    after = 0
    while room.all != 0:
        full = room.full[:_DOMAINS]
        query = (
            select(ReleaseMail.id, ReleaseMail.mail)
            .where(
                ReleaseMail.sending_id == sending_id,
                ReleaseMail.status == "due",
                _has_come(now),
                ReleaseMail.id > after,
                *(~func.lower(ReleaseMail.mail).endswith(f"@{domain}", autoescape=True) for domain in full),
            )
            .order_by(ReleaseMail.id)
            .limit(most)
        )
        rows = [(number, mail) for number, mail in session.execute(query)]
        if not rows:
            return
        after = rows[-1][0]
        if numbers := room.pick(rows, most):
            yield numbers


def _has_come(now: datetime) -> ColumnElement[bool]:
    return or_(ReleaseMail.next_try_at.is_(None), ReleaseMail.next_try_at <= now)


def _claim(session: Session, now: datetime, mail_ids: Sequence[int], claimer: str) -> list[Owed]:
    if not mail_ids:
        return []
    taken = (
        update(ReleaseMail)
        .where(ReleaseMail.id.in_(mail_ids), ReleaseMail.status == "due", _has_come(now))
        .values(status="sending", attempts=ReleaseMail.attempts + 1, claimed_by=claimer, claimed_at=now)
        .returning(
            ReleaseMail.id, ReleaseMail.sending_id, ReleaseMail.mail, ReleaseMail.language, ReleaseMail.merge,
            ReleaseMail.message_id, ReleaseMail.attempts, ReleaseMail.contact_id, ReleaseMail.list_id,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return [
        Owed(row[0], row[1], row[2], row[3], row[4], row[5], row[6] - 1, row[7], row[8])
        for row in session.execute(taken)
    ]


def _skip(session: Session, gone: Mapping[int, str]) -> None:
    for number, reason in gone.items():
        session.execute(
            update(ReleaseMail)
            .where(ReleaseMail.id == number, ReleaseMail.status == "due")
            .values(status="skipped", error_key=reason, error_facts={}, next_try_at=None)
            .execution_options(synchronize_session=False)
        )


def _skip_due(session: Session, sending_id: int) -> None:
    session.execute(
        update(ReleaseMail)
        .where(ReleaseMail.sending_id == sending_id, ReleaseMail.status == "due")
        .values(status="skipped", error_key=CANCELLED, error_facts={}, next_try_at=None)
        .execution_options(synchronize_session=False)
    )


def _swept(session: Session, folder: Path, now: datetime, files: bool, sending_id: int) -> Counter[str]:
    told: Counter[str] = Counter()
    journals: dict[str, Found | None] = {}
    gone: dict[str, bool] = {}
    wanted = select(ReleaseMail).where(ReleaseMail.sending_id == sending_id, ReleaseMail.status == "sending")
    for mail in session.scalars(wanted.order_by(ReleaseMail.id).execution_options(populate_existing=True)):
        token = mail.claimed_by or ""
        if token not in gone:
            gone[token] = presence.is_gone(folder, token or None, mail.claimed_at or now, now)
            journals[token] = Journal.read(folder, token) if gone[token] and token else None
        if gone[token]:
            _judge(mail, now, journals[token], files)
            told[mail.status] += 1
    session.flush()
    return told


def _judge(mail: ReleaseMail, now: datetime, found: Found | None, files: bool) -> None:
    key = f"r{mail.id}"
    state = found.state(key) if found is not None else "unknown"
    if found is not None and state == "taken":
        mail.status, mail.sent_at, mail.receipt = "sent", now, found.receipt(key)
        mail.error_key = mail.error_facts = None
    elif files or (found is not None and found.whole and state == "none"):
        mail.status, mail.attempts, mail.next_try_at = "due", max(mail.attempts - 1, 0), None
    else:
        mail.status, mail.error_key, mail.error_facts = "unconfirmed", INTERRUPTED, {}


def _written(one: Outcome) -> dict[str, object]:
    return {
        "number": one.owed.mail_id,
        "became": one.status,
        "sent": one.at if one.status == "sent" else None,
        "told": one.receipt or None,
        "error": one.error_key,
        "facts": dict(one.error_facts) if one.error_key else None,
        "then": one.next_try_at,
    }


def _answer(facts: Mapping[str, object]) -> dict[str, object]:
    return {"code": facts.get("code", ""), "answer": facts.get("answer", "")}
