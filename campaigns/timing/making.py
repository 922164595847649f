"""Making a series: shown before it is made, made day by day and never twice, carried on while it has no end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import consents, dispatch
from campaigns.conflicts import NEAR
from campaigns.models import ChannelRow, Delivery, Post, Series, SeriesPost
from campaigns.moments import Yearly, expand
from campaigns.timing.series import AHEAD, LONGEST, Occurrence, Plan, checked, is_open, occurrences
from campaigns.writing.copying import copy_post
from outreach.core.clock import local_day
from outreach.core.errors import OutreachError

_IN_THE_WAY = ("scheduled", "sending", "unconfirmed", "published")
_MOST_LOOKED_AT = 5000
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Near:
    """What goes out on one of the series' channels within an hour of it."""

    title: str
    channel: str
    due_at: datetime


@dataclass(frozen=True)
class Foreseen:
    """One day as it is shown before it is made; `trouble` is why no post of these words may be made for it."""

    occurrence: Occurrence
    near: tuple[Near, ...]
    trouble: OutreachError | None

    @property
    def made(self) -> bool:
        """Whether a post is made for that day."""
        return not self.occurrence.skipped and self.trouble is None


@dataclass(frozen=True)
class Made:
    """A series with how many posts were made; `known`: it was there already, and nothing was done."""

    series_id: int
    posts: int
    known: bool = False


def foresee(
    session: Session, now: datetime, post_id: int, plan: Plan, *, office: ZoneInfo, table: Sequence[Yearly]
) -> list[Foreseen]:
    """Every day that would be made, and those left out with the reason; keeps nothing.

    A series without an end shows as far as it is made at first. Raises OutreachError `series.rule.*`,
    `series.channels` (none is chosen) or `campaigns.post.missing`.
    """
    if session.get(Post, post_id) is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    if not plan.channels:
        raise OutreachError("series.channels")
    found = _occurrences(plan, office, table, now, _horizon(plan, now, office))
    near = _near(session, plan.channels, found)
    trouble = _disagreed(session, post_id, [one for one in found if not one.skipped], office)
    return [Foreseen(one, near.get(one.day, ()), trouble.get(one.day)) for one in found]


def start(
    session: Session,
    now: datetime,
    post_id: int,
    plan: Plan,
    *,
    actor: str,
    office: ZoneInfo,
    table: Sequence[Yearly],
) -> Made:
    """Makes a series and its posts, all or none; the same one of the same pattern that runs already is left as it is.

    Raises OutreachError as `foresee`, `series.nothing` where no day would be made, and as `dispatch.schedule`.
    """
    # Two people who press at once come one after the other.
    pattern = session.scalar(select(Post).where(Post.id == post_id).with_for_update())
    if pattern is None:
        raise OutreachError("campaigns.post.missing", id=post_id)
    kept = checked(plan.rule)
    for one in session.scalars(select(Series).where(Series.post_id == post_id, Series.ended_at.is_(None))):
        if plan_of(one) == Plan(kept, plan.starts_on, plan.hour, plan.zone, plan.channels):
            return Made(one.id, 0, known=True)
    days = [row.occurrence for row in foresee(session, now, post_id, plan, office=office, table=table) if row.made]
    if not days:
        raise OutreachError("series.nothing")
    series = Series(
        post_id=post_id,
        rule=kept,
        starts_on=plan.starts_on,
        hour=f"{plan.hour:%H:%M}",
        zone=plan.zone.key if plan.zone is not None else None,
        channels=list(plan.channels),
        made_until=_horizon(plan, now, office),
        created_at=now,
        created_by=actor,
    )
    session.add(series)
    session.flush()
    return Made(series.id, _make(session, now, series, pattern, days, plan, actor, office))


def open_series(session: Session, now: datetime, office: ZoneInfo) -> list[int]:
    """The series that have no end and are not made far enough ahead."""
    until = local_day(now, office) + AHEAD
    rows = session.execute(
        select(Series.id, Series.rule, Series.made_until).where(Series.ended_at.is_(None)).order_by(Series.id)
    )
    return [id_ for id_, rule, made in rows if is_open(rule) and (made is None or made < until)]


