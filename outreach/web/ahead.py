"""What planning would come to: each moment in both clocks, what stands in its way, and what is worth a look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from campaigns import caring, queries
from campaigns.audience import Audience, scattered
from campaigns.conflicts import NEAR, clashes
from campaigns.timing import hours, intents, queueing, reading, walls
from campaigns.timing.intents import Foreseen, Intent
from outreach.core.clock import local_day
from outreach.core.text import Words
from outreach.web.hourwords import advised, quiet_ahead, quiet_days
from outreach.web.planned import language_name
from outreach.web.visit import here, now, words

_MOST_HINTS = 12
_MORNING, _NIGHT = 6, 23  # between them people sleep


@dataclass(frozen=True)
class Ahead:
    """One line of what an intent comes to: the moment in both clocks, what stands in its way, what to look at."""

    row: Foreseen
    language: str
    trouble: str
    notes: tuple[str, ...]
    hint: str


@dataclass(frozen=True)
class Queued:
    """The next free place of a queue for one post, or why it has none."""

    title: str
    language: str
    channel: str
    at: datetime | None
    readers: Audience | None
    trouble: str


def ahead(intent: Intent, post_ids: Sequence[int], channel_ids: Sequence[int]) -> list[Ahead]:
    """What an intent comes to, each post in each channel; keeps nothing."""
    t, zone = words(), here().settings.zone
    with here().store.reading() as session:
        found = intents.foresee(session, now(), post_ids, channel_ids, intent, zone)
        near = _near(session, found)
        asked = sorted({one.channel.channel_id for one in found})[:_MOST_HINTS]
        ending = caring.ends_by(session, asked, max((one.at for one in found if one.at is not None), default=now()))
        hints = {number: hours.advice(reading.sent(session, now(), [number], zone)) for number in asked}
    # The day may be another one elsewhere.
    is_quiet = quiet_days(intent.wall.date() - timedelta(days=1), intent.wall.date() + timedelta(days=1))
    lines = []
    for one in found:
        at_once = sum(other.channel == one.channel and other.at == one.at for other in found)
        lines.append(
            Ahead(
                row=one,
                language=language_name(t, one.post.language),
                trouble=t.error(one.trouble) if one.trouble is not None else "",
                notes=tuple(_notes(t, one, zone, is_quiet, near, at_once, ending.get(one.channel.channel_id))),
                # Once a channel is enough.
                hint=_hint(t, one, hints.pop(one.channel.channel_id, None)),
            )
        )
    return lines


def queued(post_ids: Sequence[int], channel_ids: Sequence[int]) -> list[Queued]:
    """Which places of their queues the posts would take; channels without a queue are left out."""
    t = words()
    with here().store.reading() as session:
        free = queueing.next_free(
            session, now(), post_ids, channel_ids, zone=here().settings.zone, is_quiet=quiet_ahead()
        )
        posts = {one.post_id: one for one in reading.members(session, post_ids)}
        channels = {one.channel_id: one for one in reading.outlets(session, channel_ids)}
    return [
        Queued(
            title=posts[one.post_id].title,
            language=language_name(t, posts[one.post_id].language),
            channel=channels[one.channel_id].name,
            at=one.place.at if one.place is not None else None,
            readers=posts[one.post_id].readers(channels[one.channel_id]),
            trouble=t.error(one.trouble) if one.trouble is not None else "",
        )
        for one in free
    ]


def _near(session: Session, found: list[Foreseen]) -> dict[tuple[int, int], list[str]]:
    """For each post and channel the titles of what stands within an hour of it there already."""
    moments = [one.at for one in found if one.at is not None]
    if not moments:
        return {}
    there = queries.deliveries_between(session, min(moments) - NEAR, max(moments) + NEAR)
    titles = {row.delivery_id: row.title for row in there}
    asked: dict[int, tuple[int, int]] = {}
    for number, one in enumerate(found, 1):
        if one.at is not None:
            asked[-number] = (one.post.post_id, one.channel.channel_id)
            there.append(_as_seen(-number, one, one.at))
    near: dict[tuple[int, int], list[str]] = {}
    for clash in clashes(there):
        if clash.kind != "close":
            continue
        for number in clash.delivery_ids:
            if number in asked:
                near.setdefault(asked[number], []).extend(
                    titles[other] for other in clash.delivery_ids if other in titles
                )
    return near


def _as_seen(number: int, one: Foreseen, at: datetime) -> queries.DeliverySeen:
    return queries.DeliverySeen(
        delivery_id=number, post_id=one.post.post_id, title=one.post.title, language=one.post.language,
        campaign_id=0, campaign_name="", channel_id=one.channel.channel_id, channel=one.channel.name,
        channel_paused=one.channel.paused, pause_reason=None, approved=one.post.approved, status="scheduled",
        due_at=at, next_try_at=None, attempts=0, published_at=None, receipt_url=None, error_key=None,
        error_facts={}, code="", clicks=0, campaign_language=one.post.campaign_language,
    )  # fmt: skip


def _notes(
    t: Words,
    one: Foreseen,
    zone: ZoneInfo,
    is_quiet: Callable[[date], bool],
    near: dict[tuple[int, int], list[str]],
    at_once: int,
    access_ends: datetime | None,
) -> list[str]:
    """What is no obstacle and yet worth a look."""
    notes: list[str] = []
    if one.at is None or one.trouble is not None:
        return notes
    if one.twice:
        notes.append(t("timing.note.twice"))
    clocks = (zone, *((one.readers.zone,) if one.readers is not None else ()))
    if any(is_quiet(local_day(one.at, clock)) for clock in clocks):
        notes.append(t("timing.note.quiet"))
    for title in near.get((one.post.post_id, one.channel.channel_id), [])[:3]:
        notes.append(t("timing.note.near", title=title, channel=one.channel.name))
    if at_once > 1:
        notes.append(t("timing.note.together", count=at_once))
    if abroad := scattered(one.channel.countries):
        notes.append(t("timing.note.scattered", countries=", ".join(t.country(code) for code in abroad)))
    hour = walls.wall_of(one.at, clocks[-1]).hour
    if hour < _MORNING or hour >= _NIGHT:
        notes.append(t("timing.note.night"))
    if access_ends is not None and access_ends <= one.at:
        notes.append(t("channels.ends.before", moment=t.moment(access_ends, zone)))
    if not one.post.approved:
        notes.append(t("timing.note.unapproved"))
    if one.channel.paused:
        notes.append(t("timing.note.paused"))
    return notes


def _hint(t: Words, one: Foreseen, told: hours.Advice | None) -> str:
    """What the channel's own posts say of the hour."""
    if one.at is None or one.trouble is not None or told is None:
        return ""
    wall = walls.wall_of(one.at, walls.zone_of(one.readers, here().settings.zone, there=True))
    if told.best is not None and hours.block_of(wall) == (told.best.weekend, told.best.start):
        return t("timing.hours.in_best", count=told.best.posts)
    return advised(t, told)
