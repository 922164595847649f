"""Taking a case over from another region's office: looked at first, then taken once, however often its file comes.

What happened there is told, not counted: inquiries are of the day of taking, the course of stages stands in the note. A
family that plans to return plans it here from that day on; every other stage is entered when it is reached here.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.core.text import Words
from outreach.people import audit
from outreach.tracker import families, intake
from outreach.tracker.families import Family
from outreach.tracker.handover import case as cases
from outreach.tracker.handover import known, parcel, steps
from outreach.tracker.handover.case import Asked, Case, Written
from outreach.tracker.handover.keys import OfficeKey
from outreach.tracker.handover.models import Handover
from outreach.tracker.intake import Incoming
from outreach.tracker.letters import sealing
from outreach.tracker.letters.models import Letter
from outreach.tracker.lexicon import PLACE, country_of, topics
from outreach.tracker.models import STAGES, Attribution, Inquiry

OLDEST = 30  # days


@dataclass(frozen=True)
class Looked:
    """A parcel that opened: the office that closed it, and the case."""

    by: OfficeKey
    case: Case = field(repr=False)


@dataclass(frozen=True)
class Taken:
    """The family's number here; `new` is False where this parcel was taken before."""

    household_id: int
    new: bool


def look(seal: Seal, folder: Path, own: OfficeKey, data: bytes) -> Looked:
    """Opens a parcel; nothing is kept. OutreachError of `parcel.sender`, `known.named`, `parcel.opened`,
    `case.unpacked`."""
    by = known.named(folder, parcel.sender(data, own))
    return Looked(by, cases.unpacked(parcel.opened(seal, own, by, data)))


def fit(found: Case, now: datetime, zone: ZoneInfo) -> None:
    """Whether it may be taken at this moment. OutreachError `handover.error.old` for one that was packed more than 30
    days ago, `handover.error.consent_over` where the family's consent has ended since.
    """
    if cases.age(found, now) > OLDEST:
        raise OutreachError("handover.error.old", region=found.sent_from, count=OLDEST)
    if found.consent.until is not None and found.consent.until < local_day(now, zone):
        raise OutreachError("handover.error.consent_over", region=found.sent_from)


def before(session: Session, name: str) -> int | None:
    """The family that this parcel became, if it was taken before."""
    return session.scalar(select(Handover.household_id).where(Handover.parcel == name, Handover.direction == "in"))


def take(
    session: Session, now: datetime, actor: str, seal: Seal, t: Words, zone: ZoneInfo, looked: Looked
) -> Taken:
    """Makes a family of a parcel, in one transaction; `t` words what is told of its time there.

    Raises as `fit`, and OutreachError `handover.error.ours` for a parcel that this office packed itself.
    """
    found = looked.case
    held = before(session, found.parcel)
    if held is not None:
        return Taken(held, new=False)
    if session.scalar(select(Handover.id).where(Handover.parcel == found.parcel)) is not None:
        raise OutreachError("handover.error.ours")
    fit(found, now, zone)
    try:
        with session.begin_nested():
            number = _bring(session, now, actor, seal, t, zone, looked)
    except IntegrityError:
        # Another person took it at the same moment.
        held = before(session, found.parcel)
        if held is None:
            raise
        return Taken(held, new=False)
    audit.write(session, now, actor, "take_over", "household", number)
    return Taken(number, new=True)


def refuse(session: Session, now: datetime, actor: str, looked: Looked) -> None:
    """Notes that the case was not taken; nothing of it is kept. OutreachError `handover.error.taken` if it was."""
    held = before(session, looked.case.parcel)
    if held is not None:
        raise OutreachError("handover.error.taken", household_id=held)
    audit.write(session, now, actor, "refuse", "parcel", None, region=looked.by.region)


