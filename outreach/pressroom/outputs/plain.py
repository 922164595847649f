"""A release as plain text, in lines of 72 columns."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.core.mail_words import plain, wrapped
from outreach.core.text import Words
from outreach.pressroom.outputs import wording
from outreach.pressroom.outputs.tidy import cleaned
from outreach.pressroom.texts import Block, Said, blocks


def text(said: Said, office_name: str, zone: ZoneInfo, t: Words, *, now: datetime) -> str:
    """The release as a text file; an embargo is told while it lasts at `now`."""
    told = cleaned(said)
    return body(told, blocks(told.body), office_name, zone, now, t)


def body(said: Said, pieces: Sequence[Block], office_name: str, zone: ZoneInfo, now: datetime, t: Words) -> str:
    """A clean release as plain text, its body in pieces."""
    return plain("\n\n".join(_parts(said, pieces, office_name, zone, now, t)))


def _parts(
    said: Said, pieces: Sequence[Block], office_name: str, zone: ZoneInfo, now: datetime, t: Words
) -> Iterator[str]:
    embargo = wording.embargo(said, zone, now, t)
    if embargo:
        yield wrapped(f"*** {embargo}")
    yield wrapped(f"{wording.kind(said, t)} · {office_name}")
    yield wrapped(said.headline.upper())
    if said.lead:
        yield wrapped(said.lead)
    for piece in pieces:
        if piece.kind == "heading":
            yield f"\n{wrapped(piece.lines[0].upper())}"
        elif piece.kind == "points":
            yield _points(piece.lines)
        else:
            yield wrapped(piece.lines[0])
    for quote in said.quotes:
        who = wording.speaker(quote)
        yield wrapped(wording.quoted(quote.words, said.language) + (f" – {who}" if who else ""), "   ")
    if said.facts:
        yield f"{wrapped(t('pressout.out.facts').upper())}\n{_points(said.facts)}"
    for picture in said.pictures:
        if credit := wording.credit(picture, t):
            yield wrapped(t("pressout.out.picture", caption=credit))
    if said.boilerplate:
        yield f"{wrapped(t('pressout.out.about').upper())}\n{_lines(said.boilerplate)}"
    if said.contact:
        yield f"{wrapped(t('pressout.out.contact').upper())}\n{_lines(said.contact)}"


def _points(lines: Sequence[str]) -> str:
    return "\n".join(wrapped(one, "   ", " - ") for one in lines)


def _lines(text: str) -> str:
    return "\n".join(wrapped(one) for one in text.split("\n"))
