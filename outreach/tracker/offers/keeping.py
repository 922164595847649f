"""An offer in the store: made, written, sent once, withdrawn by a mark. Each deed writes its line into the trail."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.core.seal import Seal
from outreach.people import audit
from outreach.tracker import casework
from outreach.tracker.models import Household, Stage
from outreach.tracker.offers import sealing
from outreach.tracker.offers.composing import Letter
from outreach.tracker.offers.models import SENT_BY, Offer

LONGEST = 4000  # signs of a section
HIGHEST = 40  # people
_TRIES = 25
_BEFORE = frozenset({"contacted"})  # what a family stands in before an offer


def make(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, language: str, place: str | None,
    letter: Letter, year: int,
) -> int:  # fmt: skip
    """A draft for a family, with the next number of its year; the offer's own number. OutreachError
    `tracker.error.household`, `same.error.merged`, `offers.error.gone` for a family whose words were erased.
    """
    household = _household(session, household_id)
    if household.erased_at is not None or household.anonymous_at is not None:
        raise OutreachError("offers.error.gone", household_id=household_id)
    token = secrets.token_hex(16)
    row = _numbered(
        session,
        year,
        {
            "token": token, "household_id": household_id, "year": year, "language": language, "municipality": place,
            "words_sealed": sealing.close(seal, token, letter), "made_at": now,
            "made_by": actor[:254],
        },
    )  # fmt: skip
    audit.write(session, now, actor, "add", "offer", row.id, household=household_id)
    return row.id


def write(
    session: Session, now: datetime, actor: str, seal: Seal, household_id: int, offer_id: int, texts: Mapping[str, str]
) -> None:
    """The draft says this from now on, section by section; a kind that is not named stays. OutreachError
    `offers.error.missing`, `offers.error.frozen` for what was sent, `offers.error.dropped`, `offers.error.erased`,
    `offers.error.long` (most).
    """
    row = _draft(session, household_id, offer_id)
    if any(len(text) > LONGEST for text in texts.values()):
        raise OutreachError("offers.error.long", most=LONGEST)
    letter = sealing.opened(seal, row)
    if letter is None:
        raise OutreachError("offers.error.erased", offer_id=offer_id)
    changed = tuple(
        replace(one, text=texts[one.kind].replace("\r\n", "\n").strip()) if one.kind in texts else one
        for one in letter.sections
    )
    row.words_sealed = sealing.close(seal, row.token, replace(letter, sections=changed))
    audit.write(session, now, actor, "change", "offer", offer_id, household=household_id)


def send(
    session: Session, now: datetime, actor: str, household_id: int, offer_id: int, sent_on: date, sent_by: str,
    people: int, today: date,
) -> bool:  # fmt: skip
    """It was sent on that day to so many people, and nothing of it changes any more. Whether the stage came with it:
    that is so where the family stands in none, or is contacted since that day or earlier. An entry of that very day
    that somebody made by hand is this offer's. `today` is the office's.

    OutreachError as `write`; `offers.error.future` (day), `offers.error.way`, `offers.error.people` (most),
    `same.error.merged`.
    """
    _household(session, household_id)
    row = _draft(session, household_id, offer_id)
    if sent_on > today:
        raise OutreachError("offers.error.future", day=sent_on.isoformat())
    if sent_by not in SENT_BY:
        raise OutreachError("offers.error.way", known=", ".join(SENT_BY))
    if not 1 <= people <= HIGHEST:
        raise OutreachError("offers.error.people", most=HIGHEST)
    last = session.execute(
        select(Stage.id, Stage.stage, Stage.entered_on)
        .where(Stage.household_id == household_id)
        .order_by(Stage.entered_on.desc(), Stage.id.desc())
        .limit(1)
    ).one_or_none()
    moves = last is None or (last.stage in _BEFORE and last.entered_on <= sent_on)
    if moves:
        row.stage_id = casework.enter(session, now, actor, household_id, "offer_sent", sent_on, people)
    elif last is not None and (last.stage, last.entered_on) == ("offer_sent", sent_on):
        taken = session.scalar(select(Offer.id).where(Offer.stage_id == last.id).limit(1))
        row.stage_id = last.id if taken is None else None
    row.sent_on, row.sent_by, row.people = sent_on, sent_by, people
    audit.write(session, now, actor, "send_offer", "offer", offer_id, household=household_id)
    return moves


def drop(session: Session, now: datetime, actor: str, household_id: int, offer_id: int) -> bool:
    """The offer counts no more; of a draft the words go as well. Whether a stage came with it, which a person has to
    look at: entries of stages are only ever added. OutreachError `offers.error.missing`, `offers.error.dropped`.
    """
    row = _held(session, household_id, offer_id)
    if row.dropped_at is not None:
        raise OutreachError("offers.error.dropped", offer_id=offer_id)
    row.dropped_at = now
    if row.sent_on is None:
        row.words_sealed = None
    audit.write(session, now, actor, "drop_offer", "offer", offer_id, household=household_id)
    return row.stage_id is not None


def _numbered(session: Session, year: int, told: Mapping[str, object]) -> Offer:
    """Puts the row in under the year's next number; two that take the same one at once are told apart by the store."""
    for _ in range(_TRIES):
        highest = session.scalar(select(func.max(Offer.number)).where(Offer.year == year)) or 0
        row = Offer(**told, number=highest + 1)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError:
            continue
        return row
    raise OutreachError("offers.error.busy")


def _draft(session: Session, household_id: int, offer_id: int) -> Offer:
    row = _held(session, household_id, offer_id)
    for ended, key in ((row.dropped_at, "dropped"), (row.sent_on, "frozen"), (row.erased_at, "erased")):
        if ended is not None:
            raise OutreachError(f"offers.error.{key}", offer_id=offer_id)
    return row


def _held(session: Session, household_id: int, offer_id: int) -> Offer:
    row = session.get(Offer, offer_id, with_for_update=True, populate_existing=True)
    if row is None or row.household_id != household_id:
        raise OutreachError("offers.error.missing", offer_id=offer_id)
    return row


def _household(session: Session, household_id: int) -> Household:
    """Locked: two offers of one family sent at once would both see it before the first."""
    row = session.get(Household, household_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise OutreachError("tracker.error.household", household_id=household_id)
    if row.merged_into is not None:
        raise OutreachError("same.error.merged", household_id=household_id, kept_id=row.merged_into)
    return row
