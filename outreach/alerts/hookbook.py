"""The hooks that an office has: added, changed, removed. Their addresses and keys stay in the environment."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.alerts import rules
from outreach.alerts.hook import PACKAGE
from outreach.alerts.models import AlertHook
from outreach.alerts.rules import RuleSeen, Wanted
from outreach.core.errors import OutreachError
from outreach.core.registry import kinds as registered
from outreach.core.text import LANGUAGES
from outreach.people import audit

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{2,79}")


@dataclass(frozen=True)
class HookAsked:
    """What an administrator says of a hook. `secret_name` is the environment variable that holds its address; the key
    that a signed one needs stands in the variable of that name with `_KEY`.
    """

    name: str
    kind: str
    secret_name: str
    language: str


@dataclass(frozen=True)
class HookSeen:
    """A hook in a list. `is_set`: all that it needs of the environment is there."""

    id: int
    name: str
    kind: str
    secret_name: str
    language: str
    made_at: datetime
    made_by: str
    is_set: bool
    rule: RuleSeen | None


def kinds() -> tuple[str, ...]:
    """The kinds of hooks, by name."""
    return tuple(registered(PACKAGE))


def add(session: Session, now: datetime, asked: HookAsked, wanted: Wanted, by: str) -> int:
    """A new hook with its rule; its number.

    Raises OutreachError `alerts.error.hook_name`, `.hook_taken`, `.hook_kind`, `.hook_secret`, `.hook_language`, or as
    `rules.put` does.
    """
    fit = _fit(session, asked, None)
    hook = AlertHook(
        name=fit.name, kind=fit.kind, secret_name=fit.secret_name, language=fit.language, made_at=now, made_by=by[:254]
    )
    session.add(hook)
    session.flush()
    audit.write(session, now, by, "add", "hook", hook.id, kind=fit.kind)
    rules.put_hook(session, now, hook.id, wanted, by)
    return hook.id


def change(session: Session, now: datetime, hook_id: int, asked: HookAsked, wanted: Wanted, by: str) -> None:
    """Another name, kind, variable, language or rule. Raises as `add` does, and `alerts.error.no_hook`."""
    hook = session.get(AlertHook, hook_id)
    if hook is None:
        raise OutreachError("alerts.error.no_hook", name=f"#{hook_id}")
    fit = _fit(session, asked, hook_id)
    before = HookAsked(hook.name, hook.kind, hook.secret_name, hook.language)
    if fit != before:
        hook.name, hook.kind, hook.secret_name, hook.language = fit.name, fit.kind, fit.secret_name, fit.language
        audit.write(session, now, by, "change", "hook", hook_id, kind=fit.kind)
    rules.put_hook(session, now, hook_id, wanted, by)


def remove(session: Session, now: datetime, hook_id: int, by: str) -> bool:
    """Takes a hook away with its rule and what waits for it; False if it is gone."""
    hook = session.get(AlertHook, hook_id)
    if hook is None:
        return False
    kind = hook.kind
    session.delete(hook)
    audit.write(session, now, by, "remove", "hook", hook_id, kind=kind)
    return True


def by_name(session: Session, name: str) -> int:
    """The hook of this name; OutreachError `alerts.error.no_hook`."""
    found = session.scalar(select(AlertHook.id).where(AlertHook.name == name.strip()))
    if found is None:
        raise OutreachError("alerts.error.no_hook", name=name)
    return found


def every(session: Session, secrets: Callable[[str], str | None]) -> list[HookSeen]:
    """All hooks by name; `secrets` reads the environment by a variable's name."""
    of_hooks = {rule.hook_id: rule for rule in rules.every(session) if rule.hook_id is not None}
    rows = session.scalars(select(AlertHook).order_by(AlertHook.name)).all()
    return [
        HookSeen(
            row.id, row.name, row.kind, row.secret_name, row.language, row.made_at, row.made_by,
            all(secrets(name) for name in needs(row.kind, row.secret_name)), of_hooks.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def needs(kind: str, secret_name: str) -> tuple[str, ...]:
    """The variables that a hook of this kind needs."""
    found = registered(PACKAGE).get(kind)
    return (secret_name, f"{secret_name}_KEY") if found is not None and found.signed else (secret_name,)


def _fit(session: Session, asked: HookAsked, own: int | None) -> HookAsked:
    name = " ".join(asked.name.split())
    if not name or len(name) > 80 or not name.isprintable():
        raise OutreachError("alerts.error.hook_name")
    taken = session.scalar(select(AlertHook.id).where(AlertHook.name == name))
    if taken is not None and taken != own:
        raise OutreachError("alerts.error.hook_taken", name=name)
    if asked.kind not in kinds():
        raise OutreachError("alerts.error.hook_kind", kind=asked.kind, known=", ".join(kinds()))
    secret_name = asked.secret_name.strip()
    # Who types the address itself into this field has it shown to everybody: only a name is taken, nothing repeated.
    if not _VARIABLE.fullmatch(secret_name) or len(secret_name) > 76:
        raise OutreachError("alerts.error.hook_secret")
    if asked.language not in LANGUAGES:
        raise OutreachError("alerts.error.hook_language", language=asked.language)
    return HookAsked(name, asked.kind, secret_name, asked.language)
