"""A post to oneself: how a channel is tried before the public sees anything. No delivery, and counted nowhere."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import images, library, tokens
from campaigns.channel import Channel, Image, Outgoing, Receipt, Trying
from campaigns.channel_switch import channel_of
from campaigns.images import Shown
from campaigns.models import Picture
from campaigns.press import Patient, Press
from outreach.core.errors import OutreachError, WireError
from outreach.core.registry import build

_KEY = re.compile(r"[0-9a-f]{32}")
_PICTURES = 20


@dataclass(frozen=True)
class Words:
    """What the post to oneself says, in one language (ISO 639-1)."""

    title: str
    text: str
    language: str


def privacy(kind: str, settings: Mapping[str, object]) -> str | None:
    """The catalogue key of who will see a post to oneself; None where the channel takes none."""
    try:
        channel: Channel = build("campaigns.channels", kind, settings)
    except OutreachError:
        return None
    return channel.privacy() if isinstance(channel, Trying) else None


def new_key() -> str:
    """The name of one try: whoever sends its form twice sends the same post."""
    return secrets.token_hex(16)


def attempt(press: Press, channel_id: int, words: Words, key: str) -> Receipt:
    """Puts a post where only the office sees it; nothing of it is kept here. No transaction is open meanwhile.

    Raises OutreachError `campaigns.channel.missing`, `channels.trying.none` for a channel that takes none, and
    WireError as the kind's `attempt` does: an ambiguous one says that the post may be there.
    """
    if not _KEY.fullmatch(key):
        raise OutreachError("channels.trying.key")
    now = press.clock.now()
    with press.store.reading() as session:
        row = channel_of(session, channel_id)
        kind, settings = row.kind, dict(row.settings)
        channel: Channel = build("campaigns.channels", kind, settings)
        needs = channel.terms.needs_picture
        shown = _picture(session, press) if needs else None
    if not isinstance(channel, Trying) or channel.privacy() is None:
        raise OutreachError("channels.trying.none")
    pictures: tuple[Image, ...] = ()
    if needs:
        if shown is None:
            raise WireError("channels.trying.no_picture", permanent=True)
        pictures = images.drawn(press.folder / "media", [shown], channel.terms, press.images_url)
    sent = Outgoing(words.text, words.language, key, words.title, now, images=pictures)
    return channel.attempt(sent, Patient(press.http, press.clock, now), tokens.vault(press, channel_id))


def _picture(session: Session, press: Press) -> Shown | None:
    """The newest picture without people that is public already: some platforms fetch it themselves."""
    rows = session.execute(
        select(Picture.name, Picture.alt)
        .where(Picture.of_people.is_(False), Picture.withdrawn_at.is_(None), Picture.alt != "")
        .order_by(Picture.id.desc())
        .limit(_PICTURES)
    ).all()
    now = press.clock.now()
    return next((Shown(name, alt) for name, alt in rows if library.is_public(session, now, press.zone, name)), None)
