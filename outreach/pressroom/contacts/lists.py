"""Lists of contacts: who is on them at this moment, and who gets a release that goes to several of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach.core.errors import OutreachError
from outreach.pressroom.contacts import reading, rules
from outreach.pressroom.contacts.reading import ContactSeen
from outreach.pressroom.contacts.rules import Rule
from outreach.pressroom.models import ContactList, ListMember

# Why somebody on a list gets nothing.
STOPPED = "contacts.reason.stopped"
MERGED = "contacts.reason.merged"
NO_ADDRESS = "contacts.reason.no_address"
RETURNED = "contacts.reason.returned"
LEFT = "contacts.reason.left"
_LONGEST = 120
_MOST = 500


@dataclass(frozen=True)
class Recipient:
    """One who would get a release. `reason` is the key of why they do not, None for those who do; away (until and
    with `away_until`) is no reason. `list_id`: the list that brought them, None for a single contact.
    """

    contact_id: int
    mail: str = field(repr=False)
    name: str = field(repr=False)
    outlet: str
    role: str
    language: str | None
    list_id: int | None
    reason: str | None
    away_until: date | None = None


@dataclass(frozen=True)
class ListSeen:
    """A list with its rule (None: people were put on it), and how many are on it now."""

    id: int
    name: str
    rule: Rule | None
    made_at: datetime
    made_by: str
    members: int = 0


Rows = Mapping[tuple[int, int], datetime | None]  # (list, contact) -> when they left


def recipients(
    session: Session, list_ids: Sequence[int], contact_ids: Iterable[int], today: date
) -> list[Recipient]:
    """Everybody on these lists, in their order, then the single contacts: each once, by the first list that has
    them. Those who get nothing are among them, with the reason. Four queries for any number of contacts.
    """
    lists = _held(session, list_ids)
    rows = _rows(session, lists)
    single = list(dict.fromkeys(contact_ids))
    known = {one.id: one for one in _candidates(session, lists, rows, single)}
    found: dict[int, Recipient] = {}
    left: dict[int, Recipient] = {}
    for number in (number for number in list_ids if number in lists):
        rule = lists[number].rule
        for one in known.values():
            key = (number, one.id)
            if not (key in rows or (rule is not None and one.merged_into is None and rule.takes(one))):
                continue
            if rows.get(key) is not None:
                left.setdefault(one.id, _recipient(one, number, LEFT, today))
            elif one.id not in found:
                found[one.id] = _recipient(one, number, _reason(one), today)
    for number in single:
        if number in known and number not in found:
            found[number] = _recipient(known[number], None, _reason(known[number]), today)
    return [*found.values(), *(one for number, one in left.items() if number not in found)]


def members(session: Session, list_id: int) -> list[ContactSeen]:
    """Who is on a list now, by name: merged contacts and those who left it are not; stopped ones are."""
    found = parted(session, list_id)
    return found[1] if found is not None else []


def parted(session: Session, list_id: int) -> tuple[ListSeen, list[ContactSeen], list[ContactSeen]] | None:
    """A list, who is on it, and who has left it, both by name; None where there is none. Three queries."""
    lists = _held(session, [list_id])
    if list_id not in lists:
        return None
    rows, seen = _rows(session, lists), lists[list_id]
    every = reading.every(session)
    on = [one for one in every if _is_on(one, list_id, seen.rule, rows)]
    return seen, on, [one for one in every if rows.get((list_id, one.id)) is not None]


def all_lists(session: Session, contacts: Sequence[ContactSeen] | None = None) -> list[ListSeen]:
    """Every list with how many are on it, by name; at most 500."""
    known = contacts if contacts is not None else reading.every(session)
    lists = _held(session, None)
    rows = _rows(session, lists)
    told = []
    for one in lists.values():
        count = sum(_is_on(contact, one.id, one.rule, rows) for contact in known)
        told.append(ListSeen(one.id, one.name, one.rule, one.made_at, one.made_by, count))
    return sorted(told, key=lambda one: one.name.casefold())


def one_list(session: Session, list_id: int) -> ListSeen | None:
    """One list, its members not counted."""
    return _held(session, [list_id]).get(list_id)


def of_contact(session: Session, contact: ContactSeen) -> list[tuple[ListSeen, bool]]:
    """The lists that a contact is on (True) or has left (False), by name. One query."""
    query = (
        select(ContactList, ListMember.contact_id, ListMember.left_at)
        .outerjoin(ListMember, and_(ListMember.list_id == ContactList.id, ListMember.contact_id == contact.id))
        .order_by(ContactList.id)
        .limit(_MOST)
    )
    told = []
    for row, member, left in session.execute(query):
        one = _list_seen(row)
        if member is not None or (one.rule is not None and one.rule.takes(contact)):
            told.append((one, left is None))
    return sorted(told, key=lambda pair: pair[0].name.casefold())


def preview(session: Session, rule: Rule) -> list[ContactSeen]:
    """Whom a rule would take at this moment."""
    return [one for one in reading.every(session) if rule.takes(one)]


def make(session: Session, now: datetime, name: str, rule: Rule | None, actor: str) -> int:
    """A new list; its number. OutreachError `contacts.error.list_name`, `.list_taken` (`name`), or of `rules.fit`."""
    row = ContactList(name=_named(name), rule=_rule(rule), made_at=now, made_by=actor[:254])
    _flushed(session, row)
    return row.id


def change(session: Session, list_id: int, name: str, rule: Rule | None) -> None:
    """Another name or rule. A list stays of its kind. Raises as `make`, and `contacts.error.list_gone`."""
    row = session.get(ContactList, list_id)
    if row is None:
        raise OutreachError("contacts.error.list_gone")
    row.name = _named(name)
    if row.rule is not None:
        row.rule = _rule(rule or Rule())
    _flushed(session, row)


def remove(session: Session, list_id: int) -> bool:
    """Takes a list away; the contacts stay. False if it was gone."""
    row = session.get(ContactList, list_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def join(session: Session, now: datetime, list_id: int, contact_ids: Iterable[int]) -> int:
    """Puts contacts on a list, or back on it; how many were not on it before. OutreachError `contacts.error.list_gone`.
    """
    if session.get(ContactList, list_id) is None:
        raise OutreachError("contacts.error.list_gone")
    wanted = [one.id for one in reading.some(session, contact_ids) if one.merged_into is None]
    query = select(ListMember).where(ListMember.list_id == list_id, ListMember.contact_id.in_(wanted))
    there = {row.contact_id: row for row in session.scalars(query)}
    added = 0
    for number in wanted:
        row = there.get(number)
        if row is None:
            session.add(ListMember(list_id=list_id, contact_id=number, added_at=now))
        elif row.left_at is not None:
            row.left_at = None
        else:
            continue
        added += 1
    session.flush()
    return added


def _held(session: Session, list_ids: Sequence[int] | None) -> dict[int, ListSeen]:
    query = select(ContactList).order_by(ContactList.id).limit(_MOST)
    if list_ids is not None:
        query = query.where(ContactList.id.in_(list_ids))
    return {row.id: _list_seen(row) for row in session.scalars(query)}


def _list_seen(row: ContactList) -> ListSeen:
    rule = rules.rule_of(row.rule) if row.rule is not None else None
    return ListSeen(row.id, row.name, rule, row.made_at, row.made_by)


def _rows(session: Session, lists: Mapping[int, ListSeen]) -> Rows:
    if not lists:
        return {}
    query = select(ListMember.list_id, ListMember.contact_id, ListMember.left_at).where(ListMember.list_id.in_(lists))
    return {(number, contact): left for number, contact, left in session.execute(query)}


def _candidates(
    session: Session, lists: Mapping[int, ListSeen], rows: Rows, single: Sequence[int]
) -> list[ContactSeen]:
    named = {contact for _, contact in rows} | set(single)
    if not any(one.rule is not None for one in lists.values()):
        return sorted(reading.some(session, named), key=lambda one: (one.name, one.id))
    found = reading.every(session)
    missing = named - {one.id for one in found}
    return [*found, *(reading.some(session, missing) if missing else ())]


def _is_on(one: ContactSeen, list_id: int, rule: Rule | None, rows: Rows) -> bool:
    if (list_id, one.id) in rows:
        return rows[list_id, one.id] is None
    return rule is not None and rule.takes(one)


def _reason(one: ContactSeen) -> str | None:
    if one.merged_into is not None:
        return MERGED
    if one.stopped_at is not None:
        return STOPPED
    if one.mail is None:
        return NO_ADDRESS
    return RETURNED if one.returned else None


def _recipient(one: ContactSeen, list_id: int | None, reason: str | None, today: date) -> Recipient:
    until = one.away_until if one.away_until is not None and one.away_until >= today else None
    return Recipient(one.id, one.mail or "", one.name, one.outlet, one.role, one.language, list_id, reason, until)


def _named(name: str) -> str:
    told = " ".join(name.split())
    if not told or len(told) > _LONGEST or not told.isprintable():
        raise OutreachError("contacts.error.list_name", most=_LONGEST)
    return told


def _rule(rule: Rule | None) -> dict[str, list[str]] | None:
    return rules.fit(rule).kept() if rule is not None else None


def _flushed(session: Session, row: ContactList) -> None:
    name = row.name
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise OutreachError("contacts.error.list_taken", name=name) from error
