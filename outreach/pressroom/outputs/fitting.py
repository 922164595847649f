"""A release that is too long for a mail, cut at the end of a paragraph: some programmes show no more than 102 kB."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from outreach.core.mail_words import cut
from outreach.pressroom.texts import Block, Said, blocks

_HEADLINE, _PICTURES = 300, 6


@dataclass(frozen=True)
class Fitted:
    """A release with its body in pieces; `shortened`: something of it was left out."""

    said: Said
    blocks: tuple[Block, ...]
    shortened: bool


class _Room:
    """How many letters there is room for."""

    def __init__(self, letters: int) -> None:
        self.left, self.shortened = letters, False

    def take(self, text: str, most: int | None = None) -> str:
        """As much of the text as there is room for; what is left out is remembered."""
        most = self.left if most is None else min(most, self.left)
        shown = text if len(text) <= most else (cut(text, most) if most > 1 else "")
        self.shortened |= shown != text
        self.left -= len(shown)
        return shown


def fitted(said: Said, letters: int) -> Fitted:
    """The release with at most so many letters. What matters most is kept: headline, embargo, whom to ask, the lead;
    then the body from its beginning, quotes, facts, the office's own words, pictures' words.
    """
    room = _Room(letters)
    headline = room.take(said.headline, _HEADLINE)
    contact, lead = room.take(said.contact, 2000), room.take(said.lead, 4000)
    body = tuple(_body(blocks(said.body), room))
    quotes = tuple(
        replace(one, words=words, speaker=room.take(one.speaker, 200), role=room.take(one.role, 200))
        for one in said.quotes
        if (words := room.take(one.words))
    )
    facts = tuple(fact for one in said.facts if (fact := room.take(one)))
    boilerplate = room.take(said.boilerplate)
    pictures = tuple(
        replace(
            one, alt=room.take(one.alt, 300), caption=room.take(one.caption, 600), rights=room.take(one.rights, 200)
        )
        for one in said.pictures[:_PICTURES]
    )
    told = replace(
        said,
        headline=headline,
        lead=lead,
        quotes=quotes,
        facts=facts,
        boilerplate=boilerplate,
        contact=contact,
        pictures=pictures,
    )
    return Fitted(told, body, room.shortened)


def _body(pieces: tuple[Block, ...], room: _Room) -> Iterator[Block]:
    for piece in pieces:
        lines = tuple(line for one in piece.lines if (line := room.take(one)))
        if lines:
            yield Block(piece.kind, lines)
