"""What pages, the bell and commands read of alerts, and what a person decides about a doubtful letter."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.alerts import hookbook, rules
from outreach.alerts.hookbook import HookSeen
from outreach.alerts.models import Alert, AlertHook, AlertItem, AlertLetter, AlertRule
from outreach.alerts.rules import RuleSeen
from outreach.people import audit
from outreach.people.models import User

# A letter that a person has put aside stays failed, for its reason.
LET_GO = "alerts.letter.let_go"


@dataclass(frozen=True)
class AlertSeen:
    """One event in a list. `told` and `waiting` count the people and hooks that heard of it, or are still to.

    `subject` is what it is about: `mention:12`, `source:3`, `delivery:7`, `inquiry:9`, `spike:2026-11-26`.
    `facts` and `kind` make its sentence: `alerts.wording.sentence(kind, facts, words, zone)`.
    """

    id: int
    kind: str
    subject: str
    at: datetime
    over_at: datetime | None
    facts: Mapping[str, object]
    told: int
    waiting: int


@dataclass(frozen=True)
class LetterSeen:
    """A letter and how it fares. `name` is the person's, or the hook's where `is_hook`; `alerts` counts its lines."""

    id: int
    rule_id: int
    name: str
    is_hook: bool
    made_at: datetime
    status: str
    attempts: int
    next_try_at: datetime | None
    sent_at: datetime | None
    error_key: str | None
    error_facts: Mapping[str, object]
    alerts: int


def needs_person(session: Session, limit: int = 50) -> list[LetterSeen]:
    """Letters that failed, or may or may not have gone: a person settles or puts them aside. The latest first."""
    query = _letters().where(_waits()).order_by(AlertLetter.id.desc()).limit(limit)
    return [_letter(row) for row in session.execute(query)]


def listed(
    session: Session, kinds: Collection[str] | None = None, before: int | None = None, limit: int = 50
) -> list[AlertSeen]:
    """Events by the order in which they were noticed, the latest first, of numbers below `before`; of all kinds or
    of those that a reader may see (`rules.KINDS_OF_ROLE`).
    """
    told = and_(AlertItem.alert_id == Alert.id, AlertItem.letter_id.in_(_went()))
    waits = and_(AlertItem.alert_id == Alert.id, AlertItem.letter_id.is_(None), AlertItem.dropped.is_(False))
    query = select(Alert, _count(told), _count(waits)).order_by(Alert.id.desc()).limit(limit)
    if kinds is not None:
        query = query.where(Alert.kind.in_(sorted(kinds)))
    if before is not None:
        query = query.where(Alert.id < before)
    return [
        AlertSeen(row.id, row.kind, _about(row.subject), row.at, row.over_at, row.facts, told_to, waiting)
        for row, told_to, waiting in session.execute(query)
    ]


def rules_seen(session: Session) -> list[RuleSeen]:
    """All rules, those of people first."""
    return rules.every(session)


def hooks_seen(session: Session, secrets: Callable[[str], str | None]) -> list[HookSeen]:
    """All hooks by name; `secrets` is `outreach.core.settings.secret`."""
    return hookbook.every(session, secrets)


def settle(session: Session, now: datetime, letter_id: int, arrived: bool, by: str) -> bool:
    """A person's word on a doubtful or failed letter: it arrived, or it is to go again; False if none waits for one."""
    change = (
        {"status": "sent", "sent_at": now, "error_key": None, "error_facts": None}
        if arrived
        else {"status": "due", "attempts": 0, "next_try_at": now, "error_key": None, "error_facts": None}
    )
    return _decide(session, now, letter_id, change, "confirm", by)


def let_go(session: Session, now: datetime, letter_id: int, by: str) -> bool:
    """Puts a doubtful or failed letter aside: it is not sent again, and waits for nobody any more."""
    return _decide(session, now, letter_id, {"status": "failed", "error_key": LET_GO, "error_facts": {}}, "cancel", by)


def forget_old(session: Session, now: datetime, keep: timedelta = timedelta(days=400)) -> int:
    """Deletes events and letters older than that; how many events. What goes on is kept, and the letter that told it:
    without it the event would seem untold.
    """
    old = now - keep
    # A critical mention is over after its day, whether or not anybody looked.
    over = or_(Alert.over_at < old, Alert.kind == "critical")
    gone = session.execute(delete(Alert).where(Alert.at < old, over).returning(Alert.id)).all()
    told = select(AlertItem.alert_id).where(AlertItem.letter_id == AlertLetter.id).exists()
    session.execute(delete(AlertLetter).where(AlertLetter.made_at < old, ~told))
    return len(gone)


def _about(subject: str) -> str:
    # A third part tells one trouble of the same source or delivery from the next.
    return ":".join(subject.split(":")[:2])


def _decide(
    session: Session, now: datetime, letter_id: int, change: Mapping[str, object], deed: str, by: str
) -> bool:
    won = session.scalar(
        update(AlertLetter)
        .where(AlertLetter.id == letter_id, _waits())
        .values(**change)
        .returning(AlertLetter.id)
        .execution_options(synchronize_session=False)
    )
    if won is not None:
        audit.write(session, now, by, deed, "alert_letter", letter_id)
    return won is not None


def _waits() -> ColumnElement[bool]:
    put_aside = and_(AlertLetter.error_key.is_not(None), AlertLetter.error_key == LET_GO)
    return and_(AlertLetter.status.in_(("failed", "unconfirmed")), ~put_aside)


def _went() -> Select[int]:
    return select(AlertLetter.id).where(AlertLetter.status.in_(("sent", "unconfirmed")))


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(AlertItem).where(which).correlate(Alert).scalar_subquery()


def _letters() -> Select[*tuple[AlertLetter, str, int | None, int]]:
    items = select(func.count()).select_from(AlertItem).where(AlertItem.letter_id == AlertLetter.id)
    return (
        select(
            AlertLetter,
            func.coalesce(User.name, AlertHook.name, ""),
            AlertRule.hook_id,
            items.correlate(AlertLetter).scalar_subquery(),
        )
        .join(AlertRule, AlertRule.id == AlertLetter.rule_id)
        .outerjoin(User, User.id == AlertRule.user_id)
        .outerjoin(AlertHook, AlertHook.id == AlertRule.hook_id)
    )


def _letter(row: Row[*tuple[AlertLetter, str, int | None, int]]) -> LetterSeen:
    letter, name, hook_id, count = row
    return LetterSeen(
        letter.id, letter.rule_id, name, hook_id is not None, letter.made_at, letter.status, letter.attempts,
        letter.next_try_at, letter.sent_at, letter.error_key, letter.error_facts or {}, count,
    )  # fmt: skip
