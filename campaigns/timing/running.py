"""A series that runs: its days with what became of them, leaving one out, carrying new words on, ending it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from campaigns import dispatch, editing
from campaigns.models import (
    Campaign,
    ChannelRow,
    Delivery,
    Link,
    Post,
    PostPicture,
    PostVariant,
    Series,
    SeriesPost,
)
from campaigns.timing.making import dated, held, plan_of
from campaigns.timing.series import hour_on
from outreach.core.errors import OutreachError

_OUT = ("sending", "unconfirmed", "published")
_WAITS = ("scheduled", "failed")


@dataclass(frozen=True)
class SeriesSeen:
    """A series with its pattern; `channels` are names. `behind`: of those not out yet, how many say something else
    than the pattern, or lack the approval that it has; `waiting`: how many are not out and not called off.
    """

    series_id: int
    post_id: int
    title: str
    campaign_id: int
    campaign_name: str
    approved: bool
    rule: str
    starts_on: date
    hour: time
    zone: str | None
    channels: tuple[str, ...]
    made_until: date | None
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    behind: int
    waiting: int


@dataclass(frozen=True)
class SentSeen:
    """One delivery of a day."""

    delivery_id: int
    channel: str
    status: str
    at: datetime  # when it went out, else when it is due


@dataclass(frozen=True)
class DaySeen:
    """One day of a series. `state`: `waiting`, `out` (also on its way or in doubt) or `skipped`."""

    day: date
    post_id: int
    approved: bool
    behind: bool
    deliveries: tuple[SentSeen, ...]
    state: str


def seen(session: Session, series_id: int) -> SeriesSeen | None:
    """One series."""
    row = session.execute(
        select(Series, Post.title, Post.campaign_id, Campaign.name, Post.approved_at)
        .join(Post, Post.id == Series.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .where(Series.id == series_id)
    ).one_or_none()
    if row is None:
        return None
    series, title, campaign_id, campaign_name, approved_at = row
    names = dict(
        session.execute(select(ChannelRow.id, ChannelRow.name).where(ChannelRow.id.in_(series.channels))).all()
    )
    posts = _not_out(session, series_id)
    pattern = session.get_one(Post, series.post_id)
    waiting = (
        select(func.count(func.distinct(SeriesPost.post_id)))
        .join(Delivery, Delivery.post_id == SeriesPost.post_id)
        .where(SeriesPost.series_id == series_id, Delivery.status.in_(_WAITS))
    )
    return SeriesSeen(
        series_id=series.id,
        post_id=series.post_id,
        title=title,
        campaign_id=campaign_id,
        campaign_name=campaign_name,
        approved=approved_at is not None,
        rule=series.rule,
        starts_on=series.starts_on,
        hour=time.fromisoformat(series.hour),
        zone=series.zone,
        channels=tuple(names[number] for number in series.channels if number in names),
        made_until=series.made_until,
        created_at=series.created_at,
        created_by=series.created_by,
        ended_at=series.ended_at,
        behind=sum(_behind(pattern, post, day) for post, day in posts),
        waiting=session.scalar(waiting) or 0,
    )


def of_post(session: Session, post_id: int, limit: int = 20) -> list[int]:
    """The series whose pattern this post is, or that made it; those that run first, then the latest."""
    made = select(SeriesPost.series_id).where(SeriesPost.post_id == post_id)
    rows = session.scalars(
        select(Series.id)
        .where(or_(Series.post_id == post_id, Series.id.in_(made)))
        .order_by(Series.ended_at.is_not(None), Series.id.desc())
        .limit(limit)
    )
    return list(rows)


def days(session: Session, series_id: int, since: date, *, limit: int = 60) -> list[DaySeen]:
    """The days of a series in their order, from the day `since` on."""
    wanted = (
        select(SeriesPost.day, Post, Series.post_id)
        .join(Post, Post.id == SeriesPost.post_id)
        .join(Series, Series.id == SeriesPost.series_id)
        .where(SeriesPost.series_id == series_id, SeriesPost.day >= since)
        .order_by(SeriesPost.day)
        .limit(limit)
    )
    rows = session.execute(wanted).all()
    sent: dict[int, list[SentSeen]] = {}
    deliveries = (
        select(
            Delivery.post_id,
            Delivery.id,
            ChannelRow.name,
            Delivery.status,
            func.coalesce(Delivery.published_at, Delivery.due_at, type_=Delivery.due_at.type),
        )
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Delivery.post_id.in_([post.id for _, post, _ in rows]))
        .order_by(Delivery.due_at, Delivery.id)
    )
    for post_id, delivery_id, channel, status, at in session.execute(deliveries):
        sent.setdefault(post_id, []).append(SentSeen(delivery_id, channel, status, at))
    pattern = session.get(Post, rows[0][2]) if rows else None
    return [_day(pattern, post, day, sent.get(post.id, [])) for day, post, _ in rows]


def skip(session: Session, now: datetime, series_id: int, day: date) -> list[int]:
    """Calls the deliveries of one day off; which they are.

    Raises OutreachError `series.missing` or `series.day.missing`.
    """
    post_id = _post_of(session, series_id, day)
    return _call_off(session, now, Delivery.post_id == post_id)


def bring_back(session: Session, now: datetime, series_id: int, day: date, office: ZoneInfo) -> list[int]:
    """Plans a day that was left out again, at its own hour; which deliveries.

    Raises OutreachError `series.missing`, `series.day.missing`, `series.day.past` or as `dispatch.reschedule`.
    """
    post_id = _post_of(session, series_id, day)
    plan = plan_of(session.get_one(Series, series_id))
    wall, due_at = hour_on(day, plan.hour, plan.zone or office)
    if due_at <= now:
        raise OutreachError("series.day.past")
    found = session.scalars(
        select(Delivery.id).where(Delivery.post_id == post_id, Delivery.status == "cancelled").order_by(Delivery.id)
    ).all()
    for delivery_id in found:
        dispatch.reschedule(
            session,
            now,
            delivery_id,
            due_at,
            zone=office,
            wall=wall if plan.zone is not None else None,
            wall_zone=plan.zone,
        )
    return list(found)


def carry(session: Session, now: datetime, series_id: int, *, actor: str) -> int:
    """Gives the posts that are not out yet the pattern's words, address, pictures and wordings; how many.

    They lose their approval, unless the pattern has one: whoever approved it approved these words. Raises
    OutreachError `series.missing`.
    """
    series = held(session, series_id)
    pattern = session.get_one(Post, series.post_id)
    changed = 0
    for post, day in _not_out(session, series_id):
        if not _behind(pattern, post, day):
            continue
        editing.edit(
            session,
            now,
            post.id,
            title=dated(pattern.title, day),
            text=pattern.text,
            language=pattern.language,
            actor=actor,
        )
        if post.target_url != pattern.target_url:
            # Nobody has had these links yet.
            post.target_url = pattern.target_url
            of_post = select(Delivery.id).where(Delivery.post_id == post.id)
            session.execute(update(Link).where(Link.delivery_id.in_(of_post)).values(target_url=pattern.target_url))
        _take_over(session, pattern.id, post.id)
        post.approved_at, post.approved_by = pattern.approved_at, pattern.approved_by
        post.story_id = pattern.story_id
        changed += 1
    session.flush()
    return changed


def end(session: Session, now: datetime, series_id: int) -> list[int]:
    """Ends a series and calls off what has not gone out; which deliveries. Ending twice does nothing.

    Raises OutreachError `series.missing`.
    """
    series = held(session, series_id)
    if series.ended_at is not None:
        return []
    series.ended_at = now
    session.flush()
    posts = select(SeriesPost.post_id).where(SeriesPost.series_id == series_id)
    return _call_off(session, now, Delivery.post_id.in_(posts))


def _call_off(session: Session, now: datetime, which: ColumnElement[bool]) -> list[int]:
    found = session.scalars(
        select(Delivery.id).where(which, Delivery.status.in_(_WAITS)).order_by(Delivery.id).with_for_update()
    ).all()
    for delivery_id in found:
        dispatch.cancel(session, now, delivery_id)
    return list(found)


def _post_of(session: Session, series_id: int, day: date) -> int:
    held(session, series_id)
    post_id = session.scalar(
        select(SeriesPost.post_id).where(SeriesPost.series_id == series_id, SeriesPost.day == day)
    )
    if post_id is None:
        raise OutreachError("series.day.missing", day=day)
    return post_id


def _not_out(session: Session, series_id: int) -> list[tuple[Post, date]]:
    """The posts of a series of which nothing is or may be out, and of which something still may go out."""
    of_it = select(Delivery.id).where(Delivery.post_id == Post.id)
    rows = session.execute(
        select(Post, SeriesPost.day)
        .join(SeriesPost, SeriesPost.post_id == Post.id)
        .where(
            SeriesPost.series_id == series_id,
            ~exists(of_it.where(Delivery.status.in_(_OUT))),
            exists(of_it.where(Delivery.status.in_(_WAITS))),
        )
        .order_by(SeriesPost.day)
    )
    return [(post, day) for post, day in rows]


def _behind(pattern: Post, post: Post, day: date) -> bool:
    same = (post.text, post.language, post.target_url) == (pattern.text, pattern.language, pattern.target_url)
    unapproved = pattern.approved_at is not None and post.approved_at is None
    return not same or unapproved or post.title != dated(pattern.title, day)


def _day(pattern: Post | None, post: Post, day: date, sent: Sequence[SentSeen]) -> DaySeen:
    statuses = {one.status for one in sent}
    state = "out" if statuses & set(_OUT) else "waiting" if statuses & set(_WAITS) else "skipped"
    return DaySeen(
        day=day,
        post_id=post.id,
        approved=post.approved_at is not None,
        behind=state == "waiting" and pattern is not None and _behind(pattern, post, day),
        deliveries=tuple(sent),
        state=state,
    )


def _take_over(session: Session, pattern_id: int, post_id: int) -> None:
    """The pattern's pictures and wordings in place of a post's own."""
    session.execute(delete(PostPicture).where(PostPicture.post_id == post_id))
    session.execute(delete(PostVariant).where(PostVariant.post_id == post_id))
    pictures = session.execute(
        select(PostPicture.picture_id, PostPicture.position, PostPicture.alt).where(PostPicture.post_id == pattern_id)
    ).all()
    if pictures:
        session.execute(
            insert(PostPicture),
            [{"post_id": post_id, "picture_id": id_, "position": at, "alt": alt} for id_, at, alt in pictures],
        )
    variants = session.execute(
        select(PostVariant.channel_id, PostVariant.title, PostVariant.text).where(PostVariant.post_id == pattern_id)
    ).all()
    if variants:
        session.execute(
            insert(PostVariant),
            [{"post_id": post_id, "channel_id": id_, "title": title, "text": text} for id_, title, text in variants],
        )
