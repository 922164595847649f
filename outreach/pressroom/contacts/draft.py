"""What is known of a contact before it is kept, and whether it can be; pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from outreach.core import mail_header
from outreach.core.errors import OutreachError
from outreach.pressroom.models import REACHED_BY
from scrapers.values import TIERS

LANGUAGES = ("lv", "ru", "en", "de", "no")
# What a table, a card and a form name alike; the texts are one a field.
FIELDS = (
    "name", "mail", "phone", "outlet", "role", "beats", "languages", "places", "tier", "reached_by", "bylines", "note",
    "origin",
)  # fmt: skip
MANY = frozenset({"beats", "languages", "places", "bylines"})
_LONGEST, _NOTE, _MOST = 200, 4_000, 40
_PHONE = re.compile(r"\+?[\d\s()./-]{5,40}")


@dataclass(frozen=True)
class Draft:
    """A contact's own fields. `mail` None: none is known. `tier` is one of the outlets', or None."""

    name: str = field(default="", repr=False)
    mail: str | None = field(default=None, repr=False)
    phone: str = field(default="", repr=False)
    outlet: str = ""
    role: str = ""
    beats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tier: str | None = None
    reached_by: str = "mail"
    bylines: tuple[str, ...] = field(default=(), repr=False)
    note: str = field(default="", repr=False)
    origin: str = ""


def fit(draft: Draft) -> Draft:
    """The contact as it is kept: the address in small letters, spaces tidied, each word once.

    Raises OutreachError `contacts.error.name`, `.mail` (fact `mail`), `.phone` (`phone`), `.language` (`language`),
    `.tier` (`tier`), `.reached` or `.long` (`most`).
    """
    name = _line(draft.name)
    if not name:
        raise OutreachError("contacts.error.name")
    mail = mail_of(draft.mail or "")
    phone = _line(draft.phone)
    if phone and (not _PHONE.fullmatch(phone) or sum(letter.isdigit() for letter in phone) < 5):
        raise OutreachError("contacts.error.phone", phone=phone)
    languages = _each(draft.languages, small=True)
    for language in languages:
        if language not in LANGUAGES:
            raise OutreachError("contacts.error.language", language=language)
    if draft.tier and draft.tier not in TIERS:
        raise OutreachError("contacts.error.tier", tier=draft.tier)
    if draft.reached_by not in REACHED_BY:
        raise OutreachError("contacts.error.reached")
    note = draft.note.replace("\x00", "").strip()
    if len(note) > _NOTE:
        raise OutreachError("contacts.error.long", most=_NOTE)
    return replace(
        draft,
        name=name,
        mail=mail,
        phone=phone,
        outlet=_line(draft.outlet),
        role=_line(draft.role),
        beats=_each(draft.beats, small=True),
        languages=languages,
        places=_each(draft.places),
        tier=draft.tier or None,
        bylines=_each(draft.bylines),
        note=note,
        origin=_line(draft.origin),
    )


def mail_of(text: str) -> str | None:
    """An address in small letters, None for an empty one; OutreachError `contacts.error.mail` for what is none."""
    box = text.strip().lower()
    if not box:
        return None
    try:
        found = mail_header.address(box, "To")
    except OutreachError as error:
        raise OutreachError("contacts.error.mail", mail=box[:100]) from error
    if found.box != box or "." not in found.domain or len(box) > 254:
        raise OutreachError("contacts.error.mail", mail=box[:100])
    return box


def digits(phone: str) -> str:
    """The last eight figures of a telephone number, by which two spellings are one; empty for a shorter one."""
    found = "".join(letter for letter in phone if letter.isdigit())
    return found[-8:] if len(found) >= 7 else ""


def _line(text: str) -> str:
    told = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(told) > _LONGEST:
        raise OutreachError("contacts.error.long", most=_LONGEST)
    return told


def _each(given: Iterable[str], *, small: bool = False) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for one in given:
        told = _line(one.lower() if small else one)
        if told:
            found.setdefault(told.casefold(), told)
    if len(found) > _MOST:
        raise OutreachError("contacts.error.many", most=_MOST)
    return tuple(found.values())
