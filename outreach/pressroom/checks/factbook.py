"""The office's facts in the store: written down, changed, and followed by what holds in their place."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from outreach.core.errors import OutreachError
from outreach.pressroom.checks.facts import Fact, page_of
from outreach.pressroom.checks.numbers import counted
from outreach.pressroom.checks.phones import phone_of
from outreach.pressroom.models import FACT_KINDS, OfficeFact

MOST = 500  # facts of an office
_LONGEST_LABEL = 200
_LONGEST_VALUE = 500


@dataclass(frozen=True)
class Told:
    """A fact as somebody writes it down."""

    kind: str
    label: str
    value: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class FactSeen:
    """A fact as a page shows it: `fact.instead` and `next_id` are what holds in its place."""

    fact: Fact
    next_id: int | None
    made_at: datetime
    made_by: str


def listed(session: Session) -> list[FactSeen]:
    """All facts, by kind and label, the newest of each first; at most `MOST`."""
    after = aliased(OfficeFact)
    rows = session.execute(
        select(OfficeFact, after.value)
        .outerjoin(after, after.id == OfficeFact.next_id)
        .order_by(OfficeFact.kind, OfficeFact.label, OfficeFact.id.desc())
        .limit(MOST)
    )
    return [_seen(row, instead) for row, instead in rows]


def facts(session: Session) -> list[Fact]:
    """All facts as the checks read them."""
    return [one.fact for one in listed(session)]


def one(session: Session, fact_id: int) -> FactSeen | None:
    """One fact; None if it is not there."""
    after = aliased(OfficeFact)
    row = session.execute(
        select(OfficeFact, after.value)
        .outerjoin(after, after.id == OfficeFact.next_id)
        .where(OfficeFact.id == fact_id)
    ).one_or_none()
    return _seen(*row) if row is not None else None


def before(session: Session, fact_id: int) -> list[FactSeen]:
    """What held before a fact, the last first."""
    wanted = select(OfficeFact).where(OfficeFact.next_id == fact_id).order_by(OfficeFact.id.desc()).limit(20)
    return [_seen(row, "") for row in session.scalars(wanted)]


def add(session: Session, now: datetime, told: Told, actor: str) -> int:
    """Writes a fact down; its number. OutreachError as `checked` says, `presscheck.facts.full` (count)."""
    if (session.scalar(select(func.count()).select_from(OfficeFact)) or 0) >= MOST:
        raise OutreachError("presscheck.facts.full", count=MOST)
    told = checked(told)
    row = OfficeFact(
        kind=told.kind, label=told.label, value=told.value, holds_from=told.since, holds_until=told.until,
        made_at=now, made_by=actor,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def change(session: Session, fact_id: int, told: Told) -> None:
    """Corrects a fact that was written down wrongly. OutreachError as `checked` says, `presscheck.facts.missing`."""
    row = _row(session, fact_id)
    told = checked(told)
    row.kind, row.label, row.value = told.kind, told.label, told.value
    row.holds_from, row.holds_until = told.since, told.until


def follow(session: Session, now: datetime, fact_id: int, since: date, value: str, actor: str) -> int | None:
    """A fact holds no longer from `since` on; `value` does in its place, nothing where it is empty. The number of the
    new fact. OutreachError as `checked` says, `presscheck.facts.missing`, `presscheck.facts.followed` (label),
    `presscheck.facts.early` (day) where it did not yet hold then.
    """
    row = _row(session, fact_id)
    if row.next_id is not None:
        raise OutreachError("presscheck.facts.followed", label=row.label)
    if row.holds_from is not None and since <= row.holds_from:
        raise OutreachError("presscheck.facts.early", day=row.holds_from.isoformat())
    row.holds_until = since - timedelta(days=1)
    if not value.strip():
        return None
    row.next_id = add(session, now, Told(row.kind, row.label, value, since), actor)
    return row.next_id


def checked(told: Told) -> Told:
    """What was typed, trimmed. OutreachError `presscheck.facts.kind`, `presscheck.facts.empty`,
    `presscheck.facts.days`; with `value` `presscheck.facts.phone`, `presscheck.facts.mail`, `presscheck.facts.page`,
    `presscheck.facts.number`, `presscheck.facts.person`.
    """
    label, value = " ".join(told.label.split())[:_LONGEST_LABEL], " ".join(told.value.split())[:_LONGEST_VALUE]
    if told.kind not in FACT_KINDS:
        raise OutreachError("presscheck.facts.kind")
    if not label or not value:
        raise OutreachError("presscheck.facts.empty")
    if told.since is not None and told.until is not None and told.until < told.since:
        raise OutreachError("presscheck.facts.days")
    if told.kind == "phone" and phone_of(value) is None:
        raise OutreachError("presscheck.facts.phone", value=value)
    if told.kind == "mail" and not _is_mail(value):
        raise OutreachError("presscheck.facts.mail", value=value)
    if told.kind == "page" and page_of(value) is None:
        raise OutreachError("presscheck.facts.page", value=value)
    if told.kind in {"number", "sum"} and next(iter(counted(value)), None) is None:
        raise OutreachError("presscheck.facts.number", value=value)
    if told.kind == "person" and not any(word[:1].isupper() for word in value.split()):
        raise OutreachError("presscheck.facts.person", value=value)
    return Told(told.kind, label, value, told.since, told.until)


def _is_mail(value: str) -> bool:
    name, at, host = value.partition("@")
    return bool(name and at and "." in host and " " not in value and "@" not in host)


def _row(session: Session, fact_id: int) -> OfficeFact:
    row = session.get(OfficeFact, fact_id, with_for_update=True)
    if row is None:
        raise OutreachError("presscheck.facts.missing")
    return row


def _seen(row: OfficeFact, instead: str | None) -> FactSeen:
    fact = Fact(row.id, row.kind, row.label, row.value, row.holds_from, row.holds_until, instead or "")
    return FactSeen(fact, row.next_id, row.made_at, row.made_by)
