"""A channel's queue: the hours of its week, and posts that take the next free one.

Whoever takes, moves or frees an hour holds the channel's row until the transaction ends: no two ever take the same.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import dispatch, pausing
from campaigns.channel_switch import channel_of
from campaigns.models import Campaign, ChannelRow, Delivery, Post, QueueSlot
from campaigns.timing import reading, walls
from campaigns.timing.places import Place, Slot, upcoming
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

DAYS = 84  # how far ahead a free hour is looked for
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_LIVING = ("scheduled", "sending", "unconfirmed", "published")
IsQuiet = Callable[[date], bool]


@dataclass(frozen=True)
class Standing:
    """A place of the queue and what stands there; None is a gap, which a quiet day (`quiet`) keeps."""

    place: Place
    delivery: reading.Planned | None
    quiet: bool


@dataclass(frozen=True)
class NextFree:
    """The place that a post would take in a channel's queue, or why it would take none."""

    post_id: int
    channel_id: int
    place: Place | None
    trouble: OutreachError | None


def slots(session: Session, channel_id: int) -> list[Slot]:
    """The hours of a channel's week, from Monday on."""
    rows = session.execute(
        select(QueueSlot.id, QueueSlot.weekday, QueueSlot.hour, QueueSlot.zone).where(
            QueueSlot.channel_id == channel_id
        )
    )
    found = [Slot(number, weekday, time.fromisoformat(hour), _zone(zone)) for number, weekday, hour, zone in rows]
    return sorted(found, key=lambda slot: slot.sorts)


def add_slot(session: Session, channel_id: int, weekday: int, hour: str, zone: ZoneInfo | None = None) -> int:
    """A new hour of a channel's week; its number.

    Raises OutreachError `campaigns.channel.missing`, `timing.slot.unread` for what is no hour or day, or
    `timing.slot.exists`.
    """
    _hold(session, channel_id)
    found = _HOUR.fullmatch(hour.strip())
    if found is None or not 1 <= weekday <= 7:
        raise OutreachError("timing.slot.unread", hour=hour.strip())
    slot = QueueSlot(
        channel_id=channel_id,
        weekday=weekday,
        hour=f"{int(found[1]):02}:{found[2]}",
        zone=zone.key if zone is not None else None,
    )
    try:
        with session.begin_nested():
            session.add(slot)
            session.flush()
    except IntegrityError as error:
        raise OutreachError("timing.slot.exists", hour=slot.hour) from error
    return slot.id


