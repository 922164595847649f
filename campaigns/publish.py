"""Publishing: take a due delivery, send it with no transaction open, write down what came of it."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from campaigns import history
from campaigns.channel import Channel, Outgoing, Receipt, Secrets
from campaigns.links import tracked_url
from campaigns.models import ChannelRow, Delivery, Link, Post
from campaigns.outcome import Outcome, outcome
from campaigns.plan import render
from outreach.core import presence
from outreach.core.clock import Clock
from outreach.core.db import Store
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Http
from outreach.core.registry import build

log = logging.getLogger(__name__)

_ROUND = 500


@dataclass(frozen=True)
class Press:
    """What publishing works with."""

    store: Store
    clock: Clock
    http: Http
    secrets: Secrets
    public_url: str  # what tracked links begin with
    folder: Path  # the data folder, where the locks of those at work lie
    late: timedelta  # a delivery this late waits for a person instead
    stopping: Event = field(default_factory=Event)
    chance: Callable[[], float] = random.random


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours to send, as it was in the moment of the claim."""

    delivery_id: int
    attempt: int
    claimed_by: str
    channel_id: int
    kind: str
    settings: Mapping[str, object]
    text: str
    language: str
    title: str
    key: str
    code: str

    def outgoing(self, public_url: str, at: datetime) -> Outgoing:
        text = render(self.text, tracked_url(public_url, self.code))
        return Outgoing(text, self.language, self.key, self.title, at)


def publish_due(press: Press) -> Mapping[str, int]:
    """Sends everything that is due, each delivery once; how many took which status.

    Any number of processes may do this at once. A channel in trouble is left alone for the rest of the round,
    the others go on.
    """
    now = press.clock.now()
    with press.store.reading() as session:
        overdue = session.scalar(select(Delivery.id).where(*_overdue(now, press.late)).limit(1)) is not None
        due = session.execute(
            select(Delivery.id, Delivery.channel_id)
            .join(Post, Post.id == Delivery.post_id)
            .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
            .where(_may_go(now, press.late))
            .order_by(Delivery.due_at, Delivery.id)
            .limit(_ROUND)
        ).all()
    went: Counter[str] = Counter()
    if overdue:
        with press.store.transaction() as session:
            went["late"] = expire(session, now, press.late)
    if not due:
        return went
    tired: set[int] = set()
    with presence.present(press.folder) as token:
        for delivery_id, channel_id in due:
            if press.stopping.is_set():
                break
            if channel_id in tired:
                continue
            with press.store.transaction() as session:
                claimed = claim(session, press.clock.now(), delivery_id, token, press.late)
            if claimed is None:
                continue
            result = outcome(_send(press, claimed), claimed.attempt, press.clock.now(), press.chance)
            with press.store.transaction() as session:
                record(session, press.clock.now(), claimed, result)
            went[result.status] += 1
            if result.done_here:
                tired.add(channel_id)
    return went


def claim(session: Session, now: datetime, delivery_id: int, token: str, late: timedelta) -> Claimed | None:
    """Takes a due delivery of an approved post for ourselves; None if another has it or it may not go now.

    Give it a transaction of its own. What is sent is the text as it stands in this transaction: an edit
    before it takes the approval away, and one after it is refused.
    """
    # The post is locked first, as in `editing.edit`: of an edit and a claim at once one waits for the other.
    found = session.execute(
        select(Delivery, Post, ChannelRow, Link.code)
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .join(Link, Link.delivery_id == Delivery.id)
        .where(Delivery.id == delivery_id, _may_go(now, late))
        .with_for_update(of=Post)
    ).one_or_none()
    if found is None:
        return None
    delivery, post, channel, code = found
    attempt = session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery_id, _is_due(now, late))
        .values(
            status="sending",
            claimed_at=now,
            claimed_by=token,
            attempts=Delivery.attempts + 1,
            next_try_at=None,
            error_key=None,
            error_facts=None,
        )
        .returning(Delivery.attempts)
        .execution_options(synchronize_session=False)
    )
    if attempt is None:
        return None
    history.write(session, now, delivery_id, "scheduled", "sending")
    return Claimed(
        delivery_id,
        attempt,
        token,
        channel.id,
        channel.kind,
        channel.settings,
        post.text,
        post.language,
        post.title,
        delivery.key,
        code,
    )


