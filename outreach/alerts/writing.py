"""Which rules get a letter now, and its row: all that waits for a rule goes into one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach.alerts.models import AlertItem, AlertLetter, AlertRule
from outreach.alerts.quiet import may_tell
from outreach.alerts.rules import RuleSeen
from outreach.core.mail import message_id

OPEN = ("due", "sending")


def ready(session: Session, now: datetime, zone: ZoneInfo, rules: Sequence[RuleSeen]) -> list[RuleSeen]:
    """The rules for which something waits and that may be told now."""
    waiting = set(
        session.scalars(
            select(AlertItem.rule_id).where(AlertItem.letter_id.is_(None), AlertItem.dropped.is_(False)).distinct()
        )
    )
    return [rule for rule in rules if rule.id in waiting and rule.tells and _may(session, now, zone, rule)]


def write(session: Session, now: datetime, zone: ZoneInfo, rule: RuleSeen, domain: str) -> int | None:
    """A letter with everything that waits for the rule; its number. None if another process was quicker, or nothing
    waits any more. Give it a transaction of its own.
    """
    # Held until the letter stands: of two processes one waits here, and then sees it.
    if session.get(AlertRule, rule.id, with_for_update=True, populate_existing=True) is None:
        return None
    if not _may(session, now, zone, rule):
        return None
    letter = AlertLetter(rule_id=rule.id, made_at=now, status="due", message_id="")
    session.add(letter)
    session.flush()
    if not gather(session, rule.id, letter.id):
        session.delete(letter)
        return None
    # With the moment: a store that was restored counts its letters again.
    letter.message_id = message_id("alert", str(letter.id), now.isoformat(), domain=domain)
    return letter.id


def gather(session: Session, rule_id: int, letter_id: int) -> int:
    """Puts all that waits for a rule into this letter; how much that was."""
    taken = session.execute(
        update(AlertItem)
        .where(AlertItem.rule_id == rule_id, AlertItem.letter_id.is_(None), AlertItem.dropped.is_(False))
        .values(letter_id=letter_id)
        .returning(AlertItem.alert_id)
        .execution_options(synchronize_session=False)
    )
    return len(taken.all())


def last_at(session: Session, rule_id: int, but: int | None = None) -> datetime | None:
    """When the rule's last letter went, may have gone, or failed: an hour lies between any two."""
    at = func.coalesce(AlertLetter.sent_at, AlertLetter.claimed_at, AlertLetter.made_at)
    query = select(func.max(at)).where(AlertLetter.rule_id == rule_id)
    return session.scalar(query if but is None else query.where(AlertLetter.id != but))


def _may(session: Session, now: datetime, zone: ZoneInfo, rule: RuleSeen) -> bool:
    on_the_way = select(AlertLetter.id).where(AlertLetter.rule_id == rule.id, AlertLetter.status.in_(OPEN)).limit(1)
    if session.scalar(on_the_way) is not None:
        return False
    return may_tell(rule.wanted, now, zone, last_at(session, rule.id))


def reachable(rules: Sequence[RuleSeen], stopped: Collection[str]) -> list[RuleSeen]:
    """The rules whose people's addresses still take mail; hooks have none."""
    return [rule for rule in rules if rule.mail.lower() not in stopped]