def _bring(
    session: Session, now: datetime, actor: str, seal: Seal, t: Words, zone: ZoneInfo, looked: Looked
) -> int:
    found = looked.case
    number = families.add(session, now, seal, _family(found, t, zone))
    session.add(
        Handover(
            parcel=found.parcel,
            direction="in",
            state="taken",
            household_id=number,
            region=looked.by.region,
            key_name=looked.by.name,
            made_at=found.made_at,
            made_by=actor[:254],
            answered_at=now,
        )
    )
    session.flush()
    if found.stands_in == "planning":
        families.enter(session, now, number, "planning", local_day(now, zone))
    inquiries = [
        _inquiry(session, now, seal, t, zone, found.parcel, place, one, number)
        for place, one in enumerate(found.inquiries)
    ]
    for place, letter in enumerate(found.letters):
        inquiry = inquiries[letter.inquiry] if letter.inquiry is not None else None
        session.add(_letter(seal, found.parcel, place, letter, number, inquiry))
    for step in found.tasks:
        steps.bring(session, now, actor, seal, number, step.due_on, step.words)
    session.flush()
    return number


def _family(found: Case, t: Words, zone: ZoneInfo) -> Family:
    place = found.municipality
    lines = [t("handover.note.begin", region=found.sent_from, day=t.day(local_day(found.since, zone)))]
    lines += [
        t("handover.note.stage", day=t.day(one.entered_on), stage=t(f"tracker.stage.{one.stage}"), people=one.people)
        for one in found.stages
        if one.stage in STAGES
    ]
    return Family(
        found.adults,
        found.children,
        place if place and PLACE.fullmatch(place) else None,
        tuple(code for code in found.countries if country_of(code) is not None),
        found.eligible_for_grant,
        _plain(found.name) or None,
        "\n".join((*([_plain(found.note)] if found.note else []), *lines)),
        tuple(code for code in (one.lower() for one in found.languages) if code in families.LANGUAGES),
        tuple(name for name in found.topics if name in topics()),
    )


def _inquiry(
    session: Session,
    now: datetime,
    seal: Seal,
    t: Words,
    zone: ZoneInfo,
    name: str,
    place: int,
    asked: Asked,
    household_id: int,
) -> int:
    """An inquiry of before, as one that came today by an import: who was answered there waits for nobody here."""
    how = f"tracker.arrived.{asked.arrived_by}"
    head = t("handover.note.asked", day=t.moment(asked.received_at, zone), how=t(how) if t.knows(how) else "")
    received = intake.receive(
        session,
        now,
        seal,
        Incoming(
            arrived_by="import",
            language=asked.language,
            country=asked.country,
            municipality=asked.municipality,
            topic=asked.topic,
            people=asked.people,
            household_id=household_id,
            name=_plain(asked.name) or None,
            contact=_plain(asked.contact) or None,
            text="\n".join(part for part in (head, _plain(asked.text)) if part),
            message_id=f"{name}:{place}",
        ),
    )
    row = session.get_one(Inquiry, received.inquiry_id)
    # It came by no outreach of ours, and nothing that stood before it is to be suggested for it.
    row.linked_at = now
    row.answered_at = now if asked.answered else None
    session.add(
        Attribution(inquiry_id=row.id, made_at=now, rule="unknown", touch_id=None, by_person=False, evidence={})
    )
    session.flush()
    return row.id


def _letter(seal: Seal, name: str, place: int, letter: Written, household_id: int, inquiry_id: int | None) -> Letter:
    token = secrets.token_hex(16)
    message = f"handover:{name}:{place}"
    told = (letter.name, letter.mail, letter.answer_to, letter.subject, letter.text, letter.below)
    said = sealing.Words(*(_plain(text) for text in told))
    return Letter(
        token=token,
        message_id=message,
        thread=message,
        direction="out" if letter.ours else "in",
        kind="automatic" if letter.automatic else "letter",
        inquiry_id=inquiry_id,
        household_id=None if inquiry_id is not None else household_id,
        state="sent",
        at=letter.at,
        taken_at=letter.at,  # not of now: it waits for no answer here
        **sealing.close(seal, token, said),
    )


def _plain(text: str) -> str:
    return text.encode(errors="replace").decode()
