"""What the office makes of a reply: an inquiry, an answer given there, or nothing; and back again."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.models import DeliveryReply, Link
from campaigns.replies.storing import nameless, opened, place
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal


@dataclass(frozen=True)
class Asked:
    """What an inquiry needs of a reply: who and what in the clear, and the code of the post's tracked link."""

    reply_id: int
    written_at: datetime
    url: str
    language: str | None
    code: str | None
    author: str = field(repr=False)
    text: str = field(repr=False)


def asked(session: Session, seal: Seal, reply_id: int) -> Asked:
    """A reply to be dealt with, held until the transaction ends.

    Raises OutreachError `replies.gone`, `replies.settled` if somebody has dealt with it, `replies.unreadable_error`
    where the office's key does not open it.
    """
    row = _new(session, reply_id)
    author, text = opened(seal, row)
    if not text:
        raise OutreachError("replies.unreadable_error")
    code = session.scalar(select(Link.code).where(Link.delivery_id == row.delivery_id))
    return Asked(row.id, row.written_at, row.url, row.language, code, author or "", text)


def became(session: Session, now: datetime, actor: str, reply_id: int, inquiry_id: int) -> None:
    """It is an inquiry now: the words are there, and here no more. Raises as `asked`."""
    row = _new(session, reply_id)
    _settle(row, now, actor, "inquiry")
    row.inquiry_id, row.author_sealed, row.text_sealed = inquiry_id, None, None


def erased(session: Session, inquiry_id: int) -> None:
    """The inquiry that a reply became was erased: where it stands on the platform, and under which name, goes too. What
    is left in the name's place keeps a platform that still shows it from bringing the words in again.
    """
    for row in session.scalars(select(DeliveryReply).where(DeliveryReply.inquiry_id == inquiry_id)):
        row.url, row.remote_id = "", nameless(row.remote_id)


def answered(session: Session, now: datetime, actor: str, reply_id: int) -> None:
    """Somebody has answered it where it stands. OutreachError `replies.gone`, `replies.settled`."""
    _settle(_new(session, reply_id), now, actor, "answered")


def dismissed(session: Session, now: datetime, actor: str, reply_id: int) -> None:
    """It asks nothing of the office. OutreachError `replies.gone`, `replies.settled`."""
    _settle(_new(session, reply_id), now, actor, "dismissed")


def inquiry_of(session: Session, reply_id: int) -> int | None:
    """The inquiry that a reply became; None if it is none. OutreachError `replies.gone`, `replies.open`."""
    row = _held(session, reply_id)
    if row.state == "new":
        raise OutreachError("replies.open")
    return row.inquiry_id if row.state == "inquiry" else None


def back(session: Session, seal: Seal, reply_id: int, words: tuple[str, str] | None = None) -> None:
    """It waits again; `words` (author and text) are put back where they had gone into an inquiry.

    Raises OutreachError `replies.gone`, `replies.open` if it waits already.
    """
    row = _held(session, reply_id)
    if row.state == "new":
        raise OutreachError("replies.open")
    if words is not None:
        author, text = words
        row.author_sealed = seal.close(author, place("author", row.delivery_id, row.remote_id))
        row.text_sealed = seal.close(text, place("text", row.delivery_id, row.remote_id))
    row.state, row.state_by, row.state_at, row.inquiry_id = "new", None, None, None


def _settle(row: DeliveryReply, now: datetime, actor: str, state: str) -> None:
    row.state, row.state_by, row.state_at = state, actor, now


def _new(session: Session, reply_id: int) -> DeliveryReply:
    row = _held(session, reply_id)
    if row.state != "new":
        raise OutreachError("replies.settled")
    return row


def _held(session: Session, reply_id: int) -> DeliveryReply:
    row = session.get(DeliveryReply, reply_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise OutreachError("replies.gone")
    return row
