"""What of releases stands on the calendar: embargoes that end, and sendings that have their moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from outreach.pressroom.models import Release, ReleaseText, Sending

_MOST = 200


@dataclass(frozen=True)
class Due:
    """An embargo's end or a sending's moment, by the original headline; `done`: the sending has begun."""

    kind: Literal["embargo", "sending"]
    at: datetime
    release_id: int
    headline: str
    language: str
    done: bool


def between(session: Session, since: datetime, until: datetime) -> list[Due]:
    """What stands in `since` <= t < `until`, in order; at most 200. One query."""
    first = (
        select(ReleaseText.release_id, func.min(ReleaseText.id).label("text_id"))
        .group_by(ReleaseText.release_id)
        .subquery()
    )
    ends = select(
        literal("embargo").label("kind"), Release.embargo_until.label("at"), Release.id.label("release_id"),
        literal(0).label("done"),
    ).where(
        Release.embargo_until >= since, Release.embargo_until < until, Release.withdrawn_at.is_(None)
    )  # fmt: skip
    moment = func.coalesce(Sending.started_at, Sending.due_at, type_=Sending.due_at.type)
    goes = select(
        literal("sending").label("kind"), moment.label("at"), Sending.release_id.label("release_id"),
        func.count(Sending.started_at).label("done"),
    ).where(
        moment >= since, moment < until, Sending.state.not_in(("draft", "cancelled"))
    ).group_by(Sending.id)  # fmt: skip
    told = union_all(ends, goes).subquery()
    rows = session.execute(
        select(told.c.kind, told.c.at, told.c.release_id, ReleaseText.headline, ReleaseText.language, told.c.done)
        .join(first, first.c.release_id == told.c.release_id)
        .join(ReleaseText, ReleaseText.id == first.c.text_id)
        .order_by(told.c.at, told.c.release_id)
        .limit(_MOST)
    )
    return [Due(row.kind, row.at, row.release_id, row.headline, row.language, bool(row.done)) for row in rows]
