"""The form of a reader of the morning mail: when it comes, in which language, and what it tells."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.core.app import App
from outreach.core.settings import Settings
from outreach.core.text import LANGUAGES, Words
from outreach.subscribers.asked import Asked
from outreach.subscribers.days import Rhythm
from outreach.subscribers.models import RHYTHMS
from outreach.subscribers.subscriptions import Seen
from outreach.web.fields import Choices, FieldShown, Filled, told
from scrapers.models import SENSES, TIERS
from scrapers.topics import reading as topics
from scrapers.watching import watch_of

TEXTS = "mails.field"
# Where the office's readers sit; a zone that somebody chose by command stays on offer beside them.
_ZONES = (
    "Europe/Riga", "Europe/Tallinn", "Europe/Vilnius", "Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Oslo",
    "Europe/Stockholm", "Europe/Helsinki", "Europe/Brussels", "America/New_York", "America/Toronto", "Australia/Sydney",
)  # fmt: skip
W = TypeVar("W", bound="Wish")
_WALL = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a reader may choose; no topic, place, tier or sense chosen means all of them."""

    rhythm: str = field(metadata=told("radio"))
    weekday: str = field(default="0", metadata=told("select"))
    at: str = field(metadata=told("time", max=5))
    zone: str = field(metadata=told("select"))
    language: str = field(metadata=told("radio"))
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    senses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Named:
    """What the office says of a reader whom it has entered."""

    name: str = field(metadata=told(max=120, autocomplete="off"))


@dataclass(frozen=True, kw_only=True)
class Addressed(Named):
    """A reader who is not there yet."""

    mail: str = field(metadata=told("email", max=254, autocomplete="off"))


@dataclass(frozen=True, kw_only=True)
class NamedWish(Wish, Named):
    """A reader of the office's list, to be changed."""


@dataclass(frozen=True, kw_only=True)
class NewReader(Wish, Addressed):
    """Somebody without an account, to be added."""


def offered(
    session: Session, app: App, t: Words, held: Seen | None = None, place: str | None = None
) -> Mapping[str, Choices]:
    """What the fields offer, and what `held` has; `place`: a partner's municipality, all that it may read of."""
    known = topics.names(session, t.language, app.office)
    # A topic in use no more stays on offer: without it the choice would turn into "all".
    gone = {number: t("mails.topic.gone", number=str(number)) for number in (held.topics if held else ())}
    # Former municipalities lie in today's.
    every = [one.name for one in watch_of(app.office).gazetteer.places if one.level == 1 and not one.parent]
    places = [place] if place is not None else [*every, *(held.places if held else ())]
    zones = [*_ZONES, app.settings.office.zone, *([held.zone] if held else [])]
    return {
        "rhythm": [(name, t(f"mails.rhythm.{name}")) for name in RHYTHMS],
        "weekday": [(str(day), t(f"mails.weekday.{day}")) for day in range(7)],
        "zone": [(name, zone_name(t, name)) for name in dict.fromkeys(zones)],
        "language": [(name, t(f"public.language.{name}")) for name in LANGUAGES],
        "topics": [(str(number), name) for number, name in (gone | known).items()],
        "places": [(name, name) for name in dict.fromkeys(places)],
        "tiers": [(name, t(f"scrapers.tier.{name}")) for name in TIERS],
        "senses": [(name, t(f"watch.sense.{name}")) for name in SENSES],
    }


def zone_name(t: Words, zone: str) -> str:
    """A zone by the town that people know it by; one without a word of its own by its name."""
    key = f"mails.zone.{zone.rpartition('/')[2].lower()}"
    return t(key) if t.knows(key) else zone


def wish_of(seen: Seen) -> Wish:
    """What a reader has chosen, as the form holds it."""
    return Wish(
        rhythm=seen.rhythm, weekday=str(seen.weekday), at=seen.at, zone=seen.zone, language=seen.language,
        topics=tuple(map(str, seen.topics)), places=seen.places, tiers=seen.tiers, senses=seen.senses,
    )  # fmt: skip


def first_wish(settings: Settings, language: str = "", place: str | None = None) -> Wish:
    """What a new reader is offered: the office's hour, every working day, everything that is ours."""
    return Wish(
        rhythm="working", at=settings.digest.at, zone=settings.office.zone,
        language=language or settings.digest.language or settings.office.language,
        places=(place,) if place is not None else (),
    )  # fmt: skip


def named(wish: Wish, name: str) -> NamedWish:
    """The same under a name."""
    return NamedWish(name=name, **vars(wish))


def addressed(wish: Wish) -> NewReader:
    """The same for somebody whose address is to be typed."""
    return NewReader(mail="", name="", **vars(wish))


def fit(filled: Filled[W], t: Words) -> Filled[W]:
    """The form once more, with the hour held against the wall."""
    value = filled.value
    if value is not None and not _WALL.fullmatch(value.at):
        return filled.with_error("at", t("mails.error.at"))
    return filled


def asked_of(wish: Wish, mail: str, name: str, *, user_id: int | None = None, place: str | None = None) -> Asked:
    """The reader as the form says; a partner's place stands, whatever was ticked."""
    return Asked(
        mail=mail, name=name, language=wish.language, at=wish.at, zone=wish.zone, rhythm=wish.rhythm,
        weekday=int(wish.weekday), topics=tuple(map(int, wish.topics)),
        places=(place,) if place is not None else wish.places, tiers=wish.tiers, senses=wish.senses, user_id=user_id,
    )  # fmt: skip


def parted(shown: Sequence[FieldShown]) -> tuple[Sequence[FieldShown], Sequence[FieldShown]]:
    """The fields that say when, and those that say what."""
    what = {"topics", "places", "tiers", "senses"}
    when = [one for one in shown if one.name not in what]
    return when, [one for one in shown if one.name in what and (one.choices or one.error)]


def rhythm_told(t: Words, seen: Seen) -> str:
    """When a reader gets the mail, in words."""
    days = t(f"mails.weekly.{seen.weekday}") if seen.rhythm == "weekly" else t(f"mails.rhythm.{seen.rhythm}.short")
    return t("mails.when", days=days, at=seen.at)


def rhythm_of(seen: Seen) -> Rhythm:
    """When a reader gets the mail, to be computed with."""
    return Rhythm(seen.at, seen.zone, seen.rhythm, seen.weekday)


def zone_of(seen: Seen) -> ZoneInfo:
    """The clock on the reader's own wall."""
    return ZoneInfo(seen.zone)