def _send(press: Press, claimed: Claimed) -> Receipt | OutreachError:
    """Asks the channel once; whatever it raises becomes an answer too."""
    try:
        channel: Channel = build("campaigns.channels", claimed.kind, claimed.settings)
        outgoing = claimed.outgoing(press.public_url, press.clock.now())
        return channel.publish(outgoing, press.http, press.secrets)
    except OutreachError as error:
        log.warning("delivery.trouble", extra={"delivery": claimed.delivery_id, "error": str(error)})
        return error
    except Exception as error:
        # A fault of our own, anywhere between the first byte and the last: nobody knows if the post is out.
        log.exception("delivery.fault", extra={"delivery": claimed.delivery_id})
        return WireError("campaigns.delivery.fault", ambiguous=True, error=type(error).__name__)


def record(session: Session, now: datetime, claimed: Claimed, result: Outcome) -> bool:
    """Writes down what came of a claimed delivery; False if somebody decided otherwise meanwhile."""
    if result.pause is not None or result.rest_until is not None:
        values: dict[str, object] = {"rest_until": result.rest_until}
        if result.pause is not None:
            values = {"paused": True, "pause_reason": result.pause}
        session.execute(update(ChannelRow).where(ChannelRow.id == claimed.channel_id).values(**values))
    delivery = history.held(session, claimed.delivery_id)
    ours = delivery.claimed_by == claimed.claimed_by  # a token is one round's, which takes a delivery once
    # A lease may have run out under a slow try: its answer is still the truth about an unconfirmed delivery.
    if not ours or delivery.status not in ("sending", "unconfirmed"):
        detail = result.receipt.url if result.receipt else result.error_key or ""
        history.write(session, now, delivery.id, delivery.status, delivery.status, detail)
        log.warning("delivery.answer_too_late", extra={"delivery": delivery.id, "answer": result.status})
        return False
    delivery.next_try_at = result.next_try_at
    delivery.error_key = result.error_key
    delivery.error_facts = dict(result.error_facts) if result.error_facts is not None else None
    if result.receipt is not None:
        delivery.published_at = now
        delivery.receipt_url, delivery.receipt_id = result.receipt.url, result.receipt.id
    history.move(
        session,
        now,
        delivery,
        result.status,
        result.receipt.url if result.receipt else result.error_key or "",
    )
    log.info("delivery.%s", result.status, extra={"delivery": delivery.id, "attempt": claimed.attempt})
    return True


def sweep(session: Session, now: datetime, gone: Callable[[str | None, datetime], bool]) -> int:
    """Deliveries whose sender is gone become unconfirmed: never sent again by a guess. How many there were.

    `gone` tells of a claim, by its token and its moment, whether nobody is at work on it any more.
    """
    swept = 0
    sending = select(Delivery).where(Delivery.status == "sending").with_for_update(skip_locked=True)
    for delivery in session.scalars(sending.execution_options(populate_existing=True)):
        if not gone(delivery.claimed_by, delivery.claimed_at or delivery.due_at):
            continue
        delivery.error_key, delivery.error_facts = "campaigns.delivery.interrupted", {}
        history.move(session, now, delivery, "unconfirmed", delivery.error_key)
        log.warning("delivery.unconfirmed", extra={"delivery": delivery.id})
        swept += 1
    return swept


def expire(session: Session, now: datetime, late: timedelta) -> int:
    """Deliveries that should have gone out more than `late` ago fail and wait for a person; how many."""
    overdue = select(Delivery).where(*_overdue(now, late)).order_by(Delivery.id).with_for_update()
    count = 0
    for delivery in session.scalars(overdue.execution_options(populate_existing=True)):
        delivery.error_key = "campaigns.late"
        delivery.error_facts = {"hours": int(late.total_seconds() // 3600)}
        delivery.next_try_at = None
        history.move(session, now, delivery, "failed", delivery.error_key)
        count += 1
    return count


def _is_due(now: datetime, late: timedelta) -> ColumnElement[bool]:
    return and_(
        Delivery.status == "scheduled",
        Delivery.due_at <= now,
        Delivery.due_at >= now - late,
        or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= now),
    )


def _may_go(now: datetime, late: timedelta) -> ColumnElement[bool]:
    return and_(
        _is_due(now, late),
        Post.approved_at.is_not(None),
        ChannelRow.paused.is_(False),
        or_(ChannelRow.rest_until.is_(None), ChannelRow.rest_until <= now),
    )


def _overdue(now: datetime, late: timedelta) -> tuple[ColumnElement[bool], ...]:
    return (Delivery.status == "scheduled", Delivery.due_at < now - late)
