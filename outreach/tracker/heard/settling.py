"""After a person has noted or taken back a line: the rule looks again, and what it says is another row."""

import logging
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach.tracker.attribution import Asked, Seen, attribute
from outreach.tracker.models import Attribution, Inquiry, Touch
from outreach.tracker.touches import before, record

log = logging.getLogger(__name__)


def settle(session: Session, now: datetime, inquiry_id: int, link_days: int, *, corrected: bool) -> bool:
    """Has the rule look at an inquiry again; whether it says something new.

    `corrected`: a line was taken back, and the row says that a person did so. What a person has said of the inquiry's
    source in so many words stays. One that the linking job has not seen yet is left to it.
    """
    row = session.get(Inquiry, inquiry_id)
    if row is None or row.linked_at is None:
        return False
    asked = Asked(row.id, row.received_at, row.code, row.said_source, row.municipality)
    seen = [touch for touch in before(session, asked) if touch.kind != "coverage"]
    touches = list(session.scalars(select(Touch).where(Touch.inquiry_id == inquiry_id).order_by(Touch.id)))
    _clear(session, inquiry_id, [one for one in touches if one.kind == "said"], seen)
    held = {_same(one): one.id for one in touches}
    fresh = [one for one in seen if _same(one) not in held]
    held |= {_same(one): made.id for one, made in zip(fresh, record(session, inquiry_id, fresh), strict=True)}
    answers = list(
        session.scalars(select(Attribution).where(Attribution.inquiry_id == inquiry_id).order_by(Attribution.id))
    )
    decision = attribute(asked, seen, link_days)
    now_held = next((one for one in reversed(answers) if one.by_person), answers[-1] if answers else None)
    said_so = now_held is not None and now_held.by_person and not (now_held.evidence or {}).get("lines")
    if said_so or (
        now_held is not None and (now_held.rule, _plain(now_held.evidence)) == (decision.rule, dict(decision.evidence))
    ):
        return False
    # Once a correction stands, whatever follows it from the lines has to stand above it.
    person = corrected or (now_held is not None and now_held.by_person)
    session.add(
        Attribution(
            inquiry_id=inquiry_id,
            made_at=now,
            rule=decision.rule,
            touch_id=held[_same(decision.touch)] if decision.touch else None,
            by_person=person,
            evidence=dict(decision.evidence) | ({"lines": 1} if person else {}),
        )
    )
    session.flush()
    log.info("inquiry.linked", extra={"inquiry_id": inquiry_id, "rule": decision.rule})
    return True


def _clear(session: Session, inquiry_id: int, said: list[Touch], seen: list[Seen]) -> None:
    """What they say no more is no touch of theirs; one that an answer stood by stays as its evidence."""
    stands = {_same(one) for one in seen}
    used = set(session.scalars(select(Attribution.touch_id).where(Attribution.inquiry_id == inquiry_id)))
    gone = [one.id for one in said if _same(one) not in stands and one.id not in used]
    if gone:
        session.execute(delete(Touch).where(Touch.id.in_(gone)).execution_options(synchronize_session=False))


def _same(touch: Seen | Touch) -> tuple[object, ...]:
    if touch.kind == "said":
        return ("said", *sorted((name, str(value)) for name, value in touch.label.items()))
    return (touch.kind, touch.link_id if isinstance(touch, Seen) else touch.click_link_id)


def _plain(evidence: dict[str, str | int | None]) -> dict[str, str | int | None]:
    return {name: value for name, value in evidence.items() if name != "lines"}