def extend(session: Session, now: datetime, series_id: int, *, office: ZoneInfo, table: Sequence[Yearly]) -> int:
    """Makes the posts of the days that have come near; how many. Never a second one for a day.

    Raises OutreachError `series.missing`, and as `dispatch.schedule`.
    """
    series = held(session, series_id)
    plan, until = plan_of(series), local_day(now, office) + AHEAD
    if series.ended_at is not None or not is_open(series.rule) or (series.made_until or date.min) >= until:
        return 0
    pattern = session.get_one(Post, series.post_id)
    after = series.made_until or series.starts_on - _DAY
    days = [one for one in _occurrences(plan, office, table, now, until, after) if not one.skipped]
    trouble = _disagreed(session, pattern.id, days, office)
    free = [one for one in days if one.day not in trouble]
    made = _make(session, now, series, pattern, free, plan, series.created_by, office)
    series.made_until = until
    session.flush()
    return made


def held(session: Session, series_id: int) -> Series:
    """The series, held until the transaction ends; OutreachError `series.missing`."""
    series = session.scalar(
        select(Series).where(Series.id == series_id).with_for_update().execution_options(populate_existing=True)
    )
    if series is None:
        raise OutreachError("series.missing", id=series_id)
    return series


def plan_of(series: Series) -> Plan:
    """A series as it was wanted."""
    zone = ZoneInfo(series.zone) if series.zone else None
    return Plan(series.rule, series.starts_on, time.fromisoformat(series.hour), zone, tuple(series.channels))


def dated(title: str, day: date) -> str:
    """The title of one post of a series."""
    return f"{title} ({day:%d.%m.%Y})"


def _horizon(plan: Plan, now: datetime, office: ZoneInfo) -> date:
    if not is_open(checked(plan.rule)):
        return plan.starts_on + LONGEST
    return max(local_day(now, office), plan.starts_on) + AHEAD


def _occurrences(
    plan: Plan,
    office: ZoneInfo,
    table: Sequence[Yearly],
    now: datetime,
    last: date,
    after: date | None = None,
) -> list[Occurrence]:
    moments = expand(table, plan.starts_on - _DAY, min(last, plan.starts_on + LONGEST) + _DAY)
    return occurrences(plan, office, moments, now, last, after)


def _make(
    session: Session,
    now: datetime,
    series: Series,
    pattern: Post,
    days: Sequence[Occurrence],
    plan: Plan,
    actor: str,
    office: ZoneInfo,
) -> int:
    there = set(session.scalars(select(SeriesPost.day).where(SeriesPost.series_id == series.id)))
    channels = set(session.scalars(select(ChannelRow.id).where(ChannelRow.id.in_(plan.channels))))
    made = 0
    for one in days:
        if one.day in there:
            continue
        copy = copy_post(session, now, pattern.id, actor=actor, keeps_approval=True)
        copy.title = dated(pattern.title, one.day)
        session.add(SeriesPost(series_id=series.id, day=one.day, post_id=copy.id))
        for channel_id in plan.channels:
            if channel_id in channels:  # one that was taken away since is no reason to end the others
                dispatch.schedule(
                    session,
                    now,
                    copy.id,
                    channel_id,
                    one.due_at,
                    zone=office,
                    wall=one.wall if plan.zone is not None else None,
                    wall_zone=plan.zone,
                )
        made += 1
    session.flush()
    return made


def _near(session: Session, channels: Sequence[int], days: Sequence[Occurrence]) -> dict[date, tuple[Near, ...]]:
    wanted = [one for one in days if not one.skipped]
    if not wanted:
        return {}
    rows = session.execute(
        select(Post.title, ChannelRow.name, Delivery.due_at)
        .join(Post, Post.id == Delivery.post_id)
        .join(ChannelRow, ChannelRow.id == Delivery.channel_id)
        .where(
            Delivery.channel_id.in_(channels),
            Delivery.status.in_(_IN_THE_WAY),
            Delivery.due_at > min(one.due_at for one in wanted) - NEAR,
            Delivery.due_at < max(one.due_at for one in wanted) + NEAR,
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(_MOST_LOOKED_AT)
    ).all()
    planned = [Near(*row) for row in rows]
    return {
        one.day: near
        for one in wanted
        if (near := tuple(other for other in planned if abs(other.due_at - one.due_at) < NEAR))
    }


def _disagreed(
    session: Session, post_id: int, days: Sequence[Occurrence], office: ZoneInfo
) -> dict[date, OutreachError]:
    """The days on which somebody does not agree to be shown."""
    try:
        consents.check(session, post_id, [local_day(one.due_at, office) for one in days])
        return {}
    except OutreachError:
        pass  # mostly there is nothing to ask day by day
    found: dict[date, OutreachError] = {}
    for one in days:
        try:
            consents.check(session, post_id, [local_day(one.due_at, office)])
        except OutreachError as error:
            found[one.day] = error
    return found
