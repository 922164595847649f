"""All checks of a release in one language: what must be mended before it goes out, what a person should look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.wording import hints, read_wording
from outreach.core.office import Office
from outreach.core.text import Words
from outreach.pressroom.checks import dates, ease, embargo, factbook, facts, officename, spelling, typography
from outreach.pressroom.checks.accepted import accepted
from outreach.pressroom.checks.finding import Finding, Piece, pieces
from outreach.pressroom.checks.ownwords import OwnWords, of_office
from outreach.pressroom.checks.phones import phone_of
from outreach.pressroom.checks.speller import speller
from outreach.pressroom.models import Contact
from outreach.pressroom.texts import Said
from scrapers import alarm

__all__ = ["Finding", "look", "sentence", "stops", "stops_each"]

_MOST_NAMES = 5_000
_MOST_LETTERS = 60_000  # of one text; what is longer is checked as far as that


@dataclass(frozen=True)
class _Ground:
    """What the checks need to know beside the text."""

    known: facts.Known
    names: tuple[str, ...]
    zone: ZoneInfo


def look(
    session: Session,
    said: Said,
    today: date,
    zone: ZoneInfo,
    office: Office | None = None,
    folder: Path | None = None,
    effort: int = spelling.EFFORT,
) -> tuple[Finding, ...]:
    """Everything that was found, in the order of the text. Without `office` there is no spelling: all that stops a
    release is found, in a fraction of the time. `folder` is the data folder, where accepted words lie; `effort` is
    spent on suggestions.
    """
    read = tuple(Piece(piece.field, piece.text[:_MOST_LETTERS]) for piece in pieces(said))
    ground = _ground(session, said, today, zone, office)
    found = [*_plain(said, read, ground)]
    if office is not None:
        found += officename.check(read, said.language, office.name)
        found += _alarmed(session, said.language, read, ground, office)
        own = of_office(office, said.language).more(ground.names, _accepted(folder, said.language), said.language)
        found += _spelt(said.language, read, own, effort)
    place = {piece.field: at for at, piece in enumerate(read)}
    return tuple(sorted(found, key=lambda one: (place[one.field], one.start, one.level == "look", one.key)))


def stops(
    session: Session, said: Said, today: date, zone: ZoneInfo, office: Office | None = None
) -> tuple[Finding, ...]:
    """What must be mended before a release goes out; asks no dictionary."""
    read = tuple(Piece(piece.field, piece.text[:_MOST_LETTERS]) for piece in pieces(said))
    return tuple(one for one in _plain(said, read, _ground(session, said, today, zone, office)) if one.level == "stop")


def stops_each(
    session: Session, told: Sequence[Said], today: date, zone: ZoneInfo, office: Office | None = None
) -> list[tuple[Finding, ...]]:
    """What `stops` finds in each of several texts, the store asked once for all."""
    if not told:
        return []
    ground = _ground(session, told[0], today, zone, office, spelt=False)
    return [
        tuple(
            one
            for one in _plain(said, [Piece(piece.field, piece.text[:_MOST_LETTERS]) for piece in pieces(said)], ground)
            if one.level == "stop"
        )
        for said in told
    ]


def sentence(t: Words, finding: Finding) -> str:
    """A finding in the reader's words, days written out."""
    told = {name: t.day(value) if isinstance(value, date) else value for name, value in finding.facts.items()}
    return t(finding.key, **told)


def _plain(said: Said, read: Sequence[Piece], ground: _Ground) -> Iterator[Finding]:
    """The checks that need no dictionary; all that can stop a release is among them."""
    for piece in read:
        yield from facts.check(piece, ground.known)
        yield from dates.check(piece, ground.known.today)
        yield from embargo.check(piece, said.embargo_until, ground.known.today, ground.zone)
        yield from typography.check(piece, said.language)
        yield from ease.check(piece, said.language)
    if not said.contact.strip():
        yield Finding("stop", "presscheck.contact.missing", {}, facts.CONTACT, 0, 0)
    elif not any(letter.isdecimal() or letter == "@" for letter in said.contact):
        yield Finding("look", "presscheck.contact.unreachable", {}, facts.CONTACT, 0, len(said.contact))


def _accepted(folder: Path | None, language: str) -> frozenset[str]:
    return accepted(folder, language) if folder is not None else frozenset()


def _spelt(language: str, read: Sequence[Piece], own: OwnWords, effort: int) -> Iterator[Finding]:
    asked = speller(language)
    if asked is None:
        yield Finding("look", "presscheck.spelling.none", {}, "headline", 0, 0)
        return
    yield from spelling.check(read, language, asked, own, effort)


def _alarmed(
    session: Session, language: str, read: Sequence[Piece], ground: _Ground, office: Office
) -> Iterator[Finding]:
    """Other words for a term that is in doubt, while the alarm about it is on."""
    table = read_wording(office.folder / "wording.csv")
    found = [(piece, hint) for piece in read for hint in hints(piece.text, [language], table)]
    if not found:
        return
    noon = datetime.combine(ground.known.today, time(12), tzinfo=ground.zone)
    if language not in alarm.current(session, noon, ground.zone):
        return
    for piece, hint in found:
        for word in hint.found:
            start = max(piece.text.find(word), 0)
            facts_told = {"said": word, "instead": " / ".join(hint.instead)}
            yield Finding(
                "look", "presscheck.alarm", facts_told, piece.field, start, min(start + len(word), len(piece.text))
            )


def _ground(
    session: Session, said: Said, today: date, zone: ZoneInfo, office: Office | None, *, spelt: bool = True
) -> _Ground:
    told = factbook.facts(session)
    mails = {office.contact.lower()} if office is not None and office.contact else set()
    phone = phone_of(office.phone) if office is not None else None
    known = facts.Known(told, today, frozenset(mails), frozenset({phone} if phone else set()))
    people = [fact.value for fact in told if fact.kind == "person"]
    asks = office is not None and spelt  # names are only known words
    contacts = session.execute(select(Contact.name, Contact.outlet).limit(_MOST_NAMES)) if asks else ()
    names = [*people, *(quoted.speaker for quoted in said.quotes), *(part for row in contacts for part in row)]
    return _Ground(known, tuple(dict.fromkeys(names)), zone)
