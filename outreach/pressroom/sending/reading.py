"""Sendings as pages and commands see them: how far they are, and what became of each mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from outreach.people.models import AuditEntry
from outreach.pressroom.models import Contact, ReleaseEdition, ReleaseMail, ReleaseText, Sending
from outreach.pressroom.sending.recording import ACTOR, WHY


@dataclass(frozen=True)
class SendingSeen:
    """A sending. `counts`: mails by status, and of the sent ones how many came back ("returned"). `editions`: the
    languages it goes in. `reason_key` with its facts: why the program paused it; None where a person did.
    """

    sending_id: int
    release_id: int
    headline: str
    state: str
    started_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    counts: dict[str, int]
    editions: tuple[str, ...]
    sender: str
    reply_to: str = field(repr=False)
    reason_key: str | None = None
    reason_facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class MailSeen:
    """One recipient's mail. `mail` is empty for one who has no address; `error_key` says why it failed, waits or was
    skipped.
    """

    mail_id: int
    name: str = field(repr=False)
    outlet: str
    mail: str = field(repr=False)
    language: str
    status: str
    sent_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    error_key: str | None
    error_facts: Mapping[str, Any] | None
    returned_at: datetime | None
    returned_key: str | None
    sending_id: int = 0


def one(session: Session, sending_id: int) -> SendingSeen | None:
    """A sending; None where there is none. Four queries."""
    found = _seen(session, _sendings().where(Sending.id == sending_id))
    return found[0] if found else None


def of_release(session: Session, release_id: int) -> list[SendingSeen]:
    """A release's sendings, the latest first; at most 100."""
    return _seen(session, _sendings().where(Sending.release_id == release_id).limit(100))


def listed(session: Session, limit: int) -> list[SendingSeen]:
    """The latest sendings, drafts among them."""
    return _seen(session, _sendings().limit(limit))


def mails(
    session: Session, sending_id: int, *, status: str | None = None, after: int = 0, limit: int = 100
) -> list[MailSeen]:
    """A sending's mails in their order, those after the number `after`; of one status, or "returned"."""
    wanted = _mails().where(ReleaseMail.sending_id == sending_id, ReleaseMail.id > after)
    if status == "returned":
        wanted = wanted.where(ReleaseMail.returned_at.is_not(None))
    elif status is not None:
        wanted = wanted.where(ReleaseMail.status == status)
    return [_mail_seen(row) for row in session.execute(wanted.order_by(ReleaseMail.id).limit(limit))]


def mails_of_contact(session: Session, contact_id: int, limit: int) -> list[MailSeen]:
    """What a contact was sent, or was not and why; the latest first."""
    wanted = _mails().where(ReleaseMail.contact_id == contact_id).order_by(ReleaseMail.id.desc()).limit(limit)
    return [_mail_seen(row) for row in session.execute(wanted)]


def _sendings() -> Select[*tuple[Any, ...]]:
    first = (
        select(func.min(ReleaseText.id))
        .where(ReleaseText.release_id == Sending.release_id)
        .correlate(Sending)
        .scalar_subquery()
    )
    return (
        select(Sending, ReleaseText.headline).join(ReleaseText, ReleaseText.id == first).order_by(Sending.id.desc())
    )


def _seen(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[SendingSeen]:
    rows = session.execute(wanted).all()
    numbers = [sending.id for sending, _ in rows]
    if not numbers:
        return []
    counts: dict[int, dict[str, int]] = {number: {} for number in numbers}
    grouped = select(
        ReleaseMail.sending_id, ReleaseMail.status, func.count(), func.count(ReleaseMail.returned_at)
    ).where(ReleaseMail.sending_id.in_(numbers))
    for number, status, count, returned in session.execute(
        grouped.group_by(ReleaseMail.sending_id, ReleaseMail.status)
    ):
        counts[number][status] = count
        if returned:
            counts[number]["returned"] = counts[number].get("returned", 0) + returned
    spoken: dict[int, list[str]] = {number: [] for number in numbers}
    for number, language in session.execute(
        select(ReleaseEdition.sending_id, ReleaseEdition.language)
        .where(ReleaseEdition.sending_id.in_(numbers))
        .order_by(ReleaseEdition.id)
    ):
        spoken[number].append(language)
    reasons = _reasons(session, [sending.id for sending, _ in rows if sending.state == "paused"])
    return [_one(sending, headline, counts, spoken, reasons) for sending, headline in rows]


def _reasons(session: Session, numbers: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Why the program paused each of these, by the last line about it; nothing where a person did."""
    if not numbers:
        return {}
    last = (
        select(func.max(AuditEntry.id))
        .where(
            AuditEntry.subject_kind == "sending", AuditEntry.subject_id.in_(numbers),
            AuditEntry.action.in_(("pause", "resume", "go_on")),
        )
        .group_by(AuditEntry.subject_id)
    )  # fmt: skip
    rows = session.execute(
        select(AuditEntry.subject_id, AuditEntry.facts).where(AuditEntry.id.in_(last), AuditEntry.actor == ACTOR)
    )
    return {number: facts for number, facts in rows if number is not None and facts.get(WHY)}


def _one(
    sending: Sending,
    headline: str,
    counts: Mapping[int, dict[str, int]],
    spoken: Mapping[int, Sequence[str]],
    reasons: Mapping[int, Mapping[str, Any]],
) -> SendingSeen:
    why = reasons.get(sending.id, {})
    sender = f"{sending.sender_name} <{sending.sender_mail}>" if sending.sender_name else sending.sender_mail
    return SendingSeen(
        sending.id, sending.release_id, headline, sending.state, sending.started_at, sending.due_at, sending.ended_at,
        counts[sending.id], tuple(spoken[sending.id]), sender, sending.reply_to,
        why.get(WHY), {name: value for name, value in why.items() if name != WHY},
    )  # fmt: skip


def _mails() -> Select[*tuple[Any, ...]]:
    columns: tuple[ColumnElement[Any], ...] = (func.coalesce(Contact.name, ""), func.coalesce(Contact.outlet, ""))
    return select(ReleaseMail, *columns).outerjoin(Contact, Contact.id == ReleaseMail.contact_id)


def _mail_seen(row: Row[*tuple[Any, ...]]) -> MailSeen:
    mail, name, outlet = row
    return MailSeen(
        mail.id, name, outlet, "" if mail.mail.startswith("#") else mail.mail, mail.language, mail.status,
        mail.sent_at, mail.attempts, mail.next_try_at, mail.error_key, mail.error_facts, mail.returned_at,
        mail.returned_key, mail.sending_id,
    )  # fmt: skip
