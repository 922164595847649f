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
from campaigns.models import Campaign, ChannelRow, Delivery, Link, Post, PostPicture
from campaigns.timing import walls
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.registry import kind_of
from outreach.core.wake import wake

__all__ = ["add_channel", "cancel", "check", "hurry", "pause", "reschedule", "resume", "schedule", "settle"]

_UTC = ZoneInfo("UTC")
# The queue and the job that send what is due.
PUBLISH = ("publish", "publish")


def schedule(
    session: Session,
    now: datetime,
    post_id: int,
    channel_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo = _UTC,
    wall: datetime | None = None,
    wall_zone: ZoneInfo | None = None,
    slot_id: int | None = None,
) -> Delivery:
    """Sends a post on its way to a channel: the delivery, its key and its tracked link at once.

    A cancelled delivery of the same post and channel is taken up again: its key and the code of its link, which may be
    in print, stay. Past `not_after` it is not sent any more. Where an audience's own hour was meant, `wall` is that
    hour on the clocks of `wall_zone`; `slot_id` is the queue's hour that it takes. Consents of its pictures are judged
    by the days of `zone`, today's and that of `due_at`. Raises OutreachError `campaigns.post.missing`,
    `campaigns.channel.missing`, `campaigns.delivery.exists`, `campaigns.window`, `campaigns.consent.none`,
    `campaigns.picture.needed` (the channel takes no post without one), `timing.embargo` or `timing.template`.
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
        known.not_after, known.slot_id = not_after, slot_id
        _mean(known, wall, wall_zone)
        return known
    delivery = Delivery(
        post_id=post_id,
        channel_id=channel_id,
        due_at=due_at,
        status="scheduled",
        key=uuid.uuid4().hex,
        attempts=0,
        not_after=not_after,
        slot_id=slot_id,
    )
    _mean(delivery, wall, wall_zone)
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
    if due_at <= now:
        wake(session, *PUBLISH)
    return delivery


def check(
    session: Session,
    now: datetime,
    post_id: int,
    channel_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo = _UTC,
) -> None:
    """Raises what `schedule` would raise of the same; keeps nothing."""
    post, channel = session.get(Post, post_id), channel_of(session, channel_id)
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    _check(session, now, post_id, due_at, not_after, zone)
    _check_picture(session, post_id, channel)
    status = session.scalar(
        select(Delivery.status).where(Delivery.post_id == post_id, Delivery.channel_id == channel_id)
    )
    if status not in {None, "cancelled"}:
        raise OutreachError("campaigns.delivery.exists", title=post.title, channel=channel.name)


def reschedule(
    session: Session,
    now: datetime,
    delivery_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo = _UTC,
    wall: datetime | None = None,
    wall_zone: ZoneInfo | None = None,
    slot_id: int | None = None,
) -> Delivery:
    """Gives a delivery that waits, failed or was cancelled another moment, another end and all its tries again.

    Without `not_after` it has no end of its own any more, without `wall` it is meant for no audience's hour, and
    without `slot_id` it leaves the queue's. Raises OutreachError as `schedule`, and `campaigns.delivery.status`.
    """
    delivery = history.held_in(session, delivery_id, ("scheduled", "failed", "cancelled"))
    _check(session, now, delivery.post_id, due_at, not_after, zone)
    _again(session, now, delivery, due_at)
    delivery.not_after, delivery.slot_id = not_after, slot_id
    _mean(delivery, wall, wall_zone)
    return delivery


def cancel(session: Session, now: datetime, delivery_id: int) -> Delivery:
    """Calls a delivery off; OutreachError `campaigns.delivery.status` once it is on its way or out.

    Its link leads on, for it may be in print already, and its hour of the queue is free for another.
    """
    delivery = history.held_in(session, delivery_id, ("scheduled", "failed"))
    delivery.next_try_at = delivery.slot_id = None
    history.move(session, now, delivery, "cancelled")
    return delivery


def settle(session: Session, now: datetime, delivery_id: int, live: bool, url: str | None = None) -> Delivery:
    """A person has looked: an unconfirmed delivery is out (`live`, at `url`), or is to go out now."""
    delivery = history.held_in(session, delivery_id, ("unconfirmed",))
    if not live:
        _again(session, now, delivery, now)
        _mean(delivery, None, None)
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
    wake(session, *PUBLISH)
    session.execute(update(ChannelRow).where(ChannelRow.rest_until.is_not(None)).values(rest_until=None))
    return len(found)


def _again(session: Session, now: datetime, delivery: Delivery, due_at: datetime) -> None:
    delivery.due_at, delivery.next_try_at, delivery.attempts = due_at, None, 0
    delivery.error_key = delivery.error_facts = None
    delivery.looks, delivery.look_at = 0, None
    history.move(session, now, delivery, "scheduled", "")


def _mean(delivery: Delivery, wall: datetime | None, wall_zone: ZoneInfo | None) -> None:
    meant = wall is not None and wall_zone is not None
    delivery.wall = walls.written(wall) if wall is not None and meant else None
    delivery.wall_zone = wall_zone.key if wall_zone is not None and meant else None


def _check(
    session: Session, now: datetime, post_id: int, due_at: datetime, not_after: datetime | None, zone: ZoneInfo
) -> None:
    if not_after is not None and not_after <= due_at:
        raise OutreachError("campaigns.window")
    embargo, is_template = session.execute(
        select(Post.embargo_until, Campaign.is_template)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .where(Post.id == post_id)
    ).one()
    if is_template:
        raise OutreachError("timing.template")
    if embargo is not None and due_at < embargo:
        there = walls.wall_of(embargo, zone)
        raise OutreachError("timing.embargo", day=walls.shown(there), hour=f"{there:%H:%M}")
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
