"""Sendings before they begin: to whom, with which greeting, when and how fast; and who would get what."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.core import mail_header
from outreach.core.errors import OutreachError
from outreach.pressroom import texts
from outreach.pressroom.models import ContactList, Release, Sending
from outreach.pressroom.outputs import merging
from outreach.pressroom.sending import barring, whom
from outreach.pressroom.sending.whom import SUBSCRIBERS, Addressee

FILES = ("pdf", "docx")
_LONGEST_HELLO, _LONGEST_NAME, _FASTEST = 2_000, 120, 100_000


@dataclass(frozen=True)
class Wanted:
    """A sending as a person wants it; its fields are those of `Sending`.

    `subscribers`: also to those of the press room; SUBSCRIBERS among the lists says the same.
    """

    lists: tuple[int, ...]
    contacts: tuple[int, ...]
    hello: dict[str, str]
    attach: tuple[str, ...]
    sender_name: str
    reply_to: str = field(repr=False)
    due_at: datetime | None
    per_minute: int
    per_domain: int
    subscribers: bool

    @property
    def own_lists(self) -> tuple[int, ...]:
        """The lists without the mark that stands for subscribers."""
        return tuple(one for one in self.lists if one != SUBSCRIBERS)

    @property
    def with_subscribers(self) -> bool:
        return self.subscribers or SUBSCRIBERS in self.lists


@dataclass(frozen=True)
class Skipped:
    """One who gets nothing; `reason` is a text's key."""

    name: str = field(repr=False)
    mail: str = field(repr=False)
    reason: str


@dataclass(frozen=True)
class Foreseen:
    """How many would get it, by language and by list (SINGLE and SUBSCRIBERS for the others), who not, and what
    keeps the whole from going.
    """

    going: dict[str, int]
    by_list: dict[int, int]
    skipped: tuple[Skipped, ...]
    trouble: OutreachError | None


def plan(
    session: Session, now: datetime, release_id: int, wanted: Wanted, by: str, *, sender: str
) -> Sending:
    """A new draft; `sender` is the office's sending address.

    Raises OutreachError `release.missing`, `contacts.error.list_gone`, `pressmail.attach`, `pressmail.pace`,
    `pressmail.sender_name`, `mail.address` for the address of answers, and as `merging.merge` for a greeting.
    """
    release = session.get(Release, release_id)
    if release is None:
        raise OutreachError("release.missing", id=release_id)
    sending = Sending(release_id=release_id, sender_mail=sender, made_at=now, made_by=by[:254])
    _write(session, sending, wanted)
    session.add(sending)
    session.flush()
    return sending


def change(session: Session, now: datetime, sending_id: int, wanted: Wanted) -> Sending:
    """Another plan for a draft. Raises as `plan`, `pressmail.missing` and, once it was started, `pressmail.started`."""
    del now
    sending = hold(session, sending_id)
    if sending.state != "draft":
        raise OutreachError("pressmail.started")
    _write(session, sending, wanted)
    session.flush()
    return sending


def wanted_of(sending: Sending) -> Wanted:
    """What a sending was planned to be."""
    return Wanted(
        tuple(one for one in sending.lists if one != SUBSCRIBERS), tuple(sending.contacts), dict(sending.hello),
        tuple(sending.attach), sending.sender_name, sending.reply_to, sending.due_at, sending.per_minute,
        sending.per_domain, SUBSCRIBERS in sending.lists,
    )  # fmt: skip


def foresee(
    session: Session, now: datetime, release_id: int, wanted: Wanted, today: date, zone: ZoneInfo
) -> Foreseen:
    """Who would get it if it were started at this moment. OutreachError `release.missing`."""
    release = session.get(Release, release_id)
    if release is None:
        raise OutreachError("release.missing", id=release_id)
    found = addressees(session, release, wanted, today)
    going = [one for one in found if one.reason is None]
    return Foreseen(
        dict(Counter(one.language for one in going)),
        dict(Counter(one.group for one in going)),
        tuple(Skipped(one.name, one.mail, one.reason) for one in found if one.reason is not None),
        trouble(session, now, release, wanted, going, zone),
    )


def addressees(
    session: Session, release: Release, wanted: Wanted, today: date, sending_id: int | None = None
) -> list[Addressee]:
    """Everybody whom it is for."""
    return whom.whom(
        session, release, wanted.own_lists, wanted.contacts, wanted.with_subscribers,
        texts.languages(session, release.id), today, sending_id,
    )  # fmt: skip


def trouble(
    session: Session,
    now: datetime,
    release: Release,
    wanted: Wanted,
    going: Sequence[Addressee],
    zone: ZoneInfo,
) -> OutreachError | None:
    """What keeps it from being started now: as `barring.barred`, nobody to go to, subscribers before an embargo ends.
    """
    found = barring.barred(session, now, release.id, zone)
    if found is not None:
        return found
    begins = begins_at(now, wanted.due_at)
    early = release.embargo_until is not None and release.embargo_until > begins
    if early and any(one.subscriber_id is not None for one in going):
        return OutreachError("pressmail.barred.subscribers")
    return None if going else OutreachError("pressmail.barred.nobody")


def begins_at(now: datetime, due_at: datetime | None) -> datetime:
    """When the first mail of it goes, if it is started now."""
    return max(now, due_at) if due_at is not None else now


def hold(session: Session, sending_id: int) -> Sending:
    """The sending, locked until the transaction ends; OutreachError `pressmail.missing`.

    Who locks mails of it as well locks it first: in one order nobody waits for each other in a ring.
    """
    sending = session.scalar(
        select(Sending)
        .where(Sending.id == sending_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if sending is None:
        raise OutreachError("pressmail.missing")
    return sending


def _write(session: Session, sending: Sending, wanted: Wanted) -> None:
    own = tuple(dict.fromkeys(wanted.own_lists))
    known = set(session.scalars(select(ContactList.id).where(ContactList.id.in_(own))))
    if known != set(own):
        raise OutreachError("contacts.error.list_gone")
    if not set(wanted.attach) <= set(FILES):
        raise OutreachError("pressmail.attach")
    if not (0 <= wanted.per_minute <= _FASTEST and 0 <= wanted.per_domain <= _FASTEST):
        raise OutreachError("pressmail.pace", most=_FASTEST)
    sending.lists = [*own, *([SUBSCRIBERS] if wanted.with_subscribers else [])]
    sending.contacts = list(dict.fromkeys(wanted.contacts))
    sending.hello = {language: _hello(text) for language, text in wanted.hello.items() if text.strip()}
    sending.attach = [one for one in FILES if one in wanted.attach]
    sending.sender_name = _name(wanted.sender_name)
    sending.reply_to = mail_header.address(wanted.reply_to, "Reply-To").box if wanted.reply_to.strip() else ""
    sending.due_at = wanted.due_at
    sending.per_minute, sending.per_domain = wanted.per_minute, wanted.per_domain


def _hello(text: str) -> str:
    told = text.replace("\r\n", "\n").strip()[:_LONGEST_HELLO]
    merging.merge(told, dict.fromkeys(merging.typed_names(), ""))
    return told


def _name(name: str) -> str:
    told = " ".join(name.split())
    if len(told) > _LONGEST_NAME or not told.isprintable():
        raise OutreachError("pressmail.sender_name", most=_LONGEST_NAME)
    return told
