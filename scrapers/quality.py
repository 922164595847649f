"""How good the watch is, week by week: precision from people's verdicts, recall from publications known for sure.

Each share comes with the limits between which the true one lies with 95 % certainty (Wilson). What people report as
missed is no sample and stays out of recall; it is counted beside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.clock import day_bounds, local_day
from scrapers.models import Canary, Mention, MentionVerdict, Miss
from scrapers.recall import Share

_RIGHT = frozenset({"relevant", "critical"})
# A publication this young may still be found.
_TOO_YOUNG = timedelta(hours=24)


@dataclass(frozen=True)
class WeekQuality:
    """A week of the office's calendar.

    `judged` are the mentions which the watch had counted and people gave a verdict on in that week, `right` those that
    were. `canaries` are the known publications of that week which are a day old, `found` those that are mentions by
    now. `missed` is what people reported in that week.
    """

    monday: date
    judged: int
    right: int
    canaries: int
    found: int
    missed: int
    precision: float | None = field(init=False)
    precision_low: float | None = field(init=False)
    precision_high: float | None = field(init=False)
    recall: float | None = field(init=False)
    recall_low: float | None = field(init=False)
    recall_high: float | None = field(init=False)

    def __post_init__(self) -> None:
        for name, part, whole in (("precision", self.right, self.judged), ("recall", self.found, self.canaries)):
            value, low, high = rated(part, whole)
            object.__setattr__(self, name, value)
            object.__setattr__(self, f"{name}_low", low)
            object.__setattr__(self, f"{name}_high", high)


def rated(part: int, whole: int) -> tuple[float | None, float | None, float | None]:
    """`part` of `whole` as a share with the limits of Wilson's interval (95 %); three None for nothing."""
    share = Share(part, whole)
    low, high = share.limits or (None, None)
    return share.value, low, high


def weekly(session: Session, zone: ZoneInfo, now: datetime, weeks: int) -> list[WeekQuality]:
    """The last `weeks` weeks, the oldest first, this one last."""
    today = local_day(now, zone)
    this = today - timedelta(days=today.weekday())
    mondays = [this - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    since = day_bounds(mondays[0], zone)[0]
    given = _by_week(_verdicts(session, since), zone)
    known = _by_week(_canaries(session, since, now), zone)
    missed = _by_week(((at, True) for at in _misses(session, since)), zone)
    return [
        WeekQuality(
            monday,
            judged=len(given.get(monday, ())),
            right=sum(given.get(monday, ())),
            canaries=len(known.get(monday, ())),
            found=sum(known.get(monday, ())),
            missed=len(missed.get(monday, ())),
        )
        for monday in mondays
    ]


def _by_week(told: Iterable[tuple[datetime, bool]], zone: ZoneInfo) -> dict[date, list[bool]]:
    out: dict[date, list[bool]] = {}
    for at, hit in told:
        day = local_day(at, zone)
        out.setdefault(day - timedelta(days=day.weekday()), []).append(hit)
    return out


def _verdicts(session: Session, since: datetime) -> list[tuple[datetime, bool]]:
    """When people judged what the watch had counted, by the verdict that stands now, and whether it was right."""
    latest = (
        select(MentionVerdict.mention_id, func.max(MentionVerdict.at).label("at"))
        .where(MentionVerdict.undone_at.is_(None), MentionVerdict.at >= since)
        .group_by(MentionVerdict.mention_id)
        .subquery("latest")
    )
    rows = session.execute(
        select(latest.c.at, Mention.verdict)
        .join(Mention, Mention.id == latest.c.mention_id)
        # A duplicate says nothing of the sense.
        .where(Mention.verdict.is_not(None), Mention.verdict != "duplicate", Mention.judged_relevant.is_(True))
    )
    return [(at, verdict in _RIGHT) for at, verdict in rows]


def _canaries(session: Session, since: datetime, now: datetime) -> list[tuple[datetime, bool]]:
    """When known publications came out, and whether they are mentions by now."""
    rows = session.execute(
        select(Canary.published_at, func.max(Mention.id))
        .outerjoin(Mention, Mention.article_id == Canary.article_id)
        .where(Canary.published_at >= since, Canary.published_at <= now - _TOO_YOUNG)
        .group_by(Canary.id, Canary.published_at)
    )
    return [(published, number is not None) for published, number in rows]


def _misses(session: Session, since: datetime) -> Sequence[datetime]:
    return session.scalars(select(Miss.reported_at).where(Miss.reported_at >= since)).all()
