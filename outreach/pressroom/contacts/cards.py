"""Cards of address books (vCard 2.1, 3.0, 4.0), several in a file; pictures and sounds are left out. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import vobject  # type: ignore[import-untyped]

from campaigns.timing.sheet import MOST_BYTES, MOST_ROWS, text
from outreach.core.errors import OutreachError

# Pictures, which are left out, make a file of cards heavy.
MOST = 10 * MOST_BYTES
BROKEN = "contacts.problem.card"
_BEGINS = re.compile(r"^\s*BEGIN:VCARD\s*$", re.IGNORECASE)
_ENDS = re.compile(r"^\s*END:VCARD\s*$", re.IGNORECASE)
_HEAVY = re.compile(r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_PROPERTY = re.compile(r"^(?:[\w-]+\.)?[A-Za-z][\w-]*(?:;[^:]*)?:")


@dataclass(frozen=True)
class Card:
    """One card: words by our fields; `number` counts the file's cards from 1. `problem`: it cannot be read."""

    number: int
    values: Mapping[str, str] = field(repr=False)
    problem: str = ""


def is_cards(data: bytes) -> bool:
    """Whether a file is one of cards."""
    return _BEGINS.match(text(data[:4_000]).lstrip("\ufeff").lstrip().split("\n", 1)[0]) is not None


def read(data: bytes) -> list[Card]:
    """Every card of a file. OutreachError `contacts.file.cards` for more than 2,000, `plantable.file.large`."""
    if len(data) > MOST:
        raise OutreachError("plantable.file.large", most=MOST // 1_000_000)
    found = []
    for number, card in enumerate(_each(text(data)), 1):
        if number > MOST_ROWS:
            raise OutreachError("contacts.file.cards", most=MOST_ROWS)
        found.append(_read(number, card))
    return found


def _each(told: str) -> Iterator[str]:
    lines: list[str] = []
    inside, heavy = False, False
    for line in told.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if _BEGINS.match(line):
            if inside:
                yield ""  # the one before never ended
            lines, inside, heavy = [], True, False
        elif _ENDS.match(line) and inside:
            yield "\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])
            inside = False
        elif inside:
            # What belongs to a picture has no name of its own before it.
            heavy = bool(_HEAVY.match(line)) if not line[:1].isspace() and _PROPERTY.match(line) else heavy
            if not heavy:
                lines.append(line)
    if inside:
        yield ""


def _read(number: int, card: str) -> Card:
    try:
        told = vobject.readOne(card, allowQP=True, ignoreUnreadable=True) if card else None
        values = _values(told) if told is not None else {}
    except Exception:  # the library raises whatever a broken card makes it stumble over
        values = {}
    return Card(number, values, "" if values else BROKEN)


def _values(card: Any) -> dict[str, str]:
    name = _first(card, "fn") or _name(card)
    org = next((_outlet(line.value) for line in card.contents.get("org", ())), "")
    mails, phones = _all(card, "email"), _all(card, "tel")
    told = {
        "name": name,
        "mail": mails[0].removeprefix("mailto:") if mails else "",
        "phone": phones[0].removeprefix("tel:") if phones else "",
        "outlet": org,
        "role": _first(card, "title") or _first(card, "role"),
        "beats": _first(card, "categories"),
        "languages": _first(card, "lang"),
        "note": _first(card, "note"),
    }
    return {field: value for field, value in told.items() if value}


def _all(card: Any, name: str) -> list[str]:
    lines = list(card.contents.get(name, ()))
    lines.sort(key=_preference)
    return [told for told in (_plain(line.value) for line in lines) if told]


def _first(card: Any, name: str) -> str:
    return next(iter(_all(card, name)), "")


def _preference(line: Any) -> int:
    params = {str(key).upper(): [str(one).upper() for one in value] for key, value in line.params.items()}
    if "PREF" in params:
        return int(params["PREF"][0]) if params["PREF"] and params["PREF"][0].isdigit() else 1
    return 1 if "PREF" in params.get("TYPE", []) or "PREF" in [str(one).upper() for one in line.singletonparams] else 50


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value if one)
    return str(value).strip()


def _outlet(value: Any) -> str:
    """The house alone, without its departments."""
    return _plain(value[0] if isinstance(value, list) and value else value)


def _name(card: Any) -> str:
    name = next(iter(card.contents.get("n", ())), None)
    if name is None:
        return ""
    value = name.value
    parts = [getattr(value, part, "") for part in ("given", "additional", "family")]
    return " ".join(_plain(part) for part in parts if part)
