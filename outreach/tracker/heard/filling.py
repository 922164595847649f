"""Lines for inquiries from before there were lines, once, from their code and the source they named."""

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from outreach.people import audit
from outreach.tracker.heard import coming, noting
from outreach.tracker.heard.models import Heard
from outreach.tracker.models import Inquiry

STEP = 300
BY = "schedule"


def fill(session: Session, now: datetime, after: int = 0) -> int | None:
    """Writes the lines of the next inquiries above the number `after` that have none; the last number, None when all
    have. Their words are where they were: nothing is opened. What was noted is dated by the inquiry.
    """
    wanted = (
        select(Inquiry.id, Inquiry.received_at, Inquiry.code, Inquiry.said_source)
        .where(
            Inquiry.id > after,
            or_(Inquiry.code.is_not(None), Inquiry.said_source.is_not(None)),
            ~exists().where(Heard.inquiry_id == Inquiry.id),
        )
        .order_by(Inquiry.id)
        .limit(STEP)
    )
    rows = session.execute(wanted).all()
    for number, at, code, source in rows:
        noting.mentioned(session, at, number, source)
        noting.tracked(session, at, number, coming.ways(session, code))
    if not rows:
        return None
    audit.write(session, now, BY, "note", "inquiry", None, count=len(rows))
    return int(rows[-1].id)
