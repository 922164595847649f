"""The trail of deeds: written in the deed's own transaction, read by administrators."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from outreach.people.models import AuditEntry

Facts = dict[str, str | int | None]


@dataclass(frozen=True)
class Entry:
    """One deed."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: int | None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """Which deeds to show; None leaves a part open. `since` <= at < `until`."""

    actor: str | None = None
    action: str | None = None
    subject_kind: str | None = None
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

_LINE = insert(AuditEntry)


def write(
    session: Session,
    now: datetime,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: int | None = None,
    **facts: str | int | None,
) -> None:
    """Writes a deed down; `facts` say nothing of a family: neither words nor stages nor how many they are."""
    session.flush()
    row = {
        "at": now,
        "actor": actor[:254],
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "facts": facts,
    }
    # Past the session: families' pages write a line at every look, and its unit of work costs five times the line.
    session.connection().execute(_LINE, row)


def entries(session: Session, chosen: Chosen, *, before: int | None = None, limit: int = 100) -> list[Entry]:
    """The chosen deeds, the latest first, of numbers below `before`."""
    query = _chosen(chosen).order_by(AuditEntry.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [Entry(*row) for row in session.execute(query)]


def all_entries(session: Session, chosen: Chosen, step: int = 5000) -> Iterator[Entry]:
    """Every chosen deed, the latest first, read in pieces."""
    before: int | None = None
    while rows := entries(session, chosen, before=before, limit=step):
        yield from rows
        before = rows[-1].id


def _chosen(chosen: Chosen) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.action,
        AuditEntry.subject_kind,
        AuditEntry.subject_id,
        AuditEntry.facts,
    )
    for column, value in (
        (AuditEntry.actor, chosen.actor),
        (AuditEntry.action, chosen.action),
        (AuditEntry.subject_kind, chosen.subject_kind),
        (AuditEntry.subject_id, chosen.subject_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.since is not None:
        query = query.where(AuditEntry.at >= chosen.since)
    if chosen.until is not None:
        query = query.where(AuditEntry.at < chosen.until)
    return query
