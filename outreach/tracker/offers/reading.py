"""What pages show of offers: figures without words in lists, and one offer opened, the look written down."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker.models import Inquiry, Stage
from outreach.tracker.offers import sealing
from outreach.tracker.offers.composing import Letter
from outreach.tracker.offers.models import Offer

State = Literal["draft", "sent", "dropped", "withdrawn"]
PAGE = 50


@dataclass(frozen=True)
class OfferSeen:
    """One offer without its words: a draft, sent, a draft that was dropped, or sent and withdrawn."""

    offer_id: int
    household_id: int
    number: str  # 2026/14
    language: str
    municipality: str | None
    made_at: datetime
    made_by: str
    sent_on: date | None
    sent_by: str | None
    people: int | None
    stage_id: int | None
    dropped_at: datetime | None
    erased_at: datetime | None
    has_words: bool

    @property
    def state(self) -> State:
        if self.dropped_at is not None:
            return "dropped" if self.sent_on is None else "withdrawn"
        return "draft" if self.sent_on is None else "sent"

    @property
    def is_draft(self) -> bool:
        """Whether it may still be written and sent."""
        return self.state == "draft" and self.erased_at is None


@dataclass(frozen=True)
class OpenOffer:
    """An offer with its words; None where they are gone."""

    seen: OfferSeen
    letter: Letter | None = field(repr=False)


def of_family(session: Session, household_id: int) -> list[OfferSeen]:
    """The offers to a family, the latest first; at most `PAGE`. One query."""
    wanted = select(Offer).where(Offer.household_id == household_id).order_by(Offer.id.desc()).limit(PAGE)
    return [_seen(row) for row in session.scalars(wanted)]


def of_year(session: Session, year: int, before: int | None = None) -> tuple[list[OfferSeen], int | None]:
    """A page of a year's offers, the latest number first, of numbers below `before`; and where the next page begins.
    A sent one is of the year it was sent in, any other of the year of its number. One query.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    theirs = Offer.sent_on.between(first, last) | (Offer.sent_on.is_(None) & (Offer.year == year))
    wanted = select(Offer).where(theirs).order_by(Offer.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(Offer.id < before)
    rows: Sequence[Offer] = session.scalars(wanted).all()
    return [_seen(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def years(session: Session, today: date) -> list[int]:
    """The years to choose from, the latest first: from the first offer to this one, ten at most. One query."""
    entry = select(func.min(Stage.entered_on)).where(Stage.stage == "offer_sent").scalar_subquery()
    written = select(func.min(Offer.sent_on)).scalar_subquery()
    begun = [day.year for day in session.execute(select(entry, written)).one() if day is not None]
    return list(range(today.year, max(min(begun, default=today.year), today.year - 9) - 1, -1))


def opened(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, offer_id: int
) -> OpenOffer | None:
    """One offer with its words, the look written down; None where this family has none of that number."""
    row = session.get(Offer, offer_id)
    if row is None or row.household_id != household_id:
        return None
    letter = sealing.opened(seal, row)
    audit.write(session, now, actor, "reveal", "offer", offer_id, household=household_id)
    return OpenOffer(_seen(row), letter)


def one(session: Session, household_id: int, offer_id: int) -> OfferSeen:
    """One offer without its words. OutreachError `offers.error.missing`."""
    row = session.get(Offer, offer_id)
    if row is None or row.household_id != household_id:
        raise OutreachError("offers.error.missing", offer_id=offer_id)
    return _seen(row)


def talk(session: Session, household_id: int) -> int | None:
    """The family's latest inquiry, in whose talk it may be answered by mail; None where it has none."""
    theirs = select(Inquiry.id).where(Inquiry.household_id == household_id, Inquiry.erased_at.is_(None))
    return session.scalar(theirs.order_by(Inquiry.id.desc()).limit(1))


def topics(session: Session, household_id: int, known: Sequence[str]) -> tuple[str, ...]:
    """What the family's inquiries are about, of the topics `known`, in their order."""
    asked = set(session.scalars(select(Inquiry.topic).where(Inquiry.household_id == household_id).distinct()))
    return tuple(topic for topic in known if topic in asked)


def _seen(row: Offer) -> OfferSeen:
    return OfferSeen(
        row.id, row.household_id, f"{row.year}/{row.number}", row.language, row.municipality, row.made_at, row.made_by,
        row.sent_on, row.sent_by, row.people, row.stage_id, row.dropped_at, row.erased_at,
        row.words_sealed is not None,
    )  # fmt: skip
