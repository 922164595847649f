"""A delivery that somebody takes to another day or hour of the calendar: what it was meant for goes with it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import dispatch, history
from campaigns.models import Delivery, Post
from campaigns.writing.copying import copy_post
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

# Whoever drags takes a moment: what was "now" then is not yet the past.
GRACE = timedelta(minutes=5)


def moment_of(day: date, hour: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the clocks of `zone` show `hour` on `day`; of an hour that comes twice, the first.

    OutreachError `calendar.gap` for an hour that the spring change leaves out.
    """
    wall = datetime.combine(day, hour.replace(tzinfo=None, fold=0))
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise OutreachError("calendar.gap", day=day, hour=hour)
    return moment


def on_day(
    due_at: datetime, day: date, *, zone: ZoneInfo, wall: str | None = None, wall_zone: str | None = None
) -> datetime:
    """The same hour on another day of `zone`: the audience's own hour where the delivery was meant for that.

    On its own day it stays as it is, to the second. OutreachError `calendar.gap` as `moment_of`.
    """
    here = local_day(due_at, zone)
    if day == here:
        return due_at
    if wall is not None and wall_zone is not None:
        there = datetime.fromisoformat(wall) + (day - here)
        return moment_of(there.date(), there.time(), ZoneInfo(wall_zone))
    return moment_of(day, due_at.astimezone(zone).time(), zone)


def move(
    session: Session, now: datetime, delivery_id: int, due_at: datetime, *, seen_due_at: datetime, zone: ZoneInfo
) -> Delivery:
    """Gives a delivery that waits or failed another moment; its window stays as long, its audience's hour follows.

    `seen_due_at` is the moment that the person saw. Raises OutreachError as `dispatch.reschedule`, and
    `calendar.moved_meanwhile` (somebody was quicker), `calendar.past` or `calendar.embargo`.
    """
    delivery = history.held_in(session, delivery_id, ("scheduled", "failed"))
    _as_seen(delivery, seen_due_at, zone)
    _may_go(session, now, delivery.post_id, due_at, zone)
    end = _end(delivery, due_at)
    meant_for = delivery.wall_zone
    moved = dispatch.reschedule(session, now, delivery_id, due_at, not_after=end, zone=zone)
    _meant(moved, meant_for)
    if due_at != seen_due_at:
        moved.slot_id = None  # it does not stand in its queue's hour any more
    return moved


def copy(
    session: Session, now: datetime, delivery_id: int, due_at: datetime, *, actor: str, zone: ZoneInfo
) -> Delivery:
    """The same post once more, as a new one that nobody has approved, on the same channel at `due_at`.

    Raises OutreachError as `dispatch.schedule`, `campaigns.delivery.missing` and `calendar.past`.
    """
    delivery = history.held(session, delivery_id)
    post = copy_post(session, now, delivery.post_id, actor=actor)
    end = _end(delivery, due_at)
    made = drop(session, now, post.id, delivery.channel_id, due_at, not_after=end, zone=zone)
    _meant(made, delivery.wall_zone)
    return made


def drop(
    session: Session,
    now: datetime,
    post_id: int,
    channel_id: int,
    due_at: datetime,
    *,
    not_after: datetime | None = None,
    zone: ZoneInfo,
) -> Delivery:
    """Sends a draft on its way; OutreachError as `dispatch.schedule`, `calendar.past` and `calendar.embargo`."""
    _may_go(session, now, post_id, due_at, zone)
    return dispatch.schedule(session, now, post_id, channel_id, due_at, not_after=not_after, zone=zone)


def take_back(session: Session, now: datetime, delivery_id: int, *, seen_due_at: datetime, zone: ZoneInfo) -> Delivery:
    """Calls off what was just copied or dropped; OutreachError as `dispatch.cancel` and `calendar.moved_meanwhile`."""
    _as_seen(history.held(session, delivery_id), seen_due_at, zone)
    return dispatch.cancel(session, now, delivery_id)


def _as_seen(delivery: Delivery, seen_due_at: datetime, zone: ZoneInfo) -> None:
    if delivery.due_at != seen_due_at:
        raise OutreachError("calendar.moved_meanwhile", moment=delivery.due_at.astimezone(zone))


def _may_go(session: Session, now: datetime, post_id: int, due_at: datetime, zone: ZoneInfo) -> None:
    if due_at < now - GRACE:
        raise OutreachError("calendar.past", moment=due_at.astimezone(zone))
    post = session.get(Post, post_id)
    if post is not None and post.embargo_until is not None and due_at < post.embargo_until:
        raise OutreachError("calendar.embargo", moment=post.embargo_until.astimezone(zone))


def _end(delivery: Delivery, due_at: datetime) -> datetime | None:
    return delivery.not_after and delivery.not_after + (due_at - delivery.due_at)


def _meant(delivery: Delivery, wall_zone: str | None) -> None:
    delivery.wall_zone = wall_zone
    delivery.wall = wall_zone and delivery.due_at.astimezone(ZoneInfo(wall_zone)).strftime("%Y-%m-%dT%H:%M")
