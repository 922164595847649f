"""A table of a plan and the store: what rows are held against, planning them, taking that back, writing a plan out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns import consents, dispatch, editing
from campaigns.channel import Channel
from campaigns.conflicts import NEAR
from campaigns.links import LENGTH, tracked_url
from campaigns.models import (
    Campaign,
    ChannelRow,
    Click,
    Delivery,
    DeliveryEvent,
    FamilyStory,
    Link,
    Picture,
    Post,
    PostComment,
    PostPicture,
)
from campaigns.moments import Yearly, expand
from campaigns.plan import overlong, render
from campaigns.timing.checking import (
    WAY,
    CampaignKnown,
    ChannelKnown,
    Judged,
    Known,
    Planned,
    PostKnown,
    ThingKnown,
)
from campaigns.timing.tables import Row, folded
from outreach.core.errors import OutreachError, WireError
from outreach.core.http import Answer, Request
from outreach.core.registry import build, kind_of

_MOST = 5000
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """What a table has made: numbers of posts that are new, and of deliveries."""

    posts: tuple[int, ...]
    deliveries: tuple[int, ...]


@dataclass(frozen=True)
class Undone:
    """What was taken back: deliveries called off, posts removed. `kept` ones are out, changed, approved or followed."""

    deliveries: int
    posts: int
    kept: int


@dataclass(frozen=True)
class MadeSeen:
    """A post that a table made or added channels to; `waiting`: how many of the table's deliveries may still go out."""

    post_id: int
    title: str
    campaign_id: int
    campaign: str
    approved: bool
    due_at: datetime
    waiting: int


@dataclass(frozen=True)
class Out:
    """A row of a plan as it is written out: the hour is one of the readers' wall where `by_readers`."""

    campaign: str
    language: str
    title: str
    text: str
    link: str
    channels: tuple[str, ...]
    due: datetime  # on a wall, without a zone
    by_readers: bool
    until: datetime | None
    picture: int | None
    story: int | None


class _Offline:
    """The wire of a look that asks nobody."""

    def send(self, request: Request) -> Answer:
        raise WireError("plantable.offline")


def known(
    session: Session,
    rows: Sequence[Row],
    *,
    table: Sequence[Yearly],
    public_url: str,
    link: str,
    language: str,
) -> Known:
    """What the office has that these rows may mean. No channel is asked how long a text may be."""
    campaigns = [
        CampaignKnown(id_, name, of, tuple(countries))
        for id_, name, of, countries in session.execute(
            select(Campaign.id, Campaign.name, Campaign.language, Campaign.countries)
            .where(Campaign.is_template.is_(False))
            .order_by(Campaign.id.desc())
            .limit(_MOST)
        )
    ]
    wanted = {folded(row.campaign) for row in rows}
    numbers = [one.campaign_id for one in campaigns if folded(one.name) in wanted]
    days = [row.day for row in rows if row.day is not None]
    first, last = (min(days) - _DAY, max(days) + _DAY) if days else (date(2000, 1, 1), date(2000, 1, 1))
    last = min(last, first + timedelta(days=5 * 366))  # a slip of the pen is no reason to count the centuries
    return Known(
        campaigns=campaigns,
        channels=[_channel(row, public_url) for row in session.scalars(select(ChannelRow).order_by(ChannelRow.name))],
        pictures=_pictures(session) if any(row.picture for row in rows) else (),
        stories=_stories(session) if any(row.story for row in rows) else (),
        posts=_posts(session, numbers),
        planned=_planned(session, first, last),
        moments=expand(table, first, last),
        link=link,
        language=language,
    )


def plan(session: Session, now: datetime, rows: Iterable[Judged], *, actor: str, zone: ZoneInfo) -> Made:
    """Makes what is good of the rows: posts that nobody has approved, and their deliveries.

    Raises OutreachError as `editing.write` and `dispatch.schedule` do: then nothing of the caller's transaction stays.
    """
    posts: list[int] = []
    deliveries: list[int] = []
    made: dict[tuple[object, ...], int] = {}
    for one in rows:
        if not one.plans or one.campaign_id is None:
            continue
        key = (one.campaign_id, one.language, one.row.title, one.row.text, one.link)
        number = one.post_id or made.get(key)
        if number is None:
            number = made[key] = _write(session, now, one, one.campaign_id, actor)
            posts.append(number)
        for going in one.going:
            delivery = dispatch.schedule(
                session,
                now,
                number,
                going.channel_id,
                going.due_at,
                not_after=going.not_after,
                zone=zone,
                wall=going.wall,
                wall_zone=going.zone,
            )
            deliveries.append(delivery.id)
    return Made(tuple(posts), tuple(deliveries))


