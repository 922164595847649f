"""Handing a family's case over to another region's office: packed with their consent, gone once that office says so."""

import secrets
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.core import regions
from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker.cases import consents
from outreach.tracker.cases.models import FamilyConsent
from outreach.tracker.handover import case, gathering, known, parcel, receipts, steps
from outreach.tracker.handover.keys import OfficeKey
from outreach.tracker.handover.models import Handover
from outreach.tracker.handover.receipts import Answer
from outreach.tracker.models import Household


def regions_of(session: Session, household_id: int, on: date) -> tuple[str, ...]:
    """The regions to which the family agreed to be handed over, of what holds on a day. One query."""
    found = consents.of_family(session, household_id, on)
    named = [one.region for one in found if one.purpose == "handover" and one.state in {"holds", "ending"}]
    return tuple(dict.fromkeys(region for region in named if region is not None))


def pack(session: Session, now: datetime, actor: str, household_id: int, to: OfficeKey, on: date) -> int:
    """Readies a hand-over to an office; its number, the same however often it is asked for while it is under way.

    OutreachError `tracker.error.household`, `same.error.merged`, `handover.error.gone` for a case that is elsewhere,
    `.nothing` where the person's data are erased, `.consent` without one for that region that holds on day `on`,
    `.under_way` while it is on its way to another region.
    """
    row = _case(session, household_id)
    if row.name_sealed is None and row.note_sealed is None and row.erased_at is not None:
        raise OutreachError("handover.error.nothing", household_id=household_id)
    consent = _consent(session, household_id, to.region, on)
    held = session.scalar(_out(household_id).where(Handover.state == "packed"))
    if held is not None:
        if not regions.same(held.region, to.region):
            raise OutreachError("handover.error.under_way", region=held.region)
        held.key_name, held.consent_id = to.name, consent.id
        return held.id
    made = Handover(
        parcel=secrets.token_hex(16),
        direction="out",
        state="packed",
        household_id=household_id,
        consent_id=consent.id,
        region=to.region,
        key_name=to.name,
        made_at=now,
        made_by=actor[:254],
    )
    session.add(made)
    session.flush()
    audit.write(session, now, actor, "pack", "household", household_id)
    return made.id


def parcel_file(
    session: Session,
    now: datetime,
    actor: str,
    seal: Seal,
    folder: Path,
    own: OfficeKey,
    handover_id: int,
    on: date,
    *,
    with_letters: bool = True,
) -> tuple[str, bytes]:
    """The name and the bytes of the file for the other office; the look at the family is written down with it.

    However often it is made, it is the same parcel. OutreachError `handover.error.none`, `.not_packed` for one that was
    answered or called back, `.consent` where it has ended since, `.unknown_office`.
    """
    made = _made(session, handover_id)
    if made.state != "packed":
        raise OutreachError("handover.error.not_packed")
    row = _case(session, made.household_id)
    whole = gathering.gather(
        session,
        now,
        actor,
        seal,
        row,
        parcel=made.parcel,
        sent_from=own.region,
        sent_to=made.region,
        consent=_consent(session, row.id, made.region, on),
        with_letters=with_letters,
    )
    closed = parcel.close(seal, own, known.named(folder, made.key_name), case.packed(whole))
    return f"{made.parcel[:8]}.case", closed


def answered(
    session: Session, now: datetime, actor: str, seal: Seal, folder: Path, handover_id: int, code: str
) -> Answer:
    """Notes what the other office says: with `taken` the case is theirs, its open tasks are dropped and it waits for
    nobody here. What it says counts, whatever was said here meanwhile: a parcel that was called back may be taken.

    OutreachError `handover.error.none`, `.unknown_office`, `.code` for a code that is not of this parcel.
    """
    made = _made(session, handover_id)
    told = receipts.read(seal, known.named(folder, made.key_name), made.parcel, code)
    if told is None:
        raise OutreachError("handover.error.code", region=made.region)
    if made.state in ("taken", told):
        return "taken" if made.state == "taken" else told  # what was taken is not refused any more
    made.state, made.answered_at = told, now
    if told == "taken":
        row = session.get_one(Household, made.household_id)
        row.handed_over_at = now
        steps.drop(session, now, actor, row.id)
    audit.write(session, now, actor, "hand_over" if told == "taken" else "refused", "household", made.household_id)
    return told


def call_back(session: Session, now: datetime, actor: str, handover_id: int) -> bool:
    """The case stays here, as far as this office can say so; False for a parcel that is not under way any more.

    OutreachError `handover.error.none`.
    """
    made = _made(session, handover_id)
    if made.state != "packed":
        return False
    made.state, made.answered_at = "called_back", now
    audit.write(session, now, actor, "call_back", "household", made.household_id)
    return True


def _consent(session: Session, household_id: int, region: str, on: date) -> FamilyConsent:
    number = consents.holding(session, household_id, "handover", on, region)
    if number is None:
        raise OutreachError("handover.error.consent", region=region)
    return session.get_one(FamilyConsent, number)


def _case(session: Session, household_id: int) -> Household:
    row = session.get(Household, household_id)
    if row is None:
        raise OutreachError("tracker.error.household", household_id=household_id)
    if row.merged_into is not None:
        raise OutreachError("same.error.merged", household_id=household_id, kept_id=row.merged_into)
    if row.handed_over_at is not None:
        raise OutreachError("handover.error.gone", household_id=household_id)
    return row


def _made(session: Session, handover_id: int) -> Handover:
    made = session.get(Handover, handover_id)
    if made is None or made.direction != "out":
        raise OutreachError("handover.error.none", handover_id=handover_id)
    return made


def _out(household_id: int) -> Select[Handover]:
    return select(Handover).where(Handover.household_id == household_id, Handover.direction == "out")
