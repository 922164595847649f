"""What pages of hours and queues read: posts of a set, where they may go, what is planned, how posts were followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, and_, column, func, or_, select, values
from sqlalchemy.orm import Session

from campaigns.audience import Audience, audience
from campaigns.clicks import PEOPLE
from campaigns.models import Campaign, ChannelRow, Click, Delivery, Link, Post, QueueSlot
from campaigns.timing import walls
from campaigns.timing.hours import Sent
from outreach.core.db import UtcDateTime

FOLLOWED_FOR = timedelta(hours=48)
_BACK = timedelta(days=730)
_MOST = 400


@dataclass(frozen=True)
class Member:
    """A post of a set, or one that stands alone, with what says whose clock matters to it."""

    post_id: int
    title: str
    language: str
    approved: bool
    embargo_until: datetime | None
    campaign_language: str | None
    campaign_countries: tuple[str, ...]

    def readers(self, channel: "Outlet") -> Audience | None:
        """Whose clock matters when it goes out there."""
        return audience(
            self.campaign_language,
            self.language,
            channel_countries=channel.countries,
            campaign_countries=self.campaign_countries,
        )


@dataclass(frozen=True)
class Outlet:
    """A channel that a post may go out in; `slots` is how many hours a week its queue has."""

    channel_id: int
    name: str
    paused: bool
    countries: tuple[str, ...]
    slots: int


@dataclass(frozen=True)
class Planned:
    """Where and when a post goes out, or went; `readers` is the audience whose hour stands beside ours."""

    delivery_id: int
    post_id: int
    title: str
    channel_id: int
    channel: str
    status: str
    due_at: datetime
    published_at: datetime | None
    not_after: datetime | None
    meant_there: bool
    in_queue: bool
    readers: Audience | None

    @property
    def at(self) -> datetime:
        """When it went out, or is to go out."""
        return self.published_at or self.due_at


_MEMBERS = select(
    Post.id,
    Post.title,
    Post.language,
    Post.approved_at.is_not(None),
    Post.embargo_until,
    Campaign.language,
    Campaign.countries,
).join(Campaign, Campaign.id == Post.campaign_id)
_SLOTS = select(func.count(QueueSlot.id)).where(QueueSlot.channel_id == ChannelRow.id).scalar_subquery()
_OUTLETS = select(ChannelRow.id, ChannelRow.name, ChannelRow.paused, ChannelRow.countries, _SLOTS)
_PLANNED = (
    select(
        Delivery.id,
        Delivery.post_id,
        Post.title,
        Post.language,
        Delivery.channel_id,
        ChannelRow.name,
        ChannelRow.countries.label("reaches"),
        Delivery.status,
        Delivery.due_at,
        Delivery.published_at,
        Delivery.not_after,
        Delivery.wall,
        Delivery.slot_id,
        Campaign.language.label("campaign_language"),
        Campaign.countries.label("campaign_countries"),
    )
    .select_from(Delivery)
    .join(Post, Post.id == Delivery.post_id)
    .join(Campaign, Campaign.id == Post.campaign_id)
    .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
    .order_by(Delivery.due_at, Delivery.id)
)


def set_of(session: Session, post_id: int) -> list[Member]:
    """The post and those that say the same in other languages, the first one first; none if there is no such post."""
    first = select(func.coalesce(Post.original_id, Post.id)).where(Post.id == post_id).scalar_subquery()
    wanted = _MEMBERS.where(or_(Post.id == first, Post.original_id == first)).order_by(Post.id).limit(20)
    return [_member(*row) for row in session.execute(wanted)]


def members(session: Session, post_ids: Sequence[int]) -> list[Member]:
    """These posts, in the order given; those that are not there are left out."""
    found = {row[0]: _member(*row) for row in session.execute(_MEMBERS.where(Post.id.in_(post_ids)))}
    return [found[number] for number in dict.fromkeys(post_ids) if number in found]


def outlets(session: Session, channel_ids: Sequence[int] | None = None) -> list[Outlet]:
    """All channels by name, or these."""
    wanted = _OUTLETS if channel_ids is None else _OUTLETS.where(ChannelRow.id.in_(channel_ids))
    rows = session.execute(wanted.order_by(ChannelRow.name))
    return [Outlet(number, name, paused, tuple(countries), slots) for number, name, paused, countries, slots in rows]


def planned(session: Session, post_id: int) -> list[Planned]:
    """A post's deliveries in the order they are due."""
    return _planned(session, _PLANNED.where(Delivery.post_id == post_id).limit(200))


