"""Who is told what between two mornings: one rule a person, one a hook. Every deed leaves its line in the trail."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from outreach.alerts.models import KINDS, AlertHook, AlertRule
from outreach.core.errors import OutreachError
from outreach.people import audit
from outreach.people.models import ADMINISTRATOR, COMMS, COORDINATOR, PARTNER, READER, User

# As on the bell: who can do something about it. What families wrote waits for coordinators alone.
KINDS_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    ADMINISTRATOR: ("critical", "spike", "source_down", "unconfirmed"),
    COMMS: ("critical", "spike", "source_down", "unconfirmed"),
    COORDINATOR: ("critical", "spike", "unanswered"),
    READER: ("critical", "spike"),
    PARTNER: (),
}
# Nobody knows who reads along in another program's channel.
KINDS_OF_HOOKS = ("critical", "spike", "source_down", "unconfirmed")
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to hear of, and when not: hours on the office's wall (HH:MM), both the same: never quiet.

    `working_days`: on days off it is quiet all day.
    """

    kinds: tuple[str, ...]
    quiet_from: str = "20:00"
    quiet_until: str = "07:00"
    working_days: bool = False


@dataclass(frozen=True)
class RuleSeen:
    """A rule as lists and letters need it. Of a person: `mail`, `role` and `is_open`, whether the account is on; of a
    hook those are empty and None. `kinds` are only those that its role may still choose.
    """

    id: int
    user_id: int | None
    hook_id: int | None
    name: str
    mail: str
    role: str | None
    language: str
    is_open: bool
    wanted: Wanted
    is_on: bool
    made_at: datetime
    changed_at: datetime

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.wanted.kinds

    @property
    def tells(self) -> bool:
        """Whether anything of it is told at all."""
        return self.is_on and self.is_open and bool(self.kinds)


def allowed(role: str | None) -> tuple[str, ...]:
    """The kinds that a person of this role may choose; None: a hook."""
    return KINDS_OF_HOOKS if role is None else KINDS_OF_ROLE.get(role, ())


def put(session: Session, now: datetime, user_id: int, wanted: Wanted, by: str) -> int:
    """A person's rule, new or changed, and switched on; its number.

    Raises OutreachError `alerts.error.kind` for a kind that is none, or not this role's, `alerts.error.none` for no
    kind at all, `alerts.error.wall` for an hour that is none, `people.error.nobody`.
    """
    user = session.get(User, user_id)
    if user is None:
        raise OutreachError("people.error.nobody", mail=f"#{user_id}")
    fit = checked(wanted, user.role)
    row = session.scalar(select(AlertRule).where(AlertRule.user_id == user_id).with_for_update())
    return _put(session, now, row or AlertRule(user_id=user_id), fit, by)


def put_hook(session: Session, now: datetime, hook_id: int, wanted: Wanted, by: str) -> int:
    """A hook's rule, as `put`."""
    fit = checked(wanted, None)
    if session.get(AlertHook, hook_id) is None:
        raise OutreachError("alerts.error.no_hook", name=f"#{hook_id}")
    row = session.scalar(select(AlertRule).where(AlertRule.hook_id == hook_id).with_for_update())
    return _put(session, now, row or AlertRule(hook_id=hook_id), fit, by)


def switch(session: Session, now: datetime, rule_id: int, on: bool, by: str) -> bool:
    """Switches a rule on or off; False if it was so already, or is gone."""
    row = session.get(AlertRule, rule_id, with_for_update=True)
    if row is None or row.is_on == on:
        return False
    row.is_on, row.changed_at = on, now
    audit.write(session, now, by, "enable" if on else "disable", "alert_rule", rule_id)
    return True


def checked(wanted: Wanted, role: str | None) -> Wanted:
    """The wish as it is kept: each kind once, in the house's order. Raises as `put` does."""
    may = allowed(role)
    for kind in wanted.kinds:
        if kind not in may:
            raise OutreachError("alerts.error.kind", kind=kind)
    if not wanted.kinds:
        raise OutreachError("alerts.error.none")
    for wall in (wanted.quiet_from, wanted.quiet_until):
        if not _WALL.fullmatch(wall):
            raise OutreachError("alerts.error.wall", wall=wall)
    kinds = tuple(kind for kind in KINDS if kind in wanted.kinds)
    return Wanted(kinds, wanted.quiet_from, wanted.quiet_until, bool(wanted.working_days))


def of_user(session: Session, user_id: int) -> RuleSeen | None:
    """A person's rule."""
    row = session.execute(_rules().where(AlertRule.user_id == user_id)).one_or_none()
    return _seen(row) if row is not None else None


def one(session: Session, rule_id: int) -> RuleSeen | None:
    """One rule."""
    row = session.execute(_rules().where(AlertRule.id == rule_id)).one_or_none()
    return _seen(row) if row is not None else None


def every(session: Session) -> list[RuleSeen]:
    """All rules, those of people first; an office has few."""
    return [_seen(row) for row in session.execute(_rules().order_by(AlertRule.hook_id.is_not(None), AlertRule.id))]


def _put(session: Session, now: datetime, row: AlertRule, wanted: Wanted, by: str) -> int:
    fresh = row.id is None
    told = (tuple(row.kinds or ()), row.quiet_from, row.quiet_until, row.working_days, row.is_on)
    if told == (wanted.kinds, wanted.quiet_from, wanted.quiet_until, wanted.working_days, True):
        return row.id
    row.kinds, row.working_days, row.is_on, row.changed_at = list(wanted.kinds), wanted.working_days, True, now
    row.quiet_from, row.quiet_until = wanted.quiet_from, wanted.quiet_until
    if fresh:
        row.made_at = now
        session.add(row)
    session.flush()
    audit.write(session, now, by, "add" if fresh else "change", "alert_rule", row.id, kinds=", ".join(wanted.kinds))
    return row.id


def _rules() -> Select[*tuple[AlertRule, User, AlertHook]]:
    joined = select(AlertRule, User, AlertHook).outerjoin(User, User.id == AlertRule.user_id)
    return joined.outerjoin(AlertHook, AlertHook.id == AlertRule.hook_id)


def _seen(row: Row[*tuple[AlertRule, User, AlertHook]]) -> RuleSeen:
    rule, user, hook = row
    role = user.role if user is not None else None
    may = allowed(role)
    return RuleSeen(
        id=rule.id,
        user_id=rule.user_id,
        hook_id=rule.hook_id,
        name=user.name if user is not None else hook.name,
        mail=user.mail if user is not None else "",
        role=role,
        language=user.language if user is not None else hook.language,
        is_open=user is None or user.disabled_at is None,
        wanted=Wanted(
            tuple(kind for kind in rule.kinds if kind in may), rule.quiet_from, rule.quiet_until, rule.working_days
        ),
        is_on=rule.is_on,
        made_at=rule.made_at,
        changed_at=rule.changed_at,
    )
