"""What is the matter now: events of the wings that somebody may want to hear of before the morning.

Asked every minute, whatever the archive's size: each kind reads its own span by an index, and a bounded number of rows.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from campaigns import caring
from campaigns.models import ChannelRow, Delivery, DeliveryEvent, Post
from outreach.alerts.models import Alert
from outreach.alerts.wording import ACCESS
from outreach.core.clock import day_bounds, local_day
from outreach.core.db import UtcDateTime
from outreach.core.workdays import working_days_since
from outreach.tracker.models import Inquiry
from scrapers import daynumbers
from scrapers.models import Article, Mention, MentionVerdict, Source
from scrapers.queries import TROUBLES
from scrapers.trendmath import SAME_DAYS, spike

NEWS = timedelta(hours=24)  # what was seen earlier is not news any more: the morning's mail has told it
DOWN_AFTER = timedelta(hours=24)
WORKING_DAYS = 2
# Weeklies date back, and a new source brings its last month: what is older than this is found now, but is no news.
BACKDATED = timedelta(days=3)
DOWN = tuple(state for state in TROUBLES if state != "silent")
_MOST = 500
_TITLE = 200
# An inquiry that has waited longer was told long ago, or the program was off for weeks: the bell has it.
_WAITED = timedelta(days=60)


@dataclass(frozen=True)
class Event:
    """Something that happened: `subject` tells it apart from every other of its kind, `at` is when it began to matter.

    `facts` are what its sentence needs (`outreach.alerts.wording`), as JSON keeps them; never anything of a family.
    """

    kind: str
    subject: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def look(session: Session, now: datetime, zone: ZoneInfo, kinds: Collection[str], since: datetime) -> list[Event]:
    """The events of these kinds that began to matter from `since` on and still do, at most 500 of a kind."""
    found: list[Event] = []
    if "critical" in kinds:
        found += _critical(session, now)
    if "spike" in kinds:
        found += _spike(session, now, zone)
    if "source_down" in kinds:
        found += _down(session, now)
    if "unconfirmed" in kinds:
        found += _unconfirmed(session)
        found += _ending(session, now)
    if "unanswered" in kinds:
        found += _unanswered(session, now, zone)
    return [event for event in found if event.at >= since]


def waited_since(received_at: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which an inquiry has waited for two whole working days."""
    begun = received_at.astimezone(zone)
    for ahead in range(1, 60):
        day = begun.date() + timedelta(days=ahead)
        for wall in (time.min, begun.time()):
            moment = datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)
            if working_days_since(received_at, moment, zone) >= WORKING_DAYS:
                return moment
    raise ValueError(f"no working days after {received_at:%Y-%m-%d}")


def is_critical() -> ColumnElement[bool]:
    """What makes a counted mention critical: the tone it was found to have, or a person's word."""
    return and_(Mention.relevant, or_(Mention.tone == "critical", Mention.verdict == "critical"))


def _critical(session: Session, now: datetime) -> list[Event]:
    since = now - NEWS
    inside = (
        select(Mention.id, Mention.article_id, Mention.source_id, Mention.story_id, Mention.judged_at, Mention.tone)
        .add_columns(is_critical().label("critical"))
        .where(Mention.article_id >= daynumbers.first_from("since"))
        # The limit keeps SQLite from walking another index, through the whole archive.
        .order_by(Mention.article_id)
        .limit(daynumbers.NONE_YET)
        .subquery("inside")
    )
    said = (
        select(func.max(MentionVerdict.at))
        .where(
            MentionVerdict.mention_id == inside.c.id,
            MentionVerdict.verdict == "critical",
            MentionVerdict.undone_at.is_(None),
        )
        .correlate(inside)
        .scalar_subquery()
    )
    query = (
        select(inside.c.id, inside.c.story_id, inside.c.judged_at, inside.c.tone, said.label("said_at"))
        .add_columns(Article.title, Article.first_seen_at, Source.name)
        .join(Article, Article.id == inside.c.article_id)
        .join(Source, Source.id == inside.c.source_id)
        .where(
            inside.c.critical,
            Source.tier == "national",
            or_(Article.published_at.is_(None), Article.published_at >= since - BACKDATED),
        )
        .order_by(inside.c.article_id.desc())
        .limit(_MOST)
    )
    return [
        Event(
            "critical",
            f"mention:{row.id}",
            # Since it is known to be critical: a morning's mail before that has not told it as such.
            max(row.first_seen_at, row.judged_at if row.tone == "critical" else row.said_at or row.judged_at),
            {"mention": row.id, "story": row.story_id, "title": row.title[:_TITLE], "outlet": row.name[:_TITLE]},
        )
        for row in session.execute(query, {"since": since})
    ]


