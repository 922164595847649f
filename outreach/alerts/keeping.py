"""What was seen becomes rows: an event once, that it is over, who is to hear of it, and who no longer is.

`compare`, `missing` and `stale` read and decide, `keep`, `give` and `drop` write: most minutes bring nothing, and then
nothing is written.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from campaigns import caring
from campaigns.models import Delivery
from outreach.alerts import digests
from outreach.alerts.models import Alert, AlertItem
from outreach.alerts.rules import RuleSeen
from outreach.alerts.seeing import DOWN, NEWS, Event, is_critical
from outreach.alerts.wording import ACCESS
from outreach.core.clock import day_bounds
from outreach.core.db import upserting
from outreach.tracker.models import Inquiry
from scrapers.models import Mention, Source

_MOST = 2000
_STEP = 200


@dataclass(frozen=True)
class Over:
    """An alert that has ended, and when."""

    alert_id: int
    at: datetime


@dataclass(frozen=True)
class Item:
    """An alert that a rule asks for."""

    rule_id: int
    alert_id: int


@dataclass(frozen=True)
class Changes:
    """What a minute has changed."""

    new: tuple[Event, ...] = ()
    over: tuple[Over, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.over)


def since_of(rule: RuleSeen, now: datetime) -> datetime:
    """From when on a rule's events are told: since it was made or changed, and in any case the last 24 hours."""
    return min(rule.changed_at, now - NEWS)


def is_past_telling(kind: str, at: datetime, over_at: datetime | None) -> bool:
    """Whether an event that is over need not be told any more.

    A critical mention stays news when its day has passed; one that a person has judged otherwise meanwhile does not.
    """
    return over_at is not None and (kind != "critical" or over_at < at + NEWS)


def compare(session: Session, now: datetime, zone: ZoneInfo, events: Sequence[Event]) -> Changes:
    """What is new among the events seen, and which kept ones are over."""
    going_on = _going_on(session, now)
    down = {row.facts.get("source") for row in going_on if row.kind == "source_down"}
    known = _known(session, events)
    new = tuple(
        event
        for event in events
        # A source that fails in another way now is the same trouble.
        if (event.kind, event.subject) not in known
        and not (event.kind == "source_down" and event.facts["source"] in down)
    )
    return Changes(new, tuple(_over(session, now, zone, going_on)))


def keep(session: Session, changes: Changes) -> list[int]:
    """Writes them down; the numbers of the new ones. What another process has just written stays as it is."""
    added: list[int] = []
    for begun in range(0, len(changes.new), _STEP):
        rows = [
            {"kind": event.kind, "subject": event.subject, "at": event.at, "facts": event.facts}
            for event in changes.new[begun : begun + _STEP]
        ]
        once = upserting(session, Alert).on_conflict_do_nothing(index_elements=["kind", "subject"])
        added += session.scalars(once.returning(Alert.id), rows)
    for over in changes.over:
        session.execute(
            update(Alert)
            .where(Alert.id == over.alert_id, Alert.over_at.is_(None))
            .values(over_at=over.at)
            .execution_options(synchronize_session=False)
        )
    return added


def missing(session: Session, now: datetime, rules: Sequence[RuleSeen], also: Collection[int] = ()) -> list[Item]:
    """Which rules are still to hear of which events: of the last 24 hours, and those of these numbers."""
    telling = [rule for rule in rules if rule.tells]
    if not telling:
        return []
    recent = Alert.at >= now - NEWS
    rows = session.execute(
        select(Alert.id, Alert.kind, Alert.at)
        .where(Alert.over_at.is_(None), or_(recent, Alert.id.in_(sorted(also))) if also else recent)
        .order_by(Alert.id.desc())
        .limit(_MOST)
    ).all()
    if not rows:
        return []
    first = min(row.id for row in rows)
    items = select(AlertItem.rule_id, AlertItem.alert_id).where(AlertItem.alert_id >= first)
    noted = {(row.rule_id, row.alert_id) for row in session.execute(items)}
    return [
        Item(rule.id, row.id)
        for rule in telling
        for row in rows
        if row.kind in rule.kinds and row.at >= since_of(rule, now) and (rule.id, row.id) not in noted
    ]


def give(session: Session, items: Sequence[Item]) -> None:
    """Notes who is to hear of what, each once."""
    for begun in range(0, len(items), _STEP):
        some = items[begun : begun + _STEP]
        rows = [{"rule_id": one.rule_id, "alert_id": one.alert_id, "dropped": False} for one in some]
        session.execute(upserting(session, AlertItem).on_conflict_do_nothing(), rows)


