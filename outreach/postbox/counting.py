"""How often a reader's mail came back lately without its address being gone."""

from datetime import date, datetime, timedelta

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from outreach.postbox.codes import is_unreached
from outreach.postbox.models import Returned

# On five of a month's days: a reader of the weekly mail is among them too, and a full mailbox has had its time.
DAYS_UNREACHED = 5
_LATELY = timedelta(days=31)
# Releases are rarer than mornings: five of their days take a quarter.
_QUARTER = timedelta(days=92)
_MOST, _ROWS = 62, 500

# Whose mail `d12` was stands with the subscribers, and `r7` with the press room: rooms above this one, which may not be
# imported; their tables are read by their names, as wings do with foreign keys. Nothing is written there.
_RUNS = table("digest_runs", column("id"), column("day"), column("subscription_id"))
_MAILS = table("release_mails", column("id"), column("mail"))


def days_unreached(session: Session, now: datetime, ref: str) -> int:
    """On how many days that reader's mail came back lately as undeliverable for now; `ref` is one of theirs.

    Of mornings the days of the last 31 count, of releases those of the last 92 on which something came back. 0 for
    other mails. What was refused for our mail's sake does not count.
    """
    number = int(ref[1:])
    if ref.startswith("d"):
        whose = select(_RUNS.c.subscription_id).where(_RUNS.c.id == number).scalar_subquery()
        latest = select(_RUNS.c.id).where(_RUNS.c.subscription_id == whose).order_by(_RUNS.c.day.desc()).limit(_MOST)
        refs = [f"d{one}" for one in session.scalars(latest)]
        return len({held for held, _ in _came_back(session, refs, now - _LATELY)})
    if ref.startswith("r"):
        mail = select(_MAILS.c.mail).where(_MAILS.c.id == number).scalar_subquery()
        latest = select(_MAILS.c.id).where(_MAILS.c.mail == mail).order_by(_MAILS.c.id.desc()).limit(_MOST)
        refs = [f"r{one}" for one in session.scalars(latest)]
        return len({day for _, day in _came_back(session, refs, now - _QUARTER)})
    return 0


def _came_back(session: Session, refs: list[str], since: datetime) -> set[tuple[str, date]]:
    """Which of the mails came back as undeliverable for now, and on which days."""
    query = (
        select(Returned.ref, Returned.code, Returned.at)
        .where(Returned.ref.in_(refs), Returned.kind == "soft", Returned.at > since)
        .distinct()
        .limit(_ROWS)
    )
    return {(row.ref, row.at.date()) for row in session.execute(query) if is_unreached(row.code)}
