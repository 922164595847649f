"""Taking due deliveries for ourselves: what may go now, and what is past its window."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from campaigns import consents, history, pausing
from campaigns.allowance import allowance
from campaigns.channel import Image as Sent
from campaigns.channel import Keep, Outgoing
from campaigns.images import Shown
from campaigns.links import tracked_url
from campaigns.models import (
    Campaign,
    ChannelRow,
    Delivery,
    DeliveryEvent,
    Link,
    Picture,
    Post,
    PostPicture,
    PostVariant,
)
from campaigns.plan import render
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

_UTC = ZoneInfo("UTC")
# What goes out this much after its moment says so in its history.
_BEHIND, _BEHIND_KEY = timedelta(minutes=2), "campaigns.behind"
# Under these names a delivery keeps what is ours; channels name what they keep otherwise.
_OF, ABSENT = "~of", "~absent"


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
    pictures: tuple[Shown, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What is to be said, in short: two that differ in a word or a picture differ here."""
        said = [self.text, self.language, self.title, [one.said for one in self.pictures]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    def outgoing(
        self, public_url: str, at: datetime, images: tuple[Sent, ...] = (), keep: Keep | None = None
    ) -> Outgoing:
        """What the channel is given at that moment."""
        link = tracked_url(public_url, self.code)
        # What was kept for another text is of no use: a container holds the words it was made with.
        fits = self.left.get(_OF) == self.said
        left = {name: value for name, value in self.left.items() if fits and not name.startswith("~")}
        text = render(self.text, link)
        sent = Outgoing(text, self.language, self.key, self.title, at, link=link, images=images, left=left)
        return sent if keep is None else replace(sent, keep=keep)


def claim(
    session: Session,
    now: datetime,
    token: str,
    late: timedelta,
    *,
    channel_id: int | None = None,
    only: int | None = None,
    limit: int = 1,
    zone: ZoneInfo = _UTC,
) -> list[Claimed]:
    """Takes due deliveries of approved posts for ourselves, the earliest first: of one channel, or `only` that one.

    Give it a transaction of its own. What is sent is the text as it stands in this transaction: an edit before it
    takes the approval away, and one after it is refused.
    """
    wanted = [] if channel_id is None else [Delivery.channel_id == channel_id]
    wanted += [] if only is None else [Delivery.id == only]
    room = _room(session, now, channel_id, only)
    if room == 0:
        return []
    # What another has under its hand is its own; the deliveries are locked before the posts, by everybody.
    due = session.execute(
        select(Delivery.id, Delivery.post_id)
        .select_from(Delivery)
        .join(Post, Post.id == Delivery.post_id)
        .join(Campaign, Campaign.id == Post.campaign_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(*wanted, may_go(now, late, zone))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(limit if room is None else min(limit, room))
        .with_for_update(of=Delivery, skip_locked=True)
    ).all()
    if not due:
        return []
    # Of an edit and a claim at once one waits for the other here: `editing.edit` holds the post alone.
    posts = session.scalars(
        select(Post.id)
        .where(Post.id.in_({post_id for _, post_id in due}), Post.approved_at.is_not(None), _no_embargo(now))
        .order_by(Post.id)
        .with_for_update(read=True)
    ).all()
    ours = [delivery_id for delivery_id, post_id in due if post_id in posts]
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ours))
        .values(
            status="sending",
            claimed_at=now,
            claimed_by=token,
            attempts=Delivery.attempts + 1,
            revision=select(Post.revision).where(Post.id == Delivery.post_id).scalar_subquery(),
            next_try_at=None,
            error_key=None,
            error_facts=None,
        )
        .execution_options(synchronize_session=False)
    )
    rows = read(session, ours)
    if rows:
        begun = [history.event(now, row.id, "scheduled", "sending", _behind(now, row.due_at)) for row in rows]
        session.execute(insert(DeliveryEvent), begun)
    return claimed_of(session, rows)


def _room(session: Session, now: datetime, channel_id: int | None, only: int | None) -> int | None:
    """How many more posts the channel may send in its day and month; None for as many as one likes."""
    if channel_id is None:
        channel_id = session.scalar(select(Delivery.channel_id).where(Delivery.id == only))
    if channel_id is None:
        return None
    try:
        return allowance(session, now, channel_id).left
    except OutreachError:
        return None  # settings that make no channel: sending says so


def read(session: Session, delivery_ids: Sequence[int]) -> Sequence[Row[tuple[object, ...]]]:
    """What is needed of these deliveries to send or to look for them, the earliest first; title and text are those
    that the post has in its channel.
    """
    if not delivery_ids:
        return []
    return session.execute(
        select(
            Delivery.id,
            Delivery.post_id,
            Delivery.attempts,
            Delivery.claimed_by,
            Delivery.claimed_at,
            Delivery.due_at,
            Delivery.channel_id,
            ChannelRow.kind,
            ChannelRow.settings,
            func.coalesce(func.nullif(PostVariant.text, ""), Post.text).label("text"),
            Post.language,
            func.coalesce(func.nullif(PostVariant.title, ""), Post.title).label("title"),
            Delivery.key,
            Link.code,
            Delivery.kept,
        )
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .join(Link, Link.delivery_id == Delivery.id)
        .outerjoin(
            PostVariant,
            and_(PostVariant.post_id == Delivery.post_id, PostVariant.channel_id == Delivery.channel_id),
        )
        .where(Delivery.id.in_(delivery_ids))
        .order_by(Delivery.due_at, Delivery.id)
    ).all()


