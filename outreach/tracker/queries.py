"""What pages, the digest, reports and commands read of inquiries: frozen rows without anything personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, cast, func, select
from sqlalchemy.orm import Session

from outreach.tracker.attribution import standing
from outreach.tracker.lexicon import sources
from outreach.tracker.models import Attribution, Inquiry, Touch

Label = Mapping[str, str | int | None]

# What an inquiry counts as until the job has looked at it.
UNKNOWN = "unknown"
# What of an attribution's evidence tells sources apart.
_EVIDENCE = ("post", "campaign", "channel", "source", "outlet", "title")
_COLUMNS = (
    Inquiry.id,
    Inquiry.received_at,
    Inquiry.arrived_by,
    Inquiry.language,
    Inquiry.country,
    Inquiry.municipality,
    Inquiry.topic,
    Inquiry.people,
    Inquiry.household_id,
    Inquiry.answered_at,
    Inquiry.erased_at,
    Attribution.rule,
    Attribution.evidence,
    Attribution.by_person,
)


@dataclass(frozen=True)
class InquirySeen:
    """One inquiry in a list.

    `linked` is a post's title, an outlet with its title, a campaign that they named, or the name of a said source,
    whose text is `linked_key`; None where the source is unknown. `pending`: the linking job has not looked at it yet.
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


# Put together once: otherwise a page takes longer over them than the store over the answers.
_LISTED: Select[*tuple[Any, ...]] = (
    select(*_COLUMNS).select_from(Inquiry).outerjoin(Attribution, Attribution.id == standing(Inquiry.id))
)
_ONE = _LISTED.where(Inquiry.id == bindparam("inquiry_id"))
_TOUCHES = (
    select(Touch.id, Touch.kind, Touch.at, Touch.label)
    .where(Touch.inquiry_id == bindparam("inquiry_id"))
    .order_by(Touch.id)
)
_ANSWERS = (
    select(
        Attribution.made_at,
        Attribution.rule,
        Attribution.by_person,
        Attribution.evidence,
        (Attribution.id == standing(Attribution.inquiry_id)).label("standing"),
    )
    .where(Attribution.inquiry_id == bindparam("inquiry_id"))
    .order_by(Attribution.id)
)


def latest(
    session: Session,
    limit: int = 50,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    unanswered: bool = False,
) -> list[InquirySeen]:
    """Inquiries that came in `since <= received < until`, the latest first."""
    wanted = listed().order_by(Inquiry.received_at.desc(), Inquiry.id.desc()).limit(limit)
    if since is not None:
        wanted = wanted.where(Inquiry.received_at >= since)
    if until is not None:
        wanted = wanted.where(Inquiry.received_at < until)
    if unanswered:
        wanted = wanted.where(Inquiry.answered_at.is_(None))
    return [seen(row) for row in session.execute(wanted)]


def one(session: Session, inquiry_id: int) -> InquirySeen | None:
    """One inquiry."""
    row = session.execute(_ONE, {"inquiry_id": inquiry_id}).one_or_none()
    return seen(row) if row else None


def touches(session: Session, inquiry_id: int) -> list[TouchSeen]:
    """What lies before an inquiry, in the order it was noted."""
    return [TouchSeen(*row) for row in session.execute(_TOUCHES, {"inquiry_id": inquiry_id})]


def answers(session: Session, inquiry_id: int) -> list[AnswerSeen]:
    """Every attribution an inquiry has had, in the order they were made."""
    return [AnswerSeen(*row) for row in session.execute(_ANSWERS, {"inquiry_id": inquiry_id})]


def counts_by_source(session: Session, since: datetime, until: datetime) -> list[SourceCount]:
    """Inquiries of a span by what they are linked with, the most first; added up by the store.

    The last row is always that of the unknown, even of none; only a span without any inquiry has no rows.
    """
    kinds = (
        func.coalesce(Attribution.rule, UNKNOWN).label("rule"),
        *(Attribution.evidence[name].as_string().label(name) for name in _EVIDENCE),
    )
    numbers = func.aggregate_strings(cast(Inquiry.id, String), ",").label("numbers")
    span = (
        select(*kinds, numbers)
        .select_from(Inquiry)
        .outerjoin(Attribution, Attribution.id == standing(Inquiry.id))
        .where(Inquiry.received_at >= since, Inquiry.received_at < until)
        .group_by(*(column.element for column in kinds))
    )
    groups: dict[tuple[str, str | None, str | None, str | None], list[int]] = {}
    for row in session.execute(span):
        told: Label = {name: getattr(row, name) for name in _EVIDENCE}
        channel = _text(told["channel"]) if row.rule == "link" else None
        key = (row.rule, _linked(row.rule, told), channel, _text(told["campaign"]))
        groups.setdefault(key, []).extend(int(number) for number in row.numbers.split(","))
    unknown = groups.pop((UNKNOWN, None, None, None), [])
    counts = [SourceCount(*key, tuple(sorted(found))) for key, found in groups.items()]
    counts.sort(key=lambda count: (-count.count, count.rule, count.label or "", count.channel or ""))
    if not counts and not unknown:
        return []
    return [*counts, SourceCount(UNKNOWN, None, None, None, tuple(sorted(unknown)))]


def unanswered(session: Session) -> int:
    """How many inquiries nobody has answered."""
    return session.scalar(select(func.count()).select_from(Inquiry).where(Inquiry.answered_at.is_(None))) or 0


def waiting_since(session: Session) -> datetime | None:
    """When the oldest unanswered inquiry came in."""
    return session.scalar(select(func.min(Inquiry.received_at)).where(Inquiry.answered_at.is_(None)))


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many inquiries nobody has answered, and when the oldest of them came in; one question for both."""
    asked = select(func.count(), func.min(Inquiry.received_at)).where(Inquiry.answered_at.is_(None))
    count, oldest = session.execute(asked).one()
    return count, oldest


def listed() -> Select[*tuple[Any, ...]]:
    """The query of all that a list shows, without the sealed columns: narrow it down, then read it with `seen`."""
    return _LISTED


def seen(row: Row[Any]) -> InquirySeen:
    """A row of `listed`."""
    rule: str = row.rule or UNKNOWN
    evidence: Label = row.evidence or {}
    return InquirySeen(
        inquiry_id=row.id,
        received_at=row.received_at,
        arrived_by=row.arrived_by,
        language=row.language,
        country=row.country,
        municipality=row.municipality,
        topic=row.topic,
        people=row.people,
        household_id=row.household_id,
        answered_at=row.answered_at,
        erased=row.erased_at is not None,
        rule=rule,
        linked=_linked(rule, evidence),
        channel=_text(evidence.get("channel")) if rule == "link" else None,
        by_person=bool(row.by_person),
        pending=row.rule is None,
    )


def _linked(rule: str, evidence: Label) -> str | None:
    parts: Sequence[str | int | None] = {
        "link": (evidence.get("post") or evidence.get("campaign"),),
        "said": (evidence.get("campaign") or evidence.get("source"),),
        "coverage": (evidence.get("outlet"), evidence.get("title")),
    }.get(rule, ())
    return ": ".join(str(part) for part in parts if part) or None


def _source_key(rule: str, name: str | None) -> str | None:
    # A campaign that they named is called as it is called.
    return f"tracker.source.{name}" if rule == "said" and name in sources() else None


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
