"""Contacts as pages and lists see them: found by what they are, one by one, with those who were merged into them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from outreach.postbox.models import StoppedAddress
from outreach.pressroom.contacts.names import folded
from outreach.pressroom.models import Contact
from scrapers.models import Source

# `stopped_why` of one who asked that nothing be kept: what is left of the row keeps an import from bringing them back.
ERASED = "contacts.why.erased"
STALE_YEARS, PROPOSED_YEARS = 1, 3
_CHUNK = 5_000
_DEEPEST = 40
STATES = ("open", "stopped", "stale", "away", "unreached", "old")


@dataclass(frozen=True)
class ContactSeen:
    """One contact. `returned`: mails to the address come back, so the post office of ours sends none."""

    id: int
    name: str = field(repr=False)
    mail: str | None = field(repr=False)
    phone: str = field(repr=False)
    outlet: str
    role: str
    beats: tuple[str, ...]
    languages: tuple[str, ...]
    places: tuple[str, ...]
    tier: str | None
    reached_by: str
    bylines: tuple[str, ...] = field(repr=False)
    note: str = field(repr=False)
    origin: str
    confirmed_on: date | None
    stopped_at: datetime | None
    stopped_why: str
    away_until: date | None
    moved_to: str | None = field(repr=False)
    merged_into: int | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    returned: bool = False

    @property
    def language(self) -> str | None:
        """The language they are written to in."""
        return self.languages[0] if self.languages else None

    @property
    def known_on(self) -> date:
        """Since when nobody has looked whether it is still so."""
        return self.confirmed_on or self.made_at.date()

    def stale(self, today: date) -> bool:
        """Whether it was looked at last more than a year ago."""
        return self.known_on < years_before(today, STALE_YEARS)

    def proposed(self, today: date) -> bool:
        """Whether a person should think of deleting it: nobody has looked for three years."""
        return self.known_on < years_before(today, PROPOSED_YEARS)

    def states(self, today: date) -> frozenset[str]:
        """Which of the states that a filter offers hold."""
        told = {
            "open": self.stopped_at is None,
            "stopped": self.stopped_at is not None,
            "stale": self.stale(today),
            "away": self.away_until is not None and self.away_until >= today,
            "unreached": self.mail is None or self.returned or self.moved_to is not None,
            "old": self.proposed(today),
        }
        return frozenset(name for name, holds in told.items() if holds)


@dataclass(frozen=True)
class Chosen:
    """Which contacts to show; what is None or empty leaves a part open."""

    words: str = ""
    outlet: str | None = None
    tier: str | None = None
    language: str | None = None
    beat: str | None = None
    place: str | None = None
    list_id: int | None = None
    state: str | None = None

    def fits(self, one: ContactSeen, today: date, on_list: Collection[int] | None) -> bool:
        """Whether a contact is among them."""
        return (
            (self.outlet is None or one.outlet == self.outlet)
            and (self.tier is None or one.tier == self.tier)
            and (self.language is None or self.language in one.languages)
            and (self.beat is None or self.beat in one.beats)
            and (self.place is None or self.place in one.places)
            and (on_list is None or one.id in on_list)
            and (self.state is None or self.state in one.states(today))
            and self._said(one)
        )

    def _said(self, one: ContactSeen) -> bool:
        if not self.words.strip():
            return True
        text = folded(" ".join((one.name, one.mail or "", one.phone, one.outlet, one.role, *one.beats, *one.bylines)))
        return all(word in text for word in folded(self.words).split())


@dataclass(frozen=True)
class Choices:
    """What the contacts have of each kind, the commonest first: for filters and for forms."""

    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    beats: tuple[str, ...]
    places: tuple[str, ...]


def every(session: Session) -> list[ContactSeen]:
    """All contacts but merged and erased ones, by name. One query, however many they are."""
    query = _rows().where(Contact.merged_into.is_(None), Contact.stopped_why != ERASED)
    return [_seen(row) for row in session.execute(query.order_by(Contact.name, Contact.id))]


def one(session: Session, contact_id: int) -> ContactSeen | None:
    """One contact, whatever has become of it; None where there is none, or it was erased."""
    row = session.execute(_rows().where(Contact.id == contact_id, Contact.stopped_why != ERASED)).first()
    return _seen(row) if row is not None else None


def some(session: Session, numbers: Iterable[int]) -> list[ContactSeen]:
    """The contacts of these numbers, erased ones left out."""
    wanted = sorted(set(numbers))
    found: list[ContactSeen] = []
    for start in range(0, len(wanted), _CHUNK):
        query = _rows().where(Contact.id.in_(wanted[start : start + _CHUNK]), Contact.stopped_why != ERASED)
        found += [_seen(row) for row in session.execute(query)]
    return found


@dataclass(frozen=True)
class Merge:
    """A row that was merged into another."""

    id: int
    into: int
    made_at: datetime
    changed_at: datetime


def merges(session: Session) -> list[Merge]:
    """Every row that was merged into another, in the order of their numbers. One query."""
    query = select(Contact.id, Contact.merged_into, Contact.made_at, Contact.changed_at).order_by(Contact.id)
    rows = session.execute(query.where(Contact.merged_into.is_not(None)))
    return [Merge(number, into, made, changed) for number, into, made, changed in rows if into is not None]


def keeper(session: Session, contact_id: int) -> int:
    """Whom a contact has become by merging; itself where it was never merged."""
    into = {one.id: one.into for one in merges(session)}
    at = contact_id
    for _ in range(_DEEPEST):
        at = into.get(at, at)
    return at


def same_as(session: Session, contact_id: int) -> list[int]:
    """The numbers under which a contact's history lies: its own, and those of all that were merged into it."""
    return below(merges(session), contact_id)