def claimed_of(session: Session, rows: Sequence[Row[tuple[object, ...]]]) -> list[Claimed]:
    """Values of what `read` brought, with their pictures."""
    shown: dict[int, list[Shown]] = defaultdict(list)
    for post_id, name, of_picture, of_post, x, y in session.execute(
        select(
            PostPicture.post_id, Picture.name, Picture.alt, PostPicture.alt, Picture.focus_x, Picture.focus_y
        )
        .join(Picture, Picture.id == PostPicture.picture_id)
        .where(PostPicture.post_id.in_({row.post_id for row in rows}))
        .order_by(PostPicture.post_id, PostPicture.position, PostPicture.picture_id)
    ):
        shown[post_id].append(Shown(name, of_post.strip() or of_picture, (x, y)))
    return [
        Claimed(
            delivery_id=row.id,
            attempt=row.attempts,
            claimed_by=row.claimed_by or "",
            channel_id=row.channel_id,
            kind=row.kind,
            settings=row.settings,
            text=row.text,
            language=row.language,
            title=row.title,
            key=row.key,
            code=row.code,
            pictures=tuple(shown[row.post_id]),
            left=row.kept or {},
        )
        for row in rows
    ]


def put_back(session: Session, now: datetime, claimed: Sequence[Claimed]) -> int:
    """Gives back what was claimed and not begun: due again at once, and no try is counted. How many."""
    if not claimed:
        return 0
    back = session.scalars(
        update(Delivery)
        .where(
            Delivery.id.in_([one.delivery_id for one in claimed]),
            Delivery.claimed_by == claimed[0].claimed_by,
            Delivery.status == "sending",
        )
        .values(status="scheduled", attempts=Delivery.attempts - 1, claimed_by=None, claimed_at=None, revision=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    if back:
        events = [history.event(now, delivery_id, "sending", "scheduled") for delivery_id in sorted(back)]
        session.execute(insert(DeliveryEvent), events)
    return len(back)


def keep(session: Session, claimed: Claimed, name: str, value: str) -> None:
    """Keeps what a try has on the platform already, beside the words it was made for; give it its own transaction."""
    delivery = history.held(session, claimed.delivery_id)
    if delivery.claimed_by != claimed.claimed_by:
        return
    kept = delivery.kept if delivery.kept.get(_OF) == claimed.said else {}
    delivery.kept = {**kept, _OF: claimed.said, name: value}


def expire(session: Session, now: datetime, late: timedelta) -> int:
    """Deliveries that are past their window fail and wait for a person; how many."""
    overdue = select(Delivery).where(*overdue_at(now, late)).order_by(Delivery.id).with_for_update()
    count = 0
    for delivery in session.scalars(overdue.execution_options(populate_existing=True)):
        fail_late(session, now, delivery, late)
        count += 1
    return count


def fail_late(session: Session, now: datetime, delivery: Delivery, late: timedelta) -> None:
    """A held delivery is not sent any more."""
    if delivery.not_after is None:
        delivery.error_key = "campaigns.late"
        delivery.error_facts = {"hours": int(late.total_seconds() // 3600)}
    else:
        delivery.error_key, delivery.error_facts = "campaigns.late_window", {}
    delivery.next_try_at = None
    history.move(session, now, delivery, "failed", delivery.error_key)


def is_past(delivery: Delivery, now: datetime, late: timedelta) -> bool:
    """Whether a delivery's window is over."""
    return now > (delivery.due_at + late if delivery.not_after is None else delivery.not_after)


def may_go(now: datetime, late: timedelta, zone: ZoneInfo) -> ColumnElement[bool]:
    """Of a statement over deliveries, posts, campaigns and channels: what may be sent now."""
    return and_(
        Delivery.status == "scheduled",
        Delivery.due_at <= now,
        or_(Delivery.next_try_at.is_(None), Delivery.next_try_at <= now),
        or_(and_(Delivery.not_after.is_(None), Delivery.due_at >= now - late), Delivery.not_after >= now),
        Post.approved_at.is_not(None),
        _no_embargo(now),
        Campaign.paused.is_(False),
        Campaign.is_template.is_(False),
        ChannelRow.paused.is_(False),
        or_(ChannelRow.rest_until.is_(None), ChannelRow.rest_until <= now),
        ~pausing.everything_is_held(),
        ~consents.lacking(local_day(now, zone)),
    )


def overdue_at(now: datetime, late: timedelta) -> tuple[ColumnElement[bool], ...]:
    """Of a statement over deliveries: those that are past their window."""
    return (
        Delivery.status == "scheduled",
        Delivery.due_at <= now,
        or_(and_(Delivery.not_after.is_(None), Delivery.due_at < now - late), Delivery.not_after < now),
    )


def _no_embargo(now: datetime) -> ColumnElement[bool]:
    return or_(Post.embargo_until.is_(None), Post.embargo_until <= now)


def _behind(now: datetime, due_at: datetime) -> str:
    minutes = int((now - due_at) / timedelta(minutes=1))
    return f"{_BEHIND_KEY}?minutes={minutes}" if now - due_at >= _BEHIND else ""
