"""Makes the rows of a morning: one a local day and reader, before any mail is.

What a row covers: from the end of the last mail that is known to have gone out. One that is unconfirmed may have
arrived, or not: its news are told again, for a reader would rather see them twice than never; the mail itself is never
sent twice. A reader's first mail, and the first after a pause, begins where they came or came back, or a day back; no
mail goes back more than a month.

A new row is `skipped` if its hour had passed when its reader came. With a new row all earlier ones that are still due
become `skipped`: it covers their time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.db import upserting
from outreach.core.errors import OutreachError
from outreach.core.mail_message import message_id
from outreach.core.settings import Settings
from outreach.people.models import User
from outreach.postbox.models import StoppedAddress
from outreach.subscribers import days
from outreach.subscribers.days import Owed, Rhythm
from outreach.subscribers.models import DigestRun, Subscription

COVERED = timedelta(days=31)
_FIRST = timedelta(days=1)
# What a round of polls found a moment ago may not be written yet: it belongs to the next mail.
_UNWRITTEN = timedelta(seconds=5)
# Numbers in one statement: SQLite takes 32,766, and few sizes keep few statements.
AT_ONCE = 500

# Where a reader is reached: at the account's address if there is one.
reached_at = func.coalesce(User.mail, Subscription.mail)


@dataclass(frozen=True)
class _Reader:
    id: int
    mail: str
    rhythm: Rhythm
    state_at: datetime
    latest: date | None  # day of the latest row


def owe_all(session: Session, now: datetime, settings: Settings) -> None:
    """Makes a row for whoever is owed one at `now`, and marks those as late that are.

    A row of a local day counts, whatever hour it was made for: another hour or zone brings no second mail that day.
    Nobody gets a row of a day before their latest, to which only a clock that was set back returns.
    """
    found: dict[Rhythm, Owed | None] = {}
    new: list[tuple[_Reader, Owed]] = []
    for reader in _readers(session):
        if reader.rhythm not in found:
            found[reader.rhythm] = days.owed(reader.rhythm, now)
        owed = found[reader.rhythm]
        if owed is not None and (reader.latest is None or reader.latest < owed.day):
            new.append((reader, owed))
    _make(session, now, settings, new)
    _mark_late(session, now, settings)


def owe_day(session: Session, now: datetime, settings: Settings, day: date, mail: str | None = None) -> list[DigestRun]:
    """The rows of that day, made where there are none because a person asks: of all readers, or of the one at `mail`.

    What is made is `due` whatever its hour; where a later day has a row already it is `skipped`, for that one tells the
    same. Raises OutreachError `readers.error.nobody` if no such reader gets mail, `readers.error.none` if nobody does,
    `readers.error.ahead` for a day that has not begun: its row would keep back the mails of all days before it.
    """
    wanted = mail.strip().lower() if mail is not None else None
    readers = [reader for reader in _readers(session) if wanted is None or reader.mail == wanted]
    if not readers:
        raise OutreachError("readers.error.nobody" if mail is not None else "readers.error.none", mail=mail)
    readers = [reader for reader in readers if day <= local_day(now, ZoneInfo(reader.rhythm.zone))]
    if not readers:
        raise OutreachError("readers.error.ahead", day=day.isoformat())
    there = _rows(session, [reader.id for reader in readers], day)
    missing = [reader for reader in readers if reader.id not in there]
    asked = [(reader, Owed(day, now)) for reader in missing]
    _make(session, now, settings, asked)
    there = _rows(session, [reader.id for reader in readers], day)
    return [there[reader.id] for reader in readers if reader.id in there]


def getting() -> tuple[ColumnElement[bool], ...]:
    """Who gets mail, as conditions on Subscription, with User and StoppedAddress joined from outside."""
    return (
        Subscription.state == "on",
        User.id.is_(None) | User.disabled_at.is_(None),
        StoppedAddress.mail.is_(None),
    )


def with_address(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query on Subscription with the reader's account, and whether the address is stopped."""
    return query.outerjoin(User, User.id == Subscription.user_id).outerjoin(
        StoppedAddress, StoppedAddress.mail == reached_at
    )