def below(known: Iterable[Merge], contact_id: int) -> list[int]:
    """A contact's number and those of all that were merged into it, also by way of another."""
    under: dict[int, list[int]] = {}
    for one in known:
        under.setdefault(one.into, []).append(one.id)
    found, fresh = [contact_id], [contact_id]
    while fresh:
        fresh = [number for at in fresh for number in under.get(at, ()) if number not in found]
        found += fresh
    return found


def choices(rows: Iterable[ContactSeen]) -> Choices:
    """What these contacts have of each kind."""
    outlets: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    beats: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in rows:
        outlets[row.outlet] += 1
        languages.update(row.languages)
        beats.update(row.beats)
        places.update(row.places)
    return Choices(_common(outlets), _common(languages), _common(beats), _common(places))


def outlets(session: Session) -> list[str]:
    """The names of the watched outlets, for a form to offer; at most 2,000."""
    return list(session.scalars(select(Source.name).order_by(Source.name).limit(2_000)))


def years_before(today: date, years: int) -> date:
    """The same day so many years ago."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - years, day=day)


def _common(counts: Counter[str]) -> tuple[str, ...]:
    counts.pop("", None)
    return tuple(name for name, _ in sorted(counts.items(), key=lambda told: (-told[1], told[0]))[:300])


def _rows() -> Select[tuple[object, ...]]:
    # Plain columns: thousands of them are read at once, and a session's objects cost three times that.
    columns = [getattr(Contact, name) for name in ContactSeen.__dataclass_fields__ if name != "returned"]
    return (
        select(*columns, StoppedAddress.mail.is_not(None))
        .outerjoin(StoppedAddress, StoppedAddress.mail == Contact.mail)
        .execution_options(populate_existing=True)
    )


def _seen(row: Row[tuple[object, ...]]) -> ContactSeen:
    told = [tuple(value) if isinstance(value, list) else value for value in row]
    return ContactSeen(*told)  # type: ignore[arg-type]


def count(session: Session) -> int:
    """How many contacts there are, merged and erased ones left out."""
    query = select(func.count(Contact.id)).where(Contact.merged_into.is_(None), Contact.stopped_why != ERASED)
    return session.scalar(query) or 0