def remove_slot(session: Session, channel_id: int, slot_id: int) -> int:
    """Takes an hour out of a channel's week; what stands there keeps its moment. How many posts that are.

    Raises OutreachError `campaigns.channel.missing` or `timing.slot.missing`.
    """
    _hold(session, channel_id)
    slot = session.scalar(select(QueueSlot).where(QueueSlot.id == slot_id, QueueSlot.channel_id == channel_id))
    if slot is None:
        raise OutreachError("timing.slot.missing")
    kept = session.scalars(
        update(Delivery)
        .where(Delivery.slot_id == slot_id)
        .values(slot_id=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    session.delete(slot)
    session.flush()
    return len(kept)


def enqueue(
    session: Session, now: datetime, post_id: int, channel_id: int, *, zone: ZoneInfo, is_quiet: IsQuiet
) -> Delivery:
    """Puts a post into the next free hour of a channel's queue.

    Passed over are quiet days, hours at which something stands already, and those before the post's embargo is over,
    before its consents hold or while the channel rests. Raises OutreachError as `campaigns.dispatch.schedule`, and
    `timing.queue.paused`, `timing.queue.none` (the channel has no hours) or `timing.queue.full` (none is free in
    twelve weeks).
    """
    channel = _hold(session, channel_id)
    place = _free(session, now, post_id, channel, _taken(session, channel_id, now), zone, is_quiet)
    return _into(session, now, post_id, channel_id, place, zone)


def next_free(
    session: Session,
    now: datetime,
    post_ids: Sequence[int],
    channel_ids: Sequence[int],
    *,
    zone: ZoneInfo,
    is_quiet: IsQuiet,
) -> list[NextFree]:
    """Which places `enqueue_all` would take as things stand now; takes none. Channels without hours are left out."""
    found = []
    for channel_id in sorted(set(channel_ids)):
        channel = channel_of(session, channel_id)
        if not slots(session, channel_id):
            continue
        taken = _taken(session, channel_id, now)
        for post_id in dict.fromkeys(post_ids):
            try:
                place = _free(session, now, post_id, channel, taken, zone, is_quiet)
            except OutreachError as error:
                found.append(NextFree(post_id, channel_id, None, error))
            else:
                taken.add(place.at)
                found.append(NextFree(post_id, channel_id, place, None))
    return found


def enqueue_all(
    session: Session,
    now: datetime,
    post_ids: Sequence[int],
    channel_ids: Sequence[int],
    *,
    zone: ZoneInfo,
    is_quiet: IsQuiet,
) -> list[Delivery]:
    """Puts each post into the queue of each channel: all of them, or what `enqueue` raises of one.

    Give it a transaction of its own, that ends with the error.
    """
    # Always in the same order: two that take several channels do not wait for each other.
    return [
        enqueue(session, now, post_id, channel_id, zone=zone, is_quiet=is_quiet)
        for channel_id in sorted(set(channel_ids))
        for post_id in dict.fromkeys(post_ids)
    ]


def swap(session: Session, now: datetime, delivery_id: int, *, up: bool, zone: ZoneInfo) -> tuple[int, int]:
    """Changes places with the post before (`up`) or after it in the queue; the numbers of both deliveries.

    The end of a post's window does not go with its place: it is taken away. Raises OutreachError `timing.queue.not_in`,
    `timing.queue.end` (nothing stands there), `campaigns.delivery.missing`, or what stands in the way of either post
    at its new moment, as `campaigns.dispatch.reschedule` does.
    """
    channel_id = session.scalar(select(Delivery.channel_id).where(Delivery.id == delivery_id))
    if channel_id is None:
        raise OutreachError("campaigns.delivery.missing", id=delivery_id)
    _hold(session, channel_id)
    row = session.scalars(
        select(Delivery)
        .where(
            Delivery.channel_id == channel_id,
            Delivery.status == "scheduled",
            Delivery.slot_id.is_not(None),
            Delivery.due_at > now,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .execution_options(populate_existing=True)
    ).all()
    at = next((number for number, one in enumerate(row) if one.id == delivery_id), None)
    if at is None:
        raise OutreachError("timing.queue.not_in")
    with_ = at - 1 if up else at + 1
    if not 0 <= with_ < len(row):
        raise OutreachError("timing.queue.end")
    spots = {one.id: _Spot.of(one) for one in (row[at], row[with_])}
    for one, spot in ((row[at].id, spots[row[with_].id]), (row[with_].id, spots[row[at].id])):
        dispatch.reschedule(
            session,
            now,
            one,
            spot.due_at,
            zone=zone,
            wall=spot.wall,
            wall_zone=spot.wall_zone,
            slot_id=spot.slot_id,
        )
    session.flush()
    return row[at].id, row[with_].id


def queue(
    session: Session, now: datetime, channel_id: int, *, zone: ZoneInfo, is_quiet: IsQuiet, days: int = 28
) -> tuple[list[Standing], list[reading.Planned]]:
    """The next places of a channel's queue with what stands there, and what else is due in the same days, in order."""
    places = [*upcoming(slots(session, channel_id), now, zone, days)]
    until = walls.moment_of(walls.next_there_is(_midnight(now, zone, days + 1), zone), zone)
    due = reading.standing(session, channel_id, now, until)
    at = {one.due_at: one for one in due}
    standing = [
        Standing(
            place,
            at.get(place.at),
            is_quiet(local_day(place.at, zone)) or is_quiet(place.wall.date()),
        )
        for place in places
    ]
    shown = {one.delivery.delivery_id for one in standing if one.delivery is not None}
    return standing, [one for one in due if one.delivery_id not in shown]


@dataclass(frozen=True)
class _Spot:
    due_at: datetime
    wall: datetime | None
    wall_zone: ZoneInfo | None
    slot_id: int | None

    @classmethod
    def of(cls, delivery: Delivery) -> "_Spot":
        wall = walls.read(delivery.wall) if delivery.wall is not None else None
        return cls(delivery.due_at, wall, _zone(delivery.wall_zone), delivery.slot_id)


def _free(
    session: Session,
    now: datetime,
    post_id: int,
    channel: ChannelRow,
    taken: set[datetime],
    zone: ZoneInfo,
    is_quiet: IsQuiet,
) -> Place:
    post = session.get(Post, post_id)
    if post is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    if channel.paused or pausing.paused(session) is not None or _is_held(session, post.campaign_id):
        raise OutreachError("timing.queue.paused", channel=channel.name)
    week = slots(session, channel.id)
    if not week:
        raise OutreachError("timing.queue.none", channel=channel.name)
    refused: OutreachError | None = None
    asked: set[date] = set()
    for place in upcoming(week, now, zone, DAYS):
        day = local_day(place.at, zone)
        if place.at in taken or day in asked or is_quiet(day) or is_quiet(place.wall.date()):
            continue
        if any(until is not None and place.at < until for until in (channel.rest_until, post.embargo_until)):
            continue
        try:
            dispatch.check(session, now, post_id, channel.id, place.at, zone=zone)
        except OutreachError as error:
            if error.key != "campaigns.consent.none":
                raise
            refused = refused or error
            asked.add(day)  # a consent is one of days: no other hour of this one is better
            continue
        return place
    raise refused or OutreachError("timing.queue.full", channel=channel.name, weeks=DAYS // 7)


def _into(
    session: Session, now: datetime, post_id: int, channel_id: int, place: Place, zone: ZoneInfo
) -> Delivery:
    there = place.slot.zone
    return dispatch.schedule(
        session,
        now,
        post_id,
        channel_id,
        place.at,
        zone=zone,
        wall=place.wall if there is not None else None,
        wall_zone=there,
        slot_id=place.slot.slot_id,
    )


def _hold(session: Session, channel_id: int) -> ChannelRow:
    channel = session.scalar(
        select(ChannelRow)
        .where(ChannelRow.id == channel_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if channel is None:
        raise OutreachError("campaigns.channel.missing", id=channel_id)
    return channel


def _taken(session: Session, channel_id: int, now: datetime) -> set[datetime]:
    wanted = select(Delivery.due_at).where(
        Delivery.channel_id == channel_id, Delivery.status.in_(_LIVING), Delivery.due_at > now
    )
    taken: Sequence[datetime] = session.scalars(wanted).all()
    return set(taken)


def _is_held(session: Session, campaign_id: int) -> bool:
    return bool(session.scalar(select(Campaign.paused).where(Campaign.id == campaign_id)))


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _midnight(now: datetime, zone: ZoneInfo, days: int) -> datetime:
    return datetime.combine(date.fromordinal(local_day(now, zone).toordinal() + days), time.min)
