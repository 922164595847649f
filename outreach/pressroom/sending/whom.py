"""Who gets a sending, in which language, and who does not and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.core.text import LANGUAGES
from outreach.postbox import stops
from outreach.pressroom.contacts import lists
from outreach.pressroom.contacts.lists import Recipient
from outreach.pressroom.contacts.reading import keeper
from outreach.pressroom.models import Contact, ListMember, Release, ReleaseMail, Sending
from outreach.pressroom.public import subscribing

# In the place of a list's number: contacts that were named one by one, and the press room's subscribers.
SINGLE, SUBSCRIBERS = 0, -1
HAD = "pressmail.skipped.had"
_HAVING = ("due", "sending", "sent", "unconfirmed")
_GOT = ("sent", "unconfirmed")
_CHUNK = 5_000


@dataclass(frozen=True)
class Addressee:
    """One who would get the release, in `language`; `reason` is the key of why they do not.

    `contact_id` is None for a subscriber. `thread`: the Message-ID of the mail that this one answers, of theirs.
    """

    mail: str = field(repr=False)
    name: str = field(repr=False)
    outlet: str
    role: str
    language: str
    contact_id: int | None
    list_id: int | None
    reason: str | None
    subscriber_id: int | None = None
    thread: str = ""

    @property
    def group(self) -> int:
        """The list that brought them, else SINGLE or SUBSCRIBERS."""
        if self.subscriber_id is not None:
            return SUBSCRIBERS
        return self.list_id if self.list_id is not None else SINGLE


def whom(
    session: Session,
    release: Release,
    list_ids: Sequence[int],
    contact_ids: Sequence[int],
    subscribers: bool,
    languages: Sequence[str],
    today: date,
    sending_id: int | None = None,
) -> list[Addressee]:
    """Everybody whom a sending of this release is for, each address once. Contacts come before subscribers.

    A correction or withdrawal goes to just those who got what it is about, whatever lists are named. Whoever got this
    release by another sending than `sending_id`, or is about to, is skipped. `languages` are the release's, the
    original first.
    """
    if release.kind != "release" and release.about_id is not None:
        found = list(_readers(session, release.about_id, languages, today))
    else:
        found = list(_contacts(session, lists.recipients(session, list_ids, contact_ids, today), languages))
        if subscribers:
            found += _subscribers(session, None, {}, languages)
    return _marked(_once(found), *_had(session, release.id, sending_id))


def _once(found: Sequence[Addressee]) -> list[Addressee]:
    seen: dict[str, Addressee] = {}
    for one in found:
        seen.setdefault(one.mail.lower() or f"#{one.contact_id}", one)
    return list(seen.values())


def _marked(found: Sequence[Addressee], mails: set[str], contacts: set[int]) -> list[Addressee]:
    return [
        replace(one, reason=HAD) if one.reason is None and (one.mail in mails or one.contact_id in contacts) else one
        for one in found
    ]


def _had(session: Session, release_id: int, sending_id: int | None) -> tuple[set[str], set[int]]:
    wanted: list[ColumnElement[bool]] = [Sending.release_id == release_id, ReleaseMail.status.in_(_HAVING)]
    if sending_id is not None:
        wanted.append(Sending.id != sending_id)
    query = select(ReleaseMail.mail, ReleaseMail.contact_id).join(Sending, Sending.id == ReleaseMail.sending_id)
    rows = session.execute(query.where(*wanted)).all()
    return {mail for mail, _ in rows}, {contact for _, contact in rows if contact is not None}


def _contacts(session: Session, found: Sequence[Recipient], languages: Sequence[str]) -> Iterator[Addressee]:
    spoken = _spoken(session, [one.contact_id for one in found])
    for one in found:
        language = _language(spoken.get(one.contact_id, ()), languages)
        yield Addressee(
            one.mail.lower(), one.name, one.outlet, one.role, language, one.contact_id, one.list_id, one.reason
        )


def _spoken(session: Session, numbers: Sequence[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, Sequence[str]] = {}
    for start in range(0, len(numbers), _CHUNK):
        query = select(Contact.id, Contact.languages).where(Contact.id.in_(numbers[start : start + _CHUNK]))
        found.update((number, spoken) for number, spoken in session.execute(query))
    return found


def _language(spoken: Sequence[str], languages: Sequence[str]) -> str:
    """The first of their languages that the release has, else the office's, else the original's."""
    return next((one for one in (*spoken, LANGUAGES[0]) if one in languages), languages[0])


def _subscribers(
    session: Session, only: set[int] | None, threads: Mapping[int, str], languages: Sequence[str]
) -> list[Addressee]:
    rows = [row for row in subscribing.confirmed(session) if only is None or row[0] in only]
    stopped = stops.is_stopped(session, [mail for _, mail, _ in rows])
    return [
        Addressee(
            mail.lower(), "", "", "", _language((language,), languages), None, None,
            lists.RETURNED if mail.lower() in stopped else None, number, threads.get(number, ""),
        )
        for number, mail, language in rows
    ]  # fmt: skip


def _readers(session: Session, about_id: int, languages: Sequence[str], today: date) -> Iterator[Addressee]:
    """Those who got a release or may have, as they are now, each with the mail by which they got it first."""
    query = (
        select(ReleaseMail.contact_id, ReleaseMail.list_id, ReleaseMail.merge, ReleaseMail.message_id)
        .join(Sending, Sending.id == ReleaseMail.sending_id)
        .where(Sending.release_id == about_id, ReleaseMail.status.in_(_GOT))
        .order_by(ReleaseMail.id)
    )
    first: dict[int, tuple[int | None, str]] = {}
    subscribed: dict[int, str] = {}
    for contact, list_id, merge, message_id in session.execute(query):
        if contact is not None:
            first.setdefault(contact, (list_id, message_id))
        elif "subscriber" in merge:
            subscribed.setdefault(int(merge["subscriber"]), message_id)
    # Who was merged into another since is written to as that one.
    merged = _merged(session, list(first))
    now = {number: keeper(session, number) if number in merged else number for number in first}
    told: dict[int, tuple[int | None, str]] = {}
    for number, known in now.items():
        told.setdefault(known, first[number])
    left = _left(session, told)
    for one in _contacts(session, lists.recipients(session, (), told, today), languages):
        list_id, message_id = told[one.contact_id or 0]
        reason = one.reason or (lists.LEFT if (list_id, one.contact_id) in left else None)
        yield replace(one, list_id=list_id, reason=reason, thread=message_id)
    yield from _subscribers(session, set(subscribed), subscribed, languages) if subscribed else ()


def _merged(session: Session, numbers: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(numbers), _CHUNK):
        wanted = Contact.id.in_(numbers[start : start + _CHUNK])
        found.update(session.scalars(select(Contact.id).where(wanted, Contact.merged_into.is_not(None))))
    return found


def _left(session: Session, told: Mapping[int, tuple[int | None, str]]) -> set[tuple[int, int]]:
    lists_of = {list_id for list_id, _ in told.values() if list_id is not None}
    if not lists_of:
        return set()
    gone = ListMember.list_id.in_(lists_of)
    query = select(ListMember.list_id, ListMember.contact_id).where(gone, ListMember.left_at.is_not(None))
    return {(list_id, contact) for list_id, contact in session.execute(query)}


