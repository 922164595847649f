"""Who opened or changed a family's record, or an inquiry, and when: the trail narrowed to it, page by page."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.people.audit import Entry
from outreach.people.models import AuditEntry
from outreach.tracker.dossier.scope import Scope

# What only looks: everything else changes or gives out.
LOOKS = ("reveal",)
PAGE = 50


def deeds(
    session: Session,
    scope: Scope,
    *,
    only: str | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE + 1,
) -> list[Entry]:
    """The deeds, the latest first, of numbers below `before`; `only` looks or changes. One question."""
    columns = AuditEntry
    query = (
        select(
            columns.id, columns.at, columns.actor, columns.action, columns.subject_kind, columns.subject_id,
            columns.facts,
        )
        .where(scope.deeds())
        .order_by(columns.id.desc())
        .limit(limit)
    )  # fmt: skip
    if only is not None:
        looked = columns.action.in_(LOOKS)
        query = query.where(looked if only == "looks" else ~looked)
    if actor is not None:
        query = query.where(columns.actor == actor)
    if since is not None:
        query = query.where(columns.at >= since)
    if until is not None:
        query = query.where(columns.at < until)
    if before is not None:
        query = query.where(columns.id < before)
    return [Entry(*row) for row in session.execute(query)]


def actors(session: Session, scope: Scope) -> list[str]:
    """Who is found in it, by name."""
    return list(session.scalars(select(AuditEntry.actor).where(scope.deeds()).distinct().order_by(AuditEntry.actor)))