def _readers(session: Session) -> list[_Reader]:
    """Whoever gets mail, in the order of their numbers."""
    latest = (
        select(func.max(DigestRun.day)).where(DigestRun.subscription_id == Subscription.id).scalar_subquery()
    )
    query = with_address(
        select(
            Subscription.id,
            reached_at,
            Subscription.at,
            Subscription.zone,
            Subscription.rhythm,
            Subscription.weekday,
            Subscription.state_at,
            latest,
        )
    )
    return [
        _Reader(number, mail, Rhythm(at, zone, rhythm, weekday if rhythm == "weekly" else 0), state_at, day)
        for number, mail, at, zone, rhythm, weekday, state_at, day in session.execute(
            query.where(*getting()).order_by(Subscription.id)
        )
    ]


def _make(session: Session, now: datetime, settings: Settings, new: Sequence[tuple[_Reader, Owed]]) -> None:
    """Writes the rows of these readers, and skips what was due before them."""
    domain = settings.mail.sender.rpartition("@")[2]
    until = (now - _UNWRITTEN).replace(second=0, microsecond=0)
    for start in range(0, len(new), AT_ONCE):
        part = new[start : start + AT_ONCE]
        told = _told(session, [reader.id for reader, _ in part], until)
        rows = []
        for reader, owed in part:
            is_due = owed.at >= reader.state_at and (reader.latest is None or reader.latest < owed.day)
            rows.append(
                {
                    "day": owed.day,
                    "subscription_id": reader.id,
                    "due_at": owed.at,
                    "status": "due" if is_due else "skipped",
                    "covers_from": covers_from(told.get(reader.id), reader.state_at, until),
                    "covers_until": until,
                    "message_id": message_id("digest", owed.day.isoformat(), reader.mail, domain=domain),
                    "late": False,
                    "attempts": 0,
                }
            )
        # Two processes may look in the same second: the first one's row stays.
        session.execute(upserting(session, DigestRun).on_conflict_do_nothing(), rows)
        _skip_earlier(session, [reader.id for reader, _ in part])


def covers_from(told: datetime | None, since: datetime, until: datetime) -> datetime:
    """Where a mail begins that ends at `until`, for a reader who is one `since` then; pure. `told` is the end of the
    last mail that went out.
    """
    if told is not None and told >= since:
        begun = told
    else:
        begun = min(since, until - _FIRST)
        begun = begun if told is None else max(begun, told)
    return min(max(begun, until - COVERED), until)


def _told(session: Session, numbers: Sequence[int], until: datetime) -> dict[int, datetime]:
    """Up to where each reader was told, as far as a mail goes back."""
    query = (
        select(DigestRun.subscription_id, func.max(DigestRun.covers_until))
        .where(
            DigestRun.subscription_id.in_(numbers),
            DigestRun.status == "sent",
            DigestRun.day >= until.date() - COVERED - timedelta(days=2),
        )
        .group_by(DigestRun.subscription_id)
    )
    return dict(session.execute(query).all())


def _skip_earlier(session: Session, numbers: Sequence[int]) -> None:
    later = DigestRun.__table__.alias()
    latest = select(func.max(later.c.day)).where(later.c.subscription_id == DigestRun.subscription_id)
    session.execute(
        update(DigestRun)
        .where(
            DigestRun.subscription_id.in_(numbers),
            DigestRun.status == "due",
            DigestRun.day < latest.scalar_subquery(),
        )
        .values(status="skipped")
        .execution_options(synchronize_session=False)
    )


def _mark_late(session: Session, now: datetime, settings: Settings) -> None:
    """Writes down which of those that are due go out late, if they do; the bell tells of them."""
    query = (
        select(DigestRun.id, DigestRun.day, DigestRun.due_at, Subscription.zone)
        .join(Subscription, Subscription.id == DigestRun.subscription_id)
        .where(DigestRun.status == "due", DigestRun.late.is_(False))
    )
    late = [
        number
        for number, day, due_at, zone in session.execute(query)
        if days.is_late(Owed(day, due_at), settings.digest.late_from, zone, now)
    ]
    for start in range(0, len(late), AT_ONCE):
        part = late[start : start + AT_ONCE]
        session.execute(
            update(DigestRun)
            .where(DigestRun.id.in_(part), DigestRun.status == "due")
            .values(late=True)
            .execution_options(synchronize_session=False)
        )


def _rows(session: Session, numbers: Sequence[int], day: date) -> dict[int, DigestRun]:
    rows = {}
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        query = select(DigestRun).where(DigestRun.day == day, DigestRun.subscription_id.in_(part))
        rows.update({row.subscription_id: row for row in session.scalars(query)})
    return rows
