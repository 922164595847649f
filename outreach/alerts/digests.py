"""Up to when a reader's morning mail has told everything.

Read by the tables' names: rooms of one rank do not know each other.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Integer, String, column, func, select, table
from sqlalchemy.orm import Session

from outreach.core.db import UtcDateTime

_SUBSCRIPTIONS = table("subscriptions", column("id", Integer), column("user_id", Integer))
_RUNS = table(
    "digest_runs",
    column("subscription_id", Integer),
    column("status", String),
    column("covers_until", UtcDateTime),
)


def told_until(session: Session, user_ids: Collection[int]) -> Mapping[int, datetime]:
    """For each of these accounts that has had a morning mail the end of what the last one told."""
    if not user_ids:
        return {}
    rows = session.execute(
        select(_SUBSCRIPTIONS.c.user_id, func.max(_RUNS.c.covers_until))
        .join(_RUNS, _RUNS.c.subscription_id == _SUBSCRIPTIONS.c.id)
        .where(_SUBSCRIPTIONS.c.user_id.in_(sorted(user_ids)), _RUNS.c.status == "sent")
        .group_by(_SUBSCRIPTIONS.c.user_id)
    )
    return {row[0]: row[1] for row in rows}
