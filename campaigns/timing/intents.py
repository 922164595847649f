"""One intent for many: the posts of a set at one hour in several channels, at home or wherever each one is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import dispatch
from campaigns.audience import Audience, scattered
from campaigns.models import Delivery
from campaigns.timing import reading, walls
from campaigns.timing.reading import Member, Outlet
from outreach.core.errors import OutreachError

# Whoever fills the form takes a moment: what was "now" then is not yet the past.
GRACE = timedelta(minutes=5)


@dataclass(frozen=True)
class Intent:
    """What is meant: an hour on a wall, at home or where the audience is (`there`), up to `until` on the same wall.

    An `until` that is not after the hour is the next day's.
    """

    wall: datetime
    there: bool = False
    until: time | None = None


@dataclass(frozen=True)
class Foreseen:
    """What an intent comes to for one post in one channel, or the `trouble` that stands in its way.

    `scattered`: the countries of the channel, where these have no one clock. `meant_there`: it is the readers' hour.
    """

    post: Member
    channel: Outlet
    readers: Audience | None
    scattered: tuple[str, ...]
    meant_there: bool
    zone: ZoneInfo
    at: datetime | None
    not_after: datetime | None
    twice: bool
    trouble: OutreachError | None


class Refused(OutreachError):
    """Nothing of an intent was planned: `found` is everything that stands in its way."""

    def __init__(self, found: Sequence[Foreseen]) -> None:
        super().__init__("timing.refused", count=len(found))
        self.found = tuple(found)


def foresee(
    session: Session,
    now: datetime,
    post_ids: Sequence[int],
    channel_ids: Sequence[int],
    intent: Intent,
    home: ZoneInfo,
) -> list[Foreseen]:
    """Each post in each channel, in the order they are due, those without a moment first. Keeps nothing."""
    posts, channels = reading.members(session, post_ids), reading.outlets(session, channel_ids)
    found = [_foreseen(session, now, post, channel, intent, home) for post in posts for channel in channels]
    return sorted(found, key=lambda one: (one.at or datetime.min.replace(tzinfo=UTC), one.channel.name))


def plan(
    session: Session,
    now: datetime,
    post_ids: Sequence[int],
    channel_ids: Sequence[int],
    intent: Intent,
    home: ZoneInfo,
) -> list[Delivery]:
    """Sends each post on its way to each channel: all of them, or none and `Refused`, which lists every trouble.

    Give it a transaction of its own, that ends with the error.
    """
    foreseen = foresee(session, now, post_ids, channel_ids, intent, home)
    trouble = [one for one in foreseen if one.trouble is not None]
    if trouble:
        raise Refused(trouble)
    return [
        dispatch.schedule(
            session,
            now,
            one.post.post_id,
            one.channel.channel_id,
            one.at,
            not_after=one.not_after,
            zone=home,
            wall=intent.wall if one.meant_there else None,
            wall_zone=one.zone if one.meant_there else None,
        )
        for one in foreseen
        if one.at is not None
    ]


def _foreseen(
    session: Session, now: datetime, post: Member, channel: Outlet, intent: Intent, home: ZoneInfo
) -> Foreseen:
    readers = post.readers(channel)
    zone = walls.zone_of(readers, home, intent.there)
    placed: walls.Placed | None = None
    end: datetime | None = None
    trouble: OutreachError | None = None
    try:
        placed = walls.placed(intent.wall, zone)
        end = _end(intent, zone)
        if placed.at < now - GRACE:
            raise OutreachError("timing.past")
        dispatch.check(session, now, post.post_id, channel.channel_id, placed.at, not_after=end, zone=home)
    except OutreachError as error:
        trouble = error
    return Foreseen(
        post=post,
        channel=channel,
        readers=readers,
        scattered=scattered(channel.countries),
        meant_there=intent.there and readers is not None,
        zone=zone,
        at=placed.at if placed is not None else None,
        not_after=end,
        twice=placed is not None and placed.twice,
        trouble=trouble,
    )


def _end(intent: Intent, zone: ZoneInfo) -> datetime | None:
    if intent.until is None:
        return None
    day = intent.wall.date() if intent.until > intent.wall.time() else intent.wall.date() + timedelta(days=1)
    return walls.moment_of(walls.next_there_is(datetime.combine(day, intent.until), zone), zone)
