"""What of a family goes to another office: counted for the page that asks, opened for the parcel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import families, intake
from outreach.tracker.cases.models import FamilyConsent, Task
from outreach.tracker.cases.tasks import OPEN
from outreach.tracker.handover import steps
from outreach.tracker.handover.case import MOST, Asked, Case, Consent, Reached, Step, Written
from outreach.tracker.letters import sealing
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Household, Inquiry, Stage

T = TypeVar("T", Inquiry, Letter)


@dataclass(frozen=True)
class Counts:
    """How much there is to go."""

    inquiries: int
    letters: int
    stages: int
    tasks: int


def counts(session: Session, household_id: int) -> Counts:
    """What would go, without a word of it. One query."""
    inside = families.parts(household_id)
    theirs = select(Inquiry.id).where(Inquiry.household_id.in_(inside))
    letters = (Letter.inquiry_id.in_(theirs) | Letter.household_id.in_(inside)) & Letter.erased_at.is_(None)
    row = session.execute(
        select(
            select(func.count()).select_from(Inquiry).where(Inquiry.household_id.in_(inside)).scalar_subquery(),
            select(func.count()).select_from(Letter).where(letters).scalar_subquery(),
            select(func.count()).select_from(Stage).where(Stage.household_id == household_id).scalar_subquery(),
            select(func.count()).select_from(Task).where(Task.household_id.in_(inside), OPEN).scalar_subquery(),
        )
    ).one()
    return Counts(*(min(number, MOST) for number in row))


def gather(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    row: Household,
    *,
    parcel: str,
    sent_from: str,
    sent_to: str,
    consent: FamilyConsent,
    with_letters: bool,
) -> Case:
    """Opens a family for `actor`, with the records that are part of it, and writes that down in the same transaction;
    of each kind the latest 500."""
    parts = [row, *session.scalars(select(Household).where(Household.merged_into == row.id).order_by(Household.id))]
    numbers = [one.id for one in parts]
    asked = select(Inquiry).where(Inquiry.household_id.in_(numbers))
    inquiries = _latest(session, asked, Inquiry.received_at, Inquiry.id)
    letters = _letters(session, numbers, [one.id for one in inquiries]) if with_letters else []
    stages = session.scalars(
        select(Stage).where(Stage.household_id == row.id).order_by(Stage.entered_on, Stage.id)
    ).all()
    waiting = select(Task).where(Task.household_id.in_(numbers), OPEN).order_by(Task.due_on, Task.id).limit(MOST)
    names, notes = _words(seal, parts)
    case = Case(
        parcel=parcel,
        made_at=now,
        sent_from=sent_from,
        sent_to=sent_to,
        consent=Consent(given_on=consent.given_on, until=consent.until, given_by=consent.given_by),
        adults=row.adults,
        children=row.children,
        countries=tuple(row.countries),
        municipality=row.municipality,
        languages=tuple(row.languages),
        topics=tuple(row.topics),
        eligible_for_grant=row.eligible_for_grant,
        since=row.created_at,
        name=names,
        note=notes,
        inquiries=tuple(_asked(seal, one) for one in inquiries),
        letters=tuple(_written(seal, one, [asked.id for asked in inquiries]) for one in letters),
        stages=tuple(Reached(stage=one.stage, entered_on=one.entered_on, people=one.people) for one in stages[-MOST:]),
        tasks=tuple(Step(due_on=one.due_on, words=steps.opened(seal, one)) for one in session.scalars(waiting)),
    )
    audit.write(session, now, actor, "reveal", "household", row.id)
    return case


def _words(seal: Seal, parts: list[Household]) -> tuple[str, str]:
    """The name, and the notes of all parts; another part's name goes before its note."""

    def opened(column: str, sealed: str | None, token: str) -> str:
        return seal.open(sealed, families.sealed_place(column, token)) if sealed else ""

    told = [(opened("name", one.name_sealed, one.token), opened("note", one.note_sealed, one.token)) for one in parts]
    name = next((name for name, _ in told if name), "")
    notes = [part for named, note in told for part in (named if named != name else "", note) if part]
    return name, "\n".join(notes)


def _asked(seal: Seal, row: Inquiry) -> Asked:
    def opened(column: str, sealed: str | None) -> str:
        return seal.open(sealed, intake.sealed_place(column, row.token)) if sealed else ""

    return Asked(
        received_at=row.received_at,
        arrived_by=row.arrived_by,
        answered=row.answered_at is not None,
        language=row.language,
        country=row.country,
        municipality=row.municipality,
        topic=row.topic,
        people=row.people,
        name=opened("name", row.name_sealed),
        contact=opened("contact", row.contact_sealed),
        text=opened("text", row.text_sealed),
    )


def _written(seal: Seal, row: Letter, inquiries: list[int]) -> Written:
    said = sealing.opened(seal, row)
    return Written(
        at=row.at,
        ours=row.direction == "out",
        automatic=row.kind == "automatic",
        inquiry=inquiries.index(row.inquiry_id) if row.inquiry_id in inquiries else None,
        name=said.name,
        mail=said.mail,
        answer_to=said.answer_to,
        subject=said.subject,
        text=said.text,
        below=said.below,
    )


def _letters(session: Session, households: list[int], inquiries: list[int]) -> list[Letter]:
    which = (Letter.inquiry_id.in_(inquiries) | Letter.household_id.in_(households)) & Letter.erased_at.is_(None)
    return _latest(session, select(Letter).where(which, Letter.state == "sent"), Letter.at, Letter.id)


def _latest(session: Session, query: Select[T], moment: Any, number: Any) -> list[T]:
    rows = session.scalars(query.order_by(moment.desc(), number.desc()).limit(MOST)).all()
    return list(reversed(rows))
