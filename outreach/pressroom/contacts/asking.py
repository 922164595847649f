"""A person asks what is kept about them, or that nothing be kept: both at once, whole, with what was merged."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.postbox.models import StoppedAddress
from outreach.pressroom.contacts import history, lists, reading
from outreach.pressroom.contacts.draft import Draft
from outreach.pressroom.contacts.editing import held, placeholder
from outreach.pressroom.contacts.reading import ERASED
from outreach.pressroom.models import Contact, ListMember, PressSubscriber, ReleaseMail, ReleaseReply

_BESIDE = ("confirmed_on", "stopped_at", "stopped_why", "away_until", "moved_to", "made_at", "made_by", "changed_at")


def kept(session: Session, now: datetime, contact_id: int) -> dict[str, Any] | None:
    """Everything about one contact as plain values: fields, what was merged into it, lists, mails, kinds of
    answers, what they are taken to have written. None for a contact that is not there.
    """
    one = reading.one(session, contact_id)
    if one is None:
        return None
    numbers = reading.same_as(session, contact_id)
    addresses = {seen.mail for seen in reading.some(session, numbers) if seen.mail}
    return {
        "contact": _fields(one),
        "merged": [_fields(seen) for seen in reading.some(session, numbers) if seen.id != contact_id],
        "lists": [{"name": seen.name, "left": not on} for seen, on in lists.of_contact(session, one)],
        "mails": _mails(session, numbers),
        "answers": _answers(session, numbers),
        "subscriptions": [
            {"mail": row.mail, "language": row.language, "state": row.state, "asked_at": row.asked_at.isoformat()}
            for row in session.scalars(select(PressSubscriber).where(PressSubscriber.mail.in_(addresses)))
        ],
        "returned": [
            {"mail": row.mail, "since": row.since.isoformat(), "reason": row.reason_key}
            for row in session.scalars(select(StoppedAddress).where(StoppedAddress.mail.in_(addresses)))
        ],
        "written": [
            {"title": row.title, "outlet": row.outlet, "author": row.author, "at": row.at.isoformat()}
            for row in history.written(session, now, one)
        ],
    }


def erase(session: Session, now: datetime, contact_id: int, seal: Seal) -> None:
    """Empties a contact and all that was merged into it. Their mails stay as numbers without address, fields and
    answers; in place of each address stands a keyed mark, by which an import knows not to bring it back.

    Raises OutreachError `contacts.error.gone`.
    """
    held(session, contact_id)
    numbers = reading.same_as(session, contact_id)
    rows = list(session.scalars(select(Contact).where(Contact.id.in_(numbers))))
    addresses = {row.mail for row in rows if row.mail} | {row.moved_to for row in rows if row.moved_to}
    mails = list(session.scalars(select(ReleaseMail).where(ReleaseMail.contact_id.in_(numbers))))
    addresses |= {mail.mail for mail in mails}
    for row in rows:
        _empty(row, now, seal)
    for mail in mails:
        mail.mail, mail.merge, mail.receipt, mail.error_facts = placeholder(seal, mail.mail), {}, None, None
        if mail.status == "due":
            mail.status, mail.error_key, mail.next_try_at = "skipped", lists.STOPPED, None
    for answer in session.scalars(select(ReleaseReply).where(ReleaseReply.mail_id.in_([mail.id for mail in mails]))):
        answer.moved_to, answer.subject_sealed, answer.text_sealed = None, None, None
    session.execute(delete(ListMember).where(ListMember.contact_id.in_(numbers)))
    session.execute(delete(PressSubscriber).where(PressSubscriber.mail.in_(addresses)))
    session.execute(delete(StoppedAddress).where(StoppedAddress.mail.in_(addresses)))
    session.flush()


def _empty(row: Contact, now: datetime, seal: Seal) -> None:
    blank = Draft()
    mail = placeholder(seal, row.mail) if row.mail else None
    for one in fields(Draft):
        value = getattr(blank, one.name)
        setattr(row, one.name, list(value) if isinstance(value, tuple) else value)
    row.mail, row.confirmed_on, row.away_until, row.moved_to = mail, None, None, None
    row.stopped_at, row.stopped_why, row.changed_at = now, ERASED, now


def _fields(one: reading.ContactSeen) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in (*(each.name for each in fields(Draft)), *_BESIDE):
        value = getattr(one, name)
        told[name] = list(value) if isinstance(value, tuple) else value
        if isinstance(value, date):
            told[name] = value.isoformat()
    return told


def _mails(session: Session, numbers: list[int]) -> list[dict[str, Any]]:
    query = select(ReleaseMail).where(ReleaseMail.contact_id.in_(numbers)).order_by(ReleaseMail.id)
    heads = {row.id: row.headline for row in history.mails(session, numbers)}
    return [
        {
            "headline": heads.get(row.id, ""), "mail": row.mail, "language": row.language, "status": row.status,
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "returned_at": row.returned_at.isoformat() if row.returned_at else None, "fields": dict(row.merge),
        }
        for row in session.scalars(query)
    ]  # fmt: skip


def _answers(session: Session, numbers: list[int]) -> list[dict[str, Any]]:
    query = (
        select(ReleaseReply).join(ReleaseMail, ReleaseMail.id == ReleaseReply.mail_id)
        .where(ReleaseMail.contact_id.in_(numbers)).order_by(ReleaseReply.id)
    )  # fmt: skip
    return [
        {
            "kind": row.kind, "at": row.at.isoformat(), "until": row.until.isoformat() if row.until else None,
            "moved_to": row.moved_to, "has_words": bool(row.text_sealed),
        }
        for row in session.scalars(query)
    ]  # fmt: skip
