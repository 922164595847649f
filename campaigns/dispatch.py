"""Sending posts on their way, and a person's decisions about those that wait."""

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import consents, history
from campaigns.channel_switch import add_channel, channel_of, pause, resume
from campaigns.links import new_code
from campaigns.models import ChannelRow, Delivery, Link, Post, PostPicture
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.registry import kind_of

__all__ = ["add_channel", "cancel", "hurry", "pause", "reschedule", "resume", "schedule", "settle"]

_UTC = ZoneInfo("UTC")


def schedule(
    session: Session,
    now: datetime,
    post_id: int,
    channel_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo = _UTC,
) -> Delivery:
    """Sends a post on its way to a channel: the delivery, its key and its tracked link at once.

    A cancelled delivery of the same post and channel is taken up again. Past `not_after` it is not sent any more.
    Consents of its pictures are judged by the days of `zone`, today's and that of `due_at`. Raises OutreachError
    `campaigns.post.missing`, `campaigns.channel.missing`, `campaigns.delivery.exists`, `campaigns.window`,
    `campaigns.consent.none` or `campaigns.picture.needed` (the channel takes no post without one).
    """
    post, channel = session.get(Post, post_id), channel_of(session, channel_id)
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    _check(session, now, post_id, due_at, not_after, zone)
    _check_picture(session, post_id, channel)
    known = session.scalar(
        select(Delivery)
        .where(Delivery.post_id == post_id, Delivery.channel_id == channel_id)
        .with_for_update()
    )
    if known is not None:
        if known.status != "cancelled":
            raise OutreachError("campaigns.delivery.exists", title=post.title, channel=channel.name)
        _again(session, now, known, due_at)
        known.not_after = not_after
        return known
    delivery = Delivery(
        post_id=post_id,
        channel_id=channel_id,
        due_at=due_at,
        status="scheduled",
        key=uuid.uuid4().hex,
        attempts=0,
        not_after=not_after,
    )
    try:
        with session.begin_nested():
            session.add(delivery)
            session.flush()
    except IntegrityError as error:
        raise OutreachError("campaigns.delivery.exists", title=post.title, channel=channel.name) from error
    session.add(
        Link(code=_free_code(session), delivery_id=delivery.id, target_url=post.target_url, created_at=now)
    )
    history.write(session, now, delivery.id, None, "scheduled")
    session.flush()
    return delivery


def reschedule(
    session: Session,
    now: datetime,
    delivery_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo = _UTC,
) -> Delivery:
    """Gives a delivery that waits, failed or was cancelled another moment, another end and all its tries again.

    Without `not_after` it has no end of its own any more. Raises OutreachError as `schedule`, and
    `campaigns.delivery.status`.
    """
    delivery = history.held_in(session, delivery_id, ("scheduled", "failed", "cancelled"))
    _check(session, now, delivery.post_id, due_at, not_after, zone)
    _again(session, now, delivery, due_at)
    delivery.not_after = not_after
    return delivery


def cancel(session: Session, now: datetime, delivery_id: int) -> Delivery:
    """Calls a delivery off; OutreachError `campaigns.delivery.status` once it is on its way or out."""
    delivery = history.held_in(session, delivery_id, ("scheduled", "failed"))
    delivery.next_try_at = None
    history.move(session, now, delivery, "cancelled")
    return delivery


def settle(session: Session, now: datetime, delivery_id: int, live: bool, url: str | None = None) -> Delivery:
    """A person has looked: an unconfirmed delivery is out (`live`, at `url`), or is to go out now."""
    delivery = history.held_in(session, delivery_id, ("unconfirmed",))
    if not live:
        _again(session, now, delivery, now)
        if delivery.not_after is not None and delivery.not_after < now:
            delivery.not_after = None  # who says so now wants it to go out now
        return delivery
    delivery.look_at = None
    delivery.published_at = delivery.claimed_at or now
    delivery.receipt_url, delivery.receipt_id = url or None, None
    delivery.error_key = delivery.error_facts = None
    history.move(session, now, delivery, "published", url or "")
    return delivery


def hurry(session: Session, now: datetime) -> int:
    """Ends the waiting of what is due and of channels that rest; how many deliveries are tried sooner.

    What is planned for later stays where it is.
    """
    waiting = select(Delivery).where(
        Delivery.status == "scheduled", Delivery.due_at <= now, Delivery.next_try_at > now
    )
    found = session.scalars(waiting.order_by(Delivery.id).with_for_update()).all()
    for delivery in found:
        delivery.next_try_at = None
    session.execute(update(ChannelRow).where(ChannelRow.rest_until.is_not(None)).values(rest_until=None))
    return len(found)


def _again(session: Session, now: datetime, delivery: Delivery, due_at: datetime) -> None:
    delivery.due_at, delivery.next_try_at, delivery.attempts = due_at, None, 0
    delivery.error_key = delivery.error_facts = None
    delivery.looks, delivery.look_at = 0, None
    history.move(session, now, delivery, "scheduled", "")


def _check(
    session: Session, now: datetime, post_id: int, due_at: datetime, not_after: datetime | None, zone: ZoneInfo
) -> None:
    if not_after is not None and not_after <= due_at:
        raise OutreachError("campaigns.window")
    consents.check(session, post_id, sorted({local_day(now, zone), local_day(max(now, due_at), zone)}))


def _check_picture(session: Session, post_id: int, channel: ChannelRow) -> None:
    cls = kind_of("campaigns.channels", channel.kind)
    if cls is None or not cls.terms.needs_picture:
        return
    if session.scalar(select(PostPicture.picture_id).where(PostPicture.post_id == post_id).limit(1)) is None:
        raise OutreachError("campaigns.picture.needed")


def _free_code(session: Session) -> str:
    code = new_code()
    while session.scalar(select(Link.id).where(Link.code == code)) is not None:
        code = new_code()
    return code