def undo(session: Session, now: datetime, made: Made) -> Undone:
    """Calls off what a table has planned and removes its posts, as far as nothing has come of them yet."""
    waiting = session.scalars(
        select(Delivery.id)
        .where(Delivery.id.in_(made.deliveries), Delivery.status.in_(("scheduled", "failed")))
        .order_by(Delivery.id)
        .with_for_update()
    ).all()
    for number in waiting:
        dispatch.cancel(session, now, number)
    session.flush()
    free = session.scalars(
        select(Post.id)
        .where(
            Post.id.in_(made.posts),
            Post.approved_at.is_(None),
            Post.revision == 1,
            ~exists(select(PostComment.id).where(PostComment.post_id == Post.id)),
            ~exists(select(Delivery.id).where(Delivery.post_id == Post.id, Delivery.status != "cancelled")),
            ~exists(select(Delivery.id).where(Delivery.post_id == Post.id, Delivery.id.not_in(made.deliveries))),
            ~exists(
                select(Click.id)
                .join(Link, Link.id == Click.link_id)
                .join(Delivery, Delivery.id == Link.delivery_id)
                .where(Delivery.post_id == Post.id)
            ),
        )
        .order_by(Post.id)
    ).all()
    removed = sum(_remove(session, number) for number in free)
    there = session.scalar(select(func.count()).select_from(Post).where(Post.id.in_(made.posts))) or 0
    return Undone(len(waiting), removed, there)


def seen(session: Session, made: Made) -> list[MadeSeen]:
    """What is there of what a table has made, in the order it is due first."""
    waits = func.sum(case((Delivery.status.in_(("scheduled", "failed")), 1), else_=0))
    first = func.min(Delivery.due_at, type_=Delivery.due_at.type)
    rows = session.execute(
        select(Post.id, Post.title, Post.campaign_id, Campaign.name, Post.approved_at, first, waits)
        .join(Delivery, Delivery.post_id == Post.id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .where(Delivery.id.in_(made.deliveries))
        .group_by(Post.id, Post.title, Post.campaign_id, Campaign.name, Post.approved_at)
        .order_by(first, Post.id)
    )
    return [
        MadeSeen(id_, title, campaign_id, campaign, approved_at is not None, due_at, int(waiting))
        for id_, title, campaign_id, campaign, approved_at, due_at, waiting in rows
    ]


def written_out(session: Session, now: datetime, campaign_id: int, zone: ZoneInfo, limit: int = 2000) -> list[Out]:
    """What a campaign has planned and is still to come, a row for each post and hour, in the order it is due."""
    rows = session.execute(
        select(Delivery, Post, Campaign.name, ChannelRow.name)
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Post.campaign_id == campaign_id, Delivery.status == "scheduled", Delivery.due_at > now)
        .order_by(Delivery.due_at, Delivery.post_id, Delivery.id)
        .limit(limit)
    ).all()
    pictures: dict[int, int] = {}
    shown = select(PostPicture.post_id, PostPicture.picture_id).where(
        PostPicture.post_id.in_({post.id for _, post, _, _ in rows})
    )
    for post_id, picture_id in session.execute(shown.order_by(PostPicture.position)):
        pictures.setdefault(post_id, picture_id)
    found: dict[tuple[object, ...], Out] = {}
    for delivery, post, campaign, channel in rows:
        clock = ZoneInfo(delivery.wall_zone) if delivery.wall and delivery.wall_zone else zone
        due = delivery.due_at.astimezone(clock).replace(tzinfo=None)
        until = delivery.not_after.astimezone(clock).replace(tzinfo=None) if delivery.not_after else None
        key = (post.id, due, delivery.wall is not None, until)
        before = found.get(key)
        found[key] = Out(
            campaign=campaign,
            language=post.language,
            title=post.title,
            text=post.text,
            link=post.target_url,
            channels=(*(before.channels if before else ()), channel),
            due=due,
            by_readers=delivery.wall is not None,
            until=until,
            picture=pictures.get(post.id),
            story=post.story_id,
        )
    return list(found.values())