def standing(session: Session, channel_id: int, since: datetime, until: datetime) -> list[Planned]:
    """What is due in a channel from `since` to before `until` and was not called off, in order."""
    return _planned(
        session,
        _PLANNED.where(
            Delivery.channel_id == channel_id,
            Delivery.status != "cancelled",
            Delivery.due_at >= since,
            Delivery.due_at < until,
        ).limit(_MOST),
    )


def alike(session: Session, channel_id: int) -> list[Outlet]:
    """The channel and those that reach the same countries; it alone where nobody has said which it reaches."""
    found = outlets(session)
    own = next((one for one in found if one.channel_id == channel_id), None)
    if own is None:
        return []
    same = [one for one in found if one != own and own.countries and set(one.countries) == set(own.countries)]
    return [own, *same]


def sent(session: Session, now: datetime, channel_ids: Sequence[int], home: ZoneInfo) -> list[Sent]:
    """The last 400 posts of two years that went out in these channels more than two days ago, and who followed them.

    Their hour is that of their readers, of `home` where these have none of their own.
    """
    rows = session.execute(
        select(
            Link.id,
            Delivery.published_at,
            Post.language,
            Campaign.language,
            ChannelRow.countries,
            Campaign.countries,
        )
        .select_from(Delivery)
        .join(Link, Link.delivery_id == Delivery.id)
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(
            Delivery.channel_id.in_(channel_ids),
            Delivery.status == "published",
            Delivery.published_at >= now - _BACK,
            Delivery.published_at <= now - FOLLOWED_FOR,
        )
        .order_by(Delivery.published_at.desc(), Delivery.id.desc())
        .limit(_MOST)
    ).all()
    people = _followed(session, [(link_id, at) for link_id, at, *_ in rows if at is not None])
    found = []
    for link_id, at, language, campaign_language, reaches, countries in rows:
        if at is None:
            continue
        readers = audience(campaign_language, language, channel_countries=reaches, campaign_countries=countries)
        found.append(Sent(walls.wall_of(at, walls.zone_of(readers, home, there=True)), people.get(link_id, 0)))
    return found


def _followed(session: Session, links: Sequence[tuple[int, datetime]]) -> dict[int, int]:
    """How many people followed each link in its first two days."""
    if not links:
        return {}
    spans = (
        values(column("link_id", Integer), column("since", UtcDateTime), column("until", UtcDateTime), name="spans")
        .data([(link_id, at, at + FOLLOWED_FOR) for link_id, at in links])
        .cte()
    )
    rows = session.execute(
        select(Click.link_id, func.count(Click.id).label("people"))
        .join(
            spans,
            and_(
                Click.link_id == spans.c.link_id,
                Click.clicked_at >= spans.c.since,
                Click.clicked_at < spans.c.until,
            ),
        )
        .where(Click.kind.in_(PEOPLE))
        .group_by(Click.link_id)
    )
    return {row.link_id: row.people for row in rows}


def _member(
    post_id: int,
    title: str,
    language: str,
    approved: bool,
    embargo_until: datetime | None,
    campaign_language: str | None,
    countries: Sequence[str],
) -> Member:
    return Member(post_id, title, language, bool(approved), embargo_until, campaign_language, tuple(countries))


def _planned(session: Session, query) -> list[Planned]:  # type: ignore[no-untyped-def]  # a question of `_PLANNED`
    return [
        Planned(
            delivery_id=row.id,
            post_id=row.post_id,
            title=row.title,
            channel_id=row.channel_id,
            channel=row.name,
            status=row.status,
            due_at=row.due_at,
            published_at=row.published_at,
            not_after=row.not_after,
            meant_there=row.wall is not None,
            in_queue=row.slot_id is not None,
            readers=audience(
                row.campaign_language,
                row.language,
                channel_countries=row.reaches,
                campaign_countries=row.campaign_countries,
            ),
        )
        for row in session.execute(query)
    ]
