"""What a contact got from us and what they wrote about us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from outreach.charts.chart import Chart, Row
from outreach.core.clock import local_day
from outreach.pressroom.contacts.names import wrote
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.models import ReleaseMail, ReleaseReply, ReleaseText, Sending
from scrapers.models import Article, Mention, Source

_SINCE = timedelta(days=731)
_MONTHS = 12
_READ = 6_000  # mentions of one outlet in two years that are looked through
_MAILS, _WRITTEN = 100, 200


@dataclass(frozen=True)
class MailSeen:
    """A mail to a contact: which release (its headline), how it fared, and what kind of answer came."""

    id: int
    release_id: int
    headline: str
    language: str
    status: str
    sent_at: datetime | None
    returned_at: datetime | None
    error_key: str | None
    error_facts: dict[str, object] | None
    replies: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrittenSeen:
    """A mention that a contact signed; `at` is when it was published, or first seen."""

    mention_id: int
    title: str
    outlet: str
    author: str
    at: datetime
    sense: str


def mails(session: Session, numbers: Sequence[int]) -> list[MailSeen]:
    """The last mails to a contact under all its numbers, the latest first; at most 100. One query."""
    latest = (
        select(ReleaseMail.id)
        .where(ReleaseMail.contact_id.in_(numbers))
        .order_by(ReleaseMail.id.desc())
        .limit(_MAILS)
        .subquery()
    )
    query = (
        select(
            ReleaseMail.id, Sending.release_id, ReleaseText.headline, ReleaseMail.language, ReleaseMail.status,
            ReleaseMail.sent_at, ReleaseMail.returned_at, ReleaseMail.error_key, ReleaseMail.error_facts,
            ReleaseReply.kind,
        )
        .join(latest, latest.c.id == ReleaseMail.id)
        .join(Sending, Sending.id == ReleaseMail.sending_id)
        .outerjoin(
            ReleaseText,
            and_(ReleaseText.release_id == Sending.release_id, ReleaseText.language == ReleaseMail.language),
        )
        .outerjoin(ReleaseReply, ReleaseReply.mail_id == ReleaseMail.id)
        .order_by(ReleaseMail.id.desc(), ReleaseReply.id)
    )  # fmt: skip
    found: dict[int, MailSeen] = {}
    for number, release, headline, language, status, sent, returned, key, facts, reply in session.execute(query):
        before = found.get(number)
        replies = (*(before.replies if before else ()), *([reply] if reply else ()))
        found[number] = MailSeen(
            number, release, headline or "", language, status, sent, returned, key, facts, replies
        )
    return list(found.values())


def written(session: Session, now: datetime, one: ContactSeen) -> list[WrittenSeen]:
    """What a contact signed in two years, the latest first; at most 200. One or two queries.

    Of somebody whose outlet is watched only what stood there is looked through; of others what is signed with the
    whole name.
    """
    home = _signed(session, now, one.outlet) if one.outlet else []
    rows = home or _signed(session, now, "")
    found = [row for row in rows if wrote(row.author, one.name, one.bylines, at_home=bool(home))]
    return sorted(found, key=lambda told: told.at, reverse=True)[:_WRITTEN]


def _signed(session: Session, now: datetime, outlet: str) -> list[WrittenSeen]:
    """Signed mentions of two years, of an outlet and its editions where one is named; at most 6,000."""
    query = (
        select(
            Mention.id, Article.title, Source.name, Article.author, Article.published_at, Article.first_seen_at,
            Mention.sense,
        )
        .join(Article, Article.id == Mention.article_id)
        .join(Source, Source.id == Mention.source_id)
        .where(Article.author.is_not(None), Article.author != "", Article.first_seen_at >= now - _SINCE)
        .order_by(Mention.id.desc())
        .limit(_READ)
    )  # fmt: skip
    if outlet:
        # Editions are called after their house: "LSM.lv: ziņas".
        after = [Source.name.startswith(f"{outlet}{sign}", autoescape=True) for sign in (" ", ":", ",")]
        query = query.where(or_(func.lower(Source.name) == outlet.lower(), *after))
    return [
        WrittenSeen(number, title, name, author or "", published or first, sense)
        for number, title, name, author, published, first, sense in session.execute(query)
    ]


def by_month(rows: Sequence[WrittenSeen], now: datetime, zone: ZoneInfo) -> Chart:
    """How much of it came in each of the last twelve months."""
    months = _months(local_day(now, zone))
    counts = dict.fromkeys(months, 0)
    for row in rows:
        month = local_day(row.at, zone).replace(day=1)
        if month in counts:
            counts[month] += 1
    return Chart(
        "days", "contacts.chart.title", "contacts.chart.month", "contacts.chart.count",
        tuple(Row(month, count) for month, count in counts.items()), unit="mentions", step="month",
    )  # fmt: skip


def _months(today: date) -> list[date]:
    first = today.replace(day=1)
    told = [first]
    for _ in range(_MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
        told.append(first)
    return told[::-1]
