"""What is left when the person is gone: a record that counts and says nothing of whom.

Size, the last country, language, topics, the way they came and the quarter stay; days become coarse, a municipality
stays where at least `SHARED` stand together. Reports of whole quarters and years say the same before and after, but
that a family may stand among those of no known municipality.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from outreach.core.clock import local_day
from outreach.tracker.cases.models import FamilyConsent, Paper, Task
from outreach.tracker.handover.models import Handover
from outreach.tracker.heard.models import Heard
from outreach.tracker.letters.models import Letter
from outreach.tracker.models import Attribution, Household, Inquiry, Stage, Touch
from outreach.tracker.offers.models import Offer
from outreach.tracker.retention import narrow
from outreach.tracker.retention.quarters import bounds, coarse, first_day, in_order, noon
from outreach.tracker.same.models import Apart, Merge

# As few as the office's public figures ever tell of one place: fewer, and somebody there knows who they are.
SHARED = 5
# A link followed so long before an inquiry still counts as its way here.
_NEAR = timedelta(days=92)
# What of the evidence is a moment of a person's.
_MOMENTS = frozenset({"clicked_at", "too_old"})

Days = dict[date, date]


def family(session: Session, now: datetime, zone: ZoneInfo, household_id: int) -> None:
    """Makes a family, the records that are part of it and all their inquiries anonymous; their words are erased before.
    """
    rows = session.scalars(
        select(Household)
        .where(or_(Household.id == household_id, Household.merged_into == household_id))
        .order_by(Household.id)
    ).all()
    numbers = [row.id for row in rows]
    asked = session.scalars(
        select(Inquiry)
        .where(Inquiry.household_id.in_(numbers), Inquiry.anonymous_at.is_(None))
        .order_by(Inquiry.id)
    ).all()
    stages = session.scalars(select(Stage).where(Stage.household_id.in_(numbers)).order_by(Stage.id)).all()
    offers = session.scalars(select(Offer).where(Offer.household_id.in_(numbers)).order_by(Offer.id)).all()
    days = in_order(
        (
            *(local_day(row.created_at, zone) for row in rows),
            *(local_day(row.received_at, zone) for row in asked),
            *(row.entered_on for row in stages),
            *(row.sent_on for row in offers if row.sent_on is not None),
        )
    )
    places = {row.municipality: _shared_home(session, zone, row) for row in rows}
    for row in rows:
        row.municipality = row.municipality if places[row.municipality] else None
        row.countries = row.countries[:1]
        row.created_at = noon(days[local_day(row.created_at, zone)], zone)
        row.handed_over_at = _coarse(row.handed_over_at, zone)
        row.token, row.held_until, row.hold_sealed, row.anonymous_at = _token(), None, None, now
    narrow.stages(
        session, [narrow.StageMoved(row.id, days[row.entered_on], coarse(row.recorded_at, zone)) for row in stages]
    )
    _offers(offers, days, places, zone)
    _cases(session, numbers, zone)
    for inquiry in asked:
        shared = places.get(inquiry.municipality)
        _inquiry(session, now, zone, inquiry, days, _shared_ask(session, zone, inquiry) if shared is None else shared)
    _letters(session, Letter.household_id.in_(numbers) & Letter.inquiry_id.is_(None), zone)
    session.flush()


def inquiry(session: Session, now: datetime, zone: ZoneInfo, inquiry_id: int) -> None:
    """Makes an inquiry of no family anonymous; its words are erased before."""
    row = session.get_one(Inquiry, inquiry_id)
    days = in_order([local_day(row.received_at, zone)])
    _inquiry(session, now, zone, row, days, _shared_ask(session, zone, row))
    session.flush()


def _inquiry(session: Session, now: datetime, zone: ZoneInfo, row: Inquiry, days: Days, shared: bool) -> None:
    was = row.received_at
    at = noon(days[local_day(was, zone)], zone)
    row.municipality = row.municipality if shared else None
    row.received_at = at
    if row.answered_at is not None:
        row.answered_at = max(coarse(row.answered_at, zone), at)
    if row.linked_at is not None:
        row.linked_at = at
    row.token, row.held_until, row.anonymous_at = _token(), None, now
    _ways(session, row.id, was, at, zone)
    for line in session.scalars(select(Heard).where(Heard.inquiry_id == row.id)):
        line.at, line.token = coarse(line.at, zone), _token()
    _letters(session, Letter.inquiry_id == row.id, zone)


def _ways(session: Session, inquiry_id: int, was: datetime, at: datetime, zone: ZoneInfo) -> None:
    """What lay before an inquiry stays linked with it, in its order and without its moments. What was written nearby
    and nobody took up goes: the day it was printed would tell the inquiry's.
    """
    answers = session.scalars(select(Attribution).where(Attribution.inquiry_id == inquiry_id)).all()
    used = {row.touch_id for row in answers if row.touch_id is not None}
    session.execute(
        delete(Touch).where(Touch.inquiry_id == inquiry_id, Touch.kind == "coverage", Touch.id.not_in(used))
    )
    touches = session.scalars(
        select(Touch).where(Touch.inquiry_id == inquiry_id).order_by(Touch.at.desc(), Touch.id.desc())
    ).all()
    near = [row for row in touches if was - _NEAR <= row.at <= was]
    for step, row in enumerate(near):
        row.at = at - timedelta(minutes=step)
    for row in touches:
        if row.at > was:
            row.at = at + timedelta(minutes=1)
        elif row not in near:
            row.at = min(coarse(row.at, zone), at - _NEAR - timedelta(days=1))
        row.label = {name: value for name, value in row.label.items() if name not in _MOMENTS}
    narrow.attributions(
        session,
        [
            narrow.AttributionMoved(
                row.id,
                coarse(row.made_at, zone),
                {name: value for name, value in row.evidence.items() if name not in _MOMENTS},
            )
            for row in answers
        ],
    )


def _letters(session: Session, which: ColumnElement[bool], zone: ZoneInfo) -> None:
    for row in session.scalars(select(Letter).where(which)):
        row.at, row.taken_at, row.token = coarse(row.at, zone), coarse(row.taken_at, zone), _token()


def _offers(offers: Sequence[Offer], days: Days, places: dict[str | None, bool], zone: ZoneInfo) -> None:
    for row in offers:
        row.made_at, row.dropped_at, row.token = coarse(row.made_at, zone), _coarse(row.dropped_at, zone), _token()
        row.sent_on = days[row.sent_on] if row.sent_on is not None else None
        row.municipality = row.municipality if places.get(row.municipality, False) else None


def _cases(session: Session, numbers: Collection[int], zone: ZoneInfo) -> None:
    """What was done on the case stays as a count a quarter."""
    for task in session.scalars(select(Task).where(Task.household_id.in_(numbers))):
        task.due_on, task.made_at, task.token = first_day(task.due_on), coarse(task.made_at, zone), _token()
        task.done_at, task.dropped_at = _coarse(task.done_at, zone), _coarse(task.dropped_at, zone)
    for consent in session.scalars(select(FamilyConsent).where(FamilyConsent.household_id.in_(numbers))):
        consent.given_on, consent.noted_at = first_day(consent.given_on), coarse(consent.noted_at, zone)
        consent.until = first_day(consent.until) if consent.until else None
        consent.withdrawn_on = first_day(consent.withdrawn_on) if consent.withdrawn_on else None
    for paper in session.scalars(select(Paper).where(Paper.household_id.in_(numbers))):
        paper.added_at = coarse(paper.added_at, zone)
    for parcel in session.scalars(select(Handover).where(Handover.household_id.in_(numbers))):
        parcel.made_at, parcel.answered_at = coarse(parcel.made_at, zone), _coarse(parcel.answered_at, zone)
    either = or_(Merge.kept_id.in_(numbers), Merge.gone_id.in_(numbers))
    for merge in session.scalars(select(Merge).where(either)):
        merge.made_at, merge.undone_at = coarse(merge.made_at, zone), _coarse(merge.undone_at, zone)
    for apart in session.scalars(select(Apart).where(or_(Apart.one_id.in_(numbers), Apart.other_id.in_(numbers)))):
        apart.told_at = coarse(apart.told_at, zone)


def _shared_home(session: Session, zone: ZoneInfo, row: Household) -> bool:
    """Whether enough families of this one's municipality stand in its quarter, itself among them."""
    since, until = bounds(local_day(row.created_at, zone), zone)
    return _enough(
        session.scalar(
            select(func.count())
            .select_from(Household)
            .where(
                Household.municipality == row.municipality,
                Household.created_at >= since,
                Household.created_at < until,
                Household.merged_into.is_(None),
            )
        )
    )


def _shared_ask(session: Session, zone: ZoneInfo, row: Inquiry) -> bool:
    """Whether enough asked about this municipality in that quarter; a family that asked often is one."""
    since, until = bounds(local_day(row.received_at, zone), zone)
    who = select(func.coalesce(Inquiry.household_id, -Inquiry.id)).where(
        Inquiry.municipality == row.municipality, Inquiry.received_at >= since, Inquiry.received_at < until
    )
    return _enough(session.scalar(select(func.count()).select_from(who.distinct().subquery())))


def _enough(count: int | None) -> bool:
    return (count or 0) >= SHARED


def _coarse(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return coarse(moment, zone) if moment is not None else None


def _token() -> str:
    return secrets.token_hex(16)

