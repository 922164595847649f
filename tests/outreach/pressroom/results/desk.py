"""Prints, mails and inquiries in few words, beside the ledger's own desk."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from outreach.pressroom.models import Contact, ReleaseMail, ReleasePrint, Sending
from outreach.tracker.models import Attribution, Inquiry, Touch
from scrapers.models import Source
from tests.outreach.pressroom.ledger.desk import came, source

_NUMBERS = count(1)


def contact(session: Session, at: datetime, outlet: str, name: str = "Rita Rakstniece", **more: object) -> int:
    row = Contact(
        name=name, mail=f"r{next(_NUMBERS)}@example.org", outlet=outlet, made_at=at, made_by="x", changed_at=at, **more
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def sending(session: Session, release_id: int, at: datetime | None, state: str = "done", **more: object) -> int:
    row = Sending(release_id=release_id, state=state, started_at=at, made_at=at or more["due_at"], made_by="x", **more)
    session.add(row)
    session.flush()
    return row.id


def mail(session: Session, sending_id: int, contact_id: int | None, status: str = "sent", returned_at: datetime | None = None, list_id: int | None = None) -> None:
    number = next(_NUMBERS)
    session.add(
        ReleaseMail(sending_id=sending_id, contact_id=contact_id, mail=f"m{number}@example.org", language="lv", message_id=f"<m{number}@x>", status=status, returned_at=returned_at, list_id=list_id)
    )
    session.flush()


def printed(
    session: Session, release_id: int, outlet: str, at: datetime, *, hours: float | None = 4.0, author: str | None = None, verdict: bool | None = None,
    mention_id: int | None = None, likeness: float = 0.9,
) -> int:  # fmt: skip
    """A print in an outlet, which is made where it is not there; the mention's number."""
    if mention_id is None:
        there = session.query(Source.id).filter_by(name=outlet).scalar()
        mention_id = came(session, there or source(session, outlet), at, author=author).mention_id
    session.add(
        ReleasePrint(
            release_id=release_id, mention_id=mention_id, kind="verbatim", share=0.8, likeness=likeness, headline_changed=False, findings=[], hours=hours,
            found_at=at, verdict=verdict,
        )
    )  # fmt: skip
    session.flush()
    return mention_id


def inquiry(session: Session, at: datetime, rule: str, *, link_id: int | None = None, mention_id: int | None = None) -> int:
    """An inquiry with the attribution that stands."""
    number = next(_NUMBERS)
    row = Inquiry(token=f"t{number}", received_at=at, arrived_by="form", dedup_key=f"k{number}")
    session.add(row)
    session.flush()
    touch = Touch(inquiry_id=row.id, kind=rule, at=at - timedelta(hours=1), click_link_id=link_id, mention_id=mention_id, label={})
    session.add(touch)
    session.flush()
    session.add(Attribution(inquiry_id=row.id, made_at=at, rule=rule, touch_id=touch.id, by_person=rule == "coverage", evidence={}))
    session.flush()
    return row.id
