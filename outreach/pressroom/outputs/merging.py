"""Merge fields: what stands in braces in a greeting, and each recipient's own words for it.

A field may be named in any of the office's languages: {vārds}, {name} and {имя} are the same. A brace that is meant as
one is doubled.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from outreach.core.errors import OutreachError
from outreach.core.text import Words
from outreach.pressroom.outputs import names
from outreach.pressroom.outputs.tidy import line

_NAMES: Mapping[str, Mapping[str, str]] = {
    "greeting": {"lv": "uzruna", "en": "greeting", "ru": "обращение"},
    "name": {"lv": "vārds", "en": "name", "ru": "имя"},
    "outlet": {"lv": "medijs", "en": "outlet", "ru": "издание"},
    "role": {"lv": "amats", "en": "role", "ru": "должность"},
}
_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]{0,60})\}|[{}]")
_LONGEST = 200


class Addressed(Protocol):
    """Whoever is written to."""

    @property
    def name(self) -> str: ...
    @property
    def outlet(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True)
class FieldSeen:
    """A field for the list that people read: how it is typed, what it is, what it says of somebody."""

    typed: str
    label: str
    says: str


def fields(recipient: Addressed, t: Words) -> dict[str, str]:
    """What each field says of this recipient, under each of its names; `t` speaks the release's language."""
    name = line(recipient.name)[:_LONGEST]
    outlet = line(recipient.outlet)[:_LONGEST]
    values = {
        "greeting": greeting(name, outlet, t),
        "name": names.first_name(name, outlet) or name,
        "outlet": outlet,
        "role": line(recipient.role)[:_LONGEST],
    }
    return {typed: values[field] for field, forms in _NAMES.items() for typed in forms.values()}


def typed_names() -> dict[str, str]:
    """Every way to type a field, and which it is: greeting, name, outlet or role."""
    return {typed: field for field, forms in _NAMES.items() for typed in forms.values()}


def greeting(name: str, outlet: str, t: Words) -> str:
    """A greeting by the first name as the language of `t` calls it; a neutral one where that is not known for sure."""
    first = names.first_name(name, outlet)
    if not first or (t.language in {"lv", "ru"} and names.is_cyrillic(first) != (t.language == "ru")):
        return t("pressout.out.greeting.neutral")
    return t("pressout.out.greeting", name=names.called(first) if t.language == "lv" else first)


def merge(text: str, values: Mapping[str, str]) -> str:
    """The text with `values` in its fields; they are not looked through again, so that braces in a name stay.

    Raises OutreachError `pressout.field` for a field that nobody knows, `pressout.brace` for a brace that neither opens
    nor closes one: both with the line and the letter where it stands, the former with what is known.
    """
    return "".join(_merged(text, values))


def typed_in(text: str) -> frozenset[str]:
    """The fields that a text asks for, as they are typed."""
    found = (match[1] for match in _PIECE.finditer(text) if match[1] is not None)
    return frozenset(one.strip().casefold() for one in found)


def listed(recipient: Addressed, t: Words, reader: Words) -> list[FieldSeen]:
    """All fields for people: their names in the reader's language, their values in the release's."""
    values = fields(recipient, t)
    return [
        FieldSeen(f"{{{_name(forms, reader)}}}", reader(f"pressout.field.is.{field}"), values[forms["en"]])
        for field, forms in _NAMES.items()
    ]


def _name(forms: Mapping[str, str], t: Words) -> str:
    return forms.get(t.language) or forms["en"]


def _merged(text: str, values: Mapping[str, str]) -> Iterator[str]:
    at = 0
    for match in _PIECE.finditer(text):
        yield text[at : match.start()]
        at = match.end()
        if match[0] in {"{{", "}}"}:
            yield match[0][0]
        elif match[1] is None:
            row, letter = _place(text, match.start())
            raise OutreachError("pressout.brace", brace=match[0], row=row, letter=letter)
        elif (typed := match[1].strip().casefold()) in values:
            yield values[typed]
        else:
            row, letter = _place(text, match.start())
            known = ", ".join(f"{{{forms['lv']}}}" for forms in _NAMES.values())
            raise OutreachError("pressout.field", field=match[0], row=row, letter=letter, known=known)
    yield text[at:]


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
