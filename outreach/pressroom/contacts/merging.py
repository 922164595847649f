"""Two contacts that are one person: shown beside each other, put together by a person, and taken apart again.

The one whose address stays keeps its row; the other's row stays as it was, with `merged_into`. How the first one was
before lies in a row of its own below the second, so that the merge can be taken back, the latest one first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.pressroom.contacts import draft as drafting
from outreach.pressroom.contacts import reading
from outreach.pressroom.contacts.draft import FIELDS, MANY, Draft
from outreach.pressroom.contacts.editing import draft_of, held, values
from outreach.pressroom.contacts.likeness import Crowd, Like
from outreach.pressroom.contacts.reading import ContactSeen, Merge
from outreach.pressroom.models import Contact, ContactsApart, ListMember

Side = Literal["first", "second", "both"]
MOST_PAIRS = 100
_BESIDE = ("confirmed_on", "stopped_at", "stopped_why", "away_until", "moved_to")


@dataclass(frozen=True)
class Pair:
    """Two contacts that may be one person, and why."""

    first: ContactSeen
    second: ContactSeen
    like: Like


@dataclass(frozen=True)
class Choice:
    """One field of a pair: what each has, and which is offered. `open` where a person has something to choose."""

    name: str
    first: object
    second: object
    offered: Side

    @property
    def open(self) -> bool:
        return bool(self.first) and bool(self.second) and self.first != self.second


@dataclass(frozen=True)
class MergedSeen:
    """A contact that was put into another, when, and whether it is the one that can be taken out now."""

    contact: ContactSeen
    at: datetime
    latest: bool


def pairs(session: Session) -> list[Pair]:
    """Pairs that may be one person, the likest first, without those of whom a person said no; at most 100."""
    told = {tuple(row) for row in session.execute(select(ContactsApart.one_id, ContactsApart.other_id))}
    found = Crowd(reading.every(session)).pairs(MOST_PAIRS + len(told))
    return [
        Pair(one, other, like)
        for one, other, like in found
        if isinstance(one, ContactSeen) and isinstance(other, ContactSeen) and _in_order(one.id, other.id) not in told
    ][:MOST_PAIRS]


def apart(session: Session, now: datetime, first: int, second: int, by: str) -> None:
    """Keeps that two contacts are two people: they are not proposed again. OutreachError `contacts.error.gone`."""
    one, other = _in_order(held(session, first).id, held(session, second).id)
    if session.get(ContactsApart, (one, other)) is None:
        session.add(ContactsApart(one_id=one, other_id=other, told_at=now, told_by=by))
        session.flush()


def _in_order(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def choices(first: ContactSeen, second: ContactSeen) -> list[Choice]:
    """Every field of a pair: what is offered is the fuller one, of lists both."""
    one, other = draft_of(first), draft_of(second)
    told = []
    for name in FIELDS:
        own, more = getattr(one, name), getattr(other, name)
        offered: Side = "both" if name in MANY else "first" if own or not more else "second"
        told.append(Choice(name, own, more, offered))
    return told


def merge(
    session: Session, now: datetime, first_id: int, second_id: int, chosen: dict[str, Side]
) -> tuple[int, int]:
    """Puts two contacts together; the number of the one that stays, and of the one that goes into it.

    `chosen` says for each field whose it is (`both` for lists); a field that it does not name is as offered. Who was
    not to be written to under either is not. Raises OutreachError `contacts.error.gone`, `.same`, or of `draft.fit`.
    """
    if first_id == second_id:
        raise OutreachError("contacts.error.same")
    rows = {number: held(session, number) for number in sorted((first_id, second_id))}
    first, second = rows[first_id], rows[second_id]
    told = drafting.fit(_together(draft_of(first), draft_of(second), chosen))
    stays, goes = (second, first) if told.mail is not None and told.mail == second.mail else (first, second)
    # Addresses are the rows' own: whose stays, that row stays, and nobody's address has to move.
    told = replace(told, mail=stays.mail)
    before = Contact(
        merged_into=goes.id, made_at=now, made_by=stays.made_by, changed_at=stays.changed_at,
        **{**values(draft_of(stays)), "mail": None}, **{name: getattr(stays, name) for name in _BESIDE},
    )  # fmt: skip
    for name, value in values(told).items():
        setattr(stays, name, value)
    _beside(stays, goes)
    goes.merged_into, goes.changed_at, stays.changed_at = stays.id, now, now
    session.flush()
    session.add(before)
    _join(session, now, stays.id, goes.id)
    session.flush()
    return stays.id, goes.id


def merged(session: Session, contact_id: int) -> list[MergedSeen]:
    """Who was put into this contact, the latest first. Two queries."""
    known = reading.merges(session)
    rows = {one.id: one for one in reading.some(session, [one.id for one in known if one.into == contact_id])}
    return merged_of(known, rows, contact_id)


def merged_of(known: Sequence[Merge], rows: Mapping[int, ContactSeen], contact_id: int) -> list[MergedSeen]:
    """Who was put into this contact, the latest first, from what was read; `rows` are contacts by number."""
    inside = {one.id: one for one in known if one.into == contact_id}
    # What lies below one and was made when it was merged is how the other was before.
    order = {one.into: one.id for one in known if one.into in inside and one.made_at == inside[one.into].changed_at}
    told = sorted((number for number in order if number in rows), key=lambda number: -order[number])
    return [MergedSeen(rows[number], inside[number].changed_at, at == 0) for at, number in enumerate(told)]


def part(session: Session, now: datetime, contact_id: int, merged_id: int) -> None:
    """Takes the latest merge back: both are as they were before; what was changed since then goes.

    Raises OutreachError `contacts.error.gone`, or `contacts.error.later` where another one was put in after it.
    """
    stays = held(session, contact_id)
    inside = merged(session, contact_id)
    known = next((one for one in inside if one.contact.id == merged_id), None)
    if known is None:
        raise OutreachError("contacts.error.gone")
    if not known.latest:
        raise OutreachError("contacts.error.later")
    goes = session.get_one(Contact, merged_id)
    before = session.scalars(
        select(Contact).where(Contact.merged_into == merged_id, Contact.made_at == known.at).order_by(Contact.id.desc())
    ).first()
    assert before is not None  # `merged` saw it
    for name in (*(one.name for one in fields(Draft) if one.name != "mail"), *_BESIDE):
        setattr(stays, name, getattr(before, name))
    _part_lists(session, known.at, stays.id, goes.id)
    goes.merged_into, goes.changed_at, stays.changed_at = None, now, now
    session.delete(before)
    session.flush()


def _together(one: Draft, other: Draft, chosen: dict[str, Side]) -> Draft:
    told: dict[str, object] = {}
    for name in FIELDS:
        own, more = getattr(one, name), getattr(other, name)
        side = chosen.get(name) or ("both" if name in MANY else "first" if own or not more else "second")
        told[name] = (*own, *more) if side == "both" and name in MANY else more if side == "second" else own
    # An address is not lost by choosing none of the two.
    told["mail"] = told["mail"] or one.mail or other.mail
    return Draft(**told)  # type: ignore[arg-type]


def _beside(stays: Contact, goes: Contact) -> None:
    if stays.stopped_at is None and goes.stopped_at is not None:
        stays.stopped_at, stays.stopped_why = goes.stopped_at, goes.stopped_why
    if goes.confirmed_on is not None and goes.mail == stays.mail:
        stays.confirmed_on = max(goes.confirmed_on, stays.confirmed_on or goes.confirmed_on)


def _join(session: Session, now: datetime, stays: int, goes: int) -> None:
    """On the other's lists too; and off those that either has left."""
    own = {row.list_id: row for row in session.scalars(select(ListMember).where(ListMember.contact_id == stays))}
    for row in session.scalars(select(ListMember).where(ListMember.contact_id == goes)):
        has = own.get(row.list_id)
        if has is None:
            left = now if row.left_at is not None else None
            session.add(ListMember(list_id=row.list_id, contact_id=stays, added_at=now, left_at=left))
        elif row.left_at is not None and has.left_at is None:
            has.left_at = now


def _part_lists(session: Session, at: datetime, stays: int, goes: int) -> None:
    theirs = {row.list_id: row for row in session.scalars(select(ListMember).where(ListMember.contact_id == goes))}
    for row in list(session.scalars(select(ListMember).where(ListMember.contact_id == stays))):
        if row.list_id not in theirs:
            continue
        if row.added_at == at:
            session.delete(row)
        elif row.left_at == at and theirs[row.list_id].left_at is not None:
            row.left_at = None
