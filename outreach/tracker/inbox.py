"""The coordinator's list of inquiries: chosen as its address says, who waits longest first, page by page."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.tracker.attribution import standing
from outreach.tracker.models import Attribution, Inquiry
from outreach.tracker.queries import UNKNOWN, InquirySeen, listed, seen

_AFTER = re.compile(r"([wa])(\d{1,12})")


@dataclass(frozen=True)
class Chosen:
    """Which inquiries; None leaves a part open. `since` <= received < `until`; `source` is `known` or `unknown`."""

    unanswered: bool = False
    since: datetime | None = None
    until: datetime | None = None
    country: str | None = None
    topic: str | None = None
    place: str | None = None
    source: str | None = None


@dataclass(frozen=True)
class After:
    """Where a page of the list begins: after this inquiry, among those that wait or those that are answered."""

    answered: bool
    inquiry_id: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The place an address names; None for anything else, which is the list's beginning."""
        found = _AFTER.fullmatch(text)
        return cls(found[1] == "a", int(found[2])) if found else None

    @property
    def name(self) -> str:
        """What `parse` reads back."""
        return f"{'a' if self.answered else 'w'}{self.inquiry_id}"


@dataclass(frozen=True)
class Page:
    """One page: those that wait, the longest first, then the answered, the latest first; `older` is the next
    page's place, None on the last one.
    """

    rows: tuple[InquirySeen, ...]
    older: After | None


def page(session: Session, chosen: Chosen, after: After | None = None, limit: int = 50) -> Page:
    """A page of the chosen inquiries."""
    places: list[After] = []
    parts = (False,) if chosen.unanswered else (False, True)
    for answered in parts:
        room = limit + 1 - len(places)
        if room and (after is None or after.answered <= answered):
            begins = after.inquiry_id if after is not None and after.answered == answered else None
            query = _part(chosen, answered, begins).limit(room)
            places.extend(After(answered, number) for number in session.scalars(query))
    more = len(places) > limit
    places = places[:limit]
    if not places:
        return Page((), None)
    found = {row.id: seen(row) for row in session.execute(listed().where(_among(places)))}
    return Page(tuple(found[place.inquiry_id] for place in places), places[-1] if more else None)


def _among(places: list[After]) -> Any:
    return Inquiry.id.in_([place.inquiry_id for place in places])


def _part(chosen: Chosen, answered: bool, begins: int | None) -> Select[int]:
    """Numbers of those that wait (ascending) or that are answered (descending), after the place it begins at."""
    query = select(Inquiry.id)
    if answered:
        query = query.where(Inquiry.answered_at.is_not(None)).order_by(Inquiry.id.desc())
    else:
        query = query.where(Inquiry.answered_at.is_(None)).order_by(Inquiry.id)
    if begins is not None:
        query = query.where(Inquiry.id < begins if answered else Inquiry.id > begins)
    if chosen.since is not None:
        query = query.where(Inquiry.received_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(Inquiry.received_at < chosen.until)
    for column, value in (
        (Inquiry.country, chosen.country),
        (Inquiry.topic, chosen.topic),
        (Inquiry.municipality, chosen.place),
    ):
        if value is not None:
            query = query.where(column == value)
    if chosen.source is not None:
        query = query.outerjoin(Attribution, Attribution.id == standing(Inquiry.id))
        rule = func.coalesce(Attribution.rule, UNKNOWN)
        query = query.where(rule == UNKNOWN if chosen.source == "unknown" else rule != UNKNOWN)
    return query
