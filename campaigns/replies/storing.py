"""What people wrote under a post, kept sealed: new ones are added, changed ones rewritten, deleted ones dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaigns.channel import MOST_REPLIES, Reply
from campaigns.models import DeliveryReply
from campaigns.replies.asking_words import asks
from outreach.core.db import upserting
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal

KEPT = timedelta(days=30)  # since it was seen here
_ROUND = 500
_GONE = "sha256:"


@dataclass(frozen=True)
class Taken:
    """How many replies were new, changed or gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def since(session: Session, delivery_id: int) -> datetime | None:
    """From when on a post's replies are asked for: None for all of them, while one answer holds them all."""
    count, last = session.execute(
        select(func.count(), func.max(DeliveryReply.written_at)).where(DeliveryReply.delivery_id == delivery_id)
    ).one()
    return last if count >= MOST_REPLIES else None


def take(
    session: Session, now: datetime, seal: Seal, delivery_id: int, told: Sequence[Reply], *, whole: bool
) -> Taken:
    """Keeps what the platform shows; `whole`: what it does not show any more is gone there.

    The same again changes nothing. What somebody has dealt with stays as they saw it.
    """
    rows = session.scalars(select(DeliveryReply).where(DeliveryReply.delivery_id == delivery_id)).all()
    known = {row.remote_id: row for row in rows}
    fresh = [one for one in told if not {one.id, nameless(one.id)} & known.keys() and one.at > now - KEPT]
    values = [
        {
            "delivery_id": delivery_id,
            "remote_id": one.id,
            "written_at": one.at,
            "seen_at": now,
            "author_sealed": seal.close(one.author, place("author", delivery_id, one.id)),
            "text_sealed": seal.close(one.text, place("text", delivery_id, one.id)),
            "url": one.url,
            "language": one.language,
            "asks": asks(one.text),
        }
        for one in fresh
    ]
    if values:
        session.execute(upserting(session, DeliveryReply).on_conflict_do_nothing(), values)
    changed = 0
    for one in told:
        row = known.get(one.id)
        if row is None or row.state != "new" or opened(seal, row)[1] == one.text:
            continue
        row.text_sealed = seal.close(one.text, place("text", delivery_id, one.id))
        row.asks, row.language = asks(one.text), one.language
        changed += 1
    shown = {one.id for one in told}
    gone = [row for row in rows if whole and row.state == "new" and row.remote_id not in shown]
    for row in gone:
        session.delete(row)
    return Taken(len(fresh), changed, len(gone))


def forget(session: Session, now: datetime) -> int:
    """Thirty days after they were seen replies are gone; how many. Of what became an inquiry a bare row stays."""
    old = (
        select(DeliveryReply.id)
        .where(DeliveryReply.seen_at <= now - KEPT, DeliveryReply.state != "inquiry")
        .limit(_ROUND)
    )
    numbers = list(session.scalars(old))
    if numbers:
        session.execute(
            delete(DeliveryReply).where(DeliveryReply.id.in_(numbers)).execution_options(synchronize_session=False)
        )
    session.execute(
        update(DeliveryReply)
        .where(DeliveryReply.state == "inquiry", DeliveryReply.seen_at <= now - KEPT, DeliveryReply.url != "")
        .values(url="")
        .execution_options(synchronize_session=False)
    )
    return len(numbers)


def opened(seal: Seal, row: DeliveryReply) -> tuple[str | None, str | None]:
    """The author and the text in the clear; None where there is none, or the office's key does not open it."""

    def clear(name: str, sealed: str | None) -> str | None:
        try:
            return seal.open(sealed, place(name, row.delivery_id, row.remote_id)) if sealed else None
        except OutreachError:
            return None

    return clear("author", row.author_sealed), clear("text", row.text_sealed)


def nameless(remote_id: str) -> str:
    """What stands in the place of a reply's name once it is erased: names tell who wrote it."""
    held = remote_id.startswith(_GONE)
    return remote_id if held else f"{_GONE}{sha256(remote_id.encode('utf-8', 'replace')).hexdigest()}"


def place(column: str, delivery_id: int, remote_id: str) -> str:
    """Where a sealed value of a reply belongs: it opens in its own column and row alone."""
    return f"delivery_replies.{column}:{delivery_id}:{remote_id}"
