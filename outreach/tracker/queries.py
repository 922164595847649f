"""What pages, the digest, reports and commands read of inquiries: frozen rows without anything personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from outreach.tracker.attribution import standing
from outreach.tracker.models import Attribution, Audit, Inquiry, Touch

Label = Mapping[str, str | int | None]

# What an inquiry counts as until the job has looked at it.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class InquirySeen:
    """One inquiry in a list.

    `linked` is a post's title, an outlet with its title, or the name of a said source, whose text is
    `linked_key`; None where the source is unknown. `pending`: the linking job has not looked at it yet.
    """

    inquiry_id: int
    received_at: datetime
    arrived_by: str
    language: str | None
    country: str | None
    municipality: str | None
    topic: str | None
    people: int | None
    household_id: int | None
    answered_at: datetime | None
    erased: bool
    rule: str
    linked: str | None
    channel: str | None
    by_person: bool
    pending: bool

    @property
    def linked_key(self) -> str | None:
        """The catalogue's key of what is linked, where it has one: a said source is a name of a list, not a
        text.
        """
        return _source_key(self.rule, self.linked)


@dataclass(frozen=True)
class TouchSeen:
    """One thing that lies before an inquiry, to choose from."""

    touch_id: int
    kind: str
    at: datetime
    label: Label


@dataclass(frozen=True)
class AnswerSeen:
    """One attribution an inquiry has had."""

    made_at: datetime
    rule: str
    by_person: bool
    evidence: Label
    standing: bool


@dataclass(frozen=True)
class SourceCount:
    """How many inquiries one source is linked with: `rule` with the post (`link`), the source (`said`), the
    outlet (`coverage`), or `unknown` without a name.
    """

    rule: str
    label: str | None
    channel: str | None
    campaign: str | None
    inquiry_ids: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.inquiry_ids)

    @property
    def label_key(self) -> str | None:
        """The key of the label's text, where it has one: a said source is a name of a list."""
        return _source_key(self.rule, self.label)


@dataclass(frozen=True)
class AuditSeen:
    """Who did what to whose data."""

    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: int


def latest(
    session: Session,
    limit: int = 50,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    unanswered: bool = False,
) -> list[InquirySeen]:
    """Inquiries that came in `since <= received < until`, the latest first."""
    wanted = _listed().order_by(Inquiry.received_at.desc(), Inquiry.id.desc()).limit(limit)
    if since is not None:
        wanted = wanted.where(Inquiry.received_at >= since)
    if until is not None:
        wanted = wanted.where(Inquiry.received_at < until)
    if unanswered:
        wanted = wanted.where(Inquiry.answered_at.is_(None))
    return [_seen(row) for row in session.execute(wanted)]


def one(session: Session, inquiry_id: int) -> InquirySeen | None:
    """One inquiry."""
    row = session.execute(_listed().where(Inquiry.id == inquiry_id)).one_or_none()
    return _seen(row) if row else None


def touches(session: Session, inquiry_id: int) -> list[TouchSeen]:
    """What lies before an inquiry, in the order it was noted."""
    rows = session.scalars(select(Touch).where(Touch.inquiry_id == inquiry_id).order_by(Touch.id))
    return [TouchSeen(row.id, row.kind, row.at, dict(row.label)) for row in rows]


def answers(session: Session, inquiry_id: int) -> list[AnswerSeen]:
    """Every attribution an inquiry has had, in the order they were made."""
    holds = session.scalar(select(standing(inquiry_id)))
    rows = session.scalars(select(Attribution).where(Attribution.inquiry_id == inquiry_id).order_by(Attribution.id))
    return [AnswerSeen(row.made_at, row.rule, row.by_person, dict(row.evidence), row.id == holds) for row in rows]


def counts_by_source(session: Session, since: datetime, until: datetime) -> list[SourceCount]:
    """Inquiries of a span by what they are linked with, the most first.

    The last row is always that of the unknown, even of none; only a span without any inquiry has no rows.
    """
    groups: dict[tuple[str, str | None, str | None, str | None], list[int]] = {}
    span = _listed().where(Inquiry.received_at >= since, Inquiry.received_at < until).order_by(Inquiry.id)
    for row in session.execute(span):
        seen = _seen(row)
        evidence: Label = row[1].evidence if row[1] else {}
        campaign = _text(evidence.get("campaign"))
        groups.setdefault((seen.rule, seen.linked, seen.channel, campaign), []).append(seen.inquiry_id)
    unknown = groups.pop((UNKNOWN, None, None, None), [])
    counts = [SourceCount(*key, tuple(numbers)) for key, numbers in groups.items()]
    counts.sort(key=lambda count: (-count.count, count.rule, count.label or "", count.channel or ""))
    if not counts and not unknown:
        return []
    return [*counts, SourceCount(UNKNOWN, None, None, None, tuple(unknown))]


def unanswered(session: Session) -> int:
    """How many inquiries nobody has answered."""
    return session.scalar(select(func.count()).select_from(Inquiry).where(Inquiry.answered_at.is_(None))) or 0


def waiting_since(session: Session) -> datetime | None:
    """When the oldest unanswered inquiry came in."""
    return session.scalar(select(func.min(Inquiry.received_at)).where(Inquiry.answered_at.is_(None)))


def audit(session: Session, limit: int = 100) -> list[AuditSeen]:
    """Who opened, corrected or erased what, the latest first."""
    rows = session.scalars(select(Audit).order_by(Audit.id.desc()).limit(limit))
    return [AuditSeen(row.at, row.actor, row.action, row.subject_kind, row.subject_id) for row in rows]


def _listed() -> Select[Inquiry, Attribution]:
    return select(Inquiry, Attribution).outerjoin(Attribution, Attribution.id == standing(Inquiry.id))


def _seen(row: Row[Inquiry, Attribution | None]) -> InquirySeen:
    inquiry: Inquiry = row[0]
    held: Attribution | None = row[1]
    rule = held.rule if held else UNKNOWN
    evidence: Label = held.evidence if held else {}
    return InquirySeen(
        inquiry_id=inquiry.id,
        received_at=inquiry.received_at,
        arrived_by=inquiry.arrived_by,
        language=inquiry.language,
        country=inquiry.country,
        municipality=inquiry.municipality,
        topic=inquiry.topic,
        people=inquiry.people,
        household_id=inquiry.household_id,
        answered_at=inquiry.answered_at,
        erased=inquiry.erased_at is not None,
        rule=rule,
        linked=_linked(rule, evidence),
        channel=_text(evidence.get("channel")) if rule == "link" else None,
        by_person=held.by_person if held else False,
        pending=held is None,
    )


def _linked(rule: str, evidence: Label) -> str | None:
    parts: Sequence[str | int | None] = {
        "link": (evidence.get("post"),),
        "said": (evidence.get("source"),),
        "coverage": (evidence.get("outlet"), evidence.get("title")),
    }.get(rule, ())
    return ": ".join(str(part) for part in parts if part) or None


def _source_key(rule: str, name: str | None) -> str | None:
    return f"tracker.source.{name}" if rule == "said" and name else None


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