def _write(session: Session, now: datetime, one: Judged, campaign_id: int, actor: str) -> int:
    post = editing.write(
        session,
        now,
        campaign_id,
        language=one.language,
        title=one.row.title,
        text=one.row.text,
        target_url=one.link,
        actor=actor,
    )
    if one.story_id is not None:
        post.story_id = one.story_id
    if one.picture_id is not None:
        session.add(PostPicture(post_id=post.id, picture_id=one.picture_id, position=0, alt=""))
    session.flush()
    return post.id


def _remove(session: Session, post_id: int) -> bool:
    deliveries = select(Delivery.id).where(Delivery.post_id == post_id)
    try:
        with session.begin_nested():
            session.execute(delete(Link).where(Link.delivery_id.in_(deliveries)))
            session.execute(delete(DeliveryEvent).where(DeliveryEvent.delivery_id.in_(deliveries)))
            session.execute(delete(Delivery).where(Delivery.post_id == post_id))
            session.execute(delete(Post).where(Post.id == post_id))
    except IntegrityError:
        return False  # something has come of it meanwhile that names it
    return True


def _channel(row: ChannelRow, public_url: str) -> ChannelKnown:
    cls = kind_of("campaigns.channels", row.kind)
    return ChannelKnown(
        channel_id=row.id,
        name=row.name,
        paused=row.paused,
        countries=tuple(row.countries),
        needs_picture=bool(cls is not None and cls.terms.needs_picture),
        too_long=partial(_too_long, row.kind, dict(row.settings), tracked_url(public_url, "x" * LENGTH)),
    )


def _too_long(
    kind: str, settings: dict[str, object], link: str, text: str, has_picture: bool
) -> tuple[int, int] | None:
    try:
        built: Channel = build("campaigns.channels", kind, settings)
        limit = built.limit(_Offline())
    except OutreachError:
        return None  # only its server knows; the post's own page asks it
    if limit is None:
        return None
    most = limit.with_picture if has_picture and limit.with_picture is not None else limit.characters
    excess = overlong(render(text, link), most, limit.per_url, limit.unit)
    return (excess, most) if excess else None


def _pictures(session: Session) -> list[ThingKnown]:
    rows = session.scalars(select(Picture).order_by(Picture.id.desc()).limit(_MOST))
    return [ThingKnown(row.id, row.alt, partial(consents.holds, row)) for row in rows]


def _stories(session: Session) -> list[ThingKnown]:
    rows = session.scalars(select(FamilyStory).order_by(FamilyStory.id.desc()).limit(_MOST))
    return [ThingKnown(row.id, row.title, partial(consents.agreed, row)) for row in rows]


def _posts(session: Session, campaigns: Sequence[int]) -> dict[tuple[int, str, str, str, str], PostKnown]:
    posts = (
        session.execute(
            select(Post.id, Post.campaign_id, Post.language, Post.title, Post.text, Post.target_url)
            .where(Post.campaign_id.in_(campaigns))
            .order_by(Post.id.desc())
            .limit(_MOST)
        )
        .all()
    )
    due: dict[int, dict[int, datetime]] = {}
    sent = (
        select(Delivery.post_id, Delivery.channel_id, Delivery.due_at)
        .join(Post, Post.id == Delivery.post_id)
        .where(Post.campaign_id.in_(campaigns), Delivery.status != "cancelled")
    )
    for post_id, channel_id, due_at in session.execute(sent):
        due.setdefault(post_id, {})[channel_id] = due_at
    return {
        (campaign_id, language, " ".join(title.split()), text.replace("\r\n", "\n").strip(), target): PostKnown(
            id_, due.get(id_, {})
        )
        for id_, campaign_id, language, title, text, target in reversed(posts)
    }


def _planned(session: Session, first: date, last: date) -> list[Planned]:
    utc = ZoneInfo("UTC")
    rows = session.execute(
        select(Delivery.channel_id, Post.title, Delivery.due_at)
        .join(Post, Post.id == Delivery.post_id)
        .where(
            Delivery.status.in_(WAY),
            Delivery.due_at > datetime.combine(first, datetime.min.time(), tzinfo=utc) - NEAR,
            Delivery.due_at < datetime.combine(last + _DAY, datetime.min.time(), tzinfo=utc) + NEAR,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(_MOST)
    )
    return [Planned(*row) for row in rows]