def _spike(session: Session, now: datetime, zone: ZoneInfo) -> list[Event]:
    """Today, if more counts than its weekday usually has. Once that is kept nothing is counted any more."""
    today = local_day(now, zone)
    subject = f"spike:{today.isoformat()}"
    if session.scalar(select(Alert.id).where(Alert.kind == "spike", Alert.subject == subject)) is not None:
        return []
    begun, _ = day_bounds(today, zone)
    counted = session.scalar(_TODAY, {"since": begun}) or 0
    if spike(today, counted, [0] * SAME_DAYS) is None:  # too few for any past: on most days nothing else is read
        return []
    counted = session.scalar(_TODAY_FRESH, {"since": begun, "backdated": begun - BACKDATED}) or 0
    found = spike(today, counted, _past(session, today, zone))
    if found is None:
        return []
    return [Event("spike", subject, now, {"count": found.count, "usual": found.usual, "day": today.isoformat()})]


def _past(session: Session, today: date, zone: ZoneInfo) -> list[int]:
    """How much counted on the same weekday of the weeks before; days before the first mention are unknown."""
    days = [today - timedelta(weeks=back) for back in range(1, SAME_DAYS + 1)]
    edges = daynumbers.edges(session, [one for day in days for one in (day, day + timedelta(days=1))], zone)
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    first = session.scalar(select(func.min(Mention.article_id)))
    known = [span for span in spans if first is not None and span[1] > first]
    if not known:
        return []
    counted = [_COUNTED.where(Mention.article_id >= begun, Mention.article_id < ended) for begun, ended in known]
    row = session.execute(select(*(query.scalar_subquery() for query in counted))).one()
    return [int(count or 0) for count in row]


def _down(session: Session, now: datetime) -> list[Event]:
    query = (
        select(Source.id, Source.name, Source.tier, Source.state, Source.state_since)
        .where(Source.enabled, Source.state.in_(DOWN), Source.state_since <= now - DOWN_AFTER)
        .order_by(Source.id)
        .limit(_MOST)
    )
    return [
        Event(
            "source_down",
            f"source:{row.id}:{row.state_since:%Y%m%dT%H%M%S}",
            row.state_since + DOWN_AFTER,
            {
                "source": row.id,
                "name": row.name[:_TITLE],
                "tier": row.tier,
                "state": row.state,
                "since": row.state_since.isoformat(),
            },
        )
        for row in session.execute(query)
    ]


def _unconfirmed(session: Session) -> list[Event]:
    """Posts of which nobody knows whether they are out, since it is not known."""
    since = (
        select(func.max(DeliveryEvent.at))
        .where(DeliveryEvent.delivery_id == Delivery.id, DeliveryEvent.to_status == "unconfirmed")
        .correlate(Delivery)
        .scalar_subquery()
    )
    query = (
        select(Delivery.id, Delivery.attempts, Delivery.due_at, since.label("since"), Post.title, ChannelRow.name)
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(Delivery.status == "unconfirmed")
        .order_by(Delivery.id.desc())
        .limit(_MOST)
    )
    return [
        Event(
            "unconfirmed",
            f"delivery:{row.id}:{row.attempts}",
            row.since or row.due_at,
            {"delivery": row.id, "title": row.title[:_TITLE], "channel": row.name[:_TITLE]},
        )
        for row in session.execute(query)
    ]


def _ending(session: Session, now: datetime) -> list[Event]:
    """Accesses to channels that end, or do not let us in before a post: told to whoever hears of posts in doubt, for
    the post is what is lost.
    """
    return [
        Event(
            "unconfirmed",
            f"access:{one.channel_id}:{one.stage}:{(one.due_at or one.ends_at or one.at):%Y%m%dT%H%M%S}",
            one.at,
            {
                ACCESS: one.channel_id,
                "stage": one.stage,
                "channel": one.name[:_TITLE],
                "title": one.title[:_TITLE],
                **{name: at.isoformat() for name, at in (("ends", one.ends_at), ("due", one.due_at)) if at is not None},
            },
        )
        for one in caring.warnings(session, now)
    ]


def _unanswered(session: Session, now: datetime, zone: ZoneInfo) -> list[Event]:
    """Inquiries that have waited for two working days; of an inquiry its number and its date alone."""
    told = select(Alert.id).where(
        Alert.kind == "unanswered", Alert.subject == literal("inquiry:") + cast(Inquiry.id, String)
    )
    query = (
        select(Inquiry.id, Inquiry.received_at)
        .where(
            Inquiry.answered_at.is_(None),
            Inquiry.erased_at.is_(None),
            Inquiry.received_at > now - _WAITED,
            Inquiry.received_at < now - timedelta(days=1),
            ~told.exists(),
        )
        .order_by(Inquiry.received_at.desc())
        .limit(_MOST)
    )
    waiting = [(row.id, row.received_at, waited_since(row.received_at, zone)) for row in session.execute(query)]
    return [
        Event("unanswered", f"inquiry:{number}", at, {"inquiry": number, "since": received_at.isoformat()})
        for number, received_at, at in waiting
        if at <= now
    ]


# `relevant` stands in the sum, not in the condition: its index would lead through the whole archive.
_COUNTED: Select[int] = select(func.sum(case((Mention.relevant, 1), else_=0)))
_TODAY = _COUNTED.where(Mention.article_id >= daynumbers.first_from("since"))
_TODAY_FRESH = _TODAY.join(Article, Article.id == Mention.article_id).where(
    or_(Article.published_at.is_(None), Article.published_at >= bindparam("backdated", type_=UtcDateTime))
)
