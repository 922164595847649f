"""How often a reader's mail came back lately without its address being gone."""

from datetime import datetime, timedelta

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from outreach.postbox.codes import is_unreached
from outreach.postbox.models import Returned

# On five of a month's days: a reader of the weekly mail is among them too, and a full mailbox has had its time.
DAYS_UNREACHED = 5
_LATELY = timedelta(days=31)
_MOST, _ROWS = 62, 500

# Whose mail `d12` was stands with the subscribers, a room above this one, which may not be imported; their table is
# read by its name, as wings do with foreign keys. Nothing is written there.
_RUNS = table("digest_runs", column("id"), column("day"), column("subscription_id"))


def days_unreached(session: Session, now: datetime, ref: str) -> int:
    """On how many days of the last 31 the morning mail of that reader came back as undeliverable for now; `ref` is one
    of theirs. 0 for other mails than those of a morning. What was refused for our mail's sake does not count.
    """
    if not ref.startswith("d"):
        return 0
    whose = select(_RUNS.c.subscription_id).where(_RUNS.c.id == int(ref[1:])).scalar_subquery()
    latest = select(_RUNS.c.id).where(_RUNS.c.subscription_id == whose).order_by(_RUNS.c.day.desc()).limit(_MOST)
    refs = [f"d{number}" for number in session.scalars(latest)]
    came_back = (
        select(Returned.ref, Returned.code)
        .where(Returned.ref.in_(refs), Returned.kind == "soft", Returned.at > now - _LATELY)
        .distinct()
        .limit(_ROWS)
    )
    return len({row.ref for row in session.execute(came_back) if is_unreached(row.code)})
