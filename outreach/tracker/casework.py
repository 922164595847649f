"""What a coordinator does with an inquiry or a family, each deed written into the trail with it.

Nothing of a family goes into the trail but its number: those who read the trail do not see families.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake, privacy, queries, records
from outreach.tracker.families import Entry, Family
from outreach.tracker.heard import reading as heard
from outreach.tracker.heard.reading import LineSeen
from outreach.tracker.intake import Incoming, Received
from outreach.tracker.models import Household, Inquiry, Stage
from outreach.tracker.privacy import Opened, OpenedFamily
from outreach.tracker.queries import AnswerSeen, InquirySeen, TouchSeen


@dataclass(frozen=True)
class OpenInquiry:
    """One inquiry as its own page shows it; the words never in a repr."""

    seen: InquirySeen
    words: Opened = field(repr=False)
    touches: tuple[TouchSeen, ...]
    answers: tuple[AnswerSeen, ...]
    heard: tuple[LineSeen, ...]


@dataclass(frozen=True)
class FamilySeen:
    """A family's figures, without a name."""

    household_id: int
    created_at: datetime
    municipality: str | None
    countries: tuple[str, ...]
    adults: int
    children: int
    eligible_for_grant: bool | None
    erased_at: datetime | None
    merged_into: int | None = None  # the family that this record is part of
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    handed_over_at: datetime | None = None

    @property
    def people(self) -> int:
        return self.adults + self.children


@dataclass(frozen=True)
class OpenFamily:
    """One family as its own page shows it: the stages it entered, the earliest first, and its inquiries."""

    seen: FamilySeen
    words: OpenedFamily = field(repr=False)
    stages: tuple[Entry, ...]
    inquiries: tuple[InquirySeen, ...]

# Put together once, as in `queries`.
_STAGES = (
    select(Stage.id, Stage.household_id, Stage.stage, Stage.entered_on, Stage.people)
    .where(Stage.household_id == bindparam("household_id"))
    .order_by(Stage.entered_on, Stage.id)
)
_ITS = (
    queries.listed()
    .where(Inquiry.household_id == bindparam("household_id"))
    .order_by(Inquiry.id.desc())
    .limit(100)
)


def open_inquiry(session: Session, now: datetime, actor: str, seal: Seal, inquiry_id: int) -> OpenInquiry | None:
    """Everything about one inquiry, the look written down; None where there is none of that number."""
    row = queries.one(session, inquiry_id)
    if row is None:
        return None
    words = privacy.reveal(session, now, actor, seal, inquiry_id)
    touches = tuple(queries.touches(session, inquiry_id))
    lines = tuple(heard.of_inquiry(session, inquiry_id, seal))
    return OpenInquiry(row, words, touches, tuple(queries.answers(session, inquiry_id)), lines)


def open_family(session: Session, now: datetime, actor: str, seal: Seal, household_id: int) -> OpenFamily | None:
    """Everything about one family, the look written down; None where there is none of that number."""
    row = session.get(Household, household_id)
    if row is None:
        return None
    words = privacy.reveal_family(session, now, actor, seal, household_id)
    return OpenFamily(
        FamilySeen(
            row.id,
            row.created_at,
            row.municipality,
            tuple(row.countries),
            row.adults,
            row.children,
            row.eligible_for_grant,
            row.erased_at,
            row.merged_into,
            tuple(row.languages),
            tuple(row.topics),
            row.handed_over_at,
        ),
        words,
        tuple(Entry(*one) for one in session.execute(_STAGES, {"household_id": household_id})),
        tuple(queries.seen(one) for one in session.execute(_ITS, {"household_id": household_id})),
    )


def note(
    session: Session, now: datetime, actor: str, seal: Seal, incoming: Incoming, *, answered: bool = False
) -> Received:
    """Takes in what a person wrote down; `answered` if the call itself was the answer."""
    received = intake.receive(session, now, seal, replace(incoming, noted_by=actor))
    if received.new:
        audit.write(session, now, actor, "add", "inquiry", received.inquiry_id)
        if answered:
            answer(session, now, actor, received.inquiry_id)
    return received


def answer(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """This inquiry is answered; False if it was before. OutreachError `tracker.error.inquiry`."""
    first = intake.answer(session, now, inquiry_id)
    if first:
        audit.write(session, now, actor, "answer", "inquiry", inquiry_id)
    return first


def reopen(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """This inquiry waits for its answer after all; False if it does already."""
    row = records.inquiry(session, inquiry_id)
    if row.answered_at is None:
        return False
    row.answered_at = None
    audit.write(session, now, actor, "reopen", "inquiry", inquiry_id)
    return True


def tie(session: Session, now: datetime, actor: str, inquiry_id: int, household_id: int) -> None:
    """This inquiry is this family's. OutreachError `tracker.error.inquiry` or `tracker.error.household`."""
    families.tie(session, inquiry_id, household_id)
    audit.write(session, now, actor, "tie", "inquiry", inquiry_id, household=household_id)


def untie(session: Session, now: datetime, actor: str, inquiry_id: int) -> bool:
    """This inquiry is of no family we know; False if it is of none."""
    row = records.inquiry(session, inquiry_id)
    if row.household_id is None:
        return False
    audit.write(session, now, actor, "untie", "inquiry", inquiry_id, household=row.household_id)
    families.untie(session, inquiry_id)
    return True


def add_family(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    family: Family,
    *,
    contacted_on: date | None = None,
    inquiry_id: int | None = None,
) -> int:
    """Adds a family, if told so with its first contact and the inquiry it came by; its number.

    Raises as `families.add`, `families.enter` and `families.tie`.
    """
    number = families.add(session, now, seal, family)
    audit.write(session, now, actor, "add", "household", number)
    if contacted_on is not None:
        enter(session, now, actor, number, "contacted", contacted_on)
    if inquiry_id is not None:
        tie(session, now, actor, inquiry_id, number)
    return number


def enter(
    session: Session,
    now: datetime,
    actor: str,
    household_id: int,
    stage: str,
    entered_on: date,
    people: int | None = None,
) -> int:
    """A family enters a stage; the entry's number. Raises as `families.enter`."""
    number = families.enter(session, now, household_id, stage, entered_on, people)
    audit.write(session, now, actor, "stage", "household", household_id)
    return number


def resize(session: Session, now: datetime, actor: str, household_id: int, adults: int, children: int) -> None:
    """A family has become larger or smaller. Raises as `families.resize`."""
    families.resize(session, household_id, adults, children)
    audit.write(session, now, actor, "resize", "household", household_id)
