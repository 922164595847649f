"""An alert letter is taken for ourselves, and afterwards what became of it is written down: two short transactions."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from outreach.alerts import rules, writing
from outreach.alerts.hook import hook_of
from outreach.alerts.keeping import is_past_telling
from outreach.alerts.models import Alert, AlertHook, AlertItem, AlertLetter, AlertRule
from outreach.alerts.outcome import Outcome
from outreach.alerts.quiet import may_tell, next_moment
from outreach.alerts.rules import RuleSeen
from outreach.alerts.telling import Happened
from outreach.core import presence
from outreach.core.journal import Journal
from outreach.postbox import stops

INTERRUPTED = "alerts.letter.interrupted"
_ROUND = 500


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours to send, as it was in the moment of the claim; `hook`: its kind and its variable's name."""

    letter_id: int
    message_id: str
    made_at: datetime
    attempt: int
    claimer: str
    rule: RuleSeen
    hook: tuple[str, str] | None
    happened: tuple[Happened, ...] = field(repr=False)

    @property
    def mark(self) -> str:
        """What its journal entries are found by."""
        return f"a{self.letter_id}"


def due(session: Session, now: datetime) -> list[int]:
    """The letters that are due, by age."""
    return list(session.scalars(select(AlertLetter.id).where(_is_due(now)).order_by(AlertLetter.id).limit(_ROUND)))


def any_open(session: Session) -> bool:
    """Whether any letter is due or on its way."""
    return session.scalar(select(AlertLetter.id).where(AlertLetter.status.in_(writing.OPEN)).limit(1)) is not None


def claim(session: Session, now: datetime, zone: ZoneInfo, letter_id: int, claimer: str) -> Claimed | None:
    """Takes a due letter for ourselves; None if another has it, it is not wanted any more, or it is quiet now.

    What ended since it was written is left out; with nothing left it goes away, for it has never been out.
    """
    letter = session.scalar(
        select(AlertLetter)
        .where(AlertLetter.id == letter_id, _is_due(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if letter is None:
        return None
    rule = rules.one(session, letter.rule_id)
    if letter.error_key is None or (rule is not None and rule.hook_id is None):
        # While it waited more has come. (What a hook may have already must come again as it was.)
        writing.gather(session, letter.rule_id, letter_id)
    held = session.scalars(
        select(Alert).join(AlertItem, AlertItem.alert_id == Alert.id).where(AlertItem.letter_id == letter_id)
    ).all()
    open_ = rule is not None and rule.tells and not (rule.mail and stops.is_stopped(session, [rule.mail]))
    kept = [row for row in held if open_ and rule is not None and _is_wanted(rule, row)]
    _leave_out(session, letter_id, [row.id for row in held if row not in kept])
    if not kept or rule is None:
        session.execute(delete(AlertLetter).where(AlertLetter.id == letter_id))
        return None
    last = writing.last_at(session, rule.id, but=letter_id)
    if not may_tell(rule.wanted, now, zone, last):
        letter.next_try_at = next_moment(rule.wanted, now, zone, last)
        return None
    letter.status, letter.claimed_by, letter.claimed_at = "sending", claimer, now
    letter.attempts += 1
    hook = session.get(AlertHook, rule.hook_id) if rule.hook_id is not None else None
    return Claimed(
        letter.id,
        letter.message_id,
        letter.made_at,
        letter.attempts,
        claimer,
        rule,
        (hook.kind, hook.secret_name) if hook is not None else None,
        tuple(Happened(row.kind, row.at, row.facts) for row in kept),
    )


def record(session: Session, now: datetime, claimed: Claimed, outcome: Outcome) -> None:
    """Writes down what became of it, if it is still ours: who was taken for gone knows better than a guess."""
    session.execute(
        update(AlertLetter)
        .where(
            AlertLetter.id == claimed.letter_id,
            AlertLetter.claimed_by == claimed.claimer,
            AlertLetter.status.in_(("sending", "unconfirmed")),
        )
        .values(
            status=outcome.status,
            receipt=outcome.receipt,
            sent_at=now if outcome.status == "sent" else None,
            next_try_at=outcome.next_try_at,
            error_key=outcome.error_key,
            error_facts=dict(outcome.error_facts) or None,
        )
        .execution_options(synchronize_session=False)
    )
    told = outcome.error_facts
    if outcome.status == "failed" and outcome.error_key == "mail.refused" and told.get("stage") == "recipient":
        facts = {"code": told.get("code", ""), "answer": told.get("answer", "")}
        stops.stop(session, now, claimed.rule.mail, stops.REFUSED, **facts)


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Letters whose sender is gone take the status that can be known of them; how many there were.

    Of a mail the sender's journal tells; a hook that knows a message by its id gets it again; any other is unconfirmed.
    """
    swept = 0
    rows = session.execute(
        select(AlertLetter, AlertHook.kind)
        .join(AlertRule, AlertRule.id == AlertLetter.rule_id)
        .outerjoin(AlertHook, AlertHook.id == AlertRule.hook_id)
        .where(AlertLetter.status == "sending")
        .with_for_update(of=AlertLetter, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for letter, kind in rows:
        if not presence.is_gone(folder, letter.claimed_by, letter.claimed_at or letter.made_at, now):
            continue
        swept += 1
        if kind is not None:
            state, receipt = ("none" if hook_of(kind).repeatable else "handing"), ""
        else:
            state, receipt = _of_journal(folder, letter)
        if state == "taken":
            letter.status, letter.sent_at, letter.receipt = "sent", letter.claimed_at, receipt
        elif state == "none":
            letter.status, letter.next_try_at = "due", None
        else:
            letter.status, letter.error_key, letter.error_facts = "unconfirmed", INTERRUPTED, {}
    return swept


def _is_wanted(rule: RuleSeen, row: Alert) -> bool:
    return row.kind in rule.kinds and not is_past_telling(row.kind, row.at, row.over_at)


def _of_journal(folder: Path, letter: AlertLetter) -> tuple[str, str]:
    found = Journal.read(folder, letter.claimed_by) if letter.claimed_by else None
    if found is None:
        return "handing", ""
    mark = f"a{letter.id}"
    state = found.state(mark)
    return ("handing" if state == "none" and not found.whole else state), found.receipt(mark)


def _leave_out(session: Session, letter_id: int, alert_ids: list[int]) -> None:
    if not alert_ids:
        return
    session.execute(
        update(AlertItem)
        .where(AlertItem.letter_id == letter_id, AlertItem.alert_id.in_(alert_ids))
        .values(letter_id=None, dropped=True)
        .execution_options(synchronize_session=False)
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    again = or_(AlertLetter.next_try_at.is_(None), AlertLetter.next_try_at <= now)
    return (AlertLetter.status == "due") & again