def stale(session: Session, rules: Sequence[RuleSeen]) -> list[Item]:
    """What waits and is not to be told any more: it is over, the morning's mail has told it, or nobody wants it."""
    by_id = {rule.id: rule for rule in rules}
    rows = session.execute(
        select(AlertItem.rule_id, AlertItem.alert_id, Alert.kind, Alert.at, Alert.over_at)
        .join(Alert, Alert.id == AlertItem.alert_id)
        .where(AlertItem.letter_id.is_(None), AlertItem.dropped.is_(False))
        .order_by(AlertItem.rule_id, AlertItem.alert_id)
        .limit(_MOST)
    ).all()
    waiting = {row.rule_id for row in rows}
    told = digests.told_until(session, [one.user_id for one in rules if one.id in waiting and one.user_id is not None])
    return [
        Item(row.rule_id, row.alert_id)
        for row in rows
        if _is_stale(by_id.get(row.rule_id), row.kind, row.at, row.over_at, told)
    ]


def drop(session: Session, items: Sequence[Item]) -> None:
    """Notes that these are not told."""
    for one in items:
        session.execute(
            update(AlertItem)
            .where(AlertItem.rule_id == one.rule_id, AlertItem.alert_id == one.alert_id, AlertItem.letter_id.is_(None))
            .values(dropped=True)
            .execution_options(synchronize_session=False)
        )


def _is_stale(
    rule: RuleSeen | None, kind: str, at: datetime, over_at: datetime | None, told: Mapping[int, datetime]
) -> bool:
    if rule is None or not rule.tells or kind not in rule.kinds or is_past_telling(kind, at, over_at):
        return True
    until = told.get(rule.user_id) if rule.user_id is not None else None
    return kind == "critical" and until is not None and until >= at


def _going_on(session: Session, now: datetime) -> list[Alert]:
    """Alerts that were not over when they were last looked at; critical mentions of the last week."""
    lasting = and_(Alert.kind.in_(("spike", "source_down", "unconfirmed", "unanswered")), Alert.over_at.is_(None))
    lately = and_(Alert.kind == "critical", Alert.over_at.is_(None), Alert.at >= now - timedelta(days=7))
    return [
        *session.scalars(select(Alert).where(lasting).order_by(Alert.id.desc()).limit(_MOST)),
        *session.scalars(select(Alert).where(lately).order_by(Alert.at).limit(_MOST)),
    ]


def _known(session: Session, events: Sequence[Event]) -> set[tuple[str, str]]:
    known: set[tuple[str, str]] = set()
    for kind in {event.kind for event in events}:
        subjects = [event.subject for event in events if event.kind == kind]
        asked = select(Alert.kind, Alert.subject).where(Alert.kind == kind, Alert.subject.in_(subjects))
        known |= {(row.kind, row.subject) for row in session.execute(asked)}
    return known


def _over(session: Session, now: datetime, zone: ZoneInfo, going_on: Sequence[Alert]) -> list[Over]:
    """Which of the alerts have ended: asked by their numbers, so that it costs what goes on, not what there is."""
    found: list[Over] = []
    of_kind: dict[str, dict[int, Alert]] = {}
    accesses: list[Alert] = []
    for row in going_on:
        if row.kind == "critical" and row.at <= now - NEWS:
            found.append(Over(row.id, row.at + NEWS))
        elif row.kind == "spike":
            _, ended = day_bounds(date.fromisoformat(str(row.facts["day"])), zone)
            if ended <= now:
                found.append(Over(row.id, ended))
        elif ACCESS in row.facts:
            accesses.append(row)
        else:
            of_kind.setdefault(row.kind, {})[int(row.facts[_NUMBERED[row.kind]])] = row
    if accesses:
        still_ending = {(one.channel_id, one.stage, one.ends_at) for one in caring.warnings(session, now)}
        found += [Over(row.id, now) for row in accesses if _access(row) not in still_ending]
    for kind, rows in of_kind.items():
        still = set(session.scalars(_still(kind, sorted(rows))))
        found += [Over(row.id, now) for number, row in rows.items() if number not in still]
    return found


def _access(row: Alert) -> tuple[object, object, datetime | None]:
    """Which warning it was: a token that was made anew ends at another moment."""
    ends = row.facts.get("ends")
    return row.facts[ACCESS], row.facts["stage"], datetime.fromisoformat(ends) if ends else None


# The fact that holds the number of what an alert is about.
_NUMBERED = {
    "critical": "mention", "source_down": "source", "unconfirmed": "delivery", "unanswered": "inquiry",
}  # fmt: skip


def _still(kind: str, numbers: Sequence[int]) -> Select[int]:
    if kind == "critical":
        return select(Mention.id).where(Mention.id.in_(numbers), is_critical())
    if kind == "source_down":
        return select(Source.id).where(Source.id.in_(numbers), Source.enabled, Source.state.in_(DOWN))
    if kind == "unconfirmed":
        return select(Delivery.id).where(Delivery.id.in_(numbers), Delivery.status == "unconfirmed")
    return select(Inquiry.id).where(Inquiry.id.in_(numbers), Inquiry.answered_at.is_(None), Inquiry.erased_at.is_(None))
